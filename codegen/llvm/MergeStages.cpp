//===- MergeStages.cpp - One function for stages that differ in sizes -----===//

#include "codegen/llvm/ObjectFile.h"
#include "codegen/llvm/Passes.h"

#include "dialects/dlc/Declarations.h"
#include "dialects/nn/Declarations.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "targets/description/TargetAttr.h"
#include "llvm/ADT/STLExtras.h"
#include <map>

namespace dlc::llvmgen {
#define GEN_PASS_DEF_MERGESTAGES
#include "codegen/llvm/Passes.h.inc"
} // namespace dlc::llvmgen

using namespace mlir;

namespace {

/// An operand that is a constant.
struct Slot {
  Operation *user;
  unsigned operand;
  unsigned width;
  int64_t value;
};

/// Everything about a function but for the integers in its slots: two functions
/// with equal texts compute the same if their slots hold the same.
struct Signature {
  SmallVector<const void *> text;
  SmallVector<Slot> slots;
  int64_t instructions = 0;
};

class Reader {
public:
  /// nullopt where an op is nested, which no stage has at this point.
  static std::optional<Signature> read(LLVM::LLVMFuncOp function) {
    Reader reader;
    reader.add(function.getFunctionType());
    for (Block &block : function.getBody()) {
      reader.blocks[&block] = reader.blocks.size();
      for (Value argument : block.getArguments())
        reader.number(argument);
    }
    // A value may be used before the block that defines it is reached.
    for (Block &block : function.getBody())
      for (Operation &op : block)
        for (Value result : op.getResults())
          if (!reader.constantOf(result))
            reader.number(result);
    for (Block &block : function.getBody()) {
      reader.add(block.getArgumentTypes());
      for (Operation &op : block)
        if (!reader.add(op))
          return std::nullopt;
    }
    return std::move(reader.signature);
  }

private:
  /// The integer that becomes an argument, if it is one.
  static IntegerAttr constantOf(Value value) {
    auto op = value.getDefiningOp<LLVM::ConstantOp>();
    auto type = dyn_cast<IntegerType>(value.getType());
    if (!op || !type || type.getWidth() < 32 || type.getWidth() > 64)
      return nullptr;
    return dyn_cast<IntegerAttr>(op.getValue());
  }

  /// Division by a constant is no division, memory of constant size lies at a
  /// constant place of the stack, a constant lane of a vector is no address,
  /// and instructions have immediate operands.
  static bool mustBeConstant(Operation &op, unsigned operand) {
    return isa<LLVM::AllocaOp, LLVM::CallIntrinsicOp, LLVM::InlineAsmOp,
               LLVM::InsertElementOp, LLVM::ExtractElementOp>(op) ||
           (operand == 1 &&
            isa<LLVM::SDivOp, LLVM::UDivOp, LLVM::SRemOp, LLVM::URemOp>(op));
  }

  void number(Value value) { numbers[value] = numbers.size() + 1; }
  void add(Type type) { signature.text.push_back(type.getAsOpaquePointer()); }
  void add(Attribute attribute) {
    signature.text.push_back(attribute.getAsOpaquePointer());
  }
  void add(size_t count) {
    signature.text.push_back(reinterpret_cast<const void *>(count));
  }
  void add(TypeRange types) {
    add(types.size());
    for (Type type : types)
      add(type);
  }

  bool add(Operation &op) {
    if (op.getNumRegions() != 0)
      return false;
    if (op.getNumResults() == 1 && constantOf(op.getResult(0)))
      return true;
    ++signature.instructions;
    signature.text.push_back(op.getName().getAsOpaquePointer());
    add(op.getDiscardableAttrDictionary());
    add(op.getPropertiesAsAttribute());
    add(op.getResultTypes());
    add(op.getNumOperands());
    for (OpOperand &operand : op.getOpOperands()) {
      IntegerAttr constant = constantOf(operand.get());
      if (!constant) {
        add(numbers.lookup(operand.get()));
        continue;
      }
      add(operand.get().getType());
      if (mustBeConstant(op, operand.getOperandNumber()))
        add(static_cast<size_t>(constant.getValue().getZExtValue()));
      else
        signature.slots.push_back(
            {&op, operand.getOperandNumber(),
             operand.get().getType().getIntOrFloatBitWidth(),
             constant.getValue().getSExtValue()});
    }
    for (Block *successor : op.getSuccessors())
      add(blocks.lookup(successor));
    return true;
  }

