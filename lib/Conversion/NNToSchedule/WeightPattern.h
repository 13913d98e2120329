// Which N:M pattern of the machine the constant weights of a layer have.
#ifndef LACUNA_LIB_CONVERSION_NNTOSCHEDULE_WEIGHTPATTERN_H
#define LACUNA_LIB_CONVERSION_NNTOSCHEDULE_WEIGHTPATTERN_H

#include "Lowering.h"

namespace lacuna::lowering {

/// Sets `nonzeros` and `group` of the first stage of `problem` to the cheapest
/// pattern of the machine that its weights have, in the order in which its
/// instruction adds up; and notes what structure of theirs the machine can't
/// use. Nothing where weights are not a constant.
void chooseWeightPattern(const Lowering &lowering, Problem &problem);

} // namespace lacuna::lowering

#endif // LACUNA_LIB_CONVERSION_NNTOSCHEDULE_WEIGHTPATTERN_H
