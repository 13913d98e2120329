// Remarks on standard error.
#include "Remarks.h"

#include "lacuna/Dialect/NN/IR/Location.h"

#include "mlir/IR/Remarks.h"

using namespace lacuna;

namespace {
class RemarkPrinter : public mlir::remark::detail::MLIRRemarkStreamerBase {
public:
  explicit RemarkPrinter(llvm::StringRef file) : file(file) {}

  void streamOptimizationRemark(
      const mlir::remark::detail::Remark &remark) override {
    SourceLocation place = nn::placeOf(remark.getLocation());
    if (place.file.empty())
      place = SourceLocation::inFile(file);
    std::string text;
    for (const mlir::remark::detail::Remark::Arg &argument : remark.getArgs())
      text += argument.val;
    llvm::errs() << toPrintable(place.str())
                 << ": remark: " << toPrintable(text) << '\n';
  }

private:
  std::string file;
};
} // namespace

void lacuna::printRemarks(mlir::MLIRContext &context, llvm::StringRef file) {
  mlir::remark::RemarkCategories categories;
  categories.passed = categories.missed = categories.analysis =
      categories.failed = ".*";
  // Fails only if the categories are no regular expressions.
  (void)mlir::remark::enableOptimizationRemarks(
      context, std::make_unique<RemarkPrinter>(file),
      std::make_unique<mlir::remark::RemarkEmittingPolicyAll>(), categories);
}
