// Chrome's trace events: "M" names a track, "X" is a span on one.
#include "lacuna/Report/Trace.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

#include <map>

using namespace llvm;
using namespace lacuna;

static void writeTrack(json::OStream &json, Engine engine) {
  json.object([&] {
    json.attribute("ph", "M");
    json.attribute("pid", 0);
    json.attribute("tid", static_cast<int64_t>(engine));
    json.attribute("name", "thread_name");
    json.attributeObject(
        "args", [&] { json.attribute("name", toString(engine).upper()); });
  });
}

/// The engine that signals each semaphore.
using Producers = std::map<uint64_t, Engine>;

static Producers findProducers(const ProgramText &text) {
  Producers producers;
  for (const DecodedInstruction &decoded : text.instructions)
    if (const auto *signal = std::get_if<Signal>(&decoded.instruction))
      producers.try_emplace(signal->semaphore, signal->engine);
  return producers;
}

/// What a span is called.
static std::string describe(const ProgramText &text, const Producers &producers,
                            const TimelineEvent &event) {
  const Instruction &instruction =
      text.instructions[event.occurrence.index].instruction;
  switch (event.activity) {
  case Activity::Work:
    return mnemonicOf(instruction).str();
  case Activity::Latency:
    return "wait: DRAM latency";
  case Activity::Channel:
    return "wait: DRAM channel busy";
  case Activity::Issue:
    return "wait: not issued";
  case Activity::Semaphore:
    break;
  }
  uint64_t semaphore = std::get<Wait>(instruction).semaphore;
  auto producer = producers.find(semaphore);
  Engine engine =
      producer == producers.end() ? Engine::Sequencer : producer->second;
  return formatv("wait: {0}, semaphore {1}", toString(engine).upper(),
                 semaphore);
}

static void writeEvent(json::OStream &json, const Program &program,
                       const ProgramText &text, const Producers &producers,
                       const TimelineEvent &event) {
  const DecodedInstruction &instruction =
      text.instructions[event.occurrence.index];
  const Layer *layer = program.findLayer(instruction.offset);
  json.object([&] {
    json.attribute("ph", "X");
    json.attribute("pid", 0);
    json.attribute("tid", static_cast<int64_t>(event.engine));
    json.attribute("name", describe(text, producers, event));
    json.attribute("cat", event.activity == Activity::Work ? "work" : "wait");
    json.attribute("ts", static_cast<int64_t>(event.start));
    json.attribute("dur", static_cast<int64_t>(event.end - event.start));
    json.attributeObject("args", [&] {
      json.attribute("offset", static_cast<int64_t>(instruction.offset));
      if (layer)
        json.attribute("layer", json::fixUTF8(layer->name));
      for (auto [level, index] : llvm::enumerate(event.occurrence.indices))
        if (index)
          json.attribute("i" + std::to_string(level), index);
    });
  });
}

void lacuna::writeTrace(const Program &program, const ProgramText &text,
                        ArrayRef<TimelineEvent> events, raw_ostream &os) {
  Producers producers = findProducers(text);
  json::OStream json(os);
  json.object([&] {
    json.attribute("displayTimeUnit", "ns");
    json.attributeArray("traceEvents", [&] {
      for (unsigned engine = 1; engine != kEngines; ++engine)
        writeTrack(json, Engine(engine));
      for (const TimelineEvent &event : events)
        writeEvent(json, program, text, producers, event);
    });
  });
  os << "\n";
}
