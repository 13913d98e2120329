// Layers that move elements: through the scratchpad by LOAD and STORE where
// runs are long, else by a copy on VECTOR.
#include "Chain.h"
#include "Extents.h"

using namespace lacuna;
using namespace lacuna::lowering;

/// Runs shorter than this are moved element by element on VECTOR: one request
/// off-chip for each would waste the channel.
constexpr int64_t kShortRun = 16;

/// One side of a movement: where its first element lies.
namespace {
struct Place {
  unsigned tensor = 0;
  int64_t offset = 0;
};
} // namespace

static ElementType typeOfBytes(int64_t bytes) {
  return bytes == 1   ? ElementType::I8
         : bytes == 2 ? ElementType::I16
         : bytes == 4 ? ElementType::I32
                      : ElementType::I48;
}

/// Splits the innermost extent, if it is contiguous on both sides, into a run
/// of bytes and what remains; returns the bytes.
static int64_t takeRun(NormalExtents &extents, int64_t elementBytes,
                       const Machine &machine) {
  Shape &from = extents.strides[0], &to = extents.strides[1];
  if (from.back() != elementBytes || to.back() != elementBytes)
    return elementBytes;
  int64_t extent = extents.dims.back();
  int64_t count = elementsOfRun(extent, elementBytes, machine);
  int64_t run = count * elementBytes;
  extents.dims.back() = extent / count;
  from.back() = to.back() = run;
  if (extent == count) {
    extents.dims.pop_back();
    from.pop_back();
    to.pop_back();
  }
  return run;
}

/// Adds a problem that moves the elements of `all`, whose strides are those of
/// the source and of the target.
static llvm::Error addMove(Lowering &lowering, mlir::Operation *op,
                           const Extents &all, int64_t elementBytes,
                           Place source, Place target) {
  NormalExtents extents = normalise(all);
  Binding from, to;
  from.tensor = source.tensor;
  from.offset = source.offset;
  to.tensor = target.tensor;
  to.offset = target.offset;

  bool contiguous = extents.strides[0].back() == elementBytes &&
                    extents.strides[1].back() == elementBytes;
  int64_t run = contiguous ? extents.dims.back() * elementBytes : elementBytes;
  ElementType type = typeOfBytes(elementBytes);
  bool repeats = llvm::is_contained(extents.strides[0], 0) &&
                 llvm::any_of(extents.dims, [](int64_t n) { return n != 1; });
  bool single = extents.dims.size() == 1 && contiguous;
  if ((repeats || (run < kShortRun && !single)) &&
      lowering.machine.vectorSupports(type)) {
    Chain chain(lowering, op, extents.dims);
    chain.outer = extents.outer;
    Map inst;
    inst.operation = MapOperation::Copy;
    inst.dims = chain.wholeDims();
    inst.aType = inst.dstType = type;
    chain.add(inst, {extents.bind(from, 0, "a")}, "dst", type);
    return chain.finish(extents.bind(to, 1, "dst"));
  }

  run = takeRun(extents, elementBytes, lowering.machine);
  Chain chain(lowering, op, extents.dims);
  chain.outer = extents.outer;
  Load load;
  load.run = run;
  load.dims = chain.wholeDims();
  chain.add(load, {extents.bind(from, 0, "dram")}, "pad", type);
  Store store;
  store.run = run;
  store.dims = chain.wholeDims();
  chain.add(store, {chain.source("pad")}, "dram", type);
  return chain.finish(extents.bind(to, 1, "dram"));
}

int64_t lowering::elementsOfRun(int64_t extent, int64_t elementBytes,
                                const Machine &machine) {
  int64_t longest = std::min<int64_t>(1024, machine.scratchpad.bytes / 16);
  int64_t count = std::clamp<int64_t>(longest / elementBytes, 1,
                                      std::max<int64_t>(extent, 1));
  while (extent % count != 0)
    --count;
  return count;
}

llvm::Error lowering::copyTensor(Lowering &lowering, mlir::Operation *op,
                                 unsigned from, unsigned to) {
  int64_t bytes = lowering.network.graph.tensors[from].bytes;
  return addMove(lowering, op, {{bytes}, {{1}, {1}}}, 1, {from}, {to});
}

namespace {
/// Shapes and places of a movement from one operand to the result.
struct Move {
  Move(Lowering &lowering, mlir::Value from, mlir::Value to)
      : in(tensorTypeOf(from).getShape()), out(tensorTypeOf(to).getShape()),
        bytes(bytesOf(elementTypeOf(tensorTypeOf(to).getElementType()))),
        inStrides(denseStrides(in, bytes)),
        outStrides(denseStrides(out, bytes)), source{lowering.tensorOf(from)},
        target{lowering.tensorOf(to)} {}

