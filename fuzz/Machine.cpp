// Machine files: read, printed, read again, and a small model compiled and run.
#include "Fuzz.h"

#include "../tools/lacuna-mutants/ModelSubjects.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  return lacuna::fuzz::tryInput(data, size, "input.yaml",
                                lacuna::mutants::runMachine);
}
