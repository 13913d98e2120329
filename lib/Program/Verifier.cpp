// What a program must keep on a machine, in the order in which it's found out.
#include "lacuna/Program/Verifier.h"
#include "Code.h"
#include "lacuna/Machine/Machine.h"
#include "lacuna/Support/Hash.h"

#include "llvm/ADT/StringExtras.h"

using namespace lacuna;
using llvm::Error;
using llvm::Expected;
using llvm::Twine;

/// The machine must have the structure that the program was compiled for.
static Error checkMachine(const Program &program, const Machine &machine,
                          const VerifyOptions &options) {
  if (program.structureHash == structureHash(machine))
    return Error::success();
  std::string message = "the program was compiled for another machine than '" +
                        machine.name + "'";
  Expected<Machine> own =
      parseMachine(program.machineText, (options.file + "(machine)").str());
  if (!own) {
    consumeError(own.takeError());
    message += ": structure " + hashToHex(program.structureHash) + ", not " +
               hashToHex(structureHash(machine));
  } else {
    message += ", '" + own->name + "'";
    std::vector<std::string> differences =
        describeStructureDifferences(*own, machine);
    if (!differences.empty())
      message += ", which differs in " + llvm::join(differences, ", ");
  }
  return makeError(SourceLocation::inFile(options.file),
                   message + " (rule machine)",
                   "compile it for this machine, or run it on its own");
}

Expected<VerifiedProgram> lacuna::verifyProgram(const Program &program,
                                                const Machine &machine,
                                                const VerifyOptions &options) {
  if (Error error = checkMachine(program, machine, options))
    return error;
  const Region &last = program.regions.back();
  if (last.end() > machine.dram.bytes)
    return makeError(SourceLocation::inFile(options.file),
                     "region '" + last.name + "' ends at byte " +
                         Twine(last.end()) + ", but the machine's dram has " +
                         Twine(machine.dram.bytes) + " (rule dram-size)");
  Expected<Code> code = analyseCode(program, machine, options);
  if (!code)
    return code.takeError();
  if (Error error = simulate(*code, machine, options))
    return error;
  return VerifiedProgram{code->steps, code->bytesFetched};
}
