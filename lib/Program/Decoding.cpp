// Bytes to instructions: one function a kind of field. Whatever is not what the
// encoder writes is refused, so that bytes and instructions are each other's
// inverse.
#include "lacuna/Program/Checks.h"
#include "lacuna/Program/Encoding.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/LEB128.h"

using namespace llvm;
using namespace lacuna;

namespace {
/// Reads forward; after the first error everything reads as 0.
class Reader {
public:
  Reader(ArrayRef<uint8_t> text, uint64_t offset)
      : text(text), offset(offset) {}

  uint64_t getOffset() const { return offset; }
  bool failed() const { return !message.empty(); }
  Error take(StringRef file) const {
    return makeError(SourceLocation::atByte(file, errorOffset), message);
  }
  void fail(const Twine &what, uint64_t at) {
    if (failed())
      return;
    message = what.str();
    errorOffset = at;
  }

  uint8_t getByte() {
    if (failed() || offset >= text.size()) {
      fail("the text ends within an instruction", offset);
      return 0;
    }
    return text[offset++];
  }
  uint64_t getUnsigned() {
    return getLEB<uint64_t>(decodeULEB128, getULEB128Size);
  }
  int64_t getSigned() { return getLEB<int64_t>(decodeSLEB128, getSLEB128Size); }

private:
  template <class T, class Decode, class Size>
  T getLEB(Decode decode, Size sizeOf) {
    if (failed())
      return 0;
    unsigned size = 0;
    const char *error = nullptr;
    // Ten bytes hold 64 bits; of more, LLVM's decoders shift too far.
    ArrayRef<uint8_t> bytes = text.drop_front(offset).take_front(10);
    T value = decode(bytes.data(), &size, bytes.end(), &error);
    if (error || size != sizeOf(value)) {
      fail(error ? StringRef("a LEB128 number is cut off or exceeds 64 bits")
                 : StringRef("a LEB128 number is longer than it needs to be"),
           offset);
      return 0;
    }
    offset += size;
    return value;
  }

  ArrayRef<uint8_t> text;
  uint64_t offset;
  std::string message;
  uint64_t errorOffset = 0;
};

class Decoder {
public:
  Decoder(Reader &in, const Instruction &instruction, uint64_t mask)
      : in(in), instruction(instruction), mask(mask) {}

  template <class T>
  void operator()(const FieldInfo &info, T &value, const T &absent) {
    if (in.failed())
      return;
    if (info.optionalIndex >= 0 && !(mask >> info.optionalIndex & 1))
      return;
    uint64_t at = in.getOffset();
    get(info, value);
    if (info.optionalIndex >= 0 && value == absent)
      in.fail(info.name + ": holds its default, which is written by absence",
              at);
  }

private:
  void get(const FieldInfo &, bool &value) { value = true; }
  void get(const FieldInfo &, uint64_t &value) { value = in.getUnsigned(); }
  void get(const FieldInfo &, int64_t &value) { value = in.getSigned(); }
  void get(const FieldInfo &info, ElementType &value) {
    getChoice(info, value, elementTypeFromNumber);
  }
  template <class T>
  std::enable_if_t<std::is_enum_v<T>> get(const FieldInfo &info, T &value) {
    getChoice(info, value, enumFromNumber<T>);
  }
  template <class T, class FromNumber>
  void getChoice(const FieldInfo &info, T &value, FromNumber fromNumber) {
    uint64_t at = in.getOffset();
    uint8_t number = in.getByte();
    if (std::optional<T> choice = fromNumber(number))
      value = *choice;
    else
      in.fail(info.name + ": nothing has the number " + Twine(unsigned(number)),
              at);
  }

  /// The coefficients of `value`; none of them only where `mayBeNone`.
  void getTerms(const FieldInfo &info, Affine &value, bool mayBeNone) {
    uint64_t at = in.getOffset();
    uint64_t levels = in.getUnsigned();
    if (levels >> kMaxLoopDepth)
      in.fail(info.name + ": loops nest to a depth of " + Twine(kMaxLoopDepth),
              at);
    else if (!levels && !mayBeNone)
      in.fail(info.name + ": announces terms that are not there", at);
    for (unsigned level = 0; level != kMaxLoopDepth && !in.failed(); ++level) {
      if (!(levels >> level & 1))
        continue;
      at = in.getOffset();
      value.coefficients[level] = in.getSigned();
      if (!value.coefficients[level])
        in.fail(info.name + ": a coefficient is 0", at);
    }
  }

