// Blocks of activations: bytes worked out by hand, round trips, and payloads
// that lie.
#include "lacuna/Encoding/BlockCodec.h"

#include "gtest/gtest.h"

#include <random>

using namespace lacuna;
using Bytes = std::vector<uint8_t>;

static BlockCodec makeCodec(ElementType type, int64_t zero) {
  return llvm::cantFail(BlockCodec::create(type, zero));
}
static Bytes compress(const BlockCodec &codec, const Bytes &raw) {
  Bytes payload;
  codec.compress(raw, payload);
  EXPECT_EQ(payload.size(), codec.getStoredBytes(raw));
  return payload;
}
static std::string expandError(const BlockCodec &codec, const Bytes &payload,
                               size_t size) {
  Bytes raw(size);
  return llvm::toString(codec.expand(payload, raw));
}

TEST(BlockCodec, BitmapThenValues) {
  BlockCodec codec = makeCodec(ElementType::I8, -128);
  Bytes raw(10, 0x80);
  raw[1] = 5;
  raw[9] = 0xff;
  EXPECT_EQ(compress(codec, raw), (Bytes{0x02, 0x02, 5, 0xff}));
}

TEST(BlockCodec, WiderElementsAreLittleEndian) {
  BlockCodec codec = makeCodec(ElementType::I16, 1);
  // The second element only looks like the zero.
  EXPECT_EQ(compress(codec, {1, 0, 1, 1, 1, 0}), (Bytes{0x02, 1, 1}));
}

TEST(BlockCodec, NoLongerThanTheBlock) {
  BlockCodec codec = makeCodec(ElementType::U8, 0);
  // A bitmap and seven values are eight bytes, as the block is.
  Bytes raw{1, 2, 3, 4, 5, 6, 7, 0};
  EXPECT_EQ(compress(codec, raw), raw);
  EXPECT_EQ(compress(codec, {0}), Bytes{0});
}

TEST(BlockCodec, RoundTrips) {
  std::mt19937 random(1);
  for (ElementType type : {ElementType::I8, ElementType::U8, ElementType::I16,
                           ElementType::U16, ElementType::I4}) {
    for (unsigned i = 0; i != 500; ++i) {
      unsigned bytes = getInfo(type).storageBits == 16 ? 2 : 1;
      int64_t zero = int64_t(random() % 100) - 50;
      BlockCodec codec = makeCodec(type, zero);
      Bytes raw((1 + random() % 70) * bytes);
      unsigned percent = random() % 101;
      for (size_t at = 0; at != raw.size(); at += bytes)
        for (unsigned byte = 0; byte != bytes; ++byte)
          raw[at + byte] =
              random() % 100 < percent ? zero >> (8 * byte) : random();
      Bytes payload = compress(codec, raw), again(raw.size());
      EXPECT_LE(payload.size(), raw.size());
      EXPECT_EQ(llvm::toString(codec.expand(payload, again)), "");
      EXPECT_EQ(again, raw);
    }
  }
}

TEST(BlockCodec, RefusesPayloadsThatLie) {
  BlockCodec codec = makeCodec(ElementType::I8, 3);
  EXPECT_EQ(expandError(codec, {}, 8), "it was never stored");
  EXPECT_EQ(expandError(codec, Bytes(9), 8),
            "its 9 bytes are more than the 8 that it stands for");
  auto says = [&](const Bytes &payload, size_t size, const char *what) {
    std::string error = expandError(codec, payload, size);
    EXPECT_NE(error.find(what), std::string::npos) << error;
  };
  says({0x03, 9}, 8, "its 2 bits that are set need 2");
  says({0x01, 9, 9}, 8, "its 1 bits that are set need 1");
  says({0x01, 3}, 8, "is zero, but the bitmap says otherwise");
  says({0x00, 0x80}, 12, "padding bits of the bitmap are not zero");
  says({0x00}, 12, "the bitmap of 12 elements is cut off");
}

TEST(BlockCodec, RefusesElementsThatHaveNoBlocks) {
  EXPECT_FALSE(
      llvm::errorToBool(BlockCodec::create(ElementType::FP16, 0).takeError()));
  for (auto [type, zero] :
       {std::pair(ElementType::I32, 0), std::pair(ElementType::I8, 256),
        std::pair(ElementType::I8, -129), std::pair(ElementType::BF16, 1)})
    EXPECT_TRUE(llvm::errorToBool(BlockCodec::create(type, zero).takeError()));
}
