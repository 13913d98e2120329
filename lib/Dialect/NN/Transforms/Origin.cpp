// Which model statistics are of, through passes that change weights.
#include "lacuna/Dialect/NN/IR/MatrixLayer.h"
#include "lacuna/Dialect/NN/Transforms/Calibration.h"
#include "lacuna/Support/Diagnostics.h"
#include "lacuna/Support/Hash.h"

#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace lacuna;

void nn::recordOrigin(func::FuncOp function) {
  Builder builder(function.getContext());
  SmallVector<Attribute> origins;
  if (auto before = function->getAttrOfType<ArrayAttr>(kOriginAttrName))
    origins.assign(before.begin(), before.end());
  Attribute hash = builder.getStringAttr(hashToHex(hashModel(function)));
  if (!llvm::is_contained(origins, hash))
    origins.push_back(hash);
  function->setAttr(kOriginAttrName, builder.getArrayAttr(origins));
}

/// What layers of another model `statistics` are of.
static std::string describeDifference(func::FuncOp function,
                                      const Statistics &statistics) {
  llvm::StringSet<> names;
  for (const nn::MatrixLayer &layer : nn::getMatrixLayers(function)) {
    names.insert(toPrintable(layer.getName()));
    const LayerStatistics *found = statistics.find(layer.getName());
    if (!found)
      return ("they have no layer '" + layer.getName() + "'").str();
    if (found->groups != uint64_t(layer.getGroups()) ||
        found->terms != uint64_t(layer.getTerms()))
      return ("layer '" + layer.getName() + "' has " +
              Twine(layer.getGroups()) + " x " + Twine(layer.getTerms()) +
              " inputs a sum, in the statistics " + Twine(found->groups) +
              " x " + Twine(found->terms))
          .str();
  }
  // Sorted, so that the message is the same each time.
  std::vector<StringRef> others;
  for (const auto &layer : statistics.layers)
    if (!names.contains(layer.getKey()))
      others.push_back(layer.getKey());
  if (!others.empty())
    return ("they have a layer '" + *llvm::min_element(others) +
            "', which this model lacks")
        .str();
  return "its matrix operations have the same names and extents, but weights, "
         "attributes or other layers differ";
}

llvm::Expected<Statistics> nn::readStatistics(func::FuncOp function,
                                              StringRef path) {
  llvm::Expected<Statistics> statistics = Statistics::read(path);
  if (!statistics || statistics->model == hashModel(function))
    return statistics;
  auto origins = function->getAttrOfType<ArrayAttr>(kOriginAttrName);
  std::string hash = hashToHex(statistics->model);
  if (origins &&
      llvm::is_contained(origins.getAsValueRange<StringAttr>(), hash))
    return statistics;
  return makeError(SourceLocation::inFile(path),
                   "the statistics are of another model: " +
                       describeDifference(function, *statistics),
                   "calibrate again (nn-calibrate, or --calibrate)");
}
