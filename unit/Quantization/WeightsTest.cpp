// Rounding against exhaustive search, and what holds of every method.
#include "lacuna/Quantization/Weights.h"

#include "gmock/gmock.h"

#include <cmath>
#include <limits>
#include <random>

using namespace lacuna::quantization;
using lacuna::sparsity::InputStatistics;
using lacuna::sparsity::Matrix;
using testing::ElementsAre;
using testing::HasSubstr;

static Matrix drawWeights(size_t rows, size_t columns, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  Matrix weights(rows, columns);
  for (double &weight : weights.values)
    weight = normal(random);
  return weights;
}

/// Inputs that depend on each other, with means other than 0.
static InputStatistics drawInputs(size_t terms, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  InputStatistics inputs;
  inputs.count = double(64 * terms);
  inputs.mean.resize(terms);
  inputs.meanSquare.resize(terms);
  inputs.moments = Matrix(terms, terms);
  std::vector<double> x(terms);
  for (double i = 0; i != inputs.count; ++i) {
    double common = normal(random);
    for (size_t j = 0; j != terms; ++j)
      x[j] = 1 + 0.5 * normal(random) + common * (j % 3 ? 1 : -1);
    for (size_t j = 0; j != terms; ++j) {
      inputs.mean[j] += x[j] / inputs.count;
      for (size_t k = 0; k != terms; ++k)
        inputs.moments.at(j, k) += x[j] * x[k] / inputs.count;
    }
  }
  for (size_t j = 0; j != terms; ++j)
    inputs.meanSquare[j] = inputs.moments.at(j, j);
  return inputs;
}

static QuantizedWeights quantize(const WeightLayer &layer,
                                 const WeightOptions &options) {
  auto result = quantizeWeights(layer, options);
  EXPECT_TRUE(static_cast<bool>(result));
  return result ? *result : QuantizedWeights();
}

TEST(QuantizeWeights, NearestPerRowAndPerTensor) {
  WeightLayer layer;
  layer.weights = Matrix(2, 2);
  layer.weights.values = {1.27, -0.5, 12.7, 0.04};
  QuantizedWeights rows = quantize(layer, {});
  EXPECT_THAT(rows.weights.values, ElementsAre(127, -50, 127, 0));
  EXPECT_EQ(rows.scales[0], double(0.01f));
  WeightOptions options;
  options.perChannel = false;
  QuantizedWeights tensor = quantize(layer, options);
  EXPECT_THAT(tensor.weights.values, ElementsAre(13, -5, 127, 0));
  EXPECT_EQ(tensor.scales[0], tensor.scales[1]);
}

TEST(QuantizeWeights, EmptyRowsAndImpossibleWeights) {
  WeightLayer layer;
  layer.weights = Matrix(2, 1);
  layer.weights.values = {0, 2};
  QuantizedWeights result = quantize(layer, {});
  EXPECT_EQ(result.scales[0], result.scales[1]);
  EXPECT_THAT(result.weights.values, ElementsAre(0, 127));
  layer.weights.values = {0, 0};
  EXPECT_THAT(quantize(layer, {}).scales, ElementsAre(1, 1));
  layer.weights.values = {0, std::nan("")};
  EXPECT_THAT(toString(quantizeWeights(layer, {}).takeError()),
              HasSubstr("not finite"));
}

TEST(QuantizeWeights, ABiasSetsTheLeastScale) {
  WeightLayer layer;
  layer.weights = Matrix(1, 1);
  layer.weights.values = {1e-6};
  layer.leastScales = {0.5};
  EXPECT_EQ(quantize(layer, {}).scales[0], 0.5);
}

