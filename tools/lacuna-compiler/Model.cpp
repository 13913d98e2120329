// Reading a model: guards before MLIR's parser, its diagnostics as located
// errors, the choice of the entry, and the front-end passes.
#include "Model.h"
#include "Remarks.h"

#include "lacuna/Conversion/TosaToNN/LocatedParser.h"
#include "lacuna/Conversion/TosaToNN/Passes.h"
#include "lacuna/Dialect/NN/IR/Location.h"
#include "lacuna/Dialect/NN/IR/NN.h"
#include "lacuna/Dialect/NN/Transforms/Passes.h"
#include "lacuna/Support/Diagnostics.h"
#include "lacuna/Support/InputFile.h"
#include "lacuna/Support/ModelText.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"

using namespace lacuna;

namespace {
/// Collects what MLIR reports while it lives.
class DiagnosticCollector : public mlir::ScopedDiagnosticHandler {
public:
  DiagnosticCollector(mlir::MLIRContext *context, llvm::StringRef file)
      : ScopedDiagnosticHandler(context), file(file) {
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
  SourceLocation locate(mlir::Location location) const {
    SourceLocation place = nn::placeOf(location);
    return place.file.empty() ? SourceLocation::inFile(file) : place;
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

  llvm::StringRef file;
  llvm::Error errors = llvm::Error::success();
};
} // namespace

/// Whether `module` is at the nn level already.
static bool hasLayers(mlir::ModuleOp module) {
  auto found = module.walk(
      [](nn::LayerOpInterface) { return mlir::WalkResult::interrupt(); });
  return found.wasInterrupted();
}

/// Gives `pass` what stands in `options`, as the command line has it behind
/// `flag`. Error: options that it doesn't have.
static llvm::Error setOptions(mlir::Pass &pass, llvm::StringRef flag,
                              llvm::StringRef options) {
  std::string message;
  auto onError = [&](const llvm::Twine &text) {
    message = text.str();
    return mlir::failure();
  };
  if (mlir::succeeded(pass.initializeOptions(options, onError)))
    return llvm::Error::success();
  return makeError(flag + ": " + llvm::StringRef(message).rtrim(),
                   "the options are those of " + pass.getArgument() +
                       ", in docs/passes.md");
}

/// Adds what `options` ask for. Error: options that a pass doesn't have.
static llvm::Error addSparsityPasses(mlir::OpPassManager &manager,
                                     const SparsityOptions &options) {
  bool readsStats = options.prunes || options.quantizes;
  bool changes = readsStats || options.thresholds;
  if (!options.calibrate.empty() && !changes && options.stats.empty())
    return makeError("--calibrate: nothing reads what the samples say",
                     "add --prune, --quantize or --threshold OPTIONS, or "
                     "--stats FILE to keep it");
  if (options.calibrate.empty() && !options.stats.empty() && !readsStats)
    return makeError(
        "--stats: nothing reads the statistics",
        "add --prune or --quantize OPTIONS, or samples to make them of: "
        "--calibrate X.npy");
  if (!options.calibrate.empty() && (readsStats || !options.stats.empty())) {
    nn::CalibrateOptions calibrate;
    llvm::append_range(calibrate.inputs, options.calibrate);
    calibrate.stats = options.stats;
    // Statistics that are kept are for whoever comes, and policies may ask for
    // any criterion.
    llvm::StringRef prune = options.prune, quantize = options.quantize;
    calibrate.secondOrder = !options.stats.empty() || !options.policy.empty() ||
                            prune.contains("hessian") ||
                            quantize.contains("gptq") ||
                            quantize.contains("adaround");
    manager.addNestedPass<mlir::func::FuncOp>(nn::createCalibrate(calibrate));
  }
  // A policy alone decides about the layers that it names.
  bool isPolicyAlone = !options.policy.empty();
  if (options.prunes) {
    nn::PruneOptions prune;
    if (options.calibrate.empty())
      prune.stats = options.stats;
    prune.policy = options.policy;
    llvm::append_range(prune.inputs, options.calibrate);
    if (options.prune.empty() && isPolicyAlone)
      prune.structure = "none";
    std::unique_ptr<mlir::Pass> pass = nn::createPrune(prune);
    if (llvm::Error error = setOptions(*pass, "--prune", options.prune))
      return error;
    manager.addNestedPass<mlir::func::FuncOp>(std::move(pass));
  }
  if (options.quantizes) {
    nn::QuantizeOptions quantize;
    if (options.calibrate.empty())
      quantize.stats = options.stats;
    quantize.policy = options.policy;
    std::unique_ptr<mlir::Pass> pass = nn::createQuantize(quantize);
    if (llvm::Error error = setOptions(*pass, "--quantize", options.quantize))
      return error;
    manager.addNestedPass<mlir::func::FuncOp>(std::move(pass));
    manager.addNestedPass<mlir::func::FuncOp>(nn::createLegalizeQuant());
    manager.addNestedPass<mlir::func::FuncOp>(nn::createFuse());
  }
  if (options.thresholds) {
    nn::ThresholdActivationsOptions threshold;
    threshold.policy = options.policy;
    llvm::append_range(threshold.inputs, options.calibrate);
    if (options.threshold.empty() && isPolicyAlone)
      threshold.snr = 0;
    std::unique_ptr<mlir::Pass> pass =
        nn::createThresholdActivations(threshold);
    if (llvm::Error error = setOptions(*pass, "--threshold", options.threshold))
      return error;
    manager.addNestedPass<mlir::func::FuncOp>(std::move(pass));
  }
  return llvm::Error::success();
}

llvm::Expected<Model> lacuna::loadModel(llvm::StringRef path,
                                        const ModelOptions &options) {
  llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> file =
      readInputFile(path, maxModelBytes);
  if (!file)
    return file.takeError();
  if (options.weights.empty())
    return parseModel(**file, options);
  llvm::Expected<WeightFile> weights = WeightFile::read(options.weights);
  if (!weights)
    return weights.takeError();
  return parseModel(**file, options, std::move(*weights));
}

llvm::Expected<Model> lacuna::parseModel(llvm::MemoryBufferRef file,
                                         const ModelOptions &options,
                                         std::optional<WeightFile> weights) {
  llvm::StringRef text = file.getBuffer(), path = file.getBufferIdentifier();
  if (llvm::Error error = checkModelText(text, path))
    return std::move(error);

  Model model;
  mlir::DialectRegistry registry;
  registerFrontEndDialects(registry);
  model.context = std::make_unique<mlir::MLIRContext>(
      registry, mlir::MLIRContext::Threading::DISABLED);
  // So that all that the accelerator can't run comes in one list, also what
  // belongs to no dialect that is known here.
  model.context->allowUnregisteredDialects();
  // A note with the whole function says less than the place of the error.
  model.context->printOpOnDiagnostic(false);
  DiagnosticCollector diagnostics(model.context.get(), path);
  auto refused = [&](const llvm::Twine &why) {
    return diagnostics.take(makeError(SourceLocation::inFile(path), why));
  };

  SourceLocation unread;
  model.module = parseLocated(file, *model.context, unread);
  if (!model.module)
    return diagnostics.take(
        makeError(std::move(unread),
                  "this operation can't be read; MLIR's parser says no more",
                  "compare its attributes with those that mlir-opt prints"));
  if (mlir::failed(mlir::verify(*model.module)))
    return refused("is no valid MLIR module");

  if (weights) {
    model.weights = std::move(weights);
    auto attached =
        attachWeights(*model.module, *model.weights, options.weights);
    if (!attached)
      return attached.takeError();
    model.attached = std::move(*attached);
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
  if (options.sparsity.remarks)
    printRemarks(*model.context, path);
  if (mlir::failed(passes.run(*model.module)))
    return refused("can't be brought to the nn level");
  model.entry = *model.module->getOps<mlir::func::FuncOp>().begin();
  if (model.weights)
    if (llvm::Error error = replaceLayerWeights(
            model.entry, *model.weights, model.attached, options.weights))
      return std::move(error);

  mlir::PassManager sparsity(model.context.get());
  if (llvm::Error error = addSparsityPasses(sparsity, options.sparsity))
    return std::move(error);
  if (mlir::failed(sparsity.run(*model.module)))
    return refused("can't be pruned, quantised or given thresholds");
  return std::move(model);
}