  llvm::Error add(Lowering &lowering, mlir::Operation *op, Shape dims) const {
    return addMove(lowering, op, {std::move(dims), {inStrides, outStrides}},
                   bytes, source, target);
  }

  Shape in, out;
  int64_t bytes;
  Shape inStrides, outStrides;
  Place source, target;
};
} // namespace

static llvm::Error lowerSlice(nn::SliceOp op, Lowering &lowering) {
  Move move(lowering, op.getInput(), op.getOutput());
  for (auto [start, stride] : llvm::zip_equal(op.getStart(), move.inStrides))
    move.source.offset += start * stride;
  return move.add(lowering, op, move.out);
}

static llvm::Error lowerConcat(nn::ConcatOp op, Lowering &lowering) {
  int64_t at = 0;
  for (mlir::Value input : op.getInputs()) {
    Move move(lowering, input, op.getOutput());
    move.target.offset = at * move.outStrides[op.getAxis()];
    at += move.in[op.getAxis()];
    if (llvm::Error error = move.add(lowering, op, move.in))
      return error;
  }
  return llvm::Error::success();
}

static llvm::Error lowerTranspose(nn::TransposeOp op, Lowering &lowering) {
  Move move(lowering, op.getInput(), op.getOutput());
  Shape strides;
  for (int64_t axis : op.getPerms())
    strides.push_back(move.inStrides[axis]);
  move.inStrides = strides;
  return move.add(lowering, op, move.out);
}

static llvm::Error lowerReverse(nn::ReverseOp op, Lowering &lowering) {
  Move move(lowering, op.getInput(), op.getOutput());
  int64_t &stride = move.inStrides[op.getAxis()];
  move.source.offset = (move.in[op.getAxis()] - 1) * stride;
  stride = -stride;
  return move.add(lowering, op, move.out);
}

static llvm::Error lowerTile(nn::TileOp op, Lowering &lowering) {
  Move move(lowering, op.getInput(), op.getOutput());
  // Each axis is how often, then what.
  Shape dims, from, to;
  for (size_t axis = 0; axis != move.in.size(); ++axis) {
    dims.append({move.out[axis] / move.in[axis], move.in[axis]});
    from.append({0, move.inStrides[axis]});
    to.append({move.in[axis] * move.outStrides[axis], move.outStrides[axis]});
  }
  move.inStrides = from;
  move.outStrides = to;
  return move.add(lowering, op, dims);
}

/// The border is a few boxes that do not overlap: of each axis the part below
/// and the part above, inside the interior of the axes before it.
static llvm::Error lowerPad(nn::PadOp op, Lowering &lowering) {
  Move move(lowering, op.getInput(), op.getOutput());
  ElementType type =
      elementTypeOf(tensorTypeOf(op.getOutput()).getElementType());
  int64_t value = op.getValue();
  Place constant;
  constant.tensor = lowering.addConstant(
      "padding", TensorRole::Parameters, type, {}, move.bytes,
      mlir::IntegerAttr::get(
          mlir::IntegerType::get(op.getContext(), getInfo(type).bits), value),
      "scalar", [value](llvm::MutableArrayRef<uint8_t> to) {
        for (auto [i, byte] : llvm::enumerate(to))
          byte = uint8_t(uint64_t(value) >> (8 * i));
      });
  size_t rank = move.in.size();
  Shape first(rank, 0), dims = move.out;
  auto box = [&](Place source, const Shape &strides) {
    Place target = move.target;
    for (auto [start, stride] : llvm::zip_equal(first, move.outStrides))
      target.offset += start * stride;
    return addMove(lowering, op, {dims, {strides, move.outStrides}}, move.bytes,
                   source, target);
  };
  for (size_t axis = 0; axis != rank; ++axis) {
    int64_t low = op.getLow()[axis], high = op.getHigh()[axis];
    for (auto [start, length] :
         {std::pair{int64_t(0), low}, std::pair{move.out[axis] - high, high}}) {
      first[axis] = start;
      dims[axis] = length;
      if (length != 0)
        if (llvm::Error error = box(constant, Shape(rank, 0)))
          return error;
    }
    first[axis] = low;
    dims[axis] = move.in[axis];
  }
  return box(move.source, move.inStrides);
}

void lowering::registerMove(Registry &registry) {
  registry.add<nn::SliceOp, lowerSlice>();
  registry.add<nn::ConcatOp, lowerConcat>();
  registry.add<nn::TransposeOp, lowerTranspose>();
  registry.add<nn::ReverseOp, lowerReverse>();
  registry.add<nn::TileOp, lowerTile>();
  registry.add<nn::PadOp, lowerPad>();
}
