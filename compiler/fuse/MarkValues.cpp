//===- MarkValues.cpp - Tensors of -1, 0 and 1 ----------------------------===//

#include "compiler/fuse/Passes.h"

#include "dialects/nn/Constants.h"
#include "dialects/nn/Declarations.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>
#include <set>

namespace dlc::fuse {
#define GEN_PASS_DEF_MARKVALUES
#include "compiler/fuse/Passes.h.inc"
} // namespace dlc::fuse

using namespace mlir;

namespace dlc::fuse {
namespace {

/// All values that a tensor's elements can have; nullopt: too many to list, or
/// nobody knows. What is made of NaN is not among them.
using Values = std::optional<std::set<double>>;
constexpr size_t kMost = 4;

Values joined(const Values &a, const Values &b) {
  if (!a || !b)
    return std::nullopt;
  std::set<double> both = *a;
  both.insert(b->begin(), b->end());
  return both.size() > kMost ? Values() : Values(std::move(both));
}

template <typename Fn> Values mapped(const Values &values, Fn fn) {
  if (!values)
    return std::nullopt;
  std::set<double> images;
  for (double value : *values)
    images.insert(static_cast<double>(fn(value)));
  return images;
}

/// Parameters of a rescale for one channel: the result of a sum a is
/// (a multiplier + addend) >> shift, clamped.
struct Channel {
  int64_t multiplier, addend, shift;

  /// Whether no sum becomes `value`.
  bool leavesOut(int64_t value) const {
    if (multiplier <= 0 || shift < 0 || shift > 62)
      return false;
    __int128 low = (__int128(value) << shift) - addend;
    __int128 least = low / multiplier;
    while (least * multiplier < low)
      ++least;
    return least * multiplier - low >= (__int128(1) << shift);
  }
};

/// What the ops of a function compute, one after the other.
class Finder {
public:
  explicit Finder(SymbolTable &symbols) : symbols(symbols) {}

  Values of(Value value) const {
    auto known = values.find(value);
    return known == values.end() ? Values() : known->second;
  }
  void set(Value value, Values of) { values[value] = std::move(of); }
  void setConstant(Value argument, ElementsAttr of) {
    constants[argument] = of;
  }
  ElementsAttr constantAt(Value value) const {
    auto known = constants.find(value);
    return known == constants.end() ? nn::constantOf(value) : known->second;
  }

  void visit(Block &block) {
    for (Operation &op : block) {
      if (auto call = dyn_cast<func::CallOp>(op))
        visitCall(call);
      else if (op.getNumResults() == 1)
        set(op.getResult(0), ofOp(&op));
    }
  }

private:
  void visitCall(func::CallOp call) {
    auto stage = symbols.lookup<func::FuncOp>(call.getCallee());
    if (!stage || stage.isExternal())
      return;
    Finder inside(symbols);
    for (auto [operand, argument] :
         llvm::zip(call.getOperands(), stage.getArguments())) {
      inside.set(argument, of(operand));
      if (ElementsAttr constant = constantAt(operand))
        inside.setConstant(argument, constant);
    }
    inside.visit(stage.front());
    Operation *end = stage.front().getTerminator();
    for (auto [result, value] :
         llvm::zip(call.getResults(), end->getOperands()))
      set(result, inside.of(value));
  }

  Values ofOp(Operation *op) const {
    return llvm::TypeSwitch<Operation *, Values>(op)
        .Case([&](nn::RescaleOp rescale) { return ofRescale(rescale); })
        .Case([&](nn::SignOp sign) {
          Values input = of(sign.getInput());
          return input
                     ? mapped(input, [](double v) { return (v > 0) - (v < 0); })
                     : Values({-1, 0, 1});
        })
        .Case([](nn::CompareOp) { return Values({0, 1}); })
        .Case([&](nn::NotOp invert) {
          return mapped(of(invert.getInput()), [](double v) { return v == 0; });
        })
        .Case([&](nn::ReluOp relu) {
          return mapped(of(relu.getInput()),
                        [](double v) { return std::max(v, 0.0); });
        })
        .Case([&](nn::CastOp cast) { return ofCast(cast); })
        .Case([&](nn::AddOp) {
          return withNumber(op, [](double a, double b) { return a + b; });
        })
        .Case([&](nn::SubOp) {
          return withNumber(op, [](double a, double b) { return a - b; });
        })
        .Case([&](nn::MulOp) {
          return withNumber(op, [](double a, double b) { return a * b; });
        })
        .Default([&](Operation *) { return ofMoved(op); });
  }

  /// A number that all elements are; nullopt where they are several.
  std::optional<double> numberOf(Value value) const {
    if (std::optional<double> splat = nn::splatOf(value))
      return splat;
    ElementsAttr constant = constants.lookup(value);
    auto data = constant ? nn::readIntegers(constant) : std::nullopt;
    if (!data || data->empty() || !llvm::all_equal(*data))
      return std::nullopt;
    return static_cast<double>(data->front());
  }

  /// Bytes that would wrap are not looked at.
  template <typename Fn> Values withNumber(Operation *op, Fn fn) const {
    Values results;
    if (std::optional<double> right = numberOf(op->getOperand(1)))
      results = mapped(of(op->getOperand(0)),
                       [&](double v) { return fn(v, *right); });
    else if (std::optional<double> left = numberOf(op->getOperand(0)))
      results =
          mapped(of(op->getOperand(1)), [&](double v) { return fn(*left, v); });
    bool fits = results && llvm::all_of(*results, [](double v) {
                  return v >= -128 && v <= 127;
                });
    return fits ? results : Values();
  }

