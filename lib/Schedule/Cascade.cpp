//===- Cascade.cpp - Which rows of which layer when -----------------------===//

#include "lacuna/Schedule/Cascade.h"

#include "TileModel.h"
#include "lacuna/Machine/Machine.h"
#include "lacuna/Schedule/Geometry.h"
#include "lacuna/Schedule/Residency.h"

#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace lacuna;
using namespace lacuna::schedule;

uint64_t Cascade::ringBytes() const {
  uint64_t bytes = 0;
  for (auto &[tensor, ring] : rings)
    bytes += llvm::alignTo(ring, kBufferAlignment);
  return bytes;
}

uint64_t Cascade::needBytes() const {
  return std::accumulate(needs.begin(), needs.end(), uint64_t(0));
}

namespace {

/// How one operand moves along the rows of its problem.
struct RowAccess {
  /// Position of the coordinate that the rows move, in the operand.
  unsigned position = 0;
  /// Bytes from one of its coordinates to the next.
  int64_t stride = 0;
};

/// What a problem is to a cascade.
struct RowProblem {
  std::unique_ptr<TileModel> model;
  /// The axis of rows: the outermost coordinate of the result.
  unsigned axis = 0;
  uint64_t extent = 1;
  /// Bytes of a row of the result, and its tensor.
  int64_t rowBytes = 0;
  unsigned result = Binding::kIntermediate;
};

} // namespace

struct CascadePlanner::Impl {
  const Network &network;
  const Machine &machine;
  std::vector<Life> lives;
  llvm::BitVector candidates;
  /// Problems that write each tensor.
  std::vector<unsigned> writers;
  std::vector<std::optional<RowProblem>> problems;

  Impl(const Network &network, const Machine &machine);

  std::optional<RowProblem> examine(const Problem &problem) const;
  const Binding &bindingOf(unsigned problem,
                           const OperandModel &operand) const {
    return network.graph.layers[problem]
        .stages[operand.stage]
        .bindings[operand.binding];
  }
  std::optional<RowAccess> rowsOf(unsigned problem,
                                  const OperandModel &operand) const;
  uint64_t spreadRows(Cascade &cascade) const;
  bool findDelays(Cascade &cascade) const;
  bool sizeRings(Cascade &cascade) const;
  void findNeeds(Cascade &cascade) const;

  bool isInside(const Cascade &cascade, unsigned tensor) const {
    return cascade.rings.count(tensor);
  }
  /// Calls visit(problem, operand, access) for what problem `index` of the
  /// cascade reads of the tensors inside; false if one is not read by rows.
  template <typename Visit>
  bool forEachRead(const Cascade &cascade, unsigned index, Visit visit) const {
    unsigned problem = cascade.first + index;
    for (const OperandModel &operand : problems[problem]->model->operands) {
      const Binding &binding = bindingOf(problem, operand);
      if (binding.isIntermediate() || operand.writes ||
          !isInside(cascade, binding.tensor))
        continue;
      std::optional<RowAccess> rows = rowsOf(problem, operand);
      if (!rows || !visit(operand, *rows, binding.tensor))
        return false;
    }
    return true;
  }
  LoopChoice choiceOf(const Cascade &cascade, unsigned index) const {
    const TileLoop &loop = cascade.loops[index];
    return {problems[cascade.first + index]->axis, loop.tile,
            std::max<uint64_t>(loop.times, 1), loop.delay};
  }
  /// The bytes of its tensor that an operand of problem `index` reads in
  /// iteration i: [start + i * step, start + i * step + size).
  struct Window {
    int64_t start, step, size;
  };
  Window windowOf(const Cascade &cascade, unsigned index,
                  const OperandModel &operand, const RowAccess &rows) const;
};

CascadePlanner::Impl::Impl(const Network &network, const Machine &machine)
    : network(network), machine(machine), lives(livesOf(network)),
      candidates(findResidentCandidates(network)),
      writers(network.graph.tensors.size()) {
  for (const Problem &problem : network.graph.layers) {
    problems.push_back(examine(problem));
    Instruction last = problem.stages.back().instruction;
    AccessList accesses = describeAccesses(last);
    for (const Binding &binding : problem.stages.back().bindings)
      if (!binding.isIntermediate() &&
          binding.field == resultOf(accesses).operand)
        ++writers[binding.tensor];
  }
}

