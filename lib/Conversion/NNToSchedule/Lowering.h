// What the lowerings of all families of layers share: the network under
// construction, and the chain of stages of one layer.
#ifndef LACUNA_LIB_CONVERSION_NNTOSCHEDULE_LOWERING_H
#define LACUNA_LIB_CONVERSION_NNTOSCHEDULE_LOWERING_H

#include "lacuna/Dialect/NN/IR/NN.h"
#include "lacuna/Machine/Machine.h"
#include "lacuna/Schedule/Network.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"

#include <map>

namespace lacuna::lowering {

using schedule::Binding;
using schedule::Problem;
using schedule::Stage;
using schedule::TensorRole;

using Shape = llvm::SmallVector<int64_t, 6>;

inline mlir::RankedTensorType tensorTypeOf(mlir::Value value) {
  return llvm::cast<mlir::RankedTensorType>(value.getType());
}
/// The machine's type for an element of the nn dialect, signed.
ElementType elementTypeOf(mlir::Type type);
/// The unsigned type of the same width, for 8 and 16 bits.
ElementType unsignedType(ElementType type);
/// Bytes that one element takes off-chip and in the scratchpad, where it is not
/// packed.
int64_t bytesOf(ElementType type);

/// Distances between neighbours along each axis of a dense tensor whose
/// elements are `unit` apart.
Shape denseStrides(llvm::ArrayRef<int64_t> shape, int64_t unit);

/// The strides of `binding`, of elements of `before` bytes, for such of
/// `after`.
void setElementBytes(Binding &binding, int64_t before, int64_t after);

/// An error at the place of `op` in the source.
llvm::Error errorAt(mlir::Operation *op, const llvm::Twine &message,
                    const llvm::Twine &hint = "");

class Lowering {
public:
  Lowering(mlir::func::FuncOp function, const Machine &machine)
      : function(function), machine(machine) {}

  llvm::Expected<schedule::Network> run();

  mlir::func::FuncOp function;
  const Machine &machine;
  schedule::Network network;

  /// The tensor that holds `value`: of an argument, a layer's result, or a
  /// constant, which then is laid out densely.
  unsigned tensorOf(mlir::Value value);
  /// Name of the layer being lowered.
  llvm::StringRef getLayerName() const { return network.layers[layer].name; }
  /// A new tensor off-chip.
  unsigned addTensor(llvm::StringRef name, TensorRole role, ElementType type,
                     llvm::ArrayRef<int64_t> shape, uint64_t bytes);
  /// A constant whose bytes `write` makes. One with the same `key` (an
  /// attribute and a word on its layout) is made once.
  unsigned addConstant(llvm::StringRef name, TensorRole role, ElementType type,
                       llvm::ArrayRef<int64_t> shape, uint64_t bytes,
                       mlir::Attribute value, llvm::StringRef layout,
                       std::function<void(llvm::MutableArrayRef<uint8_t>)>);

  /// What else to do about instructions that the machine lacks: another that
  /// `suffices`, or where to look.
  std::string hintAt(llvm::function_ref<bool(const Machine &)> suffices);

  /// A dense binding of all of `value`: strides of its own shape, in bytes.
  Binding bind(mlir::Value value);
  /// The same of operand `field` for one map of a batch, [N, ..., channels]:
  /// where there are several, the batch is a loop around the stages.
  Binding bindMap(mlir::Value value, llvm::StringRef field);

  /// Checks the instructions of a finished problem against the machine, and
  /// adds it to the network.
  llvm::Error add(mlir::Operation *op, Problem problem);

private:
  llvm::DenseMap<mlir::Value, unsigned> tensors;
  std::map<std::pair<const void *, std::string>, unsigned> constants;
  llvm::StringMap<unsigned> ordinals;
  /// Every machine of the search path that can be read, once one is asked for.
  std::optional<std::vector<Machine>> others;
  /// The layer being lowered: its number in the network.
  unsigned layer = 0;

  /// Error: an input that no tensor of a program can hold.
  llvm::Error checkArguments();
  void addArguments();
  void nameLayer(mlir::Operation *op);
  void assignResult(nn::LayerOpInterface op);
  llvm::Error addOutputs();
};

/// How many of `extent` contiguous elements make one run of a transfer, which
/// must fit on-chip: a divisor of `extent`.
int64_t elementsOfRun(int64_t extent, int64_t elementBytes,
                      const Machine &machine);

/// Adds a layer that moves all bytes of tensor `from` to `to`, as large.
llvm::Error copyTensor(Lowering &lowering, mlir::Operation *op, unsigned from,
                       unsigned to);

/// Lowers one operation: adds its problems.
using LowerFunction = llvm::Error (*)(mlir::Operation *, Lowering &);

/// How each operation is lowered, by its name.
class Registry {
public:
  template <class Op, llvm::Error (*lower)(Op, Lowering &)> void add() {
    functions[Op::getOperationName()] = [](mlir::Operation *op,
                                           Lowering &lowering) {
      return lower(llvm::cast<Op>(op), lowering);
    };
  }
  LowerFunction lookup(llvm::StringRef name) const {
    return functions.lookup(name);
  }

private:
  llvm::StringMap<LowerFunction> functions;
};

void registerMatrix(Registry &registry);
void registerVolume(Registry &registry);
void registerTransposed(Registry &registry);
void registerPool(Registry &registry);
void registerElementwise(Registry &registry);
void registerReduce(Registry &registry);
void registerMove(Registry &registry);
void registerIndexed(Registry &registry);
void registerResize(Registry &registry);

} // namespace lacuna::lowering

#endif // LACUNA_LIB_CONVERSION_NNTOSCHEDULE_LOWERING_H
