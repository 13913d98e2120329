// A window of three dimensions as what it is to the array: for each slice of
// the result, one after the other, the planes of its window, summed.
#include "Engines.h"
#include "Operand.h"
#include "WeightGroups.h"

#include "lacuna/Machine/Cost.h"
#include "lacuna/Machine/Window.h"

using namespace llvm;
using namespace lacuna;

/// Moves `ring` by `coordinate` * `stride` elements.
static void advance(Ring &ring, int64_t coordinate, int64_t stride) {
  uint64_t by =
      static_cast<uint64_t>(coordinate) * static_cast<uint64_t>(stride);
  ring.offset.constant =
      static_cast<int64_t>(static_cast<uint64_t>(ring.offset.constant) + by);
}

/// `inst` in the plane of one slice of its operands.
static Conv planeOf(const Conv3D &inst) {
  Conv plane;
  plane.dst = inst.dst;
  plane.dstStrides.assign(inst.dstStrides.begin() + 1, inst.dstStrides.end());
  plane.src = inst.src;
  plane.srcStrides.assign(inst.srcStrides.begin() + 1, inst.srcStrides.end());
  plane.weights = inst.weights;
  plane.weightStrides = inst.weightStrides;
  plane.weightStrides.erase(plane.weightStrides.begin() + 1);
  plane.srcType = inst.srcType;
  plane.weightType = inst.weightType;
  plane.dstType = inst.dstType;
  plane.rows = inst.rows;
  plane.columns = inst.columns;
  plane.channels = inst.channels;
  plane.kernelRows = inst.kernelRows;
  plane.kernelColumns = inst.kernelColumns;
  plane.depth = inst.depth;
  plane.strideRows = inst.strideRows;
  plane.strideColumns = inst.strideColumns;
  plane.dilationRows = inst.dilationRows;
  plane.dilationColumns = inst.dilationColumns;
  plane.paddingTop = inst.paddingTop;
  plane.paddingLeft = inst.paddingLeft;
  plane.srcRows = inst.srcRows;
  plane.srcColumns = inst.srcColumns;
  plane.srcZeroPoint = inst.srcZeroPoint;
  plane.weightZeroPoint = inst.weightZeroPoint;
  return plane;
}

Error lacuna::execute(const Conv3D &inst, Memory &memory) {
  if (Error error = checkGroups(inst, memory))
    return error;
  Window slices{int64_t(inst.strideSlices), int64_t(inst.dilationSlices),
                int64_t(inst.paddingFront), int64_t(inst.srcSlices)};
  Span outputs(inst.slices), kernel(inst.kernelSlices);
  const Conv whole = planeOf(inst);
  for (int64_t slice = outputs.begin; slice < outputs.end; ++slice) {
    bool add = addsToSums(inst);
    Conv plane = whole;
    advance(plane.dst, slice, inst.dstStrides[0]);
    Span inside = slices.tapsInside(slice, kernel);
    for (int64_t tap = inside.begin; tap < inside.end; ++tap) {
      Conv at = plane;
      advance(at.src, slices.at(slice, tap), inst.srcStrides[0]);
      advance(at.weights, tap, inst.weightStrides[1]);
      at.accumulate = add ? Accumulation::Add : Accumulation::Set;
      if (Error error = execute(at, memory))
        return error;
      add = true;
    }
    // Of a slice whose window lies outside, sums are written all the same:
    // an input without rows adds nothing. Weights are those of the first tap,
    // for whoever looks at them.
    if (inside.size() == 0) {
      advance(plane.weights, kernel.begin, inst.weightStrides[1]);
      plane.srcRows = 0;
      plane.accumulate = add ? Accumulation::Add : Accumulation::Set;
      if (Error error = execute(plane, memory))
        return error;
    }
  }
  return Error::success();
}
