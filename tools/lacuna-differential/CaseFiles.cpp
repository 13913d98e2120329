// Reading and writing cases.
#include "CaseFiles.h"

#include "lacuna/Reference/TensorFile.h"
#include "lacuna/Support/Diagnostics.h"
#include "lacuna/Support/InputFile.h"
#include "lacuna/Support/OutputFile.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace lacuna;
using namespace lacuna::differential;
using llvm::Error;
using llvm::Expected;

Expected<Case> differential::readCase(mlir::MLIRContext &context,
                                      llvm::StringRef model,
                                      llvm::StringRef machine,
                                      llvm::ArrayRef<std::string> inputs,
                                      uint64_t seed) {
  Case test;
  auto file = readInputFile(model, maxTextBytes);
  if (!file)
    return file.takeError();
  std::string diagnostics;
  mlir::ScopedDiagnosticHandler handler(
      &context, [&](mlir::Diagnostic &diagnostic) {
        diagnostics += diagnostic.str() + "\n";
      });
  test.graph = mlir::parseSourceString<mlir::ModuleOp>((*file)->getBuffer(),
                                                       &context, model);
  if (!test.graph)
    return makeError(SourceLocation::inFile(model), diagnostics);
  if (!llvm::hasSingleElement(test.graph->getBody()->getOperations()) ||
      !llvm::hasSingleElement(test.graph->getOps<mlir::func::FuncOp>()) ||
      !llvm::hasSingleElement(functionOf(*test.graph).getBody()))
    return makeError(SourceLocation::inFile(model),
                     "the model must be one function of one block");
  Expected<Machine> loaded = loadMachine(machine);
  if (!loaded)
    return loaded.takeError();
  test.machine = std::move(*loaded);
  auto tensors = inputs.empty() ? makeInputs(functionOf(*test.graph), seed)
                                : readInputs(functionOf(*test.graph), inputs);
  if (!tensors)
    return tensors.takeError();
  test.inputs = std::move(*tensors);
  return test;
}

Expected<std::string> differential::writeCase(const Case &test,
                                              llvm::StringRef folder) {
  if (std::error_code code = llvm::sys::fs::create_directories(folder))
    return makeError(SourceLocation::inFile(folder), code.message());
  auto pathOf = [&](const llvm::Twine &name) {
    llvm::SmallString<128> path(folder);
    llvm::sys::path::append(path, name);
    return std::string(path);
  };
  std::string model, names;
  llvm::raw_string_ostream os(model);
  test.graph.get()->print(os);
  if (Error error = writeFile(pathOf("model.mlir"), model))
    return std::move(error);
  if (Error error =
          writeFile(pathOf("machine.yaml"), printMachine(test.machine)))
    return std::move(error);
  names = pathOf("model.mlir") + " --machine=" + pathOf("machine.yaml");
  for (auto [number, input] : llvm::enumerate(test.inputs)) {
    std::string path = pathOf("input" + llvm::Twine(number) + ".npy");
    if (Error error = writeNpy(path, reference::npyFromTensor(input)))
      return std::move(error);
    names += " --input=" + path;
  }
  return names;
}
