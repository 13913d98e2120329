// What the tests of the engines share: a machine with small memories full of
// random bytes, random operands that fit into them, and access to one element
// at a time, straight from the definition of rings.
#ifndef LACUNA_UNIT_EMULATOR_NAIVE_H
#define LACUNA_UNIT_EMULATOR_NAIVE_H

#include "Engines.h"
#include "Limits.h"
#include "Targets.h"

#include "lacuna/Program/AccessPattern.h"
#include "lacuna/Program/AssemblyPrinter.h"

#include "gtest/gtest.h"

#include <cstring>
#include <random>

namespace lacuna {
namespace naive {

constexpr uint64_t padBytes = 4096;
constexpr uint64_t accumulatorBytes = 8192;

inline Machine makeMachine() {
  Machine machine;
  machine.name = "small";
  machine.clockMhz = 100;
  machine.matrix.rows = 4;
  machine.matrix.columns = 8;
  machine.matrix.depthwiseRows = 2;
  machine.vector.lanes = 8;
  machine.sequencer = {64, 4, 8, 3};
  machine.scratchpad = {padBytes, 4, 4};
  machine.accumulators.bytes = accumulatorBytes;
  machine.dram = {1 << 20, 8, 32, 10};
  return machine;
}

/// Bytes of both on-chip memories.
struct Contents {
  std::vector<uint8_t> pad, accumulators;
  explicit Contents(Memory &memory)
      : pad(memory.scratchpad(), memory.scratchpad() + padBytes),
        accumulators(memory.accumulators(),
                     memory.accumulators() + accumulatorBytes) {}
  std::vector<uint8_t> &of(OnChipMemory memory) {
    return memory == OnChipMemory::Scratchpad ? pad : accumulators;
  }
  bool operator==(const Contents &o) const {
    return pad == o.pad && accumulators == o.accumulators;
  }
};

/// The address of position `p` of a ring, in units of `bits`; and the half of
/// the byte for packed elements.
struct Place {
  uint64_t byte;
  bool upper;
};
inline Place placeOf(const Ring &ring, int64_t position, int64_t bits) {
  int64_t bit = (ring.offset.constant + position) * bits;
  if (ring.length) {
    int64_t length = static_cast<int64_t>(ring.length) * 8;
    bit = (bit % length + length) % length;
  }
  return {ring.base + static_cast<uint64_t>(bit >> 3), (bit & 7) != 0};
}

inline int64_t load(const std::vector<uint8_t> &bytes, const Ring &ring,
                    ElementType type, int64_t position, bool packed = false) {
  const ElementTypeInfo &info = getInfo(type);
  if (type == ElementType::I4 && packed) {
    Place place = placeOf(ring, position, 4);
    int value = bytes.at(place.byte) >> (place.upper ? 4 : 0) & 15;
    return value >= 8 ? value - 16 : value;
  }
  unsigned size = std::max(1u, info.storageBits / 8);
  Place place = placeOf(ring, position, int64_t(size) * 8);
  uint64_t value = 0;
  for (unsigned i = 0; i != size; ++i)
    value |= uint64_t(bytes.at(place.byte + i)) << (8 * i);
  if (type == ElementType::I1)
    return value != 0;
  uint64_t modulus = uint64_t(1) << info.bits;
  value %= modulus;
  if (info.isSigned && value >= modulus / 2)
    return static_cast<int64_t>(value) - static_cast<int64_t>(modulus);
  return static_cast<int64_t>(value);
}

inline void store(std::vector<uint8_t> &bytes, const Ring &ring,
                  ElementType type, int64_t position, int64_t value) {
  unsigned size = std::max(1u, getInfo(type).storageBits / 8);
  Place place = placeOf(ring, position, int64_t(size) * 8);
  for (unsigned i = 0; i != size; ++i)
    bytes.at(place.byte + i) = static_cast<uint8_t>(value >> (8 * i));
}

/// A seeded source of operands.
class Random {
public:
  explicit Random(unsigned seed) : engine(seed) {}

