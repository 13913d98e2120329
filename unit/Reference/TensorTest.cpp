// Tensors: walking indices, constants from MLIR, and .npy arrays.
#include "lacuna/Reference/Tensor.h"
#include "lacuna/Reference/TensorFile.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/MLIRContext.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace lacuna;
using namespace lacuna::reference;
using testing::ElementsAre;

namespace {

TEST(Tensor, WalksIndicesInRowMajorOrder) {
  std::vector<std::string> seen;
  forEachIndex({2, 1, 2}, [&](llvm::ArrayRef<int64_t> index, int64_t at) {
    seen.push_back(
        llvm::formatv("{0}{1}{2}@{3}", index[0], index[1], index[2], at));
  });
  EXPECT_THAT(seen, ElementsAre("000@0", "001@1", "100@2", "101@3"));
  int scalars = 0;
  forEachIndex({}, [&](llvm::ArrayRef<int64_t>, int64_t) { ++scalars; });
  EXPECT_EQ(scalars, 1);
  forEachIndex({2, 0}, [&](llvm::ArrayRef<int64_t>, int64_t) { FAIL(); });
}

TEST(Tensor, ReadsConstants) {
  mlir::MLIRContext context;
  auto constant = [&](unsigned width, llvm::ArrayRef<llvm::APInt> values) {
    auto type = mlir::RankedTensorType::get(
        {int64_t(values.size())}, mlir::IntegerType::get(&context, width));
    return tensorOf(mlir::DenseElementsAttr::get(type, values));
  };
  llvm::APInt true1(1, 1), false1(1, 0), minus4(4, -7, true), four4(4, 4);
  EXPECT_THAT(constant(1, {true1, false1})->values, ElementsAre(1, 0));
  EXPECT_THAT(constant(4, {minus4, four4})->values, ElementsAre(-7, 4));
  EXPECT_FALSE(constant(64, {llvm::APInt(64, 1)}));
}

TEST(Tensor, PassesThroughNpy) {
  Tensor tensor({2}, ElementType::I48);
  tensor.values = {-(int64_t(1) << 47), 5};
  NpyArray array = npyFromTensor(tensor);
  EXPECT_EQ(array.type, NpyType::I64);
  auto back = tensorFromNpy(array, 0, {2}, ElementType::I48, "x.npy");
  ASSERT_TRUE(bool(back));
  EXPECT_EQ(back->values, tensor.values);
  auto second = tensorFromNpy(array, 1, {}, ElementType::I48, "x.npy");
  ASSERT_TRUE(bool(second));
  EXPECT_THAT(second->values, ElementsAre(5));
}

TEST(Tensor, KeepsBytesUnsigned) {
  NpyArray array{NpyType::U8, {1}, {200}};
  auto tensor = tensorFromNpy(array, 0, {1}, ElementType::U8, "x.npy");
  ASSERT_TRUE(bool(tensor));
  EXPECT_THAT(tensor->values, ElementsAre(200));
  EXPECT_THAT(npyFromTensor(*tensor).data, ElementsAre(200));
}

TEST(Tensor, RefusesAnotherNpyType) {
  NpyArray array{NpyType::U8, {1}, {200}};
  EXPECT_EQ(
      llvm::toString(
          tensorFromNpy(array, 0, {1}, ElementType::I8, "x.npy").takeError()),
      "x.npy: holds elements of type 'u1' where 'i1' is needed for i8");
}

TEST(Tensor, RefusesElementsOutOfRange) {
  NpyArray array{NpyType::I8, {2}, {7, 9}};
  EXPECT_EQ(
      llvm::toString(
          tensorFromNpy(array, 0, {2}, ElementType::I4, "x.npy").takeError()),
      "x.npy: element 1 is 9, outside the range of i4");
}

} // namespace
