// reduce: one value for all elements along an extent.
#include "Engines.h"
#include "FloatEngines.h"
#include "Operand.h"
#include "Rows.h"

#include "lacuna/Emulator/Arithmetic.h"

#include <array>

using namespace llvm;
using namespace lacuna;
using namespace lacuna::arithmetic;

namespace {
/// A reduction on its way.
struct Partial {
  int64_t value = 0;
  int64_t index = 0; // of the greatest element so far
  bool started = false;

  void take(ReduceOperation operation, int64_t element, int64_t at) {
    if (!started) {
      started = true;
      index = at;
      bool logical = operation == ReduceOperation::All ||
                     operation == ReduceOperation::Any;
      value = logical ? element != 0 : element;
      return;
    }
    switch (operation) {
    case ReduceOperation::Sum:
      value = addWrapped(value, element);
      return;
    case ReduceOperation::Product:
      value = multiplyWrapped(value, element);
      return;
    case ReduceOperation::Minimum:
      value = std::min(value, element);
      return;
    case ReduceOperation::All:
      value = value && element;
      return;
    case ReduceOperation::Any:
      value = value || element;
      return;
    case ReduceOperation::Maximum:
    case ReduceOperation::Argmax:
      if (element > value) {
        value = element;
        index = at;
      }
      return;
    }
  }
};
} // namespace

Error lacuna::execute(const Reduce &inst, Memory &memory) {
  if (isFloat(inst.srcType))
    return executeFloats(inst, memory);
  Operand dst(memory.scratchpad(), inst.dst, inst.dstType);
  Operand src(memory.onChip(inst.src.memory), inst.src.ring, inst.srcType);
  Span reduced(inst.reduced);
  std::array<int64_t, maxRow> row;
  return forEachCoordinate(inst.dims, [&](const Coordinates &at) {
    Partial partial;
    Coordinates from(at);
    from.push_back(0);
    for (int64_t i = reduced.begin; i < reduced.end; i += maxRow) {
      int64_t count = std::min(maxRow, reduced.end - i);
      from.back() = i;
      src.read(positionOf(from, inst.srcStrides), inst.srcStrides.back(), count,
               0, row.data());
      for (int64_t j = 0; j != count; ++j)
        partial.take(inst.operation, row[j], i + j);
    }
    // Writing takes the low bits: the result wraps to its type.
    int64_t result = inst.operation == ReduceOperation::Argmax ? partial.index
                                                               : partial.value;
    result = wrap(result, std::max(8u, getInfo(inst.dstType).bits));
    dst.write(positionOf(at, inst.dstStrides), 1, 1, &result);
    return Error::success();
  });
}
