//===- Base.td - The words in which instructions are described ------------===//
//
// Every instruction is described once, in the files beside this one. From these
// records the build makes: the C++ struct of each instruction, its encoding,
// assembly form, memory footprint and validity checks, the emulator's dispatch,
// the `isa` dialect's ops and the manual. The meaning of each kind of field is
// in docs/machine.md.
//
//===----------------------------------------------------------------------===//

#ifndef ACCEL_ISA_BASE_TD
#define ACCEL_ISA_BASE_TD

//===----------------------------------------------------------------------===//
// Engines and memories
//===----------------------------------------------------------------------===//

class Engine<string enumerant, string keyword, int number> {
  string cppName = enumerant;
  string assembly = keyword;
  int encoding = number;
}
def Sequencer : Engine<"Sequencer", "sequencer", 0>;
def LoadEngine : Engine<"Load", "load", 1>;
def MatrixEngine : Engine<"Matrix", "matrix", 2>;
def VectorEngine : Engine<"Vector", "vector", 3>;
def StoreEngine : Engine<"Store", "store", 4>;

//===----------------------------------------------------------------------===//
// Kinds of field
//===----------------------------------------------------------------------===//

/// A kind of field: a C++ type (include/lacuna/Program/Operands.h), which has
/// one encoder, decoder, printer and parser, written once.
class Kind<string cpp> {
  string cppType = cpp;
}
def Flag : Kind<"bool">;                // in the presence mask alone
def UInt : Kind<"uint64_t">;            // ULEB128
def SInt : Kind<"int64_t">;             // SLEB128
def Type : Kind<"ElementType">;         // one byte
def DramAddress : Kind<"DramAddress">;  // affine byte address
def Scratchpad : Kind<"Ring">;          // ring in the scratchpad
def Accumulator : Kind<"Ring">;         // ring in the accumulators
def OnChip : Kind<"OnChipRing">;        // ring in either of the two
def IntervalKind : Kind<"Interval">;    // one clipped extent
def Dims : Kind<"Dims">;                // one to six clipped extents
/// One stride for each extent of the access that it belongs to.
def Strides : Kind<"Strides">;

/// One of a list of words, in one byte.
class EnumKind<string cpp, list<string> words> : Kind<cpp> {
  list<string> cases = words;
}
def EngineChoice : EnumKind<"Engine",
    ["sequencer", "load", "matrix", "vector", "store"]>;

//===----------------------------------------------------------------------===//
// Fields
//===----------------------------------------------------------------------===//

class Field<Kind k, string n, string doc, int least = 0,
            int most = 4294967295> {
  Kind kind = k;
  string name = n;
  string description = doc;
  /// Inclusive range of an integer field.
  int min = least;
  int max = most;
  bit optional = 0;
  string default = "{}";
}
/// A field that costs no bytes while it has its default: what its absence means,
/// as a C++ expression.
class Optional<Kind k, string n, string doc, string value = "{}",
               int least = 0, int most = 4294967295>
    : Field<k, n, doc, least, most> {
  let optional = 1;
  let default = value;
}

//===----------------------------------------------------------------------===//
// Memory accesses
//===----------------------------------------------------------------------===//

/// One coordinate of an access; it is multiplied by the stride that has the
/// same position in the access's strides field.
class Coordinate;
/// The coordinate is each value of an interval field.
class Along<string name> : Coordinate { string interval = name; }
/// The coordinates of a Dims field, all of them.
class AlongAll<string name> : Coordinate { string dims = name; }
/// The last coordinate of a Dims field.
class AlongLast<string name> : Coordinate { string dims = name; }
/// value / divisor for each value of an interval field (depth multipliers).
class Quotient<string name, string by> : Coordinate {
  string interval = name;
  string divisor = by;
}
/// Where tap `kernel` of output coordinate `output` reads:
/// (output * stride + phase) / divisor, rounded down, + kernel * dilation -
/// padding, where that lies in [0, bound); a tap outside reads nothing.
class Window<string out, string krn, string strd, string dil, string pad,
             string limit, string div = "", string ph = ""> : Coordinate {
  string divisor = div;
  string phase = ph;
  string output = out;
  string kernel = krn;
  string stride = strd;
  string dilation = dil;
  string padding = pad;
  string bound = limit;
}

/// Any of the coordinates 0 to limit - 1, `limit` an integer field: data say
/// which. Bounds and hazards take all of them, traffic counts one.
class AnyBelow<string limit> : Coordinate { string bound = limit; }

class Direction<string cpp> { string cppName = cpp; }
def Reads : Direction<"Read">;
def Writes : Direction<"Write">;
/// Accumulation: reads what is there, unless the instruction starts a sum.
def Updates : Direction<"Update">;

/// Bytes that `operand` touches: for each combination of coordinates, an
/// element at base + (offset + sum of coordinate * stride).
class Access<Direction dir, string op, string strd, list<Coordinate> coords> {
  Direction direction = dir;
  string operand = op;
  string strides = strd;
  list<Coordinate> coordinates = coords;
  /// The size of an element: the field that names its type (strides and
  /// offsets of the operand then count elements) ...
  string typeField = "";
  /// ... or the field that gives a run of bytes (strides count bytes) ...
  string runField = "";
  /// ... or a C++ expression on the instruction `inst`, in bytes.
  code elementBytes = "";
  /// The access happens only where this flag is set.
  string onlyIf = "";
  /// i4 elements lie two to a byte along the last coordinate.
  bit packed = 0;
  /// Data say how many bytes of each element are touched, from its first on:
  /// perhaps none.
  bit partial = 0;
}
class TypedAccess<Direction dir, string op, string strd, string type,
                  list<Coordinate> coords> : Access<dir, op, strd, coords> {
  let typeField = type;
}
class OptionalAccess<Direction dir, string op, string strd, string type,
                     list<Coordinate> coords, string flag>
    : TypedAccess<dir, op, strd, type, coords> {
  let onlyIf = flag;
}
class PackedAccess<Direction dir, string op, string strd, string type,
                   list<Coordinate> coords>
    : TypedAccess<dir, op, strd, type, coords> {
  let packed = 1;
}
/// Blocks of bytes, packed: block `coordinate` is at offset coordinate * bytes.
class BlockAccess<Direction dir, string op, list<Coordinate> coords, code bytes>
    : Access<dir, op, "", coords> {
  let elementBytes = bytes;
}
class RunAccess<Direction dir, string op, string strd,
                list<Coordinate> coords> : Access<dir, op, strd, coords> {
  let runField = "run";
}

//===----------------------------------------------------------------------===//
// Instructions
//===----------------------------------------------------------------------===//

/// A rule that a valid instruction keeps, beyond the ranges of its fields and
/// the bounds of its accesses. The expression is C++ over `inst` and `machine`.
class Rule<string n, string text, code expression> {
  string name = n;
  string description = text;
  code holds = expression;
}

class Instruction<string mnemonicText, int number, Engine on> {
  string mnemonic = mnemonicText;
  int opcode = number;
  Engine engine = on;
  string summary = "";
  /// What it computes, one line of pseudo-code an operand written.
  string semantics = "";
  string notes = "";
  list<Field> fields = [];
  list<Access> accesses = [];
  list<Rule> rules = [];
  /// In the isa dialect, what stands between these two is a region.
  bit opensRegion = 0;
  bit closesRegion = 0;
  /// The function of lib/Machine/Cost*.cpp that gives cycles and operations.
  string cost = "";
}

#endif // ACCEL_ISA_BASE_TD
