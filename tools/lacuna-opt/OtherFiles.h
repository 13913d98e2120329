// Places in other files that the text of a model names.
#ifndef LACUNA_TOOLS_OPT_OTHERFILES_H
#define LACUNA_TOOLS_OPT_OTHERFILES_H

#include "llvm/ADT/StringRef.h"

#include <string>

namespace lacuna {

/// `text` with each location in a file that exists, `"FILE":3:7`, as a mere
/// name, `"FILE:3:7"`; what stands behind keeps its line and column. mlir-opt
/// opens the file of an error to show its line, and text from elsewhere may
/// name a secret, or a device that never ends. A location whose file does not
/// exist is left as it is: nothing can be opened.
std::string nameOtherFiles(llvm::StringRef text);

} // namespace lacuna

#endif // LACUNA_TOOLS_OPT_OTHERFILES_H
