// What a file is that should have been text.
#ifndef LACUNA_SUPPORT_FILEKIND_H
#define LACUNA_SUPPORT_FILEKIND_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace lacuna {

/// Checks that `contents` of the file `name`, which should be `wanted` ("a
/// model"), can be text. Errors: it begins like a file of another known kind,
/// which the error names, with what to do about it; or it holds a NUL byte.
llvm::Error checkIsText(llvm::StringRef contents, llvm::StringRef name,
                        llvm::StringRef wanted);

} // namespace lacuna

#endif // LACUNA_SUPPORT_FILEKIND_H
