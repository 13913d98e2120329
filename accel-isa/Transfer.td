//===- Transfer.td - LOAD and STORE: off-chip to scratchpad and back ------===//

#ifndef ACCEL_ISA_TRANSFER_TD
#define ACCEL_ISA_TRANSFER_TD

include "Base.td"

class CopyFields<string dramRole, string padRole> {
  list<Field> copyFields = [
    Field<DramAddress, "dram", dramRole>,
    Field<Scratchpad, "pad", padRole>,
    Field<UInt, "run", "contiguous bytes at each coordinate", 1>,
    Optional<Dims, "dims", "extents around the run, outermost first">,
    Optional<Strides, "dram_strides", "bytes off-chip, one an extent">,
    Optional<Strides, "pad_strides", "bytes in the scratchpad, one an extent">
  ];
}

def Load : Instruction<"load", 0x10, LoadEngine>,
           CopyFields<"first byte off-chip", "where it goes"> {
  let summary = "copies an n-dimensional strided region into the scratchpad";
  let semantics = "pad[sum c*pad_strides + b] = dram[sum c*dram_strides + b] for c in dims, b < run";
  let notes = [{Coordinates that the extents clip away are not transferred and not
counted.}];
  let fields = copyFields;
  let accesses = [
    RunAccess<Reads, "dram", "dram_strides", [AlongAll<"dims">]>,
    RunAccess<Writes, "pad", "pad_strides", [AlongAll<"dims">]>
  ];
  let cost = "transfer";
}

def Store : Instruction<"store", 0x11, StoreEngine>,
            CopyFields<"where it goes", "first byte in the scratchpad"> {
  let summary = "copies an n-dimensional strided region off-chip";
  let semantics = "dram[sum c*dram_strides + b] = pad[sum c*pad_strides + b] for c in dims, b < run";
  let fields = copyFields;
  let accesses = [
    RunAccess<Writes, "dram", "dram_strides", [AlongAll<"dims">]>,
    RunAccess<Reads, "pad", "pad_strides", [AlongAll<"dims">]>
  ];
  let cost = "transfer";
}

class IndexedFields<string dramRole, string padRole> {
  list<Field> indexedFields = [
    Field<DramAddress, "dram", dramRole>,
    Field<Scratchpad, "pad", padRole>,
    Field<UInt, "run", "contiguous bytes of a row at each coordinate", 1>,
    Field<Scratchpad, "indices", "numbers of rows, i32">,
    Field<UInt, "rows", "rows that there are", 1, 2147483647>,
    Field<Dims, "dims", "extents around the run, outermost first">,
    Field<Strides, "dram_strides", "bytes off-chip, one an extent; then those of a row">,
    Field<Strides, "pad_strides", "bytes in the scratchpad, one an extent">,
    Field<Strides, "index_strides", "elements of indices, one an extent">
  ];
}
class IndexAccess : Access<Reads, "indices", "index_strides", [AlongAll<"dims">]> {
  let elementBytes = [{ 4 }];
}

def Gather : Instruction<"gather", 0x13, LoadEngine>,
             IndexedFields<"first byte of row 0 off-chip", "where rows go"> {
  let summary = "a load of which indices in the scratchpad choose the rows";
  let semantics = "pad[sum c*pad_strides + b] = dram[sum c*dram_strides + indices[sum c*index_strides]*row + b] for c in dims, b < run, row the last of dram_strides";
  let notes = [{An index outside 0 to rows - 1 stops the program with an error. The
bytes moved depend on no index. It begins when all earlier work of LOAD is done, which
may bring its indices.}];
  let fields = indexedFields;
  let accesses = [
    RunAccess<Reads, "dram", "dram_strides", [AlongAll<"dims">, AnyBelow<"rows">]>,
    RunAccess<Writes, "pad", "pad_strides", [AlongAll<"dims">]>,
    IndexAccess<>
  ];
  let cost = "indexed transfer";
}

