//===- AnswersTest.cpp - What nn ops answer is true -----------------------===//
//
// Each answer says that the op can be computed in another way: here it is, and
// the reference evaluation of both has to agree on every op of
// specimens/*.mlir.
//
//===----------------------------------------------------------------------===//

#include "Specimens.h"
#include "dialects/interfaces/IntegerInterface.h"
#include "dialects/interfaces/LayoutInterface.h"
#include "dialects/interfaces/PartInterface.h"
#include "dialects/nn/NnOps.h"
#include "gtest/gtest.h"
#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>

using namespace mlir;
using namespace dlc;
using namespace dlc::test;
using evaluate::Tensor;

namespace {

class Answers : public testing::Test {
protected:
  void SetUp() override { ASSERT_TRUE(specimens.module()); }

  /// Runs both functions on the same inputs.
  void expectSame(func::FuncOp function, ModuleOp variant) {
    ASSERT_TRUE(variant) << "not a valid module";
    auto other = *variant.getOps<func::FuncOp>().begin();
    Tensors inputs = Specimens::inputsFor(function);
    Tensors expected = Specimens::run(function, inputs);
    Tensors found = Specimens::run(other, inputs);
    ASSERT_FALSE(expected.empty());
    ASSERT_EQ(found.size(), expected.size());
    for (auto [x, y] : llvm::zip_equal(expected, found)) {
      EXPECT_EQ(x.getShape(), y.getShape());
      SmallVector<double> a = numbersOf(x), b = numbersOf(y);
      ASSERT_EQ(a.size(), b.size());
      for (auto [i, value] : llvm::enumerate(a))
        if (value != b[i] && !(std::isnan(value) && std::isnan(b[i])))
          EXPECT_NEAR(value, b[i], 1e-5 * std::max(1.0, std::abs(value)))
              << "element " << i;
    }
  }

