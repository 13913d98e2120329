//===- BlockTransfers.h - Transfers of whole blocks -------------*- C++ -*-===//
//
// A tensor that is stored without its zeros is cut into blocks of its dense
// bytes. Here LOADs and STOREs become `expand` and `compress` of whole blocks,
// and say which blocks would suit them. Private to the scheduler.
//
//===----------------------------------------------------------------------===//

#ifndef LACUNA_LIB_SCHEDULE_BLOCKTRANSFERS_H
#define LACUNA_LIB_SCHEDULE_BLOCKTRANSFERS_H

#include "lacuna/Schedule/Problem.h"

namespace lacuna::schedule {

/// The bytes of which a block must be a divisor so that `transfer`, a LOAD or
/// STORE of `tensor` as it is dense, moves whole blocks, each contiguous
/// on-chip; 0 where it moves none.
uint64_t getBlockGrain(const Instruction &transfer, const Tensor &tensor);

/// The same transfer of `tensor` in its blocks, which divide the grain.
Instruction toBlockTransfer(const Instruction &transfer, const Tensor &tensor);

} // namespace lacuna::schedule

#endif // LACUNA_LIB_SCHEDULE_BLOCKTRANSFERS_H
