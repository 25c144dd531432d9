//===- Rescale.cpp - Evaluation of nn.rescale -----------------------------===//

#include "compiler/evaluate/Arithmetic.h"
#include "compiler/evaluate/Families.h"
#include "compiler/evaluate/Rows.h"
#include "dialects/nn/interfaces/WideMultiplier.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>

using namespace mlir;
using namespace dlc;
using namespace dlc::evaluate;

namespace {
/// The parameters of one element.
struct Parameters {
  int64_t multiplier = 0, addend = 0, shift = 0, tie = 0;
};
} // namespace

/// The input times the multiplier; one in units of 2^-32 in more than 64 bits.
static int64_t product(int64_t input, int64_t multiplier, bool isWide) {
  return isWide ? int64_t((__int128(input) * multiplier) >> 32)
                : multiply(input, multiplier);
}

/// v >> shift with ties as the op's description says; the shift is 0 to 62.
static int64_t roundShifted(int64_t v, const Parameters &p, bool tiesToOdd) {
  int64_t q = v >> p.shift;
  auto below = int64_t(uint64_t(v) & ((uint64_t(1) << p.shift) - 1));
  bool odd = q & 1;
  return below < p.tie && odd != tiesToOdd ? q - 1 : q;
}

LogicalResult dlc::evaluate::compute(nn::RescaleOp op, Operands operands,
                                     Results &results) {
  Tensor result = Tensor::zeros(resultType(op));
  SmallVector<SmallVector<int64_t>> strides;
  for (const Tensor &operand : operands)
    strides.push_back(broadcastStrides(operand.getShape(), result.getShape()));
  for (int64_t shift : operands[3].values<int64_t>())
    if (shift < 0 || shift > 62)
      return failure();
  int64_t Parameters::*const fields[] = {&Parameters::multiplier,
                                         &Parameters::addend,
                                         &Parameters::shift, &Parameters::tie};
  const bool isWide = nn::isWideMultiplier(op.getMultiplier());
  int64_t values[maxRow], parameter[maxRow];
  std::vector<Parameters> parameters(maxRow);
  forEachRow(result.getShape(), strides, [&](const Row &row) {
    size_t length = row.length;
    operands[0].load<int64_t>(row.operands[0], row.strides[0],
                              {values, length});
    for (size_t i = 1; i < operands.size(); ++i) {
      operands[i].load<int64_t>(row.operands[i], row.strides[i],
                                {parameter, length});
      for (size_t j = 0; j < length; ++j)
        parameters[j].*fields[i - 1] = parameter[j];
    }
    for (size_t j = 0; j < length; ++j) {
      const Parameters &p = parameters[j];
      int64_t v = add(product(values[j], p.multiplier, isWide), p.addend);
      values[j] = std::clamp(roundShifted(v, p, op.getTiesToOdd()),
                             int64_t(op.getMin()), int64_t(op.getMax()));
    }
    result.store<int64_t>(row.offset, {values, length});
  });
  results.push_back(std::move(result));
  return success();
}
