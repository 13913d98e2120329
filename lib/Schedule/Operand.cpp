//===- Operand.cpp - One operand of a stage on its way on-chip ------------===//

#include "Operand.h"

#include "lacuna/Schedule/Geometry.h"

#include "llvm/Support/MathExtras.h"

using namespace lacuna;
using namespace lacuna::schedule;

llvm::Error Operand::place(AccessDescription &access, const Tensor *tensor,
                           const Schedule &schedule,
                           llvm::ArrayRef<uint64_t> counts, Engine engine,
                           StepTree &tree) {
  writes = access.direction != AccessDirection::Read;
  elementBits = access.elementBits;
  direct = access.memory == MemoryKind::Dram;
  if (direct) {
    *access.dram = addressOf(*tensor, schedule);
    *access.strides = binding->strides;
    return llvm::Error::success();
  }
  if (placement.resident)
    return placeResident(access, tensor, schedule, engine, tree);
  for (const CoordinateDescription &coordinate : access.coordinates) {
    std::optional<Interval> interval = coordinateInterval(coordinate);
    if (!interval)
      return llvm::createStringError("a tile begins between two elements of '" +
                                     binding->field + "'");
    // A coordinate along which the operand repeats is there once.
    box.push_back(repeats(box.size())
                      ? Interval(1)
                      : widen(*interval, placement.level, counts));
  }
  if (elementBits < 8 && !box.empty() &&
      (box.back().start.constant % 2 ||
       llvm::any_of(
           box.back().start.coefficients,
           [](int64_t step) { return step % 2; })))
    return llvm::createStringError("a tile starts inside a byte of '" +
                                   binding->field + "'");
  if (placement.rolling >= 0) {
    if (placement.level == 0 || unsigned(placement.rolling) >= box.size())
      return llvm::createStringError("'" + binding->field +
                                     "' has no loop to roll along");
    const Interval &along = box[placement.rolling];
    int64_t step = along.start.coefficients[placement.level - 1];
    for (auto [position, interval] : llvm::enumerate(box))
      if (dependsOn(interval, placement.level - 1) !=
          (position == unsigned(placement.rolling)))
        return llvm::createStringError("'" + binding->field +
                                       "' can only roll along the one "
                                       "coordinate that its loop moves");
    // Windows that do not overlap have nothing to keep.
    if (step > 0 && uint64_t(step) < along.size)
      rollingSteps = step;
  }
  // Where the first window reaches to the end, later ones bring nothing: the
  // halo is all there is, and the loop outside is the one that turns.
  bool advances =
      rolls() && largestSize(partOf(box[placement.rolling], Advance)) != 0;

  Buffer made;
  made.name = binding->field;
  made.memory = access.memory;
  bool turnsOutside = rolls() && !advances;
  made.level = placement.level - turnsOutside;
  made.slots = turnsOutside ? 1 : placement.slots;
  made.scope = advances ? placement.level - 1 : 0;
  if (binding->isIntermediate() || writes) {
    made.producer = engine;
    if (!binding->isIntermediate())
      made.consumers.push_back(Engine::Store);
  } else {
    made.consumers.push_back(engine);
  }
  layOut(counts, made);
  buffer = tree.buffers.size();
  tree.buffers.push_back(std::move(made));
  pointAt(access);
  if (tensor && tensor->encoded)
    placeHeader(*tensor->encoded, tree);
  return llvm::Error::success();
}

/// The instruction works on the tensor where it lies, laid out as off-chip.
llvm::Error Operand::placeResident(AccessDescription &access,
                                   const Tensor *tensor,
                                   const Schedule &schedule, Engine engine,
                                   StepTree &tree) {
  if (!tensor || !tensor->scratchpad)
    return llvm::createStringError(
        "'" + binding->field +
        "' can't stay on-chip: only a tensor between "
        "layers can, if all that make or read it say 'resident' and all that "
        "stay fit");
  if (access.memory != MemoryKind::Scratchpad || !access.strides)
    return llvm::createStringError("the instruction can't read '" +
                                   binding->field + "' where it stays on-chip");
  Buffer made;
  made.name = binding->field;
  made.resident = true;
  made.tensor = binding->tensor;
  made.isRing = tensor->ring != 0;
  made.bytes = tensor->residentBytes();
  made.address = *tensor->scratchpad;
  // Whoever reads it waits, as one who overwrote it would, for those before.
  made.producer = engine;
  buffer = tree.buffers.size();
  tree.buffers.push_back(std::move(made));

  int64_t unit = access.strideUnitBits / 8;
  DramAddress place = addressOf(*tensor, schedule);
  place.address.constant -= int64_t(tensor->address);
  // A ring holds a part of the tensor as it lies, modulo its length.
  *access.ring = Ring();
  access.ring->length = tensor->ring;
  access.ring->offset = place.address;
  access.ring->offset.constant /= unit;
  for (int64_t &step : access.ring->offset.coefficients)
    step /= unit;
  *access.strides = binding->strides;
  for (int64_t &stride : *access.strides)
    stride /= unit;
  return llvm::Error::success();
}

