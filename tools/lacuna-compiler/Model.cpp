// Reading a model: guards before MLIR's parser, its diagnostics as located
// errors, the choice of the entry, and the front-end passes.
#include "Model.h"
#include "Weights.h"

#include "lacuna/Conversion/TosaToNN/Passes.h"
#include "lacuna/Dialect/NN/IR/NN.h"
#include "lacuna/Support/Diagnostics.h"
#include "lacuna/Support/GuardedText.h"
#include "lacuna/Support/InputFile.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

using namespace lacuna;

/// Most bytes of a model: MLIR's text of a hundred million 8-bit weights.
static constexpr uint64_t maxModelBytes = uint64_t(1) << 30;

namespace {
/// Collects what MLIR reports while it lives.
class DiagnosticCollector : public mlir::ScopedDiagnosticHandler {
public:
  explicit DiagnosticCollector(mlir::MLIRContext *context)
      : ScopedDiagnosticHandler(context) {
    setHandler([this](mlir::Diagnostic &diagnostic) { add(diagnostic); });
  }
  ~DiagnosticCollector() { llvm::consumeError(std::move(errors)); }

  /// The errors so far, or `otherwise` if there are none.
  llvm::Error take(llvm::Error otherwise) {
    llvm::Error taken = std::exchange(errors, llvm::Error::success());
    if (!taken)
      return otherwise;
    llvm::consumeError(std::move(otherwise));
    return taken;
  }

private:
  static SourceLocation locate(mlir::Location location) {
    auto place = location->findInstanceOf<mlir::FileLineColLoc>();
    if (!place)
      return {};
    return SourceLocation::atLine(place.getFilename().getValue(),
                                  place.getLine(), place.getColumn());
  }

  void add(mlir::Diagnostic &diagnostic) {
    SourceLocation location = locate(diagnostic.getLocation());
    if (diagnostic.getSeverity() == mlir::DiagnosticSeverity::Warning)
      reportWarning(location, diagnostic.str());
    if (diagnostic.getSeverity() != mlir::DiagnosticSeverity::Error)
      return;
    llvm::SmallVector<Note, 1> notes;
    for (mlir::Diagnostic &note : diagnostic.getNotes())
      notes.push_back({note.str(), locate(note.getLocation())});
    errors = llvm::joinErrors(
        std::move(errors),
        llvm::make_error<LocatedError>(location, diagnostic.str(), notes));
  }

  llvm::Error errors = llvm::Error::success();
};
} // namespace

/// MLIR's parser calls itself for every bracket and every minus sign of an
/// affine expression: an error where `text` nests them deeper than any model
/// does.
static llvm::Error checkNesting(llvm::StringRef text, llvm::StringRef path) {
  unsigned depth = 0, minuses = 0;
  for (const char *at = text.begin(); at != text.end(); ++at) {
    llvm::StringRef rest(at, text.end() - at);
    if (*at == '"') { // a string: up to the next quote that no \ precedes
      while (++at != text.end() && *at != '"' && *at != '\n')
        if (*at == '\\' && at + 1 != text.end())
          ++at;
      if (at == text.end())
        break;
    } else if (rest.starts_with("//")) {
      at += rest.take_until([](char c) { return c == '\n'; }).size();
      if (at == text.end())
        break;
    } else if (rest.starts_with("->")) {
      ++at;
    } else if (llvm::is_contained({'(', '[', '{', '<'}, *at)) {
      ++depth;
    } else if (llvm::is_contained({')', ']', '}', '>'}, *at)) {
      depth -= depth > 0;
    }
    if (!llvm::isSpace(*at))
      minuses = *at == '-' ? minuses + 1 : 0;
    if (depth > maxNesting || minuses > maxNesting)
      return makeError(SourceLocation::inText(path, text, at),
                       "nested deeper than " + llvm::Twine(maxNesting) +
                           " levels");
  }
  return llvm::Error::success();
}

/// Whether `module` is at the nn level already.
static bool hasLayers(mlir::ModuleOp module) {
  auto found = module.walk(
      [](nn::LayerOpInterface) { return mlir::WalkResult::interrupt(); });
  return found.wasInterrupted();
}

llvm::Expected<Model> lacuna::loadModel(llvm::StringRef path,
                                        const ModelOptions &options) {
  llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> file =
      readInputFile(path, maxModelBytes);
  if (!file)
    return file.takeError();
  llvm::StringRef text = (*file)->getBuffer();
  // MLIR's bytecode reader is not safe on untrusted bytes.
  if (text.starts_with("ML\xefR"))
    return makeError(SourceLocation::inFile(path),
                     "is MLIR bytecode, which is not accepted",
                     "print it as text with mlir-opt");
  if (llvm::Error error = checkNesting(text, path))
    return std::move(error);

  Model model;
  mlir::DialectRegistry registry;
  registerFrontEndDialects(registry);
  model.context = std::make_unique<mlir::MLIRContext>(
      registry, mlir::MLIRContext::Threading::DISABLED);
  // A note with the whole function says less than the place of the error.
  model.context->printOpOnDiagnostic(false);
  DiagnosticCollector diagnostics(model.context.get());
  auto refused = [&](const llvm::Twine &why) {
    return diagnostics.take(makeError(SourceLocation::inFile(path), why));
  };

  mlir::ParserConfig config(model.context.get());
  model.module = mlir::parseSourceString<mlir::ModuleOp>(text, config, path);
  if (!model.module)
    return refused("is no MLIR module");

  if (!options.weights.empty()) {
    llvm::Expected<WeightFile> weights = WeightFile::read(options.weights);
    if (!weights)
      return weights.takeError();
    model.weights = std::move(*weights);
    if (llvm::Error error =
            attachWeights(*model.module, *model.weights, options.weights))
      return std::move(error);
  }

  mlir::PassManager passes(model.context.get());
  if (hasLayers(*model.module)) {
    SelectEntryOptions selection;
    selection.entry = options.entry;
    passes.addPass(createSelectEntry(selection));
  } else {
    FrontEndOptions frontEnd;
    frontEnd.entry = options.entry;
    frontEnd.fuse = options.fuse;
    buildTosaToNNPipeline(passes, frontEnd);
  }
  if (mlir::failed(passes.run(*model.module)))
    return refused("can't be brought to the nn level");
  model.entry = *model.module->getOps<mlir::func::FuncOp>().begin();
  return std::move(model);
}
