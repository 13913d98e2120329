// Random bits, sorted by what they are as a float.
#include "RandomFloat.h"

#include "llvm/ADT/APFloat.h"

using namespace mlir;
using namespace lacuna;
using namespace lacuna::differential;
using llvm::APFloat;
using llvm::APInt;

FloatType differential::floatTypeOf(ElementType element, MLIRContext *context) {
  switch (element) {
  case ElementType::FP8E4M3:
    return Float8E4M3FNType::get(context);
  case ElementType::FP8E5M2:
    return Float8E5M2Type::get(context);
  case ElementType::BF16:
    return BFloat16Type::get(context);
  case ElementType::FP16:
    return Float16Type::get(context);
  default:
    return Float32Type::get(context);
  }
}

const llvm::fltSemantics &differential::semanticsOf(ElementType element) {
  switch (element) {
  case ElementType::FP8E4M3:
    return APFloat::Float8E4M3FN();
  case ElementType::FP8E5M2:
    return APFloat::Float8E5M2();
  case ElementType::BF16:
    return APFloat::BFloat();
  case ElementType::FP16:
    return APFloat::IEEEhalf();
  default:
    return APFloat::IEEEsingle();
  }
}

int64_t differential::randomFloat(const llvm::fltSemantics &semantics,
                                  Random &random, bool withSpecials) {
  auto bitsOf = [](const APFloat &value) {
    return int64_t(value.bitcastToAPInt().getZExtValue());
  };
  auto anyBits = [&] {
    return APFloat(semantics,
                   APInt(APFloat::semanticsSizeInBits(semantics), random.next(),
                         /*isSigned=*/false,
                         /*implicitTrunc=*/true));
  };
  double kind = random.fraction();
  if (kind < 0.04)
    return bitsOf(APFloat::getZero(semantics, random.chance(0.3)));
  if (kind < 0.05)
    return bitsOf(random.chance(0.5)
                      ? APFloat::getSmallest(semantics, random.chance(0.5))
                      : APFloat::getLargest(semantics, random.chance(0.5)));
  if (kind < 0.10 || (withSpecials && kind < 0.12)) {
    APFloat value = anyBits();
    if (withSpecials && kind >= 0.10)
      value = random.chance(0.5) ? APFloat::getNaN(semantics)
                                 : APFloat::getLargest(semantics);
    if (value.isNaN() && random.chance(0.5) &&
        APFloat::semanticsHasInf(semantics))
      value = APFloat::getInf(semantics, random.chance(0.5));
    if (value.isFinite() || withSpecials)
      return bitsOf(value);
  }
  // Two numbers near 1, so that sums have digits to round.
  APFloat value((random.fraction() - 0.5) * (random.chance(0.5) ? 4 : 0.25));
  bool unused = false;
  value.convert(semantics, APFloat::rmNearestTiesToEven, &unused);
  return bitsOf(value);
}
