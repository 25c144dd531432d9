//===- TestNest.h - Nests from text, for tests ------------------*- C++ -*-===//

#ifndef DLC_TEST_UNIT_CODEGENLOOPS_TESTNEST_H
#define DLC_TEST_UNIT_CODEGENLOOPS_TESTNEST_H

#include "codegen/loops/nest/Contraction.h"
#include "codegen/loops/nest/ModuleIndex.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace dlc::loops {

/// The nest of the first linalg.generic of `@stage` and of the second, if there
/// is one, which is its epilogue. Arguments lie in memory as rows one after the
/// other; those with `nn.constant` are the network's own constants. A
/// `tensor.pad` is padding by loop bounds.
class TestNest {
public:
  explicit TestNest(const std::string &function);

  Nest nest;

  mlir::FailureOr<Contraction> contraction();
  mlir::func::FuncOp stage();
  /// Why it is no sum of products; empty if it is one.
  std::string refusal();

private:
  mlir::FailureOr<Buffer> bufferOf(mlir::Value tensor);

  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::optional<ModuleIndex> index;
};

/// A convolution of `input` (n, y, x, c) and `filter` (f, c, y, x) with such
/// strides and dilations, sums of `accumulator`; the body is given.
struct TestConv {
  std::string input = "1x6x7x4xf32", filter = "8x4x3x3xf32";
  std::string output = "1x4x5x8xf32", body;
  int stride = 1, dilation = 1;
  /// Lines before the generic, which may define %x; empty: %x is the argument.
  std::string pad, padded;
  /// What comes after it, with the sums in %sums.
  std::string epilogue;

  std::string text() const;
};

/// Lines that add %a * %w to %s, floats.
extern const char *const plainBody;

/// A convolution of signed by unsigned bytes; lines that sum up in 32 bits.
TestConv bytes(const std::string &body);
extern const char *const bytesBody;

} // namespace dlc::loops

#endif
