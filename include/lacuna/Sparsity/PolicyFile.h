// A policy file: sections, each a mapping from layers to what is said of them.
#ifndef LACUNA_SPARSITY_POLICYFILE_H
#define LACUNA_SPARSITY_POLICYFILE_H

#include "lacuna/Support/InputFile.h"
#include "lacuna/Support/YamlTree.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace lacuna::sparsity {

/// The mistakes of one file, all of which are kept.
class PolicyErrors {
public:
  ~PolicyErrors() { llvm::consumeError(std::move(errors)); }

  void add(const SourceLocation &location, const llvm::Twine &message,
           const llvm::Twine &hint = "");
  /// The same of `error`, which has no place of its own, with its first note.
  void add(const SourceLocation &location, llvm::Error error);
  /// With the one of `candidates` that was meant, if one is near.
  void addUnknown(const SourceLocation &location, const llvm::Twine &message,
                  llvm::StringRef name,
                  llvm::ArrayRef<llvm::StringRef> candidates);
  llvm::Error take() { return std::exchange(errors, llvm::Error::success()); }

private:
  llvm::Error errors = llvm::Error::success();
};

/// Calls `read` with each entry of the section called `key` of the YAML `text`
/// of file `name`; what entries are called must be one of `layers`, each "a
/// `thing`". Other sections are those of other passes. Errors, all of them,
/// each at its line: wrong syntax, an unknown section or layer, what `read`
/// adds.
llvm::Error readPolicySection(
    llvm::StringRef text, llvm::StringRef name, llvm::StringRef key,
    llvm::StringRef thing, llvm::ArrayRef<llvm::StringRef> layers,
    llvm::function_ref<void(const YamlEntry &, PolicyErrors &)> read);

} // namespace lacuna::sparsity

#endif // LACUNA_SPARSITY_POLICYFILE_H
