// Criteria on layers of a few weights.
#include "lacuna/Sparsity/Prune.h"

#include "gmock/gmock.h"

#include <cmath>

using namespace lacuna::sparsity;
using testing::DoubleNear;
using testing::ElementsAre;

static Layer makeLayer(size_t columns, std::vector<double> weights) {
  Layer layer;
  layer.weights.rows = weights.size() / columns;
  layer.weights.columns = columns;
  layer.weights.values = std::move(weights);
  layer.rowScales.assign(layer.weights.rows, 1);
  layer.grid = {-127, 127};
  return layer;
}

/// Statistics of these vectors.
static InputStatistics makeInputs(const std::vector<std::vector<double>> &xs) {
  size_t n = xs.front().size();
  InputStatistics inputs;
  inputs.mean.resize(n);
  inputs.meanSquare.resize(n);
  inputs.moments = Matrix(n, n);
  for (const std::vector<double> &x : xs)
    for (size_t i = 0; i != n; ++i) {
      inputs.mean[i] += x[i] / double(xs.size());
      inputs.meanSquare[i] += x[i] * x[i] / double(xs.size());
      for (size_t j = 0; j != n; ++j)
        inputs.moments.at(i, j) += x[i] * x[j] / double(xs.size());
    }
  return inputs;
}

static PruneOptions makeOptions(Criterion criterion,
                                llvm::StringRef structure) {
  PruneOptions options;
  options.criterion = criterion;
  options.structure = llvm::cantFail(parseStructure(structure));
  return options;
}

TEST(Prune, ComparesMagnitudesInUnitsOfTheResult) {
  Layer layer = makeLayer(2, {5, -6, 3, 4});
  EXPECT_THAT(prune(layer, makeOptions(Criterion::Magnitude, "sparsity:0.5"))
                  .weights.values,
              ElementsAre(5, -6, 0, 0));
  layer.rowScales = {0.1, 1};
  PrunedLayer pruned =
      prune(layer, makeOptions(Criterion::Magnitude, "sparsity:0.5"));
  EXPECT_THAT(pruned.weights.values, ElementsAre(0, 0, 3, 4));
  EXPECT_TRUE(pruned.biasChange.empty());
  EXPECT_FALSE(pruned.signalToNoise);
}

TEST(Prune, WandaWeighsByInputsWithinRows) {
  Layer layer = makeLayer(2, {5, 6, 30, 4});
  layer.inputs = {makeInputs({{2, 1}, {-2, 1}})};
  PrunedLayer pruned =
      prune(layer, makeOptions(Criterion::Wanda, "sparsity:0.5"));
  EXPECT_THAT(pruned.weights.values, ElementsAre(5, 0, 30, 0));
  // The second input is always 1: the bias takes all of it.
  EXPECT_THAT(pruned.biasChange, ElementsAre(6, 4));
}

TEST(Prune, RoundsTheBiasAwayFromZero) {
  Layer layer = makeLayer(2, {1, 8, -1, 8});
  layer.inputs = {makeInputs({{0, 2}, {1, -2}})};
  EXPECT_THAT(prune(layer, makeOptions(Criterion::Magnitude, "1:2")).biasChange,
              ElementsAre(1, -1));
}

TEST(Prune, RowsOfAGroupSeeTheirOwnInputs) {
  Layer layer = makeLayer(2, {5, 6, 5, 6});
  layer.inputs = {makeInputs({{3, 1}}), makeInputs({{1, 3}})};
  EXPECT_THAT(prune(layer, makeOptions(Criterion::Wanda, "1:2")).weights.values,
              ElementsAre(5, 0, 0, 6));
}

TEST(Prune, SecondOrderMakesUpForWhatGoes) {
  // The second input is twice the first, which its weight can take over.
  Layer layer = makeLayer(2, {4, 10});
  layer.inputs = {makeInputs({{1, 2}, {-1, -2}, {3, 6}, {-3, -6}})};
  PruneOptions options = makeOptions(Criterion::Hessian, "1:2");
  options.damping = 1e-6;
  PrunedLayer pruned = prune(layer, options);
  EXPECT_THAT(pruned.weights.values, ElementsAre(0, 12));
  EXPECT_THAT(pruned.biasChange, ElementsAre(0));
}

