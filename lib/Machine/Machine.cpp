// Questions to a machine, and where machine files are found.
#include "lacuna/Machine/Machine.h"

#include "lacuna/Support/Diagnostics.h"
#include "lacuna/Support/InputFile.h"
#include "lacuna/Support/YamlTree.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"

#include <map>

using namespace lacuna;
using llvm::StringRef;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

const MacType *Machine::findMacType(ElementType input,
                                    ElementType weights) const {
  for (const MacType &type : matrix.types)
    if (type.input == input && type.weights == weights)
      return &type;
  return nullptr;
}

bool Machine::supports(ElementType input, ElementType weights,
                       ElementType accumulator) const {
  const MacType *type = findMacType(input, weights);
  return type && type->accumulator == accumulator;
}

bool Machine::vectorSupports(ElementType type) const {
  return llvm::is_contained(vector.types, type);
}

bool Machine::supportsPattern(uint64_t nonzeros, uint64_t group) const {
  return llvm::any_of(matrix.sparsity, [&](const WeightPattern &pattern) {
    return pattern.nonzeros == nonzeros && pattern.group == group;
  });
}

double Machine::getMacEnergy(ElementType input, ElementType weights) const {
  for (const MacEnergy &energy : energyPj.mac)
    if (energy.input == input && energy.weights == weights)
      return energy.energy.value;
  return 0;
}

static std::vector<std::string> getSearchPath() {
  std::vector<std::string> folders;
  std::optional<std::string> variable =
      llvm::sys::Process::GetEnv("LACUNA_MACHINES");
  if (variable) {
    llvm::SmallVector<StringRef> parts;
    StringRef(*variable).split(parts, ':', -1, /*KeepEmpty=*/false);
    for (StringRef part : parts)
      folders.push_back(part.str());
  }
  std::string program =
      fs::getMainExecutable(nullptr, reinterpret_cast<void *>(&getSearchPath));
  if (!program.empty()) {
    llvm::SmallString<256> installed(path::parent_path(program));
    path::append(installed, "..", "share", "lacuna", "machines");
    path::remove_dots(installed, /*remove_dot_dot=*/true);
    folders.push_back(installed.str().str());
  }
  folders.push_back(LACUNA_SOURCE_MACHINES);
  return folders;
}

std::vector<MachineFile> lacuna::listMachines() {
  std::map<std::string, std::string> found;
  for (const std::string &folder : getSearchPath()) {
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end;
         !error && entry != end; entry.increment(error))
      if (path::extension(entry->path()) == ".yaml")
        found.try_emplace(path::stem(entry->path()).str(), entry->path());
  }
  std::vector<MachineFile> machines;
  machines.reserve(found.size());
  for (auto &[name, file] : found)
    machines.push_back({name, file});
  return machines;
}

static llvm::Expected<Machine> readMachine(StringRef file) {
  llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> buffer =
      readInputFile(file, maxYamlBytes);
  if (!buffer)
    return buffer.takeError();
  return parseMachine((*buffer)->getBuffer(), file);
}

llvm::Expected<Machine> lacuna::loadMachine(StringRef nameOrPath) {
  if (nameOrPath.contains('/') || nameOrPath.ends_with(".yaml"))
    return readMachine(nameOrPath);
  std::vector<MachineFile> machines = listMachines();
  llvm::SmallVector<StringRef> names;
  for (const MachineFile &file : machines) {
    names.push_back(file.name);
    if (file.name != nameOrPath)
      continue;
    llvm::Expected<Machine> machine = readMachine(file.path);
    if (machine && machine->name != file.name)
      return makeError(SourceLocation::inFile(file.path),
                       "the machine in this file calls itself '" +
                           machine->name + "'",
                       "name the file " + machine->name + ".yaml");
    return machine;
  }
  return makeError("there is no machine called '" + nameOrPath + "'",
                   names.empty() ? "no machine file was found; give a path "
                                   "to one, ending in .yaml"
                                 : "known are " + llvm::join(names, ", ") +
                                       "; or give a path ending in .yaml");
}
