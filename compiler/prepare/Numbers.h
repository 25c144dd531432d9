//===- Numbers.h - Bytes become numbers: mean and scale ---------*- C++ -*-===//

#ifndef DLC_COMPILER_PREPARE_NUMBERS_H
#define DLC_COMPILER_PREPARE_NUMBERS_H

#include "compiler/prepare/Description.h"
#include "mlir/IR/Builders.h"

namespace dlc::prepare {

/// The number that a byte has become: `scale * byte + offset`.
struct ByteNumbers {
  double scale = 1, offset = 0;
};

/// The steps of an input that are no longer on bytes, in the order in which
/// they are written.
class Numbers {
public:
  bool empty() const { return steps.empty(); }
  Step::Kind last() const { return steps.back().kind; }

  /// A mean or a scale of an image of so many channels; an error at its place
  /// where it has numbers for others.
  mlir::LogicalResult add(const Step &step, int64_t channels);
  void reverseChannels();

  /// What a channel's numbers are of its bytes.
  ByteNumbers ofChannel(size_t channel) const;

  /// The least and the greatest value that any channel can have.
  std::pair<double, double> range() const;

  /// [height, width, channels] of bytes as float32, less means, divided by
  /// scales.
  mlir::Value build(mlir::OpBuilder &b, mlir::Location loc, mlir::Value image);

private:
  struct Affine {
    Step::Kind kind;
    mlir::Location loc;
    std::vector<double> each; // of the channels
  };
  std::vector<Affine> steps;
};

} // namespace dlc::prepare

#endif
