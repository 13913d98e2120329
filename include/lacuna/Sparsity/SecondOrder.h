// Second-order pruning of one matrix of weights whose rows see the same inputs.
// A row w that becomes v costs (v - w) C (v - w)^T, with C the inputs' second
// moments or covariance. Optimal brain surgeon: Hassibi and Stork, 1993; row by
// row: "Optimal Brain Compression", Frantar and Alistarh, 2022; column by
// column: "SparseGPT", Frantar and Alistarh, 2023; rounding: "GPTQ", Frantar
// and others, 2022.
#ifndef LACUNA_SPARSITY_SECONDORDER_H
#define LACUNA_SPARSITY_SECONDORDER_H

#include "lacuna/Sparsity/Structure.h"

#include <optional>

namespace lacuna::sparsity {

/// What a weight may become: the integers from the least to the greatest, or
/// any real number.
struct Grid {
  double lowest = 0, highest = 0;
  bool isReal = false;

  /// The nearest integer of the grid; halves away from zero; of no number the
  /// one nearest to 0. A real number is its own.
  double round(double value) const;
};

/// The lower factor L of `symmetric` = L L^T, zeros above the diagonal; none if
/// it is not positive definite.
std::optional<Matrix> factorize(const Matrix &symmetric);

/// The inverse of `symmetric`; none if it is not positive definite.
std::optional<Matrix> invert(const Matrix &symmetric);

/// Adds `damping` times the mean of the diagonal to the diagonal (1 where that
/// is 0), which makes second moments positive definite.
void damp(Matrix &moments, double damping);

/// Kept terms of each row of `weights`: terms go one by one, the one first
/// whose loss, others making up for it, is least. `inverse` is that of the
/// moments; `rowWeights` (one a row) multiply the losses of a row where shares
/// compare rows. Takes rows * columns^3 / 3 steps.
Mask selectByElimination(const Matrix &weights, const Matrix &inverse,
                         llvm::ArrayRef<double> rowWeights,
                         const Structure &structure);

/// The best weights on the kept terms, rounded onto `grid` one by one, each
/// error made up for by those not yet rounded; the others are 0. Takes
/// rows * columns^3 / 3 steps at most.
Matrix refit(const Matrix &weights, const Matrix &moments, const Mask &kept,
             const Grid &grid);

/// Whether what takes rows * columns^3 / 3 steps is done for `weights`, or what
/// takes rows * columns^2.
bool isSmallForCubic(const Matrix &weights);

/// GPTQ: the integers of `grid` for `weights`, rounded one by one, those of the
/// largest diagonal of `moments` (positive definite) first, each error made up
/// for by those not yet rounded; weights that are not kept are 0. As refit, or,
/// where that takes too long, column by column.
Matrix roundOnto(const Matrix &weights, const Matrix &moments, const Mask &kept,
                 const Grid &grid);

/// SparseGPT: chooses, makes up and rounds column by column, with masks chosen
/// 128 columns (of N:M: a group) at a time; terms on the left stay as they are.
/// `given` is the mask where that is chosen already. Takes rows * columns^2
/// steps.
struct SweepResult {
  Matrix weights;
  Mask kept;
};
SweepResult sweepColumns(const Matrix &weights, const Matrix &inverse,
                         llvm::ArrayRef<double> rowWeights,
                         const Structure &structure, const Grid &grid,
                         const Mask *given = nullptr);

/// The sum over rows of rowWeights * (after - before) moments (after -
/// before)^T; with `before` empty, of after moments after^T.
double quadraticLoss(const Matrix *before, const Matrix &after,
                     const Matrix &moments, llvm::ArrayRef<double> rowWeights);

} // namespace lacuna::sparsity

#endif // LACUNA_SPARSITY_SECONDORDER_H
