// reduce of floats: one value for all elements along an extent, in its order.
// Where results lie side by side, a row of them is reduced at a time.
#include "FloatEngines.h"
#include "FloatFunctions.h"
#include "FloatOutput.h"
#include "FloatRows.h"

using namespace llvm;
using namespace lacuna;

namespace {
/// From how many results on a row of them is faster.
constexpr int64_t leastRow = 4;

class FloatReduce {
public:
  FloatReduce(const Reduce &inst, Memory &memory)
      : inst(inst), dst(memory.scratchpad(), inst.dst, inst.dstType),
        src(memory.onChip(inst.src.memory), inst.src.ring, inst.srcType),
        reduced(inst.reduced),
        output(dst, inst.dstType, kNoMin, kNoMax, false) {}

  void run() {
    Span last(inst.dims.back());
    bool inRows =
        inst.operation != ReduceOperation::Argmax && last.size() >= leastRow;
    Dims outer = inst.dims;
    if (inRows)
      outer.back() = Interval(1);
    cantFail(forEachCoordinate(outer, [&](const Coordinates &at) {
      if (!inRows) {
        reduceOne(at);
        return Error::success();
      }
      Coordinates from(at);
      for (int64_t n = last.begin; n < last.end; n += maxRow) {
        from.back() = n;
        reduceRow(from, std::min(maxRow, last.end - n));
      }
      return Error::success();
    }));
  }

private:
  static MapOperation getStep(ReduceOperation operation) {
    switch (operation) {
    case ReduceOperation::Sum:
      return MapOperation::Add;
    case ReduceOperation::Product:
      return MapOperation::Multiply;
    case ReduceOperation::Minimum:
      return MapOperation::Minimum;
    default:
      return MapOperation::Maximum;
    }
  }
  /// What a sum or product starts from; the others start from an element.
  std::optional<float> getStart() const {
    if (inst.operation == ReduceOperation::Sum)
      return 0.0f;
    if (inst.operation == ReduceOperation::Product)
      return 1.0f;
    return std::nullopt;
  }

  void reduceRow(const Coordinates &at, int64_t count) {
    Coordinates from(at);
    from.push_back(0);
    std::optional<float> start = getStart();
    bool started = start.has_value();
    if (started)
      std::fill_n(total.begin(), count, *start);
    for (int64_t i = reduced.begin; i < reduced.end; ++i) {
      from.back() = i;
      src.read(positionOf(from, inst.srcStrides), inst.srcStrides.end()[-2],
               count, 0, started ? row.data() : total.data());
      if (started)
        mapFloats(getStep(inst.operation), total.data(), row.data(), count,
                  inst.ignoreNan);
      started = true;
    }
    output.write(positionOf(at, inst.dstStrides), inst.dstStrides.back(),
                 total.data(), count);
  }

  void reduceOne(const Coordinates &at) {
    Coordinates from(at);
    from.push_back(0);
    std::optional<float> start = getStart();
    bool started = start.has_value();
    float value = start.value_or(0);
    int64_t index = 0;
    for (int64_t i = reduced.begin; i < reduced.end; i += maxRow) {
      int64_t count = std::min(maxRow, reduced.end - i);
      from.back() = i;
      src.read(positionOf(from, inst.srcStrides), inst.srcStrides.back(), count,
               0, row.data());
      for (int64_t j = 0; j != count; ++j)
        if (inst.operation == ReduceOperation::Argmax)
          takeGreatest(row[j], i + j, value, index, started);
        else if (started)
          value = combine(value, row[j]);
        else
          value = row[j], started = true;
    }
    int64_t position = positionOf(at, inst.dstStrides);
    if (inst.operation == ReduceOperation::Argmax)
      output.write(position, 1, &index, 1);
    else
      output.write(position, 1, &value, 1);
  }

  float combine(float value, float element) const {
    switch (inst.operation) {
    case ReduceOperation::Sum:
      return value + element;
    case ReduceOperation::Product:
      return value * element;
    case ReduceOperation::Minimum:
      return inst.ignoreNan ? floats::minimum<true>(value, element)
                            : floats::minimum<false>(value, element);
    default:
      return inst.ignoreNan ? floats::maximum<true>(value, element)
                            : floats::maximum<false>(value, element);
    }
  }

  /// [X15]: `value` is the greatest number so far, or the first NaN.
  void takeGreatest(float element, int64_t at, float &value, int64_t &index,
                    bool &started) const {
    if (started && floats::isNan(value))
      return;
    bool takes =
        floats::isNan(element) ? !inst.ignoreNan : !started || element > value;
    if (!takes)
      return;
    value = element;
    index = at;
    started = true;
  }

  const Reduce &inst;
  Operand dst, src;
  Span reduced;
  FloatOutput output;
  std::array<float, maxRow> row, total;
};
} // namespace

Error lacuna::executeFloats(const Reduce &inst, Memory &memory) {
  FloatReduce(inst, memory).run();
  return Error::success();
}
