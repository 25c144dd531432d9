//===- Codebook.h - Few numbers for many ------------------------*- C++ -*-===//

#ifndef DLC_COMPILER_COMPRESS_CODEBOOK_H
#define DLC_COMPILER_COMPRESS_CODEBOOK_H

#include "llvm/ADT/ArrayRef.h"
#include <cstdint>
#include <vector>

namespace dlc::compress {

/// A number and what an error of it costs.
struct Weighted {
  double x = 0, weight = 1;
};

/// At most `count` numbers near to those given, ascending, by k-means from
/// equal steps between the least and the largest (S. Han and others, Deep
/// Compression, 2016, section 3): the same on every call. With `whole` they
/// are integers.
std::vector<double> kMeans(std::vector<Weighted> numbers, int64_t count,
                           bool whole);

/// Of an ascending codebook.
double nearestIn(llvm::ArrayRef<double> codebook, double x);

/// Integers from `least` to `greatest`.
struct IntegerRange {
  int32_t least = -128, greatest = 127;

  /// The nearest one to x.
  double nearest(double x) const;
};

/// Bits of information (Shannon's) of each of the integers that are nearest to
/// numbers in units of a step.
double informationOf(llvm::ArrayRef<double> numbers, double step,
                     IntegerRange range);

/// The step whose integers have so many bits: integers of one step for all
/// numbers lose least for the bits that they take coded, the more the fewer
/// there are (H. Gish, J. Pierce, Asymptotically Efficient Quantizing, 1968).
/// Not below `least`, and not below that at which all numbers are in the range.
double stepOfInformation(llvm::ArrayRef<double> numbers, double bits,
                         double least, IntegerRange range);

} // namespace dlc::compress

#endif
