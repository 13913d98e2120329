// Races found by the verifier are those that a definition written out at length
// finds: every pair of instructions, byte by byte, over the transitive closure
// of what orders them.
#include "Pipeline.h"
#include "lacuna/Program/Verifier.h"

#include "gmock/gmock.h"

#include <bitset>
#include <map>
#include <random>
#include <set>

using namespace lacuna;
using namespace lacuna::pipeline;
using testing::HasSubstr;

namespace {

constexpr uint64_t padBytes = 512;
constexpr unsigned iterations = 2;

/// Programs of LOAD, VECTOR and STORE, whose accesses and semaphores are drawn
/// at random. Waits follow their signals, so none of them hangs.
class RandomProgram {
public:
  explicit RandomProgram(unsigned seed) : random(seed) {
    for (auto &[producer, consumer] : semaphores) {
      producer = engines[below(3)];
      do
        consumer = engines[below(3)];
      while (consumer == producer);
    }
  }

  /// Writes all that is read later, and lets every engine know.
  std::vector<Instruction> prologue() {
    return {copy<Load>(inputAt, ring(0), padBytes),
            signal(Engine::Load, 10),
            signal(Engine::Load, 11),
            wait(Engine::Vector, 10),
            wait(Engine::Store, 11),
            copy<Store>(spillAt, ring(0), padBytes),
            signal(Engine::Store, 12),
            signal(Engine::Store, 13),
            wait(Engine::Load, 12),
            wait(Engine::Vector, 13)};
  }

  std::vector<Instruction> body() {
    std::vector<Instruction> list;
    std::map<unsigned, uint64_t> units;
    for (unsigned i = 0, size = 6 + below(16); i != size; ++i) {
      unsigned semaphore = below(semaphores.size());
      auto [producer, consumer] = semaphores[semaphore];
      if (below(2)) {
        list.push_back(access());
      } else if (units[semaphore] && below(3)) {
        uint64_t count = 1 + below(units[semaphore]);
        units[semaphore] -= count;
        list.push_back(wait(consumer, semaphore, count));
      } else {
        uint64_t count = 1 + below(2);
        units[semaphore] += count;
        list.push_back(signal(producer, semaphore, count));
      }
    }
    for (auto [semaphore, count] : units)
      if (count)
        list.push_back(wait(semaphores[semaphore].second, semaphore, count));
    return list;
  }

private:
  uint64_t below(uint64_t limit) { return random() % limit; }

  /// Up to 16 bytes in up to four places, somewhere in a ring.
  Ring place() {
    Ring result;
    result.length = below(2) ? 48 : 0;
    result.base = below(8) * 48;
    result.offset = times(int64_t(below(3)) * 8);
    result.offset.constant = below(6) * 4;
    return result;
  }

  Instruction access() {
    uint64_t run = 1 + below(4), count = 1 + below(3);
    int64_t stride = 4 + 4 * below(2);
    if (below(3) == 0) {
      Map map;
      map.operation = MapOperation::Copy;
      map.aType = map.dstType = ElementType::I8;
      map.dims = {Interval(count), Interval(run)};
      map.dst.ring = place();
      map.a.ring = place();
      map.dstStrides = {stride, 1};
      map.aStrides = {stride, 1};
      return map;
    }
    auto make = [&](auto inst, uint64_t dram) {
      inst.dram.address = dram;
      inst.pad = place();
      inst.run = run;
      inst.dims = {Interval(count)};
      inst.padStrides = {stride};
      inst.dramStrides = {int64_t(below(2)) * 8};
      return inst;
    };
    if (below(2))
      return make(Load(), (below(2) ? inputAt : spillAt) + below(40) * 4);
    return make(Store(), spillAt + below(40) * 4);
  }

