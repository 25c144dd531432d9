//===- Outlook.cpp - What a network will need, by estimate ----------------===//

#include "compiler/report/Outlook.h"
#include "dialects/interfaces/CostInterface.h"
#include "dialects/interfaces/StoredSize.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/Declarations.h"
#include "dialects/nn/NnOps.h"
#include "dialects/nn/NodeLocation.h"
#include "dialects/nn/state/Declarations.h"
#include "dialects/storage/Placement.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "targets/description/TargetAttr.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/Support/Format.h"
#include <map>
#include <tuple>

using namespace mlir;

namespace dlc::report {

namespace {
/// As many as a person wants to read.
constexpr size_t kNamed = 10;

/// Code of a stage's function and its part of kernels. Of the networks of
/// test/models at -O2 it is 729 to 1835 bytes on Cortex-M0, M4 and Armv8, 1031
/// in the middle.
constexpr uint64_t kBytesOfStage = 1024;

int64_t elementsOf(Operation *op) {
  auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  return type ? type.getNumElements() : 0;
}

/// Multiplications and additions, and values of functions.
uint64_t operationsOf(Operation *op) {
  auto cost = dyn_cast<CostOpInterface>(op);
  if (!cost)
    return 0;
  int64_t elements = elementsOf(op);
  return cost.countMultiplyAccumulates(elements) +
         cost.countOtherOperations(elements);
}

/// Elements that are moved one by one, less than a word each.
uint64_t singlesMoved(Operation *op) {
  auto gather = dyn_cast<nn::GatherOp>(op);
  if (!gather)
    return 0;
  RankedTensorType data = gather.getData().getType();
  int64_t run = 1;
  for (int64_t size : data.getShape().drop_front(gather.getAxis() + 1))
    run *= size;
  bool isShort = storedBytes(data.getElementType(), run) < 4;
  return isShort ? gather.getType().getNumElements() : 0;
}

/// What a target does not have, in words; empty where it has it.
class Machine {
public:
  explicit Machine(const targets::TargetInfo &target) : target(target) {}

  llvm::StringRef lacks(Type element) const {
    if (target.hasGpu())
      return {};
    if (element.isF64() && target.indexBits == 32)
      return "arithmetic in float64, which is calls of a library on this core";
    if (isa<FloatType>(element) && !target.fpu)
      return "arithmetic in floats, which this core has no instructions for";
    if ((element.isF16() && !target.fp16) || element.isBF16())
      return "arithmetic in half precision, which is converted to float32 and "
             "back on this core";
    if (element.isInteger(64) && target.indexBits == 32)
      return "arithmetic in int64, which takes several instructions on this "
             "core";
    return {};
  }

private:
  const targets::TargetInfo &target;
};

class Reader {
public:
  explicit Reader(ModuleOp module)
      : symbols(module), target(targets::getTargetInfo(module)),
        machine(target) {}

  Outlook read() {
    auto main = symbols.lookup<func::FuncOp>("main");
    if (!main)
      return {};
    for (auto call : main.getOps<func::CallOp>())
      addStage(call);
    for (auto constant : main.getOps<arith::ConstantOp>())
      addConstant(constant);
    std::vector<storage::StageUse> uses = storage::usesOfCalls(main);
    outlook.tensorBytes = storage::placeValues(main, uses).peakBytes();
    outlook.stateBytes =
        nn::stateBytesAttr.value(main->getParentOfType<ModuleOp>()).value_or(0);
    outlook.codeBytes = functions.size() * kBytesOfStage;
    for (auto &[key, operations] : slow)
      outlook.slow.push_back({key.first, key.second, operations});
    llvm::sort(outlook.slow, [](const SlowNode &a, const SlowNode &b) {
      return std::tie(b.operations, a.node, a.reason) <
             std::tie(a.operations, b.node, b.reason);
    });
    return outlook;
  }

private:
  void addStage(func::CallOp call) {
    auto stage = symbols.lookup<func::FuncOp>(call.getCallee());
    ++outlook.stages;
    functions.insert(stage);
    uint64_t macs = nn::macsAttr.value(stage).value_or(0);
    outlook.macs += macs;
    outlook.operations += nn::flopsAttr.value(stage).value_or(0) - 2 * macs;
    std::string node = nn::describeNode(call.getLoc());
    if (node.empty())
      node = "stage '" + call.getCallee().str() + "'";
    for (Operation &op : stage.front().without_terminator()) {
      if (op.getNumOperands() == 0)
        continue;
      Type element = getElementTypeOrSelf(op.getOperand(0).getType());
      if (uint64_t operations = operationsOf(&op))
        if (llvm::StringRef reason = machine.lacks(element); !reason.empty())
          slow[{node, reason.str()}] += operations;
      if (uint64_t moved = singlesMoved(&op))
        slow[{node, "elements of less than a word, gathered one by one"}] +=
            moved;
    }
  }

  void addConstant(arith::ConstantOp constant) {
    auto type = dyn_cast<RankedTensorType>(constant.getType());
    if (type && constants.insert(constant.getValue()).second)
      outlook.weightBytes +=
          storedBytes(type.getElementType(), type.getNumElements());
  }

  SymbolTable symbols;
  targets::TargetInfo target;
  Machine machine;
  Outlook outlook;
  llvm::DenseSet<Operation *> functions;
  llvm::DenseSet<Attribute> constants;
  std::map<std::pair<std::string, std::string>, uint64_t> slow;
};
} // namespace

Outlook lookAhead(ModuleOp outlined) { return Reader(outlined).read(); }

/// "13.4 KB".
static void writeBytes(uint64_t bytes, llvm::raw_ostream &os) {
  if (bytes < 1024)
    os << bytes << " bytes";
  else
    os << llvm::format("%.1f", static_cast<double>(bytes) / 1024) << " KB";
}

void writeText(const Outlook &outlook, llvm::StringRef target,
               llvm::raw_ostream &os) {
  os << "can be compiled for " << target << "\n  work   " << outlook.macs
     << " multiply-accumulates, " << outlook.operations
     << " other operations in " << outlook.stages << " stages\n  RAM    about ";
  writeBytes(outlook.tensorBytes, os);
  os << " of tensors at once, and scratch memory";
  if (outlook.stateBytes) {
    os << ", and ";
    writeBytes(outlook.stateBytes, os);
    os << " of state";
  }
  os << "\n  flash  about ";
  writeBytes(outlook.weightBytes + outlook.codeBytes, os);
  os << ": ";
  writeBytes(outlook.weightBytes, os);
  os << " of weights and ";
  writeBytes(outlook.codeBytes, os);
  os << " of code\n";
  for (const SlowNode &node : ArrayRef(outlook.slow).take_front(kNamed))
    os << "  slow   " << node.node << ": " << node.operations << " times "
       << node.reason << "\n";
  if (outlook.slow.size() > kNamed)
    os << "  slow   and " << outlook.slow.size() - kNamed
       << " nodes with less work\n";
}

} // namespace dlc::report
