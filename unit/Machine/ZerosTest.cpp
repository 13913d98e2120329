// What zeros save, against a simulation that looks at one product at a time.
#include "lacuna/Machine/Cost.h"

#include "lacuna/Machine/Window.h"

#include "gtest/gtest.h"

#include <random>

using namespace lacuna;

namespace {
template <typename Function> void forEach(Span span, Function &&function) {
  for (int64_t i = span.begin; i != span.end; ++i)
    function(i);
}

/// A weight and an input of one product: null where the tap lies outside.
struct Product {
  int64_t weight;
  std::optional<int64_t> input;
};

class ZerosTest : public ::testing::Test {
protected:
  ZerosTest() {
    machine.scratchpad = {4096, 64, 64};
    machine.vector.lanes = 8;
    machine.dram = {1 << 20, 8, 32, 10};
    machine.matrix.sparsity = {{2, 4}, {1, 4}, {3, 8}};
  }

  int64_t between(int64_t least, int64_t most) {
    return std::uniform_int_distribution<int64_t>(least, most)(random);
  }
  template <typename T> T pick(std::initializer_list<T> from) {
    return from.begin()[between(0, int64_t(from.size()) - 1)];
  }
  Interval interval(int64_t most) {
    Interval result;
    result.bound = between(1, most);
    result.start = Affine(between(0, result.bound - 1));
    result.size = between(1, int64_t(result.bound) - result.start.constant);
    return result;
  }

  void randomMachine() {
    machine.matrix.rows = between(1, 5);
    machine.matrix.columns = between(1, 4);
    machine.matrix.depthwiseRows = between(1, machine.matrix.rows);
    machine.matrix.overlapFillDrain = between(0, 1);
    Rate rate = pick<Rate>({{1, 1}, {2, 1}, {1, 2}, {4, 1}});
    machine.matrix.types = {
        {ElementType::I8, ElementType::I8, ElementType::I32, rate},
        {ElementType::I8, ElementType::I4, ElementType::I32, rate},
        {ElementType::I16, ElementType::I8, ElementType::I48, rate}};
    SkipZeros &skip = machine.matrix.skip;
    do {
      skip.weights = between(0, 1);
      skip.activations = ZeroActivations(between(0, 2));
    } while (!skip.isEnabled());
    skip.window = pick<uint32_t>({16, 32, 64, 128, 256});
    skip.ports = pick<uint32_t>({4, 8, 16});
  }

  /// Bytes of which `share` in ten are `zero`.
  void randomBytes(size_t begin, size_t end, int64_t share, int64_t zero) {
    for (size_t i = begin; i != end; ++i)
      bytes[i] =
          between(0, 9) < share ? uint8_t(zero) : uint8_t(between(0, 255));
  }

  template <typename Inst> void randomWindow(Inst &inst) {
    inst.rows = interval(5);
    inst.columns = interval(5);
    inst.channels = interval(9);
    inst.kernelRows = interval(4);
    inst.kernelColumns = interval(4);
    inst.strideRows = between(1, 3);
    inst.strideColumns = between(1, 3);
    inst.dilationRows = between(1, 2);
    inst.dilationColumns = between(1, 2);
    inst.paddingTop = between(0, 3);
    inst.paddingLeft = between(0, 3);
    inst.srcRows = between(1, 8);
    inst.srcColumns = between(1, 8);
    inst.srcType = ElementType::I8;
    inst.weightType = pick({ElementType::I8, ElementType::I4});
    inst.dstType = ElementType::I32;
    inst.srcZeroPoint = pick<int64_t>({0, -3});
    inst.weightZeroPoint = pick<int64_t>({0, 1});
    // A ring, so that addresses wrap.
    inst.src.base = 0;
    inst.src.length = 1000;
    inst.src.offset = Affine(between(-40, 40));
    inst.weights.base = 1024;
    bytes.assign(4096, 0);
    randomBytes(0, 1024, between(0, 10), inst.srcZeroPoint);
    int64_t zero = inst.weightZeroPoint;
    if (inst.weightType == ElementType::I4)
      zero |= zero << 4;
    randomBytes(1024, 4096, between(0, 10), zero);
  }

