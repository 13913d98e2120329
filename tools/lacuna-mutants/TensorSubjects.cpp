// The whole way of tensors in files.
#include "TensorSubjects.h"
#include "Outcome.h"

#include "lacuna/Support/Diagnostics.h"
#include "lacuna/Support/WeightFile.h"

using namespace lacuna;
using namespace lacuna::mutants;
using llvm::Error;
using llvm::Expected;

Error lacuna::mutants::runTensor(llvm::MemoryBufferRef file) {
  Expected<NpyArray> array =
      parseNpy(file.getBuffer(), file.getBufferIdentifier());
  if (!array)
    return array.takeError();
  Expected<NpyArray> again = parseNpy(encodeNpy(*array), "encoded.npy");
  if (!again)
    return disagree("what is written is not read: " +
                    llvm::toString(again.takeError()));
  if (again->type != array->type || again->shape != array->shape ||
      again->data != array->data)
    return disagree("written and read, the array is another");
  return Error::success();
}

Error lacuna::mutants::runWeightFile(llvm::MemoryBufferRef file) {
  Expected<WeightFile> weights =
      WeightFile::parse(llvm::MemoryBuffer::getMemBufferCopy(
          file.getBuffer(), file.getBufferIdentifier()));
  if (!weights)
    return weights.takeError();
  for (const auto &entry : weights->getTensors()) {
    const WeightFile::Tensor &tensor = entry.second;
    if (getNpyBytes(tensor.shape, tensor.type) != tensor.data.size())
      return disagree("'" + entry.first() + "' is not as large as its shape");
    // A sanitizer sees to it that all of them are the file's.
    std::vector<uint8_t> copy = tensor.data.vec();
    if (tensor.data != llvm::ArrayRef<uint8_t>(copy))
      return disagree("'" + entry.first() + "' changes while it is read");
  }
  return Error::success();
}
