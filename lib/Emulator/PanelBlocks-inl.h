// The walk over blocks of sums that products of panels share, compiled once for
// each vector target.
#if defined(LACUNA_LIB_EMULATOR_PANELBLOCKS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef LACUNA_LIB_EMULATOR_PANELBLOCKS_INL_H
#undef LACUNA_LIB_EMULATOR_PANELBLOCKS_INL_H
#else
#define LACUNA_LIB_EMULATOR_PANELBLOCKS_INL_H
#endif

#include <hwy/highway.h>

#include <cstddef>

HWY_BEFORE_NAMESPACE();
namespace lacuna {
namespace HWY_NAMESPACE {

template <size_t Panels, size_t PixelsAtOnce, class Product>
HWY_INLINE void multiplyPixels(const Product &product, size_t pixels,
                               size_t block) {
  size_t pixel = 0;
  for (; pixel + PixelsAtOnce <= pixels; pixel += PixelsAtOnce)
    product.template multiplyBlock<PixelsAtOnce, Panels>(pixel, block);
  for (; pixel != pixels; ++pixel)
    product.template multiplyBlock<1, Panels>(pixel, block);
}

/// Calls product.multiplyBlock<Pixels, Panels>(pixel, block) so that all of
/// `pixels` and `blocks` are done: PixelsAtOnce by PanelsAtOnce where there are
/// as many left, else fewer.
template <size_t PixelsAtOnce, size_t PanelsAtOnce, class Product>
HWY_INLINE void multiplyBlocks(const Product &product, size_t pixels,
                               size_t blocks) {
  size_t block = 0;
  for (; block + PanelsAtOnce <= blocks; block += PanelsAtOnce)
    multiplyPixels<PanelsAtOnce, PixelsAtOnce>(product, pixels, block);
  if constexpr (PanelsAtOnce > 2)
    for (; block + 2 <= blocks; block += 2)
      multiplyPixels<2, PixelsAtOnce>(product, pixels, block);
  for (; block != blocks; ++block)
    multiplyPixels<1, PixelsAtOnce>(product, pixels, block);
}

} // namespace HWY_NAMESPACE
} // namespace lacuna
HWY_AFTER_NAMESPACE();

#endif // per-target include guard