  /// Makes weights zero until the claim of `inst` is true.
  void makePatternTrue(const Conv3D &inst) {
    forEach(Span(inst.channels), [&](int64_t n) {
      uint64_t term = 0, nonzeros = 0;
      forEachTap(inst, [&](int64_t tap) {
        if (term++ % inst.group == 0)
          nonzeros = 0;
        int64_t position = n * inst.weightStrides[0] + tap;
        if (weightAt(inst.weights, inst.weightType, position) !=
                inst.weightZeroPoint &&
            ++nonzeros > inst.nonzeros)
          makeZero(inst, position);
      });
    });
  }
  /// Calls visit(position) for the terms of channel 0, in order.
  template <typename Visit> void forEachTap(const Conv3D &inst, Visit visit) {
    const Strides &strides = inst.weightStrides;
    forEach(Span(inst.kernelSlices), [&](int64_t ks) {
      forEach(Span(inst.kernelRows), [&](int64_t kr) {
        forEach(Span(inst.kernelColumns), [&](int64_t kc) {
          forEach(Span(inst.depth), [&](int64_t k) {
            visit(ks * strides[1] + kr * strides[2] + kc * strides[3] +
                  k * strides[4]);
          });
        });
      });
    });
  }
  void makeZero(const Conv3D &inst, int64_t position) {
    auto zero = uint8_t(inst.weightZeroPoint);
    if (inst.weightType == ElementType::I8) {
      bytes[inst.weights.base + position] = zero;
      return;
    }
    uint8_t &pair = bytes[inst.weights.base + position / 2];
    pair = position % 2 ? (pair & 15) | zero << 4 : (pair & 0xf0) | (zero & 15);
  }

  int64_t inputAt(const Ring &ring, int64_t position) const {
    int64_t byte = (ring.offset.constant + position) % int64_t(ring.length);
    byte += byte < 0 ? ring.length : 0;
    return int8_t(bytes[ring.base + byte]);
  }
  int64_t weightAt(const Ring &ring, ElementType type, int64_t position) const {
    if (type == ElementType::I8)
      return int8_t(bytes[ring.base + position]);
    uint8_t pair = bytes[ring.base + position / 2];
    return int8_t(position % 2 ? pair & 0xf0 : pair << 4) >> 4;
  }

  uint64_t roundUp(uint64_t a, uint64_t b) { return (a + b - 1) / b; }

  /// Counts of an instruction of which sums[pixel][channel] are products.
  struct Expected {
    uint64_t cycles = 0, skipped = 0, gated = 0, done = 0;
  };
  template <typename Inst>
  Expected simulate(const Inst &inst,
                    const std::vector<std::vector<std::vector<Product>>> &sums,
                    uint64_t rows, Rate rate, uint64_t nonzeros,
                    uint64_t group) {
    const SkipZeros &skip = machine.matrix.skip;
    uint64_t columns = machine.matrix.columns;
    uint64_t terms = sums[0][0].size(), channels = sums[0].size();
    uint64_t slots = terms;
    if (group)
      slots = terms / group * nonzeros + std::min(nonzeros, terms % group);
    uint64_t perFold = roundUp(slots * rate.denominator, rate.numerator);
    Expected expected;
    auto isZeroWeight = [&](const Product &product) {
      return product.weight == inst.weightZeroPoint;
    };
    // Whether each term of a sum takes time.
    auto takenOf = [&](const std::vector<Product> &sum) {
      std::vector<bool> taken(terms);
      for (uint64_t first = 0; first < terms; first += group ? group : terms) {
        uint64_t end = group ? std::min(terms, first + group) : terms;
        uint64_t free = group ? nonzeros : terms;
        for (bool zero : {false, true})
          for (uint64_t t = first; t != end; ++t)
            if (isZeroWeight(sum[t]) == zero && free) {
              taken[t] = true;
              --free;
            }
      }
      for (uint64_t t = 0; t != terms; ++t) {
        bool zeroInput = !sum[t].input || *sum[t].input == inst.srcZeroPoint;
        if ((skip.weights && isZeroWeight(sum[t])) ||
            (skip.activations == ZeroActivations::Skip && zeroInput))
          taken[t] = false;
        if (!taken[t])
          ++expected.skipped;
        else if (skip.activations == ZeroActivations::Gate && zeroInput)
          ++expected.gated;
        else
          ++expected.done;
      }
      return taken;
    };
    bool overlap = machine.matrix.overlapFillDrain;
    uint64_t ends = rows + columns - 2;
    for (uint64_t pixel = 0; pixel < sums.size(); pixel += rows)
      for (uint64_t channel = 0; channel < channels; channel += columns) {
        std::vector<std::vector<bool>> elements;
        for (uint64_t p = pixel; p < std::min(pixel + rows, sums.size()); ++p)
          for (uint64_t c = channel; c < std::min(channel + columns, channels);
               ++c)
            elements.push_back(takenOf(sums[p][c]));
        uint64_t fold = 0;
        for (uint64_t first = 0; first < terms; first += skip.window) {
          uint64_t end = std::min<uint64_t>(terms, first + skip.window);
          uint64_t most = 0;
          for (const std::vector<bool> &element : elements) {
            uint64_t own = 0;
            for (uint64_t t = first; t != end; ++t)
              own += element[t];
            most = std::max(most, own);
          }
          fold += std::max(roundUp(end - first, skip.ports),
                           roundUp(most * rate.denominator, rate.numerator));
        }
        fold = std::min(fold, perFold);
        expected.cycles += overlap ? std::max(fold, rows) : fold + ends;
      }
    expected.cycles = overlap ? expected.cycles + ends : expected.cycles - 1;
    return expected;
  }

