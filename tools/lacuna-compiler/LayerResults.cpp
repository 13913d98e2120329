// Layers of a function, layers of a program's debug map, and their STOREs.
#include "LayerResults.h"

#include "lacuna/Dialect/NN/IR/Location.h"
#include "lacuna/Dialect/NN/IR/NN.h"
#include "lacuna/Encoding/BlockCodec.h"
#include "lacuna/Program/AccessPattern.h"
#include "lacuna/Program/ActivationBlocks.h"
#include "lacuna/Reference/Tensor.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Endian.h"

using namespace lacuna;
using mlir::Operation;
using Layers = llvm::SmallVector<Operation *, 0>;

namespace {
constexpr uint32_t noLayer = ~0u;

/// An instruction as it is executed once, and the smallest range that it
/// writes into.
struct ExecutedStore {
  Occurrence occurrence;
  MemoryKind memory;
  ByteRange written;
  /// In Program::layers, or noLayer.
  uint32_t layer = noLayer;
  /// Of one that leaves zeros out.
  std::optional<LayerResult::Blocks> blocks;
};
} // namespace

/// Whether `store` writes where `tensor` lies.
static bool meets(const ExecutedStore &store, const TensorInfo &tensor) {
  MemoryKind memory = tensor.kind == TensorKind::Resident
                          ? MemoryKind::Scratchpad
                          : MemoryKind::Dram;
  return store.memory == memory &&
         store.written.begin < tensor.address + tensor.getBytes() &&
         tensor.address < store.written.end;
}

/// The STOREs of a program in the order in which they are executed, and
/// whatever makes tensors that stay on-chip.
static std::vector<ExecutedStore> listStores(const Program &program,
                                             const ProgramText &text) {
  std::vector<ExecutedStore> stores;
  bool anyStays = !program.getTensors(TensorKind::Resident).empty();
  for (ExecutionWalk walk(text); !walk.atEnd(); walk.advance()) {
    const DecodedInstruction &current = walk.instruction();
    const auto *compress = std::get_if<Compress>(&current.instruction);
    bool isStore =
        compress || std::holds_alternative<Store>(current.instruction);
    if (!isStore &&
        !(anyStays && queueOf(current.instruction) == Engine::Vector))
      continue;
    auto patterns =
        getAccessPatterns(resolve(current.instruction, walk.indices()));
    if (!patterns) {
      // The emulator will say what is wrong with it.
      consumeError(patterns.takeError());
      continue;
    }
    MemoryKind memory = isStore ? MemoryKind::Dram : MemoryKind::Scratchpad;
    for (const AccessPattern &pattern : *patterns)
      if (pattern.memory == memory &&
          pattern.direction != AccessDirection::Read &&
          pattern.operand != "table")
        if (std::optional<ByteRange> hull = pattern.hull()) {
          const Layer *layer = program.findLayer(current.offset);
          stores.push_back(
              {{walk.index(), walk.indices()},
               memory,
               *hull,
               layer ? uint32_t(layer - program.layers.data()) : noLayer,
               std::nullopt});
          if (compress)
            stores.back().blocks = {compress->run, compress->zero};
        }
  }
  return stores;
}

/// Bytes of a value of `type` off-chip; none where its elements have no place
/// there.
static std::optional<uint64_t> bytesOf(mlir::Type type) {
  auto ranked = mlir::cast<mlir::RankedTensorType>(type);
  auto element = reference::elementTypeOf(ranked.getElementType());
  if (!element)
    return std::nullopt;
  TensorInfo dense;
  dense.type = *element;
  dense.shape.assign(ranked.getShape().begin(), ranked.getShape().end());
  return dense.getDenseBytes();
}

/// The layers of `function` that a compiler gives instructions.
static Layers listLayers(mlir::func::FuncOp function) {
  Layers layers;
  for (Operation &op : function.front().without_terminator())
    if (mlir::isa<nn::LayerOpInterface>(op) && !mlir::isa<nn::ReshapeOp>(op))
      layers.push_back(&op);
  return layers;
}

/// The number in Program::layers of each of `layers`: the same, where the names
/// agree all along; else, for a program that was made otherwise, that of the
/// one layer of its name.
static std::vector<uint32_t> matchLayers(const Layers &layers,
                                         const Program &program) {
  std::vector<uint32_t> numbers(layers.size(), noLayer);
  auto agrees = [&](size_t i) {
    llvm::StringRef name = nn::getLayerName(layers[i]);
    return name.empty() || name == program.layers[i].name;
  };
  if (program.layers.size() >= layers.size() &&
      llvm::all_of(llvm::seq(layers.size()), agrees)) {
    std::iota(numbers.begin(), numbers.end(), 0);
    return numbers;
  }
  llvm::StringMap<llvm::SmallVector<uint32_t, 1>> named;
  for (auto [number, layer] : llvm::enumerate(program.layers))
    named[layer.name].push_back(number);
  llvm::StringMap<unsigned> count;
  for (Operation *layer : layers)
    ++count[nn::getLayerName(layer)];
  for (auto [layer, number] : llvm::zip_equal(layers, numbers)) {
    llvm::StringRef name = nn::getLayerName(layer);
    auto found = named.find(name);
    if (!name.empty() && count[name] == 1 && found != named.end() &&
        found->second.size() == 1)
      number = found->second.front();
  }
  return numbers;
}

