// A layer's weights: scales, then rounding, then the bias.
#include "lacuna/Quantization/Weights.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/ADT/StringSwitch.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace lacuna;
using namespace lacuna::quantization;
using sparsity::Grid;
using sparsity::InputStatistics;
using sparsity::Mask;

std::optional<RoundingMethod>
quantization::roundingFromName(llvm::StringRef name) {
  return llvm::StringSwitch<std::optional<RoundingMethod>>(name)
      .Case("nearest", RoundingMethod::Nearest)
      .Case("adaround", RoundingMethod::AdaRound)
      .Case("gptq", RoundingMethod::GPTQ)
      .Default(std::nullopt);
}

llvm::StringRef quantization::getName(RoundingMethod rounding) {
  switch (rounding) {
  case RoundingMethod::Nearest:
    return "nearest";
  case RoundingMethod::AdaRound:
    return "adaround";
  case RoundingMethod::GPTQ:
    return "gptq";
  }
  return "";
}

Grid quantization::gridOf(unsigned bits) {
  double highest = double((int64_t(1) << (bits - 1)) - 1);
  return {bits == 2 ? -2 : -highest, highest, /*isReal=*/false};
}

static const InputStatistics *inputsOf(const WeightLayer &layer, size_t row) {
  if (layer.inputs.empty())
    return nullptr;
  return &layer.inputs[row / (layer.weights.rows / layer.inputs.size())];
}

//===----------------------------------------------------------------------===//
// Scales
//===----------------------------------------------------------------------===//

/// The least scale at which `grid` covers `row`.
static double coveringScale(llvm::ArrayRef<double> row, const Grid &grid) {
  double scale = 0;
  for (double weight : row)
    scale = std::max(scale,
                     weight < 0 ? weight / grid.lowest : weight / grid.highest);
  return scale;
}

/// The error of rounding `row` to multiples of `scale`.
static double errorOf(llvm::ArrayRef<double> row, double scale,
                      const Grid &grid, const InputStatistics *inputs) {
  double error = 0;
  for (size_t term = 0; term != row.size(); ++term) {
    double change = grid.round(row[term] / scale) * scale - row[term];
    error += change * change * (inputs ? inputs->meanSquare[term] : 1);
  }
  return error;
}

/// The scale of rows [first, end).
static double scaleOf(const WeightLayer &layer, size_t first, size_t end,
                      const Grid &grid, ScaleMethod method) {
  double covering = 0, least = std::numeric_limits<double>::infinity();
  for (size_t row = first; row != end; ++row)
    covering = std::max(covering, coveringScale(layer.weights.row(row), grid));
  double best = covering;
  // A quarter of it cuts off more than any distribution of weights gains.
  constexpr int steps = 96, fewest = 24;
  for (int step = steps; step >= fewest && covering > 0; --step) {
    double scale = covering * step / steps, error = 0;
    if (method == ScaleMethod::MinMax)
      break;
    for (size_t row = first; row != end; ++row)
      error +=
          errorOf(layer.weights.row(row), scale, grid, inputsOf(layer, row));
    if (error < least) {
      least = error;
      best = scale;
    }
  }
  for (size_t row = first; row != end && !layer.leastScales.empty(); ++row)
    best = std::max(best, layer.leastScales[row]);
  return best;
}

static llvm::Expected<std::vector<double>>
chooseScales(const WeightLayer &layer, const WeightOptions &options) {
  const Matrix &weights = layer.weights;
  for (double weight : weights.values)
    if (!std::isfinite(weight))
      return makeError("the weights hold values that are not finite");
  Grid grid = gridOf(options.bits);
  std::vector<double> scales(weights.rows);
  if (options.perChannel)
    for (size_t row = 0; row != weights.rows; ++row)
      scales[row] = scaleOf(layer, row, row + 1, grid, options.scale);
  else
    scales.assign(weights.rows,
                  scaleOf(layer, 0, weights.rows, grid, options.scale));
  double largest = *std::max_element(scales.begin(), scales.end());
  // A row of zeros needs no scale: any will do that the others have.
  if (largest == 0)
    largest = 1;
  if (!std::isfinite(float(largest)))
    return makeError("the weights are too large for a scale of 32 bits");
  for (double &scale : scales) {
    scale = scale == 0 ? largest : scale;
    scale = double(std::max(float(scale), std::numeric_limits<float>::min()));
  }
  return scales;
}

//===----------------------------------------------------------------------===//
// Rounding
//===----------------------------------------------------------------------===//

