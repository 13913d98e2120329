// Tells layers apart by what a reader sees of them.
#ifndef LACUNA_LIB_PROGRAM_LAYERKEY_H
#define LACUNA_LIB_PROGRAM_LAYERKEY_H

#include "lacuna/Program/Program.h"

namespace lacuna {

/// Equal for two layers of the same name and location, and for no others.
inline std::string layerKey(const Layer &layer) {
  return std::to_string(layer.name.size()) + ":" + layer.name + layer.location;
}

} // namespace lacuna

#endif // LACUNA_LIB_PROGRAM_LAYERKEY_H
