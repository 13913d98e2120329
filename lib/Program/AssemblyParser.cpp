// Instructions from text: the grammar over the assembler's own tokens.
#include "lacuna/Program/AssemblyParser.h"

#include "InstructionParser.h"

#include "lacuna/Program/AssemblyGrammar.h"

using namespace llvm;
using namespace lacuna;

static bool failUnknownMnemonic(TextTokens &tokens, const char *start,
                                StringRef mnemonic) {
  SmallVector<StringRef, 16> mnemonics;
  for (Opcode opcode : allOpcodes)
    mnemonics.push_back(dispatch(opcode, [](auto tag) -> StringRef {
      return decltype(tag)::type::mnemonic;
    }));
  StringRef nearest = findNearest(mnemonic, mnemonics);
  std::string hint = nearest.empty()
                         ? "the instructions are " + join(mnemonics, ", ")
                         : ("did you mean '" + nearest + "'?").str();
  return tokens.fail(start,
                     "there is no instruction '" + mnemonic + "'; " + hint);
}

std::optional<Instruction> lacuna::parseInstruction(TextTokens &tokens,
                                                    const char *start,
                                                    StringRef mnemonic) {
  std::optional<Opcode> opcode = opcodeFromMnemonic(mnemonic);
  if (!opcode) {
    failUnknownMnemonic(tokens, start, mnemonic);
    return std::nullopt;
  }
  Instruction instruction;
  bool good = dispatch(*opcode, [&](auto tag) {
    using Inst = typename decltype(tag)::type;
    return AssemblyGrammar<TextTokens>(tokens).parseFields(
        instruction.emplace<Inst>(), start);
  });
  if (!good)
    return std::nullopt;
  if (!tokens.atEnd()) {
    tokens.fail(tokens.here(), "expected ',' and another field, or the end of "
                               "the line");
    return std::nullopt;
  }
  return instruction;
}

Expected<Instruction> lacuna::parseInstruction(StringRef line, StringRef file) {
  Error error = Error::success();
  TextTokens tokens(line, [&](const char *location, const Twine &what) {
    error = joinErrors(
        std::move(error),
        makeError(SourceLocation::inText(file, line, location), what));
  });
  const char *start = tokens.here();
  std::optional<Instruction> instruction;
  if (std::optional<StringRef> mnemonic = tokens.optionalWord())
    instruction = parseInstruction(tokens, start, *mnemonic);
  else
    tokens.fail(start, "expected an instruction");
  if (error)
    return std::move(error);
  return *instruction;
}