TEST(QuantizeWeights, ClippingLowersTheError) {
  WeightLayer layer;
  layer.weights = drawWeights(8, 64, 1);
  WeightOptions options;
  options.bits = 4;
  auto errorOf = [&](ScaleMethod method) {
    options.scale = method;
    QuantizedWeights after = quantize(layer, options);
    double error = 0;
    for (size_t row = 0; row != 8; ++row)
      for (size_t term = 0; term != 64; ++term) {
        double change = after.weights.at(row, term) * after.scales[row] -
                        layer.weights.at(row, term);
        error += change * change;
      }
    return error;
  };
  EXPECT_LT(errorOf(ScaleMethod::MSE), 0.95 * errorOf(ScaleMethod::MinMax));
}

TEST(QuantizeWeights, BetterMethodsKeepMoreOfTheOutput) {
  WeightLayer layer;
  layer.weights = drawWeights(6, 24, 2);
  layer.inputs = {drawInputs(24, 3)};
  for (unsigned bits : {2u, 4u, 8u}) {
    WeightOptions options;
    options.bits = bits;
    options.scale = ScaleMethod::MSE;
    double nearest = *quantize(layer, options).signalToNoise;
    for (RoundingMethod rounding :
         {RoundingMethod::AdaRound, RoundingMethod::GPTQ}) {
      options.rounding = rounding;
      EXPECT_GT(*quantize(layer, options).signalToNoise, nearest + 2)
          << bits << " " << getName(rounding).str();
    }
  }
}

TEST(QuantizeWeights, TheBiasTakesTheMean) {
  WeightLayer layer;
  layer.weights = drawWeights(3, 6, 4);
  layer.inputs = {drawInputs(6, 5)};
  WeightOptions options;
  options.bits = 4;
  QuantizedWeights after = quantize(layer, options);
  for (size_t row = 0; row != 3; ++row) {
    double before = 0, now = after.biasChange[row];
    for (size_t term = 0; term != 6; ++term) {
      before += layer.weights.at(row, term) * layer.inputs[0].mean[term];
      now += after.weights.at(row, term) * after.scales[row] *
             layer.inputs[0].mean[term];
    }
    EXPECT_NEAR(before, now, 1e-12);
  }
}

TEST(QuantizeWeights, ZerosStay) {
  WeightLayer layer;
  layer.weights = drawWeights(4, 12, 6);
  for (size_t i = 0; i != layer.weights.values.size(); i += 2)
    layer.weights.values[i] = 0;
  layer.inputs = {drawInputs(12, 7)};
  for (RoundingMethod rounding :
       {RoundingMethod::Nearest, RoundingMethod::AdaRound,
        RoundingMethod::GPTQ}) {
    WeightOptions options;
    options.bits = 4;
    options.rounding = rounding;
    QuantizedWeights after = quantize(layer, options);
    for (size_t i = 0; i != layer.weights.values.size(); i += 2)
      EXPECT_EQ(after.weights.values[i], 0) << getName(rounding).str();
  }
}

TEST(Descend, FindsNothingWorseThanAnySingleChange) {
  Matrix targets = drawWeights(5, 10, 8);
  for (double &target : targets.values)
    target *= 3;
  Matrix moments = drawInputs(10, 9).moments;
  auto grid = gridOf(4);
  Matrix rounded = targets;
  for (double &value : rounded.values)
    value = grid.round(value);
  std::vector<double> ones(5, 1);
  double nearest = quadraticLoss(&targets, rounded, moments, ones);
  descend(rounded, targets, moments, grid);
  double found = quadraticLoss(&targets, rounded, moments, ones);
  EXPECT_LT(found, 0.7 * nearest);
  for (size_t i = 0; i != rounded.values.size(); ++i) {
    Matrix other = rounded;
    double up = grid.round(std::ceil(targets.values[i]));
    double down = grid.round(std::floor(targets.values[i]));
    EXPECT_TRUE(rounded.values[i] == up || rounded.values[i] == down);
    other.values[i] = rounded.values[i] == up ? down : up;
    EXPECT_GE(quadraticLoss(&targets, other, moments, ones), found - 1e-9);
  }
}
