// The second-order solver against exhaustive and textbook computations that
// share no code with it.
#include "lacuna/Sparsity/SecondOrder.h"

#include "gmock/gmock.h"

#include <cmath>
#include <random>

using namespace lacuna::sparsity;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::Pointwise;

using Rows = std::vector<std::vector<double>>;

static Matrix toMatrix(const Rows &rows) {
  Matrix matrix(rows.size(), rows.front().size());
  for (size_t i = 0; i != rows.size(); ++i)
    for (size_t j = 0; j != rows[i].size(); ++j)
      matrix.at(i, j) = rows[i][j];
  return matrix;
}

/// X^T X / samples of random vectors that depend on each other.
static Rows randomMoments(size_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  Rows moments(n, std::vector<double>(n));
  for (size_t sample = 0; sample != 4 * n; ++sample) {
    std::vector<double> x(n);
    double common = normal(random);
    for (double &value : x)
      value = normal(random) + common;
    for (size_t i = 0; i != n; ++i)
      for (size_t j = 0; j != n; ++j)
        moments[i][j] += x[i] * x[j] / double(4 * n);
  }
  return moments;
}

/// Gauss and Jordan, with pivots.
static Rows naiveInverse(Rows a) {
  size_t n = a.size();
  Rows inverse(n, std::vector<double>(n));
  for (size_t i = 0; i != n; ++i)
    inverse[i][i] = 1;
  for (size_t column = 0; column != n; ++column) {
    size_t pivot = column;
    for (size_t i = column; i != n; ++i)
      if (std::fabs(a[i][column]) > std::fabs(a[pivot][column]))
        pivot = i;
    std::swap(a[pivot], a[column]);
    std::swap(inverse[pivot], inverse[column]);
    double divisor = a[column][column];
    for (size_t j = 0; j != n; ++j) {
      a[column][j] /= divisor;
      inverse[column][j] /= divisor;
    }
    for (size_t i = 0; i != n; ++i) {
      double factor = i == column ? 0 : a[i][column];
      for (size_t j = 0; j != n; ++j) {
        a[i][j] -= factor * a[column][j];
        inverse[i][j] -= factor * inverse[column][j];
      }
    }
  }
  return inverse;
}

/// The best weights with zeros where `kept` is 0, by the normal equations.
static std::vector<double> naiveBest(const std::vector<double> &w,
                                     const Rows &moments,
                                     const std::vector<uint8_t> &kept) {
  std::vector<size_t> support;
  for (size_t i = 0; i != w.size(); ++i)
    if (kept[i])
      support.push_back(i);
  Rows part(support.size(), std::vector<double>(support.size()));
  for (size_t i = 0; i != support.size(); ++i)
    for (size_t j = 0; j != support.size(); ++j)
      part[i][j] = moments[support[i]][support[j]];
  Rows inverse = naiveInverse(part);
  std::vector<double> best(w.size());
  for (size_t i = 0; i != support.size(); ++i)
    for (size_t j = 0; j != support.size(); ++j)
      for (size_t k = 0; k != w.size(); ++k)
        best[support[i]] += inverse[i][j] * moments[support[j]][k] * w[k];
  return best;
}

static double naiveLoss(const std::vector<double> &a,
                        const std::vector<double> &b, const Rows &moments) {
  double loss = 0;
  for (size_t i = 0; i != a.size(); ++i)
    for (size_t j = 0; j != a.size(); ++j)
      loss += (a[i] - b[i]) * moments[i][j] * (a[j] - b[j]);
  return loss;
}

static std::vector<double> randomWeights(size_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> value(-100, 100);
  std::vector<double> weights(n);
  for (double &weight : weights)
    weight = value(random);
  return weights;
}

