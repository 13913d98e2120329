// The isa dialect's ops and attributes, generated.
#include "lacuna/Dialect/ISA/IR/ISA.h"

#include "Assembly.h"

#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace lacuna;
using namespace lacuna::isa;

llvm::hash_code lacuna::hash_value(const Affine &value) {
  return llvm::hash_combine(value.constant,
                            llvm::hash_combine_range(value.coefficients));
}
llvm::hash_code lacuna::hash_value(const DramAddress &value) {
  return hash_value(value.address);
}
llvm::hash_code lacuna::hash_value(const OnChipRing &value) {
  return llvm::hash_combine(value.memory, value.ring.base, value.ring.length,
                            value.ring.offset);
}
llvm::hash_code lacuna::hash_value(const Interval &value) {
  return llvm::hash_combine(value.start, value.size, value.bound);
}
llvm::hash_code lacuna::hash_value(const Dims &value) {
  return llvm::hash_combine_range(value);
}

#include "lacuna/Dialect/ISA/IR/ISADialect.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "lacuna/Dialect/ISA/IR/ISAAttributes.cpp.inc"

#define GET_OP_CLASSES
#include "lacuna/Dialect/ISA/IR/ISAOps.cpp.inc"

void ISADialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "lacuna/Dialect/ISA/IR/ISAAttributes.cpp.inc"
      >();
}

void ISADialect::initialize() {
  registerAttributes();
  addOperations<
#define GET_OP_LIST
#include "lacuna/Dialect/ISA/IR/ISAOps.cpp.inc"
      >();
}