  /// Holds the cost of `inst` against the simulation, and the bounds against
  /// the cost, with weights known and not.
  template <typename Inst>
  void check(const Inst &inst,
             const std::vector<std::vector<std::vector<Product>>> &sums,
             uint64_t rows, Rate rate, uint64_t nonzeros, uint64_t group) {
    KnownBytes known{bytes, nullptr, {}, nullptr};
    Cost cost = getCost(inst, machine, &known);
    Expected expected = simulate(inst, sums, rows, rate, nonzeros, group);
    EXPECT_EQ(cost.cycles - cost.conflictCycles, expected.cycles);
    EXPECT_EQ(cost.macsSkipped, expected.skipped);
    EXPECT_EQ(cost.macsGated, expected.gated);
    EXPECT_EQ(cost.macsDone, expected.done);
    EXPECT_LE(cost.cycles, cost.denseCycles);
    EXPECT_EQ(cost.slack.cycles + cost.slack.macsSkipped +
                  cost.slack.macsGated + cost.slack.macsDone,
              0u);

    KnownBytes weights{{}, nullptr, bytes, nullptr};
    holds(getCost(inst, machine, &weights), cost);
    KnownBytes nothing;
    holds(getCost(inst, machine, &nothing), cost);
    EXPECT_LE(cost.cycles, getCost(inst, machine).cycles);
  }
  void holds(const Cost &bounds, const Cost &cost) {
    EXPECT_LE(cost.cycles, bounds.cycles);
    EXPECT_GE(cost.cycles, bounds.cycles - bounds.slack.cycles);
    EXPECT_GE(cost.conflictCycles, bounds.conflictCycles);
    EXPECT_LE(cost.conflictCycles,
              bounds.conflictCycles + bounds.slack.conflictCycles);
    EXPECT_GE(cost.macsSkipped, bounds.macsSkipped);
    EXPECT_LE(cost.macsSkipped, bounds.macsSkipped + bounds.slack.macsSkipped);
    EXPECT_GE(cost.macsGated, bounds.macsGated);
    EXPECT_LE(cost.macsGated, bounds.macsGated + bounds.slack.macsGated);
    EXPECT_LE(cost.macsDone, bounds.macsDone);
    EXPECT_GE(cost.macsDone, bounds.macsDone - bounds.slack.macsDone);
    EXPECT_EQ(cost.denseCycles, bounds.denseCycles);
  }

  std::mt19937_64 random{1};
  Machine machine;
  std::vector<uint8_t> bytes;
};

} // namespace

