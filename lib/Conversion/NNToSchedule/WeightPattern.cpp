// Zeros in the weights of a problem's first stage, in the order in which its
// instruction adds up.
#include "WeightPattern.h"

#include "llvm/ADT/Sequence.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

using namespace lacuna;
using namespace lacuna::lowering;

namespace {
/// Groups in which hardware at large looks for zeros: what to tell of a machine
/// that lacks a pattern.
constexpr uint64_t kKnownGroups[] = {4, 8};
/// Zeros below this share of the weights are no structure to speak of.
constexpr double kManyZeros = 0.25;

/// The weights of an instruction, where each channel's terms lie in the bytes
/// of a constant.
struct Terms {
  std::vector<uint8_t> bytes;
  ElementType type;
  int64_t zeroPoint;
  int64_t first;
  /// Counts and strides in bytes: outer loops and channels, and the extents of
  /// a channel's terms.
  llvm::SmallVector<std::pair<uint64_t, int64_t>, 4> channels, terms;

  bool isZero(int64_t byte, uint64_t nibble) const {
    if (isFloat(type)) { // +0 and -0
      uint64_t bits = 0;
      for (unsigned i = getInfo(type).bits / 8; i-- != 0;)
        bits = bits << 8 | bytes[byte + i];
      return bits << (64 - getInfo(type).bits) << 1 == 0;
    }
    int64_t value;
    if (type == ElementType::I4)
      value = llvm::SignExtend64<4>(bytes[byte] >> (nibble ? 4 : 0));
    else if (type == ElementType::I16)
      value = llvm::SignExtend64<16>(bytes[byte] | bytes[byte + 1] << 8);
    else
      value = llvm::SignExtend64<8>(bytes[byte]);
    return value == zeroPoint;
  }
  uint64_t countTerms() const {
    uint64_t count = 1;
    for (auto [extent, stride] : terms)
      count *= extent;
    return count;
  }
};

/// Calls visit(offset) for each combination of `extents`, in order.
template <typename Visit>
void forEachPlace(llvm::ArrayRef<std::pair<uint64_t, int64_t>> extents,
                  int64_t at, Visit &&visit) {
  if (extents.empty())
    return visit(at);
  auto [count, stride] = extents.front();
  for (uint64_t i = 0; i != count; ++i)
    forEachPlace(extents.drop_front(), at + int64_t(i) * stride, visit);
}

/// What a pass over the weights finds.
struct Found {
  uint64_t weights = 0, zeros = 0;
  /// Of each group asked for, the most nonzeros in one.
  llvm::SmallVector<std::pair<uint64_t, uint64_t>, 4> most;

  uint64_t mostOf(uint64_t group) const {
    return llvm::find_if(
               most, [&](const auto &entry) { return entry.first == group; })
        ->second;
  }
};
} // namespace

static Found findZeros(const Terms &weights, llvm::ArrayRef<uint64_t> groups) {
  Found found;
  for (uint64_t group : groups)
    found.most.push_back({group, 0});
  // Rows of bits, one a channel, since groups of several sizes are sought.
  uint64_t count = weights.countTerms();
  std::vector<uint8_t> nonzero(count);
  uint64_t inner = weights.terms.back().first;
  int64_t step = weights.terms.back().second;
  bool packed = weights.type == ElementType::I4;
  forEachPlace(weights.channels, weights.first, [&](int64_t channel) {
    uint8_t *next = nonzero.data();
    forEachPlace(llvm::ArrayRef(weights.terms).drop_back(), channel,
                 [&](int64_t row) {
                   for (uint64_t i = 0; i != inner; ++i)
                     *next++ = packed ? !weights.isZero(row + i / 2, i % 2)
                                      : !weights.isZero(row + i * step, 0);
                 });
    uint64_t nonzeros = llvm::count(nonzero, 1);
    found.weights += count;
    found.zeros += count - nonzeros;
    for (auto &[group, most] : found.most)
      for (uint64_t term = 0; term < count; term += group) {
        uint64_t end = std::min(count, term + group), some = 0;
        for (uint64_t i = term; i != end; ++i)
          some += nonzero[i];
        most = std::max(most, some);
      }
  });
  return found;
}

