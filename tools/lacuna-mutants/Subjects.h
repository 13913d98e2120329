// What is done with a mutant of each kind of file: all that the tools do with
// an honest one.
#ifndef LACUNA_TOOLS_MUTANTS_SUBJECTS_H
#define LACUNA_TOOLS_MUTANTS_SUBJECTS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBufferRef.h"

namespace lacuna::mutants {

/// A kind of file.
struct Subject {
  llvm::StringLiteral name;
  /// By which its files are known: ".mlir".
  llvm::StringLiteral extension;
  bool isText;
  /// Takes a file all the way. The error is the refusal. A disagreement between
  /// two ways to the same thing is an error without a place, which is a
  /// failure.
  llvm::Error (*run)(llvm::MemoryBufferRef file);
};

/// The kind of the file at `path`, or null.
const Subject *findSubject(llvm::StringRef path);
llvm::ArrayRef<Subject> allSubjects();

} // namespace lacuna::mutants

#endif // LACUNA_TOOLS_MUTANTS_SUBJECTS_H
