// Schedules that the cost model would never choose, but that a person may
// write: whatever the enumerator accepts must be right.
#ifndef LACUNA_TOOLS_DIFFERENTIAL_RANDOMSCHEDULE_H
#define LACUNA_TOOLS_DIFFERENTIAL_RANDOMSCHEDULE_H

#include "Random.h"

#include "lacuna/Schedule/Network.h"
#include "lacuna/Schedule/Schedule.h"

namespace lacuna {
struct Machine;
} // namespace lacuna

namespace lacuna::differential {

/// Replaces about half of `schedules` by random ones that are legal for their
/// layer and fit `machine`; the rest stay as they are.
void randomiseSchedules(schedule::Network &network,
                        std::vector<schedule::Schedule> &schedules,
                        const Machine &machine, Random &random);

} // namespace lacuna::differential

#endif // LACUNA_TOOLS_DIFFERENTIAL_RANDOMSCHEDULE_H
