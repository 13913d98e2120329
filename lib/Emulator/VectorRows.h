// Rows of activations in vector code: what VECTOR's speed hangs on. Everything
// about rings, strides and types of operands is done before, by reading rows.
#ifndef LACUNA_LIB_EMULATOR_VECTORROWS_H
#define LACUNA_LIB_EMULATOR_VECTORROWS_H

#include <cstddef>
#include <cstdint>

namespace lacuna {

/// Functions on rows work on whole vectors: rows have room for, and may leave
/// anything in, this many elements beyond the last.
constexpr size_t rowSlack = 16;

/// Scales of the elements of a row.
struct ScaleRow {
  /// 0 to 2^31 - 1.
  const int32_t *multipliers;
  /// 0 to 62.
  const int32_t *shifts;
  /// Rounding is double [R4], else single [R3].
  bool doubleRounding;
};

/// What becomes of a scaled value: it is clamped, then the zero point added,
/// modulo 2^32.
struct OutputRange {
  int64_t low;
  int64_t high;
  int64_t zeroPoint;
};

/// row[i] = output of applyScale(wrap32(row[i] + biases[i]) - zeroPoint), for
/// i < count; the difference must fit into 32 bits.
void rescaleRow(int32_t *row, size_t count, const int32_t *biases,
                int32_t zeroPoint, const ScaleRow &scale,
                const OutputRange &output);

/// out[i] = in[i] - zeroPoint, modulo 2^16; the row needs no slack.
void widenRow(const int8_t *in, size_t count, int16_t zeroPoint, int16_t *out);
/// out[i] = the low 8 bits of in[i]; the row needs no slack.
void narrowRow(const int32_t *in, size_t count, int8_t *out);

} // namespace lacuna

#endif // LACUNA_LIB_EMULATOR_VECTORROWS_H
