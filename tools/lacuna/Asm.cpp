// lacuna asm: assembly text to a program file.
#include "Subcommands.h"

#include "lacuna/Program/Assembler.h"
#include "lacuna/Support/FileKind.h"
#include "lacuna/Support/InputFile.h"
#include "lacuna/Support/OutputFile.h"

using namespace lacuna;
using llvm::Error;
namespace cl = llvm::cl;

static cl::SubCommand command("asm", "assembles text to a program file");

static cl::opt<std::string> input(cl::Positional, cl::Required,
                                  cl::sub(command), cl::desc("PROG.s"));

static cl::opt<std::string> output("o", cl::Required, cl::sub(command),
                                   cl::value_desc("PROG.elf"),
                                   cl::desc("The program file to write"));

/// A program of 64 MiB of constants, as text.
constexpr uint64_t maxAssemblyBytes = uint64_t(256) << 20;

static Error run() {
  llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> text =
      readInputFile(input, maxAssemblyBytes);
  if (!text)
    return text.takeError();
  if (Error error = checkIsText((*text)->getBuffer(), input, "assembly text"))
    return error;
  llvm::Expected<OutputFile> file = OutputFile::create(output, {input});
  if (!file)
    return file.takeError();
  llvm::Expected<Program> program = assemble(**text);
  if (!program)
    return program.takeError();
  if (Error error = writeProgram(*program, file->os()))
    return error;
  return file->commit();
}

const Subcommand lacuna::asmSubcommand = {command, run};
