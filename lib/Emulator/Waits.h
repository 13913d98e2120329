// Why an engine was idle: each gap before an instruction's work, taken apart.
#ifndef LACUNA_LIB_EMULATOR_WAITS_H
#define LACUNA_LIB_EMULATOR_WAITS_H

#include "lacuna/Emulator/Timeline.h"

#include <deque>

namespace lacuna {

/// One engine's spans, in order.
class Waits {
public:
  /// The wait at `occurrence`, in the queue since `from`, was passed at `to`.
  void addSemaphore(const Occurrence &occurrence, uint64_t from, uint64_t to) {
    passed.push_back({occurrence, from, to});
  }

  /// Reports the waits before some work of `engine`, then the work: started at
  /// `started`, answered by off-chip memory (where it has to) at `ready`, at
  /// work in [begin, end).
  template <typename Function>
  void report(Engine engine, const Occurrence &occurrence, uint64_t started,
              uint64_t ready, uint64_t begin, uint64_t end, Function onEvent) {
    auto upTo = [&](uint64_t time, Activity activity, const Occurrence &who) {
      if (time <= free)
        return;
      onEvent({engine, who, free, time, activity});
      free = time;
    };
    // LOAD may have passed waits since, for what comes later.
    for (; !passed.empty() && passed.front().to <= started;
         passed.pop_front()) {
      upTo(passed.front().from, Activity::Issue, passed.front().occurrence);
      upTo(passed.front().to, Activity::Semaphore, passed.front().occurrence);
    }
    upTo(started, Activity::Issue, occurrence);
    upTo(ready, Activity::Latency, occurrence);
    upTo(begin, Activity::Channel, occurrence);
    upTo(end, Activity::Work, occurrence);
  }

private:
  struct Passed {
    Occurrence occurrence;
    uint64_t from, to;
  };
  std::deque<Passed> passed;
  /// The end of the last span.
  uint64_t free = 0;
};

} // namespace lacuna

#endif // LACUNA_LIB_EMULATOR_WAITS_H
