// Products of 32-bit lanes are exact in 64 bits, even lanes and odd lanes
// apart; rounding and saturation follow in 64 bits.
#include "VectorRows.h"

#include "Highway.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "VectorRows.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace lacuna {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
constexpr hn::CappedTag<int32_t, rowSlack> lanes;
constexpr hn::RepartitionToWide<decltype(lanes)> wide;
constexpr hn::RebindToUnsigned<decltype(wide)> wideUnsigned;
constexpr hn::Rebind<int8_t, decltype(lanes)> bytes;
constexpr hn::Rebind<uint8_t, decltype(lanes)> unsignedBytes;
constexpr hn::RebindToUnsigned<decltype(lanes)> unsignedLanes;
constexpr hn::CappedTag<int16_t, 2 * rowSlack> halves;
constexpr hn::Rebind<int8_t, decltype(halves)> halfBytes;
using Lanes = hn::Vec<decltype(lanes)>;
using Wide = hn::Vec<decltype(wide)>;
constexpr size_t laneCount = hn::MaxLanes(lanes);

/// The odd lanes, where even lanes are.
HWY_INLINE Lanes oddToEven(Lanes values) {
  return hn::BitCast(lanes,
                     hn::ShiftRight<32>(hn::BitCast(wideUnsigned, values)));
}

/// Scales, rounds, saturates and clamps the even lanes. Nothing overflows: a
/// product has 63 bits, and so has its sum with what rounds it.
template <bool Double>
HWY_INLINE Wide scaleEven(Lanes values, Lanes multipliers, Lanes shifts,
                          const OutputRange &output) {
  Wide shift =
      hn::BitCast(wide, hn::And(hn::BitCast(wideUnsigned, shifts),
                                hn::Set(wideUnsigned, UINT64_C(0xffffffff))));
  Wide product = hn::MulEven(values, multipliers);
  // 2^(shift - 1), or 0 for shift 0.
  Wide half = hn::ShiftRight<1>(hn::Shl(hn::Set(wide, 1), shift));
  Wide sum = hn::Add(product, half);
  if constexpr (Double) {
    // The sign of the product is the value's, but where both results are 0.
    Wide sign = hn::BroadcastSignBit(product);
    Wide rounding = hn::Set(wide, int64_t(1) << 30);
    rounding = hn::Sub(hn::Xor(rounding, sign), sign);
    auto isLarge = hn::Gt(shift, hn::Set(wide, 31));
    sum = hn::Add(sum, hn::IfThenElseZero(isLarge, rounding));
  }
  Wide scaled = hn::Shr(sum, shift);
  scaled = hn::Max(scaled, hn::Set(wide, output.low));
  scaled = hn::Min(scaled, hn::Set(wide, output.high));
  return hn::Add(scaled, hn::Set(wide, output.zeroPoint));
}

template <bool Double>
void rescaleRowBy(int32_t *row, size_t count, const int32_t *biases,
                  int32_t zeroPoint, const ScaleRow &scale,
                  const OutputRange &output) {
  for (size_t i = 0; i < count; i += laneCount) {
    Lanes value = hn::LoadU(lanes, row + i);
    value = hn::Add(value, hn::LoadU(lanes, biases + i));
    value = hn::Sub(value, hn::Set(lanes, zeroPoint));
    Lanes multiplier = hn::LoadU(lanes, scale.multipliers + i);
    Lanes shift = hn::LoadU(lanes, scale.shifts + i);
    Wide even = scaleEven<Double>(value, multiplier, shift, output);
    Wide odd = scaleEven<Double>(oddToEven(value), oddToEven(multiplier),
                                 oddToEven(shift), output);
    hn::StoreU(hn::OddEven(hn::BitCast(lanes, hn::ShiftLeft<32>(odd)),
                           hn::BitCast(lanes, even)),
               lanes, row + i);
  }
}

void rescaleRow(int32_t *row, size_t count, const int32_t *biases,
                int32_t zeroPoint, const ScaleRow &scale,
                const OutputRange &output) {
  if (scale.doubleRounding)
    rescaleRowBy<true>(row, count, biases, zeroPoint, scale, output);
  else
    rescaleRowBy<false>(row, count, biases, zeroPoint, scale, output);
}

void widenRow(const int8_t *in, size_t count, int16_t zeroPoint, int16_t *out) {
  constexpr size_t step = hn::MaxLanes(halves);
  size_t i = 0;
  for (; i + step <= count; i += step)
    hn::StoreU(hn::Sub(hn::PromoteTo(halves, hn::LoadU(halfBytes, in + i)),
                       hn::Set(halves, zeroPoint)),
               halves, out + i);
  for (; i != count; ++i)
    out[i] = static_cast<int16_t>(in[i] - zeroPoint);
}

void narrowRow(const int32_t *in, size_t count, int8_t *out) {
  size_t i = 0;
  for (; i + laneCount <= count; i += laneCount) {
    auto value = hn::BitCast(unsignedLanes, hn::LoadU(lanes, in + i));
    hn::StoreU(hn::BitCast(bytes, hn::TruncateTo(unsignedBytes, value)), bytes,
               out + i);
  }
  for (; i != count; ++i)
    out[i] = static_cast<int8_t>(in[i]);
}

} // namespace
} // namespace HWY_NAMESPACE
} // namespace lacuna
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace lacuna {
HWY_EXPORT(rescaleRow);
HWY_EXPORT(widenRow);
HWY_EXPORT(narrowRow);

void rescaleRow(int32_t *row, size_t count, const int32_t *biases,
                int32_t zeroPoint, const ScaleRow &scale,
                const OutputRange &output) {
  HWY_DYNAMIC_DISPATCH(rescaleRow)
  (row, count, biases, zeroPoint, scale, output);
}
void widenRow(const int8_t *in, size_t count, int16_t zeroPoint, int16_t *out) {
  HWY_DYNAMIC_DISPATCH(widenRow)(in, count, zeroPoint, out);
}
void narrowRow(const int32_t *in, size_t count, int8_t *out) {
  HWY_DYNAMIC_DISPATCH(narrowRow)(in, count, out);
}
} // namespace lacuna
#endif
