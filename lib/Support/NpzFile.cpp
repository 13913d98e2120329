// Reading .npz files: the central directory of a ZIP archive whose members are
// stored .npy files. Layout: PKWARE's APPNOTE.TXT, version 6.3, sections 4.3
// and 4.5.3 (ZIP64).
#include "lacuna/Support/Diagnostics.h"
#include "lacuna/Support/WeightFile.h"

#include "llvm/Support/Endian.h"

using namespace lacuna;
using llvm::StringRef;
using llvm::Twine;
using llvm::support::endian::read16le;
using llvm::support::endian::read32le;
using llvm::support::endian::read64le;

namespace {
constexpr uint64_t kEndBytes = 22, kEntryBytes = 46, kLocalBytes = 30;
constexpr uint32_t kInZip64 = 0xffffffff;

/// Where a member's parts lie, as the central directory says.
struct Member {
  StringRef name;
  uint16_t method;
  uint64_t storedBytes, bytes, localHeader;
  /// Of the entry itself.
  uint64_t totalBytes;
};
} // namespace

/// The end record, which a comment of up to 64 KiB may follow.
static std::optional<uint64_t> findEnd(StringRef contents) {
  StringRef tail = contents.take_back(kEndBytes + 0xffff);
  size_t at = tail.rfind("PK\x05\x06");
  if (at == StringRef::npos || tail.size() - at < kEndBytes)
    return std::nullopt;
  return contents.size() - tail.size() + at;
}

/// Replaces fields that say "see ZIP64" by those of the extra field 0x0001.
static bool readZip64(StringRef extra, Member &member) {
  bool isNeeded = member.bytes == kInZip64 || member.storedBytes == kInZip64 ||
                  member.localHeader == kInZip64;
  while (isNeeded && extra.size() >= 4) {
    uint16_t id = read16le(extra.data()), size = read16le(extra.data() + 2);
    StringRef field = extra.substr(4, size);
    extra = extra.drop_front(std::min<size_t>(extra.size(), 4 + size));
    if (id != 1)
      continue;
    for (uint64_t *value :
         {&member.bytes, &member.storedBytes, &member.localHeader}) {
      if (*value != kInZip64)
        continue;
      if (field.size() < 8)
        return false;
      *value = read64le(field.data());
      field = field.drop_front(8);
    }
    return true;
  }
  return !isNeeded;
}

/// The entry that begins `directory`, if it is whole.
static std::optional<Member> readEntry(StringRef directory) {
  if (directory.size() < kEntryBytes || !directory.starts_with("PK\x01\x02"))
    return std::nullopt;
  const char *at = directory.data();
  uint64_t nameBytes = read16le(at + 28), extraBytes = read16le(at + 30),
           commentBytes = read16le(at + 32);
  Member member;
  member.totalBytes = kEntryBytes + nameBytes + extraBytes + commentBytes;
  if (directory.size() < member.totalBytes)
    return std::nullopt;
  member.name = directory.substr(kEntryBytes, nameBytes);
  member.method = read16le(at + 10);
  member.storedBytes = read32le(at + 20);
  member.bytes = read32le(at + 24);
  member.localHeader = read32le(at + 42);
  if (!readZip64(directory.substr(kEntryBytes + nameBytes, extraBytes), member))
    return std::nullopt;
  return member;
}

llvm::Error WeightFile::parseNpz(StringRef path) {
  StringRef contents = file->getBuffer();
  auto fail = [&](uint64_t offset, const Twine &message) {
    return makeError(SourceLocation::atByte(path, offset), message);
  };
  std::optional<uint64_t> end = findEnd(contents);
  if (!end)
    return fail(contents.size(), "the archive ends before its directory");
  unsigned count = read16le(contents.data() + *end + 10);
  uint64_t at = read32le(contents.data() + *end + 16);
  for (unsigned index = 0; index != count; ++index) {
    std::optional<Member> member =
        at < *end ? readEntry(contents.slice(at, *end)) : std::nullopt;
    if (!member)
      return fail(std::min<uint64_t>(at, contents.size()),
                  "entry " + Twine(index) +
                      " of the archive's directory is damaged");
    at += member->totalBytes;
    if (member->method != 0 || member->storedBytes != member->bytes)
      return makeError(SourceLocation::atByte(path, member->localHeader),
                       "'" + member->name + "' is compressed",
                       "save it with numpy.savez, not savez_compressed");
    uint64_t header = member->localHeader;
    if (header > contents.size() || contents.size() - header < kLocalBytes ||
        !contents.substr(header).starts_with("PK\x03\x04"))
      return fail(at, "'" + member->name + "' lies outside the archive");
    uint64_t begin = header + kLocalBytes +
                     read16le(contents.data() + header + 26) +
                     read16le(contents.data() + header + 28);
    if (begin > contents.size() || member->bytes > contents.size() - begin)
      return fail(header, "'" + member->name + "' is longer than the archive");
    llvm::Expected<NpyView> view =
        viewNpy(contents.substr(begin, member->bytes),
                (path + "(" + member->name + ")").str());
    if (!view)
      return view.takeError();
    if (view->isFortran && view->shape.size() > 1)
      return fail(begin, "'" + member->name +
                             "' is in Fortran order; save it in C order");
    StringRef name = member->name;
    name.consume_back(".npy");
    auto [entry, isNew] = tensors.try_emplace(
        name, Tensor{view->type, std::move(view->shape), view->data});
    if (!isNew)
      return fail(header, "tensor '" + name + "' comes twice");
  }
  return llvm::Error::success();
}
