// Machine files: what is read, what is refused and where, printing, hashes.
#include "lacuna/Machine/Machine.h"
#include "lacuna/Support/Diagnostics.h"
#include "lacuna/Support/InputFile.h"

#include "gmock/gmock.h"

#include <random>

using namespace lacuna;
using testing::HasSubstr;
using testing::Not;

namespace {

class MachineFiles : public testing::Test {
protected:
  /// The text of the edge machine, with the first `from` replaced.
  static std::string edit(const std::string &from, const std::string &to) {
    std::string text = edge();
    size_t place = text.find(from);
    EXPECT_NE(place, std::string::npos) << from;
    return text.replace(place, from.size(), to);
  }
  static std::string edge() {
    llvm::Expected<Machine> machine = loadMachine("edge");
    EXPECT_TRUE(static_cast<bool>(machine));
    return printMachine(*machine);
  }
  static Machine parse(const std::string &text) {
    llvm::Expected<Machine> machine = parseMachine(text, "m.yaml");
    if (!machine) {
      ADD_FAILURE() << toString(machine.takeError());
      return {};
    }
    return *machine;
  }
  /// What reportError prints for a wrong text.
  static std::string errorOf(const std::string &text) {
    llvm::Expected<Machine> machine = parseMachine(text, "m.yaml");
    if (machine)
      return "no error";
    std::string printed;
    llvm::raw_string_ostream os(printed);
    reportError(machine.takeError(), os);
    return printed;
  }
};

} // namespace

TEST_F(MachineFiles, PresetsAreRightAndComplete) {
  std::vector<std::string> names;
  for (const MachineFile &file : listMachines())
    names.push_back(file.name);
  EXPECT_THAT(names, testing::IsSupersetOf({"edge", "nano", "server"}));
  for (const std::string &name : names) {
    llvm::Expected<Machine> machine = loadMachine(name);
    ASSERT_TRUE(static_cast<bool>(machine)) << toString(machine.takeError());
    EXPECT_EQ(machine->name, name);
    EXPECT_TRUE(
        machine->supports(ElementType::I8, ElementType::I8, ElementType::I32));
  }
}

TEST_F(MachineFiles, PrintingRoundTrips) {
  for (const MachineFile &file : listMachines()) {
    llvm::Expected<Machine> machine = loadMachine(file.name);
    ASSERT_TRUE(static_cast<bool>(machine));
    for (bool explain : {false, true}) {
      Machine again = parse(printMachine(*machine, explain));
      EXPECT_EQ(printMachine(again), printMachine(*machine));
      EXPECT_EQ(structureHash(again), structureHash(*machine));
      EXPECT_EQ(costHash(again), costHash(*machine));
    }
  }
}

TEST_F(MachineFiles, Values) {
  Machine machine = parse(edge());
  EXPECT_EQ(machine.matrix.rows, 16u);
  EXPECT_EQ(machine.scratchpad.bytes, 262144u);
  EXPECT_EQ(machine.scratchpad.getBytesPerCycle(), 256u);
  const MacType *type = machine.findMacType(ElementType::I16, ElementType::I8);
  ASSERT_TRUE(type);
  EXPECT_EQ(type->accumulator, ElementType::I48);
  EXPECT_EQ(type->rate.denominator, 2u);
  EXPECT_FALSE(machine.findMacType(ElementType::I4, ElementType::I4));
  EXPECT_FALSE(machine.vectorSupports(ElementType::FP32));
  EXPECT_EQ(machine.getMacEnergy(ElementType::I8, ElementType::I8), 0.3);
}

TEST_F(MachineFiles, HashesSplitStructureAndCost) {
  Machine machine = parse(edge());
  auto expect = [&](const std::string &from, const std::string &to,
                    bool structureChanges, bool costChanges) {
    Machine other = parse(edit(from, to));
    EXPECT_EQ(structureHash(other) != structureHash(machine), structureChanges)
        << to;
    EXPECT_EQ(costHash(other) != costHash(machine), costChanges) << to;
  };
  expect("rows: 16", "rows: 32", true, false);
  expect("bytes: 262144", "bytes: 131072", true, false);
  expect("buffer_bytes: 1024", "buffer_bytes: 512", true, false);
  expect("clock_mhz: 500", "clock_mhz: 501", false, true);
  expect("bytes_per_cycle: 16", "bytes_per_cycle: 8", false, true);
  expect("value: 3.2", "value: 3.25", false, true);
  expect("i8xi8: {value: 0.3", "i8xi8: {value: 0.31", false, true);
  expect("ISSCC", "issue", false, false);
  expect("\"edge\"", "\"ridge\"", false, false);
}

