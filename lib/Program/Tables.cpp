// Writing and reading the tables of a program file.
#include "Tables.h"
#include "lacuna/Support/Diagnostics.h"
#include "lacuna/Support/GuardedText.h"
#include "lacuna/Support/Hash.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/raw_ostream.h"

using namespace lacuna;
using llvm::Error;
using llvm::StringRef;
namespace json = llvm::json;

constexpr int64_t schema = 1;

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

/// "key":[ and one element a line.
template <typename Range, typename ToValue>
static void printArray(llvm::raw_ostream &os, StringRef key, const Range &range,
                       ToValue toValue) {
  os << json::Value(key) << ":[";
  StringRef separator = "\n";
  for (const auto &element : range) {
    os << separator << json::Value(toValue(element));
    separator = ",\n";
  }
  os << "\n]";
}

static json::Object tensorToJson(const TensorInfo &tensor) {
  json::Object object{{"kind", getName(tensor.kind)},
                      {"type", getName(tensor.type)},
                      {"shape", json::Array(tensor.shape)},
                      {"address", int64_t(tensor.address)}};
  if (tensor.storedBytes)
    object["stored_bytes"] = int64_t(*tensor.storedBytes);
  if (tensor.scale)
    object["scale"] = *tensor.scale;
  if (tensor.zeroPoint)
    object["zero_point"] = *tensor.zeroPoint;
  if (tensor.isFloatOutside)
    object["source"] = getName(ElementType::FP32);
  return object;
}

std::string lacuna::printProgramTable(const Program &program) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "{\"schema\":" << schema << ",\n\"structure_hash\":\""
     << hashToHex(program.structureHash) << "\",\n\"cost_hash\":\""
     << hashToHex(program.costHash) << "\",\n";
  printArray(os, "tensors", program.tensors, tensorToJson);
  os << "}\n";
  return text;
}

std::string lacuna::printNames(const Program &program) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "{\"schema\":" << schema << ",\n";
  printArray(os, "names", program.tensors,
             [](const TensorInfo &tensor) { return StringRef(tensor.name); });
  os << "}\n";
  return text;
}

std::string lacuna::printLayers(const Program &program) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "{\"schema\":" << schema << ",\n";
  printArray(os, "layers", program.layers, [](const Layer &layer) {
    return json::Object{{"name", layer.name}, {"location", layer.location}};
  });
  os << ",\n";
  printArray(os, "ranges", program.layerRanges, [](const LayerRange &range) {
    return json::Array{int64_t(range.begin), int64_t(range.end),
                       int64_t(range.layer)};
  });
  os << "}\n";
  return text;
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

namespace lacuna {

// fromJSON is found by argument-dependent look-up.
static bool fromJSON(const json::Value &value, TensorInfo &tensor,
                     json::Path path) {
  json::ObjectMapper object(value, path);
  std::string kind, type;
  std::optional<std::string> source;
  std::vector<int64_t> shape;
  if (!object || !object.map("kind", kind) || !object.map("type", type) ||
      !object.map("shape", shape) || !object.map("address", tensor.address) ||
      !object.map("stored_bytes", tensor.storedBytes) ||
      !object.map("scale", tensor.scale) ||
      !object.map("zero_point", tensor.zeroPoint) ||
      !object.map("source", source))
    return false;
  tensor.isFloatOutside = source.has_value();
  bool canStandForFloats = tensor.scale && (type == "i8" || type == "u8" ||
                                            type == "i16" || type == "u16");
  if (source && (*source != getName(ElementType::FP32) || !canStandForFloats)) {
    path.field("source").report(
        "expected fp32, for integers of 8 or 16 bits with a scale");
    return false;
  }
  tensor.shape.assign(shape.begin(), shape.end());
  constexpr TensorKind kinds[] = {TensorKind::Input,   TensorKind::Output,
                                  TensorKind::Weights, TensorKind::Parameters,
                                  TensorKind::Spill,   TensorKind::Resident};
  const TensorKind *found = llvm::find_if(
      kinds, [&](TensorKind candidate) { return getName(candidate) == kind; });
  if (found == std::end(kinds)) {
    path.field("kind").report(
        "expected input, output, weights, parameters, spill or resident");
    return false;
  }
  tensor.kind = *found;
  std::optional<ElementType> elementType = elementTypeFromName(type);
  if (!elementType) {
    path.field("type").report("expected the name of an element type");
    return false;
  }
  tensor.type = *elementType;
  return true;
}

static bool fromJSON(const json::Value &value, Layer &layer, json::Path path) {
  json::ObjectMapper object(value, path);
  return object && object.map("name", layer.name) &&
         object.map("location", layer.location);
}

static bool fromJSON(const json::Value &value, LayerRange &range,
                     json::Path path) {
  const json::Array *array = value.getAsArray();
  if (!array || array->size() != 3) {
    path.report("expected [begin, end, layer]");
    return false;
  }
  return fromJSON((*array)[0], range.begin, path.index(0)) &&
         fromJSON((*array)[1], range.end, path.index(1)) &&
         fromJSON((*array)[2], range.layer, path.index(2));
}

} // namespace lacuna

/// A hash as printed by hashToHex.
static bool readHash(json::ObjectMapper &object, llvm::StringLiteral key,
                     uint64_t &hash, json::Path path) {
  std::string digits;
  if (!object.map(key, digits))
    return false;
  StringRef rest = digits;
  if (digits.size() == 16 && !rest.consumeInteger(16, hash) && rest.empty())
    return true;
  path.field(key).report("expected 16 hexadecimal digits");
  return false;
}

/// Parses `text`, checks its schema and hands it to `read`, which reports what
/// is wrong by path.
static Error
parseTable(StringRef text, StringRef place,
           llvm::function_ref<bool(json::ObjectMapper &, json::Path)> read) {
  llvm::Expected<json::Value> value = parseJson(text, place);
  if (!value)
    return value.takeError();
  json::Path::Root root("table");
  json::Path path(root);
  json::ObjectMapper object(*value, path);
  int64_t version = 0;
  if (object && object.map("schema", version)) {
    if (version != schema)
      return makeError(SourceLocation::inFile(place),
                       "schema " + llvm::Twine(version) +
                           " is not known; this version reads schema " +
                           llvm::Twine(schema),
                       "compile the program again");
    if (read(object, path))
      return Error::success();
  }
  return makeError(SourceLocation::inFile(place), toString(root.getError()));
}

Error lacuna::parseProgramTable(StringRef text, StringRef place,
                                Program &program) {
  return parseTable(
      text, place, [&](json::ObjectMapper &object, json::Path path) {
        return readHash(object, "structure_hash", program.structureHash,
                        path) &&
               readHash(object, "cost_hash", program.costHash, path) &&
               object.map("tensors", program.tensors);
      });
}

Error lacuna::parseNames(StringRef text, StringRef place, Program &program) {
  std::vector<std::string> names;
  if (Error error =
          parseTable(text, place, [&](json::ObjectMapper &object, json::Path) {
            return object.map("names", names);
          }))
    return error;
  if (names.size() != program.tensors.size())
    return makeError(SourceLocation::inFile(place),
                     llvm::Twine(names.size()) + " names for " +
                         llvm::Twine(program.tensors.size()) + " tensors");
  for (auto [tensor, name] : llvm::zip(program.tensors, names))
    tensor.name = std::move(name);
  return Error::success();
}

Error lacuna::parseLayers(StringRef text, StringRef place, Program &program) {
  return parseTable(text, place, [&](json::ObjectMapper &object, json::Path) {
    return object.map("layers", program.layers) &&
           object.map("ranges", program.layerRanges);
  });
}
