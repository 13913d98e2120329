// Reading with limits, writing whole or not at all, hashing.
#include "lacuna/Support/Hash.h"
#include "lacuna/Support/InputFile.h"
#include "lacuna/Support/OutputFile.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "gmock/gmock.h"

using namespace lacuna;
using testing::HasSubstr;
namespace fs = llvm::sys::fs;

namespace {

class Files : public testing::Test {
protected:
  void SetUp() override {
    ASSERT_FALSE(fs::createUniqueDirectory("lacuna-files", directory));
  }
  void TearDown() override { fs::remove_directories(directory); }

  std::string path(llvm::StringRef name) const {
    llvm::SmallString<128> result(directory);
    llvm::sys::path::append(result, name);
    return result.str().str();
  }
  static std::string contents(llvm::StringRef path) {
    auto file = readInputFile(path, maxTextBytes);
    return file ? (*file)->getBuffer().str() : toString(file.takeError());
  }
  unsigned countFiles() const {
    std::error_code error;
    unsigned count = 0;
    for (fs::directory_iterator file(directory, error), end; file != end;
         file.increment(error))
      ++count;
    return count;
  }

  llvm::SmallString<128> directory;
};

} // namespace

TEST_F(Files, WritesAndReplaces) {
  EXPECT_EQ(toString(writeFile(path("a"), "one")), "");
  EXPECT_EQ(toString(writeFile(path("a"), "two")), "");
  EXPECT_EQ(contents(path("a")), "two");
  EXPECT_EQ(countFiles(), 1u);
}

TEST_F(Files, LeavesNothingWithoutCommit) {
  ASSERT_EQ(toString(writeFile(path("a"), "one")), "");
  {
    auto file = OutputFile::create(path("a"));
    ASSERT_TRUE(static_cast<bool>(file));
    file->os() << "two";
  }
  EXPECT_EQ(contents(path("a")), "one");
  EXPECT_EQ(countFiles(), 1u);
}

TEST_F(Files, PercentSignsInNamesAreLetters) {
  EXPECT_EQ(toString(writeFile(path("100%%"), "one")), "");
  EXPECT_EQ(contents(path("100%%")), "one");
}

TEST_F(Files, FollowsLinks) {
  ASSERT_EQ(toString(writeFile(path("target"), "one")), "");
  ASSERT_FALSE(fs::create_link(path("target"), path("link")));
  EXPECT_EQ(toString(writeFile(path("link"), "two")), "");
  EXPECT_EQ(contents(path("target")), "two");
}

TEST_F(Files, RefusesInputsDirectoriesAndMissingFolders) {
  ASSERT_EQ(toString(writeFile(path("in"), "one")), "");
  EXPECT_THAT(toString(writeFile(path("./in"), "two", {path("in")})),
              HasSubstr("it is an input"));
  EXPECT_EQ(contents(path("in")), "one");
  EXPECT_THAT(toString(writeFile(directory, "x")),
              HasSubstr("it is a directory"));
  EXPECT_THAT(toString(writeFile(path("none/x"), "x")),
              HasSubstr("No such file or directory"));
  EXPECT_THAT(toString(writeFile("", "x")), HasSubstr("needs a name"));
}

TEST_F(Files, ReportsAFullDisk) {
  if (!fs::exists("/dev/full"))
    GTEST_SKIP() << "no /dev/full on this system";
  EXPECT_THAT(toString(writeFile("/dev/full", std::string(1 << 20, 'x'))),
              HasSubstr("No space left on device"));
  EXPECT_TRUE(fs::exists("/dev/full"));
}

TEST_F(Files, ReadsWithinALimit) {
  ASSERT_EQ(toString(writeFile(path("a"), std::string(100000, 'x'))), "");
  auto whole = readInputFile(path("a"), 100000);
  ASSERT_TRUE(static_cast<bool>(whole));
  EXPECT_EQ((*whole)->getBufferSize(), 100000u);
  EXPECT_THAT(toString(readInputFile(path("a"), 99999).takeError()),
              HasSubstr("more than the limit of 99999 bytes"));
  EXPECT_THAT(toString(readInputFile("/dev/zero", 99999).takeError()),
              HasSubstr("more than the limit"));
  EXPECT_THAT(toString(readInputFile(directory, 1).takeError()),
              HasSubstr("it is a directory"));
  EXPECT_THAT(toString(readInputFile(path("none"), 1).takeError()),
              HasSubstr("No such file"));
}

// The value is XXH3's for this text: programs store it, so it may never change.
TEST(Hash, IsStable) {
  EXPECT_EQ(hashToHex(hashContents("")), "2d06800538d394c2");
  EXPECT_EQ(hashToHex(0x2a), "000000000000002a");
  EXPECT_NE(hashContents("a"), hashContents("b"));
}
