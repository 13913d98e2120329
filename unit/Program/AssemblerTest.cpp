// Whole programs as text: whatever a program file may hold comes back byte for
// byte, and no text does harm.
#include "lacuna/Program/Assembler.h"
#include "lacuna/Program/Encoding.h"

#include "RandomInstruction.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace lacuna;
using namespace llvm;

static std::string fileOf(const Program &program) {
  std::string bytes;
  raw_string_ostream os(bytes);
  if (Error error = writeProgram(program, os))
    ADD_FAILURE() << toString(std::move(error));
  return bytes;
}

static std::string textOf(const Program &program) {
  std::string text;
  raw_string_ostream os(text);
  disassemble(program, os);
  return text;
}

/// Bytes that names may have to survive with.
static std::string randomName(RandomInstruction &random) {
  static constexpr StringLiteral pieces[] = {"a", "\"", "\\", "\n", "\x01",
                                             "é", "#",  " ",  "|",  "7"};
  std::string name;
  for (uint64_t i = random.below(5); i; --i)
    name += pieces[random.below(std::size(pieces))];
  return name;
}

static Program randomProgram(RandomInstruction &random) {
  Program program;
  program.machineText = random.below(2) ? "a: 1\n\n  b: 2\n" : "x\ry";
  program.structureHash = random.below(~uint64_t(0));
  program.predicted = random.below(2) ? "{}\n" : "";

  SmallVector<uint8_t> text;
  std::vector<uint64_t> starts;
  for (uint64_t i = random.below(8) + 1; i; --i) {
    starts.push_back(text.size());
    encode(random(), text);
  }
  if (random.below(4) == 0)
    text.push_back(0xee);
  starts.push_back(text.size());

  for (uint64_t i = random.below(4); i; --i)
    program.layers.push_back({randomName(random), randomName(random)});
  for (size_t i = 0; i + 1 < starts.size() && !program.layers.empty(); ++i)
    if (random.below(2))
      program.layerRanges.push_back(
          {starts[i], starts[i + 1],
           static_cast<uint32_t>(random.below(program.layers.size()))});
  if (random.below(4) == 0 && !program.layerRanges.empty() &&
      program.layerRanges.back().end - program.layerRanges.back().begin > 1)
    --program.layerRanges.back().end; // inside an instruction

  Region code{RegionKind::Text, ".text", 0, text.size(), {}};
  code.bytes.assign(text.begin(), text.end());
  uint64_t address = alignTo(text.size(), regionAlignment);
  Region constants{RegionKind::Constants, ".constants.w", address, 70, {}};
  for (int i = 0; i != 70; ++i)
    constants.bytes.push_back(random.below(256));
  program.regions = {code, constants};

  for (uint64_t i = random.below(3); i; --i) {
    TensorInfo tensor;
    tensor.name = randomName(random);
    tensor.kind = TensorKind::Weights;
    tensor.shape.assign(random.below(3), 3);
    tensor.address = address + random.below(50);
    if (random.below(2))
      tensor.scale = double(random.below(1000) + 1) / (random.below(999) + 1);
    if (random.below(2))
      tensor.zeroPoint = int64_t(random.below(1000)) - 500;
    program.tensors.push_back(tensor);
  }
  return program;
}

TEST(Assembler, RandomProgramsSurvive) {
  RandomInstruction random(7);
  for (int i = 0; i != 2000; ++i) {
    Program program = randomProgram(random);
    std::string text = textOf(program);
    Expected<Program> again = assemble({text, "p.s"});
    ASSERT_TRUE(bool(again)) << toString(again.takeError()) << "\n" << text;
    EXPECT_TRUE(fileOf(*again) == fileOf(program)) << text;
    EXPECT_EQ(textOf(*again), text);
  }
}

TEST(Assembler, DamagedTextIsRefusedOrMeansSomething) {
  RandomInstruction random(8);
  for (int i = 0; i != 3000; ++i) {
    std::string text = textOf(randomProgram(random));
    for (uint64_t damages = random.below(4) + 1; damages; --damages) {
      size_t at = random.below(text.size());
      switch (random.below(3)) {
      case 0:
        text[at] = random.below(256);
        break;
      case 1:
        text.erase(at, random.below(20));
        break;
      case 2:
        text.insert(at, text.substr(random.below(text.size()), 30));
        break;
      }
    }
    Expected<Program> program = assemble({text, "p.s"});
    if (!program) {
      EXPECT_NE(toString(program.takeError()), "");
      continue;
    }
    Expected<Program> again = assemble({textOf(*program), "p.s"});
    ASSERT_TRUE(bool(again)) << toString(again.takeError());
    EXPECT_TRUE(fileOf(*again) == fileOf(*program));
  }
}