/// The bytes that the last STOREs of a layer write, if these are `size` in a
/// row: its result, whatever it stored before. `own` are all its STOREs.
static std::optional<ByteRange>
findWritten(llvm::ArrayRef<const ExecutedStore *> own, uint64_t size) {
  std::optional<ByteRange> written;
  for (const ExecutedStore *store : llvm::reverse(own)) {
    if (store->memory != MemoryKind::Dram)
      continue;
    // What lies in blocks is found by its tensor alone.
    if (store->blocks)
      break;
    ByteRange range = store->written;
    if (written)
      range = {std::min(written->begin, range.begin),
               std::max(written->end, range.end)};
    if (range.size() > size)
      break;
    written = range;
  }
  return written && written->size() == size ? written : std::nullopt;
}

/// The result of a layer called `name` whose STOREs are `own`.
static std::optional<TensorInfo>
locateResult(const Program &program, llvm::StringRef name,
             mlir::RankedTensorType type,
             llvm::ArrayRef<const ExecutedStore *> own) {
  std::optional<uint64_t> size = bytesOf(type);
  if (!size || own.empty())
    return std::nullopt;
  for (TensorKind kind : {TensorKind::Spill, TensorKind::Resident})
    for (const TensorInfo *tensor : program.getTensors(kind))
      if (tensor->name == name && tensor->getDenseBytes() == *size &&
          llvm::any_of(own, [&](const ExecutedStore *store) {
            return meets(*store, *tensor) &&
                   (store->blocks || tensor->getBytes() == *size);
          }))
        return *tensor;
  std::optional<ByteRange> written = findWritten(own, *size);
  const Region *region =
      written ? program.findRegion(written->begin, *size) : nullptr;
  if (!region || region->kind != RegionKind::Spill)
    return std::nullopt;
  TensorInfo tensor;
  tensor.name = name.str();
  tensor.kind = TensorKind::Spill;
  tensor.type = *reference::elementTypeOf(type.getElementType());
  tensor.shape.assign(type.getShape().begin(), type.getShape().end());
  tensor.address = written->begin;
  return tensor;
}

/// Whatever is looked at instead of `value`: views are the same bytes.
static mlir::Value skipViews(mlir::Value value) {
  while (auto view = value.getDefiningOp<nn::ReshapeOp>())
    value = view.getInput();
  return value;
}

/// The inputs or outputs of `program`, held against the `values` of a function.
static llvm::Expected<std::vector<LayerResult>>
matchBoundary(const Program &program, TensorKind kind, mlir::ValueRange values,
              llvm::StringRef file) {
  auto tensors = program.getTensors(kind);
  if (tensors.size() != values.size())
    return makeError(SourceLocation::inFile(file),
                     "the program has " + llvm::Twine(tensors.size()) + " " +
                         getName(kind) + (tensors.size() == 1 ? "" : "s") +
                         " and the model " + llvm::Twine(values.size()));
  std::vector<LayerResult> results;
  for (auto [tensor, value] : llvm::zip_equal(tensors, values)) {
    auto type = mlir::cast<mlir::RankedTensorType>(value.getType());
    if (!llvm::equal(type.getShape(), tensor->shape) ||
        bytesOf(type) != tensor->getBytes())
      return makeError(SourceLocation::inFile(file),
                       getName(kind) + " '" + tensor->name +
                           "' has not the shape and element type that the "
                           "model gives it");
    results.emplace_back().tensor = *tensor;
  }
  return results;
}

static void nameIt(LayerResult &result, Operation *layer,
                   llvm::StringRef name) {
  result.layer = name.str();
  result.location = nn::placeOf(layer->getLoc()).str();
}

