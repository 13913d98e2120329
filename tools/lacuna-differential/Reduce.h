// Makes a failing case small: delta debugging over operations, results,
// extents, values and the machine.
#ifndef LACUNA_TOOLS_DIFFERENTIAL_REDUCE_H
#define LACUNA_TOOLS_DIFFERENTIAL_REDUCE_H

#include "Case.h"

namespace lacuna::differential {

struct Reduced {
  Case test;
  CaseOptions options;
  CaseResult result;
  /// Cases that were run on the way.
  unsigned trials = 0;
};

/// A case that fails as `test` does: at the same stage, and with the same
/// message but for names and numbers where a side refuses it. Ends after
/// `maxTrials` cases, or where no step makes it smaller.
Reduced reduce(CaseRunner &runner, const Case &test, const CaseOptions &options,
               const CaseResult &result, unsigned maxTrials = 3000);

} // namespace lacuna::differential

#endif // LACUNA_TOOLS_DIFFERENTIAL_REDUCE_H
