//===- Interpolation.h - Coordinates and weights of Resize ------*- C++ -*-===//

#ifndef DLC_COMPILER_EVALUATE_INTERPOLATION_H
#define DLC_COMPILER_EVALUATE_INTERPOLATION_H

#include "dialects/nn/NnOps.h"

namespace dlc::evaluate {

/// The coordinate in the input, a whole number at the centre of an element,
/// that position `x` of the result stands for.
double inputCoordinate(nn::ResizeCoordinate mode, int64_t x, double scale,
                       int64_t inSize, int64_t outSize);

/// The element nearest to a coordinate.
int64_t roundedCoordinate(nn::ResizeNearest mode, double x);

/// Keys' cubic kernel with coefficient `a` at distance `t`.
double cubicWeight(double t, double a);

} // namespace dlc::evaluate

#endif