void Operand::placeHeader(const EncodedWeights &weights, StepTree &tree) {
  Buffer made;
  made.name = binding->field + ".header";
  made.bytes = weights.header.size();
  made.consumers.push_back(Engine::Load);
  header = tree.buffers.size();
  tree.buffers.push_back(std::move(made));
}

/// As off-chip, so that a transfer is few long runs and whoever works on the
/// tile does the transposing; packed elements stay along the last coordinate,
/// and the rolling one is outermost.
void Operand::chooseOrder() {
  for (unsigned position = box.size(); position-- != 0;)
    order.push_back(position);
  if (elementBits >= 8 && binding->strides.size() == box.size())
    llvm::sort(order, [&](unsigned a, unsigned b) {
      int64_t strideA = std::abs(binding->strides[a]);
      int64_t strideB = std::abs(binding->strides[b]);
      return strideA != strideB ? strideA < strideB : a > b;
    });
  if (rolls())
    std::rotate(llvm::find(order, unsigned(placement.rolling)),
                llvm::find(order, unsigned(placement.rolling)) + 1,
                order.end());
}

/// Dense; the position of absolute coordinate c is the sum of
/// (c - start) * stride.
void Operand::layOut(llvm::ArrayRef<uint64_t> counts, Buffer &to) {
  chooseOrder();
  layout.assign(box.size(), 0);
  uint64_t elements = 1;
  auto stack = [&](unsigned position) {
    layout[position] = elements;
    elements *= largestSize(box[position]);
    if (elementBits < 8)
      elements = llvm::alignTo(elements, 8 / elementBits);
    if (repeats(position))
      layout[position] = 0;
  };
  for (unsigned position : order)
    if (!rolls() || position != unsigned(placement.rolling))
      stack(position);

  unsigned perByte = elementBits < 8 ? 8 / elementBits : 1;
  uint64_t bytesPer = std::max(1u, elementBits / 8);
  auto bytesOf = [&](uint64_t count) { return count / perByte * bytesPer; };

  if (rolls()) {
    const Interval &along = box[placement.rolling];
    layout[placement.rolling] = elements;
    uint64_t capacity = std::min<uint64_t>(
        along.size + (placement.slots - 1) * rollingSteps, along.bound);
    to.bytes = bytesOf(capacity * elements);
    ring.length = to.bytes;
    for (auto [position, interval] : llvm::enumerate(box))
      if (position != unsigned(placement.rolling))
        ring.offset =
            add(ring.offset, scale(interval.start, -layout[position]));
    return;
  }

  uint64_t slot = elements;
  if (placement.slots > 1) {
    slot =
        llvm::alignTo(slot * elementBits, 8 * kBufferAlignment) / elementBits;
    // Iterations so far, over the loops around the transfer.
    int64_t inner = slot;
    for (unsigned loop = placement.level; loop-- != 0;) {
      ring.offset.coefficients[loop] += inner;
      inner *= counts[loop];
    }
    ring.length = bytesOf(slot * placement.slots);
  }
  to.bytes = llvm::divideCeil(slot * elementBits, 8) * placement.slots;
  for (auto [position, interval] : llvm::enumerate(box))
    ring.offset = add(ring.offset, scale(interval.start, -layout[position]));
}

void Operand::pointAt(AccessDescription &access) const {
  // Typed operands count elements; blocks and runs count bytes.
  int64_t units = elementBits / access.strideUnitBits;
  *access.ring = ring;
  access.ring->offset = scale(ring.offset, units);
  if (!access.strides)
    return;
  *access.strides = layout;
  for (int64_t &stride : *access.strides)
    stride *= units;
}

void Operand::takeOver(const Operand &writer, AccessDescription &access) {
  buffer = writer.buffer;
  box = writer.box;
  layout = writer.layout;
  order = writer.order;
  ring = writer.ring;
  elementBits = writer.elementBits;
  pointAt(access);
}

/// An offset in elements, in bytes.
static Affine inBytes(Affine offset, int64_t elementBits) {
  offset = scale(offset, elementBits);
  offset.constant /= 8;
  for (int64_t &coefficient : offset.coefficients)
    coefficient /= 8;
  return offset;
}

/// The bytes that hold an interval of packed elements, which begins at a byte.
static Interval packed(Interval interval, int64_t perByte) {
  interval.start.constant /= perByte;
  for (int64_t &coefficient : interval.start.coefficients)
    coefficient /= perByte;
  interval.size = llvm::divideCeil(interval.size, perByte);
  interval.bound = llvm::divideCeil(interval.bound, perByte);
  return interval;
}

DramAddress Operand::addressOf(const Tensor &tensor,
                               const Schedule &schedule) const {
  DramAddress dram;
  dram.address.constant = int64_t(tensor.address) + binding->offset;
  for (auto [level, loop] : llvm::enumerate(schedule.loops))
    if (loop.kind == TileLoop::Outer &&
        (level < placement.level || placement.resident) &&
        loop.index < binding->outerStrides.size())
      dram.address.coefficients[level] += binding->outerStrides[loop.index];
  return dram;
}

