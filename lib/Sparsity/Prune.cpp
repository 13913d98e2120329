// Criteria, and the order in which a layer's parts are done.
#include "lacuna/Sparsity/Prune.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

#include <algorithm>
#include <cmath>

using namespace lacuna::sparsity;
using Kind = Structure::Kind;

std::optional<Criterion>
lacuna::sparsity::criterionFromName(llvm::StringRef name) {
  return llvm::StringSwitch<std::optional<Criterion>>(name)
      .Case("magnitude", Criterion::Magnitude)
      .Case("wanda", Criterion::Wanda)
      .Case("hessian", Criterion::Hessian)
      .Default(std::nullopt);
}

llvm::StringRef lacuna::sparsity::getName(Criterion criterion) {
  switch (criterion) {
  case Criterion::Magnitude:
    return "magnitude";
  case Criterion::Wanda:
    return "wanda";
  case Criterion::Hessian:
    return "hessian";
  }
  return "";
}

static const InputStatistics *inputsOf(const Layer &layer, size_t row) {
  if (layer.inputs.empty())
    return nullptr;
  return &layer.inputs[row / (layer.weights.rows / layer.inputs.size())];
}

Matrix lacuna::sparsity::scoreWeights(const Layer &layer, Criterion criterion) {
  const Matrix &weights = layer.weights;
  Matrix scores(weights.rows, weights.columns);
  for (size_t row = 0; row != weights.rows; ++row) {
    const InputStatistics *inputs =
        criterion == Criterion::Magnitude ? nullptr : inputsOf(layer, row);
    for (size_t term = 0; term != weights.columns; ++term) {
      double value = layer.rowScales[row] * weights.at(row, term);
      scores.at(row, term) =
          value * value * (inputs ? inputs->meanSquare[term] : 1);
    }
  }
  return scores;
}

Matrix lacuna::sparsity::effectiveMoments(const InputStatistics &inputs,
                                          bool hasBias) {
  Matrix moments = inputs.moments;
  if (hasBias)
    for (size_t i = 0; i != moments.rows; ++i)
      for (size_t j = 0; j != moments.columns; ++j)
        moments.at(i, j) -= inputs.mean[i] * inputs.mean[j];
  return moments;
}

/// The weights that give with inputs as they are, whose moments have become
/// `damped` and have this `inverse`, best what `weights` gave with inputs as
/// they were; damping draws them towards `weights`.
static Matrix fitToOriginal(const Matrix &weights, const Layer &layer,
                            const InputStatistics &inputs, const Matrix &damped,
                            const Matrix &inverse) {
  Matrix moments = effectiveMoments(inputs, layer.hasBias);
  size_t terms = weights.columns;
  Matrix result(weights.rows, terms);
  std::vector<double> products(terms);
  for (size_t row = 0; row != weights.rows; ++row) {
    for (size_t i = 0; i != terms; ++i) {
      products[i] = (damped.at(i, i) - moments.at(i, i)) * weights.at(row, i);
      for (size_t j = 0; j != terms; ++j) {
        double cross = inputs.cross.at(i, j);
        if (layer.hasBias)
          cross -= inputs.mean[i] * inputs.meanBefore[j];
        products[i] += cross * weights.at(row, j);
      }
    }
    for (size_t i = 0; i != terms; ++i)
      for (size_t j = 0; j != terms; ++j)
        result.at(row, i) += inverse.at(i, j) * products[j];
  }
  return result;
}

/// Rows that see the same inputs, by their second-order losses.
static Matrix pruneGroup(const Layer &layer, Matrix weights,
                         const InputStatistics &inputs,
                         llvm::ArrayRef<double> rowWeights,
                         const PruneOptions &options) {
  const Grid &grid = layer.grid;
  const std::vector<double> original = weights.values;
  Matrix moments = effectiveMoments(inputs, layer.hasBias);
  double damping = options.damping;
  if (inputs.count > 0)
    damping += double(weights.columns) / inputs.count;
  damp(moments, damping);
  std::optional<Matrix> inverse = invert(moments);
  for (double extra = options.damping; !inverse && extra < 1e3;) {
    extra = std::max(extra, 1e-3) * 10;
    damp(moments, extra);
    inverse = invert(moments);
  }
  if (!inverse)
    inverse = Matrix(weights.columns, weights.columns);
  else if (!inputs.meanBefore.empty())
    weights = fitToOriginal(weights, layer, inputs, moments, *inverse);
  Mask zeros;
  if (options.structure.kind == Kind::None)
    for (double weight : original)
      zeros.push_back(weight != 0);
  if (!isSmallForCubic(weights))
    return sweepColumns(weights, *inverse, rowWeights, options.structure, grid,
                        zeros.empty() ? nullptr : &zeros)
        .weights;
  Mask kept = zeros.empty() ? selectByElimination(weights, *inverse, rowWeights,
                                                  options.structure)
                            : zeros;
  return refit(weights, moments, kept, grid);
}

