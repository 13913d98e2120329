// Names of structures, and masks that have them.
#include "lacuna/Sparsity/Structure.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>
#include <numeric>

using namespace lacuna;
using namespace lacuna::sparsity;
using llvm::StringRef;

using Kind = Structure::Kind;

bool Structure::fits(size_t rows, size_t columns) const {
  switch (kind) {
  case Kind::None:
  case Kind::Share:
    return true;
  case Kind::NM:
    return columns >= group;
  case Kind::Block:
    return rows >= blockRows && columns >= blockColumns;
  case Kind::Channel:
    return rows > 1;
  }
  return false;
}

/// A share such as "0.5".
static bool readShare(StringRef text, double &share) {
  return !text.empty() && (llvm::isDigit(text[0]) || text[0] == '.') &&
         !text.getAsDouble(share) && share >= 0 && share < 1;
}

static bool readExtent(StringRef text, unsigned &extent) {
  return !text.getAsInteger(10, extent) && extent >= 1 && extent <= maxGroup;
}

/// Reads `text` into `structure` if it has one of the forms.
static bool read(StringRef text, Structure &structure) {
  auto [head, rest] = text.split(':');
  if (text == "none")
    return true;
  if (head == "sparsity") {
    structure.kind = Kind::Share;
    return readShare(rest, structure.share);
  }
  if (head == "channel") {
    structure.kind = Kind::Channel;
    return readShare(rest, structure.share);
  }
  if (head == "block") {
    structure.kind = Kind::Block;
    auto [extents, share] = rest.split(':');
    auto [rows, columns] = extents.split('x');
    return readExtent(rows, structure.blockRows) &&
           readExtent(columns, structure.blockColumns) &&
           (!rest.contains(':') || readShare(share, structure.share));
  }
  structure.kind = Kind::NM;
  return readExtent(head, structure.kept) &&
         readExtent(rest, structure.group) && structure.kept < structure.group;
}

llvm::Expected<Structure> sparsity::parseStructure(StringRef text) {
  Structure structure;
  if (read(text, structure))
    return structure;
  return makeError("'" + text + "' is no structure of zeros",
                   "write N:M (N < M, at most 256), sparsity:S, block:RxC, "
                   "block:RxC:S, channel:S (0 <= S < 1) or none");
}

std::string sparsity::toString(const Structure &structure) {
  switch (structure.kind) {
  case Kind::None:
    return "none";
  case Kind::Share:
    return llvm::formatv("sparsity:{0}", llvm::format("%g", structure.share));
  case Kind::NM:
    return llvm::formatv("{0}:{1}", structure.kept, structure.group);
  case Kind::Block:
    return llvm::formatv("block:{0}x{1}:{2}", structure.blockRows,
                         structure.blockColumns,
                         llvm::format("%g", structure.share));
  case Kind::Channel:
    return llvm::formatv("channel:{0}", llvm::format("%g", structure.share));
  }
  return "";
}

size_t sparsity::countTaken(const Structure &structure, size_t count) {
  return std::min<size_t>(count, std::floor(structure.share * count + 0.5));
}

/// The positions of `scores` from lowest to highest; of equal ones the later
/// first, so that those stay which come first.
static std::vector<size_t> orderOf(llvm::ArrayRef<double> scores) {
  std::vector<size_t> order(scores.size());
  std::iota(order.begin(), order.end(), size_t(0));
  llvm::sort(order, [&](size_t a, size_t b) {
    return scores[a] != scores[b] ? scores[a] < scores[b] : a > b;
  });
  return order;
}

static void dropLowest(llvm::ArrayRef<double> scores, size_t count,
                       llvm::MutableArrayRef<uint8_t> kept) {
  std::vector<size_t> order = orderOf(scores);
  for (size_t position : llvm::ArrayRef(order).take_front(count))
    kept[position] = 0;
}

/// Blocks of `rows` by `columns` elements: the lowest sums of scores go.
static void dropBlocks(const Matrix &scores, const Structure &structure,
                       Mask &kept) {
  bool isChannel = structure.kind == Kind::Channel;
  size_t rows = isChannel ? 1 : structure.blockRows;
  size_t columns = isChannel ? scores.columns : structure.blockColumns;
  size_t across = (scores.columns + columns - 1) / columns;
  size_t down = (scores.rows + rows - 1) / rows;
  std::vector<double> sums(down * across);
  auto blockOf = [&](size_t row, size_t column) {
    return row / rows * across + column / columns;
  };
  for (size_t row = 0; row != scores.rows; ++row)
    for (size_t column = 0; column != scores.columns; ++column)
      sums[blockOf(row, column)] += scores.at(row, column);
  std::vector<uint8_t> keptBlocks(sums.size(), 1);
  size_t taken = countTaken(structure, sums.size());
  if (isChannel)
    taken = std::min(taken, sums.size() - 1);
  dropLowest(sums, taken, keptBlocks);
  for (size_t row = 0; row != scores.rows; ++row)
    for (size_t column = 0; column != scores.columns; ++column)
      kept[row * scores.columns + column] = keptBlocks[blockOf(row, column)];
}

Mask sparsity::selectKept(const Matrix &scores, const Structure &structure,
                          Scope scope) {
  Mask kept(scores.values.size(), 1);
  llvm::MutableArrayRef<uint8_t> all(kept);
  switch (structure.kind) {
  case Kind::None:
    break;
  case Kind::Share:
    if (scope == Scope::Matrix)
      dropLowest(scores.values, countTaken(structure, kept.size()), all);
    else
      for (size_t row = 0; row != scores.rows; ++row)
        dropLowest(scores.row(row), countTaken(structure, scores.columns),
                   all.slice(row * scores.columns, scores.columns));
    break;
  case Kind::NM:
    for (size_t row = 0; row != scores.rows; ++row)
      for (size_t first = 0; first < scores.columns; first += structure.group) {
        size_t size = std::min<size_t>(structure.group, scores.columns - first);
        if (size > structure.kept)
          dropLowest(scores.row(row).slice(first, size), size - structure.kept,
                     all.slice(row * scores.columns + first, size));
      }
    break;
  case Kind::Block:
  case Kind::Channel:
    dropBlocks(scores, structure, kept);
    break;
  }
  return kept;
}

/// The most elements other than zero of any group of `group` terms of a row.
static unsigned mostInGroup(llvm::ArrayRef<uint8_t> isZero, size_t columns,
                            size_t group) {
  size_t most = 0;
  for (; !isZero.empty(); isZero = isZero.drop_front(columns))
    for (size_t first = 0; first < columns; first += group) {
      auto terms = isZero.slice(first, std::min(group, columns - first));
      most = std::max<size_t>(most, llvm::count(terms, 0));
    }
  return static_cast<unsigned>(most);
}

Structure sparsity::findTightest(llvm::ArrayRef<uint8_t> isZero,
                                 size_t columns) {
  Structure best;
  best.kept = best.group = 1;
  for (unsigned group : {2, 4, 8, 16}) {
    if (columns < group)
      break;
    unsigned kept = std::max(1u, mostInGroup(isZero, columns, group));
    if (kept * best.group < best.kept * group) {
      best.kind = Kind::NM;
      best.kept = kept;
      best.group = group;
    }
  }
  return best;
}