Interval Operand::partOf(Interval along, Part part) const {
  uint64_t kept = along.size - rollingSteps;
  if (part == Halo) {
    along.start.coefficients[placement.level - 1] = 0;
    along.size = kept;
    return along.start.isConstant() ? clipConstant(along) : along;
  }
  along.start.constant += kept;
  along.size = rollingSteps;
  return along;
}

std::optional<Step> Operand::headerTransfer(const Tensor &tensor) const {
  if (!header)
    return std::nullopt;
  Load load;
  load.dram.address = Affine(int64_t(tensor.address));
  load.run = tensor.encoded->header.size();
  Step step;
  step.tensor = binding->tensor;
  step.buffers.emplace_back("pad", *header);
  step.instruction = load;
  return step;
}

/// The units of a tile: slices of the reduction in the order of its loops, the
/// channels of each in turn (see encodeWeights).
Interval Operand::unitsOf(const EncodedWeights &weights) const {
  const Interval &rows = box.front();
  Interval units(weights.units);
  units.size = llvm::divideCeil(rows.size, weights.unitRows);
  int64_t slice = llvm::divideCeil(rows.bound, weights.unitRows);
  for (unsigned loop = placement.level; loop-- != 0;) {
    units.start.coefficients[loop] =
        rows.start.coefficients[loop] / int64_t(weights.unitRows);
    for (const Interval &along : llvm::drop_begin(box))
      if (int64_t step = along.start.coefficients[loop]) {
        units.start.coefficients[loop] += slice;
        slice *= int64_t(llvm::divideCeil(along.bound, uint64_t(step)));
      }
  }
  return units;
}

std::optional<Step> Operand::transfer(const Tensor &tensor,
                                      const Schedule &schedule,
                                      Part part) const {
  llvm::SmallVector<Interval, 4> region = box;
  if (part != Whole)
    region[placement.rolling] = partOf(region[placement.rolling], part);

  // Of a tile that only padding reaches, there is nothing to bring.
  if (llvm::any_of(region, [](const Interval &along) {
        return largestSize(along) == 0;
      }))
    return std::nullopt;

  DramAddress dram = addressOf(tensor, schedule);
  Ring pad = ring;
  pad.offset = inBytes(ring.offset, elementBits);

  // In bytes: a byte holds several packed elements of the last coordinate.
  uint64_t run = std::max(1u, elementBits / 8);
  if (elementBits < 8)
    region.back() = packed(region.back(), 8 / elementBits);

  // Coordinates that are contiguous on both sides, from the innermost on, make
  // one run; where their extent changes from tile to tile, they stay a
  // dimension.
  Dims dims;
  Strides dramStrides, padStrides;
  for (unsigned position : order) {
    const Interval &along = region[position];
    bool isPacked = elementBits < 8 && position + 1 == region.size();
    int64_t padStride = isPacked ? 1 : layout[position] * elementBits / 8;
    int64_t dramStride = isPacked || binding->strides.empty()
                             ? padStride
                             : binding->strides[position];
    bool fixed = along.start.isConstant();
    bool contiguous =
        dims.empty() && padStride == int64_t(run) && dramStride == int64_t(run);
    bool isRows = header && position == 0;
    if (fixed && !isRows && (along.size == 1 || contiguous)) {
      dram.address.constant += along.start.constant * dramStride;
      pad.offset.constant += along.start.constant * padStride;
      run *= largestSize(along);
      continue;
    }
    dims.insert(dims.begin(), along);
    dramStrides.insert(dramStrides.begin(), dramStride);
    padStrides.insert(padStrides.begin(), padStride);
  }

  Step step;
  step.tensor = binding->tensor;
  step.buffers.emplace_back("pad", buffer);
  if (header) {
    const EncodedWeights &weights = *tensor.encoded;
    Decode decode;
    decode.dram.address =
        Affine(int64_t(tensor.address + weights.header.size()));
    decode.streamBytes = weights.streams.size();
    decode.pad = pad;
    decode.run = run;
    decode.dims = dims;
    decode.padStrides = padStrides;
    decode.tableBytes = weights.tableBytes;
    decode.units = unitsOf(weights);
    decode.unitRows = weights.unitRows;
    decode.encoding = weights.encoding;
    // Of floats, as many bits.
    unsigned bits = getInfo(tensor.type).bits;
    decode.type = !getInfo(tensor.type).isFloat ? tensor.type
                  : bits == 8                   ? ElementType::I8
                                                : ElementType::I16;
    decode.zero = weights.zero;
    decode.nonzeros = weights.nonzeros;
    decode.group = weights.group;
    step.buffers.emplace_back("header", *header);
    step.instruction = decode;
    return step;
  }
  auto fill = [&](auto &&instruction) {
    instruction.dram = dram;
    instruction.pad = pad;
    instruction.run = run;
    instruction.dims = dims;
    instruction.dramStrides = dramStrides;
    instruction.padStrides = padStrides;
    step.instruction = instruction;
  };
  if (writes)
    fill(Store());
  else
    fill(Load());
  return step;
}
