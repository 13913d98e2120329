// Files of weights: what is read, what is refused and where.
#include "lacuna/Support/WeightFile.h"

#include "llvm/Support/Endian.h"
#include "gmock/gmock.h"

using namespace lacuna;
using llvm::StringRef;
using testing::ElementsAre;
using testing::HasSubstr;

static llvm::Expected<WeightFile> parse(StringRef contents) {
  return WeightFile::parse(llvm::MemoryBuffer::getMemBufferCopy(contents, "w"));
}

static std::string errorOf(StringRef contents) {
  auto file = parse(contents);
  return file ? "no error" : toString(file.takeError());
}

static std::string number(uint64_t value, unsigned bytes) {
  std::string text;
  for (unsigned byte = 0; byte != bytes; ++byte)
    text += byte < 8 ? char(value >> (8 * byte)) : 0;
  return text;
}

static std::string safetensors(StringRef header, StringRef data) {
  return number(header.size(), 8) + header.str() + data.str();
}

/// A tensor of four i8 at these offsets.
static std::string entry(StringRef name, StringRef offsets) {
  return ("\"" + name +
          "\": {\"dtype\": \"I8\", \"shape\": [2, 2], \"data_offsets\": [" +
          offsets + "]}")
      .str();
}

TEST(WeightFile, FindsTensorsOfSafetensors) {
  std::string file =
      safetensors("{\"__metadata__\": {\"by\": \"hand\"}, " +
                      entry("a", "0, 4") + ", " + entry("b", "4, 8") + "}  ",
                  "abcdefgh");
  auto weights = parse(file);
  ASSERT_TRUE(static_cast<bool>(weights));
  const WeightFile::Tensor *b = weights->find("b");
  ASSERT_TRUE(b);
  EXPECT_EQ(b->type, NpyType::I8);
  EXPECT_THAT(b->shape, ElementsAre(2, 2));
  EXPECT_EQ(toStringRef(b->data), "efgh");
  EXPECT_FALSE(weights->find("__metadata__"));
  for (size_t bytes = 0; bytes != file.size(); ++bytes)
    EXPECT_NE(errorOf(StringRef(file).take_front(bytes)), "no error") << bytes;
}

TEST(WeightFile, RefusesSafetensorsThatLie) {
  auto error = [](const std::string &entries) {
    return errorOf(safetensors("{" + entries + "}", "abcdefgh"));
  };
  EXPECT_THAT(error(entry("a", "0, 9")), HasSubstr("lies outside the file's"));
  EXPECT_THAT(error(entry("a", "4, 0")), HasSubstr("lies outside the file's"));
  EXPECT_THAT(error(entry("a", "-4, 0")), HasSubstr("not negative"));
  EXPECT_THAT(error(entry("a", "0, 5")), HasSubstr("which its shape and"));
  EXPECT_THAT(error(entry("a", "0, 4") + "," + entry("b", "3, 7")),
              HasSubstr("overlap or leave gaps at byte 3 of the data"));
  EXPECT_THAT(error(entry("a", "4, 8")), HasSubstr("gaps at byte 0"));
  EXPECT_THAT(error(entry("a", "0, 4")), HasSubstr("belong to no tensor"));
  EXPECT_THAT(error("\"a\": 7"), HasSubstr("needs a dtype"));
  EXPECT_THAT(error("\"a\": {\"dtype\": \"I8\", \"shape\": [4294967296, "
                    "4294967296, 4294967296], \"data_offsets\": [0, 8]}"),
              HasSubstr("which its shape and dtype don't make"));
  EXPECT_THAT(error("\"a\": {\"dtype\": \"I7\", \"shape\": [8], "
                    "\"data_offsets\": [0, 8]}"),
              HasSubstr("dtype 'I7', which is not known"));
  EXPECT_THAT(error("\"a\": " + std::string(100000, '[')),
              HasSubstr("nesting"));
  EXPECT_THAT(errorOf(number(UINT64_MAX, 8) + "{}"), HasSubstr("neither"));
}

namespace {
/// A ZIP archive of stored .npy files.
struct Archive {
  std::string members, directory;
  unsigned count = 0;

  void add(StringRef name, const std::string &bytes) {
    uint64_t offset = members.size();
    std::string sizes = number(0, 4) + number(bytes.size(), 4) +
                        number(bytes.size(), 4) + number(name.size(), 2);
    members += "PK\x03\x04" + number(0, 10) + sizes + number(0, 2) +
               name.str() + bytes;
    directory += "PK\x01\x02" + number(0, 12) + sizes + number(0, 12) +
                 number(offset, 4) + name.str();
    ++count;
  }
  std::string finish() const {
    return members + directory + "PK\x05\x06" + number(0, 4) +
           number(count, 2) + number(count, 2) + number(directory.size(), 4) +
           number(members.size(), 4) + number(0, 2);
  }
};
} // namespace

static std::string fourBytes() {
  NpyArray array;
  array.shape = {4};
  array.data = {1, 2, 3, 4};
  return encodeNpy(array);
}

