// Optimal brain surgeon, row by row: terms leave one at a time, and the inverse
// of the moments of those left is kept up to date.
#include "lacuna/Sparsity/SecondOrder.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <queue>

using namespace lacuna::sparsity;
using Kind = Structure::Kind;

namespace {

/// The terms of one row that are left, their weights, and the inverse of their
/// moments, packed to the front of the matrix.
class Row {
public:
  Row(llvm::ArrayRef<double> weights, const Matrix &inverse)
      : weights(weights), inverse(inverse) {
    for (size_t term = 0; term != weights.size(); ++term)
      terms.push_back(term);
  }

  size_t size() const { return terms.size(); }
  size_t term(size_t position) const { return terms[position]; }
  double loss(size_t position) const {
    return weights[position] * weights[position] /
           inverse.at(position, position);
  }

  /// Removes the term at `position`; the others make up for it.
  void remove(size_t position) {
    size_t last = terms.size() - 1;
    swap(position, last);
    const double *gone = &inverse.values[last * inverse.columns];
    double pivot = gone[last];
    double share = weights[last] / pivot;
    for (size_t i = 0; i != last; ++i) {
      double *row = &inverse.values[i * inverse.columns];
      double factor = gone[i] / pivot;
      weights[i] -= share * gone[i];
      if (factor != 0)
        for (size_t j = 0; j != last; ++j)
          row[j] -= factor * gone[j];
    }
    terms.pop_back();
    weights.pop_back();
  }

private:
  void swap(size_t a, size_t b) {
    if (a == b)
      return;
    std::swap(terms[a], terms[b]);
    std::swap(weights[a], weights[b]);
    for (size_t k = 0; k != terms.size(); ++k)
      std::swap(inverse.at(a, k), inverse.at(b, k));
    for (size_t k = 0; k != terms.size(); ++k)
      std::swap(inverse.at(k, a), inverse.at(k, b));
  }

  std::vector<size_t> terms;
  std::vector<double> weights;
  Matrix inverse;
};

/// A term that left a row, and what that cost.
struct Departure {
  size_t term;
  double loss;
};

} // namespace

/// The position in `row` of the term of least loss among those that `mayGo`;
/// of equal ones the last term.
template <typename Predicate>
static std::optional<size_t> findCheapest(const Row &row, Predicate mayGo) {
  std::optional<size_t> best;
  for (size_t position = 0; position != row.size(); ++position) {
    if (!mayGo(row.term(position)))
      continue;
    double loss = row.loss(position);
    if (!best || loss < row.loss(*best) ||
        (loss == row.loss(*best) && row.term(position) > row.term(*best)))
      best = position;
  }
  return best;
}

/// Drops terms of each group of each row until N:M holds.
static Mask eliminateGroups(const Matrix &weights, const Matrix &inverse,
                            const Structure &structure) {
  Mask kept(weights.values.size(), 1);
  size_t groups = (weights.columns + structure.group - 1) / structure.group;
  for (size_t index = 0; index != weights.rows; ++index) {
    Row row(weights.row(index), inverse);
    std::vector<size_t> left(groups);
    for (size_t term = 0; term != weights.columns; ++term)
      ++left[term / structure.group];
    auto mayGo = [&](size_t term) {
      return left[term / structure.group] > structure.kept;
    };
    while (std::optional<size_t> position = findCheapest(row, mayGo)) {
      size_t term = row.term(*position);
      --left[term / structure.group];
      kept[index * weights.columns + term] = 0;
      row.remove(*position);
    }
  }
  return kept;
}

/// Drops a share of all terms: each row says in which order it would lose them,
/// and always the row goes on that loses least by it.
static Mask eliminateShare(const Matrix &weights, const Matrix &inverse,
                           llvm::ArrayRef<double> rowWeights,
                           const Structure &structure) {
  std::vector<std::vector<Departure>> departures(weights.rows);
  for (size_t index = 0; index != weights.rows; ++index) {
    Row row(weights.row(index), inverse);
    while (std::optional<size_t> position =
               findCheapest(row, [](size_t) { return true; })) {
      departures[index].push_back(
          {row.term(*position), row.loss(*position) * rowWeights[index]});
      row.remove(*position);
    }
  }
  Mask kept(weights.values.size(), 1);
  // Least loss on top; of equal ones the last row.
  using Next = std::pair<double, size_t>;
  auto after = [](const Next &a, const Next &b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  };
  std::priority_queue<Next, std::vector<Next>, decltype(after)> queue(after);
  std::vector<size_t> taken(weights.rows);
  auto push = [&](size_t row) {
    if (taken[row] != departures[row].size())
      queue.push({departures[row][taken[row]].loss, row});
  };
  for (size_t row = 0; row != weights.rows; ++row)
    push(row);
  for (size_t count = countTaken(structure, kept.size()); count; --count) {
    size_t row = queue.top().second;
    queue.pop();
    kept[row * weights.columns + departures[row][taken[row]++].term] = 0;
    push(row);
  }
  return kept;
}

Mask lacuna::sparsity::selectByElimination(const Matrix &weights,
                                           const Matrix &inverse,
                                           llvm::ArrayRef<double> rowWeights,
                                           const Structure &structure) {
  if (structure.kind == Kind::NM)
    return eliminateGroups(weights, inverse, structure);
  if (structure.kind == Kind::Share)
    return eliminateShare(weights, inverse, rowWeights, structure);
  Matrix losses(weights.rows, weights.columns);
  for (size_t row = 0; row != weights.rows; ++row)
    for (size_t term = 0; term != weights.columns; ++term)
      losses.at(row, term) = rowWeights[row] * weights.at(row, term) *
                             weights.at(row, term) / inverse.at(term, term);
  return selectKept(losses, structure, Scope::Matrix);
}