TEST_F(ZerosTest, ConvolutionIsWhatItsProductsTake) {
  for (int i = 0; i != 400; ++i) {
    SCOPED_TRACE(i);
    randomMachine();
    Conv3D inst;
    randomWindow(inst);
    inst.depth = interval(40);
    bool volume = between(0, 1);
    if (volume) {
      inst.slices = interval(3);
      inst.kernelSlices = interval(3);
      inst.strideSlices = between(1, 2);
      inst.dilationSlices = between(1, 2);
      inst.paddingFront = between(0, 2);
      inst.srcSlices = between(1, 4);
    }
    inst.srcStrides = {300, 50, 41, 1};
    inst.weightStrides = {250, 96, 48, 24, between(0, 3) ? 1 : 3};
    if (between(0, 1)) {
      WeightPattern pattern =
          machine.matrix
              .sparsity[between(0, machine.matrix.sparsity.size() - 1)];
      inst.nonzeros = pattern.nonzeros;
      inst.group = pattern.group;
      makePatternTrue(inst);
    }
    auto windowOf = [](uint64_t stride, uint64_t dilation, uint64_t padding,
                       uint64_t bound) {
      return Window{int64_t(stride), int64_t(dilation), int64_t(padding),
                    int64_t(bound)};
    };
    Window slices = windowOf(inst.strideSlices, inst.dilationSlices,
                             inst.paddingFront, inst.srcSlices);
    Window rows = windowOf(inst.strideRows, inst.dilationRows, inst.paddingTop,
                           inst.srcRows);
    Window columns = windowOf(inst.strideColumns, inst.dilationColumns,
                              inst.paddingLeft, inst.srcColumns);
    std::vector<std::vector<std::vector<Product>>> sums;
    auto isInside = [](const Window &window, int64_t at) {
      return at >= 0 && at < window.bound;
    };
    forEach(Span(inst.slices), [&](int64_t s) {
      forEach(Span(inst.rows), [&](int64_t r) {
        forEach(Span(inst.columns), [&](int64_t c) {
          sums.emplace_back();
          forEach(Span(inst.channels), [&](int64_t n) {
            sums.back().emplace_back();
            forEach(Span(inst.kernelSlices), [&](int64_t ks) {
              forEach(Span(inst.kernelRows), [&](int64_t kr) {
                forEach(Span(inst.kernelColumns), [&](int64_t kc) {
                  forEach(Span(inst.depth), [&](int64_t k) {
                    Product product;
                    product.weight = weightAt(inst.weights, inst.weightType,
                                              n * inst.weightStrides[0] +
                                                  ks * inst.weightStrides[1] +
                                                  kr * inst.weightStrides[2] +
                                                  kc * inst.weightStrides[3] +
                                                  k * inst.weightStrides[4]);
                    int64_t slice = slices.at(s, ks), row = rows.at(r, kr),
                            column = columns.at(c, kc);
                    if (isInside(slices, slice) && isInside(rows, row) &&
                        isInside(columns, column))
                      product.input = inputAt(inst.src, slice * 300 + row * 50 +
                                                            column * 41 + k);
                    sums.back().back().push_back(product);
                  });
                });
              });
            });
          });
        });
      });
    });
    Rate rate = machine.matrix.types[0].rate;
    if (volume) {
      check(inst, sums, machine.matrix.rows, rate, inst.nonzeros, inst.group);
      continue;
    }
    // The same by the instruction of two dimensions.
    Conv conv;
    conv.srcType = inst.srcType, conv.weightType = inst.weightType;
    conv.dstType = inst.dstType;
    conv.rows = inst.rows, conv.columns = inst.columns;
    conv.channels = inst.channels, conv.depth = inst.depth;
    conv.kernelRows = inst.kernelRows, conv.kernelColumns = inst.kernelColumns;
    conv.strideRows = inst.strideRows, conv.strideColumns = inst.strideColumns;
    conv.dilationRows = inst.dilationRows;
    conv.dilationColumns = inst.dilationColumns;
    conv.paddingTop = inst.paddingTop, conv.paddingLeft = inst.paddingLeft;
    conv.srcRows = inst.srcRows, conv.srcColumns = inst.srcColumns;
    conv.srcZeroPoint = inst.srcZeroPoint;
    conv.weightZeroPoint = inst.weightZeroPoint;
    conv.src = inst.src, conv.weights = inst.weights;
    conv.srcStrides = {50, 41, 1};
    conv.weightStrides = {250, 48, 24, inst.weightStrides[4]};
    conv.nonzeros = inst.nonzeros, conv.group = inst.group;
    check(conv, sums, machine.matrix.rows, rate, inst.nonzeros, inst.group);
  }
}

