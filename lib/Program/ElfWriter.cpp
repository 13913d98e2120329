// Writing a program file.
#include "ElfFormat.h"
#include "Tables.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/MC/StringTableBuilder.h"
#include "llvm/Object/ELFTypes.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <deque>

using namespace lacuna;
using llvm::StringRef;
using namespace llvm::ELF;
using ELFT = llvm::object::ELF64LE;

namespace {

/// Lays the file out as it goes: pieces are appended, headers remembered.
/// Regions, which may be large, are written from where they lie.
class Writer {
public:
  explicit Writer(const Program &program)
      : program(program),
        end(sizeof(ELFT::Ehdr) + sizeof(ELFT::Phdr) * countSegments()) {
    sections.push_back({});
    sectionNames.push_back("");
  }

  void write(llvm::raw_ostream &os) {
    for (const Region &region : program.regions)
      addRegion(region);
    addTable(elf::programSection, printProgramTable(program), true);
    addTable(elf::machineSection, program.machineText, true);
    addTable(elf::namesSection, printNames(program), false);
    if (!program.layers.empty())
      addTable(elf::layersSection, printLayers(program), false);
    if (!program.predicted.empty())
      addTable(elf::predictedSection, program.predicted, false);
    addSymbols();
    addSectionNames();
    uint64_t sectionTable = align(8);
    os << headers(sectionTable);
    for (StringRef piece : pieces)
      os << piece;
    os << bytesOf(sections);
  }

private:
  size_t countSegments() const { return program.regions.size() + 2; }
  template <typename T> static StringRef bytesOf(const std::vector<T> &items) {
    return StringRef(reinterpret_cast<const char *>(items.data()),
                     items.size() * sizeof(T));
  }
  /// Appends `piece`, which must live as long as the writer.
  void append(StringRef piece) {
    pieces.push_back(piece);
    end += piece.size();
  }
  void appendCopy(std::string piece) {
    append(owned.emplace_back(std::move(piece)));
  }
  /// Fills up to a multiple of `alignment`; gives the offset there.
  uint64_t align(uint64_t alignment) {
    if (uint64_t padding = llvm::offsetToAlignment(end, llvm::Align(alignment)))
      appendCopy(std::string(padding, '\0'));
    return end;
  }

  ELFT::Shdr &addSection(StringRef name, uint32_t type, uint64_t offset,
                         uint64_t size, uint64_t alignment) {
    ELFT::Shdr section{};
    section.sh_type = type;
    section.sh_offset = offset;
    section.sh_size = size;
    section.sh_addralign = alignment;
    sections.push_back(section);
    sectionNames.push_back(name.str());
    return sections.back();
  }

  void addRegion(const Region &region) {
    bool inFile = hasContents(region.kind);
    // Offset and address agree modulo the alignment, as loaders ask.
    uint64_t offset = align(regionAlignment);
    append(llvm::toStringRef(region.bytes));
    ELFT::Shdr &section =
        addSection(region.name, inFile ? SHT_PROGBITS : SHT_NOBITS, offset,
                   region.size, regionAlignment);
    section.sh_addr = region.address;
    section.sh_flags = elf::getSectionFlags(region.kind);
    ELFT::Phdr segment{};
    segment.p_type = PT_LOAD;
    segment.p_flags = elf::getSegmentFlags(region.kind);
    segment.p_offset = offset;
    segment.p_vaddr = region.address;
    segment.p_paddr = region.address;
    segment.p_filesz = inFile ? region.size : 0;
    segment.p_memsz = region.size;
    segment.p_align = regionAlignment;
    segments.push_back(segment);
  }

  void addTable(StringRef name, StringRef text, bool isEssential) {
    uint64_t offset = align(8);
    appendCopy(text.str());
    addSection(name, SHT_PROGBITS, offset, text.size(), 8);
    if (!isEssential)
      return;
    ELFT::Phdr segment{};
    segment.p_type = elf::tableSegment;
    segment.p_flags = PF_R;
    segment.p_offset = offset;
    segment.p_filesz = text.size();
    segment.p_memsz = text.size();
    segment.p_align = 8;
    segments.push_back(segment);
  }

