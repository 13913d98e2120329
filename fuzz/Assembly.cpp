// Assembly text: assembled, disassembled, verified and run.
#include "Fuzz.h"

#include "../tools/lacuna-mutants/ProgramSubjects.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  return lacuna::fuzz::tryInput(data, size, "input.s",
                                lacuna::mutants::runAssembly);
}
