// Choosing the model of an entropy-coded tensor and writing its table. The
// table is a binary tree over the axis of places, written from the root: a node
// is a bin, or its mass is divided between its halves. Since every node divides
// what it was given, no table has a wrong sum.
#include "EntropyModel.h"

#include "BitStream.h"
#include "MassDivision.h"

#include "llvm/Support/MathExtras.h"

#include <array>

using namespace lacuna;
using llvm::ArrayRef;

namespace {

/// What stands in the table for a node.
enum class NodeKind : uint8_t { Bin, Divided, LowerEmpty, UpperEmpty };

/// Bits are counted in units of 1 / 65536.
constexpr unsigned costScale = 16;

/// Logarithms to base 2 of 1 to 2^maxStateBits, in units of a cost; computed
/// in integers, so that encoders on all hosts make the same choices.
class Logarithms {
public:
  Logarithms() {
    for (unsigned i = 1; i < values.size(); ++i) {
      unsigned whole = llvm::Log2_32(i);
      uint64_t mantissa = uint64_t(i) << (31 - whole); // 1 to 2, 31 fraction
      uint32_t log = whole;
      for (unsigned bit = 0; bit < costScale; ++bit) {
        mantissa = (mantissa * mantissa) >> 31;
        bool isTwo = mantissa >> 32;
        log = log << 1 | isTwo;
        mantissa >>= isTwo;
      }
      values[i] = log;
    }
  }

  uint64_t operator[](unsigned i) const { return values[i]; }

private:
  std::array<uint32_t, (1u << maxStateBits) + 1> values = {};
};

/// Finds the tree that makes table and streams smallest. Nodes are numbered as
/// in a heap: the root is 1, the halves of node i are 2i and 2i + 1.
class TreeChoice {
public:
  /// For elements that occur `counts` times.
  TreeChoice(ArrayRef<uint64_t> counts, ValueAxis axis, unsigned stateBits,
             unsigned precision)
      : axis(axis), stateBits(stateBits), precision(precision),
        places(counts.size()), counts(2 * places), costs(2 * places),
        kinds(2 * places) {
    for (size_t element = 0; element < places; ++element)
      this->counts[places + axis.toPlace(element)] = counts[element];
    for (size_t node = places - 1; node; --node)
      this->counts[node] = this->counts[2 * node] + this->counts[2 * node + 1];
    massOfOne = double(1u << stateBits) / double(this->counts[1]);
    for (size_t node = places - 1; node; --node)
      if (this->counts[node])
        weighNode(node);
  }

  /// Of the tree and of all elements.
  uint64_t getCost() const { return costs[1]; }

  /// Writes the tree and adds its bins to `bins`.
  void write(BitWriter &writer, std::vector<Bin> &bins) const {
    writeNode(1, 1u << stateBits, writer, bins);
  }

private:
  unsigned getOffsetBits(size_t node) const {
    return axis.elementBits - llvm::Log2_64(node);
  }

  void weighNode(size_t node) {
    uint64_t count = counts[node];
    uint64_t one = uint64_t(1) << costScale;
    uint64_t bin = (1 + count * getOffsetBits(node)) * one;
    uint64_t lower = counts[2 * node], upper = counts[2 * node + 1];
    NodeKind kind;
    uint64_t cost = costs[2 * node] + costs[2 * node + 1];
    if (!lower || !upper) {
      kind = lower ? NodeKind::UpperEmpty : NodeKind::LowerEmpty;
      cost += 3 * one;
    } else {
      kind = NodeKind::Divided;
      auto mass = unsigned(double(count) * massOfOne);
      MassDivision division(std::max(mass, 2u), precision);
      unsigned lowerMass =
          division.getLower(division.getCode(double(lower) / double(count)));
      uint64_t whole = logarithms()[division.mass];
      cost += (2 + division.bits) * one +
              lower * (whole - logarithms()[lowerMass]) +
              upper * (whole - logarithms()[division.mass - lowerMass]);
    }
    kinds[node] = cost < bin ? kind : NodeKind::Bin;
    costs[node] = std::min(cost, bin);
  }

  void writeNode(size_t node, unsigned mass, BitWriter &writer,
                 std::vector<Bin> &bins) const {
    unsigned offsetBits = getOffsetBits(node);
    NodeKind kind = kinds[node];
    if (kind == NodeKind::Divided && mass == 1)
      kind = NodeKind::Bin;
    switch (offsetBits ? kind : NodeKind::Bin) {
    case NodeKind::Bin: {
      if (offsetBits)
        writer.write(0, 1);
      uint32_t first = (uint32_t(node) << offsetBits) - uint32_t(places);
      bins.push_back({first, static_cast<uint16_t>(mass),
                      static_cast<uint8_t>(offsetBits)});
      return;
    }
    case NodeKind::LowerEmpty:
      writer.write(3, 3);
      return writeNode(2 * node + 1, mass, writer, bins);
    case NodeKind::UpperEmpty:
      writer.write(7, 3);
      return writeNode(2 * node, mass, writer, bins);
    case NodeKind::Divided:
      MassDivision division(mass, precision);
      unsigned code =
          division.getCode(double(counts[2 * node]) / double(counts[node]));
      unsigned lower = division.getLower(code);
      writer.write(1, 2);
      writer.write(code, division.bits);
      writeNode(2 * node, lower, writer, bins);
      writeNode(2 * node + 1, mass - lower, writer, bins);
    }
  }

  static const Logarithms &logarithms() {
    static const Logarithms values;
    return values;
  }

  ValueAxis axis;
  unsigned stateBits;
  unsigned precision;
  size_t places;
  double massOfOne = 0;
  std::vector<uint64_t> counts;
  std::vector<uint64_t> costs; // by node, as all below
  std::vector<NodeKind> kinds;
};

} // namespace

/// Enough states for the bins that so many elements can tell apart.
static unsigned chooseStateBits(uint64_t elements) {
  unsigned bits = llvm::Log2_64(elements | 1);
  return std::clamp(bits, minStateBits + 3, mostChosenStateBits + 3) - 3;
}

EntropyModel lacuna::chooseModel(ArrayRef<uint64_t> counts,
                                 unsigned elementBits, uint32_t zero,
                                 std::vector<uint8_t> &table) {
  uint64_t elements = 0;
  for (uint64_t count : counts)
    elements += count;
  EntropyModel model;
  model.stateBits = chooseStateBits(elements);

  // Shares are known to about half the bits of the number of elements behind
  // them; two bits more lose next to nothing.
  uint64_t elementsOfState = elements >> model.stateBits;
  unsigned precision = std::min(llvm::Log2_64(elementsOfState | 1) + 2, 15u);

  ValueAxis byValue{elementBits, zero, false}, folded{elementBits, zero, true};
  TreeChoice choices[] = {{counts, byValue, model.stateBits, precision},
                          {counts, folded, model.stateBits, precision}};
  bool isFolded = choices[1].getCost() < choices[0].getCost();
  model.axis = isFolded ? folded : byValue;

  BitWriter writer(table);
  writer.write(model.stateBits - minStateBits, 3);
  writer.write(model.axis.isFolded, 1);
  writer.write(precision, 4);
  choices[isFolded].write(writer, model.bins);
  writer.finish();
  return model;
}
