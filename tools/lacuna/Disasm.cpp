// lacuna disasm: a program file as assembly text.
#include "Subcommands.h"

#include "lacuna/Program/Assembler.h"
#include "lacuna/Support/OutputFile.h"

using namespace lacuna;
using llvm::Error;
namespace cl = llvm::cl;

static cl::SubCommand command("disasm", "writes a program as assembly text");

static cl::opt<std::string> input(cl::Positional, cl::Required,
                                  cl::sub(command), cl::desc("PROG.elf"));

static cl::opt<std::string> output("o", cl::init("-"), cl::sub(command),
                                   cl::value_desc("PROG.s"),
                                   cl::desc("The text to write"));

static cl::opt<bool>
    offsets("offsets", cl::sub(command),
            cl::desc("Put each instruction's byte offset behind it"));

static Error run() {
  llvm::Expected<Program> program = readProgramFile(input);
  if (!program)
    return program.takeError();
  llvm::Expected<OutputFile> file = OutputFile::create(output, {input});
  if (!file)
    return file.takeError();
  DisassemblyOptions options;
  options.offsets = offsets;
  disassemble(*program, file->os(), options);
  return file->commit();
}

const Subcommand lacuna::disasmSubcommand = {command, run};
