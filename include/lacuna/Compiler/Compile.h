// From a network to a program: places off-chip, a schedule for each layer,
// instructions, and the file that holds them. Plain functions, one a step, so
// that passes can run them one by one.
#ifndef LACUNA_COMPILER_COMPILE_H
#define LACUNA_COMPILER_COMPILE_H

#include "lacuna/Program/Program.h"
#include "lacuna/Schedule/Choose.h"
#include "lacuna/Schedule/CompressActivations.h"
#include "lacuna/Schedule/Emit.h"
#include "lacuna/Schedule/Network.h"
#include "lacuna/Schedule/Residency.h"
#include "lacuna/Schedule/Steps.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

namespace lacuna {

struct Machine;

/// A range of off-chip memory that holds tensors of one kind.
struct PlannedRegion {
  RegionKind kind;
  uint64_t address = 0;
  uint64_t bytes = 0;
};

/// Gives every tensor of `network` its address: constants, inputs, outputs,
/// then what layers leave for one another. Where that and a text of `textBytes`
/// have no room, places serve again once nothing reads them any more. Returns
/// the regions, by ascending address; the text comes after them. Error: the
/// machine's memory is too small.
llvm::Expected<std::vector<PlannedRegion>>
planMemory(schedule::Network &network, const Machine &machine,
           uint64_t textBytes = 0);

/// Where the text lies: behind all regions.
uint64_t getTextAddress(llvm::ArrayRef<PlannedRegion> regions);

/// Is told what is wrong with a problem.
using ProblemErrors = llvm::function_ref<void(size_t problem, llvm::Error)>;

/// A schedule for each problem, by cost, where none is given: which tensors
/// stay on-chip (they get their places), tiles, and how weights are stored
/// (they are). Of a given one the estimate is empty. None after errors: those
/// of chooseSchedule, encodeWeights and makeGroup.
std::optional<std::vector<schedule::Choice>>
chooseSchedules(schedule::Network &network, const Machine &machine,
                schedule::GivenSchedules given, schedule::Effort effort,
                ProblemErrors report);
/// The same where none is given, with errors at their layers, all at once.
llvm::Expected<std::vector<schedule::Choice>>
chooseSchedules(schedule::Network &network, const Machine &machine,
                schedule::Effort effort = schedule::Effort::Cascades);

/// Gives places to the tensors that `schedules` keep on-chip; weights are
/// stored. Errors: they disagree about a tensor, or those that stay at a time
/// do not fit.
llvm::Error keepResidents(schedule::Network &network,
                          llvm::ArrayRef<schedule::Schedule> schedules,
                          const Machine &machine);

/// Stores the weights of all problems as their schedules say. Addresses are to
/// be planned after it. Errors, each at its layer.
llvm::Error storeWeights(schedule::Network &network,
                         llvm::ArrayRef<schedule::Schedule> schedules);

/// Stores activations without their zeros where `mode` and the machine say so,
/// and plans all addresses for it; dense, if they have no room otherwise. What
/// was decided is put into `remarks`, if not null. Error: planMemory's.
llvm::Expected<std::vector<PlannedRegion>>
placeActivations(schedule::Network &network,
                 llvm::ArrayRef<schedule::Schedule> schedules,
                 const Machine &machine, schedule::ActivationBlocks mode,
                 std::vector<schedule::BlockRemark> *remarks = nullptr);

/// The steps of one group, the problems from `first` on under `schedules`, with
/// buffers placed around the tensors that stay (`lives` are those of the
/// groups); those of neighbours from different ends of a memory, so that they
/// overlap in time where both fit. Error: a schedule does not fit its problem
/// or the machine, or they are no cascade.
llvm::Expected<schedule::StepTree>
makeGroup(const schedule::Network &network,
          llvm::ArrayRef<schedule::Life> lives, size_t first,
          llvm::ArrayRef<schedule::Schedule> schedules, const Machine &machine);

/// The instructions of all problems under `schedules`, with buffers placed and
/// engines synchronised. Errors at their layers.
llvm::Expected<std::vector<schedule::PlacedInstruction>>
makeInstructions(const schedule::Network &network,
                 llvm::ArrayRef<schedule::Schedule> schedules,
                 const Machine &machine);

/// The same in a memory that has room for their text, too: plans the tensors of
/// `network` anew, and `regions` with them, where they must take turns for it.
llvm::Expected<std::vector<schedule::PlacedInstruction>>
makeFittingInstructions(schedule::Network &network,
                        llvm::ArrayRef<schedule::Schedule> schedules,
                        const Machine &machine,
                        std::vector<PlannedRegion> &regions);

/// The program of `instructions`: text, constants, tensors, debug map, machine.
/// Errors: an instruction that breaks a rule, or a text beyond the machine's
/// memory.
llvm::Expected<Program>
makeProgram(const schedule::Network &network,
            llvm::ArrayRef<PlannedRegion> regions,
            llvm::ArrayRef<schedule::PlacedInstruction> instructions,
            const Machine &machine);

/// The position in Program::tensors of each tensor of the network, kNoPosition
/// for one of which only a ring stays on-chip. Tensors that take turns at a
/// place off-chip share one: traffic there can't be told apart.
constexpr unsigned kNoPosition = ~0u;
std::vector<unsigned> programPositions(const schedule::Network &network);

/// The report of one run of `program`, made of these, before it runs. Elapsed
/// time is not predicted.
llvm::json::Object
predictReport(const schedule::Network &network,
              llvm::ArrayRef<schedule::Schedule> schedules,
              llvm::ArrayRef<schedule::PlacedInstruction> instructions,
              const Program &program, const Machine &machine);

/// All of the above; the program carries its prediction.
struct Compilation {
  std::vector<schedule::Schedule> schedules;
  std::vector<schedule::PlacedInstruction> instructions;
  Program program;
  /// What was decided on activations.
  std::vector<schedule::BlockRemark> remarks;
};
llvm::Expected<Compilation>
compile(schedule::Network &network, const Machine &machine,
        schedule::Effort effort = schedule::Effort::Cascades,
        schedule::ActivationBlocks mode = schedule::ActivationBlocks::Auto);

/// The same with schedules from elsewhere, one for each problem.
llvm::Expected<Compilation>
compile(schedule::Network &network, std::vector<schedule::Schedule> schedules,
        const Machine &machine,
        schedule::ActivationBlocks mode = schedule::ActivationBlocks::Auto);

} // namespace lacuna

#endif // LACUNA_COMPILER_COMPILE_H