  static constexpr Engine engines[3] = {Engine::Load, Engine::Vector,
                                        Engine::Store};
  std::mt19937 random;
  std::array<std::pair<Engine, Engine>, 5> semaphores;
};

/// Bytes read and written: addresses in the scratchpad from 0, off-chip from
/// 2^40 on.
struct Footprint {
  std::set<uint64_t> reads, writes;
};

void addRun(std::set<uint64_t> &bytes, const Ring &ring, int64_t offset,
            uint64_t run) {
  for (uint64_t i = 0; i != run; ++i)
    bytes.insert(ring.base +
                 (ring.length ? (offset + i) % ring.length : offset + i));
}

template <typename Copy>
void addCopy(const Copy &inst, const LoopIndices &indices,
             std::set<uint64_t> &pad, std::set<uint64_t> &dram) {
  for (uint64_t c = 0; c != (inst.dims.empty() ? 1 : inst.dims[0].size); ++c) {
    int64_t step = c;
    addRun(pad, inst.pad,
           inst.pad.offset.at(indices) + (c ? step * inst.padStrides[0] : 0),
           inst.run);
    for (uint64_t i = 0; i != inst.run; ++i)
      dram.insert((uint64_t(1) << 40) + inst.dram.address.at(indices) +
                  (c ? step * inst.dramStrides[0] : 0) + i);
  }
}

Footprint footprintOf(const Instruction &instruction,
                      const LoopIndices &indices) {
  Footprint result;
  if (const auto *load = std::get_if<Load>(&instruction))
    addCopy(*load, indices, result.writes, result.reads);
  if (const auto *store = std::get_if<Store>(&instruction))
    addCopy(*store, indices, result.reads, result.writes);
  if (const auto *map = std::get_if<Map>(&instruction))
    for (uint64_t c = 0; c != map->dims[0].size; ++c) {
      addRun(result.writes, map->dst.ring,
             map->dst.ring.offset.at(indices) + int64_t(c) * map->dstStrides[0],
             map->dims[1].size);
      addRun(result.reads, map->a.ring,
             map->a.ring.offset.at(indices) + int64_t(c) * map->aStrides[0],
             map->dims[1].size);
    }
  return result;
}

bool meet(const std::set<uint64_t> &a, const std::set<uint64_t> &b) {
  return llvm::any_of(a, [&](uint64_t byte) { return b.count(byte); });
}

/// Whether two instructions of the list, executed with their indices, race.
bool hasRace(const std::vector<std::pair<Instruction, LoopIndices>> &executed) {
  constexpr size_t most = 128;
  size_t size = executed.size();
  EXPECT_LE(size, most);
  std::vector<std::bitset<most>> before(size);
  std::map<Engine, size_t> previous;
  std::map<uint64_t, std::vector<size_t>> units;
  std::map<uint64_t, size_t> taken;
  for (size_t i = 0; i != size; ++i) {
    const Instruction &instruction = executed[i].first;
    auto follow = [&](size_t earlier) {
      before[i] |= before[earlier];
      before[i].set(earlier);
    };
    Engine engine = queueOf(instruction);
    if (previous.count(engine))
      follow(previous[engine]);
    previous[engine] = i;
    if (const auto *inst = std::get_if<Signal>(&instruction))
      units[inst->semaphore].insert(units[inst->semaphore].end(), inst->count,
                                    i);
    if (const auto *inst = std::get_if<Wait>(&instruction))
      for (uint64_t unit = 0; unit != inst->count; ++unit)
        follow(units[inst->semaphore][taken[inst->semaphore]++]);
  }
  std::vector<Footprint> footprints;
  for (const auto &[instruction, indices] : executed)
    footprints.push_back(footprintOf(instruction, indices));
  for (size_t i = 0; i != size; ++i)
    for (size_t j = 0; j != i; ++j) {
      if (before[i][j] ||
          queueOf(executed[i].first) == queueOf(executed[j].first))
        continue;
      const Footprint &a = footprints[i], &b = footprints[j];
      if (meet(a.writes, b.writes) || meet(a.writes, b.reads) ||
          meet(a.reads, b.writes))
        return true;
    }
  return false;
}

TEST(Races, AgreeWithTheDefinition) {
  Machine machine = makeMachine();
  unsigned races = 0;
  constexpr unsigned programs = 2000;
  for (unsigned seed = 0; seed != programs; ++seed) {
    RandomProgram random(seed);
    std::vector<Instruction> list = random.prologue(), body = random.body();
    std::vector<std::pair<Instruction, LoopIndices>> executed;
    for (const Instruction &instruction : list)
      executed.push_back({instruction, {}});
    for (unsigned i = 0; i != iterations; ++i)
      for (const Instruction &instruction : body)
        executed.push_back({instruction, {i}});
    list.push_back(loop(iterations));
    list.insert(list.end(), body.begin(), body.end());
    list.insert(list.end(), {EndLoop(), Halt()});

    Program program = makeProgram(list, machine);
    program.tensors.clear();
    llvm::Expected<VerifiedProgram> result = verifyProgram(program, machine);
    if (hasRace(executed)) {
      ++races;
      ASSERT_FALSE(bool(result)) << "seed " << seed;
      EXPECT_THAT(toString(result.takeError()), HasSubstr("rule race"))
          << "seed " << seed;
    } else {
      ASSERT_TRUE(bool(result))
          << "seed " << seed << ": " << toString(result.takeError());
    }
  }
  EXPECT_GT(races, programs / 4);
  EXPECT_LT(races, programs * 3 / 4);
}

} // namespace
