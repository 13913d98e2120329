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

TEST(HostileFormat, IsRefused) {
  auto check = [](auto change) {
    StreamFormat format = makeFormat(WeightEncoding::Nm);
    change(format);
    return toString(checkFormat(format));
  };
  EXPECT_EQ(check([](StreamFormat &) {}), "");
  EXPECT_THAT(check([](StreamFormat &f) { f.kind = WeightEncoding(5); }),
              HasSubstr("no encoding number 5"));
  EXPECT_THAT(check([](StreamFormat &f) { f.elementBits = 5; }),
              HasSubstr("elements of 5 bits"));
  EXPECT_THAT(check([](StreamFormat &f) { f.zero = 256; }),
              HasSubstr("the zero point 256"));
  EXPECT_THAT(check([](StreamFormat &f) { f.zero = -129; }),
              HasSubstr("the zero point -129"));
  EXPECT_THAT(check([](StreamFormat &f) { f.group = 257; }),
              HasSubstr("not 257"));
  EXPECT_THAT(check([](StreamFormat &f) { f.nonzeros = 4; }),
              HasSubstr("1 to 3 can be non-zero, not 4"));
  EXPECT_THAT(check([](StreamFormat &f) { f.nonzeros = 0; }),
              HasSubstr("not 0"));
  EXPECT_THAT(decodeError(makeFormat(WeightEncoding::Bitmap, 16), {}, {}, 3),
              HasSubstr("3 bytes end inside a 16-bit element"));
}

TEST(HostileNM, IsRefused) {
  StreamFormat format = makeFormat(WeightEncoding::Nm);
  auto decode = [&](const Bytes &stream, size_t rawBytes = 4) {
    return decodeError(format, {}, stream, rawBytes);
  };
  EXPECT_EQ(decode({5, 6, 0 | 3 << 2}), "");
  EXPECT_THAT(decode({5, 6}), HasSubstr("take 3 bytes, not 2"));
  EXPECT_THAT(decode({5, 6, 12, 0}), StartsWith("unit, byte 3: 2 values"));
  EXPECT_THAT(decode({5, 6, 3 | 0 << 2}),
              StartsWith("unit, byte 2, bit 2: position 0 is not greater"));
  EXPECT_THAT(decode({5, 6, 1 | 1 << 2}), HasSubstr("position 1 is not"));
  EXPECT_THAT(decode({5, 6, 0 | 2 << 2}, 2),
              StartsWith("unit, byte 2, bit 2: position 2 of a non-zero is "
                         "beyond the end of the row"));
  EXPECT_THAT(decode({0, 6, 1 | 3 << 2}),
              StartsWith("unit, byte 2, bit 0: position 1 of a zero is not"));
  EXPECT_THAT(decode({5, 6, 0 | 3 << 2 | 1 << 4}),
              StartsWith("unit, byte 2, bit 4: padding bits"));
  EXPECT_THAT(decodeError(format, {1}, {}, 0), StartsWith("table, byte 0"));
  format.group = 3;
  EXPECT_THAT(
      decode({5, 6, 0 | 3 << 2}, 3),
      StartsWith("unit, byte 2, bit 2: position 3 is beyond the group"));
  format = makeFormat(WeightEncoding::Nm, 4);
  format.nonzeros = 1;
  EXPECT_EQ(decode({5, 2}, 2), "");
  EXPECT_THAT(decode({0x15, 2}, 2), StartsWith("unit, byte 0, bit 4: padding"));
}