  void get(const FieldInfo &info, DramAddress &value) {
    uint64_t head = in.getUnsigned();
    value.address.constant = head >> 1;
    if (head & 1)
      getTerms(info, value.address, /*mayBeNone=*/false);
  }
  void get(const FieldInfo &info, Ring &value) {
    uint64_t at = in.getOffset();
    uint64_t head = in.getUnsigned();
    value.base = head >> 2;
    if (head & 2) {
      value.length = in.getUnsigned();
      if (!value.length)
        in.fail(info.name + ": a ring that wraps has a length of 0", at);
    }
    if (head & 1) {
      value.offset.constant = in.getSigned();
      getTerms(info, value.offset, /*mayBeNone=*/true);
      if (value.offset == Affine(0))
        in.fail(info.name + ": announces an offset that is 0", at);
    }
  }
  void get(const FieldInfo &info, OnChipRing &value) {
    uint64_t at = in.getOffset();
    uint8_t memory = in.getByte();
    if (memory > static_cast<uint8_t>(OnChipMemory::Accumulators))
      in.fail(info.name + ": no memory has the number " +
                  Twine(unsigned(memory)),
              at);
    value.memory = static_cast<OnChipMemory>(memory & 1);
    get(info, value.ring);
  }
  void get(const FieldInfo &info, Interval &value) {
    uint64_t at = in.getOffset();
    uint64_t head = in.getUnsigned();
    value = Interval(head >> 1);
    if (!(head & 1))
      return;
    value.start.constant = in.getSigned();
    getTerms(info, value.start, /*mayBeNone=*/true);
    value.bound = in.getUnsigned();
    if (value.isWhole())
      in.fail(info.name + ": a whole extent is written as if it were clipped",
              at);
  }
  void get(const FieldInfo &info, Dims &value) {
    uint64_t at = in.getOffset();
    unsigned count = in.getByte();
    if (count > kMaxDims)
      return in.fail(info.name + ": there are 1 to " + Twine(kMaxDims) +
                         " extents, not " + Twine(count),
                     at);
    value.resize(count);
    for (Interval &interval : value)
      get(info, interval);
  }
  void get(const FieldInfo &info, Strides &value) {
    value.resize(countStrides(instruction, info.name));
    for (int64_t &stride : value)
      stride = in.getSigned();
  }

  Reader &in;
  /// The instruction under construction.
  const Instruction &instruction;
  uint64_t mask;
};
} // namespace

template <class Inst>
static void decodeFields(Reader &in, Instruction &instruction) {
  Inst &inst = instruction.emplace<Inst>();
  unsigned optionals = 0;
  for (const FieldInfo &info : Inst::fields)
    optionals += info.optionalIndex >= 0;
  uint64_t mask = 0;
  if (optionals) {
    uint64_t at = in.getOffset();
    mask = in.getUnsigned();
    if (mask >> optionals)
      in.fail("the mask of present fields has unknown bits", at);
  }
  Inst::visitFields(inst, Decoder(in, instruction, mask));
}

Expected<DecodedInstruction> lacuna::decode(ArrayRef<uint8_t> text,
                                            uint64_t offset, StringRef file) {
  DecodedInstruction decoded;
  decoded.offset = offset;
  Reader in(text, offset);
  uint8_t number = in.getByte();
  if (in.failed())
    return in.take(file);
  auto here = [&] { return SourceLocation::atByte(file, offset); };
  std::optional<Opcode> opcode = opcodeFromNumber(number);
  if (!opcode)
    return makeError(here(), formatv("no instruction has the opcode {0:x+2}",
                                     unsigned(number))
                                 .str());
  dispatch(*opcode, [&](auto tag) {
    decodeFields<typename decltype(tag)::type>(in, decoded.instruction);
  });
  if (in.failed())
    return in.take(file);
  if (Error error = checkFields(decoded.instruction))
    return makeError(here(), mnemonicOf(decoded.instruction) + ": " +
                                 toString(std::move(error)));
  decoded.size = in.getOffset() - offset;
  return decoded;
}

Expected<std::vector<DecodedInstruction>>
lacuna::decodeText(ArrayRef<uint8_t> text, StringRef file) {
  std::vector<DecodedInstruction> instructions;
  for (uint64_t offset = 0; offset < text.size();) {
    if (instructions.size() == kMaxInstructions)
      return makeError(SourceLocation::atByte(file, offset),
                       "a program has at most " + Twine(kMaxInstructions) +
                           " instructions",
                       "repeat instructions with loop");
    Expected<DecodedInstruction> decoded = decode(text, offset, file);
    if (!decoded)
      return decoded.takeError();
    offset += decoded->size;
    instructions.push_back(std::move(*decoded));
  }
  return instructions;
}
