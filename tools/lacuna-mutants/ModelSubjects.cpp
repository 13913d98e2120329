// The whole way of models.
#include "ModelSubjects.h"
#include "Outcome.h"
#include "ProgramSubjects.h"
#include "TensorSubjects.h"

#include "../lacuna-compiler/Model.h"

#include "lacuna/Compiler/Compile.h"
#include "lacuna/Conversion/NNToSchedule/NNToSchedule.h"
#include "lacuna/Reference/Interpreter.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"

using namespace lacuna;
using namespace lacuna::mutants;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
using reference::Tensor;

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

Error lacuna::mutants::runModel(llvm::MemoryBufferRef file) {
  static const Machine machine = cantFail(loadMachine("nano"));
  Expected<Model> model = parseModel(file, {});
  if (!model)
    return model.takeError();
  return runModelOn(*model, machine, file.getBufferIdentifier());
}

Error lacuna::mutants::runMachine(llvm::MemoryBufferRef file) {
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

Error lacuna::mutants::runWeights(llvm::MemoryBufferRef file) {
  static const Machine machine = cantFail(loadMachine("nano"));
  static constexpr StringRef text = R"mlir(
    func.func @main(%x: tensor<1x4x4x2xi8>) -> tensor<1x3x3x4xi32> {
      %w = "tosa.const"() <{values = dense_resource<w> : tensor<4x2x2x2xi8>}> : () -> tensor<4x2x2x2xi8>
      %b = "tosa.const"() <{values = dense_resource<b> : tensor<4xi32>}> : () -> tensor<4xi32>
      %z = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
      %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
        : (tensor<1x4x4x2xi8>, tensor<4x2x2x2xi8>, tensor<4xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x3x3x4xi32>
      return %0 : tensor<1x3x3x4xi32>
    })mlir";
  if (Error error = runWeightFile(file))
    return error;
  Expected<WeightFile> weights =
      WeightFile::parse(llvm::MemoryBuffer::getMemBufferCopy(
          file.getBuffer(), file.getBufferIdentifier()));
  if (!weights)
    return weights.takeError();
  ModelOptions options;
  options.weights = file.getBufferIdentifier().str();
  Expected<Model> model =
      parseModel({text, "model.mlir"}, options, std::move(*weights));
  if (!model)
    return model.takeError();
  return runModelOn(*model, machine, file.getBufferIdentifier());
}
