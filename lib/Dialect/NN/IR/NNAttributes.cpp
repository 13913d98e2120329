// Stages of an epilogue: text form of the rescale, and validity of all of them.

#include "lacuna/Dialect/NN/IR/NN.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace lacuna::nn;

#define GET_ATTRDEF_CLASSES
#include "lacuna/Dialect/NN/IR/NNAttributes.cpp.inc"

void NNDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "lacuna/Dialect/NN/IR/NNAttributes.cpp.inc"
      >();
}

using EmitError = llvm::function_ref<InFlightDiagnostic()>;

//===----------------------------------------------------------------------===//
// Rescale
//===----------------------------------------------------------------------===//

/// `<i32 -> i8, multiplier = [..], shift = [..], zp = 0 -> -128,
///   rounding = double (, scale16)? (, unsigned_input)? (, unsigned_output)?>`
Attribute RescaleAttr::parse(AsmParser &parser, Type) {
  Type inputType, outputType;
  SmallVector<int32_t> multiplier;
  SmallVector<int8_t> shift;
  int64_t inputZp = 0, outputZp = 0;
  auto integer = [&](auto &list) {
    return parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&] {
      return parser.parseInteger(list.emplace_back());
    });
  };
  SMLoc start = parser.getCurrentLocation();
  if (parser.parseLess() || parser.parseType(inputType) ||
      parser.parseArrow() || parser.parseType(outputType) ||
      parser.parseComma() || parser.parseKeyword("multiplier") ||
      parser.parseEqual() || integer(multiplier) || parser.parseComma() ||
      parser.parseKeyword("shift") || parser.parseEqual() || integer(shift) ||
      parser.parseComma() || parser.parseKeyword("zp") || parser.parseEqual() ||
      parser.parseInteger(inputZp) || parser.parseArrow() ||
      parser.parseInteger(outputZp) || parser.parseComma() ||
      parser.parseKeyword("rounding") || parser.parseEqual())
    return {};
  StringRef word;
  SMLoc roundingLoc = parser.getCurrentLocation();
  if (parser.parseKeyword(&word))
    return {};
  std::optional<Rounding> rounding = symbolizeRounding(word);
  if (!rounding) {
    parser.emitError(roundingLoc, "rounding is single, double or inexact");
    return {};
  }
  bool scale16 = false, inputUnsigned = false, outputUnsigned = false;
  while (succeeded(parser.parseOptionalComma())) {
    SMLoc flagLoc = parser.getCurrentLocation();
    if (parser.parseKeyword(&word))
      return {};
    if (word == "scale16")
      scale16 = true;
    else if (word == "unsigned_input")
      inputUnsigned = true;
    else if (word == "unsigned_output")
      outputUnsigned = true;
    else {
      parser.emitError(flagLoc, "expected scale16, unsigned_input or "
                                "unsigned_output");
      return {};
    }
  }
  if (parser.parseGreater())
    return {};
  return getChecked([&] { return parser.emitError(start); },
                    parser.getContext(), inputType, outputType, multiplier,
                    shift, inputZp, outputZp, *rounding, inputUnsigned,
                    outputUnsigned, !scale16);
}

void RescaleAttr::print(AsmPrinter &printer) const {
  printer << "<" << getInputType() << " -> " << getOutputType()
          << ", multiplier = [";
  llvm::interleaveComma(getMultiplier(), printer);
  printer << "], shift = [";
  llvm::interleaveComma(getShift(), printer,
                        [&](int8_t value) { printer << int(value); });
  printer << "], zp = " << getInputZp() << " -> " << getOutputZp()
          << ", rounding = " << stringifyRounding(getRounding());
  if (!getScale32())
    printer << ", scale16";
  if (getInputUnsigned())
    printer << ", unsigned_input";
  if (getOutputUnsigned())
    printer << ", unsigned_output";
  printer << ">";
}

/// TOSA has zero points on i8 and, of 0 or 32768, on unsigned i16.
static LogicalResult verifyRescaleZp(EmitError emitError, StringRef side,
                                     Type type, bool isUnsigned, int64_t zp) {
  int64_t min = 0, max = 0;
  if (type.isInteger(8)) {
    min = isUnsigned ? 0 : -128;
    max = isUnsigned ? 255 : 127;
  } else if (type.isInteger(16) && isUnsigned && zp == 32768) {
    return success();
  }
  if (zp < min || zp > max)
    return emitError() << side << " zero point " << zp << " is not allowed for "
                       << (isUnsigned ? "unsigned " : "") << type;
  return success();
}

