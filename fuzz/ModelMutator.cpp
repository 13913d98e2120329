// Changes to models: of the parsed module, which is printed again so that most
// mutants get past the parser, mixed with changes of the text.
#include "Fuzz.h"
#include "ModelChanges.h"

#include "../tools/lacuna-mutants/Mutate.h"

#include "lacuna/Conversion/TosaToNN/LocatedParser.h"
#include "lacuna/Conversion/TosaToNN/Passes.h"
#include "lacuna/Support/ModelText.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/MemoryBuffer.h"

#include <cstring>

using namespace lacuna;
using llvm::StringRef;

/// A context for some hundred parses: it keeps every attribute that it has
/// seen.
static mlir::MLIRContext &getContext() {
  static std::unique_ptr<mlir::MLIRContext> context;
  static unsigned uses = 0;
  if (uses++ % 500 == 0) {
    mlir::DialectRegistry registry;
    registerFrontEndDialects(registry);
    context = std::make_unique<mlir::MLIRContext>(
        registry, mlir::MLIRContext::Threading::DISABLED);
    context->allowUnregisteredDialects();
    context->loadAllAvailableDialects();
  }
  return *context;
}

/// Puts another operation's name in the place of one in `text`, which is in the
/// generic form: "tosa.add"(...).
static void renameOperation(std::string &text, mlir::MLIRContext &context,
                            fuzz::ModelChanges &changes) {
  size_t begin = text.find("\"tosa.", changes.below(text.size()));
  if (begin == std::string::npos)
    return;
  size_t end = text.find('"', begin + 1);
  llvm::SmallVector<StringRef> names;
  for (mlir::RegisteredOperationName name : context.getRegisteredOperations())
    if (name.getDialectNamespace() == "tosa")
      names.push_back(name.getStringRef());
  text.replace(begin + 1, end - begin - 1, names[changes.below(names.size())]);
}

/// `text` with one to four structural changes, "" if it is no model.
static std::string changeModel(StringRef text, unsigned seed) {
  auto file = llvm::MemoryBuffer::getMemBufferCopy(text, "seed.mlir");
  if (llvm::Error error = checkModelText(file->getBuffer(), "seed.mlir")) {
    llvm::consumeError(std::move(error));
    return "";
  }
  mlir::MLIRContext &context = getContext();
  mlir::ScopedDiagnosticHandler silence(
      &context, [](mlir::Diagnostic &) { return mlir::success(); });
  SourceLocation unread;
  mlir::OwningOpRef<mlir::ModuleOp> module =
      parseLocated(*file, context, unread);
  if (!module)
    return "";
  fuzz::ModelChanges changes(*module, seed);
  for (size_t left = 1 + changes.below(4); left != 0; --left)
    changes.change();
  if (changes.below(8))
    changes.retypeFunctions();
  std::string changed;
  llvm::raw_string_ostream os(changed);
  module->print(os, mlir::OpPrintingFlags().printGenericOpForm());
  if (changes.below(6) == 0)
    renameOperation(changed, context, changes);
  return changed;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t maxSize,
                               unsigned seed) {
  if (seed % 10 == 0)
    return LLVMFuzzerMutate(data, size, maxSize);
  StringRef text(reinterpret_cast<const char *>(data), size);
  std::string mutant = seed % 10 < 8 ? changeModel(text, seed) : "";
  if (mutant.empty() || mutant.size() > maxSize)
    mutant = mutants::mutate(text, /*isText=*/true, seed, /*number=*/0);
  size_t mutantSize = std::min(mutant.size(), maxSize);
  std::memcpy(data, mutant.data(), mutantSize);
  return mutantSize;
}
