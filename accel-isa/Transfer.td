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
