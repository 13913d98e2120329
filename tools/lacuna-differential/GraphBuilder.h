// What makers of random layers share: the function under construction, the
// values that a layer may read, and constants, arguments and rescales with the
// random choices that they leave open.
#ifndef LACUNA_TOOLS_DIFFERENTIAL_GRAPHBUILDER_H
#define LACUNA_TOOLS_DIFFERENTIAL_GRAPHBUILDER_H

#include "Random.h"
#include "RandomGraph.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace lacuna::differential {

using Shape = llvm::SmallVector<int64_t, 4>;

inline mlir::RankedTensorType typeOf(mlir::Value value) {
  return mlir::cast<mlir::RankedTensorType>(value.getType());
}
inline Shape shapeOf(mlir::Value value) {
  return Shape(typeOf(value).getShape());
}
inline mlir::Type elementOf(mlir::Value value) {
  return typeOf(value).getElementType();
}
/// The width of integers; 0 of floats, which no layer of integers takes.
inline unsigned bitsOf(mlir::Value value) {
  return llvm::isa<mlir::FloatType>(elementOf(value))
             ? 0
             : typeOf(value).getElementTypeBitWidth();
}

/// TOSA computes little with floats of 8 bits.
inline bool isWiderThanByte(mlir::Type type) {
  return type.getIntOrFloatBitWidth() > 8;
}

/// Whether TOSA casts between these types, of which one is a float: between
/// floats if one holds the other, between floats of more than 8 bits and
/// integers.
bool isCast(mlir::Type from, mlir::Type to);

/// How a rescale reads and writes.
struct RescaleForm {
  int64_t inputZp = 0, outputZp = 0;
  bool inputUnsigned = false, outputUnsigned = false;
};

class GraphBuilder {
public:
  GraphBuilder(mlir::MLIRContext *context, uint64_t seed,
               const GraphOptions &options);

  mlir::Type integer(unsigned bits) { return builder.getIntegerType(bits); }
  mlir::RankedTensorType tensor(llvm::ArrayRef<int64_t> shape,
                                mlir::Type element) {
    return mlir::RankedTensorType::get(shape, element);
  }
  mlir::RankedTensorType tensor(llvm::ArrayRef<int64_t> shape, unsigned bits) {
    return tensor(shape, integer(bits));
  }
  /// Whether the next layer is one of floats; never where there are none.
  bool prefersFloats() { return !options.floats.empty() && random.chance(0.7); }
  /// Any float type of the machine; null where it has none that `suits`.
  mlir::Type anyFloat(llvm::function_ref<bool(mlir::Type)> suits);
  /// A type of floats, or of integers that have one of these numbers of bits.
  mlir::Type anyType(std::initializer_list<unsigned> bits);

  /// An extent from 1 to `most`: small ones and those that no tile divides.
  int64_t extent(int64_t most);
  Shape randomShape(unsigned rank);
  /// Up to 4 most often, seldom 5 or 6.
  unsigned anyRank() {
    return random.chance(0.9) ? random.between(1, 4) : random.between(5, 6);
  }
  /// A value of `bits` bits: any, extreme or small.
  int64_t element(unsigned bits);
  /// The same for any type: the bits of a float.
  int64_t element(mlir::Type type);
  int64_t zeroPoint(unsigned bits) {
    return bits == 8 && random.chance(0.7) ? random.between(-128, 127) : 0;
  }

  mlir::Value argument(mlir::Type type);
  mlir::Value constant(mlir::RankedTensorType type,
                       llvm::ArrayRef<int64_t> values);
  /// One element, as zero points are given.
  mlir::Value scalar(mlir::Type element, int64_t value);
  mlir::Value scalar(unsigned bits, int64_t value) {
    return scalar(integer(bits), value);
  }
  /// The operand that is the zero point of elements of `type`.
  mlir::Value zeroPointOf(mlir::Type type);
  mlir::Value shape(llvm::ArrayRef<int64_t> extents);
  /// A constant with random elements, or now and then an argument.
  mlir::Value data(llvm::ArrayRef<int64_t> shape, mlir::Type element,
                   double argumentChance = 0.1);
  mlir::Value data(llvm::ArrayRef<int64_t> shape, unsigned bits,
                   double argumentChance = 0.1) {
    return data(shape, integer(bits), argumentChance);
  }

  /// `input` times about `scale` as elements of `bits` bits.
  mlir::Value rescale(mlir::Value input, unsigned bits, double scale,
                      const RescaleForm &form);
  mlir::Value rescale(mlir::Value input, unsigned bits, double scale);
  mlir::Value clamp(mlir::Value input);
  mlir::Value lookUp(mlir::Value input);
  mlir::Value transpose(mlir::Value input, llvm::ArrayRef<int32_t> order);
  mlir::Value reshape(mlir::Value input, llvm::ArrayRef<int64_t> extents);

  /// A value that `suits`, later ones more often, or null.
  mlir::Value find(llvm::function_ref<bool(mlir::Value)> suits);
  /// The same; where there is none, an argument of `rank` and `bits`.
  mlir::Value input(unsigned rank, unsigned bits) {
    return input(rank, integer(bits));
  }
  mlir::Value input(unsigned rank, mlir::Type element);
  /// How an operation treats a NaN.
  mlir::tosa::NanPropagationModeAttr nanMode();

  /// Ends the function: what nobody reads is returned.
  mlir::OwningOpRef<mlir::ModuleOp> finish();

  Random random;
  const GraphOptions options;
  /// One network in ten has layers that only large machines hold whole.
  const bool isLarge;
  /// Whether floats may be infinite or no numbers. Those spread, so that most
  /// networks have none.
  const bool hasSpecials;
  /// Multiply-accumulates and elements that one layer may have: enough for many
  /// tiles, few enough for thousands of networks in a minute.
  int64_t maxMacs() const { return isLarge ? 1000000 : 100000; }
  int64_t maxElements() const { return isLarge ? 60000 : 20000; }
  int64_t maxChannels() const { return isLarge ? 160 : 48; }
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::func::FuncOp function;
  mlir::ImplicitLocOpBuilder builder;
  /// Results of layers, and inputs.
  std::vector<mlir::Value> values;

private:
  mlir::Value asResult(mlir::Value value);
  mlir::Value clampFloats(mlir::Value input);
  void addZeros(llvm::ArrayRef<int64_t> shape,
                llvm::MutableArrayRef<int64_t> elements);
};

/// Adds a layer of its kind and returns its result, or null where no value
/// suits it.
using LayerMaker = mlir::Value (*)(GraphBuilder &);
struct LayerKind {
  LayerMaker make;
  unsigned weight;
};

extern const std::vector<LayerKind> matrixLayers, volumeLayers, pointwiseLayers,
    logicLayers, moveLayers, indexedLayers, resizeLayers, floatLayers;

} // namespace lacuna::differential

#endif // LACUNA_TOOLS_DIFFERENTIAL_GRAPHBUILDER_H
