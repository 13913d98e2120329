// What a program must bear and what it must not: the loss of its names, and the
// loss of a semaphore operation.
#include "Case.h"

#include "Random.h"

#include "lacuna/Emulator/Emulator.h"
#include "lacuna/Program/Encoding.h"
#include "lacuna/Program/Verifier.h"
#include "lacuna/Support/Diagnostics.h"

using namespace lacuna;
using namespace lacuna::differential;
using llvm::Error;
using llvm::Expected;

/// Programs of which each semaphore operation is removed in turn lie below
/// this; of longer ones, as many are picked.
constexpr unsigned maxRemovals = 12;

/// A copy of `program` that carries nothing but what executes.
static Program withoutNames(const Program &program) {
  Program bare = program;
  bare.layers.clear();
  bare.layerRanges.clear();
  bare.predicted.clear();
  for (TensorInfo &tensor : bare.tensors)
    tensor.name.clear();
  return bare;
}

/// Runs the file of `program` as written and read back.
static Error checkRun(const Program &program, const Machine &machine,
                      llvm::ArrayRef<llvm::ArrayRef<uint8_t>> inputs,
                      llvm::ArrayRef<std::vector<uint8_t>> outputs,
                      uint64_t dramBytes) {
  std::string file;
  llvm::raw_string_ostream os(file);
  if (Error error = writeProgram(program, os))
    return error;
  Expected<Program> read = readProgram(llvm::MemoryBufferRef(file, "stripped"));
  if (!read)
    return read.takeError();
  Expected<Emulator> emulator = Emulator::create(*read, machine);
  if (!emulator)
    return emulator.takeError();
  Expected<std::vector<TensorBytes>> again = emulator->run(inputs);
  if (!again)
    return again.takeError();
  if (llvm::ArrayRef(*again) != outputs)
    return makeError("without names and debug map, outputs differ");
  if (emulator->getCounts().getTotal().getDramBytes() != dramBytes)
    return makeError("without names and debug map, other bytes are moved");
  return Error::success();
}

/// The text of `program` without instruction `skipped`.
static Program withoutInstruction(const Program &bare,
                                  llvm::ArrayRef<DecodedInstruction> code,
                                  size_t skipped) {
  Program damaged = bare;
  for (Region &region : damaged.regions) {
    if (region.kind != RegionKind::Text)
      continue;
    auto from = region.bytes.begin() + code[skipped].offset;
    region.bytes.erase(from, from + code[skipped].size);
    region.size = region.bytes.size();
  }
  return damaged;
}

Expected<uint64_t> differential::checkDamage(
    const Program &program, const Machine &machine, uint64_t seed,
    llvm::ArrayRef<llvm::ArrayRef<uint8_t>> inputs,
    llvm::ArrayRef<std::vector<uint8_t>> outputs, uint64_t dramBytes) {
  Program bare = withoutNames(program);
  if (Error error = checkRun(bare, machine, inputs, outputs, dramBytes))
    return std::move(error);

  auto code = decodeText(bare.getText().bytes);
  if (!code)
    return code.takeError();
  std::vector<size_t> operations;
  for (auto [index, decoded] : llvm::enumerate(*code))
    if (std::holds_alternative<Signal>(decoded.instruction) ||
        std::holds_alternative<Wait>(decoded.instruction))
      operations.push_back(index);
  Random random(seed, /*stream=*/4);
  while (operations.size() > maxRemovals)
    operations.erase(operations.begin() +
                     random.between(0, int64_t(operations.size()) - 1));
  for (size_t index : operations) {
    Program damaged = withoutInstruction(bare, *code, index);
    Expected<VerifiedProgram> verified = verifyProgram(damaged, machine);
    if (verified)
      return makeError("the verifier does not notice that '" +
                       mnemonicOf((*code)[index].instruction) + "' at byte " +
                       llvm::Twine((*code)[index].offset) +
                       " of the text is gone");
    llvm::consumeError(verified.takeError());
  }
  return operations.size();
}