LogicalResult RescaleAttr::verify(EmitError emitError, Type inputType,
                                  Type outputType, ArrayRef<int32_t> multiplier,
                                  ArrayRef<int8_t> shift, int64_t inputZp,
                                  int64_t outputZp, Rounding rounding,
                                  bool inputUnsigned, bool outputUnsigned,
                                  bool scale32) {
  if (!inputType.isSignlessInteger() ||
      !llvm::is_contained({8u, 16u, 32u, 48u},
                          inputType.getIntOrFloatBitWidth()))
    return emitError() << "rescale takes i8, i16, i32 or i48, not "
                       << inputType;
  if (!outputType.isSignlessInteger() ||
      !llvm::is_contained({8u, 16u, 32u}, outputType.getIntOrFloatBitWidth()))
    return emitError() << "rescale gives i8, i16 or i32, not " << outputType;
  if (multiplier.empty() || multiplier.size() != shift.size())
    return emitError() << "rescale needs as many shifts as multipliers and at "
                          "least one, not "
                       << multiplier.size() << " multipliers and "
                       << shift.size() << " shifts";
  for (int32_t value : multiplier)
    if (value < 0 || (!scale32 && value > 32767))
      return emitError() << "multiplier " << value << " is outside 0 ... "
                         << (scale32 ? 2147483647 : 32767);
  for (int8_t value : shift)
    if (value < 2 || value > 62)
      return emitError() << "shift " << int(value) << " is outside 2 ... 62";
  if (inputType.isInteger(48) && scale32)
    return emitError() << "rescale of i48 needs scale16";
  if (rounding == Rounding::Double && !scale32)
    return emitError() << "double rounding does not go with scale16";
  auto narrow = [](Type type) {
    return type.isInteger(8) || type.isInteger(16);
  };
  if ((inputUnsigned && !narrow(inputType)) ||
      (outputUnsigned && !narrow(outputType)))
    return emitError() << "only i8 and i16 can be unsigned";
  if (failed(verifyRescaleZp(emitError, "input", inputType, inputUnsigned,
                             inputZp)))
    return failure();
  return verifyRescaleZp(emitError, "output", outputType, outputUnsigned,
                         outputZp);
}

//===----------------------------------------------------------------------===//
// Clamp, table, cast and scale
//===----------------------------------------------------------------------===//

int64_t ClampAttr::getMinInt() const {
  return cast<IntegerAttr>(getMin()).getValue().getSExtValue();
}
int64_t ClampAttr::getMaxInt() const {
  return cast<IntegerAttr>(getMax()).getValue().getSExtValue();
}

/// `limit` as fp32, which holds every narrower float.
static float asFloat(TypedAttr limit) {
  APFloat value = cast<FloatAttr>(limit).getValue();
  bool unused = false;
  value.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven, &unused);
  return value.convertToFloat();
}

float ClampAttr::getMinFloat() const { return asFloat(getMin()); }
float ClampAttr::getMaxFloat() const { return asFloat(getMax()); }

/// The floats that layers compute with.
static bool isElementFloat(Type type) {
  return isa<Float32Type, Float16Type, BFloat16Type, Float8E4M3FNType,
             Float8E5M2Type>(type);
}

LogicalResult ClampAttr::verify(EmitError emitError, TypedAttr min,
                                TypedAttr max, bool ignoreNan) {
  auto least = dyn_cast<FloatAttr>(min), greatest = dyn_cast<FloatAttr>(max);
  if (least && greatest && least.getType() == greatest.getType() &&
      isElementFloat(least.getType())) {
    if (least.getValue().isNaN() || greatest.getValue().isNaN())
      return emitError() << "clamp has a limit that is no number";
    if (least.getValue() > greatest.getValue())
      return emitError() << "clamp has min " << min << " above max " << max;
    return success();
  }
  if (ignoreNan)
    return emitError() << "only a clamp of floats ignores NaNs";
  auto low = dyn_cast<IntegerAttr>(min), high = dyn_cast<IntegerAttr>(max);
  if (!low || !high || low.getType() != high.getType() ||
      !low.getType().isSignlessInteger())
    return emitError() << "clamp needs two integers or floats of one type, not "
                       << min << " and " << max;
  if (low.getValue().sgt(high.getValue()))
    return emitError() << "clamp has min " << min << " above max " << max;
  return success();
}

LogicalResult TableAttr::verify(EmitError emitError, Type inputType,
                                Type outputType, DenseElementsAttr values) {
  auto needs = [&](int64_t length, Type element) -> LogicalResult {
    auto type = RankedTensorType::get({length}, element);
    if (values.getType() == type)
      return success();
    return emitError() << "table of " << inputType << " needs values of type "
                       << type << ", not " << values.getType();
  };
  if (inputType.isSignlessInteger(8)) {
    if (!outputType.isSignlessInteger())
      return emitError() << "table gives integers, not " << outputType;
    return needs(256, outputType);
  }
  if (!inputType.isSignlessInteger(16))
    return emitError() << "table takes i8 or i16, not " << inputType;
  if (!outputType.isSignlessInteger(32))
    return emitError() << "table of i16 gives i32, not " << outputType;
  return needs(513, inputType);
}

LogicalResult CastAttr::verify(EmitError emitError, Type inputType,
                               Type outputType) {
  if (!isElementFloat(inputType) || !isElementFloat(outputType) ||
      inputType == outputType)
    return emitError()
           << "cast is from one type of floats to another, not from "
           << inputType << " to " << outputType;
  return success();
}

LogicalResult ScaleAttr::verify(EmitError emitError,
                                DenseF32ArrayAttr factors) {
  if (factors.empty())
    return emitError() << "scale needs at least one factor";
  for (float factor : factors.asArrayRef())
    if (!std::isfinite(factor))
      return emitError() << "scale has a factor that is not finite";
  return success();
}
