// Random schedules, tight memories, and what they cover.
#include "CompileCase.h"

#include "Random.h"
#include "RandomSchedule.h"

using namespace lacuna;
using namespace lacuna::differential;
using llvm::Expected;

void Coverage::add(const Coverage &other) {
  using Field = uint64_t Coverage::*;
  for (Field field :
       {&Coverage::layers, &Coverage::whole, &Coverage::outer,
        &Coverage::output, &Coverage::reduction, &Coverage::rolling,
        &Coverage::doubled, &Coverage::compressed, &Coverage::resident,
        &Coverage::joined})
    this->*field += other.*field;
}

Coverage differential::coverageOf(const Compilation &compilation) {
  Coverage coverage;
  for (const schedule::BlockRemark &remark : compilation.remarks)
    coverage.compressed += remark.compressed;
  for (const schedule::Schedule &schedule : compilation.schedules) {
    auto cuts = [&](schedule::TileLoop::Kind kind) {
      return llvm::any_of(schedule.loops, [&](const schedule::TileLoop &loop) {
        return loop.kind == kind;
      });
    };
    bool rolls = false, doubles = false, stays = false;
    for (const auto &stage : schedule.placements)
      for (const schedule::Placement &placement : stage) {
        rolls |= placement.rolling >= 0;
        doubles |= placement.slots > 1;
        stays |= placement.resident;
      }
    ++coverage.layers;
    coverage.whole += schedule.loops.empty();
    coverage.outer += cuts(schedule::TileLoop::Outer);
    coverage.output += cuts(schedule::TileLoop::Output);
    coverage.reduction += cuts(schedule::TileLoop::Reduction);
    coverage.rolling += rolls;
    coverage.doubled += doubles;
    coverage.resident += stays;
    coverage.joined += schedule.joins;
  }
  return coverage;
}

static Expected<Compilation>
compileWith(schedule::Network &network, const Machine &machine, uint64_t seed) {
  Random random(seed, /*stream=*/5);
  auto effort = random.pick<schedule::Effort>(
      {schedule::Effort::Layers, schedule::Effort::Residents,
       schedule::Effort::Cascades, schedule::Effort::Cascades});
  // What may be stored without zeros mostly is; relus are rare here.
  auto mode = seed % 8 < 2 ? schedule::ActivationBlocks::Auto
                           : schedule::ActivationBlocks::On;
  if (seed % 2 == 0)
    return compile(network, machine, effort, mode);
  // What fits a smaller scratchpad fits this one; layers of random networks are
  // too small to need cascades otherwise.
  Machine smaller = machine;
  smaller.scratchpad.bytes >>= random.between(0, 6);
  auto choices = chooseSchedules(network, smaller, effort);
  if (!choices && smaller.scratchpad.bytes != machine.scratchpad.bytes) {
    llvm::consumeError(choices.takeError());
    choices = chooseSchedules(network, machine, effort);
  }
  if (!choices)
    return choices.takeError();
  std::vector<schedule::Schedule> schedules;
  for (schedule::Choice &choice : *choices)
    schedules.push_back(std::move(choice.schedule));
  randomiseSchedules(network, schedules, machine, random);
  return compile(network, std::move(schedules), machine, mode);
}

Expected<Compilation> differential::compileCase(schedule::Network &network,
                                                Machine &machine,
                                                uint64_t seed) {
  Expected<Compilation> compiled = compileWith(network, machine, seed);
  if (!compiled || seed % 4 != 0)
    return compiled;
  Machine tight = machine;
  tight.dram.bytes = compiled->program.regions.back().end() - 1;
  Expected<Compilation> again = compileWith(network, tight, seed);
  if (!again) {
    llvm::consumeError(again.takeError());
    return compiled;
  }
  machine = std::move(tight);
  return again;
}

bool differential::saysTooSmall(llvm::StringRef message) {
  if (message.contains("sequencer.semaphore") ||
      message.contains(" bytes of off-chip memory; machine"))
    return true;
  return message.contains(" lacks ") && message.contains(" bytes");
}