TEST_F(MachineFiles, OptionalKeysMeanNothingWhereTheyAreAbsent) {
  Machine machine = llvm::cantFail(loadMachine("edge"));
  Machine without = machine;
  without.decoder = {};
  std::string text = printMachine(without);
  EXPECT_EQ(text.find("decoder"), std::string::npos);
  Machine again = llvm::cantFail(parseMachine(text, "edge.yaml"));
  EXPECT_EQ(again.decoder.streams, 0u);
  EXPECT_EQ(structureHash(again), structureHash(without));
  EXPECT_NE(structureHash(again), structureHash(machine));
  // One of a section's keys alone is enough.
  again = llvm::cantFail(
      parseMachine(text + "decoder:\n  streams: 3\n", "edge.yaml"));
  EXPECT_EQ(again.decoder.streams, 3u);
  EXPECT_EQ(again.decoder.entropy, 0u);
}

TEST_F(MachineFiles, RefusesWrongKeys) {
  EXPECT_THAT(errorOf(edit("  banks:", "  bank:")),
              testing::AllOf(
                  HasSubstr("m.yaml:28:3: error: unknown key "
                            "'scratchpad.bank'\nnote: did you mean 'banks'?"),
                  HasSubstr("m.yaml:26:1: error: key 'scratchpad.banks' is "
                            "missing")));
  EXPECT_THAT(errorOf(edit("clock_mhz: 500", "clock_mhz: 500\nzebra: 1")),
              HasSubstr("unknown key 'zebra'\nnote: see docs"));
  EXPECT_THAT(errorOf(edit("cores: 1", "cores: 1\ncores: 1")),
              HasSubstr("key 'cores' appears twice"));
  EXPECT_THAT(
      errorOf(edit("accumulators:\n  bytes: 32768", "accumulators: 32768")),
      HasSubstr("'accumulators' must be a mapping"));
  EXPECT_THAT(errorOf("- a\n"), HasSubstr("m.yaml:1:1: error: a machine"));
  EXPECT_THAT(errorOf(""), HasSubstr("a machine file is a mapping"));
}

TEST_F(MachineFiles, RefusesWrongValues) {
  EXPECT_THAT(errorOf(edit("rows: 16", "rows: 0")),
              HasSubstr("m.yaml:7:9: error: 0 is not allowed here: it must be "
                        "1 to 4096\nnote: 'matrix.rows' is: "));
  EXPECT_THAT(errorOf(edit("rows: 16", "rows: sixteen")),
              HasSubstr("'sixteen' is not a whole number"));
  EXPECT_THAT(errorOf(edit("rows: 16", "rows: 99999999999999999999999")),
              HasSubstr("is not allowed here"));
  EXPECT_THAT(errorOf(edit("rows: 16", "rows: -1")),
              HasSubstr("'-1' is not a whole number"));
  EXPECT_THAT(errorOf(edit("rows: 16", "rows: [16]")),
              HasSubstr("this must be a number"));
  EXPECT_THAT(errorOf(edit("cores: 1", "cores: 2")),
              HasSubstr("note: several cores are not supported yet"));
  EXPECT_THAT(errorOf(edit("bytes: 262144", "bytes: 2199023255552")),
              HasSubstr("it must be 256 to 1073741824"));
  EXPECT_THAT(errorOf(edit("burst_bytes: 64", "burst_bytes: 48")),
              HasSubstr("a power of two"));
  EXPECT_THAT(errorOf(edit("output_stationary", "weight_stationary")),
              HasSubstr("dataflow 'weight_stationary' is not supported yet"));
  EXPECT_THAT(
      errorOf(edit("overlap_fill_drain: true", "overlap_fill_drain: yes")),
      HasSubstr("true or false"));
  for (const char *pattern : {"4:4", "0:4", "2", "2:65", "2:4:8", "a:4"})
    EXPECT_THAT(errorOf(edit("sparsity: []",
                             "sparsity: [\"" + std::string(pattern) + "\"]")),
                HasSubstr("is not a pattern N:M"));
  EXPECT_THAT(errorOf(edit("sparsity: []", "sparsity: [2:4, 2:4]")),
              HasSubstr("2:4 is listed twice"));
  EXPECT_THAT(errorOf(edit("{value: 3.2,", "{value: nan,")),
              HasSubstr("a number from 0 to 1e9"));
  EXPECT_THAT(errorOf(edit("{value: 3.2, source: \"Horowitz", "{value: 3.2, "
                                                              "soup: \"")),
              HasSubstr("unknown key 'soup'"));
  EXPECT_THAT(errorOf(edit("\"edge\"", "\"../edge\"")),
              HasSubstr("a name of at most"));
}