TEST(WeightFile, FindsTensorsOfNpz) {
  Archive archive;
  archive.add("a.npy", fourBytes());
  archive.add("b.npy", fourBytes());
  std::string file = archive.finish();
  auto weights = parse(file);
  ASSERT_TRUE(static_cast<bool>(weights)) << toString(weights.takeError());
  ASSERT_TRUE(weights->find("b"));
  EXPECT_THAT(weights->find("b")->data, ElementsAre(1, 2, 3, 4));
  for (size_t bytes = 0; bytes != file.size(); ++bytes)
    EXPECT_NE(errorOf(StringRef(file).take_front(bytes)), "no error") << bytes;
}

TEST(WeightFile, NoByteOfNpzIsTrusted) {
  Archive archive;
  archive.add("a.npy", fourBytes());
  std::string file = archive.finish();
  // Reads inside the file whatever a byte says; sanitizers see to it.
  for (char &byte : file)
    for (unsigned value : {0, 1, 127, 255}) {
      char kept = std::exchange(byte, char(value));
      llvm::consumeError(parse(file).takeError());
      byte = kept;
    }
}

TEST(WeightFile, FindsTensorsOfZip64) {
  // Where a 32-bit field says "see the extra field", that has 64 bits; another
  // extra field stands before it.
  Archive archive;
  archive.add("a.npy", fourBytes());
  std::string sizes = number(fourBytes().size(), 8);
  std::string extra = number(7, 2) + number(3, 2) + "abc" + number(1, 2) +
                      number(24, 2) + sizes + sizes + number(0, 8);
  archive.directory.replace(20, 8, number(UINT64_MAX, 8));
  archive.directory.replace(30, 2, number(extra.size(), 2));
  archive.directory.replace(42, 4, number(UINT32_MAX, 4));
  archive.directory += extra;
  auto weights = parse(archive.finish());
  ASSERT_TRUE(static_cast<bool>(weights)) << toString(weights.takeError());
  ASSERT_TRUE(weights->find("a"));
  EXPECT_THAT(weights->find("a")->data, ElementsAre(1, 2, 3, 4));

  Archive cut = archive;
  cut.directory.replace(30, 2, number(extra.size() - 4, 2));
  cut.directory.resize(cut.directory.size() - 4);
  EXPECT_THAT(errorOf(cut.finish()), HasSubstr("directory is damaged"));
  Archive bare = archive;
  bare.directory.replace(30, 2, number(0, 2));
  bare.directory.resize(bare.directory.size() - extra.size());
  EXPECT_THAT(errorOf(bare.finish()), HasSubstr("directory is damaged"));
  Archive huge = archive;
  huge.directory.replace(huge.directory.size() - 8, 8, number(UINT64_MAX, 8));
  EXPECT_THAT(errorOf(huge.finish()), HasSubstr("lies outside the archive"));
}

TEST(WeightFile, RefusesNpzThatLies) {
  Archive twice;
  twice.add("a.npy", fourBytes());
  twice.add("a.npy", fourBytes());
  EXPECT_THAT(errorOf(twice.finish()), HasSubstr("comes twice"));
  Archive noTensor;
  noTensor.add("a.npy", "text");
  EXPECT_THAT(errorOf(noTensor.finish()), HasSubstr("w(a.npy):byte 0"));
  Archive far;
  far.members.assign("PK\x03\x04");
  far.add("a.npy", fourBytes());
  far.directory.replace(42, 4, number(1u << 30, 4));
  EXPECT_THAT(errorOf(far.finish()), HasSubstr("lies outside the archive"));
}

TEST(WeightFile, ReadsWhatIsWritten) {
  std::vector<uint8_t> bytes = {1, 0, 2, 0, 3, 0, 255};
  llvm::ArrayRef<uint8_t> data(bytes);
  std::string file;
  llvm::raw_string_ostream os(file);
  writeSafetensors(os,
                   {{"b.weights", NpyType::I16, {3, 1}, data.take_front(6)},
                    {"a \"quoted\"", NpyType::I8, {}, data.drop_front(6)},
                    {"none", NpyType::F64, {0, 2}, {}}},
                   {{"format", "test"}, {"samples", "7"}});
  auto weights = parse(file);
  ASSERT_TRUE(static_cast<bool>(weights));
  EXPECT_THAT(weights->getNames(),
              ElementsAre("a \"quoted\"", "b.weights", "none"));
  EXPECT_EQ(weights->getMetadata("samples"), "7");
  EXPECT_EQ(weights->getMetadata("size"), "");
  const WeightFile::Tensor *b = weights->find("b.weights");
  ASSERT_TRUE(b);
  EXPECT_EQ(b->type, NpyType::I16);
  EXPECT_THAT(b->shape, ElementsAre(3, 1));
  EXPECT_EQ(b->data, data.take_front(6));
  EXPECT_THAT(weights->find("none")->shape, ElementsAre(0, 2));
  // The data begin at a multiple of 8.
  EXPECT_EQ((file.size() - bytes.size()) % 8, 0u);
}
