// Symmetric matrices: factors, inverses and what they measure.
#include "lacuna/Sparsity/SecondOrder.h"

#include <algorithm>
#include <cmath>

using namespace lacuna::sparsity;

double Grid::round(double value) const {
  // Statistics may be anything at all; weights stay numbers.
  if (isReal)
    return std::isfinite(value) ? value : 0;
  return std::clamp(std::isnan(value) ? 0 : std::round(value), lowest, highest);
}

std::optional<Matrix> lacuna::sparsity::factorize(const Matrix &symmetric) {
  size_t n = symmetric.rows;
  Matrix factor(n, n);
  for (size_t i = 0; i != n; ++i)
    for (size_t j = 0; j <= i; ++j) {
      const double *a = &factor.values[i * n], *b = &factor.values[j * n];
      double sum = symmetric.at(i, j);
      for (size_t k = 0; k != j; ++k)
        sum -= a[k] * b[k];
      if (i != j) {
        factor.at(i, j) = sum / factor.at(j, j);
      } else {
        if (!(sum > 0) || !std::isfinite(sum))
          return std::nullopt;
        factor.at(i, i) = std::sqrt(sum);
      }
    }
  return factor;
}

std::optional<Matrix> lacuna::sparsity::invert(const Matrix &symmetric) {
  std::optional<Matrix> factor = factorize(symmetric);
  if (!factor)
    return std::nullopt;
  size_t n = symmetric.rows;
  // Rows of `lower` transposed are columns of the factor's inverse, so that the
  // product below runs along memory.
  Matrix columns(n, n);
  for (size_t j = 0; j != n; ++j)
    for (size_t i = j; i != n; ++i) {
      double sum = i == j ? 1 : 0;
      const double *row = &factor->values[i * n];
      const double *column = &columns.values[j * n];
      for (size_t k = j; k != i; ++k)
        sum -= row[k] * column[k];
      columns.at(j, i) = sum / row[i];
    }
  Matrix inverse(n, n);
  for (size_t i = 0; i != n; ++i)
    for (size_t j = 0; j <= i; ++j) {
      const double *a = &columns.values[i * n], *b = &columns.values[j * n];
      double sum = 0;
      for (size_t k = i; k != n; ++k)
        sum += a[k] * b[k];
      inverse.at(i, j) = inverse.at(j, i) = sum;
    }
  return inverse;
}

void lacuna::sparsity::damp(Matrix &moments, double damping) {
  double trace = 0;
  for (size_t i = 0; i != moments.rows; ++i)
    trace += moments.at(i, i);
  double added = damping * trace / std::max<size_t>(moments.rows, 1);
  if (!(added > 0))
    added = 1;
  for (size_t i = 0; i != moments.rows; ++i)
    moments.at(i, i) += added;
}

double lacuna::sparsity::quadraticLoss(const Matrix *before,
                                       const Matrix &after,
                                       const Matrix &moments,
                                       llvm::ArrayRef<double> rowWeights) {
  size_t n = after.columns;
  double total = 0;
  std::vector<double> change(n);
  for (size_t row = 0; row != after.rows; ++row) {
    for (size_t i = 0; i != n; ++i)
      change[i] = after.at(row, i) - (before ? before->at(row, i) : 0);
    double loss = 0;
    for (size_t i = 0; i != n; ++i) {
      if (change[i] == 0)
        continue;
      double sum = 0;
      for (size_t j = 0; j != n; ++j)
        sum += moments.at(i, j) * change[j];
      loss += change[i] * sum;
    }
    total += rowWeights[row] * loss;
  }
  return total;
}
