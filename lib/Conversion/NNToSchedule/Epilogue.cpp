// Stages of an epilogue or prologue, packed into as few instructions as hold
// them.
#include "Chain.h"

#include "lacuna/Support/Diagnostics.h"

using namespace lacuna;
using namespace lacuna::lowering;

using Stages = llvm::ArrayRef<mlir::Attribute>;

template <class Attr> static Attr firstAs(Stages stages) {
  return stages.empty() ? Attr() : llvm::dyn_cast<Attr>(stages.front());
}

static Rounding roundingOf(nn::RescaleAttr rescale) {
  return static_cast<Rounding>(rescale.getRounding());
}

static ElementType inputType(nn::RescaleAttr rescale) {
  ElementType type = elementTypeOf(rescale.getInputType());
  return rescale.getInputUnsigned() ? unsignedType(type) : type;
}
static ElementType outputType(nn::RescaleAttr rescale) {
  ElementType type = elementTypeOf(rescale.getOutputType());
  return rescale.getOutputUnsigned() ? unsignedType(type) : type;
}

/// The element type of the values that `type` holds the bits of, as the next
/// stage reads them: signed.
static ElementType asSigned(ElementType type) {
  return type == ElementType::U8    ? ElementType::I8
         : type == ElementType::U16 ? ElementType::I16
                                    : type;
}

/// Takes a clamp from the front of `stages`, if results are signed: limits are
/// compared as signed.
template <class Inst>
static size_t takeClamp(Inst &inst, ElementType type, Stages stages) {
  auto clamp = firstAs<nn::ClampAttr>(stages);
  if (!clamp || type != asSigned(type))
    return 0;
  // A limit that the type has anyway costs bytes and says nothing.
  if (clamp.getMinInt() > getMinimum(type))
    inst.clampMin = clamp.getMinInt();
  if (clamp.getMaxInt() < getMaximum(type))
    inst.clampMax = clamp.getMaxInt();
  return 1;
}

/// One rescale instruction for the bias and as many stages as it holds; returns
/// how many.
static size_t addRescale(Chain &chain, Stages stages, Bias bias) {
  Rescale inst;
  inst.dims = chain.wholeDims();
  inst.src.memory = chain.memory;
  inst.srcType = inst.dstType = chain.type;
  size_t taken = 0;
  std::vector<int32_t> multipliers;
  std::vector<int8_t> shifts;

  // A bias that lies in memory by itself leaves no room for scales there.
  auto rescale = firstAs<nn::RescaleAttr>(stages);
  if (rescale && !(bias.tensor && rescale.isPerChannel())) {
    inst.srcType = inputType(rescale);
    inst.dstType = outputType(rescale);
    inst.srcZeroPoint = rescale.getInputZp();
    inst.dstZeroPoint = rescale.getOutputZp();
    inst.rounding = roundingOf(rescale);
    inst.scale16 = !rescale.getScale32();
    if (rescale.isPerChannel()) {
      multipliers = rescale.getMultiplier();
      shifts = rescale.getShift();
    } else {
      std::tie(inst.multiplier, inst.shift) = scaleOf(rescale);
    }
    ++taken;
  }
  taken += takeClamp(inst, inst.dstType, stages.drop_front(taken));

  std::vector<Binding> operands{chain.source("src")};
  if (bias.tensor) {
    inst.parameterFormat = ParameterFormat::Bias;
    operands.push_back(*bias.tensor);
    operands.back().field = "parameters";
  } else if (!bias.values.empty() || !multipliers.empty()) {
    std::string name = chain.lowering.getLayerName().str() + ".parameters";
    operands.push_back(makeParameters(chain.lowering, name, inst.srcType,
                                      bias.values, multipliers, shifts,
                                      inst.parameterFormat));
  }
  auto table = firstAs<nn::TableAttr>(stages.drop_front(taken));
  if (table && inst.dstType == ElementType::I8 &&
      table.getOutputType().isInteger(8)) {
    inst.useTable = true;
    operands.push_back(makeTable(chain.lowering, table, ElementType::I8));
    ++taken;
  }
  ElementType result = asSigned(inst.dstType);
  chain.add(inst, std::move(operands), "dst", result);
  return taken;
}

