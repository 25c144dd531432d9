//===- PanelEmitter.cpp - The loop over panels of weights -----------------===//

#include "codegen/loops/panels/PanelEmitter.h"
#include "codegen/loops/nest/BodyEmitter.h"
#include "codegen/loops/strategy/NestCode.h"
#include "dialects/arena/ArenaStageOps.h"
#include "dialects/kernel/PanelKernels.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// As another encoding, with a form.
class FormedWeights : public WeightEncoding {
public:
  FormedWeights(std::shared_ptr<const WeightEncoding> weights,
                const StoredForm &form)
      : weights(std::move(weights)), form(form) {}

  SmallVector<MemRefType> constants() const override {
    return weights->constants();
  }
  SmallVector<ElementsAttr>
  encode(ArrayRef<ElementsAttr> operands) const override {
    return weights->encode(operands);
  }
  std::optional<StoredForm> storedForm() const override { return form; }

private:
  std::shared_ptr<const WeightEncoding> weights;
  StoredForm form;
};

/// The stage for a panel, whose weights are there.
class PanelContext : public StageWithin {
public:
  PanelContext(StageContext &stage, BlockArgument weights,
               ArrayRef<Value> decoded)
      : StageWithin(stage), weights(weights), decoded(decoded) {}

  SmallVector<Value> encode(const Access &operand,
                            std::shared_ptr<const WeightEncoding> encoding,
                            ArrayRef<BlockArgument> beside) override {
    if (operand.buffer.constant == weights)
      return SmallVector<Value>(decoded);
    return stage.encode(operand, std::move(encoding), beside);
  }

private:
  BlockArgument weights;
  ArrayRef<Value> decoded;
};

class PanelEmitter : NestCode {
public:
  PanelEmitter(StageContext &context, CodedNest &coded)
      : NestCode(context, *coded.nest), coded(coded), weights(*coded.weights) {}

  void emit() {
    const Access &operand = nest.inputs[coded.input];
    constants = context.encode(operand, coded.weights, coded.beside);
    constant = addressOf(constants.front());
    MemRefType type = weights.panelType();
    panelMemory =
        context.scratch(weights.memoryElements(), type.getElementType());
    codes = plus(constant, index(weights.firstCode()));
    table = makeTable(codes);
    if (weights.leavesZerosOut()) {
      gapCodes = plus(constant, wordAt(index(0)));
      gapTable = makeTable(gapCodes);
    }
    if (weights.panelCount() == 1)
      return emitPanel(index(0));
    forEach(weights.panelCount(), [&](Value panel) { emitPanel(panel); });
  }

private:
  Value addressOf(Value buffer) {
    return memref::ExtractAlignedPointerAsIndexOp::create(b, loc, buffer);
  }

  kernel::InstructionsAttr instructions() {
    return kernel::InstructionsAttr::get(b.getContext(), coded.set, /*load=*/4);
  }

  Value makeTable(Value of) {
    Value made = context.scratch(CodedPanels::tableBytes() / 4, b.getI32Type());
    Value address = addressOf(made);
    kernel::SpreadCodesOp::create(b, loc, TypeRange(), of, address,
                                  CodedPanels::kBits, instructions());
    return address;
  }

  /// Of the constant, which has the type of what the network has until the
  /// stage is made.
  Value wordAt(Value which) {
    Value word = memref::LoadOp::create(b, loc, TypeRange{b.getI32Type()},
                                        ValueRange{constants.front(), which})
                     .getResult();
    return arith::IndexCastUIOp::create(b, loc, b.getIndexType(), word);
  }

  void decode(Value panel) {
    Value stream =
        plus(constant, wordAt(plus(panel, index(weights.headWords()))));
    Value target = plus(addressOf(panelMemory), index(weights.firstSymbol())),
          count = index(weights.symbols());
    if (weights.leavesZerosOut())
      kernel::DecodeNonzerosOp::create(
          b, loc, TypeRange(), stream, codes, table, gapCodes, gapTable, target,
          count, CodedPanels::kBits, weights.isWide(), instructions());
    else
      kernel::DecodeOp::create(b, loc, TypeRange(), stream, codes, table,
                               target, count, CodedPanels::kBits,
                               weights.isWide(), instructions());
  }

  void forEach(int64_t count, llvm::function_ref<void(Value)> body) {
    auto loop = scf::ForOp::create(b, loc, index(0), index(count), index(1));
    forbidUnrolling(loop);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    body(loop.getInductionVar());
  }

  /// Numbers from a word on to a word of the panel.
  void copyNumbers(Value from, Value to, int64_t count) {
    if (count == 0)
      return;
    forEach(count, [&](Value i) {
      Value number = memref::LoadOp::create(b, loc, constants.back(),
                                            ValueRange{plus(from, i)});
      memref::StoreOp::create(b, loc, number, panelMemory,
                              ValueRange{plus(to, i)});
    });
  }

