//===- DefineTileKernels.cpp - Tile kernels with fixed registers ----------===//

#include "codegen/llvm/Passes.h"
#include "codegen/llvm/RowAssembly.h"
#include "codegen/llvm/TileAssembly.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/SymbolTable.h"
#include "targets/description/TargetAttr.h"

namespace dlc::llvmgen {
#define GEN_PASS_DEF_DEFINETILEKERNELS
#include "codegen/llvm/Passes.h.inc"
} // namespace dlc::llvmgen

using namespace mlir;
using namespace dlc::llvmgen;

namespace {

constexpr llvm::StringLiteral kernelName = "dlc.tile_kernel",
                              finishName = "dlc.tile_finish",
                              rowName = "dlc.row_kernel";
constexpr int64_t kBytes = 4; // of float32

/// The kernel that the attribute describes, or nullopt.
std::optional<TileAssembly> readKernel(DictionaryAttr attributes,
                                       const dlc::targets::TargetInfo &target) {
  TileAssembly kernel;
  auto kind = attributes.getAs<StringAttr>("kind");
  auto positions = attributes.getAs<IntegerAttr>("positions");
  auto width = attributes.getAs<IntegerAttr>("width");
  if (!kind || !positions || !width)
    return std::nullopt;
  kernel.positions = positions.getInt();
  kernel.width = width.getInt();
  if (auto unroll = attributes.getAs<IntegerAttr>("unroll"))
    kernel.unroll = unroll.getInt();
  if (auto remainder = attributes.getAs<BoolAttr>("remainder"))
    kernel.remainder = remainder.getValue();
  kernel.loadMultiple = target.loadMultiple;
  kernel.fused = target.fma;
  if (kind == "multiply")
    kernel.kind = TileAssembly::Kind::Multiply;
  else if (kind == "multiply_pairs")
    kernel.kind = TileAssembly::Kind::MultiplyPairs;
  else if (kind == "load")
    kernel.kind = TileAssembly::Kind::Load;
  else if (kind == "store")
    kernel.kind = TileAssembly::Kind::Store;
  else
    return std::nullopt;
  return kernel;
}

/// Fills in an external function. Its arguments are those of TileKernel.h: the
/// pointers of all positions are made from the first one and the stride.
class Body {
public:
  Body(LLVM::LLVMFuncOp function, const TileAssembly &kernel)
      : function(function), kernel(kernel), b(function.getContext()),
        loc(function.getLoc()) {}

  void emit() {
    Block *entry = function.addEntryBlock(b);
    b.setInsertionPointToStart(entry);
    for (Value argument : entry->getArguments())
      (argument.getType().isF32() ? floats : integers).push_back(argument);
    switch (kernel.kind) {
    case TileAssembly::Kind::Multiply: {
      Value stride = kernel.positions > 1 ? integers[1] : Value();
      addressRows(integers.front(), stride);
      tied.append(integers.end() - 2, integers.end());
      break;
    }
    case TileAssembly::Kind::MultiplyPairs:
      tied = {integers[0], integers[2], integers[3]};
      // The loads of a step have gone past its elements.
      plain = {LLVM::SubOp::create(
          b, loc, integers[1],
          LLVM::ConstantOp::create(b, loc, integers[1].getType(),
                                   kernel.width * kBytes))};
      break;
    case TileAssembly::Kind::Load:
      plain = {integers[0]};
      break;
    case TileAssembly::Kind::Store:
      addressRows(integers.front(),
                  kernel.positions > 1 ? integers[1] : Value());
      std::swap(plain, tied);
      break;
    }
    emitAssembly();
  }

private:
  void addressRows(Value first, Value stride) {
    tied.push_back(first);
    for (int64_t i = 1; i < kernel.positions; ++i)
      tied.push_back(LLVM::AddOp::create(b, loc, tied.back(), stride));
  }

  void emitAssembly() {
    bool writes = kernel.kind != TileAssembly::Kind::Store;
    int64_t accumulators = kernel.positions * kernel.width;
    SmallVector<Type> results;
    SmallVector<Value> operands(floats);
    if (writes)
      results.append(accumulators, b.getF32Type());
    for (Value value : tied)
      results.push_back(value.getType());
    llvm::append_range(operands, tied);
    llvm::append_range(operands, plain);
    Type result =
        results.size() == 1 ? results.front()
        : results.empty()
            ? Type(LLVM::LLVMVoidType::get(b.getContext()))
            : LLVM::LLVMStructType::getLiteral(b.getContext(), results);
    auto assembly = LLVM::InlineAsmOp::create(
        b, loc, writes ? TypeRange(result) : TypeRange(), operands,
        kernel.text(), kernel.constraints(), /*has_side_effects=*/true,
        /*is_align_stack=*/false, LLVM::TailCallKind::None,
        LLVM::AsmDialectAttr(), ArrayAttr());
    if (!writes) {
      LLVM::ReturnOp::create(b, loc, ValueRange());
      return;
    }
    returnFirst(assembly.getRes(), accumulators, results.size());
  }

