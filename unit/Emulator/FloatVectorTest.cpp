// The instructions of VECTOR on floats against their definition, one element at
// a time. Functions are those of single elements, which FloatRowsTest.cpp looks
// at.
#include "FloatFunctions.h"
#include "NaiveFloats.h"

#include "lacuna/Program/FloatRules.h"

using namespace lacuna;
using namespace lacuna::naive;

namespace {
ElementType anyFloat(Random &random) {
  return floatTypes[random.between(0, 4)];
}
ElementType anyType(Random &random) {
  return ElementType(random.between(0, unsigned(ElementType::FP32)));
}
float anyNumber(Random &random) {
  return random.oneOf({0.0f, -0.0f, 1.0f, -3.5f, 6.0f, 448.0f, -1e30f, NAN,
                       INFINITY, -INFINITY, 0x1p-140f});
}

template <typename Inst>
void randomLimits(Inst &inst, ElementType type, Random &random) {
  auto any = [&]() -> int64_t {
    return isFloat(type) ? int64_t(bitsOf(anyNumber(random)))
                         : random.between(-100, 100);
  };
  if (random.chance(40))
    inst.clampMin = any();
  if (random.chance(40))
    inst.clampMax = any();
  inst.ignoreNan = random.chance(50);
}

float greater(float a, float b, bool ignoreNan) {
  return ignoreNan ? floats::maximum<true>(a, b) : floats::maximum<false>(a, b);
}
float lesser(float a, float b, bool ignoreNan) {
  return ignoreNan ? floats::minimum<true>(a, b) : floats::minimum<false>(a, b);
}

/// Nearest, ties to even, saturated.
int64_t castTo(ElementType type, float x) {
  if (type == ElementType::I1)
    return !(x == 0);
  if (std::isnan(x))
    return 0;
  double least = double(getMinimum(type)), most = double(getMaximum(type));
  return int64_t(std::clamp(std::nearbyint(double(x)), least, most));
}

/// Writes `value` at `position` as the last steps of an instruction do.
template <typename Inst>
void finish(const Inst &inst, std::vector<uint8_t> &bytes, const Ring &ring,
            ElementType type, int64_t position, double value) {
  bool hasMin = inst.clampMin != kNoMin, hasMax = inst.clampMax != kNoMax;
  if (!isFloat(type)) {
    int64_t result = castTo(type, float(value));
    store(bytes, ring, type, position,
          std::min(std::max(result, inst.clampMin), inst.clampMax));
    return;
  }
  float result = roundTo(type, value);
  if (hasMin)
    result = greater(result, floatOf(uint32_t(inst.clampMin)), inst.ignoreNan);
  if (hasMax)
    result = lesser(result, floatOf(uint32_t(inst.clampMax)), inst.ignoreNan);
  storeFloat(bytes, ring, type, position, result);
}

class FloatVector : public FloatTest {
protected:
  /// An operand in a memory whose elements it shares often.
  static OnChipRing place(Random &random, ElementType type, int accumulators) {
    OnChipRing place = randomPlace(random, type, accumulators);
    place.ring.base -= place.ring.base % 8;
    return place;
  }
};
} // namespace

TEST_F(FloatVector, RescaleIsItsDefinition) {
  auto makeOne = [&](Random &random) {
    Rescale inst;
    inst.dims = randomDims(random, 4);
    inst.srcType = anyFloat(random);
    inst.dstType = random.chance(80) ? anyFloat(random) : anyType(random);
    padType = inst.srcType;
    inst.src = place(random, inst.srcType, 60);
    inst.dst = random.ring(padBytes, bytesOf(inst.dstType));
    inst.srcStrides = random.strides(extentsOf(inst.dims));
    makeDense(inst, extentsOf(inst.dims));
    inst.parameterFormat = ParameterFormat(random.between(0, 3));
    if (inst.parameterFormat != ParameterFormat::None) {
      inst.parameters = random.ring(padBytes, 8);
      inst.parameters.base -= inst.parameters.base % 4;
    }
    randomLimits(inst, inst.dstType, random);
    return inst;
  };
  auto make = [&](Random &random) {
    return withoutOverlap<Rescale>(random, [&] { return makeOne(random); });
  };
  compare(500, make, [](const Rescale &inst, Contents &contents) {
    bool bias = inst.parameterFormat == ParameterFormat::Bias ||
                inst.parameterFormat == ParameterFormat::BiasScale;
    bool factor = inst.parameterFormat == ParameterFormat::Scale ||
                  inst.parameterFormat == ParameterFormat::BiasScale;
    // Numbers of four bytes, a or two a channel.
    Ring records = inst.parameters;
    records.offset.constant *= bias + factor;
    auto parameter = [&](int64_t channel, int64_t number) {
      return loadFloat(contents.pad, records, ElementType::FP32,
                       channel * (bias + factor) + number);
    };
    forEach(inst.dims, [&](llvm::ArrayRef<int64_t> at) {
      float value = loadFloat(contents.of(inst.src.memory), inst.src.ring,
                              inst.srcType, dot(at, inst.srcStrides));
      value = value + (bias ? parameter(at.back(), 0) : 0.0f);
      if (factor)
        value = value * parameter(at.back(), bias);
      finish(inst, contents.pad, inst.dst, inst.dstType,
             dot(at, inst.dstStrides), value);
    });
    return true;
  });
}