  Signature signature;
  DenseMap<Value, size_t> numbers;
  DenseMap<Block *, size_t> blocks;
};

/// Descriptors of memrefs are put together and taken apart; they hold sizes
/// that nothing reads.
void simplify(LLVM::LLVMFuncOp function) {
  function.walk([](LLVM::ExtractValueOp op) {
    SmallVector<OpFoldResult> results;
    while (succeeded(op->fold(results)) && results.empty())
      ; // it now takes from another struct
    if (results.size() == 1)
      if (auto value = dyn_cast<Value>(results.front()))
        op.getResult().replaceAllUsesWith(value);
  });
  SmallVector<Operation *> ops;
  function.walk<WalkOrder::PostOrder>([&](Operation *op) {
    if (op != function)
      ops.push_back(op);
  });
  for (Operation *op : llvm::reverse(ops))
    if (isOpTriviallyDead(op))
      op->erase();
}

/// The values of one parameter: its type's width, and what each function has.
using Parameter = std::pair<unsigned, SmallVector<int64_t>>;

/// Functions that may be one.
struct Group {
  bool cold;
  SmallVector<LLVM::LLVMFuncOp> functions;
  SmallVector<Signature> signatures;
  /// Slots that hold the same in every function share a parameter.
  std::map<Parameter, SmallVector<size_t>> parameters;

  void findParameters() {
    for (size_t i = 0; i < signatures.front().slots.size(); ++i) {
      Parameter parameter;
      for (const Signature &signature : signatures)
        parameter.second.push_back(signature.slots[i].value);
      parameter.first = signatures.front().slots[i].width;
      if (!llvm::all_equal(parameter.second))
        parameters[parameter].push_back(i);
    }
  }

  /// Whether calls and arguments take less than the copies that go.
  bool isSmaller(const dlc::targets::TargetInfo &target) const {
    int64_t count = functions.size(), uses = 0;
    for (const auto &[values, slots] : parameters)
      uses += slots.size();
    LLVM::LLVMFuncOp first = functions.front();
    // What came on the stack is passed on as well.
    int64_t again = std::max<int64_t>(0, int64_t(first.getNumArguments()) -
                                             target.argumentRegisters);
    int64_t passed = again + static_cast<int64_t>(parameters.size());
    int64_t body = target.instructionBytes * signatures.front().instructions;
    return (count - 1) * body >
           count * (target.callBytes + target.argumentBytes * passed) +
               target.instructionBytes * uses;
  }
};

struct MergeStagesPass : dlc::llvmgen::impl::MergeStagesBase<MergeStagesPass> {
  using MergeStagesBase::MergeStagesBase;

  dlc::targets::TargetInfo target;

  void runOnOperation() override {
    target = dlc::targets::getTargetInfo(getOperation());
    // Cold functions first: stages that call one and the same can be equal.
    mergeAll([](LLVM::LLVMFuncOp function) {
      return dlc::phases::coldFunctionAttr.isOn(function);
    });
    if (dlc::phases::optimiseSizeAttr.isOn(getOperation()))
      mergeAll([](LLVM::LLVMFuncOp function) {
        return dlc::nn::stageAttr.isOn(function);
      });
  }

  void mergeAll(llvm::function_ref<bool(LLVM::LLVMFuncOp)> isCandidate) {
    std::map<SmallVector<const void *>, unsigned> known;
    std::vector<Group> groups; // in the order of their first functions
    for (auto function : getOperation().getOps<LLVM::LLVMFuncOp>()) {
      if (function.isExternal() || !isCandidate(function))
        continue;
      simplify(function);
      std::optional<Signature> signature = Reader::read(function);
      if (!signature)
        continue;
      auto [group, isNew] = known.try_emplace(signature->text, groups.size());
      if (isNew)
        groups.emplace_back();
      groups[group->second].functions.push_back(function);
      groups[group->second].signatures.push_back(std::move(*signature));
    }
    for (Group &group : groups) {
      if (group.functions.size() < 2)
        continue;
      group.findParameters();
      if (group.isSmaller(target))
        merge(group);
    }
  }