TEST(Prune, SecondOrderLeavesMeansToTheBias) {
  // The first input varies little about 10, the second much about 0.
  Layer layer = makeLayer(2, {50, 10});
  layer.inputs = {makeInputs({{10, 8}, {10, -8}, {11, 8}, {11, -8}})};
  PrunedLayer pruned = prune(layer, makeOptions(Criterion::Hessian, "1:2"));
  EXPECT_THAT(pruned.weights.values, ElementsAre(0, 10));
  EXPECT_THAT(pruned.biasChange, ElementsAre(525));
  ASSERT_TRUE(pruned.signalToNoise);
  // Variances 0.25 * 50^2 lost of that and 64 * 10^2.
  EXPECT_THAT(*pruned.signalToNoise,
              DoubleNear(10 * std::log10((625 + 6400) / 625.0), 1e-6));
  layer.hasBias = false;
  pruned = prune(layer, makeOptions(Criterion::Hessian, "1:2"));
  EXPECT_EQ(pruned.weights.values[1], 0);
  EXPECT_TRUE(pruned.biasChange.empty());
}

TEST(Prune, TakesInputsThatAreAlwaysZero) {
  for (Criterion criterion : {Criterion::Wanda, Criterion::Hessian}) {
    Layer layer = makeLayer(4, {1, 2, 3, 4});
    layer.inputs = {makeInputs({{0, 0, 0, 0}})};
    PrunedLayer pruned = prune(layer, makeOptions(criterion, "2:4"));
    EXPECT_EQ(std::count(pruned.weights.values.begin(),
                         pruned.weights.values.end(), 0),
              2);
    EXPECT_THAT(pruned.biasChange, ElementsAre(0));
    EXPECT_FALSE(pruned.signalToNoise);
  }
}

TEST(Prune, FitsToWhatInputsWereBefore) {
  // An input that layers before this one have halved, and shifted by 3.
  Layer layer = makeLayer(1, {10});
  layer.inputs = {makeInputs({{1}, {-1}, {1}, {-1}})};
  InputStatistics &inputs = layer.inputs.front();
  // As they were: 5, 1, 5, 1.
  inputs.meanBefore = {3};
  inputs.cross = Matrix(1, 1);
  inputs.cross.at(0, 0) = 2;
  PruneOptions options = makeOptions(Criterion::Hessian, "sparsity:0");
  options.damping = 1e-9;
  PrunedLayer pruned = prune(layer, options);
  EXPECT_THAT(pruned.weights.values, ElementsAre(20));
  EXPECT_THAT(pruned.biasChange, ElementsAre(30));
  // Damping draws towards the weight as it was: (2 * 10 + 10) / (1 + 1).
  options.damping = 1;
  EXPECT_THAT(prune(layer, options).weights.values, ElementsAre(15));
  // So do few vectors: a term for each here.
  options.damping = 1e-9;
  inputs.count = 1;
  EXPECT_THAT(prune(layer, options).weights.values, ElementsAre(15));
  inputs.count = 0;
  // Without a structure, too, but zeros stay.
  options.structure = Structure();
  options.damping = 1e-9;
  EXPECT_THAT(prune(layer, options).weights.values, ElementsAre(20));
  layer.weights.values = {0};
  EXPECT_THAT(prune(layer, options).weights.values, ElementsAre(0));
}

TEST(Prune, TakesAnyStatistics) {
  for (double wild : {1e308, -1e308, 1e-320}) {
    Layer layer = makeLayer(4, {1, 2, 3, 4});
    layer.inputs = {makeInputs({{1, 2, 3, 4}})};
    layer.inputs.front().mean[0] = wild;
    layer.inputs.front().moments.at(1, 1) = wild;
    layer.inputs.front().moments.at(2, 3) = -wild;
    PrunedLayer pruned = prune(layer, makeOptions(Criterion::Hessian, "2:4"));
    for (double weight : pruned.weights.values)
      EXPECT_TRUE(weight == std::round(weight) && std::fabs(weight) <= 127);
    for (double change : pruned.biasChange)
      EXPECT_LE(std::fabs(change), 0x1p62);
  }
}

TEST(Prune, NoneChangesNothing) {
  Layer layer = makeLayer(2, {1, 2});
  layer.inputs = {makeInputs({{1, 1}, {2, 1}})};
  for (Criterion criterion :
       {Criterion::Magnitude, Criterion::Wanda, Criterion::Hessian}) {
    PrunedLayer pruned = prune(layer, makeOptions(criterion, "none"));
    EXPECT_THAT(pruned.weights.values, ElementsAre(1, 2));
    EXPECT_THAT(pruned.biasChange, ElementsAre(0));
  }
}
