// Footprints of resolved instructions. Sums are made in 128 bits and checked
// once, so that no field that a decoder lets through can overflow.
#include "lacuna/Program/AccessPattern.h"

#include "lacuna/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace llvm;
using namespace lacuna;

using Wide = __int128;
static constexpr Wide kLimit = Wide(1) << 62;

static Wide floorDiv(Wide a, Wide b) {
  return a / b - (a % b != 0 && (a % b < 0) != (b < 0));
}

namespace {
/// The coordinates first, first + 1, ..., first + count - 1.
struct Range {
  Wide first;
  Wide count;
};

/// A pattern under construction, in bits.
struct PatternBuilder {
  Wide position = 0;
  /// Of the element, at `position`.
  Wide elementBits = 8;
  struct Dim {
    Wide count, stride;
  };
  SmallVector<Dim, 6> dims;

  void add(Range range, Wide strideBits) {
    position += range.first * strideBits;
    if (range.count == 1 || strideBits == 0)
      return;
    if (strideBits < 0) {
      position += strideBits * (range.count - 1);
      strideBits = -strideBits;
    }
    dims.push_back({range.count, strideBits});
  }

  /// Packed elements along one coordinate become one element that spans them.
  void widen(Range range, Wide strideBits) {
    Wide first = range.first * strideBits;
    Wide last = (range.first + range.count - 1) * strideBits;
    position += std::min(first, last);
    elementBits += std::max(first, last) - std::min(first, last);
  }
};
} // namespace

static Range rangeOf(const Interval &interval) {
  return {interval.start.constant, interval.size};
}

/// The coordinates of `coordinate`, a window's as their hull; count 0 if there
/// are none.
static Range coordinatesOf(const CoordinateDescription &coordinate) {
  if (coordinate.kind == CoordinateKind::AnyBelow)
    return {0, Wide(coordinate.bound)};
  Range range = rangeOf(*coordinate.interval);
  switch (coordinate.kind) {
  case CoordinateKind::Along:
  case CoordinateKind::AnyBelow:
    return range;
  case CoordinateKind::Quotient: {
    Wide divisor = std::max<uint64_t>(coordinate.divisor, 1);
    Wide first = range.first / divisor;
    return {first, (range.first + range.count - 1) / divisor - first + 1};
  }
  case CoordinateKind::Window: {
    Range kernel = rangeOf(*coordinate.kernel);
    Wide stride = coordinate.stride, dilation = coordinate.dilation;
    Wide divisor = std::max<uint64_t>(coordinate.divisor, 1);
    Wide position = range.first * stride + Wide(coordinate.phase);
    Wide tap = kernel.first * dilation - Wide(coordinate.padding);
    Wide first = floorDiv(position, divisor) + tap;
    Wide last = floorDiv(position + (range.count - 1) * stride, divisor) + tap +
                (kernel.count - 1) * dilation;
    first = std::max<Wide>(first, 0);
    last = std::min<Wide>(last, Wide(coordinate.bound) - 1);
    return {first, std::max<Wide>(last - first + 1, 0)};
  }
  }
  llvm_unreachable("not a kind of coordinate");
}

/// Whole bytes of `builder` into `pattern`; false if an address is too large.
static bool finish(const PatternBuilder &builder, AccessPattern &pattern) {
  Wide first = floorDiv(builder.position, 8);
  Wide end = floorDiv(builder.position + builder.elementBits + 7, 8);
  Wide reach = end - first;
  for (PatternBuilder::Dim dim : builder.dims)
    reach += (dim.count - 1) * (dim.stride / 8);
  if (first <= -kLimit || first >= kLimit || reach >= kLimit)
    return false;
  pattern.offset = first;
  pattern.elementBytes = end - first;
  for (PatternBuilder::Dim dim : builder.dims)
    pattern.dims.push_back({static_cast<uint64_t>(dim.count),
                            static_cast<int64_t>(dim.stride / 8)});
  llvm::sort(pattern.dims, [](const auto &a, const auto &b) {
    return std::tie(a.stride, a.count) > std::tie(b.stride, b.count);
  });
  return true;
}

/// The pattern of `access`, none if it touches nothing.
static Expected<std::optional<AccessPattern>>
getPattern(const AccessDescription &access) {
  AccessPattern pattern;
  pattern.operand = access.operand;
  pattern.memory = access.memory;
  pattern.direction = access.direction;
  pattern.indexed = access.isIndexed();
  pattern.partial = access.partial;

  PatternBuilder builder;
  Wide unit = access.strideUnitBits;
  builder.elementBits = access.elementBits;
  if (access.dram) {
    builder.position = Wide(access.dram->address.constant) * 8;
  } else {
    pattern.base = access.ring->base;
    pattern.length = access.ring->length;
    builder.position = Wide(access.ring->offset.constant) * unit;
  }
  bool packed = access.elementBits % 8 != 0;
  for (auto [index, coordinate] : llvm::enumerate(access.coordinates)) {
    Range range = coordinatesOf(coordinate);
    if (range.count <= 0)
      return std::nullopt;
    Wide stride = 1;
    if (access.strides)
      stride = index < access.strides->size() ? (*access.strides)[index] : 0;
    if (packed && index + 1 == access.coordinates.size())
      builder.widen(range, stride * unit);
    else
      builder.add(range, stride * unit);
  }
  if (!finish(builder, pattern))
    return makeError("operand '" + access.operand +
                     "' reaches addresses beyond 2^62");
  return pattern;
}

