// Lowering by MLIR's passes, and the call through its C interface.
#include "Upstream.h"

#include "lacuna/Support/Diagnostics.h"

#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/ConvertToLLVM/ToLLVMPass.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVM.h"
#include "mlir/Conversion/IndexToLLVM/IndexToLLVM.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/MemRefToLLVM/MemRefToLLVM.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Conversion/TosaToLinalg/TosaToLinalg.h"
#include "mlir/Dialect/Arith/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/FuncBufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/Linalg/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/SCF/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Tensor/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/ExecutionEngine/ExecutionEngine.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"

#include "llvm/ExecutionEngine/Orc/JITTargetMachineBuilder.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"

#include <memory>

using namespace mlir;
using namespace lacuna::differential;
using lacuna::reference::Tensor;
using llvm::Expected;

static DialectRegistry makeRegistry() {
  DialectRegistry registry;
  registry.insert<func::FuncDialect, tosa::TosaDialect, LLVM::LLVMDialect>();
  arith::registerBufferizableOpInterfaceExternalModels(registry);
  bufferization::func_ext::registerBufferizableOpInterfaceExternalModels(
      registry);
  linalg::registerBufferizableOpInterfaceExternalModels(registry);
  scf::registerBufferizableOpInterfaceExternalModels(registry);
  tensor::registerBufferizableOpInterfaceExternalModels(registry);
  arith::registerConvertArithToLLVMInterface(registry);
  cf::registerConvertControlFlowToLLVMInterface(registry);
  registerConvertFuncToLLVMInterface(registry);
  index::registerConvertIndexToLLVMInterface(registry);
  registerConvertMathToLLVMInterface(registry);
  registerConvertMemRefToLLVMInterface(registry);
  registerConvertToLLVMDependentDialectLoading(registry);
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  return registry;
}

Upstream::Upstream()
    : context(makeRegistry(), MLIRContext::Threading::DISABLED),
      passes(&context) {
  context.printOpOnDiagnostic(false);
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();

  tosa::addTosaToLinalgPasses(passes, TosaToLinalgOptions(),
                              TosaToLinalgNamedOptions(), std::nullopt);
  OpPassManager &functions = passes.nest<func::FuncOp>();
  TosaToArithPassOptions arith;
  arith.includeApplyRescale = true;
  functions.addPass(createTosaToArithPass(arith));
  functions.addPass(createTosaToTensorPass());
  bufferization::OneShotBufferizePassOptions buffers;
  buffers.bufferizeFunctionBoundaries = true;
  buffers.functionBoundaryTypeConversion =
      bufferization::LayoutMapOption::IdentityLayoutMap;
  passes.addPass(bufferization::createOneShotBufferizePass(buffers));
  OpPassManager &loops = passes.nest<func::FuncOp>();
  loops.addPass(createConvertLinalgToLoopsPass());
  loops.addPass(arith::createArithExpandOpsPass());
  passes.addPass(memref::createExpandStridedMetadataPass());
  passes.addPass(createLowerAffinePass());
  passes.addPass(createSCFToControlFlowPass());
  passes.addPass(createConvertToLLVMPass());
  passes.addPass(createReconcileUnrealizedCastsPass());
}

namespace {
/// A memref descriptor as MLIR lays it out for `rank` dimensions: two pointers
/// (allocated, aligned), the offset, sizes, strides; words all of them.
struct Descriptor {
  int64_t *words;
  int64_t rank;

  static int64_t wordsOf(int64_t rank) { return 3 + 2 * rank; }
  char *data(size_t size) const {
    char *aligned;
    std::memcpy(static_cast<void *>(&aligned), words + 1, sizeof(aligned));
    return aligned + words[2] * int64_t(size);
  }
  int64_t size(int64_t axis) const { return words[3 + axis]; }
  int64_t stride(int64_t axis) const { return words[3 + rank + axis]; }

  /// The address of each element, of `size` bytes, in row-major order.
  template <typename Function>
  void forEach(size_t size, Function function) const {
    llvm::SmallVector<int64_t, 6> shape;
    for (int64_t axis = 0; axis != rank; ++axis)
      shape.push_back(this->size(axis));
    lacuna::reference::forEachIndex(
        shape, [&](llvm::ArrayRef<int64_t> index, int64_t position) {
          int64_t at = 0;
          for (int64_t axis = 0; axis != rank; ++axis)
            at += index[axis] * stride(axis);
          function(data(size) + at * int64_t(size), position);
        });
  }
};

/// As the C interface passes a memref of any rank.
struct UnrankedMemRef {
  int64_t rank;
  void *descriptor;
};
} // namespace

/// What compiled code allocates lives until its results are read: the pipeline
/// has no deallocation, so that no pass decides who owns what.
static thread_local std::vector<std::unique_ptr<char[]>> allocations;

static void *allocate(size_t bytes) {
  allocations.push_back(std::make_unique<char[]>(bytes));
  return allocations.back().get();
}

/// What memref.copy becomes where a side is strided; the name and the operands
/// are those of MLIR's runtime library.
static void copyMemRef(int64_t size, UnrankedMemRef *from, UnrankedMemRef *to) {
  Descriptor source{static_cast<int64_t *>(from->descriptor), from->rank};
  Descriptor target{static_cast<int64_t *>(to->descriptor), to->rank};
  std::vector<char *> elements;
  source.forEach(size,
                 [&](char *element, int64_t) { elements.push_back(element); });
  target.forEach(size, [&](char *element, int64_t position) {
    std::memcpy(element, elements[position], size);
  });
}

