// Counting zeros, and what they could save.
#include "LayerZeros.h"

#include "lacuna/Encoding/WeightEncoding.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/Support/FormatVariadic.h"

#include <cmath>
#include <map>

using namespace lacuna;
using llvm::json::Object;

llvm::ArrayRef<WeightEncoding> lacuna::getEncodings() {
  static constexpr WeightEncoding encodings[] = {
      WeightEncoding::Nm, WeightEncoding::Bitmap, WeightEncoding::ZeroRun,
      WeightEncoding::Entropy, WeightEncoding::Palette};
  return encodings;
}

uint64_t LayerZeros::leastBytes() const {
  uint64_t least = denseBytes;
  for (const std::optional<uint64_t> &bytes : encodedBytes)
    least = std::min(least, bytes.value_or(least));
  return least;
}

/// The differences of a row's weights from the zero point.
static std::vector<int64_t> rowOf(const nn::MatrixLayer &layer,
                                  const nn::ConstantData &weights,
                                  int64_t row) {
  std::vector<int64_t> values;
  for (int64_t term = 0; term != layer.getTerms(); ++term)
    values.push_back(weights[layer.getPosition(row, term)] -
                     layer.getWeightZp());
  return values;
}

/// The rows of a unit as they lie off-chip: 4-bit elements two to a byte, each
/// row of the last coordinate from a byte of its own on.
static void appendPacked(llvm::ArrayRef<int64_t> row, int64_t zero,
                         unsigned bits, size_t last,
                         std::vector<uint8_t> &bytes) {
  for (size_t i = 0; i != row.size(); ++i) {
    auto element = uint64_t(row[i] + zero);
    if (bits == 4 && i % last % 2 == 1)
      bytes.back() |= uint8_t(element << 4);
    else if (bits == 4)
      bytes.push_back(element & 15);
    else
      for (unsigned byte = 0; byte != bits / 8; ++byte)
        bytes.push_back(uint8_t(element >> (8 * byte)));
  }
}

/// Elements of the last coordinate of a row.
static size_t lastExtent(const nn::MatrixLayer &layer) {
  llvm::ArrayRef<int64_t> shape = layer.getWeightsType().getShape();
  if (llvm::isa<nn::DepthwiseConv2DOp>(layer.getOperation()))
    return shape[1];
  if (llvm::isa<nn::MatMulOp>(layer.getOperation()))
    return shape[1];
  return shape.back();
}

LayerZeros lacuna::inspectWeights(const nn::MatrixLayer &layer) {
  LayerZeros zeros;
  nn::ConstantData weights = *layer.getWeights();
  zeros.name = layer.getName().str();
  zeros.operation = layer.getOperation()->getName().stripDialect().str();
  zeros.rows = layer.getRows();
  zeros.terms = layer.getTerms();
  zeros.weights = zeros.rows * zeros.terms;

  unsigned bits = layer.getWeightsType().getElementTypeBitWidth();
  std::vector<uint8_t> isZero;
  std::map<int64_t, uint64_t> frequencies;
  std::vector<std::vector<uint8_t>> units;
  for (int64_t row = 0; row != layer.getRows(); ++row) {
    std::vector<int64_t> values = rowOf(layer, weights, row);
    int64_t greatest = 0;
    for (int64_t value : values)
      greatest = std::max(greatest, std::abs(value));
    for (int64_t value : values) {
      ++frequencies[value];
      isZero.push_back(value == 0);
      zeros.zeros += value == 0;
      zeros.nearZeros += value != 0 && std::abs(value) * 32 <= greatest;
    }
    if (row % inspectedUnitRows == 0)
      units.emplace_back();
    appendPacked(values, layer.getWeightZp(), bits, lastExtent(layer),
                 units.back());
  }
  for (const auto &[value, count] : frequencies) {
    double share = double(count) / double(zeros.weights);
    zeros.entropy -= share * std::log2(share);
  }
  zeros.structure = sparsity::findTightest(isZero, zeros.terms);

  std::vector<llvm::ArrayRef<uint8_t>> views(units.begin(), units.end());
  for (llvm::ArrayRef<uint8_t> unit : views)
    zeros.denseBytes += unit.size();
  for (WeightEncoding encoding : getEncodings()) {
    StreamFormat format;
    format.kind = encoding;
    format.elementBits = bits;
    format.zero = layer.getWeightZp();
    std::optional<uint64_t> &bytes = zeros.encodedBytes.emplace_back();
    if (format.kind == WeightEncoding::Nm) {
      if (zeros.structure.kind == sparsity::Structure::Kind::None)
        continue;
      format.nonzeros = zeros.structure.kept;
      format.group = zeros.structure.group;
      format.rowElements = zeros.terms;
    }
    llvm::Expected<uint64_t> stored = getStoredBytes(format, views);
    if (stored)
      bytes = *stored;
    else
      llvm::consumeError(stored.takeError());
  }
  return zeros;
}

