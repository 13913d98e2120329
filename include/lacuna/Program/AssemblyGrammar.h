// The grammar of instructions in assembly, written once over any source of
// tokens: the assembler's own lexer, and MLIR's parser in the `isa` dialect.
//
//   fields   ::= field (`,` field)*
//   field    ::= flag | name `=` value
//   affine   ::= [`-`] term ((`+` | `-`) term)*
//   term     ::= integer [`*` index] | index          index: i0, i1, ...
//   ring     ::= (`pad` | `acc`) `[` integer [`ring` integer] [`at` affine] `]`
//   interval ::= integer | `(` affine `:` integer `of` integer `)`
//   dims     ::= `[` interval (`,` interval)* `]`
//   strides  ::= `[` [integer (`,` integer)*] `]`
//
// `Tokens` has
//   Location here();                            of the next token
//   bool fail(Location, const Twine &what);     reports; returns false
//   bool optional(char punctuation);            takes it if it is next
//   std::optional<StringRef> optionalWord();    takes a word if one is next
//   std::optional<std::optional<int64_t>> optionalInteger();
//     none: no (possibly negative) integer is next; inner none: it exceeds 64
//     bits
// where punctuation is one of [ ] ( ) , = : + - *. Every function here
// returns false after an error has been reported.
#ifndef LACUNA_PROGRAM_ASSEMBLYGRAMMAR_H
#define LACUNA_PROGRAM_ASSEMBLYGRAMMAR_H

#include "lacuna/Program/Checks.h"
#include "lacuna/Program/Instructions.h"
#include "lacuna/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/CheckedArithmetic.h"

