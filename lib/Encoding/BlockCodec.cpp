// A block is a bitmap and its values where that is shorter, else its bytes.
#include "lacuna/Encoding/BlockCodec.h"

#include "Format.h"

#include "lacuna/Program/ActivationBlocks.h"
#include "lacuna/Support/Diagnostics.h"

using namespace lacuna;
using llvm::ArrayRef;
using llvm::Error;
using llvm::Expected;
using llvm::Twine;

Expected<BlockCodec> BlockCodec::create(ElementType type, int64_t zero) {
  if (!isBlockElement(type, zero))
    return makeError("blocks hold elements of 8 or 16 bits; " + Twine(zero) +
                     " of type " + getName(type) + " is none of them");
  StreamFormat format;
  format.kind = WeightEncoding::Bitmap;
  format.elementBits = onChipBits(type, /*packed=*/false);
  format.zero = zero;
  BlockCodec codec;
  codec.encoder = llvm::cantFail(createBitmapEncoder(format, {}));
  codec.decoder = llvm::cantFail(createBitmapDecoder(format, {}));
  return codec;
}

uint64_t BlockCodec::getStoredBytes(ArrayRef<uint8_t> raw) const {
  return std::min<uint64_t>(encoder->getEncodedBytes(raw), raw.size());
}

void BlockCodec::compress(ArrayRef<uint8_t> raw,
                          std::vector<uint8_t> &payload) const {
  payload.clear();
  if (encoder->getEncodedBytes(raw) < raw.size())
    encoder->encode(raw, payload);
  else
    payload.assign(raw.begin(), raw.end());
}

Error BlockCodec::expand(ArrayRef<uint8_t> payload,
                         llvm::MutableArrayRef<uint8_t> raw) const {
  if (payload.empty())
    return makeError("it was never stored");
  if (payload.size() > raw.size())
    return makeError("its " + Twine(payload.size()) +
                     " bytes are more than the " + Twine(raw.size()) +
                     " that it stands for");
  if (payload.size() < raw.size())
    return decoder->decode(payload, raw);
  llvm::copy(payload, raw.begin());
  return Error::success();
}