/// Rows first to first + count - 1.
static Matrix takeRows(const Matrix &matrix, size_t first, size_t count) {
  Matrix rows(count, matrix.columns);
  llvm::copy(llvm::ArrayRef(matrix.values)
                 .slice(first * matrix.columns, count * matrix.columns),
             rows.values.begin());
  return rows;
}

static Matrix pruneBySecondOrder(const Layer &layer,
                                 const PruneOptions &options) {
  const Matrix &weights = layer.weights;
  Matrix result(weights.rows, weights.columns);
  size_t count = weights.rows / layer.inputs.size();
  for (size_t group = 0; group != layer.inputs.size(); ++group) {
    std::vector<double> rowWeights;
    for (size_t row = 0; row != count; ++row) {
      double scale = layer.rowScales[group * count + row];
      rowWeights.push_back(scale * scale);
    }
    Matrix pruned = pruneGroup(layer, takeRows(weights, group * count, count),
                               layer.inputs[group], rowWeights, options);
    llvm::copy(pruned.values,
               result.values.begin() + group * count * weights.columns);
  }
  return result;
}

/// `change` as an integer that a 64-bit one holds, whatever the statistics.
static double limitBias(double change) {
  constexpr double limit = double(int64_t(1) << 62);
  return std::isnan(change) ? 0 : std::clamp(std::round(change), -limit, limit);
}

static std::vector<double> biasChangeOf(const Layer &layer,
                                        const Matrix &after) {
  std::vector<double> change;
  for (size_t row = 0; row != after.rows; ++row) {
    const InputStatistics &inputs = *inputsOf(layer, row);
    llvm::ArrayRef<double> mean = inputs.mean;
    llvm::ArrayRef<double> before =
        inputs.meanBefore.empty() ? inputs.mean : inputs.meanBefore;
    double sum = 0;
    for (size_t term = 0; term != after.columns; ++term)
      sum += layer.weights.at(row, term) * before[term] -
             after.at(row, term) * mean[term];
    if (!layer.grid.isReal)
      sum = limitBias(sum);
    change.push_back(std::isfinite(sum) ? sum : 0);
  }
  return change;
}

static std::optional<double> signalToNoiseOf(const Layer &layer,
                                             const Matrix &after) {
  double signal = 0, noise = 0;
  size_t count = after.rows / layer.inputs.size();
  for (size_t group = 0; group != layer.inputs.size(); ++group) {
    Matrix moments = effectiveMoments(layer.inputs[group], layer.hasBias);
    std::vector<double> rowWeights;
    for (size_t row = 0; row != count; ++row) {
      double scale = layer.rowScales[group * count + row];
      rowWeights.push_back(scale * scale);
    }
    Matrix before = takeRows(layer.weights, group * count, count);
    signal += quadraticLoss(nullptr, before, moments, rowWeights);
    noise += quadraticLoss(&before, takeRows(after, group * count, count),
                           moments, rowWeights);
  }
  if (!(signal > 0) || !(noise > 0))
    return std::nullopt;
  return 10 * std::log10(signal / noise);
}

PrunedLayer lacuna::sparsity::prune(const Layer &layer,
                                    const PruneOptions &options) {
  PrunedLayer result;
  const Structure &structure = options.structure;
  bool isFitted =
      !layer.inputs.empty() && !layer.inputs.front().meanBefore.empty();
  if (options.criterion == Criterion::Hessian &&
      (structure.kind != Kind::None || isFitted)) {
    result.weights = pruneBySecondOrder(layer, options);
  } else {
    Scope scope =
        options.criterion == Criterion::Magnitude ? Scope::Matrix : Scope::Row;
    Mask kept =
        selectKept(scoreWeights(layer, options.criterion), structure, scope);
    result.weights = layer.weights;
    for (size_t i = 0; i != kept.size(); ++i)
      if (!kept[i])
        result.weights.values[i] = 0;
  }
  if (layer.inputs.empty())
    return result;
  if (layer.hasBias)
    result.biasChange = biasChangeOf(layer, result.weights);
  if (!layer.inputs.front().moments.values.empty())
    result.signalToNoise = signalToNoiseOf(layer, result.weights);
  return result;
}
