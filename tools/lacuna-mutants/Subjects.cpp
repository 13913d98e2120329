// The whole way of each kind of file.
#include "Subjects.h"

#include "../lacuna-compiler/Model.h"

#include "lacuna/Compiler/Compile.h"
#include "lacuna/Conversion/NNToSchedule/NNToSchedule.h"
#include "lacuna/Emulator/Emulator.h"
#include "lacuna/Program/Assembler.h"
#include "lacuna/Program/Verifier.h"
#include "lacuna/Reference/Interpreter.h"
#include "lacuna/Support/Diagnostics.h"
#include "lacuna/Support/Npy.h"

#include "llvm/ADT/StringExtras.h"

using namespace lacuna;
using namespace lacuna::mutants;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
using reference::Tensor;

/// Caps on what a mutant may make the emulator do: enough for the small files
/// that mutants are made of.
constexpr uint64_t maxSteps = 200000;
constexpr uint64_t maxWork = uint64_t(1) << 26;

static Error disagree(const llvm::Twine &what) { return makeError(what); }

/// The bytes of a tensor whose elements count up.
static std::vector<uint8_t> makeInput(const TensorInfo &tensor) {
  std::vector<uint8_t> bytes(tensor.getBytes());
  bool isNarrow =
      tensor.type == ElementType::I4 || tensor.type == ElementType::I1;
  for (auto [index, byte] : llvm::enumerate(bytes))
    byte = isNarrow ? uint8_t(index & 1) : uint8_t(index * 37);
  return bytes;
}

static Error runProgram(const Program &program, StringRef name,
                        std::vector<std::vector<uint8_t>> *inputs = nullptr,
                        std::vector<TensorBytes> *outputs = nullptr) {
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

/// Writes and reads `program`, as a file and as text.
static Error roundTrip(const Program &program, StringRef name) {
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

static Error runElf(llvm::MemoryBufferRef file) {
  Expected<Program> program = readProgram(file);
  if (!program)
    return program.takeError();
  if (Error error = runProgram(*program, file.getBufferIdentifier()))
    return error;
  return roundTrip(*program, file.getBufferIdentifier());
}

static Error runAssembly(llvm::MemoryBufferRef file) {
  Expected<Program> program = assemble(file);
  if (!program)
    return program.takeError();
  if (Error error = roundTrip(*program, file.getBufferIdentifier()))
    return error;
  return runProgram(*program, file.getBufferIdentifier());
}

/// The elements of `bytes`, as they lie off-chip.
static Tensor toTensor(llvm::ArrayRef<uint8_t> bytes,
                       const reference::BoundaryType &type) {
  Tensor tensor(type.shape, type.type);
  size_t size = bytes.size() / tensor.values.size();
  for (auto [index, value] : llvm::enumerate(tensor.values)) {
    uint64_t bits = 0;
    for (size_t i = 0; i != size; ++i)
      bits |= uint64_t(bytes[index * size + i]) << (8 * i);
    value = getInfo(type.type).isSigned && size < 8
                ? llvm::SignExtend64(bits, 8 * size)
                : int64_t(bits);
  }
  return tensor;
}

/// Compiles and runs `model` on both sides.
static Error runModelOn(Model &model, const Machine &machine, StringRef name) {
  auto interpreter = reference::Interpreter::create(model.entry);
  if (!interpreter)
    return interpreter.takeError();
  auto network = buildNetwork(model.entry, machine);
  if (!network)
    return network.takeError();
  auto compilation = compile(*network, machine);
  if (!compilation)
    return atFile(compilation.takeError(), name);
  if (Error error = roundTrip(compilation->program, name))
    return error;
  std::vector<std::vector<uint8_t>> inputs;
  std::vector<TensorBytes> outputs;
  if (Error error = runProgram(compilation->program, name, &inputs, &outputs))
    return error;
  std::vector<Tensor> arguments;
  for (auto [bytes, type] : llvm::zip_equal(inputs, interpreter->getInputs()))
    arguments.push_back(toTensor(bytes, type));
  auto expected = interpreter->run(std::move(arguments));
  if (!expected)
    return expected.takeError();
  for (auto [bytes, type, tensor] :
       llvm::zip_equal(outputs, interpreter->getOutputs(), *expected))
    if (toTensor(bytes, type).values != tensor.values)
      return disagree("the emulator and the reference differ");
  return Error::success();
}

static Error runModel(llvm::MemoryBufferRef file) {
  static const Machine machine = cantFail(loadMachine("nano"));
  Expected<Model> model = parseModel(file, {});
  if (!model)
    return model.takeError();
  return runModelOn(*model, machine, file.getBufferIdentifier());
}

static Error runMachine(llvm::MemoryBufferRef file) {
  Expected<Machine> machine =
      parseMachine(file.getBuffer(), file.getBufferIdentifier());
  if (!machine)
    return machine.takeError();
  std::string printed = printMachine(*machine);
  Expected<Machine> again = parseMachine(printed, "printed.yaml");
  if (!again)
    return disagree("what is printed is not read: " +
                    llvm::toString(again.takeError()));
  if (structureHash(*again) != structureHash(*machine) ||
      costHash(*again) != costHash(*machine))
    return disagree("printed and read, the machine is another");

  // Two layers, one of them on the matrix engine.
  static constexpr StringRef text = R"mlir(
    func.func @main(%x: tensor<1x5x5x3xi8>) -> tensor<1x3x3x4xi32> {
      %w = nn.constant dense<3> : tensor<4x3x3x3xi8>
      %0 = nn.elementwise bitwise_xor %x, %x
        : (tensor<1x5x5x3xi8>, tensor<1x5x5x3xi8>) -> tensor<1x5x5x3xi8>
      %1 = nn.conv2d %0, %w stride = [1, 1] padding = [0, 0, 0, 0] acc = i32
        : (tensor<1x5x5x3xi8>, tensor<4x3x3x3xi8>) -> tensor<1x3x3x4xi32>
      return %1 : tensor<1x3x3x4xi32>
    })mlir";
  Model model = cantFail(parseModel({text, "model.mlir"}, {}));
  return runModelOn(model, *machine, file.getBufferIdentifier());
}

static Error runNpy(llvm::MemoryBufferRef file) {
  Expected<NpyArray> array =
      parseNpy(file.getBuffer(), file.getBufferIdentifier());
  if (!array)
    return array.takeError();
  Expected<NpyArray> again = parseNpy(encodeNpy(*array), "encoded.npy");
  if (!again)
    return disagree("what is written is not read: " +
                    llvm::toString(again.takeError()));
  if (again->type != array->type || again->shape != array->shape ||
      again->data != array->data)
    return disagree("written and read, the array is another");
  return Error::success();
}

static constexpr Subject subjects[] = {
    {"model", ".mlir", true, runModel}, {"machine", ".yaml", true, runMachine},
    {"program", ".elf", false, runElf}, {"assembly", ".s", true, runAssembly},
    {"tensor", ".npy", false, runNpy},
};

llvm::ArrayRef<Subject> lacuna::mutants::allSubjects() { return subjects; }

const Subject *lacuna::mutants::findSubject(StringRef path) {
  for (const Subject &subject : subjects)
    if (path.ends_with(subject.extension))
      return &subject;
  return nullptr;
}
