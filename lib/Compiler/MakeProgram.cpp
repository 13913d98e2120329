// Instructions and tensors as a program file holds them.
#include "lacuna/Compiler/Compile.h"
#include "lacuna/Machine/Machine.h"
#include "lacuna/Program/Checks.h"
#include "lacuna/Program/Encoding.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/Support/MathExtras.h"

using namespace lacuna;
using schedule::Network;
using schedule::PlacedInstruction;
using schedule::TensorRole;

static TensorKind kindOf(TensorRole role) {
  switch (role) {
  case TensorRole::Input:
    return TensorKind::Input;
  case TensorRole::Output:
    return TensorKind::Output;
  case TensorRole::Weights:
    return TensorKind::Weights;
  case TensorRole::Parameters:
    return TensorKind::Parameters;
  case TensorRole::Activation:
    return TensorKind::Spill;
  }
  llvm_unreachable("not a role");
}

static TensorInfo describe(const Network &network, unsigned index) {
  const schedule::Tensor &tensor = network.graph.tensors[index];
  TensorInfo info;
  info.name = tensor.name;
  info.kind = kindOf(tensor.role);
  info.type = tensor.type;
  info.shape.assign(network.details[index].shape.begin(),
                    network.details[index].shape.end());
  info.address = tensor.address;
  if (const auto &quantization = network.details[index].quantization) {
    info.scale = quantization->scale;
    info.zeroPoint = quantization->zeroPoint;
    info.isFloatOutside = true;
  }
  if (tensor.scratchpad) {
    info.kind = TensorKind::Resident;
    info.address = *tensor.scratchpad;
  }
  if (info.getDenseBytes() != tensor.bytes)
    info.storedBytes = tensor.bytes;
  return info;
}

std::vector<unsigned> lacuna::programPositions(const Network &network) {
  // Inputs and outputs come in the order of the command line, others after
  // them.
  const std::vector<schedule::Tensor> &tensors = network.graph.tensors;
  std::vector<unsigned> positions(tensors.size()), spills, residents;
  unsigned next = 0;
  for (unsigned index : network.inputs)
    positions[index] = next++;
  for (unsigned index : network.outputs)
    positions[index] = next++;
  for (auto [index, tensor] : llvm::enumerate(tensors))
    if (tensor.role == TensorRole::Activation)
      (tensor.scratchpad ? residents : spills).push_back(index);
    else if (tensor.role != TensorRole::Input &&
             tensor.role != TensorRole::Output)
      positions[index] = next++;
  llvm::sort(spills, [&](unsigned a, unsigned b) {
    return std::pair(tensors[a].address, a) < std::pair(tensors[b].address, b);
  });
  uint64_t end = 0;
  for (auto [order, index] : llvm::enumerate(spills)) {
    bool shared = order != 0 && tensors[index].address < end;
    positions[index] = shared ? next - 1 : next++;
    end = std::max(end, tensors[index].address + tensors[index].bytes);
  }
  // Of a ring, there is no time when it holds the tensor.
  for (unsigned index : residents)
    positions[index] = tensors[index].ring ? kNoPosition : next++;
  return positions;
}

/// Two tensors at one place, as one.
static TensorInfo merge(const TensorInfo &a, const TensorInfo &b) {
  uint64_t begin = std::min(a.address, b.address);
  uint64_t end = std::max(a.address + a.getBytes(), b.address + b.getBytes());
  TensorInfo both;
  both.name = a.name + ", " + b.name;
  both.kind = TensorKind::Spill;
  both.type = ElementType::U8;
  both.shape = {int64_t(end - begin)};
  both.address = begin;
  return both;
}

static std::vector<TensorInfo> describeTensors(const Network &network) {
  std::vector<unsigned> positions = programPositions(network);
  std::vector<std::optional<TensorInfo>> places(positions.size());
  for (auto [index, position] : llvm::enumerate(positions)) {
    if (position == kNoPosition)
      continue;
    TensorInfo info = describe(network, index);
    std::optional<TensorInfo> &place = places[position];
    place = place ? merge(*place, info) : std::move(info);
  }
  std::vector<TensorInfo> tensors;
  for (std::optional<TensorInfo> &place : places)
    if (place)
      tensors.push_back(std::move(*place));
  return tensors;
}