  /// Of the results only the accumulators are of interest.
  void returnFirst(Value all, int64_t count, size_t of) {
    if (of == static_cast<size_t>(count)) {
      LLVM::ReturnOp::create(b, loc, all);
      return;
    }
    Type type = function.getFunctionType().getReturnType();
    Value value = LLVM::PoisonOp::create(b, loc, type);
    for (int64_t i = 0; i < count; ++i)
      value = LLVM::InsertValueOp::create(
          b, loc, value, LLVM::ExtractValueOp::create(b, loc, all, i), i);
    LLVM::ReturnOp::create(b, loc, value);
  }

  LLVM::LLVMFuncOp function;
  const TileAssembly &kernel;
  OpBuilder b;
  Location loc;
  SmallVector<Value> floats, integers;
  SmallVector<Value> tied, plain; // integer operands that change, or do not
};

/// Gives a row kernel its body: all of it is one piece of assembly, of whose
/// results only the accumulators are of interest.
LogicalResult defineRow(LLVM::LLVMFuncOp function, DictionaryAttr attributes,
                        const dlc::targets::TargetInfo &target) {
  auto vectors = attributes.getAs<IntegerAttr>("vectors");
  auto steps = attributes.getAs<IntegerAttr>("steps");
  if (!vectors || !steps ||
      target.scalarFactor == dlc::targets::ScalarFactor::Vector)
    return function.emitError("is no row kernel of this target");
  RowAssembly kernel;
  kernel.machine = target.scalarFactor == dlc::targets::ScalarFactor::Core
                       ? RowAssembly::Machine::Mve
                       : RowAssembly::Machine::AArch64;
  kernel.vectors = vectors.getInt();
  kernel.steps = steps.getInt();
  kernel.loadMultiple = target.loadMultiple;
  if (const char *reason = kernel.whyNot())
    return function.emitError(reason);
  OpBuilder b(function.getContext());
  Location loc = function.getLoc();
  Block *entry = function.addEntryBlock(b);
  b.setInsertionPointToStart(entry);
  auto arguments = entry->getArguments();
  SmallVector<Value> operands(arguments.drop_front(2));
  llvm::append_range(operands, arguments.take_front(2));
  SmallVector<Type> types = llvm::map_to_vector(
      operands, [](Value operand) { return operand.getType(); });
  if (kernel.machine == RowAssembly::Machine::AArch64)
    types.push_back(types.back());
  Value all =
      LLVM::InlineAsmOp::create(
          b, loc, LLVM::LLVMStructType::getLiteral(b.getContext(), types),
          operands, kernel.text(), kernel.constraints(),
          /*has_side_effects=*/true, /*is_align_stack=*/false,
          LLVM::TailCallKind::None, LLVM::AsmDialectAttr(), ArrayAttr())
          .getRes();
  Type type = function.getFunctionType().getReturnType();
  Value result = LLVM::ExtractValueOp::create(b, loc, all, 0);
  if (kernel.vectors > 1) {
    Value first = result;
    result = LLVM::PoisonOp::create(b, loc, type);
    for (int64_t i = 0; i < kernel.vectors; ++i) {
      Value one = i ? LLVM::ExtractValueOp::create(b, loc, all, i) : first;
      result = LLVM::InsertValueOp::create(b, loc, result, one, i);
    }
  }
  LLVM::ReturnOp::create(b, loc, result);
  // Its loop is as long as what it computes: there is one for each shape.
  function.setLinkage(LLVM::Linkage::Internal);
  function.setPassthroughAttr(ArrayAttr::get(
      b.getContext(), {StringAttr::get(b.getContext(), tileEdgeAttrName)}));
  return success();
}

struct DefineTileKernelsPass
    : dlc::llvmgen::impl::DefineTileKernelsBase<DefineTileKernelsPass> {
  using DefineTileKernelsBase::DefineTileKernelsBase;

  /// Accumulators travel in registers whatever the ABI of other functions.
  static void shareRegisters(LLVM::LLVMFuncOp function,
                             llvm::SmallDenseSet<StringAttr> &defined) {
    function.setLinkage(LLVM::Linkage::Internal);
    function.setCConv(LLVM::CConv::ARM_AAPCS_VFP);
    defined.insert(function.getSymNameAttr());
  }

  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto target = dlc::targets::getTargetInfo(module);
    llvm::SmallDenseSet<StringAttr> defined;
    for (auto function : module.getOps<LLVM::LLVMFuncOp>()) {
      if (function->hasAttr(finishName))
        shareRegisters(function, defined);
      auto row = function->getAttrOfType<DictionaryAttr>(rowName);
      if (row && function.isExternal() &&
          failed(defineRow(function, row, target)))
        return signalPassFailure();
      auto attributes = function->getAttrOfType<DictionaryAttr>(kernelName);
      if (!attributes || !function.isExternal())
        continue;
      std::optional<TileAssembly> kernel = readKernel(attributes, target);
      if (!kernel || target.loadMultiple == 0) {
        function.emitError("is no tile kernel of this target");
        return signalPassFailure();
      }
      Body(function, *kernel).emit();
      shareRegisters(function, defined);
      function.setPassthroughAttr(ArrayAttr::get(
          &getContext(),
          {StringAttr::get(&getContext(), kernel->isLoop()
                                              ? tileLoopAttrName
                                              : tileEdgeAttrName)}));
    }
    module.walk([&](LLVM::CallOp call) {
      if (call.getCallee() && defined.contains(call.getCalleeAttr().getAttr()))
        call.setCConv(LLVM::CConv::ARM_AAPCS_VFP);
    });
  }
};

} // namespace
