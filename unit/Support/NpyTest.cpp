// Tensor files: what is read, what is refused and where.
#include "lacuna/Support/Npy.h"

#include "gmock/gmock.h"

using namespace lacuna;
using testing::ElementsAre;
using testing::HasSubstr;

/// A version 1.0 file with this dictionary and payload.
static std::string makeFile(llvm::StringRef header, llvm::StringRef payload) {
  std::string file("\x93NUMPY\x01\x00", 8);
  file += static_cast<char>(header.size() & 0xff);
  file += static_cast<char>(header.size() >> 8);
  return file + header.str() + payload.str();
}

static std::string makeHeader(llvm::StringRef type, llvm::StringRef shape,
                              llvm::StringRef fortran = "False") {
  return ("{'descr': '" + type + "', 'fortran_order': " + fortran +
          ", 'shape': " + shape + ", }\n")
      .str();
}

static std::string errorOf(llvm::StringRef file) {
  auto array = parseNpy(file, "x.npy");
  return array ? "no error" : toString(array.takeError());
}

TEST(Npy, RoundTripsEveryType) {
  for (unsigned number = 0; number <= static_cast<unsigned>(NpyType::V2);
       ++number) {
    NpyArray array;
    array.type = static_cast<NpyType>(number);
    array.shape = {2, 3};
    array.data.assign(6 * getByteSize(array.type), 1);
    auto parsed = parseNpy(encodeNpy(array), "x.npy");
    ASSERT_TRUE(static_cast<bool>(parsed));
    EXPECT_EQ(parsed->type, array.type);
    EXPECT_EQ(parsed->shape, array.shape);
    EXPECT_EQ(parsed->data, array.data);
    EXPECT_EQ(parsed->getElementCount(), 6u);
  }
}

TEST(Npy, HeaderIsNumpys) {
  NpyArray array{NpyType::I32, {2}, std::vector<uint8_t>(8)};
  std::string file = encodeNpy(array);
  EXPECT_EQ(file.size(), 128u + 8u);
  EXPECT_THAT(file, HasSubstr("{'descr': '<i4', 'fortran_order': False, "
                              "'shape': (2,), }"));
  array = {NpyType::Bool, {}, {1}};
  EXPECT_THAT(encodeNpy(array), HasSubstr("'|b1', 'fortran_order': False, "
                                          "'shape': (), }"));
  // What numpy.save writes for ml_dtypes.bfloat16.
  array = {NpyType::V2, {1}, {0x80, 0x3f}};
  EXPECT_THAT(encodeNpy(array), HasSubstr("'|V2', 'fortran_order': False, "
                                          "'shape': (1,), }"));
}

TEST(Npy, BitsOfNarrowFloatsAreBytesOrUnsigned) {
  EXPECT_EQ(getNpyType(ElementType::BF16), NpyType::V2);
  EXPECT_EQ(getNpyType(ElementType::FP8E5M2), NpyType::V1);
  EXPECT_TRUE(canReadAs(NpyType::V2, NpyType::V2));
  EXPECT_TRUE(canReadAs(NpyType::U16, NpyType::V2));
  EXPECT_TRUE(canReadAs(NpyType::U8, NpyType::V1));
  EXPECT_FALSE(canReadAs(NpyType::V2, NpyType::U16));
  EXPECT_FALSE(canReadAs(NpyType::U8, NpyType::V2));
  EXPECT_FALSE(canReadAs(NpyType::F16, NpyType::V2));
}

TEST(Npy, ReadsVersions2And3) {
  for (char version : {2, 3}) {
    std::string header = makeHeader("|u1", "(2,)");
    std::string file("\x93NUMPY", 6);
    file += {version, 0, static_cast<char>(header.size()), 0, 0, 0};
    file += header + "ab";
    auto array = parseNpy(file, "x.npy");
    ASSERT_TRUE(static_cast<bool>(array));
    EXPECT_THAT(array->data, ElementsAre('a', 'b'));
  }
}

