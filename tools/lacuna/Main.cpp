// The user's driver: finds the subcommand and runs it, here or in
// lacuna-compiler beside this binary. Nothing here links MLIR, so that running
// a program starts in milliseconds.
#include "Subcommands.h"

#include "lacuna/Support/CommandLine.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Errno.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"

#include <unistd.h>

using namespace lacuna;
using llvm::StringRef;

static const Subcommand *const subcommands[] = {
    &asmSubcommand, &disasmSubcommand, &machineSubcommand, &runSubcommand,
    &verifySubcommand};

namespace {
/// A subcommand that needs MLIR: the command line goes to lacuna-compiler as it
/// stands.
struct HandedOn {
  llvm::StringLiteral name;
  llvm::StringLiteral help;
};
} // namespace

static constexpr HandedOn handedOn[] = {
    {"compile", "compiles a model to a program"},
    {"check", "compares the reference with the emulator on a model"},
    {"inspect", "shows a model's zeros, and bytes by encoding"},
    {"reference", "runs a model in the reference interpreter"},
};

static void printHelp() {
  llvm::raw_ostream &os = llvm::outs();
  os << "Lacuna compiles trained networks to programs of its accelerator and "
        "runs them on\na functional emulator that counts every byte moved.\n\n"
        "usage: lacuna SUBCOMMAND ...      (lacuna SUBCOMMAND --help says "
        "more)\n\n";
  auto print = [&](StringRef name, StringRef help) {
    os << "  " << llvm::left_justify(name, 12) << help << "\n";
  };
  for (const HandedOn &one : handedOn)
    print(one.name, one.help);
  for (const Subcommand *one : subcommands)
    print(one->command.getName(), one->command.getDescription());
}

/// Replaces this process by lacuna-compiler with the same arguments.
static llvm::Error runCompiler(char **argv) {
  std::string self =
      llvm::sys::fs::getMainExecutable(argv[0], (void *)&runCompiler);
  llvm::SmallString<256> compiler(llvm::sys::path::parent_path(self));
  llvm::sys::path::append(compiler, "lacuna-compiler");
  if (!llvm::sys::fs::can_execute(compiler))
    return makeError("'" + StringRef(argv[1]) + "' needs " + compiler.str() +
                         ", which is not there",
                     "build it: cmake --build build --target lacuna-compiler");
  execv(compiler.c_str(), argv);
  return makeError("can't run " + compiler.str() + ": " +
                   llvm::sys::StrError());
}

static llvm::Error runNamed(StringRef name, int argc, char **argv) {
  for (const HandedOn &one : handedOn)
    if (one.name == name)
      return runCompiler(argv);
  llvm::SmallVector<StringRef> names;
  for (const HandedOn &one : handedOn)
    names.push_back(one.name);
  for (const Subcommand *one : subcommands) {
    StringRef known = one->command.getName();
    names.push_back(known);
    if (known != name)
      continue;
    if (llvm::Error error =
            parseCommandLine(argc, argv, one->command.getDescription(),
                             "see lacuna " + name + " --help"))
      return error;
    return one->run();
  }
  StringRef nearest = findNearest(name, names);
  return makeError("there is no subcommand '" + name + "'",
                   nearest.empty() ? "lacuna --help lists them"
                                   : "did you mean '" + nearest + "'?");
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  StringRef name = argc > 1 ? argv[1] : "";
  bool failed = false;
  if (name == "--help" || name == "-h" || name == "help")
    printHelp();
  else if (name.empty())
    failed = reportError(
        makeError("a subcommand is needed", "lacuna --help lists them"));
  else
    failed = reportError(runNamed(name, argc, argv));

  // A failed write that nobody asks about would end the process by a signal.
  llvm::outs().flush();
  if (std::error_code error = llvm::outs().error()) {
    llvm::outs().clear_error();
    failed = reportError(
        makeError("can't write to standard output: " + error.message()));
  }
  return failed ? 1 : 0;
}
