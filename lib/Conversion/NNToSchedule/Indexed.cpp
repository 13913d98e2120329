// Gather and scatter: rows that indices choose, by indexed LOAD and STORE.
#include "Chain.h"
#include "Extents.h"

using namespace lacuna;
using namespace lacuna::lowering;

namespace {
/// Rows of `table` [N, K, C] that `indices` [N, W] choose, and the elements of
/// a dense tensor [N, W, C] that belong to them.
struct IndexedRows {
  IndexedRows(Lowering &lowering, mlir::Value table, mlir::Value indices)
      : lowering(lowering), indices(indices) {
    mlir::RankedTensorType type = tensorTypeOf(table);
    element = elementTypeOf(type.getElementType());
    int64_t width = tensorTypeOf(indices).getDimSize(1);
    int64_t length = type.getDimSize(2), bytes = bytesOf(element);
    int64_t count = elementsOfRun(length, bytes, lowering.machine);
    rows = type.getDimSize(1);
    run = count * bytes;
    rowBytes = length * bytes;
    // Batch, row, runs of a row; strides of table, dense tensor, indices.
    Extents all;
    all.dims = {type.getDimSize(0), width, length / count};
    all.strides = {{rows * rowBytes, 0, run},
                   {width * rowBytes, rowBytes, run},
                   {width * indexBytes, indexBytes, 0}};
    extents = normalise(all);
  }

  static constexpr int64_t indexBytes = 4;

  /// What the indexed instruction `inst` and the transfer beside it share.
  template <class Inst> Inst make(const Chain &chain) const {
    Inst inst;
    inst.run = run;
    inst.dims = chain.wholeDims();
    if constexpr (std::is_same_v<Inst, Gather> || std::is_same_v<Inst, Scatter>)
      inst.rows = rows;
    return inst;
  }
  Binding bindTable(unsigned tensor) const {
    Binding binding = bind(tensor, 0, "dram");
    binding.strides.push_back(rowBytes);
    return binding;
  }
  Binding bindDense(unsigned tensor) const { return bind(tensor, 1, "dram"); }
  Binding bindIndices() const {
    return bind(lowering.tensorOf(indices), 2, "indices");
  }
  Chain startChain(mlir::Operation *op) const {
    Chain chain(lowering, op, extents.dims);
    chain.outer = extents.outer;
    return chain;
  }

  Lowering &lowering;
  mlir::Value indices;
  ElementType element;
  int64_t rows, run, rowBytes;
  NormalExtents extents;

private:
  Binding bind(unsigned tensor, unsigned index, llvm::StringRef field) const {
    Binding binding;
    binding.tensor = tensor;
    return extents.bind(std::move(binding), index, field);
  }
};
} // namespace

static llvm::Error lowerGather(nn::GatherOp op, Lowering &lowering) {
  IndexedRows rows(lowering, op.getValues(), op.getIndices());
  Chain chain = rows.startChain(op);
  chain.add(
      rows.make<Gather>(chain),
      {rows.bindTable(lowering.tensorOf(op.getValues())), rows.bindIndices()},
      "pad", rows.element);
  chain.add(rows.make<Store>(chain), {chain.source("pad")}, "dram",
            rows.element);
  return chain.finish(rows.bindDense(lowering.tensorOf(op.getOutput())));
}

/// The result begins as a copy of the values; STORE works in order, so that
/// what it scatters comes after what it copied.
static llvm::Error lowerScatter(nn::ScatterOp op, Lowering &lowering) {
  unsigned result = lowering.tensorOf(op.getOutput());
  if (llvm::Error error =
          copyTensor(lowering, op, lowering.tensorOf(op.getValues()), result))
    return error;
  IndexedRows rows(lowering, op.getOutput(), op.getIndices());
  Chain chain = rows.startChain(op);
  chain.add(rows.make<Load>(chain),
            {rows.bindDense(lowering.tensorOf(op.getInput()))}, "pad",
            rows.element);
  chain.add(rows.make<Scatter>(chain),
            {chain.source("pad"), rows.bindIndices()}, "dram", rows.element);
  return chain.finish(rows.bindTable(result));
}

void lowering::registerIndexed(Registry &registry) {
  registry.add<nn::GatherOp, lowerGather>();
  registry.add<nn::ScatterOp, lowerScatter>();
}
