//===- Eigenvectors.h - Directions that matter most -------------*- C++ -*-===//

#ifndef DLC_COMPILER_COMPRESS_EIGENVECTORS_H
#define DLC_COMPILER_COMPRESS_EIGENVECTORS_H

#include "compiler/calibrate/numbers/Gram.h"

namespace dlc::compress {

struct Eigenvectors {
  std::vector<double> values; ///< the largest first
  calibrate::Matrix rows;     ///< of length 1, one for each value
};

/// Of a symmetric matrix, by Jacobi's rotations (G. Golub and C. Van Loan,
/// Matrix Computations, section 8.5): as exact as doubles are, and the time
/// grows with the cube of its size.
Eigenvectors eigenvectors(calibrate::Matrix symmetric);

} // namespace dlc::compress

#endif