Expected<SmallVector<AccessPattern, 4>>
lacuna::getAccessPatterns(const Instruction &resolved) {
  SmallVector<AccessPattern, 4> patterns;
  if (doesNothing(resolved))
    return patterns;
  // The description only lends pointers; nothing is written through them here.
  for (const AccessDescription &access :
       describeAccesses(const_cast<Instruction &>(resolved))) {
    if (!access.enabled)
      continue;
    Expected<std::optional<AccessPattern>> pattern = getPattern(access);
    if (!pattern)
      return pattern.takeError();
    if (*pattern)
      patterns.push_back(std::move(**pattern));
  }
  return patterns;
}

bool AccessPattern::operator==(const AccessPattern &o) const {
  return operand == o.operand && memory == o.memory &&
         direction == o.direction && indexed == o.indexed &&
         partial == o.partial && elementBytes == o.elementBytes &&
         base == o.base && length == o.length && offset == o.offset &&
         dims == o.dims;
}

uint64_t AccessPattern::reach() const {
  uint64_t bytes = elementBytes;
  for (Dim dim : dims)
    bytes += (dim.count - 1) * static_cast<uint64_t>(dim.stride);
  return bytes;
}

/// `position` mod `length`, in [0, length).
static uint64_t wrap(int64_t position, uint64_t length) {
  return Wide(position) - floorDiv(position, length) * Wide(length);
}

std::optional<ByteRange> AccessPattern::hull() const {
  uint64_t reach = this->reach();
  if (length == 0) {
    Wide begin = Wide(base) + offset;
    if (begin < 0 || begin + reach >= 2 * kLimit)
      return std::nullopt;
    return ByteRange{static_cast<uint64_t>(begin),
                     static_cast<uint64_t>(begin + reach)};
  }
  uint64_t first = wrap(offset, length);
  if (first + reach <= length)
    return ByteRange{base + first, base + first + reach};
  return ByteRange{base, base + length};
}

/// Joins the dimensions that leave no gaps; returns the bytes of one run.
static uint64_t coalesce(SmallVectorImpl<AccessPattern::Dim> &dims,
                         uint64_t elementBytes) {
  uint64_t run = elementBytes;
  while (!dims.empty() && static_cast<uint64_t>(dims.back().stride) <= run) {
    run += (dims.back().count - 1) * dims.back().stride;
    dims.pop_back();
  }
  return run;
}

/// Calls `function(position)` for each combination of indices until it says
/// false; returns whether it never did.
template <class Function>
static bool forEachPosition(ArrayRef<AccessPattern::Dim> dims, int64_t position,
                            Function function) {
  SmallVector<uint64_t, 6> index(dims.size(), 0);
  while (true) {
    if (!function(position))
      return false;
    size_t level = dims.size();
    while (level != 0 && ++index[level - 1] == dims[level - 1].count) {
      --level;
      position -= (dims[level].count - 1) * dims[level].stride;
      index[level] = 0;
    }
    if (level == 0)
      return true;
    position += dims[level - 1].stride;
  }
}

uint64_t AccessPattern::countRuns() const {
  SmallVector<Dim, 6> outer = dims;
  coalesce(outer, elementBytes);
  uint64_t runs = 1;
  for (Dim dim : outer)
    runs = SaturatingMultiply(runs, dim.count);
  return runs;
}

void AccessPattern::forEachRun(function_ref<void(ByteRange)> function) const {
  SmallVector<Dim, 6> outer = dims;
  uint64_t run = coalesce(outer, elementBytes);
  forEachPosition(outer, offset, [&](int64_t position) {
    if (length == 0) {
      uint64_t begin = base + static_cast<uint64_t>(position);
      function({begin, begin + run});
      return true;
    }
    if (run >= length) {
      function({base, base + length});
      return true;
    }
    uint64_t begin = wrap(position, length);
    uint64_t untilEnd = std::min(run, length - begin);
    function({base + begin, base + begin + untilEnd});
    if (untilEnd != run)
      function({base, base + run - untilEnd});
    return true;
  });
}

/// Whether an element of `pattern`, which is a ring, straddles its end.
static bool straddles(const AccessPattern &pattern) {
  uint64_t length = pattern.length, bytes = pattern.elementBytes;
  if (wrap(pattern.offset, length) + pattern.reach() <= length)
    return false;
  if (bytes > length)
    return true;
  // Positions modulo length are congruent to the offset modulo their common
  // divisor, so an element that fits there fits everywhere.
  uint64_t divisor = length;
  for (AccessPattern::Dim dim : pattern.dims)
    divisor = std::gcd(divisor, static_cast<uint64_t>(dim.stride));
  if (wrap(pattern.offset, divisor) + bytes <= divisor)
    return false;
  // What is left is odd enough to be looked at one by one, within reason.
  constexpr unsigned kMostPositions = 1 << 16;
  unsigned seen = 0;
  return !forEachPosition(pattern.dims, pattern.offset, [&](int64_t position) {
    return ++seen <= kMostPositions && wrap(position, length) + bytes <= length;
  });
}

Error lacuna::checkPattern(const AccessPattern &pattern, uint64_t memoryBytes) {
  std::optional<ByteRange> hull = pattern.hull();
  if (!hull)
    return makeError("operand '" + pattern.operand +
                     "' begins below address 0");
  if (hull->end > memoryBytes)
    return makeError(formatv("operand '{0}' reaches bytes {1} to {2}, but the "
                             "{3} memory has {4}",
                             pattern.operand, hull->begin, hull->end - 1,
                             toString(pattern.memory), memoryBytes)
                         .str());
  if (pattern.length && straddles(pattern))
    return makeError(
        formatv("operand '{0}': an element or run of {1} bytes straddles the "
                "end of its ring of {2} bytes",
                pattern.operand, pattern.elementBytes, pattern.length)
            .str());
  return Error::success();
}
