// isa-verify: the verifier of program files, on instructions in the IR.
#include "ScheduledNetwork.h"

#include "lacuna/Conversion/NNToISA/Passes.h"
#include "lacuna/Program/Checks.h"
#include "lacuna/Program/Encoding.h"
#include "lacuna/Program/Verifier.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/ADT/StringSwitch.h"

namespace lacuna {
#define GEN_PASS_DEF_ISAVERIFY
#include "lacuna/Conversion/NNToISA/Passes.h.inc"
} // namespace lacuna

using namespace mlir;
using namespace lacuna;

namespace {

class ISAVerifyPass : public lacuna::impl::ISAVerifyBase<ISAVerifyPass> {
public:
  using ISAVerifyBase::ISAVerifyBase;

  void runOnOperation() override {
    WalkResult result = getOperation().walk([&](ModuleOp text) {
      bool holdsInstructions = llvm::any_of(*text.getBody(), [](Operation &op) {
        return isa_and_present<isa::ISADialect>(op.getDialect());
      });
      return holdsInstructions && failed(verifyText(text))
                 ? WalkResult::interrupt()
                 : WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
    markAllAnalysesPreserved();
  }

private:
  LogicalResult verifyText(ModuleOp text);
};

} // namespace

/// The region that an entry of `isa.memory` stands for. Constants are as good
/// as inputs here: read, never written, and no bytes of theirs are looked at.
static std::optional<lacuna::RegionKind> kindOf(StringRef word) {
  return llvm::StringSwitch<std::optional<lacuna::RegionKind>>(word)
      .Cases({"constants", "input"}, lacuna::RegionKind::Input)
      .Case("output", lacuna::RegionKind::Output)
      .Case("spill", lacuna::RegionKind::Spill)
      .Default(std::nullopt);
}

/// The regions that `isa.memory` lists, by ascending address.
static FailureOr<std::vector<lacuna::Region>> readRegions(ModuleOp text) {
  auto memory = text->getAttrOfType<DictionaryAttr>(kTextMemoryAttrName);
  if (!memory)
    return text.emitError() << "has no dictionary '" << kTextMemoryAttrName
                            << "': convert-tile-to-isa writes one";
  std::vector<lacuna::Region> regions;
  for (NamedAttribute entry : memory) {
    StringRef word = entry.getName();
    std::optional<lacuna::RegionKind> kind = kindOf(word);
    auto range = dyn_cast<DenseI64ArrayAttr>(entry.getValue());
    if (!kind || !range || range.size() != 2 || range[0] < 0 ||
        range[1] <= range[0])
      return text.emitError()
             << "'" << kTextMemoryAttrName << "': '" << word
             << "' is no range array<i64: begin, end> of constants, input, "
                "output or spill";
    lacuna::Region region;
    region.kind = *kind;
    region.name = (getSectionName(*kind) + "." + word).str();
    region.address = range[0];
    region.size = range[1] - range[0];
    regions.push_back(std::move(region));
  }
  llvm::sort(regions, [](const lacuna::Region &a, const lacuna::Region &b) {
    return a.address < b.address;
  });
  return regions;
}

/// Sends `error` to the handler: at the instructions it names, else at `text`.
static LogicalResult report(ModuleOp text, llvm::Error error,
                            ArrayRef<uint64_t> offsets,
                            ArrayRef<isa::LocatedInstruction> instructions) {
  auto placeOf = [&](const SourceLocation &location) -> Location {
    if (!location.byteOffset)
      return text.getLoc();
    size_t after =
        llvm::upper_bound(offsets, *location.byteOffset) - offsets.begin();
    return after ? instructions[after - 1].location : text.getLoc();
  };
  llvm::handleAllErrors(
      std::move(error),
      [&](const LocatedError &located) {
        const SourceLocation &place = located.getLocation();
        InFlightDiagnostic diagnostic = emitError(placeOf(place))
                                        << located.getMessage();
        for (const Note &note : located.getNotes())
          diagnostic.attachNote(
              placeOf(note.location.byteOffset ? note.location : place))
              << note.message;
      },
      [&](const llvm::ErrorInfoBase &other) {
        emitError(text.getLoc()) << other.message();
      });
  return failure();
}

LogicalResult ISAVerifyPass::verifyText(ModuleOp text) {
  auto named = text->getAttrOfType<StringAttr>(kTextMachineAttrName);
  FailureOr<Machine> found =
      getMachine(text, !machine.empty() ? StringRef(machine)
                       : named          ? named.getValue()
                                        : StringRef());
  if (failed(found))
    return failure();
  auto instructions = isa::toInstructions(*text.getBody());
  if (failed(instructions))
    return failure();
  auto regions = readRegions(text);
  if (failed(regions))
    return failure();

  Program program;
  program.machineText = printMachine(*found);
  program.structureHash = structureHash(*found);
  program.costHash = costHash(*found);
  program.regions = std::move(*regions);
  SmallVector<uint8_t> bytes;
  std::vector<uint64_t> offsets;
  for (const isa::LocatedInstruction &located : *instructions) {
    if (llvm::Error error = checkRules(located.instruction, *found))
      return emitError(located.location) << toString(std::move(error));
    offsets.push_back(bytes.size());
    encode(located.instruction, bytes);
  }
  lacuna::Region code;
  code.kind = lacuna::RegionKind::Text;
  code.name = getSectionName(lacuna::RegionKind::Text).str();
  if (!program.regions.empty())
    code.address = llvm::alignTo(program.regions.back().end(), regionAlignment);
  code.bytes.assign(bytes.begin(), bytes.end());
  code.size = code.bytes.size();
  program.regions.push_back(std::move(code));

  if (llvm::Error error = checkProgram(program, "program"))
    return report(text, std::move(error), offsets, *instructions);
  auto verified = verifyProgram(program, *found);
  if (!verified)
    return report(text, verified.takeError(), offsets, *instructions);
  executed += verified->instructionsExecuted;
  return success();
}
