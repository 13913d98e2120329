// Words of a command line, one a line: matched to inputs and outputs.
#include "Fuzz.h"

#include "../tools/lacuna-mutants/Outcome.h"

#include "lacuna/Support/Diagnostics.h"
#include "lacuna/Support/TensorArguments.h"

#include "llvm/ADT/StringExtras.h"

using namespace lacuna;

static llvm::Error match(llvm::MemoryBufferRef file) {
  llvm::SmallVector<llvm::StringRef> words;
  file.getBuffer().split(words, '\n');
  std::vector<std::string> arguments(words.begin(), words.end());
  const Port ports[] = {{"x", ElementType::I8, {2}},
                        {"x=y", ElementType::I8, {2}},
                        {"", ElementType::I8, {2}},
                        {"\xff", ElementType::I8, {2}}};
  for (bool isOptional : {false, true}) {
    auto paths = matchFiles(arguments, ports, "--input", isOptional);
    // What is wrong with a command line has no place.
    if (!paths)
      llvm::consumeError(paths.takeError());
    else if (paths->size() != std::size(ports) ||
             (!isOptional && llvm::is_contained(*paths, "")))
      return mutants::disagree("an input has no file");
  }
  return llvm::Error::success();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  return fuzz::tryInput(data, size, "words", match);
}