llvm::Expected<LayerResults> LayerResults::create(mlir::func::FuncOp function,
                                                  const Program &program,
                                                  const ProgramText &text,
                                                  llvm::StringRef file) {
  LayerResults found;
  mlir::Operation *terminator = function.front().getTerminator();
  auto inputs =
      matchBoundary(program, TensorKind::Input, function.getArguments(), file);
  if (!inputs)
    return inputs.takeError();
  auto outputs = matchBoundary(program, TensorKind::Output,
                               terminator->getOperands(), file);
  if (!outputs)
    return outputs.takeError();
  found.outputs = std::move(*outputs);

  std::vector<ExecutedStore> stores = listStores(program, text);
  std::vector<std::vector<const ExecutedStore *>> own(program.layers.size());
  for (const ExecutedStore &store : stores)
    if (store.layer != noLayer)
      own[store.layer].push_back(&store);
  auto follow = [&](LayerResult &result) {
    for (const ExecutedStore &store : stores)
      if (meets(store, result.tensor))
        result.lastStore = store.occurrence;
  };

  llvm::DenseMap<Operation *, LayerResult *> returned;
  for (auto [result, value] :
       llvm::zip_equal(found.outputs, terminator->getOperands())) {
    follow(result);
    if (Operation *layer = skipViews(value).getDefiningOp())
      returned.try_emplace(layer, &result);
  }
  Layers layers = listLayers(function);
  found.layers = layers.size();
  for (auto [layer, number] :
       llvm::zip_equal(layers, matchLayers(layers, program))) {
    llvm::StringRef name = nn::getLayerName(layer);
    if (name.empty() && number != noLayer)
      name = program.layers[number].name;
    if (LayerResult *output = returned.lookup(layer)) {
      nameIt(*output, layer, name);
      found.results[layer] = *output;
      continue;
    }
    if (number == noLayer)
      continue;
    auto tensor = locateResult(
        program, program.layers[number].name,
        mlir::cast<mlir::RankedTensorType>(layer->getResult(0).getType()),
        own[number]);
    if (!tensor)
      continue;
    LayerResult &result = found.results[layer];
    result.tensor = std::move(*tensor);
    nameIt(result, layer, name);
    follow(result);
    const ExecutedStore *last = nullptr;
    for (const ExecutedStore *store : own[number])
      if (meets(*store, result.tensor))
        last = store;
    result.isOverwritten = !(last->occurrence == *result.lastStore) ||
                           result.tensor.kind == TensorKind::Resident;
    result.lastStore = last->occurrence;
    result.blocks = last->blocks;
    if (result.isOverwritten)
      found.overwritten[last->occurrence.index].push_back(layer);
  }
  // Copies of arguments and constants are layers of the program alone.
  for (LayerResult &output : found.outputs)
    if (output.layer.empty() && output.lastStore)
      if (const Layer *layer = program.findLayer(
              text.instructions[output.lastStore->index].offset))
        output.layer = layer->name;
  return found;
}

uint64_t LayerResult::getSlotBytes() const {
  uint64_t count = tensor.getDenseBytes().value_or(0) / blocks->bytes;
  return count ? tensor.getBytes() / count - kBlockEntryBytes : 0;
}

uint64_t LayerResult::getAddress(uint64_t offset) const {
  if (!blocks)
    return tensor.address + offset;
  return tensor.address + offset / blocks->bytes * getSlotBytes() +
         offset % blocks->bytes;
}

/// Reads the blocks of `result`, which lie in `stored` as the scheduler lays
/// them out: slots, then a table.
static void expand(const LayerResult &result, llvm::ArrayRef<uint8_t> stored,
                   llvm::MutableArrayRef<uint8_t> dense) {
  uint64_t block = result.blocks->bytes, slot = result.getSlotBytes();
  uint64_t count = dense.size() / block;
  auto codec = BlockCodec::create(result.tensor.type, result.blocks->zero);
  if (!codec || stored.size() < count * (slot + kBlockEntryBytes)) {
    llvm::consumeError(codec.takeError());
    return;
  }
  for (uint64_t number = 0; number != count; ++number) {
    uint64_t length = llvm::support::endian::read16le(
        stored.data() + count * slot + number * kBlockEntryBytes);
    llvm::MutableArrayRef<uint8_t> raw = dense.slice(number * block, block);
    if (llvm::Error error = codec->expand(
            stored.slice(number * slot, std::min(length, slot)), raw)) {
      llvm::consumeError(std::move(error));
      llvm::fill(raw, 0);
    }
  }
}

const LayerResult *LayerResults::find(Operation *layer) const {
  auto result = results.find(layer);
  return result == results.end() ? nullptr : &result->second;
}

void LayerResults::observe(const Occurrence &executed, Memory &memory) {
  auto finished = overwritten.find(executed.index);
  if (finished == overwritten.end())
    return;
  for (Operation *layer : finished->second) {
    const LayerResult &result = *find(layer);
    if (!(executed == *result.lastStore))
      continue;
    llvm::ArrayRef<uint8_t> bytes = memory.tensor(result.tensor);
    kept[&result].assign(bytes.begin(), bytes.end());
    // A table may claim more scratchpad than there is.
    kept[&result].resize(result.tensor.getBytes());
  }
}

llvm::ArrayRef<uint8_t> LayerResults::getBytes(const LayerResult &result,
                                               Emulator &emulator) const {
  auto found = kept.find(&result);
  llvm::ArrayRef<uint8_t> bytes = found != kept.end()
                                      ? llvm::ArrayRef(found->second)
                                      : emulator.getBytes(result.tensor);
  if (!result.blocks)
    return bytes;
  expanded.assign(result.tensor.getDenseBytes().value_or(0), 0);
  expand(result, bytes, expanded);
  return expanded;
}
