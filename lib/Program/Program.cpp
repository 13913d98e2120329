// What can be asked of a program, and the rules that every program file keeps.
#include "lacuna/Program/Program.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/JSON.h"

#include <cmath>

using namespace lacuna;
using llvm::Error;
using llvm::StringRef;
using llvm::Twine;

StringRef lacuna::getSectionName(RegionKind kind) {
  switch (kind) {
  case RegionKind::Text:
    return ".text";
  case RegionKind::Constants:
    return ".constants";
  case RegionKind::Input:
    return ".input";
  case RegionKind::Output:
    return ".output";
  case RegionKind::Spill:
    return ".spill";
  }
  llvm_unreachable("not a RegionKind");
}

bool lacuna::isWritable(RegionKind kind) {
  return kind == RegionKind::Output || kind == RegionKind::Spill;
}

bool lacuna::hasContents(RegionKind kind) {
  return kind == RegionKind::Text || kind == RegionKind::Constants;
}

StringRef lacuna::getName(TensorKind kind) {
  switch (kind) {
  case TensorKind::Input:
    return "input";
  case TensorKind::Output:
    return "output";
  case TensorKind::Weights:
    return "weights";
  case TensorKind::Parameters:
    return "parameters";
  case TensorKind::Spill:
    return "spill";
  case TensorKind::Resident:
    return "resident";
  }
  llvm_unreachable("not a TensorKind");
}

std::optional<RegionKind> lacuna::getRegionKind(TensorKind kind) {
  switch (kind) {
  case TensorKind::Input:
    return RegionKind::Input;
  case TensorKind::Output:
    return RegionKind::Output;
  case TensorKind::Weights:
  case TensorKind::Parameters:
    return RegionKind::Constants;
  case TensorKind::Spill:
    return RegionKind::Spill;
  case TensorKind::Resident:
    return std::nullopt;
  }
  llvm_unreachable("not a TensorKind");
}

std::optional<uint64_t> TensorInfo::getElements() const {
  uint64_t elements = 1;
  for (int64_t extent : shape) {
    if (extent < 0)
      return std::nullopt;
    std::optional<uint64_t> product =
        llvm::checkedMulUnsigned(elements, uint64_t(extent));
    if (!product)
      return std::nullopt;
    elements = *product;
  }
  return elements;
}

std::optional<uint64_t> TensorInfo::getDenseBytes() const {
  std::optional<uint64_t> elements = getElements();
  if (!elements)
    return std::nullopt;
  if (kind != TensorKind::Weights && getInfo(type).storageBits < 8)
    return elements;
  return getStorageBytes(type, *elements);
}

const Region &Program::getText() const {
  return *llvm::find_if(regions, [](const Region &region) {
    return region.kind == RegionKind::Text;
  });
}

const Layer *Program::findLayer(uint64_t offset) const {
  auto after = llvm::partition_point(layerRanges, [&](const LayerRange &range) {
    return range.begin <= offset;
  });
  if (after == layerRanges.begin() || offset >= std::prev(after)->end)
    return nullptr;
  return &layers[std::prev(after)->layer];
}

const Region *Program::findRegion(uint64_t address, uint64_t size) const {
  auto after = llvm::partition_point(
      regions, [&](const Region &region) { return region.address <= address; });
  if (after == regions.begin())
    return nullptr;
  const Region &region = *std::prev(after);
  uint64_t offset = address - region.address;
  if (offset > region.size || size > region.size - offset)
    return nullptr;
  return &region;
}

llvm::SmallVector<const TensorInfo *>
Program::getTensors(TensorKind kind) const {
  llvm::SmallVector<const TensorInfo *> result;
  for (const TensorInfo &tensor : tensors)
    if (tensor.kind == kind)
      result.push_back(&tensor);
  return result;
}

//===----------------------------------------------------------------------===//
// Rules
//===----------------------------------------------------------------------===//

static Error fail(StringRef file, const Twine &message, StringRef rule) {
  return makeError(SourceLocation::inFile(file), message,
                   "rule " + rule + " of docs/program.md");
}

static Error checkRegion(const Region &region, StringRef file) {
  StringRef base = getSectionName(region.kind);
  StringRef suffix = region.name;
  std::string what = "region '" + region.name + "'";
  if (!suffix.consume_front(base) || suffix == "." ||
      (!suffix.empty() && !suffix.starts_with(".")))
    return fail(file,
                what + " holds " + base.drop_front() + " but is not named so",
                "region-name");
  if (llvm::any_of(region.name, [](char c) { return c < 33 || c > 126; }))
    return fail(file, what + ": a name has no control characters or blanks",
                "region-name");
  if (region.address % regionAlignment)
    return fail(file,
                what + " starts at " + Twine(region.address) +
                    ", which is no multiple of " + Twine(regionAlignment),
                "region-alignment");
  if (region.size == 0)
    return fail(file, what + " is empty", "region-size");
  if (region.address >= maxDramAddress ||
      region.size > maxDramAddress - region.address)
    return fail(file,
                what + " at " + Twine(region.address) + ", " +
                    Twine(region.size) + " bytes, reaches beyond 2^47",
                "region-size");
  if (region.bytes.size() != (hasContents(region.kind) ? region.size : 0))
    return fail(file,
                what + " has " + Twine(region.size) +
                    " bytes but contents of " + Twine(region.bytes.size()),
                "region-contents");
  return Error::success();
}

