// How fast weights are entropy-coded, beside zstd at level 3 on the same bytes:
// Gaussian weights of a 3x3 convolution from 64 channels to 64, pruned by
// magnitude. Both take turns in one loop, and their processor times are
// compared, so that a busy host slows down both.
#include "../unit/Encoding/Weights.h"

#include "benchmark/benchmark.h"
#include <ctime>
#include <zstd.h>

using namespace lacuna;
using namespace lacuna::test;

namespace {

/// Processor time that calls take, in seconds.
class Stopwatch {
public:
  template <typename Work> void time(Work work) {
    double start = now();
    work();
    total += now() - start;
  }
  double getTotal() const { return total; }

private:
  static double now() {
    timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return double(time.tv_sec) + double(time.tv_nsec) * 1e-9;
  }

  double total = 0;
};

struct Subject {
  explicit Subject(const benchmark::State &state)
      : raw(makeConvolution(1, unsigned(state.range(0)))),
        units(cut(raw, convolutionUnitBytes)),
        compressed(ZSTD_compressBound(raw.size())) {
    format.kind = WeightEncoding::Entropy;
  }

  size_t compress() {
    return ZSTD_compressCCtx(compressor, compressed.data(), compressed.size(),
                             raw.data(), raw.size(), 3);
  }

  ~Subject() { ZSTD_freeCCtx(compressor); }

  Bytes raw;
  std::vector<llvm::ArrayRef<uint8_t>> units;
  Bytes compressed;
  StreamFormat format;
  ZSTD_CCtx *compressor = ZSTD_createCCtx();
};

} // namespace

static void report(benchmark::State &state, const Subject &subject,
                   const Stopwatch &ours, const Stopwatch &theirs) {
  double megabytes =
      double(subject.raw.size()) * 1e-6 * double(state.iterations());
  state.counters["lacuna_MB_s"] = megabytes / ours.getTotal();
  state.counters["zstd_MB_s"] = megabytes / theirs.getTotal();
  state.counters["ratio"] = theirs.getTotal() / ours.getTotal();
}

static void encode(benchmark::State &state) {
  Subject subject(state);
  Stopwatch ours, theirs;
  while (state.KeepRunning()) {
    ours.time([&] {
      benchmark::DoNotOptimize(
          llvm::cantFail(encodeWeights(subject.format, subject.units)));
    });
    theirs.time([&] { benchmark::DoNotOptimize(subject.compress()); });
  }
  report(state, subject, ours, theirs);
}

/// The table is read once, as for a layer that lies in several tiles it is.
static void decode(benchmark::State &state) {
  Subject subject(state);
  EncodedTensor tensor =
      llvm::cantFail(encodeWeights(subject.format, subject.units));
  size_t size = subject.compress();
  ZSTD_DCtx *decompressor = ZSTD_createDCtx();
  Bytes raw(subject.raw.size());
  Stopwatch ours, theirs;
  while (state.KeepRunning()) {
    ours.time([&] {
      UnitDecoder decoder =
          llvm::cantFail(UnitDecoder::create(subject.format, tensor.table));
      llvm::MutableArrayRef<uint8_t> rest(raw);
      for (size_t unit = 0; unit < subject.units.size(); ++unit) {
        size_t bytes = subject.units[unit].size();
        llvm::cantFail(decoder.decode(
            llvm::cantFail(getUnitStream(tensor.index, tensor.stream, unit)),
            rest.take_front(bytes)));
        rest = rest.drop_front(bytes);
      }
    });
    theirs.time([&] {
      benchmark::DoNotOptimize(
          ZSTD_decompressDCtx(decompressor, raw.data(), raw.size(),
                              subject.compressed.data(), size));
    });
  }
  ZSTD_freeDCtx(decompressor);
  report(state, subject, ours, theirs);
}

BENCHMARK(encode)->ArgName("pruned")->Arg(0)->Arg(50)->Arg(75)->Arg(90);
BENCHMARK(decode)->ArgName("pruned")->Arg(0)->Arg(50)->Arg(75)->Arg(90);
