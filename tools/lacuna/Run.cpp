// lacuna run: a program on the emulator.
#include "Subcommands.h"

#include "lacuna/Program/Verifier.h"
#include "lacuna/Report/RunReport.h"
#include "lacuna/Report/Trace.h"
#include "lacuna/Support/Diagnostics.h"
#include "lacuna/Support/Hash.h"
#include "lacuna/Support/InputFile.h"
#include "lacuna/Support/OutputFile.h"
#include "lacuna/Support/TensorArguments.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/Threading.h"

#include <mutex>

using namespace lacuna;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
namespace cl = llvm::cl;

static cl::SubCommand command("run", "runs a program on the emulator");

static cl::opt<std::string> programPath(cl::Positional, cl::Required,
                                        cl::sub(command),
                                        cl::desc("MODEL.elf"));
static cl::list<std::string>
    inputPaths("input", cl::sub(command), cl::value_desc("[NAME=]X.npy"),
               cl::desc("Tensor of an input, in order or by name"));
static cl::list<std::string> outputPaths("output", cl::sub(command),
                                         cl::value_desc("[NAME=]Y.npy"),
                                         cl::desc("Where to write an output"));
static cl::opt<bool>
    each("each", cl::sub(command),
         cl::desc("The inputs' first axis counts samples: run once for each"));
static cl::opt<uint64_t>
    threads("threads", cl::sub(command), cl::init(1), cl::value_desc("N"),
            cl::desc("With --each: samples to run at a time, each with memory "
                     "of its own; 0: as many as there are processors. What is "
                     "written is the same (default 1)"));
static cl::opt<std::string> reportPath("report", cl::sub(command),
                                       cl::value_desc("R.json"),
                                       cl::desc("Write what was counted"));
static cl::opt<std::string>
    tracePath("trace", cl::sub(command), cl::value_desc("T.json"),
              cl::desc("Write the time line of the first run, in Chrome's "
                       "trace format"));
static cl::opt<std::string>
    machineName("machine", cl::sub(command), cl::value_desc("NAME or FILE"),
                cl::desc("Count time and energy on this machine, which "
                         "differs from the program's in costs only"));
static cl::opt<uint64_t>
    maxSteps("max-steps", cl::sub(command), cl::init(4000000),
             cl::desc("Most instructions a run may issue, loops unrolled"));
static cl::opt<uint64_t>
    maxWork("max-work", cl::sub(command), cl::init(uint64_t(1) << 42),
            cl::desc("Most products, elements and bytes a run may work on"));

/// Each thread has memory for a program of its own.
constexpr uint64_t maxThreads = 256;

namespace {
/// A program and the machine it runs on.
struct Loaded {
  Program program;
  std::string hash;
  Machine machine;
  /// The machine has the costs that the program was compiled for.
  bool sameCosts = true;
};
} // namespace

static Expected<Loaded> load() {
  auto file = readInputFile(programPath, maxBinaryBytes);
  if (!file)
    return file.takeError();
  Loaded loaded;
  loaded.hash = hashToHex(hashContents((*file)->getBuffer()));
  Expected<Program> program = readProgram(**file);
  if (!program)
    return program.takeError();
  loaded.program = std::move(*program);

  Expected<Machine> own =
      parseMachine(loaded.program.machineText, programPath + " (its machine)");
  if (!own)
    return own.takeError();
  if (structureHash(*own) != loaded.program.structureHash)
    return makeError(SourceLocation::inFile(programPath),
                     "the machine in the program is not the one that its hash "
                     "is of");
  loaded.machine = std::move(*own);
  if (!machineName.empty()) {
    Expected<Machine> other = loadMachine(machineName);
    if (!other)
      return other.takeError();
    if (structureHash(*other) != loaded.program.structureHash)
      return makeError(SourceLocation::inFile(programPath),
                       "the program is for " + loaded.machine.name +
                           "; machine " + other->name +
                           " has other sizes or types",
                       "compile the model for " + other->name);
    loaded.sameCosts = costHash(*other) == costHash(loaded.machine);
    loaded.machine = std::move(*other);
  }
  VerifyOptions options;
  options.file = programPath;
  options.maxSteps = maxSteps;
  Expected<VerifiedProgram> verified =
      verifyProgram(loaded.program, loaded.machine, options);
  if (!verified)
    return verified.takeError();
  return loaded;
}