void quantization::descend(Matrix &rounded, const Matrix &targets,
                           const Matrix &moments, const Grid &grid) {
  size_t n = targets.columns;
  std::vector<double> change(n), slope(n);
  // Each step lowers the loss, and there are finitely many roundings; the limit
  // is for sums that rounding errors keep moving.
  constexpr int maxRounds = 50;
  for (size_t row = 0; row != targets.rows; ++row) {
    llvm::MutableArrayRef<double> values = rounded.row(row);
    llvm::ArrayRef<double> target = targets.row(row);
    for (size_t i = 0; i != n; ++i)
      change[i] = values[i] - target[i];
    for (size_t i = 0; i != n; ++i) {
      slope[i] = 0;
      for (size_t j = 0; j != n; ++j)
        slope[i] += moments.at(i, j) * change[j];
    }
    bool moved = true;
    for (int round = 0; round != maxRounds && moved; ++round) {
      moved = false;
      for (size_t i = 0; i != n; ++i) {
        if (target[i] == 0)
          continue;
        double down = grid.round(std::floor(target[i]));
        double up = grid.round(std::ceil(target[i]));
        double other = values[i] == down ? up : down;
        double step = other - values[i];
        double gain = step * (2 * slope[i] + step * moments.at(i, i));
        if (!(gain < -1e-12 * moments.at(i, i)))
          continue;
        values[i] = other;
        for (size_t j = 0; j != n; ++j)
          slope[j] += step * moments.at(j, i);
        moved = true;
      }
    }
  }
}

/// Rows [first, first + count) of `matrix`.
static Matrix takeRows(const Matrix &matrix, size_t first, size_t count) {
  Matrix rows(count, matrix.columns);
  std::copy_n(matrix.values.begin() + ptrdiff_t(first * matrix.columns),
              count * matrix.columns, rows.values.begin());
  return rows;
}

/// Integers for the rows `targets` (in units of their scales), which see the
/// same inputs.
static Matrix roundGroup(const Matrix &targets, const InputStatistics *inputs,
                         bool hasBias, const WeightOptions &options) {
  Grid grid = gridOf(options.bits);
  Matrix result(targets.rows, targets.columns);
  for (size_t i = 0; i != targets.values.size(); ++i)
    result.values[i] = grid.round(targets.values[i]);
  if (options.rounding == RoundingMethod::Nearest || !inputs)
    return result;
  Matrix moments = sparsity::effectiveMoments(*inputs, hasBias);
  double damping = options.damping;
  if (inputs->count > 0)
    damping += double(targets.columns) / inputs->count;
  sparsity::damp(moments, damping);
  if (options.rounding == RoundingMethod::AdaRound) {
    descend(result, targets, moments, grid);
    return result;
  }
  Mask kept;
  for (double target : targets.values)
    kept.push_back(target != 0);
  return sparsity::roundOnto(targets, moments, kept, grid);
}

static std::vector<double> biasChangeOf(const WeightLayer &layer,
                                        const QuantizedWeights &after) {
  std::vector<double> change;
  for (size_t row = 0; row != layer.weights.rows; ++row) {
    const InputStatistics &inputs = *inputsOf(layer, row);
    double sum = 0;
    for (size_t term = 0; term != layer.weights.columns; ++term)
      sum += (layer.weights.at(row, term) -
              after.weights.at(row, term) * after.scales[row]) *
             inputs.mean[term];
    change.push_back(sum);
  }
  return change;
}

static std::optional<double> signalToNoiseOf(const WeightLayer &layer,
                                             const QuantizedWeights &after) {
  double signal = 0, noise = 0;
  size_t count = layer.weights.rows / layer.inputs.size();
  std::vector<double> ones(count, 1);
  for (size_t group = 0; group != layer.inputs.size(); ++group) {
    Matrix moments =
        sparsity::effectiveMoments(layer.inputs[group], layer.hasBias);
    Matrix before = takeRows(layer.weights, group * count, count);
    Matrix now = takeRows(after.weights, group * count, count);
    for (size_t row = 0; row != count; ++row)
      for (double &weight : now.row(row))
        weight *= after.scales[group * count + row];
    signal += sparsity::quadraticLoss(nullptr, before, moments, ones);
    noise += sparsity::quadraticLoss(&before, now, moments, ones);
  }
  if (!(signal > 0) || !(noise > 0))
    return std::nullopt;
  return 10 * std::log10(signal / noise);
}

llvm::Expected<QuantizedWeights>
quantization::quantizeWeights(const WeightLayer &layer,
                              const WeightOptions &options) {
  auto scales = chooseScales(layer, options);
  if (!scales)
    return scales.takeError();
  const Matrix &weights = layer.weights;
  QuantizedWeights result;
  result.scales = std::move(*scales);
  Matrix targets = weights;
  for (size_t row = 0; row != weights.rows; ++row)
    for (double &weight : targets.row(row))
      weight /= result.scales[row];
  size_t groups = std::max<size_t>(layer.inputs.size(), 1);
  size_t count = weights.rows / groups;
  result.weights = Matrix(weights.rows, weights.columns);
  for (size_t group = 0; group != groups; ++group) {
    Matrix rounded =
        roundGroup(takeRows(targets, group * count, count),
                   inputsOf(layer, group * count), layer.hasBias, options);
    std::copy(rounded.values.begin(), rounded.values.end(),
              result.weights.values.begin() +
                  ptrdiff_t(group * count * weights.columns));
  }
  if (layer.inputs.empty())
    return result;
  if (layer.hasBias && options.correctBias)
    result.biasChange = biasChangeOf(layer, result);
  if (!layer.inputs.front().moments.values.empty())
    result.signalToNoise = signalToNoiseOf(layer, result);
  return result;
}