static uint64_t entropyBytes(const LayerZeros &layer) {
  return uint64_t(std::ceil(layer.entropy * double(layer.weights) / 8));
}

Object lacuna::toJson(llvm::ArrayRef<LayerZeros> layers, uint64_t samples) {
  llvm::json::Array list;
  for (const LayerZeros &layer : layers) {
    Object bytes{{"dense", layer.denseBytes}};
    for (auto [encoding, stored] :
         llvm::zip_equal(getEncodings(), layer.encodedBytes))
      bytes[toString(encoding)] =
          stored ? llvm::json::Value(*stored) : llvm::json::Value(nullptr);
    Object object{
        {"name", toPrintable(layer.name)},
        {"operation", layer.operation},
        {"rows", layer.rows},
        {"terms", layer.terms},
        {"weights", layer.weights},
        {"zeros", layer.zeros},
        {"near_zeros", layer.nearZeros},
        {"structure", sparsity::toString(layer.structure)},
        {"entropy_bits", layer.entropy},
        {"entropy_bytes", entropyBytes(layer)},
        {"bytes", std::move(bytes)},
    };
    if (samples) {
      object["activations"] = layer.activations;
      object["zero_activations"] = layer.zeroActivations;
    }
    list.push_back(std::move(object));
  }
  return Object{
      {"schema", 1}, {"samples", samples}, {"layers", std::move(list)}};
}

double lacuna::percent(uint64_t part, uint64_t all) {
  return all ? 100 * double(part) / double(all) : 0;
}

NameColumn::NameColumn(llvm::ArrayRef<LayerZeros> layers) {
  for (const LayerZeros &layer : layers)
    width =
        std::max(width, std::min<size_t>(40, toPrintable(layer.name).size()));
}

std::string NameColumn::operator()(llvm::StringRef name) const {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::left_justify(
      llvm::StringRef(toPrintable(name)).take_back(width), width);
  return text;
}

void lacuna::printTable(llvm::ArrayRef<LayerZeros> layers, uint64_t samples,
                        llvm::raw_ostream &os) {
  NameColumn pad(layers);
  os << pad("layer") << "   weights   zero   near  N:M   bits/w";
  os << "     dense";
  for (WeightEncoding encoding : getEncodings())
    os << llvm::right_justify(toString(encoding), 10);
  os << (samples ? "  input zero\n" : "\n");
  for (const LayerZeros &layer : layers) {
    bool isNone = layer.structure.kind == sparsity::Structure::Kind::None;
    os << pad(layer.name)
       << llvm::formatv("{0,10} {1,5:f1}% {2,5:f1}%  {3,-5} {4,6:f2}{5,10}",
                        layer.weights, percent(layer.zeros, layer.weights),
                        percent(layer.nearZeros, layer.weights),
                        isNone ? "-" : sparsity::toString(layer.structure),
                        layer.entropy, layer.denseBytes);
    for (const std::optional<uint64_t> &bytes : layer.encodedBytes)
      os << llvm::right_justify(bytes ? std::to_string(*bytes) : "-", 10);
    if (samples)
      os << llvm::formatv("{0,11:f1}%",
                          percent(layer.zeroActivations, layer.activations));
    os << '\n';
  }
  uint64_t weights = 0, zeros = 0, dense = 0, least = 0, entropy = 0;
  for (const LayerZeros &layer : layers) {
    weights += layer.weights;
    zeros += layer.zeros;
    dense += layer.denseBytes;
    least += layer.leastBytes();
    entropy += entropyBytes(layer);
  }
  os << llvm::formatv("{0} weights, {1:f1}% zero; {2} bytes dense, {3} in the "
                      "best encoding of each layer, {4} by entropy\n",
                      weights, percent(zeros, weights), dense, least, entropy);
}