TEST_F(MachineFiles, SkippingComesWithWhatItCosts) {
  std::string skip = "  skip: {weights: true, activations: skip, window: 64, "
                     "ports: 8}\n";
  auto with = [&](const std::string &key) {
    return edit("  sparsity: []\n", "  sparsity: [2:4]\n" + key);
  };
  std::string costly = with(skip);
  EXPECT_THAT(errorOf(costly), HasSubstr("needs energy_pj.skip_term"));
  EXPECT_THAT(errorOf(costly), HasSubstr("needs area_um2.element"));
  costly.insert(costly.find("  mac:"), "  skip_term: {value: 1, source: x}\n");
  costly += "area_um2:\n  element: {value: 9, source: x}\n"
            "  skip: {value: 9, source: x}\n";
  Machine machine = parse(costly);
  EXPECT_TRUE(machine.supportsPattern(2, 4));
  EXPECT_FALSE(machine.supportsPattern(1, 4));
  EXPECT_TRUE(machine.matrix.skip.weights);
  EXPECT_EQ(machine.matrix.skip.activations, ZeroActivations::Skip);
  EXPECT_EQ(printMachine(parse(printMachine(machine))), printMachine(machine));
  EXPECT_NE(structureHash(machine), structureHash(parse(edge())));

  auto errorWith = [&](const std::string &from, const std::string &to) {
    std::string text = costly;
    size_t place = text.find(from);
    EXPECT_NE(place, std::string::npos);
    return errorOf(text.replace(place, from.size(), to));
  };
  EXPECT_THAT(errorWith("window: 64", "window: 512"),
              HasSubstr("a power of two, 16 to 256"));
  EXPECT_THAT(errorWith("ports: 8", "ports: 128"),
              HasSubstr("no more terms can enter"));
  EXPECT_THAT(errorWith("activations: skip", "activations: jump"),
              HasSubstr("this must be none, gate or skip"));
  EXPECT_THAT(errorWith("weights: true, activations: skip",
                        "weights: false, activations: none"),
              HasSubstr("this skips nothing"));
  EXPECT_THAT(errorWith("rate: 1}", "rate: 16}"),
              HasSubstr("fewer terms a cycle than a rate"));
  EXPECT_THAT(errorWith(skip, ""),
              HasSubstr("is given, but the machine has no matrix.skip"));
}

TEST_F(MachineFiles, BlocksOfActivationsComeWithWhatTheyCost) {
  std::string blocks = "activations:\n  block_bytes: 512\n";
  EXPECT_THAT(errorOf(edge() + blocks),
              testing::AllOf(HasSubstr("needs an activations.rate"),
                             HasSubstr("needs energy_pj.block_byte")));
  std::string text = edge() + blocks + "  rate: 16\n";
  text.insert(text.find("  mac:"), "  block_byte: {value: 1, source: x}\n");
  Machine machine = parse(text);
  EXPECT_EQ(machine.activations.blockBytes, 512u);
  EXPECT_EQ(printMachine(parse(printMachine(machine))), printMachine(machine));
  EXPECT_NE(structureHash(machine), structureHash(parse(edge())));

  Machine faster = machine;
  faster.activations.rate = 32;
  EXPECT_EQ(structureHash(machine), structureHash(faster));
  EXPECT_NE(costHash(machine), costHash(faster));

  size_t place = text.find("512");
  EXPECT_THAT(errorOf(text.replace(place, 3, "0")),
              testing::AllOf(HasSubstr("'activations.rate' is given"),
                             HasSubstr("'energy_pj.block_byte' is given")));
}

