// Ranges in a statistics file: a summary of six doubles (count, minimum,
// maximum, sum, sum of squares, limit) and, unless all is zero, a histogram.
#include "RangeTensors.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <cstring>

using namespace lacuna;
using llvm::StringRef;

static constexpr llvm::StringLiteral summarySuffix = ".summary";
static constexpr llvm::StringLiteral histogramSuffix = ".histogram";

template <typename Value>
static llvm::ArrayRef<uint8_t> bytesOf(llvm::ArrayRef<Value> values) {
  return {reinterpret_cast<const uint8_t *>(values.data()),
          values.size() * sizeof(Value)};
}

void RangeTensors::append(const llvm::StringMap<RangeStatistics> &ranges,
                          StringRef suffix, std::vector<NamedTensor> &tensors) {
  std::vector<StringRef> names;
  for (const auto &entry : ranges)
    names.push_back(entry.getKey());
  llvm::sort(names);
  for (StringRef name : names) {
    const RangeStatistics &range = ranges.find(name)->second;
    summaries.push_back({double(range.count), range.minimum, range.maximum,
                         range.sum, range.squares, range.limit});
    tensors.push_back({(name + suffix + summarySuffix).str(),
                       NpyType::F64,
                       {6},
                       bytesOf<double>(summaries.back())});
    if (!range.histogram.empty())
      tensors.push_back({(name + suffix + histogramSuffix).str(),
                         NpyType::I64,
                         {RangeStatistics::bins},
                         bytesOf<int64_t>(range.histogram)});
  }
}

/// Whether such a statistic could have come of numbers.
static bool isPossible(const RangeStatistics &range, double count) {
  if (!(count >= 1 && count < 0x1p62) || !(range.minimum <= range.maximum) ||
      !(range.squares >= 0) || !std::isfinite(range.minimum) ||
      !std::isfinite(range.maximum) || !std::isfinite(range.sum) ||
      !std::isfinite(range.squares))
    return false;
  if (range.histogram.empty())
    return range.limit == 0;
  int exponent = 0;
  return range.limit > 0 && std::isfinite(range.limit) &&
         std::frexp(range.limit, &exponent) == 0.5 &&
         range.maximum < range.limit && range.minimum > -range.limit &&
         llvm::all_of(range.histogram, [](int64_t bin) { return bin >= 0; });
}

llvm::Error lacuna::readRanges(const WeightFile &file, StringRef path,
                               StringRef suffix,
                               llvm::StringMap<RangeStatistics> &ranges) {
  std::string ending = (suffix + summarySuffix).str();
  for (StringRef name : file.getNames()) {
    const WeightFile::Tensor &summary = *file.find(name);
    if (!name.consume_back(ending))
      continue;
    auto fail = [&](const llvm::Twine &message) {
      return makeError(SourceLocation::inFile(path),
                       "the range of '" + name + "' " + message);
    };
    if (summary.type != NpyType::F64 ||
        summary.shape != std::vector<int64_t>{6})
      return fail("has a summary other than six doubles");
    std::array<double, 6> values;
    std::memcpy(values.data(), summary.data.data(), sizeof values);
    RangeStatistics &range = ranges[name];
    range.minimum = values[1];
    range.maximum = values[2];
    range.sum = values[3];
    range.squares = values[4];
    range.limit = values[5];
    std::string key = (name + suffix + histogramSuffix).str();
    if (const WeightFile::Tensor *histogram = file.find(key)) {
      if (histogram->type != NpyType::I64 ||
          histogram->shape != std::vector<int64_t>{RangeStatistics::bins})
        return fail("has a histogram of other than 4096 counts");
      range.histogram.resize(RangeStatistics::bins);
      std::memcpy(range.histogram.data(), histogram->data.data(),
                  histogram->data.size());
    }
    if (!isPossible(range, values[0]))
      return fail("holds values that no samples give");
    range.count = uint64_t(values[0]);
  }
  return llvm::Error::success();
}
