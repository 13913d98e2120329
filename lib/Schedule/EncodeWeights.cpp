//===- EncodeWeights.cpp - Constant weights as they are stored ------------===//

#include "lacuna/Schedule/EncodeWeights.h"

#include "WeightCuts.h"
#include "lacuna/Encoding/WeightEncoding.h"

using namespace lacuna;
using namespace lacuna::schedule;

/// The weights' zero point in an instruction of MATRIX.
static int64_t zeroOf(const Instruction &instruction) {
  return std::visit(
      [](const auto &inst) -> int64_t {
        using Inst = std::decay_t<decltype(inst)>;
        if constexpr (std::is_same_v<Inst, Conv> ||
                      std::is_same_v<Inst, Conv3D> ||
                      std::is_same_v<Inst, Depthwise>)
          return inst.weightZeroPoint;
        else
          return 0;
      },
      instruction);
}

StreamFormat schedule::formatOf(const StoredWeights &weights,
                                const Problem &layer, const Tensor &tensor,
                                const WeightCuts &cuts) {
  StreamFormat format;
  format.kind = weights.encoding;
  format.elementBits = getInfo(tensor.type).storageBits;
  format.zero = zeroOf(layer.stages.front().instruction);
  format.nonzeros = weights.nonzeros;
  format.group = weights.group;
  format.rowElements = cuts.rowBytes() * 8 / format.elementBits;
  return format;
}

std::optional<unsigned> schedule::findWeights(const Network &network,
                                              const Problem &layer) {
  const Stage &stage = layer.stages.front();
  if (queueOf(stage.instruction) != Engine::Matrix)
    return std::nullopt;
  auto binding = llvm::find_if(stage.bindings, [](const Binding &candidate) {
    return candidate.field == "weights";
  });
  if (binding == stage.bindings.end() || binding->isIntermediate() ||
      !network.details[binding->tensor].write || binding->offset != 0 ||
      llvm::any_of(binding->outerStrides, [](int64_t step) { return step; }) ||
      // Weights that several layers read can't be cut for one of them.
      network.details[binding->tensor].uses > 1)
    return std::nullopt;
  return binding - stage.bindings.begin();
}

std::vector<uint8_t> schedule::readRaw(const Network &network,
                                       unsigned tensor) {
  const auto &encoded = network.graph.tensors[tensor].encoded;
  std::vector<uint8_t> raw(encoded ? encoded->rawBytes
                                   : network.graph.tensors[tensor].bytes);
  network.details[tensor].write(raw);
  return raw;
}

static void storeDense(Tensor &tensor) {
  if (tensor.encoded)
    tensor.bytes = tensor.encoded->rawBytes;
  tensor.encoded = nullptr;
}

static bool isStoredSo(const EncodedWeights &encoded,
                       const StoredWeights &weights, const WeightCuts &cuts) {
  return encoded.encoding == weights.encoding &&
         encoded.unitRows == weights.unitRows &&
         encoded.nonzeros == weights.nonzeros &&
         encoded.group == weights.group && encoded.cuts == cuts.getKey();
}

llvm::Error schedule::encodeWeights(Network &network, unsigned index,
                                    const Schedule &schedule) {
  const Problem &layer = network.graph.layers[index];
  std::optional<unsigned> binding = findWeights(network, layer);
  if (!schedule.weights) {
    if (binding)
      storeDense(network.graph
                     .tensors[layer.stages.front().bindings[*binding].tensor]);
    return llvm::Error::success();
  }
  const StoredWeights &weights = *schedule.weights;
  auto fail = [&](const llvm::Twine &why) {
    return llvm::createStringError("schedule of layer '" + layer.name +
                                   "' stores its weights encoded: " + why);
  };
  if (!binding)
    return fail("it has no constant weights that are its own, all of them, in "
                "the order of its channels");
  unsigned number = layer.stages.front().bindings[*binding].tensor;
  auto cuts = WeightCuts::create(layer, *binding, schedule);
  if (!cuts)
    return fail(llvm::toString(cuts.takeError()));
  if (weights.encoding == WeightEncoding::Nm && !cuts->isEven())
    return fail("groups of N:M would be cut at the end of the reduction");
  if (cuts->tileChannels() != cuts->channels() &&
      cuts->tileChannels() % weights.unitRows != 0)
    return fail("units of " + llvm::Twine(weights.unitRows) +
                " channels do not divide tiles of " +
                llvm::Twine(cuts->tileChannels()));
  Tensor &tensor = network.graph.tensors[number];
  if (tensor.encoded && isStoredSo(*tensor.encoded, weights, *cuts))
    return llvm::Error::success();

  std::vector<uint8_t> raw = readRaw(network, number);
  UnitList units = cuts->cut(raw, weights.unitRows);
  StreamFormat format = formatOf(weights, layer, tensor, *cuts);
  auto streams = lacuna::encodeWeights(format, units.units);
  if (!streams)
    return fail(llvm::toString(streams.takeError()));
  auto encoded = std::make_shared<EncodedWeights>();
  encoded->encoding = weights.encoding;
  encoded->unitRows = weights.unitRows;
  encoded->nonzeros = weights.nonzeros;
  encoded->group = weights.group;
  encoded->zero = format.zero;
  encoded->units = units.units.size();
  encoded->tableBytes = streams->table.size();
  encoded->header = std::move(streams->table);
  llvm::append_range(encoded->header, streams->index);
  encoded->streams = std::move(streams->stream);
  encoded->rawBytes = raw.size();
  encoded->cuts = cuts->getKey();
  tensor.bytes = encoded->getBytes();
  tensor.encoded = std::move(encoded);
  return llvm::Error::success();
}