TEST_F(MachineFiles, RefusesWrongTypes) {
  EXPECT_THAT(errorOf(edit("[i1, i4,", "[i1, i7,")),
              HasSubstr("'i7' is not an element type"));
  EXPECT_THAT(
      errorOf(edit("input: i16, weights: i8,", "input: i16, weights: i1,")),
      HasSubstr("this can't be of type 'i1'"));
  EXPECT_THAT(errorOf(edit("[i1, i4,", "[i1, i1, i4,")),
              HasSubstr("i1 is listed twice"));
  EXPECT_THAT(errorOf(edit("accumulator: i48", "accumulator: i32")),
              HasSubstr("i16 inputs add up in i48"));
  EXPECT_THAT(errorOf(edit("rate: 1/2", "rate: 1/3")),
              HasSubstr("a rate must be a power of two"));
  EXPECT_THAT(errorOf(edit("weights: i4,", "weights: i8,")),
              HasSubstr("i8xi8 is listed twice"));
}

TEST_F(MachineFiles, FloatsMultiplyTheirOwnTypeIntoFp32) {
  auto with = [&](const std::string &pair, const std::string &accumulator) {
    return edit("{input: i8, weights: i4, accumulator: i32,",
                "{" + pair + ", accumulator: " + accumulator + ",");
  };
  for (const char *pair :
       {"input: fp32, weights: bf16", "input: fp16, weights: fp8e4m3",
        "input: fp32, weights: i8", "input: i8, weights: fp8e5m2"})
    EXPECT_THAT(errorOf(with(pair, "fp32")), HasSubstr("no array multiplies"));
  EXPECT_THAT(errorOf(with("input: bf16, weights: bf16", "i32")),
              HasSubstr("bf16 inputs add up in fp32\n"));
  EXPECT_THAT(errorOf(with("input: i8, weights: i4", "fp32")),
              HasSubstr("i8 inputs add up in i32, as TOSA asks"));
  // What is left is that VECTOR and the energies lack the types.
  for (const char *pair :
       {"input: fp32, weights: fp32", "input: fp16, weights: fp16",
        "input: fp8e4m3, weights: fp8e5m2", "input: fp8e5m2, weights: fp8e5m2"})
    EXPECT_THAT(errorOf(with(pair, "fp32")),
                testing::AllOf(testing::Not(HasSubstr("no array multiplies")),
                               HasSubstr("lacks fp")));
  Machine machine = llvm::cantFail(loadMachine("float"));
  EXPECT_TRUE(machine.supports(ElementType::BF16, ElementType::BF16,
                               ElementType::FP32));
  EXPECT_EQ(machine.findMacType(ElementType::FP32, ElementType::FP32)
                ->rate.denominator,
            4u);
  EXPECT_TRUE(machine.vectorSupports(ElementType::FP16));
  EXPECT_FALSE(machine.vectorSupports(ElementType::FP8E4M3));
}

TEST_F(MachineFiles, RefusesContradictions) {
  EXPECT_THAT(errorOf(edit("bytes: 262144", "bytes: 262145")),
              HasSubstr("m.yaml:27:10: error: 'scratchpad.bytes' is 262145, "
                        "which is not a multiple of banks x bank_bytes = 256"));
  EXPECT_THAT(errorOf(edit("depthwise_rows: 4", "depthwise_rows: 17")),
              HasSubstr("but the array has 16 rows"));
  EXPECT_THAT(errorOf(edit(", i48]", "]")), HasSubstr("lacks i48"));
  EXPECT_THAT(errorOf(edit("i16xi8:", "i4xi8:")),
              testing::AllOf(HasSubstr("lacks i16xi8"),
                             HasSubstr("has i4xi8, which matrix.types does "
                                       "not list")));
}

TEST_F(MachineFiles, NamesAndPaths) {
  EXPECT_THAT(
      toString(loadMachine("egde").takeError()),
      testing::AllOf(
          HasSubstr("no machine called 'egde'"),
          HasSubstr(
              "edge, edge-nm, edge-skip, edge-zip, float, nano, server")));
  EXPECT_THAT(toString(loadMachine("/none/x.yaml").takeError()),
              HasSubstr("No such file"));
}

TEST_F(MachineFiles, SurvivesMutations) {
  const std::string text = edge();
  std::mt19937 random(7);
  for (int round = 0; round < 1000; ++round) {
    std::string mutant = text;
    for (unsigned edit = 0; edit <= random() % 4; ++edit)
      mutant[random() % mutant.size()] = static_cast<char>(random());
    (void)errorOf(mutant);
    (void)errorOf(text.substr(0, random() % text.size()));
  }
}