TEST(HostileBitmap, IsRefused) {
  StreamFormat format = makeFormat(WeightEncoding::Bitmap);
  auto decode = [&](const Bytes &stream, size_t rawBytes = 3) {
    return decodeError(format, {}, stream, rawBytes);
  };
  EXPECT_EQ(decode({5, 7, 8}), "");
  EXPECT_THAT(decode({}), StartsWith("unit, byte 0: the bitmap of 3 elements"));
  EXPECT_THAT(decode({7, 7, 8}),
              StartsWith("unit, byte 1: 2 bytes of values follow the bitmap, "
                         "but its 3 bits that are set need 3"));
  EXPECT_THAT(decode({1, 7, 8}), HasSubstr("1 bits that are set need 1"));
  EXPECT_THAT(decode({5 | 8, 7, 8, 9}), StartsWith("unit, byte 0, bit 3: pad"));
  EXPECT_THAT(
      decode({5, 7, 0}),
      StartsWith("unit, byte 2, bit 0: the value of element 2 is zero"));
  EXPECT_THAT(decodeError(format, {0}, {}, 0), StartsWith("table, byte 0"));
  format.elementBits = 4;
  EXPECT_EQ(decode({5 | 8, 0x76, 5}, 2), "");
  EXPECT_THAT(decode({5 | 8, 0x76, 0x15}, 2),
              StartsWith("unit, byte 2, bit 4: padding bits"));
}

TEST(HostileZeroRun, IsRefused) {
  StreamFormat format = makeFormat(WeightEncoding::ZeroRun);
  auto decode = [&](const Bytes &stream, size_t rawBytes, uint8_t bits = 3) {
    return decodeError(format, {bits}, stream, rawBytes);
  };
  EXPECT_EQ(decode({2 | 9 << 3, 0}, 3), "");
  EXPECT_THAT(decodeError(format, {}, {}, 0), HasSubstr("1 byte, not 0"));
  EXPECT_THAT(decodeError(format, {3, 0}, {}, 0), HasSubstr("1 byte, not 2"));
  EXPECT_THAT(decode({}, 0, 0), HasSubstr("1 to 8 bits, not 0"));
  EXPECT_THAT(decode({}, 0, 9), HasSubstr("1 to 8 bits, not 9"));
  EXPECT_THAT(decode({5}, 2), StartsWith("unit, byte 0, bit 0: 5 zeros from "
                                         "element 0 leave the unit of 2"));
  EXPECT_THAT(decode({255}, 2, 8), HasSubstr("255 zeros from element 0"));
  EXPECT_THAT(decode({255}, 300, 8),
              StartsWith("unit, byte 1, bit 0: the run of zeros at element "
                         "255 is cut off: only 0 bits are left"));
  EXPECT_THAT(decode({2}, 4), StartsWith("unit, byte 0, bit 3: the value of "
                                         "element 2 is cut off: only 5"));
  EXPECT_THAT(
      decode({0, 0}, 1),
      StartsWith("unit, byte 0, bit 3: the value of element 0 is zero"));
  EXPECT_THAT(decode({1, 0}, 1), StartsWith("unit, byte 1: 1 bytes follow"));
  EXPECT_THAT(decode({1 | 8}, 1), StartsWith("unit, byte 0, bit 3: padding"));
}

TEST(HostilePalette, IsRefused) {
  StreamFormat format = makeFormat(WeightEncoding::Palette);
  auto decode = [&](const Bytes &table, const Bytes &stream, size_t rawBytes) {
    return decodeError(format, table, stream, rawBytes);
  };
  EXPECT_EQ(decode({1, 3, 9}, {2}, 2), "");
  EXPECT_THAT(decode({}, {}, 0), HasSubstr("is not empty"));
  EXPECT_THAT(decode({16}, {}, 0), HasSubstr("at most 16 values, not 17"));
  EXPECT_THAT(decode({255}, {}, 0), HasSubstr("not 256"));
  EXPECT_THAT(decode({1, 3}, {}, 0), HasSubstr("2 values take 2 bytes, not 1"));
  EXPECT_THAT(decode({1, 9, 3}, {}, 0),
              StartsWith("table, byte 2, bit 0: value 3 is not greater"));
  EXPECT_THAT(decode({1, 3, 3}, {}, 0), HasSubstr("value 3 is not greater"));
  EXPECT_THAT(decode({2, 1, 2, 3}, {2 | 3 << 2}, 2),
              StartsWith("unit, byte 0, bit 2: element 1 is number 3 of a "
                         "palette of 3 values"));
  EXPECT_THAT(decode({1, 3, 9}, {}, 2), HasSubstr("take 1 bytes, not 0"));
  EXPECT_THAT(decode({1, 3, 9}, {0, 0}, 2), HasSubstr("take 1 bytes, not 2"));
  EXPECT_THAT(decode({1, 3, 9}, {4}, 2),
              StartsWith("unit, byte 0, bit 2: pad"));
  format.elementBits = 4;
  EXPECT_THAT(decode({0, 0x15}, {}, 0),
              StartsWith("table, byte 1, bit 4: pad"));
}

