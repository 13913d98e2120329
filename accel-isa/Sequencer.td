//===- Sequencer.td - Loops, semaphores, the end --------------------------===//

#ifndef ACCEL_ISA_SEQUENCER_TD
#define ACCEL_ISA_SEQUENCER_TD

include "Base.td"

def Halt : Instruction<"halt", 0x00, Sequencer> {
  let summary = "ends the program";
  let semantics = "waits until every engine has finished, then stops";
  let cost = "control";
}

def Loop : Instruction<"loop", 0x01, Sequencer> {
  let summary = "repeats the instructions up to the matching end_loop";
  let semantics = "for i = 0 .. count-1: body";
  let notes = [{Loops nest to a depth of six. Level 0 is the outermost loop that
encloses an instruction; its index is i0 in assembly. A loop whose encoded bytes,
from loop to end_loop, fit into the sequencer's buffer is fetched once; else its
body is fetched again for each iteration.}];
  let fields = [Field<UInt, "count", "number of iterations", 1>];
  let opensRegion = 1;
  let cost = "control";
}

def EndLoop : Instruction<"end_loop", 0x02, Sequencer> {
  let summary = "closes the innermost open loop";
  let semantics = "i = i + 1; back to the body while i < count";
  let closesRegion = 1;
  let cost = "control";
}

class SemaphoreInstruction<string mnemonicText, int number>
    : Instruction<mnemonicText, number, Sequencer> {
  let fields = [
    Field<EngineChoice, "engine", "the engine in whose queue this stands">,
    Field<UInt, "semaphore", "number of the semaphore">,
    Optional<UInt, "count", "how many units", "1", 1>
  ];
  let rules = [
    Rule<"semaphore-exists", "the machine has that semaphore",
         [{ inst.semaphore < machine.sequencer.semaphores }]>,
    Rule<"engine-queue", "the sequencer itself keeps no queue",
         [{ inst.engine != Engine::Sequencer }]>
  ];
  let cost = "control";
}

def Signal : SemaphoreInstruction<"signal", 0x03> {
  let summary = "adds to a semaphore when the engine gets there";
  let semantics = "after all earlier work of engine: sem[semaphore] += count";
  let notes = [{A semaphore has one producing and one consuming engine in the
whole program. Its value may not pass the machine's sequencer.semaphore_max.}];
}

def Wait : SemaphoreInstruction<"wait", 0x04> {
  let summary = "holds an engine until a semaphore has enough units";
  let semantics = "hold engine until sem[semaphore] >= count; sem[semaphore] -= count";
}

#endif // ACCEL_ISA_SEQUENCER_TD
