// Reading the table of an entropy-coded tensor.
#include "BitStream.h"
#include "EntropyModel.h"
#include "MassDivision.h"

using namespace lacuna;
using llvm::ArrayRef;
using llvm::Error;
using llvm::Expected;
using llvm::Twine;

namespace {

/// Reads a tree; depth and bins are bounded by the width of the axis and by the
/// mass that is shared out.
class TreeReader {
public:
  TreeReader(BitReader &reader, unsigned precision, std::vector<Bin> &bins)
      : reader(reader), precision(precision), bins(bins) {}

  Error read(uint32_t first, unsigned offsetBits, unsigned mass) {
    if (offsetBits == 0 || !takeBit())
      return addBin(first, offsetBits, mass);
    uint32_t middle = first + (uint32_t(1) << (offsetBits - 1));
    if (takeBit()) {
      bool isUpperEmpty = takeBit();
      return read(isUpperEmpty ? first : middle, offsetBits - 1, mass);
    }
    if (mass < 2 && !isTruncated)
      return reader.makeErrorHere("a mass of 1 is divided");
    MassDivision division(std::max(mass, 2u), precision);
    unsigned code = take(division.bits);
    if (isTruncated)
      return makeTruncated();
    if (division.isExact && code > mass - 2)
      return reader.makeErrorHere("a mass of " + Twine(mass) +
                                  " is divided beyond its end, " +
                                  Twine(code + 1));
    unsigned lower = division.getLower(code);
    if (Error error = read(first, offsetBits - 1, lower))
      return error;
    return read(middle, offsetBits - 1, mass - lower);
  }

private:
  /// Zeros, once the table is at its end.
  unsigned take(unsigned bits) {
    isTruncated |= !reader.has(bits);
    return isTruncated ? 0 : reader.take(bits);
  }
  bool takeBit() { return take(1); }

  Error makeTruncated() { return reader.makeTruncated("the tree of bins"); }

  Error addBin(uint32_t first, unsigned offsetBits, unsigned mass) {
    if (isTruncated)
      return makeTruncated();
    bins.push_back(
        {first, static_cast<uint16_t>(mass), static_cast<uint8_t>(offsetBits)});
    return Error::success();
  }

  BitReader &reader;
  unsigned precision;
  std::vector<Bin> &bins;
  bool isTruncated = false;
};

} // namespace

Expected<EntropyModel> lacuna::readModel(ArrayRef<uint8_t> table,
                                         unsigned elementBits, uint32_t zero) {
  BitReader reader(table, "table");
  if (!reader.has(8))
    return reader.makeTruncated("the head");
  EntropyModel model;
  model.stateBits = reader.take(3) + minStateBits;
  model.axis = {elementBits, zero, reader.take(1) != 0};
  unsigned precision = reader.take(4);
  if (Error error = TreeReader(reader, precision, model.bins)
                        .read(0, elementBits, 1u << model.stateBits))
    return std::move(error);
  if (Error error = reader.finish())
    return std::move(error);
  return model;
}