TEST(HostileEntropy, TableIsRefused) {
  StreamFormat format = makeFormat(WeightEncoding::Entropy);
  auto decode = [&](const Bytes &table) {
    return decodeError(format, table, {}, 0);
  };
  // Five bits of state; the tree is one bin.
  EXPECT_EQ(decode({0, 0}), "");
  EXPECT_THAT(decode({}), StartsWith("table, byte 0, bit 0: the head"));
  EXPECT_THAT(decode({0}), StartsWith("table, byte 1, bit 0: the tree of bins "
                                      "is cut off: only 0 bits are left"));
  EXPECT_THAT(decode({0, 0, 0}), StartsWith("table, byte 2: 1 bytes follow"));
  EXPECT_THAT(decode({0, 2}), StartsWith("table, byte 1, bit 1: padding bits"));
  // Lower halves of masses 4 and 1, which is divided again.
  EXPECT_THAT(decode({0, 0x91, 0}),
              StartsWith("table, byte 2, bit 1: a mass of 1 is divided"));
  // An exact share of 32 of 32.
  EXPECT_THAT(decode({0xf0, 0x7d}), HasSubstr("a mass of 32 is divided beyond "
                                              "its end, 32"));
  // A lower half that ends after the first bit of its node.
  EXPECT_THAT(decode({0xf0, 0x81}), HasSubstr("the tree of bins is cut off"));
}

TEST(HostileEntropy, StreamIsRefused) {
  StreamFormat format = makeFormat(WeightEncoding::Entropy);
  // Each element takes 8 bits after two states of 5.
  auto decode = [&](const Bytes &stream, size_t rawBytes) {
    return decodeError(format, {0, 0}, stream, rawBytes);
  };
  EXPECT_EQ(decode({}, 0), "");
  EXPECT_EQ(decode({0, 0, 0, 3}, 2), "");
  EXPECT_THAT(decode({0}, 0), StartsWith("unit, byte 0: 1 bytes follow"));
  EXPECT_THAT(decode({}, 1), StartsWith("unit, byte 0, bit 0: state 0 is cut"));
  EXPECT_THAT(decode({0}, 2),
              StartsWith("unit, byte 0, bit 5: state 1 is cut"));
  EXPECT_THAT(decode({0, 0, 0}, 2),
              StartsWith("unit, byte 2, bit 2: element 1 is cut off: only 6"));
  EXPECT_THAT(decode({0, 0, 0, 4}, 2), StartsWith("unit, byte 3, bit 2: pad"));
  EXPECT_THAT(decode({0, 0, 0, 0, 0}, 2), StartsWith("unit, byte 4: 1 bytes"));
  Bytes longStream(100);
  EXPECT_THAT(decode(longStream, 200), HasSubstr("element 98 is cut off"));
  EXPECT_THAT(decode(longStream, 50), StartsWith("unit, byte 52: 48 bytes"));
}

TEST(HostileStream, RandomDamageIsSurvived) {
  for (WeightEncoding kind :
       {WeightEncoding::Nm, WeightEncoding::Bitmap, WeightEncoding::ZeroRun,
        WeightEncoding::Entropy, WeightEncoding::Palette}) {
    Random random(static_cast<uint32_t>(kind));
    for (unsigned number = 0; number < 1000; ++number) {
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
