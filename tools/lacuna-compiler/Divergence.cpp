// Where the emulator's memory and the reference's results part.
#include "Divergence.h"

#include "lacuna/Dialect/NN/IR/NN.h"
#include "lacuna/Emulator/Provenance.h"
#include "lacuna/Program/AssemblyPrinter.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Endian.h"

using namespace lacuna;

/// Bytes of an element off-chip.
static unsigned bytesOf(ElementType type) {
  return std::max(1u, getInfo(type).storageBits / 8);
}

/// An element as it lies in memory.
static int64_t readElement(const uint8_t *bytes, ElementType type) {
  using namespace llvm::support::endian;
  bool isSigned = getInfo(type).isSigned;
  switch (bytesOf(type)) {
  case 1:
    return isSigned ? int64_t(int8_t(*bytes)) : *bytes;
  case 2:
    return isSigned ? int64_t(int16_t(read16le(bytes))) : read16le(bytes);
  case 4:
    return int32_t(read32le(bytes));
  default:
    return static_cast<int64_t>(read64le(bytes));
  }
}

/// Whether another tensor of the program takes some of the same bytes, so that
/// what is there after a run may be the other's.
static bool sharesItsPlace(const Program &program, const TensorInfo &tensor) {
  return llvm::any_of(program.tensors, [&](const TensorInfo &other) {
    return &other != &tensor &&
           other.address < tensor.address + tensor.getBytes() &&
           tensor.address < other.address + other.getBytes();
  });
}

/// Whether `tensor` has as many elements, of as many bytes, as a value of
/// `type`.
static bool holds(const TensorInfo &tensor, mlir::Type type) {
  auto ranked = mlir::cast<mlir::RankedTensorType>(type);
  std::optional<ElementType> element =
      reference::elementTypeOf(ranked.getElementType());
  return element && bytesOf(*element) == bytesOf(tensor.type) &&
         uint64_t(ranked.getNumElements()) * bytesOf(*element) ==
             tensor.getBytes();
}

llvm::Expected<LayerTensors> LayerTensors::create(mlir::func::FuncOp function,
                                                  const Program &program,
                                                  llvm::StringRef file) {
  llvm::StringMap<const TensorInfo *> spills;
  for (const TensorInfo *spill : program.getTensors(TensorKind::Spill))
    if (!sharesItsPlace(program, *spill))
      spills[spill->name] = spill;
  LayerTensors layers;
  for (mlir::Operation &op : function.front().without_terminator()) {
    if (!mlir::isa<nn::LayerOpInterface>(op))
      continue;
    auto spill = spills.find(nn::getLayerName(&op));
    if (spill != spills.end() &&
        holds(*spill->second, op.getResult(0).getType()))
      layers.tensors[&op] = spill->second;
  }
  mlir::Operation *terminator = function.front().getTerminator();
  auto outputs = program.getTensors(TensorKind::Output);
  if (outputs.size() != terminator->getNumOperands())
    return makeError(SourceLocation::inFile(file),
                     "the program has " + llvm::Twine(outputs.size()) +
                         " outputs and the model " +
                         llvm::Twine(terminator->getNumOperands()));
  for (auto [output, value] :
       llvm::zip_equal(outputs, terminator->getOperands())) {
    auto type = mlir::cast<mlir::RankedTensorType>(value.getType());
    if (!llvm::equal(type.getShape(), output->shape) || !holds(*output, type))
      return makeError(SourceLocation::inFile(file),
                       "output '" + output->name +
                           "' has not the shape and element type that the "
                           "model gives it");
    if (mlir::Operation *op = value.getDefiningOp())
      layers.tensors[op] = output;
  }
  return layers;
}

std::optional<Divergence>
LayerTensors::compare(mlir::Operation *layer, const reference::Tensor &expected,
                      Emulator &emulator) const {
  auto known = tensors.find(layer);
  if (known == tensors.end())
    return std::nullopt;
  const TensorInfo &tensor = *known->second;
  llvm::ArrayRef<uint8_t> bytes = emulator.getBytes(tensor);
  unsigned size = bytesOf(tensor.type);
  // Bytes count: a boundary may read the same ones as unsigned.
  unsigned shift = 64 - 8 * size;
  std::optional<Divergence> first;
  for (size_t i = 0; i != expected.values.size(); ++i) {
    int64_t found = readElement(bytes.data() + i * size, tensor.type);
    int64_t wanted = expected.values[i];
    if (uint64_t(found) << shift == uint64_t(wanted) << shift)
      continue;
    if (!first) {
      first.emplace();
      first->layer = nn::getLayerName(layer).str();
      first->tensor = &tensor;
      first->position = i;
      first->expected = wanted;
      first->found = found;
      first->index = expected.shape;
      uint64_t rest = i;
      for (size_t axis = expected.shape.size(); axis-- != 0;) {
        first->index[axis] = rest % expected.shape[axis];
        rest /= expected.shape[axis];
      }
      if (auto place = layer->getLoc()->findInstanceOf<mlir::FileLineColLoc>())
        first->location = (place.getFilename().getValue() + ":" +
                           llvm::Twine(place.getLine()) + ":" +
                           llvm::Twine(place.getColumn()))
                              .str();
    }
    ++first->count;
    first->largest = std::max(first->largest, std::abs(found - wanted));
  }
  return first;
}

/// "byte 120: rescale dst=..., at i0=1"
static std::string writeOut(const ProgramText &text,
                            const Occurrence &occurrence) {
  const DecodedInstruction &decoded = text.instructions[occurrence.index];
  std::string line;
  llvm::raw_string_ostream os(line);
  os << "byte " << decoded.offset << ": ";
  lacuna::print(os, decoded.instruction);
  unsigned depth = kMaxLoopDepth;
  while (depth != 0 && occurrence.indices[depth - 1] == 0)
    --depth;
  for (unsigned level = 0; level != depth; ++level)
    os << (level ? ", i" : "; at i") << level << '='
       << occurrence.indices[level];
  return line;
}

llvm::Error lacuna::describe(const Divergence &divergence,
                             const Program &program, const Emulator &emulator,
                             uint64_t sample) {
  std::string index;
  llvm::raw_string_ostream os(index);
  llvm::interleaveComma(divergence.index, os);
  llvm::Error error =
      makeError(SourceLocation::inFile(divergence.location),
                "layer '" + divergence.layer + "' differs in sample " +
                    llvm::Twine(sample) + ": element [" + index +
                    "] of tensor '" + divergence.tensor->name + "' is " +
                    llvm::Twine(divergence.found) + " on the emulator and " +
                    llvm::Twine(divergence.expected) + " in the reference; " +
                    llvm::Twine(divergence.count) + " elements differ, by " +
                    llvm::Twine(divergence.largest) + " at most");
  uint64_t address = divergence.tensor->address +
                     divergence.position * bytesOf(divergence.tensor->type);
  auto provenance =
      findProvenance(emulator.getText(), emulator.getOrder(), address);
  if (!provenance)
    return addNote(std::move(error), "no instruction wrote that element");
  if (provenance->maker)
    error = addNote(std::move(error),
                    "computed by the instruction at " +
                        writeOut(emulator.getText(), *provenance->maker));
  return addNote(std::move(error),
                 "stored by the instruction at " +
                     writeOut(emulator.getText(), provenance->store));
}
