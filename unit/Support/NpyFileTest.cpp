// Tensor files read in parts: what memory holds, and files that change.
#include "lacuna/Support/NpyFile.h"
#include "lacuna/Support/TensorArguments.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "gmock/gmock.h"

using namespace lacuna;
using testing::ElementsAre;
using testing::HasSubstr;
namespace fs = llvm::sys::fs;

namespace {

class NpyFiles : public testing::Test {
protected:
  void SetUp() override {
    ASSERT_FALSE(fs::createUniqueDirectory("lacuna-npy", directory));
    path = (directory + "/x.npy").str();
  }
  void TearDown() override { fs::remove_directories(directory); }

  void write(llvm::StringRef contents) {
    ASSERT_EQ(toString(writeFile(path, contents)), "");
  }
  void write(const NpyArray &array) { write(encodeNpy(array)); }

  llvm::SmallString<128> directory;
  std::string path;
};

const NpyArray threePairs = {NpyType::I8, {3, 2}, {1, 2, 3, 4, 5, 6}};

} // namespace

TEST_F(NpyFiles, ReadsAnyPart) {
  write(threePairs);
  auto file = NpyFile::open(path);
  ASSERT_TRUE(bool(file));
  EXPECT_THAT(file->getShape(), ElementsAre(3, 2));
  auto last = file->read(4, {2});
  ASSERT_TRUE(bool(last));
  EXPECT_THAT(last->data, ElementsAre(5, 6));
  auto second = file->read(2, {2});
  ASSERT_TRUE(bool(second));
  EXPECT_THAT(second->data, ElementsAre(3, 4));
}

TEST_F(NpyFiles, FortranOrderIsTurned) {
  std::string contents = encodeNpy(threePairs);
  contents.replace(contents.find("False"), 5, "True,");
  contents.replace(contents.find("True,,"), 6, "True, ");
  write(contents);
  auto file = NpyFile::open(path);
  ASSERT_TRUE(bool(file)) << toString(file.takeError());
  auto first = file->read(0, {2});
  ASSERT_TRUE(bool(first));
  EXPECT_THAT(first->data, ElementsAre(1, 4));
}

TEST_F(NpyFiles, HeaderThatPromisesMore) {
  std::string contents = encodeNpy(threePairs);
  contents.pop_back();
  write(contents);
  auto file = NpyFile::open(path);
  ASSERT_FALSE(bool(file));
  EXPECT_THAT(toString(file.takeError()),
              HasSubstr("x.npy:byte 128: the header promises 6 bytes of "
                        "elements, but the file holds 5"));
}

TEST_F(NpyFiles, NoneThere) {
  auto file = NpyFile::open(path);
  ASSERT_FALSE(bool(file));
  EXPECT_THAT(toString(file.takeError()), HasSubstr("can't read this file"));
}

TEST_F(NpyFiles, HeaderCutOff) {
  write(llvm::StringRef(encodeNpy(threePairs)).take_front(60));
  auto file = NpyFile::open(path);
  ASSERT_FALSE(bool(file));
  EXPECT_THAT(toString(file.takeError()), HasSubstr("the file ends before"));
}

TEST_F(NpyFiles, FileThatShrinksWhileItIsRead) {
  write(threePairs);
  auto file = NpyFile::open(path);
  ASSERT_TRUE(bool(file));
  int descriptor;
  ASSERT_FALSE(fs::openFileForWrite(path, descriptor, fs::CD_OpenExisting));
  ASSERT_FALSE(fs::resize_file(descriptor, 131));
  ASSERT_FALSE(fs::closeFile(descriptor));
  auto first = file->read(0, {2});
  EXPECT_TRUE(bool(first));
  auto second = file->read(2, {2});
  ASSERT_FALSE(bool(second));
  EXPECT_THAT(toString(second.takeError()),
              HasSubstr("x.npy:byte 131: the file ends here; it had 134 bytes "
                        "when it was opened"));
}

TEST_F(NpyFiles, BoolsAreLookedAtAsTheyCome) {
  write(NpyArray{NpyType::Bool, {2, 1}, {1, 2}});
  auto file = NpyFile::open(path);
  ASSERT_TRUE(bool(file));
  EXPECT_TRUE(bool(file->read(0, {1})));
  auto second = file->read(1, {1});
  ASSERT_FALSE(bool(second));
  EXPECT_THAT(toString(second.takeError()),
              HasSubstr("byte 129: this bool is neither 0 nor 1"));
}

TEST_F(NpyFiles, SamplesOfAnInput) {
  write(NpyArray{NpyType::I8, {2, 2}, {1, 2, 3, 9}});
  Port port = {"x", ElementType::I4, {2}};
  auto inputs = readInputs({path}, {port}, /*each=*/true);
  ASSERT_TRUE(bool(inputs));
  EXPECT_EQ(inputs->samples, 2u);
  auto first = inputs->readSample(0);
  ASSERT_TRUE(bool(first));
  EXPECT_THAT(first->front().data, ElementsAre(1, 2));
  auto second = inputs->readSample(1);
  ASSERT_FALSE(bool(second));
  EXPECT_THAT(toString(second.takeError()),
              HasSubstr("holds 9, which i4 can't"));
}

TEST_F(NpyFiles, OutputsInTheOrderOfSamples) {
  auto opened = openOutputs({path}, {});
  ASSERT_TRUE(bool(opened));
  std::vector<std::optional<OutputFile>> files = std::move(*opened);
  SampleWriter writer(Port{"y", ElementType::I8, {2}}, /*samples=*/3,
                      /*each=*/true, files);
  writer.add(2, {{5, 6}});
  writer.add(0, {{1, 2}});
  writer.add(1, {{3, 4}});
  ASSERT_EQ(toString(commitOutputs(files)), "");
  auto array = readNpy(path);
  ASSERT_TRUE(bool(array));
  EXPECT_EQ(array->data, threePairs.data);
  EXPECT_EQ(array->shape, threePairs.shape);
}