static std::vector<Port> getPorts(const Program &program, TensorKind kind,
                                  StringRef prefix) {
  std::vector<Port> ports;
  for (const TensorInfo *tensor : program.getTensors(kind)) {
    std::string name = tensor->name;
    if (name.empty())
      name = (prefix + llvm::Twine(ports.size())).str();
    Port &port = ports.emplace_back();
    port.name = name;
    port.type = tensor->type;
    port.shape = tensor->shape;
    if (tensor->isFloatOutside && tensor->scale)
      port.quantization = PortQuantization{float(*tensor->scale),
                                           tensor->zeroPoint.value_or(0)};
  }
  return ports;
}

namespace {
/// What all samples cost together, where each costs something else.
class SampleCounts {
public:
  SampleCounts(const Loaded &loaded, const Emulator &emulator)
      : loaded(loaded), needed(emulator.costsDependOnData()) {}

  bool areNeeded() const { return needed; }

  /// Adds what `emulator` has counted for `sample`, if it is as predicted.
  Error add(const Emulator &emulator, uint64_t sample);

  RunCounts sum;

private:
  const Loaded &loaded;
  bool needed;
  std::mutex adding;
};
} // namespace

Error SampleCounts::add(const Emulator &emulator, uint64_t sample) {
  Report report =
      makeRunReport(loaded.program, loaded.machine, emulator, loaded.hash);
  auto predicted = checkPrediction(
      loaded.program, programPath, toJson(report, loaded.machine),
      loaded.sameCosts ? Compared::Everything : Compared::Bytes);
  if (!predicted)
    return makeError("sample " + llvm::Twine(sample) + ": " +
                     llvm::toString(predicted.takeError()));
  const RunCounts &counts = emulator.getCounts();
  std::lock_guard<std::mutex> lock(adding);
  sum.layers.resize(counts.layers.size());
  for (auto [total, layer] : llvm::zip_equal(sum.layers, counts.layers))
    total += layer;
  sum.cycles = llvm::SaturatingAdd(sum.cycles, counts.cycles);
  return Error::success();
}

/// Runs one sample, and writes its outputs.
static Error runSample(Emulator &emulator, const InputArrays &inputs,
                       uint64_t sample, SampleCounts &counts,
                       SampleWriter &results) {
  auto arrays = inputs.readSample(sample);
  if (!arrays)
    return arrays.takeError();
  Expected<std::vector<TensorBytes>> outputs = emulator.run(viewBytes(*arrays));
  if (!outputs)
    return outputs.takeError();
  results.add(sample, std::move(*outputs));
  return counts.areNeeded() ? counts.add(emulator, sample) : Error::success();
}

/// Runs all samples.
static Error runSamples(Emulator &emulator, const InputArrays &inputs,
                        SampleCounts &counts, SampleWriter &results) {
  // The first run is the one that counts, where all cost the same; the others
  // go on from there.
  if (Error error = runSample(emulator, inputs, 0, counts, results))
    return error;
  if (inputs.samples == 1)
    return Error::success();
  uint64_t count =
      threads ? threads : llvm::hardware_concurrency().compute_thread_count();
  count = std::min(count, inputs.samples - 1);
  std::vector<Emulator> others;
  for (uint64_t i = 1; i < count; ++i) {
    Expected<Emulator> other = emulator.fork();
    if (!other)
      return other.takeError();
    others.push_back(std::move(*other));
  }
  std::vector<RunSample> runners;
  auto addRunner = [&](Emulator &own) {
    runners.push_back([&](uint64_t sample) {
      return runSample(own, inputs, sample, counts, results);
    });
  };
  addRunner(emulator);
  for (Emulator &other : others)
    addRunner(other);
  return forEachSample(1, inputs.samples, runners);
}

/// A few lines for people; everything is in the report.
/// `counts` are those of `counted` samples.
static void printSummary(const Loaded &loaded, const RunCounts &counts,
                         uint64_t counted, uint64_t samples,
                         llvm::raw_ostream &os) {
  Counters total = counts.getTotal();
  Energy energy = getEnergy(total, loaded.machine, counts.cycles);
  uint64_t cycles = counts.cycles / counted;
  os << llvm::formatv("{0} {1} on {2}; {3}:\n", samples,
                      samples == 1 ? "run" : "runs", loaded.machine.name,
                      counted == 1 ? "each" : "on average");
  os << llvm::formatv("  {0:N} cycles, {1:F1} us at {2} MHz\n", cycles,
                      double(cycles) / loaded.machine.clockMhz,
                      loaded.machine.clockMhz);
  os << llvm::formatv("  {0:N} bytes off-chip:",
                      total.getDramBytes() / counted);
  for (unsigned i = 0; i != kDramUses; ++i)
    os << llvm::formatv("{0} {1} {2:N}", i ? "," : "", getName(DramUse(i)),
                        total.dramBy[i] / counted);
  os << llvm::formatv("\n  {0:N} MACs", total.macs / counted);
  if (total.macsSkipped)
    os << llvm::formatv(", {0:N} of them skipped", total.macsSkipped / counted);
  os << llvm::formatv(", {0:F3} uJ\n",
                      energy.getTotal() / 1e6 / double(counted));
}