static llvm::orc::SymbolMap
runtimeSymbols(llvm::orc::MangleAndInterner mangle) {
  llvm::orc::SymbolMap symbols;
  auto add = [&](llvm::StringRef name, auto *function) {
    symbols[mangle(name)] = {llvm::orc::ExecutorAddr::fromPtr(function),
                             llvm::JITSymbolFlags::Exported};
  };
  add("malloc", &allocate);
  add("memrefCopy", &copyMemRef);
  return symbols;
}

/// Bytes from one element to the next, as LLVM lays out arrays.
static size_t elementBytes(lacuna::ElementType type) {
  return llvm::PowerOf2Ceil(llvm::divideCeil(getInfo(type).bits, 8));
}

namespace {
/// The descriptors and buffers of a call.
class Call {
public:
  void addInput(const Tensor &tensor) {
    size_t size = elementBytes(tensor.type);
    buffers.emplace_back(std::max<size_t>(1, tensor.values.size()) * size);
    char *data = buffers.back().data();
    uint64_t mask = llvm::maskTrailingOnes<uint64_t>(getInfo(tensor.type).bits);
    for (auto [index, value] : llvm::enumerate(tensor.values)) {
      uint64_t bits = uint64_t(value) & mask;
      std::memcpy(data + index * size, &bits, size);
    }
    std::vector<int64_t> words{reinterpret_cast<int64_t>(data),
                               reinterpret_cast<int64_t>(data), 0};
    llvm::append_range(words, tensor.shape);
    llvm::append_range(words, lacuna::reference::rowMajorStrides(tensor.shape));
    descriptors.push_back(std::move(words));
  }

  /// Calls `function`, which takes a pointer to the results' descriptors, one
  /// after another, and one to each input's.
  /// (Clang's check of a pointer's type reads what lies before the code.)
  __attribute__((no_sanitize("function"))) void
  invoke(void (*function)(void **), int64_t resultWords) {
    results.assign(resultWords, 0);
    std::vector<void *> pointers{results.data()};
    for (std::vector<int64_t> &words : descriptors)
      pointers.push_back(words.data());
    std::vector<void *> arguments;
    arguments.reserve(pointers.size());
    for (void *&pointer : pointers)
      arguments.push_back(static_cast<void *>(&pointer));
    function(arguments.data());
  }

  Tensor result(int64_t firstWord, llvm::ArrayRef<int64_t> shape,
                lacuna::ElementType type) {
    Tensor tensor(shape, type);
    Descriptor descriptor{results.data() + firstWord, tensor.rank()};
    size_t size = elementBytes(type);
    unsigned bits = getInfo(type).bits;
    descriptor.forEach(size, [&](char *element, int64_t position) {
      uint64_t value = 0;
      std::memcpy(&value, element, size);
      tensor.values[position] =
          getInfo(type).isSigned
              ? llvm::SignExtend64(value, bits)
              : int64_t(value & llvm::maskTrailingOnes<uint64_t>(bits));
    });
    return tensor;
  }

private:
  std::vector<std::vector<char>> buffers;
  std::vector<std::vector<int64_t>> descriptors;
  std::vector<int64_t> results;
};
} // namespace

/// `graph` in `context`, as upstream can read it.
static OwningOpRef<ModuleOp> copyInto(MLIRContext &context, ModuleOp graph) {
  std::string text;
  llvm::raw_string_ostream os(text);
  graph->print(os);
  OwningOpRef<ModuleOp> copy = parseSourceString<ModuleOp>(text, &context);
  if (!copy)
    return copy;
  copy->walk([&](tosa::RescaleOp rescale) {
    if (rescale.getRoundingMode() == tosa::RoundingMode::INEXACT_ROUND)
      rescale.setRoundingMode(tosa::RoundingMode::SINGLE_ROUND);
  });
  for (auto function : copy->getOps<func::FuncOp>())
    function->setAttr(LLVM::LLVMDialect::getEmitCWrapperAttrName(),
                      UnitAttr::get(&context));
  return copy;
}

Expected<std::vector<Tensor>>
Upstream::run(ModuleOp graph, llvm::ArrayRef<Tensor> inputs,
              llvm::ArrayRef<lacuna::ElementType> types) {
  std::string diagnostics;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    diagnostics += diagnostic.str() + "; ";
  });
  OwningOpRef<ModuleOp> copy = copyInto(context, graph);
  if (!copy || failed(passes.run(*copy)))
    return makeError(diagnostics);

  // The engine's own option for this doesn't reach the code generator.
  auto target = llvm::orc::JITTargetMachineBuilder::detectHost();
  if (!target)
    return target.takeError();
  target->setCodeGenOptLevel(llvm::CodeGenOptLevel::None);
  auto machine = target->createTargetMachine();
  if (!machine)
    return machine.takeError();
  ExecutionEngineOptions options;
  options.enableGDBNotificationListener = false;
  options.enablePerfNotificationListener = false;
  auto engine = ExecutionEngine::create(*copy, options, std::move(*machine));
  if (!engine)
    return engine.takeError();
  (*engine)->registerSymbols(runtimeSymbols);
  auto function = *graph.getOps<func::FuncOp>().begin();
  auto entry =
      (*engine)->lookupPacked(("_mlir_ciface_" + function.getName()).str());
  if (!entry)
    return entry.takeError();

  Call call;
  for (const Tensor &input : inputs)
    call.addInput(input);
  int64_t words = 0;
  for (Type type : function.getResultTypes())
    words += Descriptor::wordsOf(cast<RankedTensorType>(type).getRank());
  call.invoke(*entry, words);
  std::vector<Tensor> outputs;
  words = 0;
  for (auto [type, element] :
       llvm::zip_equal(function.getResultTypes(), types)) {
    auto shape = cast<RankedTensorType>(type).getShape();
    outputs.push_back(call.result(words, shape, element));
    words += Descriptor::wordsOf(int64_t(shape.size()));
  }
  allocations.clear();
  return outputs;
}