  int64_t between(int64_t least, int64_t most) {
    return std::uniform_int_distribution<int64_t>(least, most)(engine);
  }
  bool chance(int percent) { return between(1, 100) <= percent; }
  template <typename T> T oneOf(std::initializer_list<T> choices) {
    return choices.begin()[between(0, int64_t(choices.size()) - 1)];
  }
  void fill(uint8_t *bytes, size_t size) {
    for (size_t i = 0; i != size; ++i)
      bytes[i] = static_cast<uint8_t>(engine());
  }
  /// Resolved, not empty; sometimes clipped off the start.
  Interval interval(int64_t most) {
    Interval result;
    result.bound = between(1, most);
    result.start = Affine(chance(60) ? 0 : between(0, result.bound - 1));
    result.size = between(1, int64_t(result.bound) - result.start.constant);
    return result;
  }
  Interval first(int64_t size) { return Interval(size); }
  /// A ring somewhere in a memory, that wraps half of the time.
  Ring ring(uint64_t memoryBytes, unsigned elementBytes) {
    Ring result;
    result.base = between(0, memoryBytes / 2);
    if (chance(50))
      result.length = elementBytes * between(1, memoryBytes / 2 / elementBytes);
    result.offset = Affine(result.length || chance(50) ? between(-40, 400) : 0);
    return result;
  }
  /// Strides that lay `extents` out densely, or something odd.
  Strides strides(llvm::ArrayRef<int64_t> extents) {
    Strides result(extents.size());
    int64_t next = 1;
    bool odd = chance(30);
    for (size_t i = extents.size(); i-- != 0;) {
      result[i] = odd ? between(-20, 40) : next;
      next *= extents[i];
    }
    return result;
  }

private:
  std::mt19937_64 engine;
};

inline std::string textOf(const Instruction &inst) {
  std::string text;
  llvm::raw_string_ostream os(text);
  print(os, inst);
  return text;
}

/// Memories of random bytes.
class EngineTest : public ::testing::Test {
protected:
  EngineTest() : machine(makeMachine()), memory(makeMemory()) {}

  /// Runs random instructions that `make` gives (those that leave a memory are
  /// left out) and compares with `expect`, which computes on a copy.
  template <typename Make, typename Expect>
  void compare(unsigned wanted, Make &&make, Expect &&expect) {
    withEachTarget([&] { compareOnce(wanted, make, expect); });
  }

  template <typename Make, typename Expect>
  void compareOnce(unsigned wanted, Make &&make, Expect &&expect) {
    Random random(1);
    unsigned done = 0;
    for (unsigned tries = 0; done != wanted && tries != 200 * wanted; ++tries) {
      auto inst = make(random);
      auto patterns = getAccessPatterns(inst);
      if (!patterns) {
        llvm::consumeError(patterns.takeError());
        continue;
      }
      auto peak = checkOnChip(*patterns, memory);
      if (!peak) {
        llvm::consumeError(peak.takeError());
        continue;
      }
      fillMemory(random);
      Contents expected(memory);
      bool valid = expect(inst, expected);
      llvm::Error error = execute(inst, memory);
      ASSERT_EQ(!error, valid) << llvm::toString(std::move(error));
      if (!valid) {
        llvm::consumeError(std::move(error));
        continue;
      }
      ASSERT_TRUE(expected == Contents(memory))
          << "instruction " << done << ": " << textOf(inst);
      ++done;
    }
    EXPECT_EQ(done, wanted) << "too few instructions fitted";
  }

  virtual void fillMemory(Random &random) {
    random.fill(memory.scratchpad(), padBytes);
    random.fill(memory.accumulators(), accumulatorBytes);
  }

  Machine machine;
  Program program;
  Memory memory;

private:
  Memory makeMemory() {
    Region text;
    text.size = 1;
    text.bytes = {0};
    program.regions.push_back(text);
    return llvm::cantFail(Memory::create(program, machine));
  }
};

} // namespace naive
} // namespace lacuna

#endif // LACUNA_UNIT_EMULATOR_NAIVE_H
