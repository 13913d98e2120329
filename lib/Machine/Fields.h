// The one declaration of every key of a machine file: where it stands, its
// unit, what it may be, which hash it belongs to and what it means. Reader,
// printer, hashes and reference each visit this list.
#ifndef LACUNA_LIB_MACHINE_FIELDS_H
#define LACUNA_LIB_MACHINE_FIELDS_H

#include "Values.h"

namespace lacuna {

/// What changes when a field changes. Structure: which programs run, and what
/// they compute and move. Cost: only time and energy. Nothing: names.
enum class Affects { Nothing, Structure, Cost };

struct Field {
  /// Keys from the root of the file, joined by dots.
  llvm::StringLiteral path;
  llvm::StringLiteral unit;
  Affects affects;
  llvm::StringLiteral doc;
  /// A file may leave it out, which gives the value that a Machine starts with:
  /// then it is neither printed nor hashed, so that files from before the key
  /// mean what they meant.
  bool optional = false;
};

/// Calls `visit(field, value, rule)` for every field of `m`, a Machine or a
/// const Machine, in the order in which files list them.
template <typename Visitor, typename M>
void visitFields(M &m, Visitor &&visit) {
  constexpr Affects structure = Affects::Structure, cost = Affects::Cost;
  constexpr uint64_t kib = 1024, mib = kib * kib, gib = kib * mib;

  visit(Field{"schema", "", structure, "version of this list of keys"},
        m.schema, IntegerRule{1, 1});
  visit(Field{"name", "", Affects::Nothing,
              "what --machine calls it: the file's name without .yaml"},
        m.name, TextRule{64, true});
  visit(Field{"description", "", Affects::Nothing, "what it is for"},
        m.description, TextRule{1000, false});
  visit(Field{"cores", "", structure,
              "cores, each with its own engines, scratchpad and accumulators"},
        m.cores,
        IntegerRule{1, 1, false, "several cores are not supported yet"});
  visit(Field{"clock_mhz", "MHz", cost, "cycles in a microsecond"}, m.clockMhz,
        IntegerRule{1, 100000});

  visit(Field{"matrix.rows", "", structure,
              "rows of processing elements: output pixels at a time"},
        m.matrix.rows, IntegerRule{1, 4096});
  visit(Field{"matrix.columns", "", structure,
              "columns of processing elements: output channels at a time"},
        m.matrix.columns, IntegerRule{1, 4096});
  visit(Field{"matrix.dataflow", "", structure,
              "what stays in place while the rest flows"},
        m.matrix.dataflow, DataflowRule{});
  visit(Field{"matrix.overlap_fill_drain", "", cost,
              "the next fold fills the array while this one drains"},
        m.matrix.overlapFillDrain, BooleanRule{});
  visit(Field{"matrix.depthwise_rows", "", structure,
              "rows that have inputs of their own in depthwise mode, where "
              "nothing is shared along a row"},
        m.matrix.depthwiseRows, IntegerRule{1, 4096});
  visit(
      Field{"matrix.types", "", structure,
            "operand types, the type they add up in, and multiply-accumulates "
            "of a processing element in a cycle"},
      m.matrix.types, MacTypesRule{});
  visit(Field{"matrix.sparsity", "", structure,
              "N:M weight patterns: of M weights in a row, N take time"},
        m.matrix.sparsity, SparsityRule{});
  visit(Field{"matrix.skip", "", structure,
              "which products of zeros are left out, wherever they are; terms "
              "of a block, and terms that enter in a cycle",
              true},
        m.matrix.skip, SkipRule{});

  visit(Field{"vector.lanes", "", structure,
              "elements that the vector engine handles in a cycle"},
        m.vector.lanes, IntegerRule{1, 65536});
  visit(Field{"vector.types", "", structure,
              "types that the vector engine reads and writes"},
        m.vector.types, ElementTypesRule{});

  visit(Field{"sequencer.buffer_bytes", "B", structure,
              "instructions that the sequencer keeps: a loop that fits is "
              "fetched once"},
        m.sequencer.bufferBytes, IntegerRule{0, 16 * mib});
  visit(Field{"sequencer.queue_depth", "", structure,
              "instructions waiting for one engine, beyond which issue stops"},
        m.sequencer.queueDepth, IntegerRule{1, 65536});
  visit(Field{"sequencer.semaphores", "", structure, "counting semaphores"},
        m.sequencer.semaphores, IntegerRule{1, 65536});
  visit(Field{"sequencer.semaphore_max", "", structure,
              "greatest value of a semaphore"},
        m.sequencer.semaphoreMax, IntegerRule{1, 0xffffffff});

  visit(Field{"scratchpad.bytes", "B", structure, "capacity"},
        m.scratchpad.bytes, IntegerRule{256, gib});
  visit(Field{"scratchpad.banks", "", structure,
              "banks that can each be accessed in one cycle"},
        m.scratchpad.banks, IntegerRule{1, 4096, true});
  visit(Field{"scratchpad.bank_bytes", "B", structure,
              "bytes that one bank gives or takes in a cycle"},
        m.scratchpad.bankBytes, IntegerRule{1, 4096, true});

  visit(Field{"accumulators.bytes", "B", structure, "capacity"},
        m.accumulators.bytes, IntegerRule{64, gib});

  visit(Field{"dram.bytes", "B", structure, "capacity"}, m.dram.bytes,
        IntegerRule{4 * kib, kib * gib});
  visit(Field{"dram.bytes_per_cycle", "B", cost,
              "what the channel moves in a cycle"},
        m.dram.bytesPerCycle, IntegerRule{1, 65536});
  visit(Field{"dram.burst_bytes", "B", structure,
              "smallest aligned piece that the channel moves"},
        m.dram.burstBytes, IntegerRule{1, 65536, true});
  visit(Field{"dram.latency_cycles", "cycles", cost,
              "from a request to its first byte"},
        m.dram.latencyCycles, IntegerRule{0, 1000000});

  visit(
      Field{"decoder.streams", "", structure,
            "units of encoded weights that LOAD decodes side by side; 0: none",
            true},
      m.decoder.streams, IntegerRule{0, 4096});
  visit(Field{"decoder.nm", "", structure,
              "elements of N:M weights that a stream gives in a cycle; 0 here "
              "and below: it can't decode them",
              true},
        m.decoder.nm, IntegerRule{0, 4096});
  visit(Field{"decoder.bitmap", "", structure,
              "the same of weights stored as bitmap and values", true},
        m.decoder.bitmap, IntegerRule{0, 4096});
  visit(Field{"decoder.zero_run", "", structure,
              "the same of weights stored as zero runs and values", true},
        m.decoder.zeroRun, IntegerRule{0, 4096});
  visit(Field{"decoder.entropy", "", structure,
              "the same of entropy-coded weights", true},
        m.decoder.entropy, IntegerRule{0, 4096});
  visit(Field{"decoder.palette", "", structure,
              "the same of weights stored as numbers in a palette", true},
        m.decoder.palette, IntegerRule{0, 4096});

  visit(Field{"activations.block_bytes", "B", structure,
              "largest block of activations that STORE compresses and LOAD "
              "expands; 0: they don't",
              true},
        m.activations.blockBytes, IntegerRule{0, 65535});
  visit(
      Field{"activations.rate", "", cost,
            "elements that compressing takes, and expanding gives, in a cycle",
            true},
      m.activations.rate, IntegerRule{0, 4096});

  visit(Field{"energy_technology_nm", "nm", cost,
              "process that the energies are for"},
        m.energyTechnologyNm, IntegerRule{1, 10000});
  visit(Field{"energy_pj.dram_byte", "pJ", cost,
              "a byte moved to or from DRAM, in whole bursts"},
        m.energyPj.dramByte, SourcedRule{});
  visit(Field{"energy_pj.scratchpad_byte_read", "pJ", cost,
              "a byte read from the scratchpad"},
        m.energyPj.scratchpadByteRead, SourcedRule{});
  visit(Field{"energy_pj.scratchpad_byte_written", "pJ", cost,
              "a byte written to the scratchpad"},
        m.energyPj.scratchpadByteWritten, SourcedRule{});
  visit(Field{"energy_pj.accumulator_byte", "pJ", cost,
              "a byte read from or written to the accumulators"},
        m.energyPj.accumulatorByte, SourcedRule{});
  visit(Field{"energy_pj.vector_op", "pJ", cost,
              "one operation of one lane of the vector engine"},
        m.energyPj.vectorOp, SourcedRule{});
  visit(Field{"energy_pj.instruction_byte", "pJ", cost,
              "a byte of an instruction read from the sequencer's buffer"},
        m.energyPj.instructionByte, SourcedRule{});
  visit(Field{"energy_pj.decoded_byte", "pJ", cost,
              "a byte of weights that the decoder gives", true},
        m.energyPj.decodedByte, SourcedRule{});
  visit(Field{"energy_pj.block_byte", "pJ", cost,
              "a byte of activations compressed or expanded, counted on-chip",
              true},
        m.energyPj.blockByte, SourcedRule{});
  visit(Field{"energy_pj.skip_term", "pJ", cost,
              "looking for zeros, for each product, done or not", true},
        m.energyPj.skipTerm, SourcedRule{});
  visit(Field{"energy_pj.mac", "pJ", cost,
              "one multiply-accumulate, for each pair in matrix.types, as "
              "INPUTxWEIGHTS"},
        m.energyPj.mac, MacEnergiesRule{});
  visit(Field{"static_mw", "mW", cost, "power that flows whatever happens"},
        m.staticMw, SourcedRule{});

  visit(Field{"area_um2.element", "um2", Affects::Nothing,
              "a processing element of the array, without what follows", true},
        m.areaUm2.element, SourcedRule{});
  visit(Field{"area_um2.sparsity", "um2", Affects::Nothing,
              "what matrix.sparsity adds to a processing element", true},
        m.areaUm2.sparsity, SourcedRule{});
  visit(Field{"area_um2.skip", "um2", Affects::Nothing,
              "what matrix.skip adds to a processing element, front ends "
              "included",
              true},
        m.areaUm2.skip, SourcedRule{});
}

} // namespace lacuna

#endif // LACUNA_LIB_MACHINE_FIELDS_H
