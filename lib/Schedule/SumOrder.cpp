//===- SumOrder.cpp - The order in which floats add up --------------------===//

#include "SumOrder.h"

#include "lacuna/Schedule/Geometry.h"

using namespace lacuna;
using namespace lacuna::schedule;

static bool addsFloats(const Instruction &instruction) {
  return std::visit(
      [](const auto &inst) {
        if constexpr (std::decay_t<decltype(inst)>::executedBy ==
                      Engine::Matrix)
          return getInfo(inst.dstType).isFloat;
        else
          return false;
      },
      instruction);
}

std::optional<BrokenOrder>
schedule::findBrokenOrder(const Instruction &whole,
                          llvm::ArrayRef<SumCut> cuts) {
  if (cuts.empty() || !addsFloats(whole))
    return std::nullopt;
  auto terms = termsOf(whole);
  size_t next = 0;
  for (const SumCut &cut : cuts) {
    auto found = llvm::find_if(
        terms, [&](const TermExtent &term) { return term.field == cut.field; });
    // Another extent than one of the terms is for others to refuse.
    if (found == terms.end())
      return std::nullopt;
    size_t position = found - terms.begin();
    if (position < next) // Split twice.
      return BrokenOrder{cut.field, terms[next - 1].field};
    for (; next != position; ++next)
      if (terms[next].extent > 1)
        return BrokenOrder{terms[next].field, cut.field};
    if (&cut != cuts.begin() && std::prev(&cut)->tile != 1)
      return BrokenOrder{std::prev(&cut)->field, cut.field};
    ++next;
  }
  return std::nullopt;
}