  /// One number to so many words.
  void repeatNumber(Value from, Value to, int64_t count) {
    Value number = memref::LoadOp::create(b, loc, constants.back(), from);
    forEach(count, [&](Value i) {
      memref::StoreOp::create(b, loc, number, panelMemory,
                              ValueRange{plus(to, i)});
    });
  }

  /// From the end of the panel weights go to where kernels read them: those of
  /// the first block first, so that none lies in the way.
  void placeNumbers(Value panel, const PanelNumbers &numbers) {
    Value first =
        plus(times(panel, numbers.words()), index(numbers.sharedWords()));
    copyNumbers(first, index(0), numbers.head);
    Value memory = addressOf(panelMemory);
    forEach(numbers.blocks, [&](Value block) {
      int64_t bytes = 4 * numbers.weights;
      Value to = plus(times(block, numbers.blockWords()), index(numbers.head));
      Value source =
          plus(plus(memory, times(block, bytes)), index(weights.firstSymbol()));
      Value target = plus(memory, times(plus(to, index(numbers.before)), 4));
      kernel::MoveOp::create(b, loc, TypeRange(), source, target, index(bytes),
                             /*flipped=*/false, instructions(),
                             /*halfwords=*/false);
      Value from = plus(first, plus(times(block, numbers.storedOfBlock()),
                                    index(numbers.head)));
      copyNumbers(from, to, numbers.before);
      Value behind = plus(to, index(numbers.before + numbers.weights));
      if (numbers.isShared)
        repeatNumber(index(0), behind, numbers.behind);
      else
        copyNumbers(plus(from, index(numbers.before)), behind, numbers.behind);
    });
  }

  /// What lies `each` elements further on for each panel before.
  Value advanced(Value memory, Value panel, int64_t each) {
    auto type = cast<MemRefType>(memory.getType());
    int64_t rest = type.getNumElements() - (weights.panelCount() - 1) * each;
    return arena::AdvanceOp::create(
        b, loc, MemRefType::get({rest}, type.getElementType()), memory,
        times(panel, each));
  }

  /// The nest becomes that of a panel.
  void advanceNest(Value panel) {
    int64_t size = nest.sizes[coded.feature];
    auto advance = [&](Access &access) {
      int64_t each = size * access.address.coefficients[coded.feature];
      if (each == 0 || !access.buffer.flat ||
          llvm::is_contained(coded.beside, access.buffer.constant))
        return;
      access.buffer.flat = advanced(access.buffer.flat, panel, each);
    };
    for (std::optional<Access> &access : nest.epilogueInputs)
      if (access)
        advance(*access);
    for (Access &access : nest.outputs)
      advance(access);
  }

  void emitPanel(Value panel) {
    decode(panel);
    if (const auto &numbers = weights.numbersBetween())
      placeNumbers(panel, *numbers);
    SmallVector<Value> decoded{panelMemory};
    for (Value further : ArrayRef(constants).drop_front().drop_back(
             weights.numbersBetween() ? 1 : 0)) {
      auto type = cast<MemRefType>(further.getType());
      decoded.push_back(advanced(further, panel,
                                 type.getNumElements() / weights.panelCount()));
    }
    if (weights.panelCount() > 1)
      advanceNest(panel);
    PanelContext of(context, nest.inputs[coded.input].buffer.constant, decoded);
    coded.plan->emit(of, std::nullopt);
  }

  CodedNest &coded;
  const VectorPanels &weights;
  SmallVector<Value> constants;
  Value constant, panelMemory, codes, table, gapCodes, gapTable;
};
} // namespace

bool canAdvance(Nest &nest, unsigned feature) {
  bool can = true;
  auto look = [&](const Access &access) {
    if (access.address.coefficients[feature] == 0 || !access.buffer.flat)
      return;
    can &= access.guards.empty() && access.address.coefficients[feature] > 0 &&
           access.buffer.element.isIntOrFloat() &&
           access.buffer.element.getIntOrFloatBitWidth() % 8 == 0;
  };
  for (const std::optional<Access> &access : nest.epilogueInputs)
    if (access)
      look(*access);
  for (const Access &access : nest.outputs)
    look(access);
  return can;
}

void emitPanels(StageContext &context, CodedNest &nest) {
  PanelEmitter(context, nest).emit();
}

SmallVector<Value>
FormedContext::encode(const Access &operand,
                      std::shared_ptr<const WeightEncoding> encoding,
                      ArrayRef<BlockArgument> beside) {
  if (operand.buffer.constant == weights)
    encoding = std::make_shared<FormedWeights>(std::move(encoding), form);
  return stage.encode(operand, std::move(encoding), beside);
}

} // namespace dlc::loops
