// What is left of a row makes up for what went, and becomes integers.
#include "lacuna/Sparsity/SecondOrder.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cmath>

using namespace lacuna::sparsity;
using Kind = Structure::Kind;

/// Solves factor factor^T x = right in place.
static void solve(const Matrix &factor, std::vector<double> &x) {
  size_t n = factor.rows;
  for (size_t i = 0; i != n; ++i) {
    for (size_t k = 0; k != i; ++k)
      x[i] -= factor.at(i, k) * x[k];
    x[i] /= factor.at(i, i);
  }
  for (size_t i = n; i-- != 0;) {
    for (size_t k = i + 1; k != n; ++k)
      x[i] -= factor.at(k, i) * x[k];
    x[i] /= factor.at(i, i);
  }
}

/// Rounds `x`, last element first, so that |factor^T (rounded - x)| stays
/// small.
static void roundBackwards(const Matrix &factor, const Grid &grid,
                           std::vector<double> &x) {
  size_t n = factor.rows;
  std::vector<double> errors(n);
  for (size_t i = n; i-- != 0;) {
    double target = x[i];
    for (size_t k = i + 1; k != n; ++k)
      target -= factor.at(k, i) * errors[k] / factor.at(i, i);
    double rounded = grid.round(target);
    errors[i] = rounded - x[i];
    x[i] = rounded;
  }
}

/// The row `weights` on `support`, whose last term is rounded first.
static void refitRow(llvm::ArrayRef<double> weights, const Matrix &moments,
                     llvm::ArrayRef<size_t> support, const Grid &grid,
                     llvm::MutableArrayRef<double> result) {
  size_t n = support.size();
  Matrix part(n, n);
  std::vector<double> x(n);
  for (size_t i = 0; i != n; ++i) {
    const double *row = &moments.values[support[i] * moments.columns];
    for (size_t j = 0; j != n; ++j)
      part.at(i, j) = row[support[j]];
    for (size_t j = 0; j != weights.size(); ++j)
      x[i] += row[j] * weights[j];
  }
  std::optional<Matrix> factor = factorize(part);
  if (!factor) {
    for (size_t term : support)
      result[term] = grid.round(weights[term]);
    return;
  }
  solve(*factor, x);
  roundBackwards(*factor, grid, x);
  for (size_t i = 0; i != n; ++i)
    result[support[i]] = x[i];
}

Matrix lacuna::sparsity::refit(const Matrix &weights, const Matrix &moments,
                               const Mask &kept, const Grid &grid) {
  Matrix result(weights.rows, weights.columns);
  std::vector<size_t> support;
  for (size_t row = 0; row != weights.rows; ++row) {
    support.clear();
    bool loses = false;
    for (size_t term = 0; term != weights.columns; ++term) {
      bool stays = kept[row * weights.columns + term];
      if (stays)
        support.push_back(term);
      double weight = weights.at(row, term);
      loses |= stays ? weight != grid.round(weight) : weight != 0;
    }
    if (!loses) {
      llvm::copy(weights.row(row), result.row(row).begin());
      continue;
    }
    llvm::sort(support, [&](size_t a, size_t b) {
      double left = moments.at(a, a), right = moments.at(b, b);
      return left != right ? left < right : a < b;
    });
    refitRow(weights.row(row), moments, support, grid, result.row(row));
  }
  return result;
}

/// Columns whose mask is chosen together.
static size_t columnsAtOnce(const Structure &structure) {
  return structure.kind == Kind::NM ? structure.group : 128;
}

SweepResult lacuna::sparsity::sweepColumns(const Matrix &weights,
                                           const Matrix &inverse,
                                           llvm::ArrayRef<double> rowWeights,
                                           const Structure &structure,
                                           const Grid &grid,
                                           const Mask *given) {
  size_t n = weights.columns, step = columnsAtOnce(structure);
  SweepResult result{weights, given ? *given : Mask(weights.values.size(), 1)};
  // upper^T upper = inverse: row j holds what later columns take over from
  // column j.
  std::optional<Matrix> lower = factorize(inverse);
  if (!lower)
    return result;
  for (size_t first = 0; first < n; first += step) {
    size_t end = std::min(first + step, n);
    if (!given) {
      Matrix losses(weights.rows, end - first);
      for (size_t row = 0; row != weights.rows; ++row)
        for (size_t j = first; j != end; ++j) {
          double ratio = result.weights.at(row, j) / lower->at(j, j);
          losses.at(row, j - first) = rowWeights[row] * ratio * ratio;
        }
      Mask kept = selectKept(losses, structure, Scope::Matrix);
      for (size_t row = 0; row != weights.rows; ++row)
        for (size_t j = first; j != end; ++j)
          result.kept[row * n + j] = kept[row * (end - first) + j - first];
    }
    for (size_t row = 0; row != weights.rows; ++row) {
      llvm::MutableArrayRef<double> w = result.weights.row(row);
      for (size_t j = first; j != end; ++j) {
        double value = result.kept[row * n + j] ? grid.round(w[j]) : 0;
        double error = (w[j] - value) / lower->at(j, j);
        w[j] = value;
        if (error != 0)
          for (size_t k = j + 1; k != n; ++k)
            w[k] -= error * lower->at(k, j);
      }
    }
  }
  return result;
}

bool lacuna::sparsity::isSmallForCubic(const Matrix &weights) {
  constexpr double maxSteps = double(uint64_t(1) << 34);
  double columns = double(weights.columns);
  return double(weights.rows) * columns * columns * columns / 3 <= maxSteps;
}

Matrix lacuna::sparsity::roundOnto(const Matrix &weights, const Matrix &moments,
                                   const Mask &kept, const Grid &grid) {
  std::optional<Matrix> inverse;
  if (!isSmallForCubic(weights))
    inverse = invert(moments);
  if (!inverse)
    return refit(weights, moments, kept, grid);
  std::vector<double> ones(weights.rows, 1);
  return sweepColumns(weights, *inverse, ones, Structure(), grid, &kept)
      .weights;
}