def Scatter : Instruction<"scatter", 0x14, StoreEngine>,
              IndexedFields<"first byte of row 0 off-chip", "where they lie"> {
  let summary = "a store of which indices in the scratchpad choose the rows";
  let semantics = "dram[sum c*dram_strides + indices[sum c*index_strides]*row + b] = pad[sum c*pad_strides + b] for c in dims, b < run, row the last of dram_strides";
  let notes = [{An index outside 0 to rows - 1 stops the program with an error. The
bytes moved depend on no index. Runs are written in row-major order of the coordinates:
of two that go to one place, the later one stays. To the verifier it may write every row
and is sure to write none.}];
  let fields = indexedFields;
  let accesses = [
    RunAccess<Writes, "dram", "dram_strides", [AlongAll<"dims">, AnyBelow<"rows">]>,
    RunAccess<Reads, "pad", "pad_strides", [AlongAll<"dims">]>,
    IndexAccess<>
  ];
  let cost = "indexed transfer";
}

/// How weights are stored off-chip, in the words of docs/formats.md: N values
/// with their positions of every M elements; a bit an element, and the values;
/// how many zeros, then a value; an entropy code; numbers of the few values that
/// occur. Dense weights come by `load`.
def Encodings : EnumKind<"WeightEncoding",
    ["nm", "bitmap", "zero_run", "entropy", "palette"]>;

def Decode : Instruction<"decode", 0x15, LoadEngine> {
  let summary = "a load of weights that are stored in an encoding";
  let semantics = "pad[sum c*pad_strides + b] = byte number (c, b) of the units, c in dims, b < run, in row-major order";
  let notes = [{The first extent counts rows (output channels); every `unit_rows` of
them are one unit, whose stream is decoded alone. Unit u's stream begins at dram +
index[u] and ends at dram + index[u + 1]; `header` is the table that all units share,
then the index: units + 1 offsets of 32 bits, little-endian. The first row is that of
the first unit; the last unit may have fewer rows. A stream that does not give exactly
its unit stops the program with an error, and so does an index that descends or passes
`stream_bytes`. What is read off-chip are the streams of these units and nothing else.
It begins when all earlier work of LOAD is done, which may bring its header.}];
  let fields = [
    Field<DramAddress, "dram", "first byte of the streams off-chip">,
    Field<UInt, "stream_bytes", "bytes of all streams of the tensor", 1>,
    Field<Scratchpad, "pad", "where it goes">,
    Field<UInt, "run", "contiguous bytes at each coordinate", 1>,
    Field<Dims, "dims", "extents around the run, outermost first: rows, then those within a row">,
    Field<Strides, "pad_strides", "bytes in the scratchpad, one an extent">,
    Field<Scratchpad, "header", "the table, then the index">,
    Optional<UInt, "table_bytes", "bytes of the table", "0", 0, 65535>,
    Field<IntervalKind, "units", "units to decode">,
    Optional<UInt, "unit_rows", "rows of a unit", "1", 1>,
    Field<Encodings, "encoding", "how units are stored">,
    Field<Type, "type", "type of the elements: i4, i8 or i16">,
    Optional<SInt, "zero", "the element that counts as zero", "0", -32768, 32767>,
    Optional<UInt, "nonzeros", "of nm: elements of a group that may differ from zero", "0", 0, 256>,
    Optional<UInt, "group", "of nm: elements of a group", "0", 0, 256>
  ];
  let accesses = [
    BlockAccess<Reads, "dram", [], [{ inst.streamBytes }]>,
    RunAccess<Writes, "pad", "pad_strides", [AlongAll<"dims">]>,
    BlockAccess<Reads, "header", [], [{ headerBytes(inst) }]>
  ];
  let rules = [
    Rule<"decode-encoding", "the machine's decoder knows the encoding",
         [{ decodeRate(inst.encoding, machine) != 0 }]>,
    Rule<"decode-header", "the header stands at the base of its ring",
         [{ inst.header.offset == Affine(0) }]>,
    Rule<"decode-rows", "there is an extent of rows",
         [{ !inst.dims.empty() }]>,
    Rule<"decode-type", "elements are i4, i8 or i16",
         [{ inst.type == ElementType::I4 || inst.type == ElementType::I8 || inst.type == ElementType::I16 }]>
  ];
  let cost = "decode";
}

