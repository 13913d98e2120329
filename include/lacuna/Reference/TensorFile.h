// Tensors of the reference interpreter as .npy arrays: rule T2 of
// docs/numerics.md.
#ifndef LACUNA_REFERENCE_TENSORFILE_H
#define LACUNA_REFERENCE_TENSORFILE_H

#include "lacuna/Reference/Tensor.h"
#include "lacuna/Support/Npy.h"

namespace lacuna::reference {

/// The elements of `array`, of shape `shape` and as many as that says, from
/// element `start` on, as elements of `type`. Errors, at the file called
/// `name`: the array is of another .npy type than `type` asks for, or an
/// element is outside its range.
llvm::Expected<Tensor> tensorFromNpy(const NpyArray &array, uint64_t start,
                                     llvm::ArrayRef<int64_t> shape,
                                     ElementType type, llvm::StringRef name);

/// Appends the elements of `tensor` to the data of `array`, whose type is
/// getNpyType(tensor.type).
void appendElements(const Tensor &tensor, NpyArray &array);

/// `tensor` as an array of its own.
NpyArray npyFromTensor(const Tensor &tensor);

} // namespace lacuna::reference

#endif // LACUNA_REFERENCE_TENSORFILE_H
