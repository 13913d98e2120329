// Changes for formats in which a person writes words and numbers: those of
// lacuna-mutants, mixed with libFuzzer's own.
#include "Fuzz.h"

#include "../tools/lacuna-mutants/Mutate.h"

#include <cstring>

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t maxSize,
                               unsigned seed) {
  if (seed % 3 == 0)
    return LLVMFuzzerMutate(data, size, maxSize);
  std::string mutant = lacuna::mutants::mutate(
      {reinterpret_cast<const char *>(data), size}, /*isText=*/true, seed,
      /*number=*/0);
  size_t mutantSize = std::min(mutant.size(), maxSize);
  std::memcpy(data, mutant.data(), mutantSize);
  return mutantSize;
}
