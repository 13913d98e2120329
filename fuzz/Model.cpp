// Models: compiled for a small machine, run, and compared with the reference.
#include "Fuzz.h"

#include "../tools/lacuna-mutants/ModelSubjects.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  return lacuna::fuzz::tryInput(data, size, "input.mlir",
                                lacuna::mutants::runModel);
}