namespace {
/// What map computes of floats, to be rounded.
float operate(const Map &inst, float a, float b) {
  switch (inst.operation) {
  case MapOperation::Copy:
    return a;
  case MapOperation::Add:
    return a + b;
  case MapOperation::Subtract:
    return a - b;
  case MapOperation::Multiply:
    return a * b;
  case MapOperation::Maximum:
    return greater(a, b, inst.ignoreNan);
  case MapOperation::Minimum:
    return lesser(a, b, inst.ignoreNan);
  case MapOperation::Absolute:
    return std::abs(a);
  case MapOperation::Equal:
    return a == b;
  case MapOperation::Greater:
    return a > b;
  case MapOperation::GreaterEqual:
    return a >= b;
  case MapOperation::Reciprocal:
    return 1 / a;
  case MapOperation::ReciprocalSqrt:
    return 1 / std::sqrt(a);
  case MapOperation::Exp:
    return floats::exp(a);
  case MapOperation::Log:
    return floats::log(a);
  case MapOperation::Power:
    return floats::power(a, b);
  case MapOperation::Sigmoid:
    return floats::sigmoid(a);
  case MapOperation::Tanh:
    return floats::tanh(a);
  case MapOperation::Erf:
    return floats::erf(a);
  case MapOperation::Sine:
    return floats::sine(a);
  case MapOperation::Cosine:
    return floats::cosine(a);
  case MapOperation::Floor:
    return std::floor(a);
  case MapOperation::Ceiling:
    return std::ceil(a);
  case MapOperation::Negate:
    return -a;
  default: // integers'
    ADD_FAILURE();
    return 0;
  }
}
} // namespace

TEST_F(FloatVector, MapIsItsDefinition) {
  auto makeOne = [&](Random &random) {
    Map inst;
    do {
      inst = Map();
      inst.operation =
          MapOperation(random.between(0, unsigned(MapOperation::Negate)));
      inst.aType = random.chance(70) ? anyFloat(random) : anyType(random);
      inst.bType = random.chance(70) ? anyFloat(random) : anyType(random);
      inst.dstType = random.chance(70) ? anyFloat(random) : anyType(random);
      inst.useB = random.chance(60);
      if (inst.operation == MapOperation::Select) {
        inst.useB = inst.useC = true;
        inst.cType = inst.bType = inst.dstType;
      }
    } while (!combinesTypes(inst) ||
             !(isFloat(inst.aType) || isFloat(inst.dstType)));
    inst.dims = randomDims(random, 4);
    auto extents = extentsOf(inst.dims);
    padType = isFloat(inst.aType) ? inst.aType : inst.dstType;
    inst.a = place(random, inst.aType, 30);
    inst.dst = place(random, inst.dstType, 30);
    inst.aStrides = random.strides(extents);
    makeDense(inst, extents);
    if (inst.useB) {
      inst.b = place(random, inst.bType, 30);
      inst.bStrides = random.strides(extents);
    } else if (isFloat(inst.aType)) {
      inst.immediate = bitsOf(anyNumber(random));
    }
    if (inst.useC) {
      inst.c = place(random, inst.cType, 30);
      inst.cStrides = random.strides(extents);
    }
    if (random.chance(50))
      randomLimits(inst, inst.dstType, random);
    return inst;
  };
  auto make = [&](Random &random) {
    return withoutOverlap<Map>(random, [&] { return makeOne(random); });
  };
  compare(2000, make, [](const Map &inst, Contents &contents) {
    bool hasLimits = inst.clampMin != kNoMin || inst.clampMax != kNoMax;
    forEach(inst.dims, [&](llvm::ArrayRef<int64_t> at) {
      auto raw = [&](const OnChipRing &place, ElementType type,
                     const Strides &strides) {
        return load(contents.of(place.memory), place.ring, type,
                    dot(at, strides));
      };
      auto number = [&](const OnChipRing &place, ElementType type,
                        const Strides &strides) -> double {
        int64_t value = raw(place, type, strides);
        if (!isFloat(type))
          return double(value);
        auto mask = uint32_t((uint64_t(1) << getInfo(type).bits) - 1);
        return decode(type, uint32_t(value) & mask);
      };
      std::vector<uint8_t> &to = contents.of(inst.dst.memory);
      int64_t position = dot(at, inst.dstStrides);
      const OnChipRing *from = &inst.a;
      const Strides *strides = &inst.aStrides;
      ElementType type = inst.aType;
      if (inst.operation == MapOperation::Select) {
        bool first = raw(inst.a, inst.aType, inst.aStrides) != 0;
        from = first ? &inst.b : &inst.c;
        strides = first ? &inst.bStrides : &inst.cStrides;
        type = inst.dstType;
      }
      bool moves = inst.operation == MapOperation::Select ||
                   inst.operation == MapOperation::Copy;
      if (moves && type == inst.dstType && !hasLimits)
        return store(to, inst.dst.ring, type, position,
                     raw(*from, type, *strides));
      double value = number(*from, type, *strides);
      if (!moves)
        value =
            operate(inst, float(value),
                    inst.useB ? float(number(inst.b, inst.bType, inst.bStrides))
                              : floatOf(uint32_t(inst.immediate)));
      finish(inst, to, inst.dst.ring, inst.dstType, position, value);
    });
    return true;
  });
}

