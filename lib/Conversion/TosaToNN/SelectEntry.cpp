// Chooses the entry function, inlines what it calls, erases the rest.

#include "lacuna/Conversion/TosaToNN/Passes.h"
#include "lacuna/Dialect/NN/IR/NN.h"
#include "mlir/Transforms/Inliner.h"
#include "mlir/Transforms/InliningUtils.h"

using namespace mlir;

namespace lacuna {
#define GEN_PASS_DEF_SELECTENTRY
#include "lacuna/Conversion/TosaToNN/Passes.h.inc"
} // namespace lacuna

namespace {

/// Functions that call each other twice grow exponentially when inlined; this
/// many operations is far above any network's and still a few hundred MB.
constexpr int64_t maxOperations = 1'000'000;

/// What one walk over the call graph learns about a function.
struct FunctionInfo {
  bool onPath = false;
  /// Operations after inlining, at most maxOperations + 1.
  int64_t operations = 0;
};

class CallGraphWalk {
public:
  explicit CallGraphWalk(SymbolTable &symbols) : symbols(symbols) {}

  /// Checks `function` and all that it calls; orders callees first. An explicit
  /// stack, since a hostile chain of calls may be long.
  LogicalResult visit(func::FuncOp entry) {
    struct Frame {
      func::FuncOp function;
      SmallVector<func::CallOp> calls;
      size_t next;
    };
    SmallVector<Frame> stack;
    auto push = [&](func::FuncOp function) {
      infos[function].onPath = true;
      SmallVector<func::CallOp> calls;
      function.walk([&](func::CallOp call) { calls.push_back(call); });
      stack.push_back({function, std::move(calls), 0});
    };
    push(entry);
    while (!stack.empty()) {
      Frame &frame = stack.back();
      if (frame.next == frame.calls.size()) {
        if (failed(finish(frame.function, frame.calls)))
          return failure();
        stack.pop_back();
        continue;
      }
      func::CallOp call = frame.calls[frame.next++];
      FailureOr<func::FuncOp> callee = resolve(call);
      if (failed(callee))
        return failure();
      auto known = infos.find(*callee);
      if (known == infos.end())
        push(*callee);
      else if (known->second.onPath)
        return call.emitError()
               << "function '" << call.getCallee()
               << "' calls itself, directly or through others; a program has "
                  "no stack, so recursion cannot be compiled";
    }
    return success();
  }

  /// Functions in which calls are to be inlined, callees before callers.
  ArrayRef<func::FuncOp> order() const { return finished; }

  func::FuncOp calleeOf(func::CallOp call) {
    return symbols.lookup<func::FuncOp>(call.getCallee());
  }

private:
  FailureOr<func::FuncOp> resolve(func::CallOp call) {
    func::FuncOp callee = calleeOf(call);
    if (!callee || callee.isExternal()) {
      call.emitError() << "function '" << call.getCallee()
                       << "' has no body here, so it cannot be inlined";
      return failure();
    }
    if (!callee.getBody().hasOneBlock()) {
      call.emitError() << "function '" << call.getCallee()
                       << "' branches between blocks; only straight-line "
                          "functions can be compiled";
      return failure();
    }
    return callee;
  }

  LogicalResult finish(func::FuncOp function, ArrayRef<func::CallOp> calls) {
    int64_t operations = 0;
    function.walk([&](Operation *) { ++operations; });
    for (func::CallOp call : calls)
      operations = std::min(maxOperations + 1,
                            operations + infos[calleeOf(call)].operations);
    if (operations > maxOperations)
      return function.emitError()
             << "function '" << function.getName() << "' has more than "
             << maxOperations << " operations once its calls are inlined";
    infos[function].operations = operations;
    infos[function].onPath = false;
    finished.push_back(function);
    return success();
  }

  SymbolTable &symbols;
  DenseMap<Operation *, FunctionInfo> infos;
  SmallVector<func::FuncOp> finished;
};

struct SelectEntryPass : lacuna::impl::SelectEntryBase<SelectEntryPass> {
  using SelectEntryBase::SelectEntryBase;

  void runOnOperation() override {
    if (failed(run()))
      signalPassFailure();
  }

private:
  func::FuncOp chooseEntry(SymbolTable &symbols);
  LogicalResult run();
};

} // namespace

func::FuncOp SelectEntryPass::chooseEntry(SymbolTable &symbols) {
  ModuleOp module = getOperation();
  SmallVector<func::FuncOp> functions(module.getOps<func::FuncOp>());
  auto list = [&](InFlightDiagnostic &&diag) {
    if (functions.empty())
      diag << "; the module has no function";
    for (auto [index, function] : llvm::enumerate(functions))
      diag << (index ? ", '" : "; there are '") << function.getName() << "'";
  };
  if (!entry.empty()) {
    auto function = symbols.lookup<func::FuncOp>(entry);
    if (!function)
      list(module.emitError() << "no function is called '" << entry << "'");
    return function;
  }
  if (auto function = symbols.lookup<func::FuncOp>("main"))
    return function;
  if (functions.size() == 1)
    return functions.front();
  list(module.emitError()
       << "no function is called 'main', so the option 'entry' must name one");
  return {};
}

/// Files are given by name, and a program file keeps names apart.
static LogicalResult checkNames(func::FuncOp function) {
  auto check = [&](unsigned count, StringRef what, auto getName, auto locate) {
    llvm::StringMap<unsigned> known;
    for (unsigned number = 0; number != count; ++number) {
      std::string name = getName(function, number);
      auto [entry, isNew] = known.insert({name, number});
      if (!isNew)
        return LogicalResult(
            emitError(locate(number))
            << what << "s " << entry->second << " and " << number
            << " are both called '" << name
            << "'; give each its own tosa.tensor_name, or none");
    }
    return success();
  };
  LogicalResult inputs =
      check(function.getNumArguments(), "input", lacuna::nn::getInputName,
            [&](unsigned i) { return function.getArgument(i).getLoc(); });
  LogicalResult outputs =
      check(function.getNumResults(), "output", lacuna::nn::getOutputName,
            [&](unsigned) { return function.getLoc(); });
  return success(succeeded(inputs) && succeeded(outputs));
}

LogicalResult SelectEntryPass::run() {
  ModuleOp module = getOperation();
  SymbolTable symbols(module);
  func::FuncOp function = chooseEntry(symbols);
  if (!function)
    return failure();
  if (function.isExternal())
    return function.emitError()
           << "entry function '" << function.getName() << "' has no body";
  if (!function.getBody().hasOneBlock())
    return function.emitError()
           << "entry function '" << function.getName()
           << "' branches between blocks; only straight-line functions can be "
              "compiled";
  if (failed(checkNames(function)))
    return failure();
  CallGraphWalk graph(symbols);
  if (failed(graph.visit(function)))
    return failure();

  InlinerInterface interface(&getContext());
  InlinerConfig config;
  for (func::FuncOp caller : graph.order()) {
    SmallVector<func::CallOp> calls;
    caller.walk([&](func::CallOp call) { calls.push_back(call); });
    for (func::CallOp call : calls) {
      func::FuncOp callee = graph.calleeOf(call);
      if (failed(inlineCall(interface, config.getCloneCallback(), call, callee,
                            &callee.getBody())))
        return call.emitError()
               << "call of '" << callee.getName() << "' cannot be inlined";
      call.erase();
      ++inlined;
    }
  }
  for (func::FuncOp other :
       llvm::make_early_inc_range(module.getOps<func::FuncOp>()))
    if (other != function)
      other.erase();
  return success();
}
