// Known kinds of files by their first bytes.
#include "lacuna/Support/FileKind.h"
#include "lacuna/Support/Diagnostics.h"

using namespace lacuna;
using llvm::StringLiteral;
using llvm::StringRef;

namespace {
struct FileKind {
  /// Where the magic bytes stand.
  size_t offset;
  StringLiteral magic;
  StringLiteral what;
  StringLiteral advice;
};
} // namespace

// A literal of hexadecimal escapes alone, so that no letter joins one.
static constexpr FileKind kinds[] = {
    {0, "\x7f\x45\x4c\x46", "an ELF file",
     "'lacuna run' runs a program, 'lacuna disasm' writes it as text"},
    {0, "\x4d\x4c\xef\x52", "MLIR bytecode",
     "its reader is not safe on files from elsewhere: print the model as text "
     "with mlir-opt"},
    {4, "\x54\x46\x4c\x33", "a TFLite model",
     "convert it to TOSA text first, with tosa-converter-for-tflite"},
    {0, "\x93\x4e\x55\x4d\x50\x59", "a tensor in .npy form",
     "tensors are given with --input"},
    {0, "\x50\x4b\x03\x04", "a ZIP archive",
     "a model that PyTorch saved must be exported to TOSA text first"},
    {0, "\x1f\x8b", "compressed with gzip", "unpack it first"},
};

llvm::Error lacuna::checkIsText(StringRef contents, StringRef name,
                                StringRef wanted) {
  for (const FileKind &kind : kinds)
    if (contents.drop_front(std::min(kind.offset, contents.size()))
            .starts_with(kind.magic))
      return makeError(SourceLocation::inFile(name),
                       "is " + kind.what + ", not " + wanted, kind.advice);
  size_t nul = contents.find('\0');
  if (nul == StringRef::npos)
    return llvm::Error::success();
  return makeError(SourceLocation::atByte(name, nul),
                   "a NUL byte: this is a binary file, not " + wanted,
                   wanted + " is text");
}
