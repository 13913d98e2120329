// The stages of one problem under construction, each taking up on-chip what the
// one before it left there.
#ifndef LACUNA_LIB_CONVERSION_NNTOSCHEDULE_CHAIN_H
#define LACUNA_LIB_CONVERSION_NNTOSCHEDULE_CHAIN_H

#include "Lowering.h"

namespace lacuna::lowering {

class Chain {
public:
  /// A chain whose results have the extents `dims`.
  Chain(Lowering &lowering, mlir::Operation *op, llvm::ArrayRef<int64_t> dims)
      : lowering(lowering), op(op), dims(dims) {}

  Lowering &lowering;
  mlir::Operation *op;
  Shape dims;
  /// Counts of loops around all stages.
  llvm::SmallVector<uint64_t, 2> outer;

  /// What the next stage reads: elements of this type, in this memory.
  ElementType type = ElementType::I8;
  OnChipMemory memory = OnChipMemory::Scratchpad;

  /// Begins with a tensor off-chip.
  void start(Binding source, ElementType sourceType) {
    first = std::move(source);
    type = sourceType;
  }
  bool isEmpty() const { return stages.empty(); }

  /// Binds the operand `field` of the next stage to what there is.
  Binding source(llvm::StringRef field) const {
    Binding binding = isEmpty() ? first : Binding();
    binding.field = field.str();
    return binding;
  }

  /// Adds a stage that reads `operands` (those from the stage before first)
  /// and leaves `result`, its operand `field`, in `memory`.
  void add(Instruction instruction, std::vector<Binding> operands,
           llvm::StringRef field, ElementType result,
           OnChipMemory in = OnChipMemory::Scratchpad);

  /// Extents of an instruction over all of the results.
  Dims wholeDims() const;

  /// Binds the last result to a tensor, whose place `target` gives, and adds
  /// the problem to the network.
  llvm::Error finish(Binding target);

private:
  std::vector<Stage> stages;
  Binding first;
};

/// The bias that the sums of a matrix layer take: first, of floats last.
struct Bias {
  /// A constant, one value (of floats: its bits) a channel; or
  std::vector<int64_t> values;
  /// a tensor of records of the sums' type, one a channel.
  std::optional<Binding> tensor;

  bool isAbsent() const { return values.empty() && !tensor; }
};

/// Whether one of `stages` has a value for each channel, so that the last
/// extent must stay what it is.
bool arePerChannel(llvm::ArrayRef<mlir::Attribute> stages);

/// Appends to `chain` what adds `bias` and applies `stages`. Sums in the
/// accumulators move to the scratchpad even if nothing is to be done.
llvm::Error applyStages(Chain &chain, llvm::ArrayRef<mlir::Attribute> stages,
                        Bias bias = {});

/// Multiplier and shift of a scale of all channels as an instruction has them.
/// A multiplier of 0 would mean none there; 1 / 2^62 of any value rounds to 0.
std::pair<int64_t, uint64_t> scaleOf(nn::RescaleAttr rescale);

/// Whether the scale `rescale` can be one of `inst`, which has one rounding for
/// all of its scales; sets the rounding.
bool agreeOnRounding(Map &inst, nn::RescaleAttr rescale);

/// How many of `stages` the last steps of a map (scale, zero point, clamp)
/// can do on results of type `type`; sets them in `inst`, whose operands'
/// scales are set.
size_t takeOutputStages(Map &inst, ElementType type,
                        llvm::ArrayRef<mlir::Attribute> stages);

/// The limits of `clamp` as an instruction on floats has them: the bits of an
/// fp32 each.
std::pair<int64_t, int64_t> floatLimits(nn::ClampAttr clamp);

/// Applies `stages` to floats, as applyStages does.
llvm::Error applyFloatStages(Chain &chain,
                             llvm::ArrayRef<mlir::Attribute> stages, Bias bias);

/// The same as takeOutputStages for an `inst` whose result is a float of
/// `type`. `isExact` where the operation rounds nothing, so that a conversion
/// may follow whatever the type.
size_t takeFloatOutputStages(Map &inst, ElementType type,
                             llvm::ArrayRef<mlir::Attribute> stages,
                             bool isExact = false);

/// The operand `src` of a pool of `value`. One that `computes`, and does not
/// just pick elements, rounds fp32 to the type of what it reads: takes the cast
/// that says so from `stages`, or makes `inst` read the elements as fp32, which
/// a problem of its own leaves off-chip.
llvm::Expected<Binding> bindSampled(Lowering &lowering, mlir::Operation *op,
                                    mlir::Value value, bool computes,
                                    Pool &inst,
                                    llvm::ArrayRef<mlir::Attribute> &stages);

/// Parameter records, one a channel: the constant operand `parameters` of a
/// rescale whose sums have type `sums`. Empty lists are left out of the
/// records; `multipliers` and `shifts` come together.
Binding makeParameters(Lowering &lowering, llvm::StringRef name,
                       ElementType sums, llvm::ArrayRef<int64_t> biases,
                       llvm::ArrayRef<int32_t> multipliers,
                       llvm::ArrayRef<int8_t> shifts, ParameterFormat &format);

/// The same of a rescale of floats; `biases` are bits.
Binding makeFloatParameters(Lowering &lowering, llvm::StringRef name,
                            llvm::ArrayRef<int64_t> biases,
                            llvm::ArrayRef<float> factors,
                            ParameterFormat &format);

/// Factors, one a channel, as the operand b of a map of `rank` extents.
Binding makeFactors(Lowering &lowering, llvm::StringRef name,
                    llvm::ArrayRef<float> factors, size_t rank);

/// The constant operand `table` of entries of `type`.
Binding makeTable(Lowering &lowering, nn::TableAttr table, ElementType type);

} // namespace lacuna::lowering

#endif // LACUNA_LIB_CONVERSION_NNTOSCHEDULE_CHAIN_H
