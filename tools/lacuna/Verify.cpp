// lacuna verify: whether a program may run, and on which machine.
#include "Subcommands.h"

#include "lacuna/Machine/Machine.h"
#include "lacuna/Program/Verifier.h"

using namespace lacuna;
using llvm::Error;
using llvm::Expected;
namespace cl = llvm::cl;

static cl::SubCommand command("verify", "checks a program without running it");

static cl::opt<std::string> input(cl::Positional, cl::Required,
                                  cl::sub(command), cl::desc("PROG.elf"));

static cl::opt<std::string>
    machineName("machine", cl::sub(command), cl::value_desc("NAME|FILE"),
                cl::desc("The machine to run on; else the one that the "
                         "program was compiled for"));

static cl::opt<uint64_t>
    maxSteps("max-steps", cl::init(VerifyOptions().maxSteps), cl::sub(command),
             cl::desc("Instructions that may be executed, loops unrolled"));

static Error run() {
  Expected<Program> program = readProgramFile(input);
  if (!program)
    return program.takeError();
  Expected<Machine> machine =
      machineName.empty()
          ? parseMachine(program->machineText, input + "(.lacuna.machine)")
          : loadMachine(machineName);
  if (!machine)
    return machine.takeError();
  VerifyOptions options;
  options.maxSteps = maxSteps;
  options.file = input;
  Expected<VerifiedProgram> verified =
      verifyProgram(*program, *machine, options);
  if (!verified)
    return verified.takeError();
  llvm::outs() << input << ": in order on " << machine->name << "; executes "
               << verified->instructionsExecuted << " instructions and fetches "
               << verified->bytesFetched << " bytes of them\n";
  return Error::success();
}

const Subcommand lacuna::verifySubcommand = {command, run};