/// Greedy elimination that solves everything anew for each candidate.
static std::vector<uint8_t> naiveElimination(const std::vector<double> &w,
                                             const Rows &moments, size_t group,
                                             size_t most) {
  std::vector<uint8_t> kept(w.size(), 1);
  for (;;) {
    double least = INFINITY;
    size_t best = w.size();
    for (size_t i = 0; i != w.size(); ++i) {
      size_t count = 0;
      for (size_t j = i / group * group;
           j != std::min(w.size(), i / group * group + group); ++j)
        count += kept[j];
      if (!kept[i] || count <= most)
        continue;
      std::vector<uint8_t> trial = kept;
      trial[i] = 0;
      double loss = naiveLoss(naiveBest(w, moments, trial), w, moments);
      if (loss < least) {
        least = loss;
        best = i;
      }
    }
    if (best == w.size())
      return kept;
    kept[best] = 0;
  }
}

static const Grid wide{-1e9, 1e9};

TEST(Factorize, GivesTheTextbookFactor) {
  auto factor = factorize(toMatrix({{4, 2}, {2, 5}}));
  ASSERT_TRUE(factor);
  EXPECT_THAT(factor->values, ElementsAre(2, 0, 1, 2));
  EXPECT_FALSE(factorize(toMatrix({{1, 2}, {2, 1}})));
  EXPECT_FALSE(factorize(toMatrix({{0}})));
  EXPECT_FALSE(factorize(toMatrix({{NAN}})));
}

TEST(Invert, AgreesWithGaussAndJordan) {
  for (size_t n : {1, 2, 7, 20}) {
    Rows moments = randomMoments(n, unsigned(n));
    auto inverse = invert(toMatrix(moments));
    ASSERT_TRUE(inverse);
    EXPECT_THAT(
        inverse->values,
        Pointwise(DoubleNear(1e-6), toMatrix(naiveInverse(moments)).values));
  }
}

TEST(Damp, AddsAShareOfTheMeanDiagonal) {
  Matrix moments = toMatrix({{1, 0.5}, {0.5, 3}});
  damp(moments, 0.1);
  EXPECT_THAT(moments.values, ElementsAre(1.2, 0.5, 0.5, 3.2));
  Matrix none(2, 2);
  damp(none, 0.1);
  EXPECT_THAT(none.values, ElementsAre(1, 0, 0, 1));
}

TEST(SelectByElimination, DropsGroupsAsTheNaiveGreedyOne) {
  Structure structure = llvm::cantFail(parseStructure("2:4"));
  for (unsigned seed = 0; seed != 10; ++seed) {
    Rows moments = randomMoments(11, seed);
    std::vector<double> w = randomWeights(11, seed);
    Mask kept = selectByElimination(toMatrix({w}), *invert(toMatrix(moments)),
                                    {1}, structure);
    EXPECT_EQ(kept, naiveElimination(w, moments, 4, 2)) << seed;
  }
}

TEST(SelectByElimination, DropsSharesWhereRowsLoseLeast) {
  Structure structure = llvm::cantFail(parseStructure("sparsity:0.5"));
  Rows moments = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  Matrix weights = toMatrix({{5, 6, 7}, {1, 2, 3}});
  Matrix inverse = *invert(toMatrix(moments));
  EXPECT_THAT(selectByElimination(weights, inverse, {1, 1}, structure),
              ElementsAre(1, 1, 1, 0, 0, 0));
  // The second row's results count thirty times as much.
  EXPECT_THAT(selectByElimination(weights, inverse, {1, 30}, structure),
              ElementsAre(0, 0, 1, 0, 1, 1));
}

TEST(SelectByElimination, UsesThatInputsDependOnEachOther) {
  // Inputs 0 and 1 are nearly the same: one of them can stand for both, though
  // its weight is the largest.
  Matrix moments = toMatrix({{1, 0.99, 0}, {0.99, 1, 0}, {0, 0, 1}});
  EXPECT_THAT(selectByElimination(toMatrix({{10, 11, 4}}), *invert(moments),
                                  {1}, llvm::cantFail(parseStructure("2:3"))),
              ElementsAre(0, 1, 1));
}

