// Reading a program file that nobody vouches for.
#include "ElfFormat.h"
#include "Tables.h"
#include "lacuna/Support/Diagnostics.h"
#include "lacuna/Support/InputFile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Object/ELF.h"

using namespace lacuna;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
using llvm::Twine;
using namespace llvm::ELF;
using ELFT = llvm::object::ELF64LE;

/// Most bytes of one table.
constexpr uint64_t maxTableBytes = uint64_t(64) << 20;

namespace {

class Reader {
public:
  Reader(llvm::MemoryBufferRef file, llvm::object::ELFFile<ELFT> elf)
      : file(file), elf(std::move(elf)) {}

  Expected<Program> read() {
    if (Error error = checkHeader())
      return error;
    if (Error error = readSections())
      return error;
    if (Error error = checkSegments())
      return error;
    if (Error error = readTables())
      return error;
    if (Error error = checkProgram(program, name()))
      return error;
    if (elf.getHeader().e_entry != program.getText().address)
      return fail(&elf.getHeader().e_entry,
                  "the entry is " + Twine(elf.getHeader().e_entry) +
                      ", not the start of the text, " +
                      Twine(program.getText().address));
    return std::move(program);
  }

private:
  StringRef name() const { return file.getBufferIdentifier(); }

  /// An error at the byte of the file to which `place` points.
  Error fail(const void *place, const Twine &message) const {
    return makeError(
        SourceLocation::atByte(name(), static_cast<const char *>(place) -
                                           file.getBufferStart()),
        message);
  }
  /// The same, from an error of LLVM's reader.
  Error fail(const void *place, const Twine &what, Error error) const {
    return fail(place, what + ": " + toString(std::move(error)));
  }

  Error checkHeader() {
    const ELFT::Ehdr &header = elf.getHeader();
    if (header.e_ident[EI_CLASS] != ELFCLASS64 ||
        header.e_ident[EI_DATA] != ELFDATA2LSB ||
        header.e_ident[EI_VERSION] != EV_CURRENT)
      return fail(&header.e_ident[EI_CLASS],
                  "this is not a 64-bit little-endian ELF file of version 1");
    if (header.e_machine != elf::machineNumber)
      return fail(&header.e_machine, "this ELF file is for machine number 0x" +
                                         llvm::utohexstr(header.e_machine) +
                                         ", not a program of Lacuna (0x" +
                                         llvm::utohexstr(elf::machineNumber) +
                                         ")");
    if (header.e_type != ET_EXEC)
      return fail(&header.e_type, "ELF type " + Twine(header.e_type) +
                                      " is not that of an executable");
    return Error::success();
  }

  Error readSections() {
    const ELFT::Ehdr &header = elf.getHeader();
    Expected<ELFT::ShdrRange> all = elf.sections();
    if (!all)
      return fail(&header.e_shoff, "section table", all.takeError());
    if (all->empty())
      return fail(&header.e_shoff, "the file has no sections, so nothing says "
                                   "what its segments hold");
    Expected<StringRef> names = elf.getSectionStringTable(*all);
    if (!names)
      return fail(&header.e_shstrndx, "section names", names.takeError());
    for (const ELFT::Shdr &section : *all) {
      Expected<StringRef> sectionName = elf.getSectionName(section, *names);
      if (!sectionName)
        return fail(&section, "section name", sectionName.takeError());
      if (Error error = section.sh_flags & SHF_ALLOC
                            ? readRegion(section, *sectionName)
                            : readOther(section, *sectionName))
        return error;
    }
    return Error::success();
  }

  Error readRegion(const ELFT::Shdr &section, StringRef sectionName) {
    for (RegionKind kind :
         {RegionKind::Text, RegionKind::Constants, RegionKind::Input,
          RegionKind::Output, RegionKind::Spill}) {
      StringRef suffix = sectionName;
      if (!suffix.consume_front(getSectionName(kind)) ||
          !(suffix.empty() || suffix.starts_with(".")))
        continue;
      uint32_t type = hasContents(kind) ? SHT_PROGBITS : SHT_NOBITS;
      if (section.sh_type != type ||
          section.sh_flags != elf::getSectionFlags(kind))
        return fail(&section, "section '" + sectionName +
                                  "' has the wrong type or flags");
      Region region;
      region.kind = kind;
      region.name = sectionName.str();
      region.address = section.sh_addr;
      region.size = section.sh_size;
      if (hasContents(kind)) {
        Expected<llvm::ArrayRef<uint8_t>> bytes =
            elf.getSectionContents(section);
        if (!bytes)
          return fail(&section, "section '" + sectionName + "'",
                      bytes.takeError());
        // Sections that all claim the same bytes must not multiply them.
        if (bytes->size() > file.getBufferSize() - regionBytes)
          return fail(&section, "section '" + sectionName +
                                    "' overlaps others in the file");
        regionBytes += bytes->size();
        region.bytes.assign(bytes->begin(), bytes->end());
      }
      program.regions.push_back(std::move(region));
      return Error::success();
    }
    return fail(&section, "section '" + sectionName +
                              "' would be loaded, but no region is named so");
  }

