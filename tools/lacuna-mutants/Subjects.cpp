// The table of kinds of files.
#include "Subjects.h"
#include "ModelSubjects.h"
#include "ProgramSubjects.h"
#include "TensorSubjects.h"

using namespace lacuna::mutants;
using llvm::StringRef;

static constexpr Subject subjects[] = {
    {"model", ".mlir", true, runModel},
    {"machine", ".yaml", true, runMachine},
    {"program", ".elf", false, runElf},
    {"assembly", ".s", true, runAssembly},
    {"tensor", ".npy", false, runTensor},
    {"npz", ".npz", false, runWeights},
    {"safetensors", ".safetensors", false, runWeights},
};

llvm::ArrayRef<Subject> lacuna::mutants::allSubjects() { return subjects; }

const Subject *lacuna::mutants::findSubject(StringRef path) {
  for (const Subject &subject : subjects)
    if (path.ends_with(subject.extension))
      return &subject;
  return nullptr;
}
