// An instruction of MATRIX as nested loops over outputs, channels and the terms
// of their sums, whichever it is.
#ifndef LACUNA_LIB_MACHINE_MATRIXGEOMETRY_H
#define LACUNA_LIB_MACHINE_MATRIXGEOMETRY_H

#include "lacuna/Machine/Cost.h"
#include "lacuna/Machine/Window.h"

#include <array>
#include <type_traits>

namespace lacuna {

/// The coordinates of an instruction: three of windows, then the depth. What an
/// instruction lacks is one coordinate.
struct MatrixGeometry {
  std::array<Window, 3> windows;
  std::array<Span, 3> outputs, kernels;
  Span channels, depth;
  /// Of the three and the depth (depthwise: the input channel), in elements.
  std::array<int64_t, 4> srcStrides;
  /// Of the channel, the three and the depth.
  std::array<int64_t, 5> weightStrides;
  uint64_t multiplier = 0; // 0: each channel reads the whole depth

  template <typename Inst> explicit MatrixGeometry(const Inst &inst) {
    windows = {Window(),
               Window{int64_t(inst.strideRows), int64_t(inst.dilationRows),
                      int64_t(inst.paddingTop), int64_t(inst.srcRows)},
               Window{int64_t(inst.strideColumns),
                      int64_t(inst.dilationColumns), int64_t(inst.paddingLeft),
                      int64_t(inst.srcColumns)}};
    outputs = {Span(0, 1), Span(inst.rows), Span(inst.columns)};
    kernels = {Span(0, 1), Span(inst.kernelRows), Span(inst.kernelColumns)};
    channels = Span(inst.channels);
    const Strides &src = inst.srcStrides, &weights = inst.weightStrides;
    if constexpr (std::is_same_v<Inst, Depthwise>) {
      multiplier = inst.multiplier;
      depth = Span(0, 1);
      srcStrides = {0, src[0], src[1], src[2]};
      weightStrides = {weights[0], 0, weights[1], weights[2], 0};
    } else {
      depth = Span(inst.depth);
      if constexpr (std::is_same_v<Inst, Conv3D>) {
        windows[0] = {int64_t(inst.strideSlices), int64_t(inst.dilationSlices),
                      int64_t(inst.paddingFront), int64_t(inst.srcSlices)};
        outputs[0] = Span(inst.slices);
        kernels[0] = Span(inst.kernelSlices);
        srcStrides = {src[0], src[1], src[2], src[3]};
        weightStrides = {weights[0], weights[1], weights[2], weights[3],
                         weights[4]};
      } else {
        srcStrides = {0, src[0], src[1], src[2]};
        weightStrides = {weights[0], 0, weights[1], weights[2], weights[3]};
      }
    }
  }

  uint64_t countTerms() const {
    return kernels[0].size() * kernels[1].size() * kernels[2].size() *
           depth.size();
  }
  uint64_t countPixels() const {
    return outputs[0].size() * outputs[1].size() * outputs[2].size();
  }
  /// The first term of a tap.
  uint64_t termOf(int64_t slice, int64_t row, int64_t column) const {
    return (((slice - kernels[0].begin) * kernels[1].size() +
             (row - kernels[1].begin)) *
                kernels[2].size() +
            (column - kernels[2].begin)) *
           depth.size();
  }
};

/// Sum of coordinate * stride, modulo 2^64.
template <size_t count>
int64_t placeAt(const std::array<int64_t, count> &at,
                const std::array<int64_t, count> &strides) {
  uint64_t position = 0;
  for (size_t i = 0; i != count; ++i)
    position += uint64_t(at[i]) * uint64_t(strides[i]);
  return int64_t(position);
}

} // namespace lacuna

#endif // LACUNA_LIB_MACHINE_MATRIXGEOMETRY_H
