// Program files: read, verified, run, disassembled and assembled again.
#include "Fuzz.h"

#include "../tools/lacuna-mutants/ProgramSubjects.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  return lacuna::fuzz::tryInput(data, size, "input.elf",
                                lacuna::mutants::runElf);
}
