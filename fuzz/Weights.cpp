// Weight files, .npz and safetensors: read, and every byte of their tensors.
#include "Fuzz.h"

#include "../tools/lacuna-mutants/TensorSubjects.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  return lacuna::fuzz::tryInput(data, size, "input.weights",
                                lacuna::mutants::runWeightFile);
}