class BlockFields<string dramRole, string tableRole, string padRole> {
  list<Field> blockFields = [
    Field<DramAddress, "dram", dramRole>,
    Field<DramAddress, "table", tableRole>,
    Field<Scratchpad, "pad", padRole>,
    Field<UInt, "run", "bytes of a block, contiguous at each coordinate", 1, 65535>,
    Optional<Dims, "dims", "extents around the block, outermost first">,
    Optional<Strides, "dram_strides", "bytes from slot to slot, one an extent">,
    Optional<Strides, "table_strides", "entries, one an extent">,
    Optional<Strides, "pad_strides", "bytes in the scratchpad, one an extent">,
    Field<Type, "type", "type of the elements">,
    Optional<SInt, "zero", "the element that counts as zero", "0", -32768, 65535>
  ];
  list<Rule> blockRules = [
    Rule<"block-bytes", "the machine's compressor holds a block of so many bytes",
         [{ inst.run <= machine.activations.blockBytes }]>,
    Rule<"block-elements", "a block is a whole number of elements of 8 or 16 bits, of which zero is one",
         [{ isBlockElement(inst.type, inst.zero) && inst.run * 8 % onChipBits(inst.type, false) == 0 }]>
  ];
}
/// Data say how much of a slot is in use.
class SlotAccess<Direction dir>
    : RunAccess<dir, "dram", "dram_strides", [AlongAll<"dims">]> {
  let partial = 1;
}
class EntryAccess<Direction dir>
    : Access<dir, "table", "table_strides", [AlongAll<"dims">]> {
  let elementBytes = [{ kBlockEntryBytes }];
}

def Compress : Instruction<"compress", 0x16, StoreEngine>,
               BlockFields<"first slot", "first entry of the table of lengths",
                           "first byte in the scratchpad"> {
  let summary = "a store that leaves zeros out, block by block";
  let semantics = "dram[sum c*dram_strides + b] = payload(pad[sum c*pad_strides ...])[b]; table[sum c*table_strides] = its bytes, for c in dims";
  let notes = [{At each coordinate a block of `run` bytes is packed (docs/formats.md):
a bitmap and the elements that are not zero or, if that is not shorter, the block as it
is. The payload goes to the beginning of the block's slot, of which nothing else is
written, its length to the table, in 2 bytes. Bytes moved, and time, depend on data:
never more than `run` + 2 a block.}];
  let fields = blockFields;
  let accesses = [
    SlotAccess<Writes>, EntryAccess<Writes>,
    RunAccess<Reads, "pad", "pad_strides", [AlongAll<"dims">]>
  ];
  let rules = blockRules;
  let cost = "compressed transfer";
}

def Expand : Instruction<"expand", 0x17, LoadEngine>,
             BlockFields<"first slot", "first entry of the table of lengths",
                         "where blocks go"> {
  let summary = "a load of what compress has stored";
  let semantics = "pad[sum c*pad_strides + b] = unpacked(dram[sum c*dram_strides ...], table[sum c*table_strides])[b] for c in dims, b < run";
  let notes = [{Reads the entry of each block and as many bytes of its slot as the
entry says. A block that was never stored (entry 0), a length beyond `run` and a payload
that contradicts itself stop the program with an error.}];
  let fields = blockFields;
  let accesses = [
    SlotAccess<Reads>, EntryAccess<Reads>,
    RunAccess<Writes, "pad", "pad_strides", [AlongAll<"dims">]>
  ];
  let rules = blockRules;
  let cost = "compressed transfer";
}

def Fill : Instruction<"fill", 0x12, LoadEngine> {
  let summary = "writes one byte value over a region of the scratchpad";
  let semantics = "pad[sum c*pad_strides + b] = value for c in dims, b < run";
  let notes = [{Padding that no address generator can supply (a pad layer, an even
tail). Nothing is read off-chip.}];
  let fields = [
    Field<Scratchpad, "pad", "where it goes">,
    Field<UInt, "run", "contiguous bytes at each coordinate", 1>,
    Field<UInt, "value", "the byte", 0, 255>,
    Optional<Dims, "dims", "extents around the run, outermost first">,
    Optional<Strides, "pad_strides", "bytes in the scratchpad, one an extent">
  ];
  let accesses = [RunAccess<Writes, "pad", "pad_strides", [AlongAll<"dims">]>];
  let cost = "fill";
}

#endif // ACCEL_ISA_TRANSFER_TD
