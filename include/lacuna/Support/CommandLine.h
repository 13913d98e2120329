// Command lines whose mistakes come out as errors of ours.
#ifndef LACUNA_SUPPORT_COMMANDLINE_H
#define LACUNA_SUPPORT_COMMANDLINE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace lacuna {

/// Parses the command line into the options that llvm::cl knows. --help prints
/// and exits. Errors: each that LLVM finds, in our own form; the last has
/// `advice` as a note. Nothing else is written to standard error.
llvm::Error parseCommandLine(int argc, char **argv, llvm::StringRef overview,
                             const llvm::Twine &advice);

} // namespace lacuna

#endif // LACUNA_SUPPORT_COMMANDLINE_H
