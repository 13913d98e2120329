// Judging what became of an input, and the sanitizers' settings.
#include "Fuzz.h"

#include "../tools/lacuna-mutants/Outcome.h"

#include "llvm/Support/MemoryBuffer.h"

#include <cstdio>
#include <cstdlib>

using namespace lacuna;

int fuzz::tryInput(const uint8_t *bytes, size_t size, llvm::StringLiteral name,
                   llvm::Error (*run)(llvm::MemoryBufferRef file)) {
  // As readInputFile gives it: a copy with a NUL behind it.
  std::unique_ptr<llvm::MemoryBuffer> file =
      llvm::MemoryBuffer::getMemBufferCopy(
          {reinterpret_cast<const char *>(bytes), size}, name);
  mutants::Outcome outcome = mutants::judge(run(*file));
  if (outcome.result != mutants::Result::Failed)
    return 0;
  std::fprintf(stderr, "neither refused nor run to the end: %s\n",
               outcome.detail.c_str());
  std::abort();
}

/// LLVM's and MLIR's shared libraries are not instrumented
/// (test/lit.common.cfg.py says what comes of it). Leaks are for the tests to
/// find: LeakSanitizer can't stop a process where tracing is forbidden.
extern "C" const char *__asan_default_options() {
  return "detect_container_overflow=0:allow_user_poisoning=0:detect_leaks=0";
}
