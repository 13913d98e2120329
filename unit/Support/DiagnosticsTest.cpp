// Located errors: their places, how they print, and near names.
#include "lacuna/Support/Diagnostics.h"

#include "gmock/gmock.h"

using namespace lacuna;

static std::string print(llvm::Error error) {
  std::string text;
  llvm::raw_string_ostream os(text);
  EXPECT_TRUE(reportError(std::move(error), os));
  return text;
}

TEST(Diagnostics, LocationsOfText) {
  llvm::StringRef text = "one\ntwo\n";
  EXPECT_EQ(SourceLocation::inText("f", text, text.data()).str(), "f:1:1");
  EXPECT_EQ(SourceLocation::inText("f", text, text.data() + 3).str(), "f:1:4");
  EXPECT_EQ(SourceLocation::inText("f", text, text.data() + 6).str(), "f:2:3");
  EXPECT_EQ(SourceLocation::inText("f", text, text.end()).str(), "f:3:1");
  EXPECT_EQ(SourceLocation::atByte("f", 18).str(), "f:byte 18");
  EXPECT_EQ(SourceLocation().str(), "");
}

TEST(Diagnostics, PrintsPlaceMessageAndHint) {
  EXPECT_EQ(print(makeError(SourceLocation::atLine("m.yaml", 3, 7), "rows is 0",
                            "it must be at least 1")),
            "m.yaml:3:7: error: rows is 0\nnote: it must be at least 1\n");
  EXPECT_EQ(print(makeError("no input")), "error: no input\n");
}

TEST(Diagnostics, PrintsEveryJoinedError) {
  EXPECT_EQ(print(llvm::joinErrors(makeError("first"), makeError("second"))),
            "error: first\nerror: second\n");
  EXPECT_EQ(print(llvm::createStringError("of LLVM")), "error: of LLVM\n");
}

TEST(Diagnostics, AddNoteKeepsTheErrorAndItsPlace) {
  llvm::Error error =
      addNote(makeError(SourceLocation::atLine("a", 1, 2), "what"), "see here",
              SourceLocation::atLine("b", 3, 4));
  EXPECT_EQ(print(std::move(error)),
            "a:1:2: error: what\nb:3:4: note: see here\n");
}

TEST(Diagnostics, AFileForWhatHasNone) {
  llvm::Error errors =
      llvm::joinErrors(makeError(SourceLocation::atLine("a", 1, 2), "placed"),
                       llvm::joinErrors(makeError("ours", "hint"),
                                        llvm::createStringError("of LLVM")));
  EXPECT_EQ(print(atFile(std::move(errors), "f")),
            "a:1:2: error: placed\nf: error: ours\nnote: hint\n"
            "f: error: of LLVM\n");
  EXPECT_FALSE(atFile(llvm::Error::success(), "f"));
}

TEST(Diagnostics, KeepsNamesPrintable) {
  EXPECT_EQ(toPrintable("a\xff\x01\xc3\xa9"), "a\\xff\\x01\xc3\xa9");
}

TEST(Diagnostics, ShowsControlCharactersAndBrokenText) {
  EXPECT_EQ(print(makeError("\x1b[2J caf\xc3\xa9 \xff\xc2\x9b")),
            "error: \\x1b[2J caf\xc3\xa9 \\xff\\xc2\\x9b\n");
}

TEST(Diagnostics, SuccessPrintsNothing) {
  std::string text;
  llvm::raw_string_ostream os(text);
  EXPECT_FALSE(reportError(llvm::Error::success(), os));
  EXPECT_EQ(text, "");
}

TEST(Diagnostics, NearestName) {
  EXPECT_EQ(findNearest("bank", {"banks", "bytes"}), "banks");
  EXPECT_EQ(findNearest("scratchpda", {"dram", "scratchpad"}), "scratchpad");
  EXPECT_EQ(findNearest("zebra", {"banks", "bytes"}), "");
  EXPECT_EQ(findNearest("", {"banks"}), "");
}
