// Finding races: each access is compared with those of other engines that it is
// not known to follow. Those are few, since engines that share memory meet at
// semaphores often; and most are told apart by their hulls alone.
#include "AccessHistory.h"

#include "llvm/ADT/STLExtras.h"

using namespace lacuna;

static ByteRange intersect(ByteRange a, ByteRange b) {
  ByteRange result{std::max(a.begin, b.begin), std::min(a.end, b.end)};
  return result.begin < result.end ? result : ByteRange{};
}

/// The bytes of a pattern in a ring, which it may wrap once.
static std::array<ByteRange, 2> findHulls(const AccessPattern &pattern) {
  ByteRange whole = *pattern.hull();
  uint64_t reach = pattern.reach();
  if (pattern.length == 0 || whole.size() == reach)
    return {whole, ByteRange{}};
  int64_t remainder = pattern.offset % int64_t(pattern.length);
  uint64_t first = remainder < 0 ? remainder + pattern.length : remainder;
  ByteRange upper{pattern.base + first, whole.end};
  return {upper, ByteRange{whole.begin, whole.begin + reach - upper.size()}};
}

Access::Access(AccessPattern pattern, uint64_t step, bool writes)
    : pattern(std::move(pattern)), step(step), writes(writes),
      hulls(findHulls(this->pattern)) {}

void Access::findRuns() {
  if (!runs.empty())
    return;
  pattern.forEachRun([&](ByteRange run) { runs.push_back(run); });
  llvm::sort(runs, [](ByteRange a, ByteRange b) { return a.begin < b.begin; });
  size_t last = 0;
  for (ByteRange run : llvm::drop_begin(runs)) {
    if (run.begin <= runs[last].end)
      runs[last].end = std::max(runs[last].end, run.end);
    else
      runs[++last] = run;
  }
  runs.resize(last + 1);
}

static bool hullsMeet(const Access &a, const Access &b) {
  for (ByteRange first : a.hulls)
    for (ByteRange second : b.hulls)
      if (intersect(first, second).size())
        return true;
  return false;
}

/// The first bytes that both touch, or an empty range.
static ByteRange findCommonBytes(const Access &a, const Access &b) {
  auto left = a.runs.begin(), right = b.runs.begin();
  while (left != a.runs.end() && right != b.runs.end()) {
    ByteRange common = intersect(*left, *right);
    if (common.size())
      return common;
    if (left->end <= right->end)
      ++left;
    else
      ++right;
  }
  return {};
}

/// Runs are found once an access, twice where a ring wraps.
static bool findRuns(Access &access, WorkBudget &budget) {
  if (!access.runs.empty())
    return true;
  if (!budget.spend(access.pattern.countRuns()))
    return false;
  access.findRuns();
  return true;
}

void AccessHistory::advance(Lane &lane, unsigned owner, unsigned observer,
                            const Clock &clock) {
  uint64_t &seen = lane.seen[observer];
  seen = std::max(seen, lane.dropped);
  while (seen != lane.dropped + lane.entries.size() &&
         lane.entries[seen - lane.dropped].time <= clock[owner])
    ++seen;
}

AccessProblem AccessHistory::findRace(Access &access, unsigned engine,
                                      Lane &lane, unsigned other,
                                      const Clocks &clocks,
                                      WorkBudget &budget) {
  AccessProblem problem;
  advance(lane, other, engine, clocks[engine]);
  for (uint64_t index = lane.seen[engine] - lane.dropped;
       index != lane.entries.size(); ++index) {
    Access &earlier = lane.entries[index].access;
    problem.outOfBudget = !budget.spend(1);
    if (problem)
      return problem;
    if (!hullsMeet(access, earlier))
      continue;
    problem.outOfBudget =
        !findRuns(access, budget) || !findRuns(earlier, budget) ||
        !budget.spend(access.runs.size() + earlier.runs.size());
    if (problem)
      return problem;
    ByteRange common = findCommonBytes(access, earlier);
    if (!common.size())
      continue;
    problem.race = Race{earlier.step, earlier.pattern.operand, earlier.writes,
                        other, common};
    return problem;
  }
  return problem;
}

/// The first byte of `access` that nothing has written.
static AccessProblem findUnwritten(const WrittenBytes &written, Access &access,
                                   WorkBudget &budget) {
  AccessProblem problem;
  if (llvm::all_of(access.hulls, [&](ByteRange hull) {
        return hull.size() == 0 || !written.findMissing(hull);
      }))
    return problem;
  problem.outOfBudget =
      !findRuns(access, budget) || !budget.spend(access.runs.size());
  if (problem)
    return problem;
  for (ByteRange run : access.runs) {
    problem.unwrittenByte = written.findMissing(run);
    if (problem)
      break;
  }
  return problem;
}

/// Adds what `access` writes; false if it's too much.
static bool addWritten(WrittenBytes &written, Access &access,
                       WorkBudget &budget) {
  if (llvm::all_of(access.hulls, [&](ByteRange hull) {
        return hull.size() == 0 || !written.findMissing(hull);
      }))
    return true;
  if (!findRuns(access, budget) || !budget.spend(access.runs.size()))
    return false;
  for (ByteRange run : access.runs)
    written.add(run);
  // Ranges are bounded by memory, not by time alone.
  constexpr size_t maxFragments = 1 << 21;
  return written.getFragments() <= maxFragments;
}

bool AccessHistory::append(Access access, unsigned engine,
                           const Clocks &clocks) {
  Lane &lane = lanes[engine][access.writes];
  uint32_t time = clocks[engine][engine];
  if (!lane.entries.empty()) {
    const Entry &last = lane.entries.back();
    if (last.time == time && last.access.pattern == access.pattern)
      return true;
  }
  lane.entries.push_back({std::move(access), time});
  if (lane.entries.size() < lane.collectAt)
    return true;
  uint64_t seenByAll = lane.dropped + lane.entries.size();
  for (unsigned observer = 0; observer != numEngines; ++observer)
    if (observer != engine && used[observer]) {
      advance(lane, engine, observer, clocks[observer]);
      seenByAll = std::min(seenByAll, lane.seen[observer]);
    }
  while (lane.dropped != seenByAll) {
    lane.entries.pop_front();
    ++lane.dropped;
  }
  lane.collectAt = 2 * lane.entries.size() + 64;
  constexpr size_t maxUnordered = 1 << 18;
  return lane.entries.size() <= maxUnordered;
}

AccessProblem AccessHistory::add(Access access, unsigned engine,
                                 const Clocks &clocks, bool mustBeWritten,
                                 WorkBudget &budget) {
  AccessProblem problem;
  for (unsigned other = 0; other != numEngines; ++other) {
    if (other == engine || !used[other])
      continue;
    for (bool writes : {true, false}) {
      if (!writes && !access.writes)
        continue;
      problem =
          findRace(access, engine, lanes[other][writes], other, clocks, budget);
      if (problem)
        return problem;
    }
  }
  if (mustBeWritten) {
    problem = findUnwritten(written, access, budget);
    if (problem)
      return problem;
  }
  // What data choose may be any byte to a race, and none to a reader.
  if (access.writes && !access.pattern.indexed)
    problem.outOfBudget = !addWritten(written, access, budget);
  if (!problem)
    problem.outOfBudget = !append(std::move(access), engine, clocks);
  return problem;
}
