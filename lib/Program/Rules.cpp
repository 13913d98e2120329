// The rules of accel-isa/*.td, checked on a machine.
#include "lacuna/Machine/Machine.h"
#include "lacuna/Program/AccessDescription.h"
#include "lacuna/Program/ActivationBlocks.h"
#include "lacuna/Program/Checks.h"
#include "lacuna/Program/FloatRules.h"
#include "lacuna/Program/WeightUnits.h"
#include "lacuna/Support/Diagnostics.h"

using namespace llvm;
using namespace lacuna;

static Error brokenRule(StringRef name, StringRef description) {
  return makeError(name + ": " + description);
}

#include "lacuna/Program/Rules.cpp.inc"

Error lacuna::checkRules(const Instruction &instruction,
                         const Machine &machine) {
  return std::visit([&](const auto &inst) { return check(inst, machine); },
                    instruction);
}
