// The options of the subcommands that prune or quantise a model before they use
// it.
#ifndef LACUNA_TOOLS_COMPILER_SPARSITYOPTIONS_H
#define LACUNA_TOOLS_COMPILER_SPARSITYOPTIONS_H

#include "llvm/Support/CommandLine.h"

#include <string>
#include <vector>

namespace lacuna {

/// What is done with a model behind the front end.
struct SparsityOptions {
  /// Samples to calibrate with, as `[NAME=]X.npy`.
  std::vector<std::string> calibrate;
  /// Statistics: written if there are samples, else read.
  std::string stats;
  /// Options of nn-prune in its own words, if it runs.
  bool prunes = false;
  std::string prune;
  /// Options of nn-threshold-activations, if it runs.
  bool thresholds = false;
  std::string threshold;
  /// Options of nn-quantize, if it runs.
  bool quantizes = false;
  std::string quantize;
  /// Path of a policy, or "".
  std::string policy;
  /// Whether remarks of passes are printed.
  bool remarks = false;
};

/// Registers the options of one subcommand, and knows what they were given.
class SparsityFlags {
public:
  explicit SparsityFlags(llvm::cl::SubCommand &subcommand);

  SparsityOptions get() const;
  /// The files that are read.
  std::vector<std::string> getInputs() const;

private:
  llvm::cl::list<std::string> calibrate;
  llvm::cl::opt<std::string> stats, prune, quantize, threshold, policy;
  llvm::cl::opt<bool> remarks;
};

} // namespace lacuna

#endif // LACUNA_TOOLS_COMPILER_SPARSITYOPTIONS_H