TEST(Refit, IsTheBestWithinRoundingOfTheNormalEquations) {
  for (unsigned seed = 0; seed != 10; ++seed) {
    Rows moments = randomMoments(8, seed);
    std::vector<double> w = randomWeights(8, seed);
    Mask kept = {1, 0, 1, 1, 0, 0, 1, 1};
    // A fine grid: the weights are a thousand times as large.
    std::vector<double> scaled = w;
    for (double &weight : scaled)
      weight *= 1000;
    Matrix fitted = refit(toMatrix({scaled}), toMatrix(moments), kept, wide);
    EXPECT_THAT(fitted.values,
                Pointwise(DoubleNear(20), naiveBest(scaled, moments, kept)));
    for (size_t i = 0; i != 8; ++i) {
      EXPECT_EQ(fitted.values[i], std::round(fitted.values[i]));
      if (!kept[i])
        EXPECT_EQ(fitted.values[i], 0);
    }
  }
}

TEST(Refit, RoundsBetterThanEachTermByItself) {
  double refitted = 0, nearest = 0;
  for (unsigned seed = 0; seed != 20; ++seed) {
    Rows moments = randomMoments(8, seed);
    std::vector<double> w = randomWeights(8, seed);
    for (double &weight : w)
      weight = std::round(weight / 20);
    Mask kept = {1, 0, 1, 1, 0, 1, 1, 1};
    std::vector<double> best = naiveBest(w, moments, kept), rounded = best;
    for (double &weight : rounded)
      weight = std::round(weight);
    Matrix fitted = refit(toMatrix({w}), toMatrix(moments), kept, wide);
    refitted += naiveLoss(fitted.values, w, moments);
    nearest += naiveLoss(rounded, w, moments);
  }
  EXPECT_LT(refitted, nearest);
}

TEST(Refit, StaysOnTheGridAndLeavesWholeRowsAlone) {
  Matrix moments = toMatrix({{1, 0.9}, {0.9, 1}});
  Matrix fitted =
      refit(toMatrix({{7, 7}, {3, 0}}), moments, {0, 1, 1, 0}, Grid{-8, 7});
  EXPECT_THAT(fitted.values, ElementsAre(0, 7, 3, 0));
}

TEST(SweepColumns, IsSparseGPT) {
  // By hand: inputs of moments {{2, 1}, {1, 2}}; the first weight goes, the
  // second takes over half of it: 10 + 6 / 2.
  Matrix inverse = *invert(toMatrix({{2, 1}, {1, 2}}));
  SweepResult result =
      sweepColumns(toMatrix({{6, 10}}), inverse, {1},
                   llvm::cantFail(parseStructure("1:2")), wide);
  EXPECT_THAT(result.kept, ElementsAre(0, 1));
  EXPECT_THAT(result.weights.values, ElementsAre(0, 13));
}

TEST(SweepColumns, MakesUpByTermsOnTheRight) {
  Structure structure = llvm::cantFail(parseStructure("2:4"));
  for (unsigned seed = 0; seed != 10; ++seed) {
    Rows moments = randomMoments(12, seed);
    std::vector<double> w = randomWeights(12, seed);
    SweepResult swept = sweepColumns(toMatrix({w}), *invert(toMatrix(moments)),
                                     {1}, structure, wide);
    std::vector<double> zeroed = w;
    for (size_t i = 0; i != w.size(); ++i)
      if (!swept.kept[i])
        zeroed[i] = 0;
    EXPECT_LT(naiveLoss(swept.weights.values, w, moments),
              naiveLoss(zeroed, w, moments));
    for (size_t first = 0; first != 12; first += 4)
      EXPECT_EQ(swept.kept[first] + swept.kept[first + 1] +
                    swept.kept[first + 2] + swept.kept[first + 3],
                2);
  }
}

TEST(QuadraticLoss, WeighsRows) {
  Matrix moments = toMatrix({{2, 1}, {1, 2}});
  Matrix after = toMatrix({{1, 0}, {0, 1}}),
         before = toMatrix({{0, 0}, {1, 1}});
  // (1, 0) costs 2, (-1, 0) costs 2.
  EXPECT_DOUBLE_EQ(quadraticLoss(&before, after, moments, {1, 10}), 22);
  EXPECT_DOUBLE_EQ(quadraticLoss(nullptr, after, moments, {1, 10}), 22);
}