static Region makeRegion(const Network &network, const PlannedRegion &planned) {
  Region region;
  region.kind = planned.kind;
  region.name = getSectionName(planned.kind).str();
  region.address = planned.address;
  region.size = planned.bytes;
  if (!hasContents(planned.kind))
    return region;
  region.bytes.resize(planned.bytes);
  for (auto [tensor, detail] :
       llvm::zip_equal(network.graph.tensors, network.details)) {
    if (!detail.write)
      continue;
    auto to = llvm::MutableArrayRef(region.bytes)
                  .slice(tensor.address - planned.address, tensor.bytes);
    if (!tensor.encoded) {
      detail.write(to);
      continue;
    }
    llvm::copy(tensor.encoded->header, to.begin());
    llvm::copy(tensor.encoded->streams,
               to.begin() + tensor.encoded->header.size());
  }
  return region;
}

/// Encodes `instructions` and writes down which layer each range belongs to.
static llvm::Error encodeText(const Network &network,
                              llvm::ArrayRef<PlacedInstruction> instructions,
                              const Machine &machine, Region &text,
                              std::vector<LayerRange> &ranges) {
  llvm::SmallVector<uint8_t> bytes;
  for (const PlacedInstruction &placed : instructions) {
    bool inLayer = placed.layer != PlacedInstruction::kNoLayer;
    llvm::Error error = checkFields(placed.instruction);
    if (!error)
      error = checkRules(placed.instruction, machine);
    if (error)
      return makeError(
          SourceLocation::inFile(
              inLayer ? network.graph.layers[placed.layer].location : ""),
          "instruction '" + mnemonicOf(placed.instruction) +
              "' can't be encoded: " + llvm::toString(std::move(error)));
    uint64_t begin = bytes.size();
    encode(placed.instruction, bytes);
    if (!inLayer)
      continue;
    uint32_t layer = network.layerOf[placed.layer];
    if (!ranges.empty() && ranges.back().layer == layer &&
        ranges.back().end == begin)
      ranges.back().end = bytes.size();
    else
      ranges.push_back({begin, bytes.size(), layer});
  }
  text.bytes.assign(bytes.begin(), bytes.end());
  text.size = text.bytes.size();
  return llvm::Error::success();
}

uint64_t lacuna::getTextAddress(llvm::ArrayRef<PlannedRegion> regions) {
  if (regions.empty())
    return 0;
  return llvm::alignTo(regions.back().address + regions.back().bytes,
                       regionAlignment);
}

llvm::Expected<Program> lacuna::makeProgram(
    const Network &network, llvm::ArrayRef<PlannedRegion> regions,
    llvm::ArrayRef<PlacedInstruction> instructions, const Machine &machine) {
  Program program;
  program.machineText = printMachine(machine);
  program.structureHash = structureHash(machine);
  program.costHash = costHash(machine);
  for (const PlannedRegion &planned : regions)
    program.regions.push_back(makeRegion(network, planned));
  Region text;
  text.kind = RegionKind::Text;
  text.name = getSectionName(RegionKind::Text).str();
  text.address = getTextAddress(regions);
  if (llvm::Error error =
          encodeText(network, instructions, machine, text, program.layerRanges))
    return std::move(error);
  if (text.end() > machine.dram.bytes)
    return makeError("the program takes " + llvm::Twine(text.end()) +
                         " bytes of off-chip memory; machine '" + machine.name +
                         "' has " + llvm::Twine(machine.dram.bytes),
                     "choose a machine with a larger dram.bytes");
  program.regions.push_back(std::move(text));
  program.tensors = describeTensors(network);
  for (const schedule::LayerName &layer : network.layers)
    program.layers.push_back({layer.name, layer.location});
  return program;
}