static Error checkRegions(const Program &program, StringRef file) {
  if (program.regions.size() > maxRegions)
    return fail(file,
                "there are " + Twine(program.regions.size()) +
                    " regions, more than the limit of " + Twine(maxRegions),
                "region-count");
  unsigned texts = 0;
  llvm::StringSet<> names;
  const Region *previous = nullptr;
  for (const Region &region : program.regions) {
    if (Error error = checkRegion(region, file))
      return error;
    if (!names.insert(region.name).second)
      return fail(file, "two regions are named '" + region.name + "'",
                  "region-name");
    if (previous && region.address < previous->end())
      return fail(file,
                  "region '" + region.name + "' at " + Twine(region.address) +
                      " overlaps or precedes region '" + previous->name +
                      "', which ends at " + Twine(previous->end()),
                  "region-order");
    previous = &region;
    texts += region.kind == RegionKind::Text;
  }
  if (texts != 1)
    return fail(file,
                "a program has one region of instructions; this one has " +
                    Twine(texts),
                "one-text");
  return Error::success();
}

/// Names are stored as JSON.
static Error checkText(StringRef text, const Twine &what, StringRef file) {
  if (llvm::json::isUTF8(text))
    return Error::success();
  return fail(file, what + " is not UTF-8", "utf8");
}

static Error checkTensor(const Program &program, const TensorInfo &tensor,
                         const std::string &what, StringRef file) {
  if (Error error = checkText(tensor.name, what + ": its name", file))
    return error;
  if (tensor.scale && (!std::isfinite(*tensor.scale) || *tensor.scale <= 0))
    return fail(file, what + ": its scale is not a positive number",
                "tensor-scale");
  for (int64_t extent : tensor.shape)
    if (extent < 1)
      return fail(file, what + " has an extent of " + Twine(extent),
                  "tensor-shape");
  std::optional<uint64_t> dense = tensor.getDenseBytes();
  if (!dense || *dense > maxDramAddress)
    return fail(file, what + ": its shape gives more than 2^47 bytes",
                "tensor-shape");
  bool isBoundary =
      tensor.kind == TensorKind::Input || tensor.kind == TensorKind::Output;
  if (isBoundary && tensor.storedBytes)
    return fail(file, what + ": inputs and outputs are dense",
                "tensor-stored-bytes");
  std::string place = (what + " at " + Twine(tensor.address) + ", " +
                       Twine(tensor.getBytes()) + " bytes, is not inside ")
                          .str();
  std::optional<RegionKind> kind = getRegionKind(tensor.kind);
  if (!kind) {
    if (tensor.address >= maxScratchpadAddress ||
        tensor.getBytes() > maxScratchpadAddress - tensor.address)
      return fail(file, place + "any scratchpad", "tensor-region");
    return Error::success();
  }
  const Region *region = program.findRegion(tensor.address, tensor.getBytes());
  if (!region || region->kind != *kind)
    return fail(file, place + "a " + getSectionName(*kind) + " region",
                "tensor-region");
  return Error::success();
}

/// Inputs must not share bytes or names, nor must outputs.
static Error checkBoundary(const Program &program, TensorKind kind,
                           StringRef file) {
  llvm::SmallVector<const TensorInfo *> tensors = program.getTensors(kind);
  llvm::StringSet<> names;
  for (const TensorInfo *tensor : tensors)
    if (!tensor->name.empty() && !names.insert(tensor->name).second)
      return fail(file,
                  Twine("two ") + getName(kind) + " tensors are named '" +
                      tensor->name + "'",
                  "tensor-name");
  llvm::sort(tensors, [](const TensorInfo *a, const TensorInfo *b) {
    return a->address < b->address;
  });
  for (size_t i = 1; i < tensors.size(); ++i)
    if (tensors[i]->address <
        tensors[i - 1]->address + tensors[i - 1]->getBytes())
      return fail(file,
                  Twine("two ") + getName(kind) + " tensors overlap at " +
                      Twine(tensors[i]->address),
                  "tensor-overlap");
  return Error::success();
}

static Error checkDebugMap(const Program &program, StringRef file) {
  for (const Layer &layer : program.layers) {
    if (Error error = checkText(layer.name, "a layer's name", file))
      return error;
    if (Error error = checkText(layer.location, "a layer's location", file))
      return error;
  }
  uint64_t previousEnd = 0;
  for (const LayerRange &range : program.layerRanges) {
    if (range.layer >= program.layers.size())
      return fail(file,
                  "the debug map names layer " + Twine(range.layer) + " of " +
                      Twine(program.layers.size()),
                  "layer-range");
    if (range.begin < previousEnd || range.end <= range.begin ||
        range.end > program.getText().size)
      return fail(file,
                  "the debug map's range [" + Twine(range.begin) + ", " +
                      Twine(range.end) +
                      ") is empty, out of order or outside the text",
                  "layer-range");
    previousEnd = range.end;
  }
  return Error::success();
}

Error lacuna::checkProgram(const Program &program, StringRef file) {
  if (Error error = checkRegions(program, file))
    return error;
  for (auto [index, tensor] : llvm::enumerate(program.tensors)) {
    std::string what = "tensor " + std::to_string(index);
    if (!tensor.name.empty())
      what += " '" + tensor.name + "'";
    if (Error error = checkTensor(program, tensor, what, file))
      return error;
  }
  for (TensorKind kind : {TensorKind::Input, TensorKind::Output})
    if (Error error = checkBoundary(program, kind, file))
      return error;
  return checkDebugMap(program, file);
}
