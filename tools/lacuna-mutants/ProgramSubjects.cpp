// The whole way of a program.
#include "ProgramSubjects.h"
#include "Outcome.h"

#include "lacuna/Program/Assembler.h"
#include "lacuna/Program/Verifier.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"

using namespace lacuna;
using namespace lacuna::mutants;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

/// Caps on what a mutant may make the emulator do: enough for the small files
/// that mutants are made of.
constexpr uint64_t maxSteps = 200000;
constexpr uint64_t maxWork = uint64_t(1) << 26;

/// The bytes of a tensor whose elements count up.
static std::vector<uint8_t> makeInput(const TensorInfo &tensor) {
  std::vector<uint8_t> bytes(tensor.getBytes());
  bool isNarrow =
      tensor.type == ElementType::I4 || tensor.type == ElementType::I1;
  for (auto [index, byte] : llvm::enumerate(bytes))
    byte = isNarrow ? uint8_t(index & 1) : uint8_t(index * 37);
  return bytes;
}

Error lacuna::mutants::runProgram(const Program &program, StringRef name,
                                  std::vector<std::vector<uint8_t>> *inputs,
                                  std::vector<TensorBytes> *outputs) {
  Expected<Machine> machine = parseMachine(program.machineText, name);
  if (!machine)
    return machine.takeError();
  VerifyOptions verify;
  verify.file = name;
  verify.maxSteps = maxSteps;
  if (Error error = verifyProgram(program, *machine, verify).takeError())
    return error;
  EmulatorOptions options;
  options.name = name.str();
  options.maxSteps = maxSteps;
  options.maxWork = maxWork;
  Expected<Emulator> emulator = Emulator::create(program, *machine, options);
  if (!emulator)
    return emulator.takeError();
  std::vector<std::vector<uint8_t>> bytes;
  uint64_t total = 0;
  for (const TensorInfo *tensor : program.getTensors(TensorKind::Input)) {
    total += tensor->getBytes();
    if (total > maxWork)
      return makeError(SourceLocation::inFile(name),
                       "the inputs are too large");
    bytes.push_back(makeInput(*tensor));
  }
  auto results = emulator->run(
      llvm::SmallVector<llvm::ArrayRef<uint8_t>>(bytes.begin(), bytes.end()));
  if (!results)
    return results.takeError();
  if (inputs)
    *inputs = std::move(bytes);
  if (outputs)
    *outputs = std::move(*results);
  return Error::success();
}

Error lacuna::mutants::roundTrip(const Program &program, StringRef name) {
  std::string file, again, text;
  llvm::raw_string_ostream fileStream(file), againStream(again),
      textStream(text);
  if (Error error = writeProgram(program, fileStream))
    return error;
  disassemble(program, textStream);
  Expected<Program> assembled = assemble({text, name});
  if (!assembled)
    return disagree("what disassembles does not assemble: " +
                    llvm::toString(assembled.takeError()));
  if (Error error = writeProgram(*assembled, againStream))
    return error;
  if (file != again)
    return disagree("disassembled and assembled, the program is another");
  return Error::success();
}

Error lacuna::mutants::runElf(llvm::MemoryBufferRef file) {
  Expected<Program> program = readProgram(file);
  if (!program)
    return program.takeError();
  if (Error error = runProgram(*program, file.getBufferIdentifier()))
    return error;
  return roundTrip(*program, file.getBufferIdentifier());
}

Error lacuna::mutants::runAssembly(llvm::MemoryBufferRef file) {
  Expected<Program> program = assemble(file);
  if (!program)
    return program.takeError();
  if (Error error = roundTrip(*program, file.getBufferIdentifier()))
    return error;
  return runProgram(*program, file.getBufferIdentifier());
}
