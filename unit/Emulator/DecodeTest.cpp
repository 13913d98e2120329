// decode against the bytes that were encoded, and against programs that lie.
#include "Naive.h"

#include "lacuna/Encoding/WeightEncoding.h"
#include "lacuna/Machine/Cost.h"
#include "lacuna/Program/WeightUnits.h"

#include "llvm/Support/FormatVariadic.h"

using namespace lacuna;
using namespace lacuna::naive;
using llvm::ArrayRef;

namespace {
constexpr uint64_t kHeader = 1024;
constexpr uint64_t kStreams = 64;

/// Five rows of two taps of four i8, in units of two rows; their header lies in
/// the scratchpad, their streams off-chip.
class DecodeTest : public ::testing::Test {
protected:
  DecodeTest() : machine(makeMachine()) {
    machine.decoder = {2, 4, 4, 4, 2, 4};
    for (int i = 0; i != 40; ++i)
      raw.push_back(i % 3 ? 0 : uint8_t(i));
    std::vector<ArrayRef<uint8_t>> units;
    for (size_t row = 0; row < 5; row += 2)
      units.push_back(ArrayRef(raw).slice(row * 8, row == 4 ? 8 : 16));
    StreamFormat format;
    format.kind = WeightEncoding::Bitmap;
    encoded = llvm::cantFail(encodeWeights(format, units));

    Region text, constants;
    text.size = 1;
    text.bytes = {0};
    constants = {RegionKind::Constants, ".constants", kStreams,
                 encoded.stream.size(), encoded.stream};
    program.regions = {text, constants};
    memory.emplace(llvm::cantFail(Memory::create(program, machine)));
    llvm::copy(encoded.index, memory->scratchpad() + kHeader);

    decode.dram.address = Affine(kStreams);
    decode.streamBytes = encoded.stream.size();
    decode.run = 4;
    decode.dims = {Interval(5), Interval(2)};
    decode.padStrides = {10, 5};
    decode.header.base = kHeader;
    decode.units = Interval(3);
    decode.unitRows = 2;
    decode.encoding = WeightEncoding::Bitmap;
    decode.type = ElementType::I8;
  }

  std::string run() { return llvm::toString(execute(decode, *memory)); }
  uint8_t *index(unsigned entry) {
    return memory->scratchpad() + kHeader + 4 * entry;
  }

  Machine machine;
  std::vector<uint8_t> raw;
  EncodedTensor encoded;
  Program program;
  std::optional<Memory> memory;
  Decode decode;
};
} // namespace

TEST_F(DecodeTest, WritesRowsWhereStridesSay) {
  EXPECT_EQ(run(), "");
  for (int row = 0; row != 5; ++row)
    for (int tap = 0; tap != 2; ++tap)
      for (int i = 0; i != 4; ++i)
        EXPECT_EQ(memory->scratchpad()[row * 10 + tap * 5 + i],
                  raw[row * 8 + tap * 4 + i]);
}

TEST_F(DecodeTest, TakesTheUnitsOfATile) {
  // The last unit, which has one row, in absolute coordinates: row 4.
  decode.dims[0].start = Affine(4);
  decode.dims[0].size = 1;
  decode.units.start = Affine(2);
  decode.units.size = 1;
  EXPECT_EQ(run(), "");
  for (int i = 0; i != 4; ++i)
    EXPECT_EQ(memory->scratchpad()[40 + i], raw[32 + i]);
  EXPECT_EQ(memory->scratchpad()[0], 0); // nothing else came
}

TEST_F(DecodeTest, TakesNewBytesEachTime) {
  EXPECT_EQ(run(), "");
  // Other streams under the same index: what was kept must not be used.
  // Memory reads constants where the program has them.
  program.regions[1].bytes[2] ^= 1; // the first value, of byte 3
  EXPECT_EQ(run(), "");
  EXPECT_EQ(memory->scratchpad()[3], raw[3] ^ 1);
}

TEST_F(DecodeTest, RefusesAnIndexThatDescends) {
  index(1)[0] = 0;
  index(2)[0] = 0;
  index(1)[1] = 1; // 256
  EXPECT_EQ(run(),
            llvm::formatv("the stream of unit 0 is said to lie from 0 to "
                          "256 of {0} bytes",
                          decode.streamBytes)
                .str());
}

TEST_F(DecodeTest, RefusesOtherUnitsThanItsRowsTake) {
  decode.units.size = 2;
  EXPECT_EQ(run(), "5 rows take 3 units from 0 on; `units` has 2");
  decode.units = Interval(3);
  decode.units.start = Affine(1);
  decode.units.size = 2;
  decode.dims[0].size = 5;
  EXPECT_EQ(run(), "5 rows take 3 units from 1 on; `units` has 2");
}

TEST_F(DecodeTest, RefusesStreamsAndHeadersOutsideTheirMemories) {
  decode.dram.address = Affine(1 << 18);
  EXPECT_NE(run().find("are in no section"), std::string::npos);
  decode.dram.address = Affine(kStreams);
  decode.header.base = padBytes - 4;
  EXPECT_NE(run().find("leaves the scratchpad"), std::string::npos);
  decode.header.base = kHeader;
  decode.run = uint64_t(1) << 40;
  EXPECT_NE(run().find("more bytes than the scratchpad"), std::string::npos);
}

TEST_F(DecodeTest, RefusesAStreamThatIsNotItsUnit) {
  index(1)[0] -= 1; // one byte less
  EXPECT_NE(run().find("unit 0: "), std::string::npos);
}

TEST_F(DecodeTest, CostIsThatOfItsStreams) {
  KnownBytes known;
  known.scratchpad = ArrayRef(memory->scratchpad(), padBytes);
  decode.dims[0].start = Affine(2);
  decode.dims[0].size = 2;
  decode.units.start = Affine(1);
  decode.units.size = 1;
  Cost cost = getCost(decode, machine, &known);
  uint64_t begin = encoded.index[4], end = encoded.index[8];
  EXPECT_EQ(cost.dramRead, end - begin);
  EXPECT_EQ(cost.decodedBytes, 16u);
  EXPECT_EQ(cost.getWritten(OnChipMemory::Scratchpad), 16u);
  EXPECT_EQ(cost.getRead(OnChipMemory::Scratchpad), 8u);
  // Sixteen elements at four a cycle; or two bursts of 32 bytes at 8 a cycle.
  EXPECT_EQ(cost.cycles, std::max<uint64_t>(4, cost.dramBurst / 8));

  // Where the index is not known, all streams are taken to come.
  llvm::BitVector unknown(padBytes);
  unknown.set(kHeader + 5);
  known.unknown = &unknown;
  EXPECT_EQ(getCost(decode, machine, &known).dramRead, decode.streamBytes);
  EXPECT_EQ(getCost(decode, machine).dramRead, decode.streamBytes);
}

TEST_F(DecodeTest, TakesTurnsWithFewStreams) {
  // Three units in turns of two, eight elements a row: 2 x 16 / 2 cycles, and a
  // cycle for each byte of the table.
  machine.decoder = {2, 4, 2, 4, 2, 4};
  machine.dram.bytesPerCycle = 4096;
  decode.tableBytes = 7;
  EXPECT_EQ(getCost(decode, machine).cycles, 7 + 2 * 8u);
}
