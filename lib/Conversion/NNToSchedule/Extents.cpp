// Merging extents.
#include "Extents.h"

using namespace lacuna;
using namespace lacuna::lowering;

/// Extents that a Dims field holds; one is left for a reduction.
constexpr size_t kMostDims = kMaxDims - 1;

/// Whether extents `outer` and `inner` are one to every operand.
static bool isOne(const Extents &extents, size_t outer, size_t inner) {
  return llvm::all_of(extents.strides, [&](const Shape &strides) {
    return strides[outer] == strides[inner] * extents.dims[inner];
  });
}

NormalExtents lowering::normalise(const Extents &extents, size_t keep) {
  // From the innermost on; the lists are reversed until the end.
  llvm::SmallVector<int64_t, 6> dims;
  llvm::SmallVector<llvm::SmallVector<int64_t, 6>, 4> strides(
      extents.strides.size());
  size_t rank = extents.dims.size();
  int64_t last = -1;
  for (size_t axis = rank; axis-- != 0;) {
    bool kept = rank - axis <= keep;
    if (extents.dims[axis] == 1 && !kept)
      continue;
    bool merges =
        last >= 0 && !kept && rank - last > keep && isOne(extents, axis, last);
    if (merges) {
      // The merged extent is addressed by the innermost of its parts.
      dims.back() *= extents.dims[axis];
    } else {
      dims.push_back(extents.dims[axis]);
      for (auto [to, from] : llvm::zip_equal(strides, extents.strides))
        to.push_back(from[axis]);
    }
    last = axis;
  }
  if (dims.empty()) {
    dims.push_back(1);
    for (auto &list : strides)
      list.push_back(0);
  }

  NormalExtents result;
  size_t outer = dims.size() > kMostDims ? dims.size() - kMostDims : 0;
  size_t inner = dims.size() - outer;
  for (size_t i = dims.size(); i-- != inner;)
    result.outer.push_back(dims[i]);
  result.dims.assign(dims.rbegin() + outer, dims.rend());
  for (auto &list : strides) {
    result.outerStrides.emplace_back(list.rbegin(), list.rbegin() + outer);
    result.strides.emplace_back(list.rbegin() + outer, list.rend());
  }
  return result;
}

Binding NormalExtents::bind(Binding binding, unsigned index,
                            llvm::StringRef field) const {
  binding.field = field.str();
  binding.strides.assign(strides[index].begin(), strides[index].end());
  binding.outerStrides.assign(outerStrides[index].begin(),
                              outerStrides[index].end());
  return binding;
}
