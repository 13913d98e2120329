// Opt-style driver over every dialect, pass and named pipeline: what lit tests
// and pass writers use. `--load-pass-plugin`, `--load-dialect-plugin` and the
// options for crash reproducers are those of mlir-opt.

#include "lacuna/Conversion/TosaToNN/LocatedParser.h"
#include "lacuna/InitAll.h"
#include "lacuna/Support/Diagnostics.h"
#include "lacuna/Support/InputFile.h"
#include "lacuna/Support/ModelText.h"
#include "mlir/IR/BuiltinDialect.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "llvm/Support/ToolOutputFile.h"

#include <atomic>

/// Errors that MLIR has reported in this process.
static std::atomic<unsigned> errorsReported = 0;

/// Counts errors on their way to whoever prints them.
static void countErrors(mlir::MLIRContext *context, mlir::BuiltinDialect *) {
  context->getDiagEngine().registerHandler([](mlir::Diagnostic &diagnostic) {
    errorsReported +=
        diagnostic.getSeverity() == mlir::DiagnosticSeverity::Error;
    return mlir::failure(); // to the next handler
  });
}

/// Why nothing came of `text`, where MLIR has not said so.
static llvm::Error explainSilence(llvm::MemoryBufferRef text,
                                  const mlir::DialectRegistry &registry) {
  mlir::MLIRContext context(registry);
  lacuna::SourceLocation unread;
  if (lacuna::parseLocated(text, context, unread))
    unread = lacuna::SourceLocation::inFile(text.getBufferIdentifier());
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
      (*file)->getBuffer(), (*file)->getBufferIdentifier());
  failed = mlir::failed(
      mlir::MlirOptMain(result->os(), std::move(copy), registry, config));
  if (!failed)
    result->keep();
  else if (errorsReported == 0 && !config.shouldVerifyDiagnostics())
    return explainSilence(**file, registry);
  return llvm::Error::success();
}

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  lacuna::registerAllDialects(registry);
  lacuna::registerAllPasses();
  registry.addExtension(countErrors);
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
