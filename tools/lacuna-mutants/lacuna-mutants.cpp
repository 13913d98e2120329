// Damages files and puts each damaged copy through all that the tools do with
// an honest one: it must be refused with a located error or run to its end. For
// tests only.
#include "Batch.h"
#include "Mutate.h"
#include "Subjects.h"

#include "lacuna/Support/CommandLine.h"
#include "lacuna/Support/Diagnostics.h"
#include "lacuna/Support/InputFile.h"
#include "lacuna/Support/OutputFile.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/InitLLVM.h"

using namespace lacuna;
using namespace lacuna::mutants;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

namespace cl = llvm::cl;

static cl::list<std::string> paths(cl::Positional, cl::OneOrMore,
                                   cl::desc("FILE..."));
static cl::opt<uint64_t> seed("seed", cl::init(1),
                              cl::desc("Where mutants come from"));
static cl::opt<uint64_t> first("first", cl::init(0),
                               cl::desc("Number of the first mutant"));
static cl::opt<uint64_t> count("count", cl::init(200),
                               cl::desc("Mutants of each file"));
static cl::opt<unsigned> seconds("seconds", cl::init(20),
                                 cl::desc("Most time for a mutant"));
static cl::opt<unsigned> mebibytes("mebibytes", cl::init(4096),
                                   cl::desc("Most memory for a batch"));
static cl::opt<std::string>
    writePath("write", cl::value_desc("PATH"),
              cl::desc("Write the first mutant of the first file and stop"));
static cl::opt<bool>
    inProcess("in-process",
              cl::desc("Run in this process and print what each mutant says"));

namespace {
struct Tally {
  uint64_t refused = 0, ran = 0, failed = 0;
};
} // namespace

/// Runs all mutants of one file.
static Error runFile(StringRef path, const Subject &subject, Tally &tally) {
  auto file = readInputFile(path, maxTextBytes);
  if (!file)
    return file.takeError();
  StringRef original = (*file)->getBuffer();
  auto work = [&](uint64_t number) {
    std::string mutant = mutate(original, subject.isText, seed, number);
    return judge(subject.run({mutant, path}));
  };
  auto report = [&](uint64_t number, const Outcome &outcome) {
    tally.refused += outcome.result == Result::Refused;
    tally.ran += outcome.result == Result::Ran;
    tally.failed += outcome.result == Result::Failed;
    if (inProcess)
      llvm::outs() << number << ": "
                   << (outcome.detail.empty() ? "ran" : outcome.detail) << '\n';
    if (outcome.result != Result::Failed)
      return;
    llvm::outs() << path << ": mutant " << number << ": " << outcome.detail
                 << "\n  again: lacuna-mutants --in-process --seed " << seed
                 << " --first " << number << " --count 1 " << path
                 << "\n  the file: the same with --write m" << subject.extension
                 << '\n';
    llvm::outs().flush();
  };
  // Undamaged, it must be in order: else its mutants show little.
  if (Error error = subject.run({original, path}))
    return addNote(std::move(error), "the undamaged file must be in order");
  if (inProcess) {
    for (uint64_t number = first; number != first + count; ++number)
      report(number, work(number));
    return Error::success();
  }
  BatchLimits limits;
  limits.seconds = seconds;
  limits.bytes = uint64_t(mebibytes) << 20;
  return runForked(first, count, limits, work, report);
}

static Error run(bool &failed) {
  std::vector<Tally> tallies(allSubjects().size());
  for (const std::string &path : paths) {
    const Subject *subject = findSubject(path);
    if (!subject)
      return makeError(SourceLocation::inFile(path),
                       "no kind of file has this ending");
    if (!writePath.empty()) {
      auto file = readInputFile(path, maxTextBytes);
      if (!file)
        return file.takeError();
      return writeFile(
          writePath, mutate((*file)->getBuffer(), subject->isText, seed, first),
          {path});
    }
    if (Error error =
            runFile(path, *subject, tallies[subject - allSubjects().begin()]))
      return error;
  }
  for (auto [subject, tally] : llvm::zip_equal(allSubjects(), tallies)) {
    if (tally.refused + tally.ran + tally.failed == 0)
      continue;
    llvm::outs() << llvm::formatv(
        "{0}: {1} refused with a located error, {2} ran to the end, {3} "
        "crashed, hung or silent\n",
        subject.name, tally.refused, tally.ran, tally.failed);
    failed |= tally.failed != 0;
  }
  return Error::success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  Error error = parseCommandLine(
      argc, argv, "Damages files and sees how each kind takes it\n",
      "see lacuna-mutants --help");
  bool failed = false;
  if (!error)
    error = run(failed);
  failed |= reportError(std::move(error));
  return failed ? 1 : 0;
}