namespace lacuna {

template <class Tokens> class AssemblyGrammar {
public:
  using Location = decltype(std::declval<Tokens>().here());
  using StringRef = llvm::StringRef;
  using Twine = llvm::Twine;

  explicit AssemblyGrammar(Tokens &tokens) : tokens(tokens) {}

  /// The fields of an instruction whose mnemonic stands at `start`.
  template <class Inst> bool parseFields(Inst &inst, Location start) {
    Location locations[Inst::fields.size() + 1];
    bool seen[Inst::fields.size() + 1] = {};
    if (!Inst::fields.empty()) {
      do {
        Location at = tokens.here();
        std::optional<StringRef> name = tokens.optionalWord();
        if (!name)
          return tokens.fail(at, "expected the name of a field");
        const FieldInfo *info = findField<Inst>(*name);
        if (!info)
          return failUnknownField<Inst>(at, *name);
        size_t index = info - Inst::fields.data();
        if (seen[index])
          return tokens.fail(at, "field '" + info->name + "' is given twice");
        seen[index] = true;
        locations[index] = at;
        if (!parseField(inst, *info))
          return false;
      } while (tokens.optional(','));
    }
    for (const auto &info : Inst::fields)
      if (info.optionalIndex < 0 && !seen[&info - Inst::fields.data()])
        return tokens.fail(start, Twine(Inst::mnemonic) + " needs the field '" +
                                      info.name + "': " + info.description);
    if (std::optional<FieldComplaint> complaint = findComplaint(inst)) {
      const FieldInfo *info = findField<Inst>(complaint->field);
      size_t index = info ? info - Inst::fields.data() : 0;
      return tokens.fail(info && seen[index] ? locations[index] : start,
                         complaint->field + ": " + complaint->what);
    }
    return true;
  }

  bool parse(Affine &value) {
    value = Affine();
    bool negative = tokens.optional('-');
    while (true) {
      if (!parseTerm(value, negative))
        return false;
      if (tokens.optional('+'))
        negative = false;
      else if (tokens.optional('-'))
        negative = true;
      else
        return true;
    }
  }

  bool parse(DramAddress &value) { return parse(value.address); }

  bool parse(OnChipRing &value) {
    Location at = tokens.here();
    std::optional<StringRef> memory = tokens.optionalWord();
    if (!memory || (*memory != "pad" && *memory != "acc"))
      return tokens.fail(at, "expected pad[...], in the scratchpad, or "
                             "acc[...], in the accumulators");
    value.memory = *memory == "pad" ? OnChipMemory::Scratchpad
                                    : OnChipMemory::Accumulators;
    value.ring = Ring();
    if (!expect('[') || !parseUnsigned(value.ring.base))
      return false;
    bool ring = false, offset = false;
    while (true) {
      at = tokens.here();
      std::optional<StringRef> word = tokens.optionalWord();
      if (!word)
        return expect(']');
      if (*word == "ring" && !ring && !offset) {
        ring = true;
        if (!parseUnsigned(value.ring.length))
          return false;
        if (!value.ring.length)
          return tokens.fail(at, "a ring has a length of at least 1; leave "
                                 "'ring' out for memory that does not wrap");
      } else if (*word == "at" && !offset) {
        offset = true;
        if (!parse(value.ring.offset))
          return false;
      } else {
        return tokens.fail(at, "expected 'ring LENGTH', 'at OFFSET' or ']'");
      }
    }
  }

  bool parse(Interval &value) {
    value = Interval();
    if (!tokens.optional('(')) {
      uint64_t extent;
      if (!parseUnsigned(extent))
        return false;
      value = Interval(extent);
      return true;
    }
    return parse(value.start) && expect(':') && parseUnsigned(value.size) &&
           expectWord("of") && parseUnsigned(value.bound) && expect(')');
  }

  bool parse(Dims &value) {
    value.clear();
    if (!expect('['))
      return false;
    do {
      if (value.size() == kMaxDims)
        return tokens.fail(tokens.here(),
                           "there are at most " + Twine(kMaxDims) + " extents");
      if (!parse(value.emplace_back()))
        return false;
    } while (tokens.optional(','));
    return expect(']');
  }

  bool parse(Strides &value) {
    // The most that an access has: the extents and a reduced one.
    constexpr size_t kMaxStrides = kMaxDims + 1;
    value.clear();
    if (!expect('['))
      return false;
    if (tokens.optional(']'))
      return true;
    do {
      if (value.size() == kMaxStrides)
        return tokens.fail(tokens.here(), "there are at most " +
                                              Twine(kMaxStrides) + " strides");
      if (!parseSigned(value.emplace_back()))
        return false;
    } while (tokens.optional(','));
    return expect(']');
  }

  bool parse(ElementType &value) {
    llvm::SmallVector<StringRef, 16> names;
    for (const ElementTypeInfo &info : getElementTypes())
      names.push_back(info.name);
    return parseChoice(value, names, "a type");
  }

  template <class T> std::enable_if_t<std::is_enum_v<T>, bool> parse(T &value) {
    llvm::SmallVector<StringRef, 24> words(std::begin(EnumTraits<T>::words),
                                           std::end(EnumTraits<T>::words));
    return parseChoice(value, words, "one of " + llvm::join(words, ", "));
  }

  bool parseSigned(int64_t &value) {
    Location at = tokens.here();
    std::optional<std::optional<int64_t>> integer = tokens.optionalInteger();
    if (!integer)
      return tokens.fail(at, "expected an integer");
    if (!*integer)
      return tokens.fail(at, "this integer does not fit into 64 bits");
    value = **integer;
    return true;
  }
  bool parseUnsigned(uint64_t &value) {
    Location at = tokens.here();
    int64_t integer;
    if (!parseSigned(integer))
      return false;
    if (integer < 0)
      return tokens.fail(at, "expected an integer that is not negative");
    value = integer;
    return true;
  }

private:
  bool expect(char punctuation) {
    return tokens.optional(punctuation) ||
           tokens.fail(tokens.here(), "expected '" + Twine(punctuation) + "'");
  }

  bool expectWord(StringRef word) {
    Location at = tokens.here();
    return tokens.optionalWord() == word ||
           tokens.fail(at, "expected '" + word + "'");
  }

  template <class Inst> static const FieldInfo *findField(StringRef name) {
    for (const FieldInfo &info : Inst::fields)
      if (info.name == name)
        return &info;
    return nullptr;
  }

  template <class Inst> bool failUnknownField(Location at, StringRef name) {
    llvm::SmallVector<StringRef, 32> names;
    for (const auto &info : Inst::fields)
      names.push_back(info.name);
    StringRef nearest = findNearest(name, names);
    std::string hint = nearest.empty()
                           ? "its fields are " + llvm::join(names, ", ")
                           : ("did you mean '" + nearest + "'?").str();
    return tokens.fail(at, Twine(Inst::mnemonic) + " has no field '" + name +
                               "'; " + hint);
  }

  template <class Inst> bool parseField(Inst &inst, const FieldInfo &wanted) {
    bool good = true;
    Inst::visitFields(inst,
                      [&](const FieldInfo &info, auto &value, const auto &) {
                        if (&info == &wanted)
                          good = parseValue(info, value);
                      });
    return good;
  }

  bool parseValue(const FieldInfo &, bool &value) { return value = true; }
  bool parseValue(const FieldInfo &info, Ring &value) {
    Location at = tokens.here();
    OnChipRing ring;
    if (!expect('='))
      return false;
    at = tokens.here();
    if (!parse(ring))
      return false;
    bool scratchpad = info.kind == FieldKind::Scratchpad;
    if ((ring.memory == OnChipMemory::Scratchpad) != scratchpad)
      return tokens.fail(at, info.name + " is in the " +
                                 (scratchpad ? "scratchpad: pad[...]"
                                             : "accumulators: acc[...]"));
    value = ring.ring;
    return true;
  }
  bool parseValue(const FieldInfo &, uint64_t &value) {
    return expect('=') && parseUnsigned(value);
  }
  bool parseValue(const FieldInfo &, int64_t &value) {
    return expect('=') && parseSigned(value);
  }
  template <class T> bool parseValue(const FieldInfo &, T &value) {
    return expect('=') && parse(value);
  }

  template <class T>
  bool parseChoice(T &value, llvm::ArrayRef<StringRef> words,
                   const Twine &expected) {
    Location at = tokens.here();
    if (std::optional<StringRef> word = tokens.optionalWord()) {
      const StringRef *found = llvm::find(words, *word);
      if (found != words.end()) {
        value = static_cast<T>(found - words.begin());
        return true;
      }
    }
    return tokens.fail(at, "expected " + expected);
  }

  bool parseTerm(Affine &value, bool negative) {
    Location at = tokens.here();
    std::optional<unsigned> level;
    int64_t factor = 1;
    std::optional<StringRef> index = tokens.optionalWord();
    if (!index) {
      if (!parseSigned(factor))
        return false;
      if (tokens.optional('*')) {
        at = tokens.here();
        index = tokens.optionalWord();
        if (!index)
          return tokens.fail(at, "expected the index of a loop, such as i0");
      }
    }
    if (index) {
      unsigned number = 0;
      if (!index->consume_front("i") || index->getAsInteger(10, number) ||
          number >= kMaxLoopDepth)
        return tokens.fail(at, "expected an integer or the index of a loop, "
                               "i0 (the outermost) to i" +
                                   Twine(kMaxLoopDepth - 1));
      level = number;
    }
    int64_t &sum = level ? value.coefficients[*level] : value.constant;
    std::optional<int64_t> result = negative ? llvm::checkedSub(sum, factor)
                                             : llvm::checkedAdd(sum, factor);
    if (!result)
      return tokens.fail(at, "the sum does not fit into 64 bits");
    sum = *result;
    return true;
  }

  Tokens &tokens;
};

} // namespace lacuna

#endif // LACUNA_PROGRAM_ASSEMBLYGRAMMAR_H
