// What all fuzz targets share: an input must be refused with a located error or
// go all the way, as for lacuna-mutants.
#ifndef LACUNA_FUZZ_FUZZ_H
#define LACUNA_FUZZ_FUZZ_H

#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBufferRef.h"

#include <cstddef>
#include <cstdint>

namespace lacuna::fuzz {

/// Takes `bytes`, as the file `name`, through `run`; returns what
/// LLVMFuzzerTestOneInput must. An error that is no refusal ends the process,
/// which libFuzzer counts as a find.
int tryInput(const uint8_t *bytes, size_t size, llvm::StringLiteral name,
             llvm::Error (*run)(llvm::MemoryBufferRef file));

} // namespace lacuna::fuzz

extern "C" {
/// What libFuzzer calls with each input.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/// Where a target has one, what libFuzzer calls to change an input in place, up
/// to `maxSize` bytes; the new size comes back.
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t maxSize,
                               unsigned seed);
/// libFuzzer's own changes: bytes, integers, words of the dictionary.
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t maxSize);
}

#endif // LACUNA_FUZZ_FUZZ_H