TEST_F(ZerosTest, DepthwiseIsWhatItsProductsTake) {
  for (int i = 0; i != 200; ++i) {
    SCOPED_TRACE(i);
    randomMachine();
    Depthwise inst;
    randomWindow(inst);
    inst.multiplier = between(1, 3);
    inst.srcStrides = {50, 11, 1};
    inst.weightStrides = {1, 96, 24};
    if (inst.weightType == ElementType::I4)
      inst.weightStrides = {48, 12, 1};
    Window rows{int64_t(inst.strideRows), int64_t(inst.dilationRows),
                int64_t(inst.paddingTop), int64_t(inst.srcRows)};
    Window columns{int64_t(inst.strideColumns), int64_t(inst.dilationColumns),
                   int64_t(inst.paddingLeft), int64_t(inst.srcColumns)};
    std::vector<std::vector<std::vector<Product>>> sums;
    forEach(Span(inst.rows), [&](int64_t r) {
      forEach(Span(inst.columns), [&](int64_t c) {
        sums.emplace_back();
        forEach(Span(inst.channels), [&](int64_t n) {
          sums.back().emplace_back();
          forEach(Span(inst.kernelRows), [&](int64_t kr) {
            forEach(Span(inst.kernelColumns), [&](int64_t kc) {
              Product product;
              product.weight = weightAt(inst.weights, inst.weightType,
                                        n * inst.weightStrides[0] +
                                            kr * inst.weightStrides[1] +
                                            kc * inst.weightStrides[2]);
              int64_t row = rows.at(r, kr), column = columns.at(c, kc);
              if (row >= 0 && row < rows.bound && column >= 0 &&
                  column < columns.bound)
                product.input =
                    inputAt(inst.src, row * 50 + column * 11 +
                                          n / int64_t(inst.multiplier));
              sums.back().back().push_back(product);
            });
          });
        });
      });
    });
    check(inst, sums, machine.matrix.depthwiseRows, Rate(), 0, 0);
  }
}

TEST_F(ZerosTest, WindowsThatReachFarAreReadTapByTap) {
  // All rows are one row, so that how far apart taps lie changes nothing.
  auto costOf = [&](auto inst, uint64_t apart) {
    inst.dilationRows = apart;
    inst.srcRows = apart * 2 + 20;
    KnownBytes known{bytes, nullptr, {}, nullptr};
    return getCost(inst, machine, &known);
  };
  auto isSame = [&](const auto &inst) {
    Cost near = costOf(inst, 1), far = costOf(inst, 5000000);
    EXPECT_EQ(near.cycles, far.cycles);
    EXPECT_EQ(near.macsSkipped, far.macsSkipped);
    EXPECT_EQ(near.macsDone, far.macsDone);
  };
  for (int i = 0; i != 40; ++i) {
    SCOPED_TRACE(i);
    randomMachine();
    Conv conv;
    randomWindow(conv);
    conv.kernelRows = Interval(2);
    conv.paddingTop = 0;
    conv.depth = interval(40);
    conv.srcStrides = {0, 41, 1};
    conv.weightStrides = {200, 96, 24, 1};
    isSame(conv);
    Depthwise depthwise;
    randomWindow(depthwise);
    depthwise.kernelRows = Interval(2);
    depthwise.paddingTop = 0;
    depthwise.multiplier = between(1, 2);
    depthwise.srcStrides = {0, 11, 1};
    depthwise.weightStrides = {50, 24, 2};
    isSame(depthwise);
  }
}
