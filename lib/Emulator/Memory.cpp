// Allocating, clearing and finding bytes.
#include "lacuna/Emulator/Memory.h"

#include "lacuna/Support/Diagnostics.h"

#include <cstring>

using namespace llvm;
using namespace lacuna;

Expected<Memory::Bytes> Memory::allocate(uint64_t size, StringRef what) {
  // calloc leaves pages that are never touched to the operating system, so a
  // program that claims much and uses little costs little.
  Bytes bytes(
      static_cast<uint8_t *>(std::calloc(std::max<uint64_t>(1, size), 1)));
  if (!bytes)
    return makeError("no memory for the " + Twine(size) + " bytes of " + what);
  return bytes;
}

Expected<Memory> Memory::create(const Program &program,
                                const Machine &machine) {
  Memory memory;
  for (const Region &region : program.regions) {
    if (region.end() > machine.dram.bytes)
      return makeError("section '" + region.name + "' ends at " +
                       Twine(region.end()) + ", beyond the " +
                       Twine(machine.dram.bytes) + " bytes off-chip");
    Block block{region.address, region.size, isWritable(region.kind), nullptr,
                region.bytes.data()};
    if (!hasContents(region.kind)) {
      Expected<Bytes> own =
          allocate(region.size, "section '" + region.name + "'");
      if (!own)
        return own.takeError();
      block.own = std::move(*own);
      block.contents = block.own.get();
    }
    memory.blocks.push_back(std::move(block));
  }
  auto onChip = [](Bytes &bytes, uint64_t &size, uint64_t wanted,
                   StringRef what) -> Error {
    Expected<Bytes> allocated = allocate(wanted, what);
    if (!allocated)
      return allocated.takeError();
    bytes = std::move(*allocated);
    size = wanted;
    return Error::success();
  };
  if (Error error = onChip(memory.scratchpadBytes, memory.scratchpadSize,
                           machine.scratchpad.bytes, "the scratchpad"))
    return std::move(error);
  if (Error error = onChip(memory.accumulatorBytes, memory.accumulatorSize,
                           machine.accumulators.bytes, "the accumulators"))
    return std::move(error);
  return memory;
}

void Memory::clear() {
  if (!used) {
    used = true;
    return;
  }
  for (Block &block : blocks)
    if (block.own)
      std::memset(block.own.get(), 0, block.size);
  std::memset(scratchpad(), 0, scratchpadSize);
  std::memset(accumulators(), 0, accumulatorSize);
}

MutableArrayRef<uint8_t> Memory::tensor(const TensorInfo &tensor) {
  if (tensor.kind == TensorKind::Resident) {
    if (tensor.address > scratchpadSize ||
        tensor.getBytes() > scratchpadSize - tensor.address)
      return {};
    return {scratchpad() + tensor.address,
            static_cast<size_t>(tensor.getBytes())};
  }
  const Block *block = find(tensor.address, tensor.getBytes());
  if (!block || !block->own)
    return {};
  return {block->own.get() + (tensor.address - block->address),
          static_cast<size_t>(tensor.getBytes())};
}

const Memory::Block *Memory::find(uint64_t address, uint64_t size) {
  auto holds = [&](const Block &block) {
    return address >= block.address && size <= block.size &&
           address - block.address <= block.size - size;
  };
  if (lastFound < blocks.size() && holds(blocks[lastFound]))
    return &blocks[lastFound];
  // Blocks ascend: the one before the first that starts beyond the address.
  auto after = llvm::upper_bound(
      blocks, address,
      [](uint64_t value, const Block &block) { return value < block.address; });
  if (after == blocks.begin() || !holds(*std::prev(after)))
    return nullptr;
  lastFound = std::prev(after) - blocks.begin();
  return &blocks[lastFound];
}
