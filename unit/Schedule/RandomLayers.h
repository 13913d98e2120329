//===- RandomLayers.h - Layers of random shapes -----------------*- C++ -*-===//

#ifndef LACUNA_UNIT_SCHEDULE_RANDOMLAYERS_H
#define LACUNA_UNIT_SCHEDULE_RANDOMLAYERS_H

#include "lacuna/Schedule/Problem.h"

#include <random>

namespace lacuna::schedule::test {

class RandomLayers {
public:
  explicit RandomLayers(unsigned seed) : random(seed) {}

  uint64_t upTo(uint64_t most) {
    return std::uniform_int_distribution<uint64_t>(1, most)(random);
  }
  bool flip() { return upTo(2) == 1; }

  /// A chain of convolutions, each reading what the one before wrote.
  Graph chain(unsigned layers) {
    Graph graph;
    rows = upTo(14);
    columns = upTo(14);
    channels = upTo(40);
    unsigned input =
        addTensor(graph, TensorRole::Input, rows * columns * channels);
    for (unsigned index = 0; index != layers; ++index)
      input = addConvolution(graph, input, index + 1 == layers);
    return graph;
  }

private:
  std::mt19937 random;
  uint64_t rows, columns, channels;

  unsigned addTensor(Graph &graph, TensorRole role, uint64_t bytes) {
    Tensor tensor;
    tensor.name = "t" + std::to_string(graph.tensors.size());
    tensor.role = role;
    tensor.type = ElementType::I8;
    tensor.bytes = bytes;
    graph.tensors.push_back(tensor);
    return graph.tensors.size() - 1;
  }

  template <class Window>
  void setWindow(Window &inst, uint64_t &outRows, uint64_t &outColumns) {
    inst.srcRows = rows;
    inst.srcColumns = columns;
    auto dimension = [&](uint64_t in, Interval &kernel, uint64_t &stride,
                         uint64_t &dilation, uint64_t &padding) {
      kernel = Interval(std::min<uint64_t>(upTo(4), in));
      stride = upTo(3);
      dilation = upTo(2);
      while ((kernel.size - 1) * dilation + 1 > in)
        kernel = Interval(kernel.size - 1);
      uint64_t reach = (kernel.size - 1) * dilation + 1;
      padding = reach > 1 ? upTo(reach) - 1 : 0;
      uint64_t after = reach > 1 ? upTo(reach) - 1 : 0;
      return (in + padding + after - reach) / stride + 1;
    };
    outRows = dimension(rows, inst.kernelRows, inst.strideRows,
                        inst.dilationRows, inst.paddingTop);
    outColumns = dimension(columns, inst.kernelColumns, inst.strideColumns,
                           inst.dilationColumns, inst.paddingLeft);
    inst.rows = Interval(outRows);
    inst.columns = Interval(outColumns);
    inst.srcType = inst.weightType = ElementType::I8;
    inst.dstType = ElementType::I32;
  }

  unsigned addConvolution(Graph &graph, unsigned input, bool last) {
    uint64_t outRows, outColumns, outChannels;
    Stage compute;
    int64_t in = channels, width = columns * channels;
    if (flip()) {
      Conv conv;
      setWindow(conv, outRows, outColumns);
      outChannels = upTo(40);
      conv.depth = Interval(channels);
      conv.channels = Interval(outChannels);
      conv.accumulate = Accumulation::First;
      int64_t taps = conv.kernelColumns.size * in;
      unsigned weights = addTensor(graph, TensorRole::Weights,
                                   outChannels * conv.kernelRows.size * taps);
      compute.bindings = {{"src", input, 0, {width, in, 1}, {}},
                          {"weights",
                           weights,
                           0,
                           {int64_t(conv.kernelRows.size) * taps, taps, in, 1},
                           {}}};
      compute.instruction = conv;
    } else {
      Depthwise conv;
      setWindow(conv, outRows, outColumns);
      outChannels = channels;
      conv.channels = Interval(outChannels);
      int64_t c = outChannels;
      unsigned weights = addTensor(graph, TensorRole::Weights,
                                   conv.kernelRows.size *
                                       conv.kernelColumns.size * outChannels);
      compute.bindings = {{"src", input, 0, {width, in, 1}, {}},
                          {"weights",
                           weights,
                           0,
                           {1, int64_t(conv.kernelColumns.size) * c, c},
                           {}}};
      compute.instruction = conv;
    }
    compute.bindings.push_back({"dst", Binding::kIntermediate, 0, {}, {}});

    Rescale rescale;
    rescale.srcType = ElementType::I32;
    rescale.dstType = ElementType::I8;
    rescale.src.memory = OnChipMemory::Accumulators;
    rescale.dims = {Interval(outRows), Interval(outColumns),
                    Interval(outChannels)};
    rescale.parameterFormat = ParameterFormat::BiasScale;
    unsigned parameters =
        addTensor(graph, TensorRole::Parameters, 9 * outChannels);
    unsigned output =
        addTensor(graph, last ? TensorRole::Output : TensorRole::Activation,
                  outRows * outColumns * outChannels);
    int64_t n = outChannels;
    Stage finish;
    finish.instruction = rescale;
    finish.bindings = {{"src", Binding::kIntermediate, 0, {}, {}},
                       {"parameters", parameters, 0, {}, {}},
                       {"dst", output, 0, {int64_t(outColumns) * n, n, 1}, {}}};

    Problem problem;
    problem.name = "conv" + std::to_string(graph.layers.size());
    problem.id = graph.layers.size();
    problem.stages = {compute, finish};
    graph.layers.push_back(problem);
    rows = outRows;
    columns = outColumns;
    channels = outChannels;
    return output;
  }
};

} // namespace lacuna::schedule::test

#endif // LACUNA_UNIT_SCHEDULE_RANDOMLAYERS_H