  /// What an argument is known to be in all functions.
  static void intersectArgumentAttributes(LLVM::LLVMFuncOp merged,
                                          Group &group) {
    for (unsigned i = 0; i < group.functions.front().getNumArguments(); ++i) {
      SmallVector<NamedAttribute> kept;
      for (NamedAttribute attr :
           function_interface_impl::getArgAttrs(merged, i))
        if (llvm::all_of(group.functions, [&](LLVM::LLVMFuncOp function) {
              return function.getArgAttr(i, attr.getName()) == attr.getValue();
            }))
          kept.push_back(attr);
      function_interface_impl::setArgAttrs(merged, i, kept);
    }
  }

  void merge(Group &group) {
    LLVM::LLVMFuncOp first = group.functions.front();
    OpBuilder builder(first);
    // The body moves: the slots point into it.
    auto merged = cast<LLVM::LLVMFuncOp>(first->cloneWithoutRegions());
    merged.setSymName((first.getSymName() + dlc::llvmgen::sharedSuffix).str());
    dlc::nn::stageAttr.remove(merged);
    builder.insert(merged);
    SymbolTable(getOperation()).insert(merged);
    merged.getBody().takeBody(first.getBody());
    SmallVector<Type> types(first.getArgumentTypes());
    for (const auto &[parameter, slots] : group.parameters) {
      types.push_back(builder.getIntegerType(parameter.first));
      Value argument =
          merged.getBody().addArgument(types.back(), first.getLoc());
      for (size_t i : slots) {
        const Slot &slot = group.signatures.front().slots[i];
        slot.user->setOperand(slot.operand, argument);
      }
    }
    merged.setFunctionType(LLVM::LLVMFunctionType::get(
        first.getFunctionType().getReturnType(), types));
    intersectArgumentAttributes(merged, group);
    if (ArrayAttr attributes = merged.getArgAttrsAttr()) {
      SmallVector<Attribute> all(attributes.getValue());
      all.resize(types.size(), builder.getDictionaryAttr({}));
      merged.setArgAttrsAttr(builder.getArrayAttr(all));
    }
    for (auto [i, function] : llvm::enumerate(group.functions)) {
      if (dlc::phases::coldFunctionAttr.isOn(function))
        replaceCalls(function, merged, group, i);
      else
        callMerged(function, merged, group, i);
    }
    if (dlc::phases::coldFunctionAttr.isOn(merged))
      for (LLVM::LLVMFuncOp function : group.functions)
        function.erase();
  }

  /// The parameters' values in the function at `position` of the group.
  static SmallVector<Value> parameterValues(OpBuilder &builder, Location loc,
                                            const Group &group,
                                            size_t position) {
    SmallVector<Value> values;
    for (const auto &[parameter, slots] : group.parameters)
      values.push_back(LLVM::ConstantOp::create(
          builder, loc, builder.getIntegerType(parameter.first),
          parameter.second[position]));
    return values;
  }

  void replaceCalls(LLVM::LLVMFuncOp function, LLVM::LLVMFuncOp merged,
                    const Group &group, size_t position) {
    SmallVector<LLVM::CallOp> calls;
    getOperation().walk([&](LLVM::CallOp call) {
      if (call.getCallee() == function.getSymName())
        calls.push_back(call);
    });
    for (LLVM::CallOp call : calls) {
      OpBuilder builder(call);
      SmallVector<Value> arguments(call.getArgOperands());
      llvm::append_range(
          arguments, parameterValues(builder, call.getLoc(), group, position));
      auto made =
          LLVM::CallOp::create(builder, call.getLoc(), merged, arguments);
      call.replaceAllUsesWith(made);
      call.erase();
    }
  }

  /// A stage keeps its name, and with it what people see of it.
  static void callMerged(LLVM::LLVMFuncOp function, LLVM::LLVMFuncOp merged,
                         const Group &group, size_t position) {
    Location loc = function.getLoc();
    function.eraseBody();
    OpBuilder builder(function.getContext());
    Block *entry = function.addEntryBlock(builder);
    builder.setInsertionPointToStart(entry);
    SmallVector<Value> arguments(entry->getArguments());
    llvm::append_range(arguments,
                       parameterValues(builder, loc, group, position));
    auto call = LLVM::CallOp::create(builder, loc, merged, arguments);
    LLVM::ReturnOp::create(builder, loc, call.getResults());
  }
};

} // namespace
