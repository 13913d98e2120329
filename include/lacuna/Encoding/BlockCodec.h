// Blocks of activations as they lie off-chip: the format of docs/formats.md
// that STORE writes and LOAD reads.
#ifndef LACUNA_ENCODING_BLOCKCODEC_H
#define LACUNA_ENCODING_BLOCKCODEC_H

#include "lacuna/Support/ElementType.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace lacuna {

class FormatDecoder;
class FormatEncoder;

class BlockCodec {
public:
  /// For elements of `type`, of which `zero` counts as zero. Error: they have
  /// neither 8 nor 16 bits on-chip, or `zero` is none of them.
  static llvm::Expected<BlockCodec> create(ElementType type, int64_t zero);

  /// Bytes of the payload of `raw`, a block of whole elements: at most those of
  /// the block.
  uint64_t getStoredBytes(llvm::ArrayRef<uint8_t> raw) const;

  /// Makes `payload` that of `raw`.
  void compress(llvm::ArrayRef<uint8_t> raw,
                std::vector<uint8_t> &payload) const;

  /// Fills `raw` with the block whose payload this is, whatever its bytes.
  /// Errors: the length is 0 or beyond the block; the bitmap and the length
  /// contradict each other; a padding bit is set; a value is zero. `raw` is
  /// then unspecified.
  llvm::Error expand(llvm::ArrayRef<uint8_t> payload,
                     llvm::MutableArrayRef<uint8_t> raw) const;

private:
  BlockCodec() = default;
  std::shared_ptr<const FormatEncoder> encoder;
  std::shared_ptr<const FormatDecoder> decoder;
};

} // namespace lacuna

#endif // LACUNA_ENCODING_BLOCKCODEC_H