static Error run() {
  if (threads > maxThreads)
    return makeError("--threads: " + llvm::Twine(uint64_t(threads)) +
                     " is too many; at most " + llvm::Twine(maxThreads));
  Expected<Loaded> loaded = load();
  if (!loaded)
    return loaded.takeError();
  const Program &program = loaded->program;
  std::vector<Port> inputPorts = getPorts(program, TensorKind::Input, "input");
  std::vector<Port> outputPorts =
      getPorts(program, TensorKind::Output, "output");
  auto inputFiles = matchFiles(inputPaths, inputPorts, "--input", false);
  if (!inputFiles)
    return inputFiles.takeError();
  auto outputFiles = matchFiles(outputPaths, outputPorts, "--output", true);
  if (!outputFiles)
    return outputFiles.takeError();

  // All files are opened before the work starts.
  std::vector<std::string> readFiles = *inputFiles;
  readFiles.push_back(programPath);
  std::vector<std::string> written = *outputFiles;
  written.push_back(reportPath);
  written.push_back(tracePath);
  auto opened = openOutputs(written, readFiles);
  if (!opened)
    return opened.takeError();
  std::vector<std::optional<OutputFile>> files = std::move(*opened);

  Expected<InputArrays> inputs = readInputs(*inputFiles, inputPorts, each);
  if (!inputs)
    return inputs.takeError();
  SampleWriter results(
      outputPorts, inputs->samples, each,
      llvm::MutableArrayRef(files).take_front(outputPorts.size()));

  std::vector<TimelineEvent> events;
  auto onEvent = [&](const TimelineEvent &event) { events.push_back(event); };
  EmulatorOptions options;
  options.name = programPath + "(.text)";
  options.maxSteps = maxSteps;
  options.maxWork = maxWork;
  if (!tracePath.empty())
    options.onEvent = onEvent;
  Expected<Emulator> emulator =
      Emulator::create(program, loaded->machine, options);
  if (!emulator)
    return emulator.takeError();
  if (inputs->samples == 0)
    return makeError("--each: the inputs hold no samples");
  SampleCounts sampleCounts(*loaded, *emulator);
  if (Error error = runSamples(*emulator, *inputs, sampleCounts, results))
    return error;

  Report report =
      makeRunReport(program, loaded->machine, *emulator, loaded->hash);
  auto predicted = checkPrediction(
      program, programPath, toJson(report, loaded->machine),
      loaded->sameCosts ? Compared::Everything : Compared::Bytes);
  if (!predicted)
    return predicted.takeError();

  if (std::optional<OutputFile> &file = files[outputPorts.size()]) {
    report.samples = inputs->samples;
    if (sampleCounts.areNeeded()) {
      report.layers = getReportLayers(program, sampleCounts.sum.layers);
      report.cycles = sampleCounts.sum.cycles;
    } else {
      for (ReportLayer &layer : report.layers)
        layer.counters = repeat(layer.counters, report.samples);
      report.cycles = *report.cycles * report.samples;
    }
    llvm::json::Object object = toJson(report, loaded->machine);
    if (*predicted)
      object["predicted"] = std::move(**predicted);
    file->os() << llvm::formatv("{0:2}\n",
                                llvm::json::Value(std::move(object)));
  }
  if (std::optional<OutputFile> &file = files[outputPorts.size() + 1])
    writeTrace(program, emulator->getText(), events, file->os());
  if (Error error = commitOutputs(files))
    return error;

  bool standardOutputTaken = llvm::is_contained(written, "-");
  bool summed = sampleCounts.areNeeded();
  printSummary(*loaded, summed ? sampleCounts.sum : emulator->getCounts(),
               summed ? inputs->samples : 1, inputs->samples,
               standardOutputTaken ? llvm::errs() : llvm::outs());
  return Error::success();
}

const Subcommand lacuna::runSubcommand = {command, run};