/// The weights of `inst`, if they are a constant.
template <class Inst>
static std::optional<Terms> readTerms(const schedule::Network &network,
                                      const Problem &problem,
                                      const Inst &inst) {
  const auto &bindings = problem.stages.front().bindings;
  auto binding = llvm::find_if(
      bindings, [](const Binding &b) { return b.field == "weights"; });
  if (binding == bindings.end() || binding->isIntermediate() ||
      !network.details[binding->tensor].write)
    return std::nullopt;
  Terms terms;
  terms.type = inst.weightType;
  terms.zeroPoint = inst.weightZeroPoint;
  terms.first = binding->offset;
  for (auto [count, stride] : llvm::zip(problem.outer, binding->outerStrides))
    if (stride != 0)
      terms.channels.push_back({count, stride});
  terms.channels.push_back({inst.channels.bound, binding->strides.front()});
  llvm::SmallVector<uint64_t, 4> extents{
      inst.kernelRows.bound, inst.kernelColumns.bound, inst.depth.bound};
  if constexpr (std::is_same_v<Inst, Conv3D>)
    extents.insert(extents.begin(), inst.kernelSlices.bound);
  for (auto [count, stride] :
       llvm::zip_equal(extents, llvm::ArrayRef(binding->strides).drop_front()))
    terms.terms.push_back({count, stride});
  terms.bytes.resize(network.graph.tensors[binding->tensor].bytes);
  network.details[binding->tensor].write(terms.bytes);
  return terms;
}

/// "50.0 %".
static std::string percent(uint64_t part, uint64_t whole) {
  return llvm::formatv("{0:F1} %", 100.0 * double(part) / double(whole));
}

template <class Inst>
static void takePattern(const Lowering &lowering, Problem &problem,
                        Inst &inst) {
  std::optional<Terms> terms =
      readTerms(lowering.network, problem, std::as_const(inst));
  if (!terms)
    return;
  const Machine &machine = lowering.machine;
  llvm::SmallVector<uint64_t, 4> groups(std::begin(kKnownGroups),
                                        std::end(kKnownGroups));
  for (const WeightPattern &pattern : machine.matrix.sparsity)
    if (!llvm::is_contained(groups, pattern.group))
      groups.push_back(pattern.group);
  Found found = findZeros(*terms, groups);

  // The pattern that leaves the fewest slots; a short last group fills them as
  // far as it goes.
  uint64_t count = terms->countTerms();
  auto slotsOf = [&](uint64_t nonzeros, uint64_t group) {
    return count / group * nonzeros + std::min(nonzeros, count % group);
  };
  uint64_t slots = count;
  for (const WeightPattern &pattern : machine.matrix.sparsity)
    if (found.mostOf(pattern.group) <= pattern.nonzeros &&
        slotsOf(pattern.nonzeros, pattern.group) < slots) {
      inst.nonzeros = pattern.nonzeros;
      inst.group = pattern.group;
      slots = slotsOf(pattern.nonzeros, pattern.group);
    }

  if (machine.matrix.skip.weights ||
      double(found.zeros) < kManyZeros * double(found.weights))
    return;
  std::string remark =
      percent(found.zeros, found.weights) + " of the weights are zero";
  uint64_t best = 0, bestSlots = slots;
  for (uint64_t group : kKnownGroups)
    if (2 * found.mostOf(group) <= group &&
        slotsOf(found.mostOf(group), group) < bestSlots) {
      best = group;
      bestSlots = slotsOf(found.mostOf(group), group);
    }
  if (best)
    remark += llvm::formatv("; they have the pattern {0}:{1}, which machine "
                            "'{2}' lacks (matrix.sparsity)",
                            found.mostOf(best), best, machine.name);
  else if (slots != count)
    return;
  else
    remark += llvm::formatv("; machine '{0}' multiplies by them: it does not "
                            "skip weights (matrix.skip)",
                            machine.name);
  problem.remarks.push_back(std::move(remark));
}

void lowering::chooseWeightPattern(const Lowering &lowering, Problem &problem) {
  if (problem.stages.empty())
    return;
  Instruction &instruction = problem.stages.front().instruction;
  if (auto *conv = std::get_if<Conv>(&instruction))
    takePattern(lowering, problem, *conv);
  else if (auto *volume = std::get_if<Conv3D>(&instruction))
    takePattern(lowering, problem, *volume);
}
