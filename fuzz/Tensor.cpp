// Tensor files in .npy format: read, written and read again.
#include "Fuzz.h"

#include "../tools/lacuna-mutants/TensorSubjects.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  return lacuna::fuzz::tryInput(data, size, "input.npy",
                                lacuna::mutants::runTensor);
}
