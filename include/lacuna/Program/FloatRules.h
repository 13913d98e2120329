// What the rules of accel-isa/*.td ask about instructions that work on floats:
// which types an operation takes together, and which fields have no meaning
// there.
#ifndef LACUNA_PROGRAM_FLOATRULES_H
#define LACUNA_PROGRAM_FLOATRULES_H

#include "lacuna/Program/Instructions.h"

namespace lacuna {

/// Whether the operation can be done on these types together: operands and
/// result all integers or all floats, where it isn't a conversion, a comparison
/// or the like, and of a kind that the operation knows.
bool combinesTypes(const Map &inst);
bool combinesTypes(const Reduce &inst);

/// Whether the fields of integer arithmetic are absent where an operand is a
/// float, immediates and limits of floats are the bits of an fp32, and
/// ignore_nan is given for floats alone.
bool keepsFloatFields(const Rescale &inst);
bool keepsFloatFields(const Map &inst);
bool keepsFloatFields(const Pool &inst);
bool keepsFloatFields(const Reduce &inst);

} // namespace lacuna

#endif // LACUNA_PROGRAM_FLOATRULES_H