  Error readOther(const ELFT::Shdr &section, StringRef sectionName) {
    if (!sectionName.starts_with(".lacuna."))
      return Error::success();
    if (section.sh_type != SHT_PROGBITS || section.sh_flags)
      return fail(&section,
                  "section '" + sectionName + "' has the wrong type or flags");
    Expected<llvm::ArrayRef<uint8_t>> bytes = elf.getSectionContents(section);
    if (!bytes)
      return fail(&section, "section '" + sectionName + "'", bytes.takeError());
    if (bytes->size() > maxTableBytes)
      return fail(&section,
                  "section '" + sectionName + "' has " + Twine(bytes->size()) +
                      " bytes, more than the limit of " + Twine(maxTableBytes));
    if (!tables.try_emplace(sectionName, llvm::toStringRef(*bytes)).second)
      return fail(&section, "there are two sections '" + sectionName + "'");
    return Error::success();
  }

  /// What would be loaded is what the sections say.
  Error checkSegments() {
    const ELFT::Ehdr &header = elf.getHeader();
    Expected<ELFT::PhdrRange> all = elf.program_headers();
    if (!all)
      return fail(&header.e_phoff, "program headers", all.takeError());
    llvm::sort(program.regions, [](const Region &a, const Region &b) {
      return a.address < b.address;
    });
    std::vector<const ELFT::Phdr *> loads;
    for (const ELFT::Phdr &segment : *all)
      if (segment.p_type == PT_LOAD)
        loads.push_back(&segment);
    llvm::sort(loads, [](const ELFT::Phdr *a, const ELFT::Phdr *b) {
      return a->p_vaddr < b->p_vaddr;
    });
    if (loads.size() != program.regions.size())
      return fail(&header.e_phnum, "the file has " + Twine(loads.size()) +
                                       " segments to load but " +
                                       Twine(program.regions.size()) +
                                       " sections for them");
    for (auto [segment, region] : llvm::zip(loads, program.regions)) {
      bool inFile = hasContents(region.kind);
      if (segment->p_vaddr != region.address ||
          segment->p_memsz != region.size ||
          segment->p_filesz != (inFile ? region.size : 0) ||
          segment->p_flags != elf::getSegmentFlags(region.kind))
        return fail(segment, "the segment's address, sizes or permissions are "
                             "not those of section '" +
                                 region.name + "'");
      if (!inFile)
        continue;
      Expected<llvm::ArrayRef<uint8_t>> bytes =
          elf.getSegmentContents(*segment);
      if (!bytes)
        return fail(segment, "segment", bytes.takeError());
      if (*bytes != llvm::ArrayRef<uint8_t>(region.bytes))
        return fail(segment, "the segment's bytes are not those of section '" +
                                 region.name + "'");
    }
    return Error::success();
  }

  /// Calls `parse` on a table that may be absent only if it's not `essential`.
  template <typename Parse>
  Error readTable(StringRef table, bool isEssential, Parse parse) {
    auto found = tables.find(table);
    if (found != tables.end())
      return parse(found->second, (name() + "(" + table + ")").str());
    if (!isEssential)
      return Error::success();
    return makeError(SourceLocation::inFile(name()),
                     "there is no section '" + table + "'",
                     "a program can't run without it; compile it again");
  }

  Error readTables() {
    auto with = [&](auto parse) {
      return [this, parse](StringRef text, const std::string &place) {
        return parse(text, place, program);
      };
    };
    auto into = [](std::string &target) {
      return [&target](StringRef text, const std::string &) {
        target = text.str();
        return Error::success();
      };
    };
    if (Error error =
            readTable(elf::programSection, true, with(parseProgramTable)))
      return error;
    if (Error error =
            readTable(elf::machineSection, true, into(program.machineText)))
      return error;
    if (Error error = readTable(elf::namesSection, false, with(parseNames)))
      return error;
    if (Error error = readTable(elf::layersSection, false, with(parseLayers)))
      return error;
    return readTable(elf::predictedSection, false, into(program.predicted));
  }

  llvm::MemoryBufferRef file;
  llvm::object::ELFFile<ELFT> elf;
  Program program;
  llvm::StringMap<StringRef> tables;
  /// Bytes of all regions so far.
  uint64_t regionBytes = 0;
};

} // namespace

Expected<Program> lacuna::readProgram(llvm::MemoryBufferRef file) {
  SourceLocation start = SourceLocation::atByte(file.getBufferIdentifier(), 0);
  if (!file.getBuffer().starts_with(StringRef(ElfMagic, 4)))
    return makeError(start, "this is not an ELF file, so no program",
                     "'lacuna compile' makes a program of a model, 'lacuna "
                     "asm' of assembly text");
  Expected<llvm::object::ELFFile<ELFT>> elf =
      llvm::object::ELFFile<ELFT>::create(file.getBuffer());
  if (!elf)
    return makeError(start, toString(elf.takeError()));
  return Reader(file, std::move(*elf)).read();
}

Expected<Program> lacuna::readProgramFile(StringRef path) {
  Expected<std::unique_ptr<llvm::MemoryBuffer>> file =
      readInputFile(path, maxBinaryBytes);
  if (!file)
    return file.takeError();
  return readProgram((*file)->getMemBufferRef());
}
