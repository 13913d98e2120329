// Where the emulator's memory and the reference's results part.
#include "Divergence.h"

#include "lacuna/Program/AssemblyPrinter.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace lacuna;

/// `value`, of which the low `bits` count, as an element of `type`: a boundary
/// may read as unsigned what a layer computed as signed.
static int64_t readAs(ElementType type, uint64_t value, unsigned bits) {
  return getInfo(type).isSigned && !isFloat(type)
             ? llvm::SignExtend64(value, bits)
             : int64_t(value & llvm::maskTrailingOnes<uint64_t>(bits));
}

/// The element of `bits` bits at `bytes`, as it lies in memory.
static uint64_t readElement(const uint8_t *bytes, unsigned bits) {
  uint64_t value = 0;
  for (unsigned i = 0; i != bits / 8; ++i)
    value |= uint64_t(bytes[i]) << (8 * i);
  return value;
}

static reference::Shape indexOf(uint64_t position,
                                llvm::ArrayRef<int64_t> shape) {
  reference::Shape index(shape.size());
  for (size_t axis = shape.size(); axis-- != 0;) {
    index[axis] = int64_t(position % shape[axis]);
    position /= shape[axis];
  }
  return index;
}

/// Who wrote the byte at `address`, as it was after the last STORE to `result`.
static std::optional<Provenance> whoWrote(const LayerResult &result,
                                          uint64_t address,
                                          const Emulator &emulator) {
  llvm::ArrayRef<Occurrence> order = emulator.getOrder();
  auto last = llvm::find_if(order, [&](const Occurrence &occurrence) {
    return result.isOverwritten && occurrence == *result.lastStore;
  });
  if (last != order.end())
    order = order.take_front(last - order.begin() + 1);
  return findProvenance(emulator.getText(), order, address,
                        result.tensor.kind == TensorKind::Resident
                            ? MemoryKind::Scratchpad
                            : MemoryKind::Dram);
}

std::optional<Divergence> lacuna::compare(const LayerResult &result,
                                          llvm::ArrayRef<uint8_t> bytes,
                                          const reference::Tensor &expected,
                                          const Emulator &emulator) {
  ElementType type = result.tensor.type;
  size_t size = bytes.size() / expected.values.size();
  unsigned bits = 8 * size;
  std::optional<Divergence> first;
  uint64_t position = 0;
  for (size_t i = 0; i != expected.values.size(); ++i) {
    int64_t found = readAs(type, readElement(&bytes[i * size], bits), bits);
    int64_t wanted = readAs(type, uint64_t(expected.values[i]), bits);
    if (found == wanted)
      continue;
    if (!first) {
      first.emplace();
      first->layer = result.layer;
      first->location = result.location;
      first->tensor = result.tensor.name;
      first->index = indexOf(i, result.tensor.shape);
      first->type = type;
      first->expected = wanted;
      first->found = found;
      position = i;
    }
    ++first->count;
    if (isFloat(type))
      first->largestFloat = std::max(
          first->largestFloat, std::abs(reference::valueOf(type, found) -
                                        reference::valueOf(type, wanted)));
    else
      first->largest = std::max(
          first->largest, found > wanted ? uint64_t(found) - uint64_t(wanted)
                                         : uint64_t(wanted) - uint64_t(found));
  }
  if (!first)
    return std::nullopt;
  first->provenance =
      whoWrote(result, result.getAddress(position * size), emulator);
  return first;
}

/// Loops that an occurrence is inside of, as far as indices tell.
static llvm::ArrayRef<int64_t> shownIndices(const Occurrence &occurrence) {
  unsigned depth = kMaxLoopDepth;
  while (depth != 0 && occurrence.indices[depth - 1] == 0)
    --depth;
  return llvm::ArrayRef(occurrence.indices).take_front(depth);
}

static std::string print(const Instruction &instruction) {
  std::string line;
  llvm::raw_string_ostream os(line);
  lacuna::print(os, instruction);
  return line;
}

/// "byte 120: rescale dst=...; at i0=1"
static std::string writeOut(const ProgramText &text,
                            const Occurrence &occurrence) {
  const DecodedInstruction &decoded = text.instructions[occurrence.index];
  std::string line = "byte " + std::to_string(decoded.offset) + ": " +
                     print(decoded.instruction);
  for (auto [level, index] : llvm::enumerate(shownIndices(occurrence)))
    line += (level ? ", i" : "; at i") + std::to_string(level) + "=" +
            std::to_string(index);
  return line;
}

/// The largest difference as text.
static std::string largestOf(const Divergence &divergence) {
  if (!isFloat(divergence.type))
    return std::to_string(divergence.largest);
  return llvm::formatv("{0:g}", divergence.largestFloat).str();
}

/// A number, or of floats, which JSON does not have all of, its text.
static llvm::json::Value elementToJson(ElementType type, int64_t element) {
  if (isFloat(type))
    return reference::toString(type, element);
  return element;
}

llvm::Error lacuna::describe(const Divergence &divergence,
                             const ProgramText &text) {
  std::string index;
  llvm::raw_string_ostream os(index);
  llvm::interleaveComma(divergence.index, os);
  std::string what = divergence.layer.empty()
                         ? "tensor '" + divergence.tensor + "'"
                         : "layer '" + divergence.layer + "'";
  llvm::Error error = makeError(
      SourceLocation::inFile(divergence.location),
      what + " differs in sample " + llvm::Twine(divergence.sample) +
          ": element [" + index + "] of tensor '" + divergence.tensor +
          "' is " + reference::toString(divergence.type, divergence.found) +
          " on the emulator and " +
          reference::toString(divergence.type, divergence.expected) +
          " in the reference; " + llvm::Twine(divergence.count) +
          (divergence.count == 1 ? " element differs, by "
                                 : " elements differ, by ") +
          largestOf(divergence) + (divergence.count == 1 ? "" : " at most"));
  if (!divergence.provenance)
    return addNote(std::move(error), "no instruction wrote that element");
  if (divergence.provenance->maker)
    error = addNote(std::move(error),
                    "computed by the instruction at " +
                        writeOut(text, *divergence.provenance->maker));
  if (divergence.provenance->store)
    error = addNote(std::move(error),
                    "stored by the instruction at " +
                        writeOut(text, *divergence.provenance->store));
  return error;
}

static llvm::json::Value toJson(const std::optional<Occurrence> &occurrence,
                                const ProgramText &text) {
  if (!occurrence)
    return nullptr;
  const DecodedInstruction &decoded = text.instructions[occurrence->index];
  return llvm::json::Object{
      {"byte", decoded.offset},
      {"instruction", print(decoded.instruction)},
      {"loop_indices", llvm::json::Array(shownIndices(*occurrence))}};
}

llvm::json::Object lacuna::toJson(const Divergence &divergence,
                                  const ProgramText &text) {
  std::optional<Occurrence> maker, store;
  if (divergence.provenance) {
    maker = divergence.provenance->maker;
    store = divergence.provenance->store;
  }
  return llvm::json::Object{
      {"sample", divergence.sample},
      {"layer", divergence.layer},
      {"location", divergence.location},
      {"tensor", divergence.tensor},
      {"element", llvm::json::Array(divergence.index)},
      {"emulator", elementToJson(divergence.type, divergence.found)},
      {"reference", elementToJson(divergence.type, divergence.expected)},
      {"elements", divergence.count},
      {"largest_difference", isFloat(divergence.type)
                                 ? llvm::json::Value(largestOf(divergence))
                                 : llvm::json::Value(divergence.largest)},
      {"computed_by", ::toJson(maker, text)},
      {"stored_by", ::toJson(store, text)}};
}