TEST_F(FloatVector, PoolIsItsDefinition) {
  auto makeOne = [&](Random &random) {
    Pool inst;
    inst.operation = PoolOperation(random.between(0, 3));
    inst.type = anyFloat(random);
    padType = inst.type;
    inst.rows = random.interval(4);
    inst.columns = random.interval(4);
    inst.channels = random.interval(20);
    inst.kernelRows = random.interval(4);
    inst.kernelColumns = random.interval(4);
    if (interpolates(inst.operation)) {
      inst.kernelRows = inst.kernelColumns = Interval(2);
      inst.divisorRows = random.between(1, 5);
      inst.divisorColumns = random.between(1, 5);
      inst.phaseRows = random.between(0, inst.divisorRows - 1);
      inst.phaseColumns = random.between(0, inst.divisorColumns - 1);
    }
    inst.strideRows = random.between(1, 2);
    inst.strideColumns = random.between(1, 2);
    inst.paddingTop = random.between(0, 2);
    inst.paddingLeft = random.between(0, 2);
    inst.srcRows = random.between(3, 9);
    inst.srcColumns = random.between(3, 9);
    inst.src = alignedRing(random, padBytes, bytesOf(inst.type));
    inst.dst = alignedRing(random, padBytes, bytesOf(inst.type));
    inst.srcStrides =
        random.strides({int64_t(inst.srcRows), int64_t(inst.srcColumns),
                        int64_t(inst.channels.bound)});
    makeDense(inst, {int64_t(inst.rows.bound), int64_t(inst.columns.bound),
                     int64_t(inst.channels.bound)});
    randomLimits(inst, inst.type, random);
    return inst;
  };
  auto make = [&](Random &random) {
    return withoutOverlap<Pool>(random, [&] { return makeOne(random); });
  };
  compare(500, make, [](const Pool &inst, Contents &contents) {
    bool valid = true;
    bool hasLimits = inst.clampMin != kNoMin || inst.clampMax != kNoMax;
    forEach({inst.rows, inst.columns, inst.channels},
            [&](llvm::ArrayRef<int64_t> at) {
              auto element = [&](int64_t row, int64_t column) {
                return dot({row, column, at[2]}, inst.srcStrides);
              };
              auto number = [&](int64_t row, int64_t column) {
                return loadFloat(contents.pad, inst.src, inst.type,
                                 element(row, column));
              };
              int64_t top = at[0] * inst.strideRows + inst.phaseRows;
              int64_t left = at[1] * inst.strideColumns + inst.phaseColumns;
              int64_t down = top % inst.divisorRows,
                      across = left % inst.divisorColumns;
              top = top / inst.divisorRows - inst.paddingTop;
              left = left / inst.divisorColumns - inst.paddingLeft;
              std::vector<float> taps;
              for (int64_t kr = Span(inst.kernelRows).begin;
                   kr != Span(inst.kernelRows).end; ++kr)
                for (int64_t kc = Span(inst.kernelColumns).begin;
                     kc != Span(inst.kernelColumns).end; ++kc)
                  if (top + kr >= 0 && top + kr < int64_t(inst.srcRows) &&
                      left + kc >= 0 && left + kc < int64_t(inst.srcColumns))
                    taps.push_back(number(top + kr, left + kc));
              if (taps.empty()) {
                valid = false;
                return;
              }
              auto row = [&](int64_t k) {
                return std::clamp<int64_t>(top + k, 0, inst.srcRows - 1);
              };
              auto column = [&](int64_t k) {
                return std::clamp<int64_t>(left + k, 0, inst.srcColumns - 1);
              };
              int64_t position = dot(at, inst.dstStrides);
              float value = 0;
              switch (inst.operation) {
              case PoolOperation::Average:
                for (float tap : taps)
                  value = value + tap;
                value = value / float(taps.size());
                break;
              case PoolOperation::Maximum:
                value = taps[0];
                for (float tap : taps)
                  value = greater(value, tap, inst.ignoreNan);
                break;
              case PoolOperation::Nearest: {
                int64_t r = row(2 * down >= int64_t(inst.divisorRows));
                int64_t c = column(2 * across >= int64_t(inst.divisorColumns));
                if (!hasLimits)
                  return store(
                      contents.pad, inst.dst, inst.type, position,
                      load(contents.pad, inst.src, inst.type, element(r, c)));
                value = number(r, c);
                break;
              }
              case PoolOperation::Linear: {
                float dy = float(down) / float(inst.divisorRows), uy = 1 - dy;
                float dx = float(across) / float(inst.divisorColumns),
                      ux = 1 - dx;
                value = (number(row(0), column(0)) * uy) * ux;
                value = value + (number(row(0), column(1)) * uy) * dx;
                value = value + (number(row(1), column(0)) * dy) * ux;
                value = value + (number(row(1), column(1)) * dy) * dx;
              }
              }
              finish(inst, contents.pad, inst.dst, inst.type, position, value);
            });
    return valid;
  });
}

