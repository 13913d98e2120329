// lacuna machine: lists, shows and checks machine files.
#include "Subcommands.h"

#include "lacuna/Machine/Machine.h"
#include "lacuna/Support/Diagnostics.h"
#include "lacuna/Support/Hash.h"

#include "llvm/Support/Format.h"

using namespace lacuna;
using llvm::Error;
using llvm::StringRef;
namespace cl = llvm::cl;

static cl::SubCommand command("machine", "lists, shows and checks machines");

static cl::opt<std::string> action(cl::Positional, cl::Required,
                                   cl::sub(command),
                                   cl::desc("list | show NAME | check FILE"));

static cl::opt<std::string> machineName(cl::Positional, cl::sub(command),
                                        cl::desc("[NAME or FILE.yaml]"));

static Error listAll() {
  Error errors = Error::success();
  for (const MachineFile &file : listMachines()) {
    llvm::Expected<Machine> machine = loadMachine(file.name);
    if (!machine) {
      errors = llvm::joinErrors(std::move(errors), machine.takeError());
      continue;
    }
    llvm::outs() << llvm::left_justify(file.name, 12) << machine->description
                 << "\n";
  }
  return errors;
}

static void printHashes(const Machine &machine, StringRef prefix) {
  llvm::outs() << prefix << "structure " << hashToHex(structureHash(machine))
               << ", cost " << hashToHex(costHash(machine)) << "\n";
}

/// What the array takes, where the machine file knows of one element.
static void printArea(const Machine &machine) {
  const Machine::AreaUm2 &area = machine.areaUm2;
  if (area.element.source.empty())
    return;
  uint64_t elements = uint64_t(machine.matrix.rows) * machine.matrix.columns;
  auto ofAll = [&](double um2) { return double(elements) * um2 / 1e6; };
  double zeros = area.sparsity.value + area.skip.value;
  llvm::outs() << llvm::format(
      "# array: %.4f mm2 of arithmetic, of which zeros "
      "take %.4f\n",
      ofAll(area.element.value + zeros), ofAll(zeros));
}

static Error showOne(const Machine &machine) {
  printHashes(machine, "# ");
  printArea(machine);
  llvm::outs() << printMachine(machine, /*explain=*/true);
  return Error::success();
}

static Error checkOne(const Machine &machine) {
  llvm::outs() << machine.name << " is in order: ";
  printHashes(machine, "");
  return Error::success();
}

static Error run() {
  // For docs/machine-files.md; not a user's business, so not in the help.
  if (action == "reference") {
    llvm::outs() << printMachineReference();
    return Error::success();
  }
  if (action == "list") {
    if (!machineName.empty())
      return makeError("'machine list' takes no name");
    return listAll();
  }
  if (action != "show" && action != "check")
    return makeError(action.empty()
                         ? llvm::Twine("'machine' does one of three things")
                         : "'machine " + action + "' is not known",
                     "it is one of list, show NAME and check FILE");
  if (machineName.empty())
    return makeError("'machine " + action + "' needs a machine",
                     "give the name of a preset or the path of a .yaml file");
  llvm::Expected<Machine> machine = loadMachine(machineName);
  if (!machine)
    return machine.takeError();
  return action == "show" ? showOne(*machine) : checkOne(*machine);
}

const Subcommand lacuna::machineSubcommand{command, run};
