// Program files: what is written is read again, and no bytes at all crash the
// reader.
#include "lacuna/Program/Program.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/Object/ELFTypes.h"
#include "llvm/Support/raw_ostream.h"
#include "gmock/gmock.h"

#include <random>

using namespace lacuna;
using testing::HasSubstr;
using ELFT = llvm::object::ELF64LE;

namespace {

Region makeRegion(RegionKind kind, uint64_t address, uint64_t size) {
  Region region;
  region.kind = kind;
  region.name = getSectionName(kind).str();
  region.address = address;
  region.size = size;
  if (hasContents(kind))
    for (uint64_t i = 0; i != size; ++i)
      region.bytes.push_back(uint8_t(i * 7 + address));
  return region;
}

TensorInfo makeTensor(llvm::StringRef name, TensorKind kind,
                      llvm::ArrayRef<int64_t> shape, uint64_t address) {
  TensorInfo tensor;
  tensor.name = name.str();
  tensor.kind = kind;
  tensor.shape.assign(shape.begin(), shape.end());
  tensor.address = address;
  return tensor;
}

/// A region of each kind, a tensor of each kind, two layers.
Program makeProgram() {
  Program program;
  program.machineText = "schema: 1\nname: test\n";
  program.structureHash = 0x0123456789abcdef;
  program.costHash = 0xfedcba9876543210;
  program.regions = {makeRegion(RegionKind::Text, 0, 100),
                     makeRegion(RegionKind::Constants, 128, 200),
                     makeRegion(RegionKind::Input, 384, 64),
                     makeRegion(RegionKind::Output, 448, 10),
                     makeRegion(RegionKind::Spill, 512, 1 << 20)};
  program.tensors = {
      makeTensor("x", TensorKind::Input, {1, 8, 8}, 384),
      makeTensor("y", TensorKind::Output, {10}, 448),
      makeTensor("conv.weights", TensorKind::Weights, {10, 16}, 128),
      makeTensor("conv.bias", TensorKind::Parameters, {10}, 288),
      makeTensor("t", TensorKind::Spill, {1024}, 1024)};
  program.tensors[0].scale = 0.1;
  program.tensors[0].zeroPoint = -128;
  program.tensors[3].type = ElementType::I32;
  program.tensors[3].storedBytes = 40;
  program.layers = {{"conv", "digits.mlir:3:8"}, {"dense_1", ""}};
  program.layerRanges = {{0, 30, 0}, {40, 99, 1}};
  program.predicted = "{\"schema\":1}";
  return program;
}

std::string write(const Program &program) {
  std::string bytes;
  llvm::raw_string_ostream os(bytes);
  if (llvm::Error error = writeProgram(program, os))
    ADD_FAILURE() << toString(std::move(error));
  return bytes;
}

llvm::Expected<Program> read(llvm::StringRef bytes) {
  return readProgram({bytes, "test.elf"});
}

/// The error of reading `bytes`, or "" if there is none.
std::string errorOf(llvm::StringRef bytes) {
  llvm::Expected<Program> program = read(bytes);
  return program ? "" : toString(program.takeError());
}

std::string checkError(const Program &program) {
  return toString(checkProgram(program, "test.elf"));
}

ELFT::Ehdr &header(std::string &bytes) {
  return *reinterpret_cast<ELFT::Ehdr *>(bytes.data());
}
ELFT::Phdr &segment(std::string &bytes, unsigned index) {
  return reinterpret_cast<ELFT::Phdr *>(bytes.data() +
                                        header(bytes).e_phoff)[index];
}
ELFT::Shdr &section(std::string &bytes, unsigned index) {
  return reinterpret_cast<ELFT::Shdr *>(bytes.data() +
                                        header(bytes).e_shoff)[index];
}

TEST(Elf, RoundTrip) {
  Program program = makeProgram();
  std::string bytes = write(program);
  llvm::Expected<Program> again = read(bytes);
  ASSERT_TRUE(bool(again)) << toString(again.takeError());
  EXPECT_EQ(again->machineText, program.machineText);
  EXPECT_EQ(again->structureHash, program.structureHash);
  EXPECT_EQ(again->costHash, program.costHash);
  EXPECT_EQ(again->predicted, program.predicted);
  ASSERT_EQ(again->regions.size(), 5u);
  for (auto [a, b] : llvm::zip(again->regions, program.regions)) {
    EXPECT_EQ(a.kind, b.kind);
    EXPECT_EQ(a.name, b.name);
    EXPECT_EQ(a.address, b.address);
    EXPECT_EQ(a.size, b.size);
    EXPECT_EQ(a.bytes, b.bytes);
  }
  ASSERT_EQ(again->tensors.size(), 5u);
  for (auto [a, b] : llvm::zip(again->tensors, program.tensors)) {
    EXPECT_EQ(a.name, b.name);
    EXPECT_EQ(a.kind, b.kind);
    EXPECT_EQ(a.type, b.type);
    EXPECT_EQ(a.shape, b.shape);
    EXPECT_EQ(a.address, b.address);
    EXPECT_EQ(a.storedBytes, b.storedBytes);
    EXPECT_EQ(a.scale, b.scale);
    EXPECT_EQ(a.zeroPoint, b.zeroPoint);
  }
  ASSERT_EQ(again->layers.size(), 2u);
  EXPECT_EQ(again->layers[0].location, "digits.mlir:3:8");
  EXPECT_EQ(again->findLayer(29), &again->layers[0]);
  EXPECT_EQ(again->findLayer(30), nullptr);
  EXPECT_EQ(again->findLayer(40), &again->layers[1]);
  EXPECT_EQ(write(*again), bytes) << "reading and writing changed the file";
}

TEST(Elf, LargeNoBitsRegionsCostNothing) {
  Program program = makeProgram();
  program.regions[4].size = maxDramAddress - program.regions[4].address;
  std::string bytes = write(program);
  EXPECT_LT(bytes.size(), 10000u);
  EXPECT_EQ(errorOf(bytes), "");
}

TEST(Elf, I4IsPackedInWeightsOnly) {
  TensorInfo tensor = makeTensor("", TensorKind::Weights, {3, 3}, 0);
  tensor.type = ElementType::I4;
  EXPECT_EQ(tensor.getBytes(), 5u);
  tensor.kind = TensorKind::Input;
  EXPECT_EQ(tensor.getBytes(), 9u);
}

//===----------------------------------------------------------------------===//
// Rules
//===----------------------------------------------------------------------===//

TEST(ProgramRules, Regions) {
  Program program = makeProgram();
  program.regions[1].address = 64;
  EXPECT_THAT(checkError(program), HasSubstr("overlaps or precedes"));
  program = makeProgram();
  program.regions[1].address = 129;
  EXPECT_THAT(checkError(program), HasSubstr("region-alignment"));
  program = makeProgram();
  program.regions[4].size = ~uint64_t(0);
  EXPECT_THAT(checkError(program), HasSubstr("beyond 2^47"));
  program = makeProgram();
  program.regions[0].bytes.pop_back();
  EXPECT_THAT(checkError(program), HasSubstr("region-contents"));
  program = makeProgram();
  program.regions[1].name = ".input";
  EXPECT_THAT(checkError(program), HasSubstr("region-name"));
  program = makeProgram();
  program.regions.erase(program.regions.begin());
  program.layerRanges.clear();
  EXPECT_THAT(checkError(program), HasSubstr("one-text"));
}

TEST(ProgramRules, Tensors) {
  Program program = makeProgram();
  program.tensors[0].shape = {int64_t(1) << 40, int64_t(1) << 40};
  EXPECT_THAT(checkError(program), HasSubstr("tensor-shape"));
  program = makeProgram();
  program.tensors[0].shape = {-1, 8};
  EXPECT_THAT(checkError(program), HasSubstr("tensor-shape"));
  program = makeProgram();
  program.tensors[1].shape = {11};
  EXPECT_THAT(checkError(program), HasSubstr("is not inside a .output region"));
  program = makeProgram();
  program.tensors[2].address = 384;
  EXPECT_THAT(checkError(program), HasSubstr("tensor-region"));
  program = makeProgram();
  program.tensors[2].storedBytes = ~uint64_t(0);
  EXPECT_THAT(checkError(program), HasSubstr("tensor-region"));
  program = makeProgram();
  program.tensors[0].scale = 0.0 / 0.0;
  EXPECT_THAT(checkError(program), HasSubstr("tensor-scale"));
  program = makeProgram();
  program.tensors.push_back(makeTensor("z", TensorKind::Output, {1}, 457));
  EXPECT_THAT(checkError(program), HasSubstr("tensor-overlap"));
  program.tensors.back().shape = {1};
  program.tensors[1].shape = {9};
  EXPECT_EQ(checkError(program), "");
  program.tensors.back().name = "y";
  EXPECT_THAT(checkError(program), HasSubstr("two output tensors are named"));
  program.tensors.back().name = "\xff";
  EXPECT_THAT(checkError(program), HasSubstr("utf8"));
}

TEST(ProgramRules, DebugMap) {
  Program program = makeProgram();
  program.layerRanges[1].layer = 2;
  EXPECT_THAT(checkError(program), HasSubstr("names layer 2 of 2"));
  program = makeProgram();
  program.layerRanges[1].end = 101;
  EXPECT_THAT(checkError(program), HasSubstr("layer-range"));
  program = makeProgram();
  program.layerRanges[1].begin = 29;
  EXPECT_THAT(checkError(program), HasSubstr("layer-range"));
}

//===----------------------------------------------------------------------===//
// Files that lie
//===----------------------------------------------------------------------===//

TEST(HostileElf, NotAProgram) {
  EXPECT_THAT(errorOf(""), HasSubstr("not an ELF file"));
  EXPECT_THAT(errorOf("module {}"), HasSubstr("test.elf:byte 0"));
  std::string bytes = write(makeProgram());
  header(bytes).e_machine = llvm::ELF::EM_X86_64;
  EXPECT_THAT(errorOf(bytes), HasSubstr("byte 18: this ELF file is for machine "
                                        "number 0x3E"));
}

TEST(HostileElf, EveryTruncationIsRefused) {
  std::string bytes = write(makeProgram());
  for (size_t size = 0; size != bytes.size(); ++size)
    EXPECT_NE(errorOf(std::string(bytes, 0, size)), "") << size;
}

TEST(HostileElf, SizesAndOffsets) {
  const std::string good = write(makeProgram());
  std::string bytes = good;
  section(bytes, 1).sh_size = ~uint64_t(0);
  EXPECT_THAT(errorOf(bytes), HasSubstr("section '.text'"));
  bytes = good;
  section(bytes, 1).sh_offset = ~uint64_t(0) - 50;
  EXPECT_THAT(errorOf(bytes), HasSubstr("section '.text'"));
  bytes = good;
  section(bytes, 5).sh_size = uint64_t(1) << 63;
  EXPECT_THAT(errorOf(bytes), HasSubstr("address, sizes or permissions"));
  segment(bytes, 4).p_memsz = uint64_t(1) << 63;
  EXPECT_THAT(errorOf(bytes), HasSubstr("beyond 2^47"));
  bytes = good;
  segment(bytes, 0).p_memsz = uint64_t(1) << 63;
  EXPECT_THAT(errorOf(bytes), HasSubstr("address, sizes or permissions"));
  bytes = good;
  segment(bytes, 0).p_offset = 0;
  EXPECT_THAT(errorOf(bytes), HasSubstr("the segment's bytes are not those"));
  bytes = good;
  header(bytes).e_shoff = ~uint64_t(0) - 7;
  EXPECT_THAT(errorOf(bytes), HasSubstr("section table"));
  bytes = good;
  header(bytes).e_phoff = ~uint64_t(0) - 7;
  EXPECT_THAT(errorOf(bytes), HasSubstr("program headers"));
  bytes = good;
  header(bytes).e_entry = 4;
  EXPECT_THAT(errorOf(bytes), HasSubstr("the entry is 4"));
}

TEST(HostileElf, SegmentsThatOverlap) {
  std::string bytes = write(makeProgram());
  section(bytes, 2).sh_addr = 64;
  segment(bytes, 1).p_vaddr = 64;
  EXPECT_THAT(errorOf(bytes), HasSubstr("overlaps or precedes"));
}

TEST(HostileElf, Permissions) {
  std::string bytes = write(makeProgram());
  segment(bytes, 1).p_flags = llvm::ELF::PF_R | llvm::ELF::PF_W;
  EXPECT_THAT(errorOf(bytes), HasSubstr("permissions"));
}

TEST(HostileElf, SectionsThatShareBytes) {
  // A file of n bytes must not claim n bytes many times over.
  Program program = makeProgram();
  program.regions[1].size = 1 << 16;
  program.regions[1].bytes.resize(1 << 16);
  for (Region &region : llvm::drop_begin(program.regions, 2))
    region.address += 1 << 16;
  for (TensorInfo &tensor : program.tensors)
    if (tensor.address >= 384)
      tensor.address += 1 << 16;
  Region second = makeRegion(RegionKind::Constants, 1 << 22, 64);
  second.name += ".more";
  program.regions.push_back(second);
  std::string bytes = write(program);
  section(bytes, 6).sh_offset = 0;
  section(bytes, 6).sh_size = section(bytes, 2).sh_size + 1024;
  EXPECT_THAT(errorOf(bytes), HasSubstr("overlaps others in the file"));
}

TEST(HostileElf, Tables) {
  const std::string good = write(makeProgram());
  auto replaced = [&](llvm::StringRef from, llvm::StringRef to) {
    std::string bytes = good;
    size_t position = bytes.find(from.str());
    EXPECT_NE(position, std::string::npos);
    return bytes.replace(position, from.size(), to.str());
  };
  EXPECT_THAT(errorOf(replaced("\"i32\"", "\"i33\"")),
              HasSubstr("test.elf(.lacuna.program): expected the name of an "
                        "element type at table.tensors[3].type"));
  EXPECT_THAT(errorOf(replaced("\"spill\"", "\"spell\"")),
              HasSubstr("tensors[4].kind"));
  EXPECT_THAT(errorOf(replaced("[1,8,8]", "[1,8,\"]")),
              HasSubstr("test.elf(.lacuna.program):"));
  EXPECT_THAT(errorOf(replaced("0123456789abcdef", "0123456789abcdeg")),
              HasSubstr("16 hexadecimal digits at table.structure_hash"));
  EXPECT_THAT(errorOf(replaced("{\"schema\":1,\n\"layers\"",
                               "{\"schema\":2,\n\"layers\"")),
              HasSubstr("schema 2 is not known"));
  EXPECT_THAT(errorOf(replaced("\n\"x\",\n\"y\"", "\n\"xx\"  \n ")),
              HasSubstr("4 names for 5 tensors"));
  EXPECT_THAT(errorOf(replaced("[40,99,1]", "[40,99,9]")),
              HasSubstr("names layer 9 of 2"));
}

TEST(HostileElf, Mutants) {
  const std::string good = write(makeProgram());
  std::mt19937 random(1);
  unsigned refused = 0;
  constexpr unsigned mutants = 2000;
  for (unsigned i = 0; i != mutants; ++i) {
    std::string bytes = good;
    for (unsigned change = 0; change <= random() % 4; ++change) {
      size_t position = random() % bytes.size();
      switch (random() % 4) {
      case 0:
        bytes[position] = char(random());
        break;
      case 1:
        bytes[position] ^= char(1 << random() % 8);
        break;
      case 2:
        // Large values where sizes and offsets are.
        for (size_t at = position & ~size_t(7), end = at + 8;
             at != end && at < bytes.size(); ++at)
          bytes[at] = '\xff';
        break;
      case 3:
        bytes.erase(position, random() % 16);
        break;
      }
    }
    llvm::Expected<Program> program = read(bytes);
    if (!program) {
      EXPECT_THAT(toString(program.takeError()), HasSubstr("test.elf"));
      ++refused;
      continue;
    }
    // What is accepted keeps the rules, so that it can be written again.
    write(*program);
  }
  EXPECT_GT(refused, mutants / 2);
}

} // namespace
