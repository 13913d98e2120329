// Options of pruning and quantisation.
#include "SparsityOptions.h"

using namespace lacuna;

namespace cl = llvm::cl;

SparsityFlags::SparsityFlags(cl::SubCommand &subcommand)
    : calibrate("calibrate",
                cl::desc("Samples to calibrate with; the first axis counts "
                         "them"),
                cl::value_desc("[NAME=]X.npy"), cl::sub(subcommand)),
      stats("stats",
            cl::desc("Statistics of a calibration: written with --calibrate, "
                     "else read"),
            cl::value_desc("FILE"), cl::sub(subcommand)),
      prune("prune",
            cl::desc("Prune weights; options of nn-prune, such as "
                     "\"criterion=hessian structure=2:4\""),
            cl::value_desc("OPTIONS"), cl::sub(subcommand)),
      quantize("quantize",
               cl::desc("Floats to integers; options of nn-quantize, such as "
                        "\"weights=i4 activations=i8 method=gptq\""),
               cl::value_desc("OPTIONS"), cl::sub(subcommand)),
      threshold("threshold",
                cl::desc("Small activations to zero; options of "
                         "nn-threshold-activations, such as \"snr=30\""),
                cl::value_desc("OPTIONS"), cl::sub(subcommand)),
      policy("policy", cl::desc("What to do with single layers"),
             cl::value_desc("FILE.yaml"), cl::sub(subcommand)),
      remarks("remarks", cl::desc("Say what passes decided"),
              cl::sub(subcommand)) {}

SparsityOptions SparsityFlags::get() const {
  SparsityOptions options;
  options.calibrate.assign(calibrate.begin(), calibrate.end());
  options.stats = stats;
  options.prunes = prune.getNumOccurrences() || policy.getNumOccurrences();
  options.prune = prune;
  options.quantizes = quantize.getNumOccurrences();
  options.quantize = quantize;
  options.thresholds =
      threshold.getNumOccurrences() || policy.getNumOccurrences();
  options.threshold = threshold;
  options.policy = policy;
  options.remarks = remarks;
  return options;
}

std::vector<std::string> SparsityFlags::getInputs() const {
  std::vector<std::string> files(calibrate.begin(), calibrate.end());
  files.push_back(policy);
  if (calibrate.empty())
    files.push_back(stats);
  return files;
}
