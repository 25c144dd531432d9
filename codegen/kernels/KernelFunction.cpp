//===- KernelFunction.cpp - The function of a kernel ----------------------===//

#include "codegen/kernels/KernelFunction.h"
#include "codegen/kernels/IntegerKernels.h"
#include "codegen/kernels/RowAssembly.h"
#include "codegen/kernels/TileAssembly.h"
#include "codegen/kernels/values/PanelDecoder.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace dlc::kernels {

namespace {

constexpr int64_t kBytes = 4; // of float32
constexpr int64_t kLanes = 4; // of float32 in a vector

bool areFloats(kernel::ProductsAttr products) {
  return products.getLeft().isF32() && products.getSum().isF32();
}

/// The assembly of a kernel on a tile, none where it is on other elements or in
/// other instructions.
std::optional<TileAssembly> tileOf(kernel::KernelOpInterface op) {
  using Set = kernel::InstructionSet;
  kernel::InstructionsAttr instructions = op.getInstructions();
  if (instructions.getSet() != Set::Vfpv2 &&
      instructions.getSet() != Set::Vfpv4)
    return std::nullopt;
  TileAssembly tile;
  tile.loadMultiple = instructions.getLoad();
  tile.fused = instructions.getSet() == Set::Vfpv4;
  kernel::TileAttr shape;
  bool floats = llvm::TypeSwitch<Operation *, bool>(op)
                    .Case([&](kernel::MultiplyOp multiply) {
                      tile.kind = TileAssembly::Kind::Multiply;
                      tile.unroll = multiply.getUnroll();
                      tile.remainder = multiply.getRemainder();
                      shape = multiply.getTile();
                      return areFloats(multiply.getProducts());
                    })
                    .Case([&](kernel::MultiplyPairsOp multiply) {
                      tile.kind = TileAssembly::Kind::MultiplyPairs;
                      tile.unroll = multiply.getUnroll();
                      shape = multiply.getTile();
                      return areFloats(multiply.getProducts());
                    })
                    .Case([&](kernel::LoadOp load) {
                      tile.kind = TileAssembly::Kind::Load;
                      shape = load.getTile();
                      return load.getResultTypes().front().isF32();
                    })
                    .Case([&](kernel::StoreOp store) {
                      tile.kind = TileAssembly::Kind::Store;
                      shape = store.getTile();
                      return store.getValues().front().getType().isF32();
                    })
                    .Default([](Operation *) { return false; });
  if (!floats)
    return std::nullopt;
  tile.positions = shape.getPositions();
  tile.width = shape.getColumns();
  return tile;
}

std::optional<RowAssembly> rowOf(kernel::KernelOpInterface op) {
  using Set = kernel::InstructionSet;
  auto row = dyn_cast<kernel::RowOp>(op.getOperation());
  Set set = op.getInstructions().getSet();
  if (!row || !areFloats(row.getProducts()) || row.getLanes() != kLanes ||
      (set != Set::Neon && set != Set::Mve))
    return std::nullopt;
  RowAssembly kernel;
  kernel.machine = set == Set::Mve ? RowAssembly::Machine::Mve
                                   : RowAssembly::Machine::AArch64;
  kernel.vectors = static_cast<int64_t>(row.getSums().size());
  kernel.steps = static_cast<int64_t>(row.getSteps());
  kernel.loadMultiple = row.getInstructions().getLoad();
  return kernel;
}

/// The one result of a function or of assembly, or a struct of several.
Type packed(MLIRContext *context, ArrayRef<Type> types) {
  if (types.empty())
    return LLVM::LLVMVoidType::get(context);
  if (types.size() == 1)
    return types.front();
  return LLVM::LLVMStructType::getLiteral(context, types);
}

/// Fills in a function whose arguments are a kernel's operands.
class Body {
public:
  explicit Body(LLVM::LLVMFuncOp function)
      : function(function), b(function.getContext()), loc(function.getLoc()) {
    Block *entry = function.addEntryBlock(b);
    b.setInsertionPointToStart(entry);
    for (Value argument : entry->getArguments())
      (isa<IntegerType>(argument.getType()) ? numbers : sums)
          .push_back(argument);
  }

  /// Pointers to all positions are made from the first one and the stride.
  void write(const TileAssembly &kernel) {
    int64_t accumulators = kernel.positions * kernel.width;
    switch (kernel.kind) {
    case TileAssembly::Kind::Multiply:
      addressRows(tied, kernel.positions);
      tied.append(numbers.end() - 2, numbers.end());
      break;
    case TileAssembly::Kind::MultiplyPairs:
      tied = {numbers[0], numbers[2], numbers[3]};
      // The loads of a step have gone past its elements.
      plain = {LLVM::SubOp::create(
          b, loc, numbers[1],
          LLVM::ConstantOp::create(b, loc, numbers[1].getType(),
                                   kernel.width * kBytes))};
      break;
    case TileAssembly::Kind::Load:
      plain = {numbers[0]};
      break;
    case TileAssembly::Kind::Store:
      addressRows(plain, kernel.positions);
      accumulators = 0;
      break;
    }
    SmallVector<Type> results(accumulators, b.getF32Type());
    for (Value value : tied)
      results.push_back(value.getType());
    write(results, kernel.text(), kernel.constraints(), accumulators);
  }