std::optional<RowProblem>
CascadePlanner::Impl::examine(const Problem &problem) const {
  if (!problem.outer.empty())
    return std::nullopt;
  RowProblem rows;
  rows.model = std::make_unique<TileModel>(problem);
  const OperandModel *result = nullptr;
  for (const OperandModel &operand : rows.model->operands) {
    if (operand.direct)
      return std::nullopt;
    if (operand.writes && !operand.intermediate)
      result = &operand;
  }
  if (!result || result->memory != MemoryKind::Scratchpad ||
      result->elementBits < 8)
    return std::nullopt;
  const Binding &binding =
      problem.stages[result->stage].bindings[result->binding];
  if (binding.offset != 0 || result->strides.size() != result->reaches.size())
    return std::nullopt;
  // The outermost coordinate that there are several of.
  for (auto [position, reach] : llvm::enumerate(result->reaches)) {
    if (reach.axis < 0 || rows.model->axes[reach.axis].extent == 1)
      continue;
    rows.axis = reach.axis;
    rows.extent = rows.model->axes[reach.axis].extent;
    rows.rowBytes = result->strides[position];
    rows.result = binding.tensor;
    int64_t total = rows.rowBytes * int64_t(rows.extent);
    if (rows.rowBytes <= 0 ||
        total != int64_t(network.graph.tensors[binding.tensor].bytes))
      return std::nullopt;
    return rows;
  }
  return std::nullopt;
}

std::optional<RowAccess>
CascadePlanner::Impl::rowsOf(unsigned index,
                             const OperandModel &operand) const {
  const RowProblem &problem = *problems[index];
  const Binding &binding = bindingOf(index, operand);
  if (binding.offset != 0 || operand.strides.size() != operand.reaches.size())
    return std::nullopt;
  std::optional<RowAccess> rows;
  int64_t inside = 0;
  for (auto [position, reach] : llvm::enumerate(operand.reaches)) {
    int64_t stride = operand.strides[position];
    if (stride < 0 || reach.divisor != 1)
      return std::nullopt;
    if (reach.axis != int(problem.axis)) {
      if (reach.kernelAxis == int(problem.axis))
        return std::nullopt;
      inside += stride * (reach.bound - 1);
      continue;
    }
    if (rows || stride == 0)
      return std::nullopt;
    rows = RowAccess{unsigned(position), stride};
  }
  // Other coordinates stay inside a row.
  if (!rows || inside >= rows->stride)
    return std::nullopt;
  return rows;
}

CascadePlanner::Impl::Window
CascadePlanner::Impl::windowOf(const Cascade &cascade, unsigned index,
                               const OperandModel &operand,
                               const RowAccess &rows) const {
  LoopChoice loop = choiceOf(cascade, index);
  Interval interval = problems[cascade.first + index]->model->intervalOf(
      operand.reaches[rows.position], {loop}, 1);
  return {interval.start.constant * rows.stride,
          interval.start.coefficients[0] * rows.stride,
          int64_t(interval.size) * rows.stride};
}

/// Rows of each layer an iteration, from those of the last one. Returns by what
/// the latter must be multiplied so that all are whole (elementwise layers and
/// matrix products see one long row of elements or pixels): 1 if they are, 0 if
/// nothing helps.
uint64_t CascadePlanner::Impl::spreadRows(Cascade &cascade) const {
  llvm::SmallDenseMap<unsigned, int64_t> wanted;
  for (unsigned index = cascade.count(); index-- != 0;) {
    const RowProblem &problem = *problems[cascade.first + index];
    TileLoop &loop = cascade.loops[index];
    loop.kind = TileLoop::Output;
    loop.index = problem.model->axes[problem.axis].index;
    if (index + 1 != cascade.count()) {
      auto bytes = wanted.find(problem.result);
      if (bytes == wanted.end() || bytes->second <= 0)
        return 0;
      if (bytes->second % problem.rowBytes != 0)
        return problem.rowBytes / std::gcd(bytes->second, problem.rowBytes);
      loop.tile = bytes->second / problem.rowBytes;
    }
    bool agree = forEachRead(
        cascade, index,
        [&](const OperandModel &operand, const RowAccess &rows,
            unsigned tensor) {
          int64_t step = windowOf(cascade, index, operand, rows).step;
          return wanted.try_emplace(tensor, step).first->second == step;
        });
    if (!agree)
      return 0;
  }
  return 1;
}

