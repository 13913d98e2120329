// Instructions and bytes are each other's inverse, and no bytes do harm.
#include "lacuna/Program/Encoding.h"

#include "RandomInstruction.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace lacuna;
using namespace llvm;

static SmallVector<uint8_t> encoded(const Instruction &instruction) {
  SmallVector<uint8_t> bytes;
  encode(instruction, bytes);
  return bytes;
}

static std::string refusal(ArrayRef<uint8_t> bytes) {
  Expected<std::vector<DecodedInstruction>> decoded = decodeText(bytes);
  return decoded ? "accepted" : toString(decoded.takeError());
}

TEST(Encoding, RandomInstructionsSurvive) {
  RandomInstruction random(1);
  for (int i = 0; i != 20000; ++i) {
    Instruction instruction = random();
    ASSERT_FALSE(errorToBool(checkFields(instruction)));
    SmallVector<uint8_t> bytes = encoded(instruction);
    Expected<DecodedInstruction> decoded = decode(bytes, 0);
    ASSERT_TRUE(bool(decoded)) << toString(decoded.takeError());
    EXPECT_EQ(decoded->size, bytes.size());
    EXPECT_EQ(decoded->instruction, instruction);
  }
}

TEST(Encoding, AcceptedBytesAreCanonical) {
  RandomInstruction random(2);
  unsigned accepted = 0;
  for (int i = 0; i != 200000; ++i) {
    // Damaged instructions come further than noise does.
    SmallVector<uint8_t> bytes = encoded(random());
    for (uint64_t damages = random.below(3) + 1; damages; --damages)
      bytes[random.below(bytes.size())] = random.below(256);
    Expected<DecodedInstruction> decoded = decode(bytes, 0);
    if (!decoded) {
      consumeError(decoded.takeError());
      continue;
    }
    ++accepted;
    bytes.truncate(decoded->size);
    EXPECT_EQ(encoded(decoded->instruction), bytes);
  }
  EXPECT_GT(accepted, 1000u);
}

TEST(Encoding, NoiseIsRefusedOrCanonical) {
  RandomInstruction random(3);
  for (int i = 0; i != 200000; ++i) {
    SmallVector<uint8_t> bytes(random.below(40));
    for (uint8_t &byte : bytes)
      byte = random.below(256);
    Expected<std::vector<DecodedInstruction>> decoded = decodeText(bytes);
    if (!decoded) {
      consumeError(decoded.takeError());
      continue;
    }
    SmallVector<uint8_t> again;
    for (const DecodedInstruction &one : *decoded)
      encode(one.instruction, again);
    EXPECT_EQ(again, bytes);
  }
}

TEST(Encoding, NumbersOfMoreThanTenBytesAreRefused) {
  // Masks of all fields, then numbers that never end, of zeros and of ones:
  // only the sanitizers see a shift that is too far.
  for (unsigned opcode = 0; opcode != 256; ++opcode)
    for (uint8_t digit : {0x80, 0xff})
      for (unsigned before = 0; before != 12; ++before) {
        SmallVector<uint8_t> bytes(before + 1, 0);
        bytes[0] = opcode;
        bytes.append(20, digit);
        Expected<DecodedInstruction> decoded = decode(bytes, 0);
        if (decoded)
          EXPECT_LE(decoded->size, before + 1);
        else
          consumeError(decoded.takeError());
      }
}

TEST(Encoding, IsTheDocumentedFormat) {
  // fill: opcode, mask (no optional field), pad base 5 x 4, run 3, value 255.
  Fill fill;
  fill.pad.base = 5;
  fill.run = 3;
  fill.value = 255;
  EXPECT_THAT(encoded(fill),
              testing::ElementsAre(0x12, 0x00, 20, 3, 0xff, 0x01));

  // A ring of 64 bytes at 5 with offset 1 - i1, an extent clipped to 7.
  fill.pad.length = 64;
  fill.pad.offset = Affine(1);
  fill.pad.offset.coefficients[1] = -1;
  Interval rows(4);
  rows.start.coefficients[0] = 4;
  rows.bound = 7;
  fill.dims = {rows};
  fill.padStrides = {16};
  EXPECT_THAT(encoded(fill),
              testing::ElementsAre(0x12, 0x03, 23, 64, 1, 2, 0x7f, 3, 0xff,
                                   0x01, 1, 9, 0, 1, 4, 7, 16));
}

TEST(Encoding, RefusesWhatIsNotCanonical) {
  EXPECT_THAT(refusal({0x7f}), testing::HasSubstr("opcode 0x7f"));
  EXPECT_THAT(refusal({0x01}), testing::HasSubstr("byte 1"));
  EXPECT_THAT(refusal({0x01, 0x82, 0x00}),
              testing::HasSubstr("longer than it needs"));
  EXPECT_THAT(refusal({0x01, 0x80}), testing::HasSubstr("cut off"));
  EXPECT_THAT(refusal({0x01, 0x00}), testing::HasSubstr("count: 0"));
  EXPECT_THAT(refusal({0x03, 0x02, 1, 0}), testing::HasSubstr("unknown bits"));
  EXPECT_THAT(refusal({0x03, 0x01, 1, 0, 1}), testing::HasSubstr("default"));
  EXPECT_THAT(refusal({0x03, 0x00, 9, 0}), testing::HasSubstr("number 9"));
  // fill with a ring that wraps at 0, an offset of 0, a whole extent written
  // as a clipped one, and seven extents.
  EXPECT_THAT(refusal({0x12, 0, 2, 0, 1, 1}),
              testing::HasSubstr("length of 0"));
  EXPECT_THAT(refusal({0x12, 0, 1, 0, 0, 1, 1}),
              testing::HasSubstr("offset that is 0"));
  EXPECT_THAT(refusal({0x12, 3, 0, 1, 1, 1, 9, 0, 0, 4, 1}),
              testing::HasSubstr("whole extent"));
  EXPECT_THAT(refusal({0x12, 3, 0, 1, 1, 7}), testing::HasSubstr("not 7"));
}

TEST(Encoding, EveryPrefixIsRefused) {
  RandomInstruction random(4);
  for (Opcode opcode : allOpcodes) {
    SmallVector<uint8_t> bytes = encoded(random.make(opcode));
    for (size_t size = 1; size != bytes.size(); ++size)
      EXPECT_NE(refusal(ArrayRef(bytes).take_front(size)), "accepted");
  }
}
