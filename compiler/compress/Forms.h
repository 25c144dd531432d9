//===- Forms.h - What the weights of a layer may become ---------*- C++ -*-===//

#ifndef DLC_COMPILER_COMPRESS_FORMS_H
#define DLC_COMPILER_COMPRESS_FORMS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dlc::compress {

/// The ways that --try names.
enum class Way { Round, Cluster, Code, Prune, Factorise, Shrink };
llvm::StringRef nameOf(Way way);
std::optional<Way> wayCalled(llvm::StringRef name);

/// Which numbers weights are rounded to.
struct Grid {
  /// Integers of so many bits times a scale for each result; 0: floats.
  int bits = 0;
  /// Floats of these widths times a power of 2 for the whole tensor, without
  /// infinities; subnormals below the least exponent.
  int exponent = 0, mantissa = 0;
};

struct Codebook {
  int64_t values = 16; ///< a power of 2
  bool eachRow = false;
};

/// The smallest part of the weights is zero, in blocks of so many results by
/// operands: of a convolution the operands of one tap.
struct Zeros {
  double percent = 0;
  int64_t rows = 1, columns = 1;
};

/// One way, or zeros and what the other weights become.
struct Form {
  std::optional<Zeros> zeros;
  std::optional<Grid> grid;
  std::optional<Codebook> codebook;
  /// Integers times one scale of the tensor, which have so many bits of
  /// information each: what prefix codes take. 0: other numbers.
  double information = 0;
  int64_t rank = 0; ///< of a layer that becomes two; 0: it stays one
  /// The two are a window's column and row, else a window and one element.
  bool sides = false;
  /// Percent of the channels that it reads whose weights are all zero, so that
  /// what computes them can be left out.
  double channels = 0;

  bool isNothing() const {
    return !zeros && !grid && !codebook && information == 0 && !rank &&
           channels == 0;
  }
  bool hasZeros() const { return zeros || channels > 0; }
  /// As parseForm reads it.
  std::string text() const;
};

/// "keep", "round:4", "round:e4m3", "cluster:16", "cluster:16:rows",
/// "code:2.5", "prune:70%", "prune:70%:1x4", "factorise:16",
/// "factorise:16:sides", "shrink:25%", and prune or shrink with round, cluster
/// or code: "prune:70%+cluster:16".
llvm::Expected<Form> parseForm(llvm::StringRef text);

/// A tensor of weights seen as results by operands.
struct WeightShape {
  int64_t results = 0, operands = 0;
  /// Bits of an element as it is.
  int64_t bits = 32;
  /// Of a convolution's window of two dimensions, else 1.
  int64_t height = 1, width = 1;
};

/// Bytes that the weights take in a form that is made for them: codes packed,
/// with tables and scales; of zeros an index of a byte for each block that is
/// none.
int64_t reckonedBytes(const Form &form, const WeightShape &shape);

/// What the search tries of a way, the mildest first.
std::vector<Form> formsOf(Way way, const WeightShape &shape);

} // namespace dlc::compress

#endif