/// How many rows each layer must lag so that what it reads is there.
bool CascadePlanner::Impl::findDelays(Cascade &cascade) const {
  llvm::SmallDenseMap<unsigned, int64_t> made;
  uint64_t times = 1;
  for (unsigned index = 0; index != cascade.count(); ++index) {
    const RowProblem &problem = *problems[cascade.first + index];
    TileLoop &loop = cascade.loops[index];
    bool possible = forEachRead(
        cascade, index,
        [&](const OperandModel &operand, const RowAccess &rows,
            unsigned tensor) {
          Window window = windowOf(cascade, index, operand, rows);
          int64_t lacking = window.start + window.size - made.lookup(tensor);
          int64_t rowStep = window.step / int64_t(loop.tile);
          if (lacking > 0)
            loop.delay +=
                llvm::divideCeil(uint64_t(lacking), uint64_t(rowStep));
          return rowStep > 0;
        });
    if (!possible)
      return false;
    // Iteration 0 makes the bytes below this.
    made[problem.result] =
        (int64_t(loop.tile) - int64_t(loop.delay)) * problem.rowBytes;
    times = std::max(times,
                     llvm::divideCeil(problem.extent + loop.delay, loop.tile));
  }
  for (TileLoop &loop : cascade.loops)
    loop.times = times;
  return true;
}

/// What of each tensor must be there at a time: from the first byte that a
/// reader still needs to the last one made.
bool CascadePlanner::Impl::sizeRings(Cascade &cascade) const {
  llvm::SmallDenseMap<unsigned, int64_t> made, grain;
  for (unsigned index = 0; index != cascade.count(); ++index) {
    const RowProblem &problem = *problems[cascade.first + index];
    const TileLoop &loop = cascade.loops[index];
    made[problem.result] =
        (int64_t(loop.tile) - int64_t(loop.delay)) * problem.rowBytes;
    grain[problem.result] = problem.rowBytes;
    bool good = forEachRead(
        cascade, index,
        [&](const OperandModel &operand, const RowAccess &rows,
            unsigned tensor) {
          Window window = windowOf(cascade, index, operand, rows);
          uint64_t &ring = cascade.rings[tensor];
          ring = std::max<int64_t>(ring, made.lookup(tensor) - window.start);
          int64_t &row = grain[tensor];
          if (std::max(row, rows.stride) % std::min(row, rows.stride) != 0)
            return false;
          row = std::max(row, rows.stride);
          return true;
        });
    if (!good)
      return false;
  }
  for (auto &[tensor, ring] : cascade.rings) {
    if (ring == 0)
      return false;
    ring = llvm::alignTo(ring, uint64_t(grain.lookup(tensor)));
    if (ring >= network.graph.tensors[tensor].bytes)
      ring = network.graph.tensors[tensor].bytes;
  }
  return true;
}

void CascadePlanner::Impl::findNeeds(Cascade &cascade) const {
  for (unsigned index = 0; index != cascade.count(); ++index) {
    const RowProblem &problem = *problems[cascade.first + index];
    LoopChoice loop = choiceOf(cascade, index);
    uint64_t need = 0;
    for (const OperandModel &operand : problem.model->operands) {
      const Binding &binding = bindingOf(cascade.first + index, operand);
      if (binding.isIntermediate() ||
          operand.memory != MemoryKind::Scratchpad ||
          isInside(cascade, binding.tensor))
        continue;
      Placement placement;
      placement.level = operand.dependsOn(problem.axis);
      uint64_t step;
      placement.rolling = problem.model->rollingCoordinate(
          operand, {loop}, placement.level, step);
      need +=
          llvm::alignTo(problem.model->bufferBytes(operand, {loop}, placement),
                        kBufferAlignment);
    }
    cascade.needs.push_back(need);
  }
}

CascadePlanner::CascadePlanner(const Network &network, const Machine &machine)
    : impl(std::make_unique<Impl>(network, machine)) {}
CascadePlanner::~CascadePlanner() = default;

std::optional<Cascade> CascadePlanner::plan(unsigned first, unsigned last,
                                            uint64_t rows) {
  Cascade cascade;
  cascade.first = first;
  cascade.last = last;
  cascade.loops.resize(cascade.count());
  for (unsigned problem = first; problem <= last; ++problem) {
    const auto &row = impl->problems[problem];
    if (!row)
      return std::nullopt;
    if (problem == last)
      break;
    // What a layer inside makes is for layers inside alone.
    const Life &life = impl->lives[row->result];
    if (!impl->candidates[row->result] || impl->writers[row->result] != 1 ||
        life.first != problem || life.last > last || life.last == problem)
      return std::nullopt;
    cascade.rings[row->result] = 0;
  }
  uint64_t extent = impl->problems[last]->extent, factor;
  do {
    if (rows > extent)
      return std::nullopt;
    cascade.loops.back().tile = rows;
    factor = impl->spreadRows(cascade);
    rows *= factor;
  } while (factor > 1);
  if (factor == 0 || !impl->findDelays(cascade) || !impl->sizeRings(cascade))
    return std::nullopt;
  impl->findNeeds(cascade);
  return cascade;
}