  Values ofCast(nn::CastOp cast) const {
    Values input = of(cast.getInput());
    Type to = mlir::cast<RankedTensorType>(cast.getType()).getElementType();
    if (!input || isa<FloatType>(to))
      return input;
    if (to.isInteger(1))
      return mapped(input, [](double v) { return v != 0; });
    bool whole = llvm::all_of(*input, [](double v) {
      return v == std::floor(v) && v >= -128 && v <= 127;
    });
    return whole && !to.isUnsignedInteger() ? input : Values();
  }

  /// What is moved, and a number that is put around or between it.
  Values ofMoved(Operation *op) const {
    auto integer = dyn_cast<IntegerOpInterface>(op);
    if (!integer || integer.getIntegerForm() != IntegerForm::Moved)
      return std::nullopt;
    Values all = std::set<double>();
    for (unsigned i : integer.getMovedOperands()) {
      Value operand = op->getOperand(i);
      std::optional<double> number = numberOf(operand);
      all = joined(all, number ? Values({*number}) : of(operand));
    }
    if (auto pad = dyn_cast<nn::PadOp>(op)) {
      std::optional<double> number =
          pad.getValue() ? numberOf(pad.getValue()) : 0;
      all = joined(all, number ? Values({*number}) : Values());
    }
    return all;
  }

  Values ofRescale(nn::RescaleOp op) const {
    auto min = static_cast<int64_t>(op.getMin()),
         max = static_cast<int64_t>(op.getMax());
    if (max - min >= static_cast<int64_t>(kMost))
      return std::nullopt;
    SmallVector<Channel> channels = channelsOf(op);
    std::set<double> results;
    for (int64_t value = min; value <= max; ++value) {
      bool leftOut =
          value > min && value < max && !channels.empty() &&
          llvm::all_of(
              channels,
              [&](const Channel &channel) { return channel.leavesOut(value); });
      if (!leftOut)
        results.insert(static_cast<double>(value));
    }
    return results;
  }

  /// Empty where they are unknown.
  SmallVector<Channel> channelsOf(nn::RescaleOp op) const {
    if (op.getTie())
      return {};
    SmallVector<SmallVector<int64_t>> numbers;
    size_t most = 1;
    for (Value parameter :
         {op.getMultiplier(), op.getAddend(), op.getShift()}) {
      ElementsAttr constant = constantAt(parameter);
      auto read = constant ? nn::readIntegers(constant) : std::nullopt;
      if (!read || read->empty())
        return {};
      most = std::max(most, read->size());
      numbers.push_back(std::move(*read));
    }
    for (ArrayRef<int64_t> of : numbers)
      if (of.size() != 1 && of.size() != most)
        return {};
    SmallVector<Channel> channels;
    auto at = [&](size_t which, size_t i) {
      return numbers[which].size() == 1 ? numbers[which][0] : numbers[which][i];
    };
    for (size_t i = 0; i < most; ++i)
      channels.push_back({at(0, i), at(1, i), at(2, i)});
    return channels;
  }

  SymbolTable &symbols;
  llvm::DenseMap<Value, Values> values;
  llvm::DenseMap<Value, ElementsAttr> constants; // of arguments
};

struct MarkValues : impl::MarkValuesBase<MarkValues> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    auto main = symbols.lookup<func::FuncOp>("main");
    if (!main || main.isExternal())
      return;
    Finder finder(symbols);
    for (BlockArgument input : main.getArguments())
      if (auto known = nn::valuesAttr.getAt(main, input.getArgNumber()))
        finder.set(input, std::set<double>(known.asArrayRef().begin(),
                                           known.asArrayRef().end()));
    finder.visit(main.front());
    llvm::MapVector<std::pair<Operation *, unsigned>, Values> arguments;
    main.walk([&](func::CallOp call) {
      Operation *stage = symbols.lookup(call.getCallee());
      for (auto [i, operand] : llvm::enumerate(call.getOperands())) {
        auto type = dyn_cast<RankedTensorType>(operand.getType());
        if (!stage || !type || !type.getElementType().isSignlessInteger(8))
          continue;
        std::pair key(stage, static_cast<unsigned>(i));
        Values given = finder.of(operand);
        auto [known, isNew] = arguments.try_emplace(key, given);
        if (!isNew)
          known->second = joined(known->second, given);
      }
    });
    for (auto &[argument, found] : arguments)
      mark(cast<func::FuncOp>(argument.first), argument.second, found);
  }

  static void mark(func::FuncOp stage, unsigned argument, const Values &found) {
    bool small = found && !found->empty() && llvm::all_of(*found, [](double v) {
                   return v == -1 || v == 0 || v == 1;
                 });
    if (!small)
      return;
    SmallVector<int64_t> numbers;
    for (double value : *found)
      numbers.push_back(static_cast<int64_t>(value));
    nn::valuesAttr.setAt(stage, argument,
                         DenseI64ArrayAttr::get(stage.getContext(), numbers));
  }
};

} // namespace
} // namespace dlc::fuse
