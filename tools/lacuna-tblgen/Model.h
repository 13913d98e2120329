// The instruction set as the generators see it: the records of accel-isa/*.td
// read into plain structs, checked once, so that every generator can rely on
// what the description promises.
#ifndef LACUNA_TBLGEN_MODEL_H
#define LACUNA_TBLGEN_MODEL_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TableGen/Record.h"

#include <string>
#include <vector>

namespace lacuna::tblgen {

/// `snake_case` to `lowerCamelCase`.
std::string toCamelCase(llvm::StringRef snakeCase);
/// `snake_case` to `UpperCamelCase`.
std::string toPascalCase(llvm::StringRef snakeCase);

/// A kind that is one of a list of words.
struct EnumModel {
  std::string cppName;
  std::vector<std::string> words;
};

struct FieldModel {
  std::string name;    ///< in assembly
  std::string cppName; ///< in C++
  std::string kind;    ///< the enumerator of FieldKind
  std::string cppType;
  std::string description;
  int64_t min, max;
  /// Position among the optional fields, or -1.
  int optionalIndex;
  /// A C++ expression of type cppType.
  std::string defaultValue;
  /// Of an enumeration: its words.
  std::vector<std::string> words;

  bool isOptional() const { return optionalIndex >= 0; }
  bool isInteger() const { return kind == "UInt" || kind == "SInt"; }
};

struct RuleModel {
  std::string name, description, expression;
};

struct InstructionModel {
  std::string cppName, mnemonic, engine, summary, semantics, notes, cost;
  int64_t opcode;
  bool opensRegion, closesRegion;
  std::vector<FieldModel> fields;
  std::vector<RuleModel> rules;
  /// Kept as records; GenAccesses.cpp reads them.
  std::vector<const llvm::Record *> accesses;

  const FieldModel &field(llvm::StringRef name) const;
};

struct Model {
  std::vector<std::string> kinds;
  std::vector<EnumModel> enums;
  /// In the order of their opcodes.
  std::vector<InstructionModel> instructions;

  /// Reads and checks the records; a contradiction in the description ends the
  /// program with an error at its place.
  explicit Model(const llvm::RecordKeeper &records);
};

/// "// Generated ..." at the head of each output.
void emitHeader(llvm::raw_ostream &os, llvm::StringRef what);

// The generators; each writes one file.
void emitInstructions(const Model &model, llvm::raw_ostream &os);
void emitEngines(const Model &model, llvm::raw_ostream &os);
void emitAccesses(const Model &model, llvm::raw_ostream &os);
void emitRules(const Model &model, llvm::raw_ostream &os);
void emitOps(const Model &model, llvm::raw_ostream &os);
void emitManual(const Model &model, llvm::raw_ostream &os);

} // namespace lacuna::tblgen

#endif // LACUNA_TBLGEN_MODEL_H