  Specimens specimens;
};

Value transposed(OpBuilder &builder, Value value, ArrayRef<int64_t> perm) {
  return nn::TransposeOp::create(builder, value.getLoc(), value, perm);
}

RankedTensorType typeOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

TEST_F(Answers, EveryOpHasASpecimen) {
  std::set<std::string> missing;
  for (RegisteredOperationName name :
       specimens.context().getRegisteredOperations())
    if (name.getDialectNamespace() == "nn" &&
        !name.hasTrait<OpTrait::IsTerminator>())
      missing.insert(name.stripDialect().str());
  for (auto function : specimens.module().getOps<func::FuncOp>()) {
    Operation *op = Specimens::opOf(function);
    ASSERT_TRUE(op);
    missing.erase(op->getName().stripDialect().str());
  }
  EXPECT_EQ(missing, std::set<std::string>{});
}

/// What SinkTransposes does with a transpose by `perm` of the operands, and
/// back: nullptr where the op keeps its order.
OwningOpRef<ModuleOp> inOrder(Specimens &specimens, func::FuncOp function,
                              ArrayRef<int64_t> perm, bool &known) {
  known = true;
  return specimens.variant(function, [&](OpBuilder &builder, Operation *op) {
    auto layout = cast<LayoutOpInterface>(op);
    std::optional<Reordering> order = layout.reorder(perm);
    if (!order) {
      known = false;
      return SmallVector<Value>(op->getResults());
    }
    layout.renumber(perm);
    unsigned count = layout.hasJointOrder() ? op->getNumOperands() : 1;
    for (OpOperand &operand : op->getOpOperands().take_front(count)) {
      // Of lower rank: aligned to the right.
      Value value = operand.get();
      SmallVector<int64_t> shape(perm.size() - typeOf(value).getRank(), 1);
      llvm::append_range(shape, typeOf(value).getShape());
      if (shape.size() > size_t(typeOf(value).getRank()))
        value = nn::ReshapeOp::create(builder, op->getLoc(),
                                      typeOf(value).clone(shape), value);
      value = transposed(builder, value, inverse(perm));
      operand.set(transposed(builder, value, order->before));
    }
    builder.setInsertionPointAfter(op);
    SmallVector<Value> results;
    for (Value result : op->getResults()) {
      auto type = typeOf(result);
      result.setType(type.clone(unpermute(type.getShape(), order->after)));
      results.push_back(transposed(builder, result, order->after));
    }
    return results;
  });
}

TEST_F(Answers, OrdersOfDimensions) {
  int checked = 0;
  for (auto function : specimens.module().getOps<func::FuncOp>()) {
    auto layout = dyn_cast<LayoutOpInterface>(Specimens::opOf(function));
    if (!layout)
      continue;
    SCOPED_TRACE(function.getSymName().str());
    int64_t rank = layout.hasJointOrder()
                       ? typeOf(layout->getResult(0)).getRank()
                       : typeOf(layout->getOperand(0)).getRank();
    Permutation perm = identity(rank);
    bool answers = false;
    do {
      bool known = false;
      OwningOpRef<ModuleOp> variant = inOrder(specimens, function, perm, known);
      if (!known)
        continue;
      answers = true;
      ++checked;
      expectSame(function, variant.get());
    } while (std::next_permutation(perm.begin(), perm.end()));
    bool byAttribute = layout->hasAttr("layout");
    EXPECT_NE(answers, byAttribute);
  }
  EXPECT_GT(checked, 300);
}

TEST_F(Answers, ChannelsLast) {
  int checked = 0, first = 0;
  for (auto function : specimens.module().getOps<func::FuncOp>()) {
    Operation *original = Specimens::opOf(function);
    auto attribute = original->getAttrOfType<nn::LayoutAttr>("layout");
    first += attribute && attribute.getValue() == nn::Layout::ChannelsFirst;
    auto layout = dyn_cast<LayoutOpInterface>(original);
    if (!layout || !layout.isChannelsFirst())
      continue;
    SCOPED_TRACE(function.getSymName().str());
    ++checked;
    OwningOpRef<ModuleOp> variant =
        specimens.variant(function, [](OpBuilder &builder, Operation *op) {
          const Permutation toLast = {0, 2, 3, 1};
          op->setOperand(0, transposed(builder, op->getOperand(0), toLast));
          cast<LayoutOpInterface>(op).makeChannelsLast();
          builder.setInsertionPointAfter(op);
          auto type = typeOf(op->getResult(0));
          op->getResult(0).setType(
              type.clone(unpermute(type.getShape(), inverse(toLast))));
          return SmallVector<Value>{
              transposed(builder, op->getResult(0), inverse(toLast))};
        });
    expectSame(function, variant.get());
  }
  EXPECT_EQ(checked, first);
  EXPECT_GT(first, 5);
}

Value sliced(OpBuilder &builder, Value value, const Box &box) {
  SmallVector<int64_t> starts, sizes, steps;
  for (const Interval &interval : box) {
    starts.push_back(interval.begin);
    sizes.push_back(interval.size);
    steps.push_back(1);
  }
  return nn::SliceOp::create(builder, value.getLoc(), value, starts, sizes,
                             steps);
}

/// All boxes of a result that are cut along at most two dimensions.
std::vector<Box> partsOf(Value result) {
  Box whole = wholeBox(result);
  std::vector<Box> parts{whole};
  for (size_t d = 0; d < whole.size(); ++d)
    for (size_t e = 0; e <= d; ++e)
      for (int64_t begin = 0; begin < whole[d].size; ++begin)
        for (int64_t size = 1; begin + size <= whole[d].size; ++size) {
          Box part = whole;
          part[e] = {whole[e].size / 2, whole[e].size - whole[e].size / 2};
          part[d] = {begin, size};
          parts.push_back(part);
        }
  return parts;
}

TEST_F(Answers, Parts) {
  int checked = 0;
  for (auto function : specimens.module().getOps<func::FuncOp>()) {
    Operation *original = Specimens::opOf(function);
    auto answers = dyn_cast<PartOpInterface>(original);
    if (!answers)
      continue;
    SCOPED_TRACE(function.getSymName().str());
    bool cuts = false;
    for (const Box &part : partsOf(original->getResult(0))) {
      if (!answers.getOperandParts(part))
        continue;
      OwningOpRef<ModuleOp> whole =
          specimens.variant(function, [&](OpBuilder &builder, Operation *op) {
            builder.setInsertionPointAfter(op);
            return SmallVector<Value>{sliced(builder, op->getResult(0), part)};
          });
      ASSERT_TRUE(whole);
      OwningOpRef<ModuleOp> cut =
          specimens.variant(function, [&](OpBuilder &builder, Operation *op) {
            auto interface = cast<PartOpInterface>(op);
            SmallVector<Value> operands;
            for (auto [operand, box] : llvm::zip_equal(
                     op->getOperands(), *interface.getOperandParts(part)))
              operands.push_back(sliced(builder, operand, box));
            return SmallVector<Value>{
                interface.buildPart(builder, part, operands)};
          });
      cuts |= part != wholeBox(original->getResult(0));
      ++checked;
      expectSame(*whole->getOps<func::FuncOp>().begin(), cut.get());
    }
    // A slice or padding that is not of neighbours or constants has no parts.
    StringRef name = function.getSymName();
    EXPECT_NE(cuts, name == "slice_steps" || name == "pad_reflect");
  }
  EXPECT_GT(checked, 1000);
}

//===----------------------------------------------------------------------===//
// Integers
//===----------------------------------------------------------------------===//

/// The functions of ops of one form, whose first result is of floats.
SmallVector<func::FuncOp> ofForm(Specimens &specimens, IntegerForm form) {
  SmallVector<func::FuncOp> functions;
  for (auto function : specimens.module().getOps<func::FuncOp>()) {
    auto integer = dyn_cast<IntegerOpInterface>(Specimens::opOf(function));
    if (integer && integer.getIntegerForm() == form)
      functions.push_back(function);
  }
  return functions;
}

/// Another scale and zero point of all that is moved, and of padding, is that
/// of the result.
TEST_F(Answers, MovedElements) {
  auto rescale = [](double x) { return 3 * x + 7; };
  for (func::FuncOp function : ofForm(specimens, IntegerForm::Moved)) {
    SCOPED_TRACE(function.getSymName().str());
    auto op = cast<IntegerOpInterface>(Specimens::opOf(function));
    EXPECT_FALSE(op.getMovedOperands().empty());
    Tensors inputs = Specimens::inputsFor(function), rescaled = inputs;
    for (auto [i, input] : llvm::enumerate(rescaled)) {
      if (!isa<FloatType>(input.getElementType()))
        continue;
      OpOperand &use = *function.getArgument(i).use_begin();
      EXPECT_TRUE(
          isa<nn::PadOp>(op) ||
          llvm::is_contained(op.getMovedOperands(), use.getOperandNumber()));
      input = mapped(input, rescale);
    }
    Tensors plain = Specimens::run(function, inputs);
    Tensors other = Specimens::run(function, rescaled);
    ASSERT_EQ(plain.size(), 1u);
    ASSERT_EQ(other.size(), 1u);
    EXPECT_EQ(numbersOf(mapped(plain[0], rescale)), numbersOf(other[0]));
  }
}

TEST_F(Answers, NothingElseIsMoved) {
  for (auto function : specimens.module().getOps<func::FuncOp>()) {
    SCOPED_TRACE(function.getSymName().str());
    auto op = dyn_cast<IntegerOpInterface>(Specimens::opOf(function));
    EXPECT_EQ(op && !op.getMovedOperands().empty(),
              op && op.getIntegerForm() == IntegerForm::Moved);
  }
}

/// Every element is the operand's or one of two constants, and they keep their
/// order.
TEST_F(Answers, ClampedElements) {
  SmallVector<func::FuncOp> functions = ofForm(specimens, IntegerForm::Clamped);
  EXPECT_EQ(functions.size(), 2u);
  for (func::FuncOp function : functions) {
    SCOPED_TRACE(function.getSymName().str());
    Tensors inputs = Specimens::inputsFor(function);
    Tensors results = Specimens::run(function, inputs);
    ASSERT_EQ(results.size(), 1u);
    SmallVector<double> xs = numbersOf(inputs[0]), ys = numbersOf(results[0]);
    std::set<double> bounds;
    std::map<double, double> ordered;
    for (auto [x, y] : llvm::zip_equal(xs, ys)) {
      if (x != y)
        bounds.insert(y);
      ordered[x] = y;
    }
    EXPECT_GE(bounds.size(), 1u);
    EXPECT_LE(bounds.size(), 2u);
    double last = -INFINITY;
    for (auto [x, y] : ordered) {
      EXPECT_GE(y, last);
      last = y;
    }
  }
}

/// f(a + b) = f(a) + f(b) - f(0) in each operand by itself.
TEST_F(Answers, SummedElements) {
  for (func::FuncOp function : ofForm(specimens, IntegerForm::Summed)) {
    SCOPED_TRACE(function.getSymName().str());
    Tensors first = Specimens::inputsFor(function, 0);
    Tensors second = Specimens::inputsFor(function, 1);
    for (size_t i = 0; i < first.size(); ++i) {
      Tensors sum = first, other = first, zero = first;
      SmallVector<double> b = numbersOf(second[i]);
      auto next = b.begin();
      sum[i] = mapped(first[i], [&](double a) { return a + *next++; });
      other[i] = second[i];
      zero[i] = mapped(first[i], [](double) { return 0; });
      SmallVector<double> ofSum = numbersOf(Specimens::run(function, sum)[0]);
      SmallVector<double> x = numbersOf(Specimens::run(function, first)[0]);
      SmallVector<double> y = numbersOf(Specimens::run(function, other)[0]);
      SmallVector<double> z = numbersOf(Specimens::run(function, zero)[0]);
      for (size_t e = 0; e < x.size(); ++e)
        EXPECT_NEAR(ofSum[e], x[e] + y[e] - z[e], 1e-4);
    }
  }
}

/// One operand, and equal elements become equal ones wherever they are.
TEST_F(Answers, MappedElements) {
  SmallVector<func::FuncOp> functions = ofForm(specimens, IntegerForm::Mapped);
  EXPECT_GT(functions.size(), 20u);
  for (func::FuncOp function : functions) {
    SCOPED_TRACE(function.getSymName().str());
    ASSERT_EQ(function.getNumArguments(), 1u);
    Tensors inputs = Specimens::inputsFor(function), turned;
    SmallVector<double> values = numbersOf(inputs[0]);
    std::reverse(values.begin(), values.end());
    turned.push_back(Tensor::zeros(inputs[0].getType()));
    turned[0].store<double>(0, values);
    SmallVector<double> plain = numbersOf(Specimens::run(function, inputs)[0]);
    SmallVector<double> other = numbersOf(Specimens::run(function, turned)[0]);
    std::reverse(other.begin(), other.end());
    ASSERT_EQ(plain.size(), other.size());
    for (size_t i = 0; i < plain.size(); ++i)
      EXPECT_TRUE(plain[i] == other[i] ||
                  (std::isnan(plain[i]) && std::isnan(other[i])));
  }
}

} // namespace