TEST(Npy, ConvertsFortranOrder) {
  // [[1 2 3] [4 5 6]], first axis fastest.
  auto array = parseNpy(
      makeFile(makeHeader("|i1", "(2, 3)", "True"), "\x01\x04\x02\x05\x03\x06"),
      "x.npy");
  ASSERT_TRUE(static_cast<bool>(array));
  EXPECT_THAT(array->data, ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST(Npy, ReadsScalarsAndEmptyTensors) {
  auto scalar = parseNpy(makeFile(makeHeader("|i1", "()"), "a"), "x.npy");
  ASSERT_TRUE(static_cast<bool>(scalar));
  EXPECT_EQ(scalar->getElementCount(), 1u);
  auto empty = parseNpy(makeFile(makeHeader("<f4", "(0, 5)"), ""), "x.npy");
  ASSERT_TRUE(static_cast<bool>(empty));
  EXPECT_EQ(empty->getElementCount(), 0u);
}

TEST(Npy, RefusesWrongSizes) {
  EXPECT_THAT(errorOf(makeFile(makeHeader("<i2", "(2,)"), "abc")),
              HasSubstr("promises 4 bytes of elements, but the file holds 3"));
  EXPECT_THAT(errorOf(makeFile(makeHeader("|i1", "(2,)"), "abc")),
              HasSubstr("promises 2 bytes"));
  EXPECT_THAT(
      errorOf(makeFile(makeHeader("<f8", "(4294967296, 4294967296)"), "")),
      HasSubstr("overflows"));
  EXPECT_THAT(
      errorOf(makeFile(makeHeader("<f8", "(0, 4294967296, 4294967296)"), "")),
      HasSubstr("overflows"));
  EXPECT_THAT(
      errorOf(makeFile(makeHeader("|i1", "(99999999999999999999,)"), "")),
      HasSubstr("larger than 2^63 - 1"));
  EXPECT_THAT(errorOf(makeFile(makeHeader("|i1", "(-1,)"), "")),
              HasSubstr("negative"));
}

TEST(Npy, RefusesOtherTypes) {
  EXPECT_THAT(errorOf(makeFile(makeHeader(">i4", "(1,)"), "abcd")),
              HasSubstr("big-endian"));
  EXPECT_THAT(errorOf(makeFile(makeHeader("|O", "(1,)"), "")),
              HasSubstr("is not one of bool"));
  EXPECT_THAT(errorOf(makeFile(makeHeader("|i4", "(1,)"), "abcd")),
              HasSubstr("byte order"));
  EXPECT_THAT(errorOf(makeFile("{'descr': [('a', '<i4')], 'fortran_order': "
                               "False, 'shape': (1,), }",
                               "abcd")),
              HasSubstr("structured"));
  EXPECT_THAT(errorOf(makeFile(makeHeader("|b1", "(2,)"), "\x01\x02")),
              HasSubstr("neither 0 nor 1"));
}

TEST(Npy, RefusesDamagedHeaders) {
  EXPECT_THAT(errorOf("GIF89a"), HasSubstr("x.npy:byte 0: this is not a .npy"));
  EXPECT_THAT(errorOf("\x93NUMPY"), HasSubstr("ends within its header"));
  EXPECT_THAT(errorOf(makeFile(std::string(3000, '('), "")),
              HasSubstr("x.npy:byte 10: the header is not a Python dict"));
  EXPECT_THAT(errorOf(makeFile("{'shape': " + std::string(3000, '('), "")),
              HasSubstr("needs a number"));
  EXPECT_THAT(errorOf(makeFile("{'descr': '<i4', }", "")),
              HasSubstr("lacks 'fortran_order'"));
  EXPECT_THAT(errorOf(makeFile("{'color': '<i4', }", "")),
              HasSubstr("unknown key 'color'"));
  EXPECT_THAT(errorOf(makeFile("{'descr': '<i4', 'descr': '<i4', }", "")),
              HasSubstr("appears twice"));
  std::string file = makeFile(makeHeader("|i1", "(1,)"), "a");
  file[9] = '\x70';
  EXPECT_THAT(errorOf(file), HasSubstr("but the file ends before"));
  file[6] = 9;
  EXPECT_THAT(errorOf(file), HasSubstr("version 9.0 is not known"));
  std::string huge("\x93NUMPY\x02\x00\xff\xff\xff\xff", 12);
  EXPECT_THAT(errorOf(huge), HasSubstr("larger than the limit"));
}

TEST(Npy, EveryTruncationIsAnError) {
  std::string file = makeFile(makeHeader("<i2", "(2, 1)"), "abcd");
  for (size_t size = 0; size < file.size(); ++size)
    EXPECT_NE(errorOf(llvm::StringRef(file).take_front(size)), "no error");
  EXPECT_EQ(errorOf(file), "no error");
}

TEST(Npy, TypesOfTensors) {
  EXPECT_EQ(getNpyType(ElementType::I4), NpyType::I8);
  EXPECT_EQ(getNpyType(ElementType::U8), NpyType::U8);
  EXPECT_EQ(getNpyType(ElementType::I48), NpyType::I64);
  EXPECT_EQ(getNpyType(ElementType::I1), NpyType::Bool);
}