TEST_F(FloatVector, ReduceIsItsDefinition) {
  auto makeOne = [&](Random &random) {
    Reduce inst;
    inst.operation =
        random.oneOf({ReduceOperation::Sum, ReduceOperation::Product,
                      ReduceOperation::Maximum, ReduceOperation::Minimum,
                      ReduceOperation::Argmax});
    inst.dims = randomDims(random, 3);
    inst.reduced = random.interval(20);
    inst.srcType = anyFloat(random);
    inst.dstType = inst.operation == ReduceOperation::Argmax ? ElementType::I32
                                                             : anyFloat(random);
    padType = inst.srcType;
    inst.ignoreNan = random.chance(50);
    inst.src = place(random, inst.srcType, 30);
    inst.dst = random.ring(padBytes, bytesOf(inst.dstType));
    auto extents = extentsOf(inst.dims);
    makeDense(inst, extents);
    extents.push_back(inst.reduced.bound);
    inst.srcStrides = random.strides(extents);
    return inst;
  };
  auto make = [&](Random &random) {
    return withoutOverlap<Reduce>(random, [&] { return makeOne(random); });
  };
  compare(600, make, [](const Reduce &inst, Contents &contents) {
    forEach(inst.dims, [&](llvm::ArrayRef<int64_t> at) {
      llvm::SmallVector<int64_t> from(at);
      from.push_back(0);
      std::vector<float> values;
      Span reduced(inst.reduced);
      for (int64_t i = reduced.begin; i != reduced.end; ++i) {
        from.back() = i;
        values.push_back(loadFloat(contents.of(inst.src.memory), inst.src.ring,
                                   inst.srcType, dot(from, inst.srcStrides)));
      }
      int64_t position = dot(at, inst.dstStrides);
      float out = values[0];
      switch (inst.operation) {
      case ReduceOperation::Sum:
        out = 0;
        for (float value : values)
          out = out + value;
        break;
      case ReduceOperation::Product:
        out = 1;
        for (float value : values)
          out = out * value;
        break;
      case ReduceOperation::Minimum:
        for (float value : values)
          out = lesser(out, value, inst.ignoreNan);
        break;
      case ReduceOperation::Maximum:
        for (float value : values)
          out = greater(out, value, inst.ignoreNan);
        break;
      default: {
        size_t greatest = 0;
        bool found = false, isNan = false;
        for (size_t i = 0; i != values.size(); ++i) {
          if (std::isnan(values[i])) {
            if (inst.ignoreNan)
              continue;
            greatest = i;
            isNan = true;
            break;
          }
          if (!found || values[i] > values[greatest])
            greatest = i;
          found = true;
        }
        return store(contents.pad, inst.dst, inst.dstType, position,
                     found || isNan ? reduced.begin + int64_t(greatest) : 0);
      }
      }
      storeFloat(contents.pad, inst.dst, inst.dstType, position, out);
    });
    return true;
  });
}
