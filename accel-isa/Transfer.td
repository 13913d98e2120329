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