  /// A symbol for each named tensor, for readelf and its like; our own reader
  /// takes names from their table.
  void addSymbols() {
    llvm::StringTableBuilder strings(llvm::StringTableBuilder::ELF);
    for (const TensorInfo &tensor : program.tensors)
      if (hasSymbol(tensor))
        strings.add(tensor.name);
    strings.finalizeInOrder();
    std::vector<ELFT::Sym> symbols(1);
    for (const TensorInfo &tensor : program.tensors) {
      if (!hasSymbol(tensor))
        continue;
      ELFT::Sym symbol{};
      symbol.st_name = strings.getOffset(tensor.name);
      symbol.setBindingAndType(STB_LOCAL, STT_OBJECT);
      // Sections of regions follow the null section, in order.
      symbol.st_shndx =
          1 + (program.findRegion(tensor.address, tensor.getBytes()) -
               program.regions.data());
      symbol.st_value = tensor.address;
      symbol.st_size = tensor.getBytes();
      symbols.push_back(symbol);
    }
    if (symbols.size() == 1)
      return;
    uint64_t offset = align(8);
    appendCopy(bytesOf(symbols).str());
    ELFT::Shdr &table = addSection(".symtab", SHT_SYMTAB, offset,
                                   symbols.size() * sizeof(ELFT::Sym), 8);
    table.sh_entsize = sizeof(ELFT::Sym);
    table.sh_info = symbols.size(); // All of them are local.
    table.sh_link = sections.size();
    addStrings(".strtab", strings);
  }

  /// What stays on-chip is at no address that other tools know.
  static bool hasSymbol(const TensorInfo &tensor) {
    return !tensor.name.empty() && !StringRef(tensor.name).contains('\0') &&
           tensor.kind != TensorKind::Resident;
  }

  void addStrings(StringRef name, const llvm::StringTableBuilder &strings) {
    uint64_t offset = end;
    std::string table(strings.getSize(), '\0');
    strings.write(reinterpret_cast<uint8_t *>(table.data()));
    appendCopy(std::move(table));
    addSection(name, SHT_STRTAB, offset, strings.getSize(), 1);
  }

  void addSectionNames() {
    llvm::StringTableBuilder strings(llvm::StringTableBuilder::ELF);
    const char *own = ".shstrtab";
    for (StringRef name : sectionNames)
      strings.add(name);
    strings.add(own);
    strings.finalizeInOrder();
    addStrings(own, strings);
    for (auto [section, name] : llvm::zip(sections, sectionNames))
      section.sh_name = strings.getOffset(name);
  }

  std::string headers(uint64_t sectionTable) const {
    ELFT::Ehdr header{};
    std::copy_n(ElfMagic, 4, header.e_ident);
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_ident[EI_VERSION] = EV_CURRENT;
    header.e_type = ET_EXEC;
    header.e_machine = elf::machineNumber;
    header.e_version = EV_CURRENT;
    header.e_entry = program.getText().address;
    header.e_phoff = sizeof(ELFT::Ehdr);
    header.e_shoff = sectionTable;
    header.e_ehsize = sizeof(ELFT::Ehdr);
    header.e_phentsize = sizeof(ELFT::Phdr);
    header.e_phnum = segments.size();
    header.e_shentsize = sizeof(ELFT::Shdr);
    header.e_shnum = sections.size();
    header.e_shstrndx = sections.size() - 1;
    std::string bytes(reinterpret_cast<const char *>(&header), sizeof(header));
    bytes += bytesOf(segments);
    return bytes;
  }

  const Program &program;
  /// The file after the headers, and where it ends so far.
  std::vector<StringRef> pieces;
  std::deque<std::string> owned;
  uint64_t end;
  std::vector<ELFT::Phdr> segments;
  std::vector<ELFT::Shdr> sections;
  /// A deque: string tables refer to names while more are added.
  std::deque<std::string> sectionNames;
};

} // namespace

llvm::Error lacuna::writeProgram(const Program &program,
                                 llvm::raw_ostream &os) {
  if (llvm::Error error = checkProgram(program, "program"))
    return error;
  Writer(program).write(os);
  return llvm::Error::success();
}