  void write(const RowAssembly &kernel) {
    tied = numbers;
    SmallVector<Type> results;
    for (Value value : llvm::concat<Value>(sums, tied))
      results.push_back(value.getType());
    if (kernel.machine == RowAssembly::Machine::AArch64)
      results.push_back(results.back()); // counts
    write(results, kernel.text(), kernel.constraints(), kernel.vectors);
  }

private:
  void addressRows(SmallVectorImpl<Value> &rows, int64_t positions) {
    rows.push_back(numbers.front());
    for (int64_t i = 1; i < positions; ++i)
      rows.push_back(LLVM::AddOp::create(b, loc, rows.back(), numbers[1]));
  }

  /// Of the results only the first ones, the accumulators, are of interest.
  void write(ArrayRef<Type> results, StringRef text, StringRef constraints,
             int64_t accumulators) {
    SmallVector<Value> operands(sums);
    llvm::append_range(operands, tied);
    llvm::append_range(operands, plain);
    TypeRange types;
    Type result = packed(b.getContext(), results);
    if (!results.empty())
      types = result;
    auto assembly = LLVM::InlineAsmOp::create(
        b, loc, types, operands, text, constraints,
        /*has_side_effects=*/true, /*is_align_stack=*/false,
        LLVM::TailCallKind::None, LLVM::AsmDialectAttr(), ArrayAttr());
    if (results.empty())
      LLVM::ReturnOp::create(b, loc, ValueRange());
    else
      returnFirst(assembly.getRes(), accumulators, results.size());
  }

  void returnFirst(Value all, int64_t count, size_t of) {
    Value value = all;
    if (of != static_cast<size_t>(count)) {
      auto at = [&](int64_t i) {
        return LLVM::ExtractValueOp::create(b, loc, all, i).getResult();
      };
      value = at(0);
      if (count > 1) {
        value = LLVM::PoisonOp::create(
            b, loc, function.getFunctionType().getReturnType());
        for (int64_t i = 0; i < count; ++i)
          value = LLVM::InsertValueOp::create(b, loc, value, at(i), i);
      }
    }
    LLVM::ReturnOp::create(b, loc, value);
  }

  LLVM::LLVMFuncOp function;
  OpBuilder b;
  Location loc;
  SmallVector<Value> sums, numbers;
  SmallVector<Value> tied, plain; // numbers that change, or do not
};

/// The text is all of the function: arguments are where the calling convention
/// has them, and what has to be preserved the text preserves.
void writeNaked(LLVM::LLVMFuncOp function, StringRef text) {
  OpBuilder b(function.getContext());
  Location loc = function.getLoc();
  b.setInsertionPointToStart(function.addEntryBlock(b));
  LLVM::InlineAsmOp::create(b, loc, TypeRange(), ValueRange(), text,
                            "~{memory}", /*has_side_effects=*/true,
                            /*is_align_stack=*/false, LLVM::TailCallKind::None,
                            LLVM::AsmDialectAttr(), ArrayAttr());
  LLVM::UnreachableOp::create(b, loc);
  function.setPassthroughAttr(b.getStrArrayAttr({"naked"}));
  function.setNoInline(true);
}

} // namespace

LLVM::LLVMFuncOp makeFunction(ModuleOp module, StringRef name,
                              kernel::KernelOpInterface kernel) {
  auto b = OpBuilder::atBlockEnd(module.getBody());
  auto type = LLVM::LLVMFunctionType::get(
      packed(b.getContext(), SmallVector<Type>(kernel->getResultTypes())),
      SmallVector<Type>(kernel->getOperandTypes()));
  auto function = LLVM::LLVMFuncOp::create(b, module.getLoc(), name, type,
                                           LLVM::Linkage::Internal);
  function.setNoUnwind(true);
  return function;
}

void replaceByCall(Operation *kernel, LLVM::LLVMFuncOp function) {
  OpBuilder b(kernel);
  Location loc = kernel->getLoc();
  auto call = LLVM::CallOp::create(b, loc, function, kernel->getOperands());
  call.setCConv(function.getCConv());
  if (kernel->getNumResults() == 1) {
    kernel->replaceAllUsesWith(call);
  } else {
    for (auto [i, result] : llvm::enumerate(kernel->getResults()))
      result.replaceAllUsesWith(LLVM::ExtractValueOp::create(
          b, loc, call.getResult(), static_cast<int64_t>(i)));
  }
  kernel->erase();
}

LogicalResult writeBody(kernel::KernelOpInterface kernel,
                        LLVM::LLVMFuncOp function, bool sharesLoops) {
  if (writePanelDecoder(kernel, function))
    return success();
  std::optional<TileAssembly> tile = tileOf(kernel);
  std::optional<RowAssembly> row = rowOf(kernel);
  if (!tile && !row) {
    IntegerKernel integers = writeIntegerKernel(kernel);
    if (!integers.text.empty()) {
      writeNaked(function, integers.text);
      return success();
    }
    auto error = kernel.emitError("no instructions are written for ")
                 << kernel::nameOf(kernel) << ": ";
    if (integers.whyNot)
      return error << integers.whyNot;
    return error
           << "tiles of f32 are in vfpv2 and vfpv4, rows of four f32 in "
              "neon and mve, columns of i32 in dsp and armv7m, windows of "
              "bytes in mve";
  }
  if (const char *reason = tile ? tile->whyNot() : row->whyNot())
    return kernel.emitError("no instructions are written for ")
           << kernel::nameOf(kernel) << ": " << reason;
  if (row) {
    // Its loop is as long as what it computes: there is one for each shape.
    Body(function).write(*row);
    function.setAlwaysInline(true);
    return success();
  }
  Body(function).write(*tile);
  function.setCConv(LLVM::CConv::ARM_AAPCS_VFP);
  if (tile->isLoop() && sharesLoops)
    function.setNoInline(true);
  else
    function.setAlwaysInline(true);
  return success();
}

} // namespace dlc::kernels
