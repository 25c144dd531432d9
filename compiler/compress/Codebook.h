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

} // namespace dlc::compress

#endif
