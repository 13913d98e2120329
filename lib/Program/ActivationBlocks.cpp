// Blocks of activations.
#include "lacuna/Program/ActivationBlocks.h"

#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace lacuna;

bool lacuna::movesBlocks(const Instruction &instruction) {
  return std::visit(
      [](const auto &inst) {
        return kMovesBlocks<std::decay_t<decltype(inst)>>;
      },
      instruction);
}

bool lacuna::isBlockElement(ElementType type, int64_t zero) {
  unsigned bits = onChipBits(type, /*packed=*/false);
  if (bits != 8 && bits != 16)
    return false;
  if (getInfo(type).isFloat)
    return zero == 0;
  return zero >= -(int64_t(1) << (bits - 1)) && zero < int64_t(1) << bits;
}

uint64_t lacuna::leastBlockBytes(uint64_t bytes, ElementType type) {
  return divideCeil(bytes, onChipBits(type, /*packed=*/false));
}
