// Where zeros may lie: the structures that pruning makes and that encodings and
// the machine understand (docs/sparsity.md).
#ifndef LACUNA_SPARSITY_STRUCTURE_H
#define LACUNA_SPARSITY_STRUCTURE_H

#include "lacuna/Sparsity/Matrix.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace lacuna::sparsity {

struct Structure {
  enum class Kind { None, Share, NM, Block, Channel };

  Kind kind = Kind::None;
  /// Of weights, blocks or channels that go; at least 0, below 1.
  double share = 0.5;
  /// NM: at most `kept` of `group` consecutive terms of a row stay.
  unsigned kept = 0, group = 0;
  /// Block: rows by terms.
  unsigned blockRows = 0, blockColumns = 0;

  /// Whether a matrix of these extents is large enough to have the structure.
  bool fits(size_t rows, size_t columns) const;
};

/// Largest group of N:M, and extent of a block.
constexpr unsigned maxGroup = 256;

/// Reads "2:4", "sparsity:0.5", "block:4x4", "block:4x4:0.75", "channel:0.25"
/// or "none". Error, without a place: another form, or a number out of range.
llvm::Expected<Structure> parseStructure(llvm::StringRef text);

/// The same as text.
std::string toString(const Structure &structure);

/// How many of `count` things the share of `structure` takes.
size_t countTaken(const Structure &structure, size_t count);

/// How scores of different rows are compared by shares.
enum class Scope { Row, Matrix };

/// The elements of a matrix with these scores (none negative) that stay: those
/// of highest score, as far as the structure lets them; of equal ones, those
/// that come first. Shares are taken of each row or of the whole matrix; blocks
/// always of the whole. Channels are rows, of which one stays at least.
Mask selectKept(const Matrix &scores, const Structure &structure, Scope scope);

/// A structure N:M that rows of `columns` terms have, given which of their
/// terms are zero: of 1:4, 2:4, 4:8, 1:2, ... (groups of 2, 4, 8 and 16) the
/// one that keeps the smallest share, of equal ones that with the smallest
/// group. Kind None if there is none with fewer kept than grouped.
Structure findTightest(llvm::ArrayRef<uint8_t> isZero, size_t columns);

} // namespace lacuna::sparsity

#endif // LACUNA_SPARSITY_STRUCTURE_H
