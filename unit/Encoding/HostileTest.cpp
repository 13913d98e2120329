// Streams, tables and indices that no encoder made: each is refused with an
// error that says where and why, or decodes to something, and nothing else.
#include "Weights.h"

#include "gmock/gmock.h"

using namespace lacuna;
using namespace lacuna::test;
using testing::HasSubstr;
using testing::StartsWith;

static StreamFormat makeFormat(WeightEncoding kind, unsigned elementBits = 8) {
  StreamFormat format;
  format.kind = kind;
  format.elementBits = elementBits;
  format.nonzeros = 2;
  format.group = 4;
  return format;
}

/// The error of decoding a unit of `rawBytes`, or "".
static std::string decodeError(const StreamFormat &format, const Bytes &table,
                               const Bytes &stream, size_t rawBytes) {
  auto decoder = UnitDecoder::create(format, table);
  if (!decoder)
    return toString(decoder.takeError());
  Bytes raw(rawBytes);
  return toString(decoder->decode(stream, raw));
}

/// Index entries as bytes.
static Bytes makeIndex(std::initializer_list<uint32_t> offsets) {
  Bytes bytes;
  for (uint32_t offset : offsets)
    for (unsigned shift : {0, 8, 16, 24})
      bytes.push_back(static_cast<uint8_t>(offset >> shift));
  return bytes;
}

TEST(HostileIndex, IsRefused) {
  auto check = [](const Bytes &index, uint64_t units, uint64_t bytes) {
    return toString(checkIndex(index, units, bytes));
  };
  EXPECT_EQ(check(makeIndex({0, 3, 3, 7}), 3, 7), "");
  EXPECT_THAT(check(makeIndex({0, 3}), 2, 3), HasSubstr("2 units need"));
  EXPECT_THAT(check({0, 0, 0}, 0, 0), HasSubstr("it has 3 bytes"));
  EXPECT_THAT(check({}, ~uint64_t(0), 0), HasSubstr("it has 0 bytes"));
  EXPECT_THAT(check(makeIndex({1, 3}), 1, 3),
              StartsWith("index, byte 0: the first unit begins at 1"));
  EXPECT_THAT(check(makeIndex({0, 5, 4, 7}), 3, 7),
              StartsWith("index, byte 8: offset 4 is less"));
  EXPECT_THAT(check(makeIndex({0, 8, 8}), 2, 7),
              StartsWith("index, byte 4: offset 8 is beyond the end"));
  EXPECT_THAT(check(makeIndex({0, 3}), 1, 7),
              StartsWith("index, byte 4: offset 3 is not the end"));
}

TEST(HostileIndex, UnitIsNotFound) {
  Bytes stream(7);
  auto find = [&](const Bytes &index, uint64_t unit) {
    auto found = getUnitStream(index, stream, unit);
    return found ? std::to_string(found->size()) : toString(found.takeError());
  };
  EXPECT_EQ(find(makeIndex({0, 3, 7}), 1), "4");
  EXPECT_THAT(find(makeIndex({0, 3, 7}), 2), HasSubstr("too few for unit 2"));
  EXPECT_THAT(find(makeIndex({0, 3}), ~uint64_t(0)), HasSubstr("too few"));
  EXPECT_THAT(find({}, 0), HasSubstr("too few for unit 0"));
  EXPECT_THAT(find(makeIndex({3, 2}), 0), HasSubstr("offset 2 is less"));
  EXPECT_THAT(find(makeIndex({0, 8}), 0), HasSubstr("offset 8 is beyond"));
}

TEST(HostileStream, RandomDamageIsSurvived) {
  for (WeightEncoding kind :
       {WeightEncoding::Nm, WeightEncoding::Bitmap, WeightEncoding::ZeroRun,
        WeightEncoding::Entropy, WeightEncoding::Palette}) {
    Random random(static_cast<uint32_t>(kind));
    for (unsigned number = 0; number < 3000; ++number) {
      StreamFormat format = makeFormat(kind, 4u << random.below(3));
      Bytes raw(random.below(100) * 2);
      for (size_t i = 0; i < raw.size(); i += 4)
        raw[i] = random.below(8);
      llvm::ArrayRef<uint8_t> unit(raw);
      auto encoded = encodeWeights(format, unit);
      ASSERT_TRUE(bool(encoded)) << toString(encoded.takeError());
      for (Bytes *part : {&encoded->table, &encoded->stream})
        for (unsigned times = random.below(3); times; --times)
          if (unsigned what = random.below(4); what == 0)
            part->push_back(random.below(256));
          else if (what == 1 && !part->empty())
            part->pop_back();
          else if (!part->empty())
            (*part)[random.below(part->size())] ^= 1 << random.below(8);
      // Copies that end where the sanitizers watch.
      Bytes table(encoded->table), stream(encoded->stream);
      table.shrink_to_fit();
      stream.shrink_to_fit();
      decodeError(format, table, stream, raw.size());
    }
  }
}
