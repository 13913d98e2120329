// Opt-style driver over every dialect, pass and named pipeline: what lit tests
// and pass writers use. `--load-pass-plugin`, `--load-dialect-plugin` and the
// options for crash reproducers are those of mlir-opt.
#include "OtherFiles.h"

#include "lacuna/Conversion/TosaToNN/LocatedParser.h"
#include "lacuna/InitAll.h"
#include "lacuna/Support/Diagnostics.h"
#include "lacuna/Support/InputFile.h"
#include "lacuna/Support/ModelText.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "llvm/Support/ToolOutputFile.h"

/// What is wrong with `text` where MLIR's parser has refused it without a word;
/// success where it has said why, or reads it.
static llvm::Error explainSilence(llvm::MemoryBufferRef text,
                                  const mlir::DialectRegistry &registry) {
  mlir::MLIRContext context(registry);
  context.allowUnregisteredDialects();
  unsigned errors = 0;
  mlir::ScopedDiagnosticHandler counter(
      &context, [&](mlir::Diagnostic &diagnostic) {
        errors += diagnostic.getSeverity() == mlir::DiagnosticSeverity::Error;
      });
  lacuna::SourceLocation unread;
  if (lacuna::parseLocated(text, context, unread) || errors != 0)
    return llvm::Error::success();
  return lacuna::makeError(std::move(unread),
                           "this can't be read; MLIR says no more");
}

/// MlirOptMain, on text that MLIR's parser is safe on. What that reports itself
/// sets `failed` alone.
static llvm::Error run(mlir::DialectRegistry &registry,
                       const mlir::MlirOptMainConfig &config,
                       llvm::StringRef input, llvm::StringRef output,
                       bool &failed) {
  auto file = lacuna::readInputFile(input, lacuna::maxModelBytes);
  if (!file)
    return file.takeError();
  if (llvm::Error error = lacuna::checkModelText(
          (*file)->getBuffer(), (*file)->getBufferIdentifier()))
    return error;
  std::string problem;
  auto result = mlir::openOutputFile(output, &problem);
  if (!result)
    return lacuna::makeError(problem);
  auto copy = llvm::MemoryBuffer::getMemBufferCopy(
      lacuna::nameOtherFiles((*file)->getBuffer()),
      (*file)->getBufferIdentifier());
  failed = mlir::failed(
      mlir::MlirOptMain(result->os(), std::move(copy), registry, config));
  if (!failed)
    result->keep();
  else if (!config.shouldVerifyDiagnostics())
    return explainSilence(**file, registry);
  return llvm::Error::success();
}

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  lacuna::registerAllDialects(registry);
  lacuna::registerAllPasses();
  auto [input, output] = mlir::registerAndParseCLIOptions(
      argc, argv, "Lacuna's optimizer driver\n", registry);
  auto config = mlir::MlirOptMainConfig::createFromCLOptions();
  if (config.shouldShowDialects() || config.shouldListPasses())
    return mlir::asMainReturnCode(
        mlir::MlirOptMain(argc, argv, input, output, registry));
  bool failed = false;
  failed |= lacuna::reportError(run(registry, config, input, output, failed));
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
