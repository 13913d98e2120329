// Which instructions made a byte.
#include "lacuna/Emulator/Provenance.h"

#include "Operand.h"
#include "Rows.h"
#include "lacuna/Program/AccessPattern.h"
#include "lacuna/Program/ProgramText.h"

using namespace llvm;
using namespace lacuna;

static Instruction resolveAt(const ProgramText &text,
                             const Occurrence &occurrence) {
  return resolve(text.instructions[occurrence.index].instruction,
                 occurrence.indices);
}

/// Whether `resolved` writes the byte at `address` of `memory`.
static bool writes(const Instruction &resolved, MemoryKind memory,
                   uint64_t address) {
  auto patterns = getAccessPatterns(resolved);
  if (!patterns) {
    consumeError(patterns.takeError());
    return false;
  }
  bool found = false;
  for (const AccessPattern &pattern : *patterns) {
    if (pattern.memory != memory || pattern.direction == AccessDirection::Read)
      continue;
    std::optional<ByteRange> hull = pattern.hull();
    if (!hull || address < hull->begin || address >= hull->end)
      continue;
    pattern.forEachRun([&](ByteRange run) {
      found |= run.begin <= address && address < run.end;
    });
  }
  return found;
}

/// The byte of the scratchpad that `store`, a STORE or a `compress`, brings to
/// `address`, in a slot as if the block were stored with its zeros.
template <typename Inst>
static std::optional<uint64_t> sourceOf(const Inst &store, uint64_t address) {
  std::optional<uint64_t> source;
  Error error =
      forEachCoordinate(store.dims, [&](const Coordinates &at) -> Error {
        int64_t begin =
            store.dram.address.constant + positionOf(at, store.dramStrides);
        int64_t inside = static_cast<int64_t>(address) - begin;
        if (inside < 0 || inside >= static_cast<int64_t>(store.run))
          return Error::success();
        int64_t position = store.pad.offset.constant +
                           positionOf(at, store.padStrides) + inside;
        if (auto length = static_cast<int64_t>(store.pad.length))
          position = (position % length + length) % length;
        source = store.pad.base + position;
        return Error::success();
      });
  consumeError(std::move(error));
  return source;
}

/// The last of `order` that writes the byte at `address` of `memory`, by
/// position.
static std::optional<size_t> lastWriter(const ProgramText &text,
                                        ArrayRef<Occurrence> order,
                                        MemoryKind memory, uint64_t address) {
  for (size_t at = order.size(); at-- != 0;)
    if (writes(resolveAt(text, order[at]), memory, address))
      return at;
  return std::nullopt;
}

std::optional<Provenance> lacuna::findProvenance(const ProgramText &text,
                                                 ArrayRef<Occurrence> order,
                                                 uint64_t address,
                                                 MemoryKind memory) {
  std::optional<size_t> at = lastWriter(text, order, memory, address);
  if (!at)
    return std::nullopt;
  if (memory == MemoryKind::Scratchpad)
    return Provenance{std::nullopt, order[*at]};
  Provenance provenance{order[*at], std::nullopt};
  Instruction resolved = resolveAt(text, order[*at]);
  std::optional<uint64_t> source;
  if (const auto *store = std::get_if<Store>(&resolved))
    source = sourceOf(*store, address);
  else if (const auto *compress = std::get_if<Compress>(&resolved))
    source = sourceOf(*compress, address);
  if (source)
    if (auto before = lastWriter(text, order.take_front(*at),
                                 MemoryKind::Scratchpad, *source))
      provenance.maker = order[*before];
  return provenance;
}