/// One map instruction that looks up in a table, and does as many of the stages
/// after it as it holds.
static size_t addTable(Chain &chain, nn::TableAttr table, Stages stages) {
  Map inst;
  inst.operation = MapOperation::Table;
  inst.dims = chain.wholeDims();
  inst.a.memory = chain.memory;
  inst.aType = chain.type;
  ElementType output = elementTypeOf(table.getOutputType());
  bool interpolates = chain.type == ElementType::I16;
  inst.dstType = output;
  size_t taken = 1;
  // Entries have the type of the result, so those of a narrow operand can't be
  // rescaled to another.
  if (interpolates)
    taken += takeOutputStages(inst, output, stages.drop_front());
  else
    taken += takeClamp(inst, output, stages.drop_front());
  ElementType entries = interpolates ? ElementType::I16 : output;
  ElementType result = asSigned(inst.dstType);
  chain.add(inst,
            {chain.source("a"), makeTable(chain.lowering, table, entries)},
            "dst", result);
  return taken;
}

std::pair<int64_t, uint64_t> lowering::scaleOf(nn::RescaleAttr rescale) {
  int64_t multiplier = rescale.getMultiplier().front();
  if (multiplier == 0)
    return {1, 62};
  return {multiplier, static_cast<uint8_t>(rescale.getShift().front())};
}

bool lowering::agreeOnRounding(Map &inst, nn::RescaleAttr rescale) {
  // Up to a shift of 31, double rounding is single.
  auto matters = [](int64_t multiplier, uint64_t shift) {
    return multiplier != 0 && shift > 31;
  };
  auto [multiplier, shift] = scaleOf(rescale);
  if (!matters(multiplier, shift))
    return true;
  Rounding rounding = rescale.getRounding() == nn::Rounding::Double
                          ? Rounding::Double
                          : Rounding::Single;
  if (inst.rounding != rounding && (matters(inst.aMultiplier, inst.aShift) ||
                                    matters(inst.bMultiplier, inst.bShift) ||
                                    matters(inst.multiplier, inst.shift)))
    return false;
  inst.rounding = rounding;
  return true;
}

size_t lowering::takeOutputStages(Map &inst, ElementType type, Stages stages) {
  inst.dstType = type;
  size_t taken = 0;
  auto rescale = firstAs<nn::RescaleAttr>(stages);
  if (rescale) {
    bool fits = rescale.getScale32() && !rescale.isPerChannel() &&
                !rescale.getInputUnsigned() && rescale.getInputZp() == 0 &&
                agreeOnRounding(inst, rescale);
    if (!fits)
      return 0;
    inst.dstType = outputType(rescale);
    std::tie(inst.multiplier, inst.shift) = scaleOf(rescale);
    inst.dstZeroPoint = rescale.getOutputZp();
    ++taken;
  }
  return taken + takeClamp(inst, inst.dstType, stages.drop_front(taken));
}

bool lowering::arePerChannel(Stages stages) {
  return llvm::any_of(stages, [](mlir::Attribute stage) {
    return llvm::cast<nn::StageAttrInterface>(stage).getChannels() != 1;
  });
}

llvm::Error lowering::applyStages(Chain &chain, Stages stages, Bias bias) {
  if (isFloat(chain.type))
    return applyFloatStages(chain, stages, std::move(bias));
  if (!bias.isAbsent() || chain.memory == OnChipMemory::Accumulators) {
    stages = stages.drop_front(addRescale(chain, stages, std::move(bias)));
  }
  while (!stages.empty()) {
    auto table = llvm::dyn_cast<nn::TableAttr>(stages.front());
    stages = stages.drop_front(table ? addTable(chain, table, stages)
                                     : addRescale(chain, stages, {}));
  }
  return llvm::Error::success();
}
