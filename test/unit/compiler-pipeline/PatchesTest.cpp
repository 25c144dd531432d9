//===- PatchesTest.cpp - Patches compute what whole tensors do ------------===//

#include "compiler/evaluate/Evaluate.h"
#include "compiler/evaluate/Tensor.h"
#include "compiler/fuse/Passes.h"
#include "compiler/fuse/StageSchedule.h"
#include "dialects/nn/NnDialect.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "gtest/gtest.h"
#include <cmath>
#include <random>

using namespace mlir;
using namespace dlc;
using evaluate::Tensor;
using Shape = SmallVector<int64_t>;

namespace {

/// Networks on images, channels last, as the layout passes leave them.
class ImageNetwork {
public:
  ImageNetwork(MLIRContext &context, unsigned seed)
      : builder(&context), loc(builder.getUnknownLoc()), random(seed) {}

  OwningOpRef<ModuleOp> build(int ops) {
    OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
    builder.setInsertionPointToEnd(module->getBody());
    bool channelsFirst = pick(0, 3) == 0;
    int64_t h = pick(5, 13), w = pick(5, 13), c = pick(1, 3);
    Type input = channelsFirst ? type({1, c, h, w}) : type({1, h, w, c});
    auto main = func::FuncOp::create(builder, loc, "main",
                                     builder.getFunctionType(input, {}));
    builder.setInsertionPointToStart(main.addEntryBlock());
    Value x = main.getArgument(0);
    if (channelsFirst)
      x = nn::TransposeOp::create(builder, loc, x,
                                  ArrayRef<int64_t>{0, 2, 3, 1});
    for (int i = 0; i < ops; ++i)
      x = next(x);
    x = end(x);
    func::ReturnOp::create(builder, loc, x);
    main.setFunctionType(builder.getFunctionType(input, x.getType()));
    return module;
  }

private:
  /// Some of them in something global, as classifiers do.
  Value end(Value x) {
    const nn::ReduceKind kinds[] = {nn::ReduceKind::Mean, nn::ReduceKind::Sum,
                                    nn::ReduceKind::Max, nn::ReduceKind::Prod};
    int64_t kind = pick(0, 9);
    if (kind < 4)
      return nn::ReduceOp::create(builder, loc, x, kinds[kind],
                                  ArrayRef<int64_t>{1, 2}, pick(0, 1) == 1);
    if (kind > 5)
      return x;
    int64_t elements = type(shapeOf(x)).getNumElements();
    Value flat = nn::ReshapeOp::create(builder, loc, type({1, elements}), x);
    x = nn::MatmulOp::create(builder, loc, flat,
                             constant({elements, pick(1, 3)}));
    return nn::ReluOp::create(builder, loc, x);
  }

  int64_t pick(int64_t low, int64_t high) {
    return low + int64_t(random() % unsigned(high - low + 1));
  }
  RankedTensorType type(ArrayRef<int64_t> shape) {
    return RankedTensorType::get(shape, builder.getF32Type());
  }
  static ArrayRef<int64_t> shapeOf(Value value) {
    return cast<RankedTensorType>(value.getType()).getShape();
  }
  Value constant(ArrayRef<int64_t> shape) {
    SmallVector<float> values;
    for (int64_t i = 0; i < type(shape).getNumElements(); ++i)
      values.push_back(float(pick(-32, 32)) / 16);
    return arith::ConstantOp::create(
        builder, loc, DenseElementsAttr::get(type(shape), ArrayRef(values)));
  }

  /// Kernel, strides, dilations and pads that fit the image.
  struct Window {
    Shape kernel, strides, dilations, pads{0, 0, 0, 0};
  };
  Window window(Value x) {
    Window made;
    for (int i = 0; i < 2; ++i) {
      int64_t size = shapeOf(x)[1 + i];
      int64_t kernel = pick(1, std::min<int64_t>(4, size));
      int64_t dilation = (kernel - 1) * 2 < size ? pick(1, 2) : 1;
      made.kernel.push_back(kernel);
      made.dilations.push_back(dilation);
      made.strides.push_back(size > 4 ? pick(1, 3) : 1);
      // No window lies in the padding alone.
      made.pads[i] = pick(0, std::min<int64_t>(2, (kernel - 1) * dilation));
      made.pads[2 + i] = pick(0, std::min<int64_t>(2, (kernel - 1) * dilation));
    }
    return made;
  }

  Value conv(Value x) {
    Window w = window(x);
    int64_t channels = shapeOf(x)[3];
    int64_t group = pick(0, 2) ? 1 : channels;
    int64_t filters = group * pick(1, group == 1 ? 5 : 2);
    Value filter =
        constant({filters, channels / group, w.kernel[0], w.kernel[1]});
    Value bias = pick(0, 1) ? constant({filters}) : Value();
    return nn::ConvOp::create(builder, loc, x, filter, bias, w.strides, w.pads,
                              w.dilations, group, nn::Layout::ChannelsLast);
  }

  Value pool(Value x) {
    Window w = window(x);
    if (pick(0, 1))
      return nn::MaxPoolOp::create(builder, loc, x, w.kernel, w.strides, w.pads,
                                   w.dilations, nn::Layout::ChannelsLast);
    Shape counted;
    for (int64_t pad : w.pads)
      counted.push_back(pick(0, pad));
    return nn::AvgPoolOp::create(builder, loc, x, w.kernel, w.strides, w.pads,
                                 w.dilations, counted,
                                 nn::Layout::ChannelsLast);
  }

  Value pad(Value x) {
    Shape pads = {0, pick(-1, 2), pick(0, 2), 0, 0, pick(0, 1), pick(-1, 1), 0};
    if (shapeOf(x)[1] < 4 || shapeOf(x)[2] < 4)
      return x;
    return nn::PadOp::create(builder, loc, x,
                             pick(0, 1) ? constant({}) : Value(), pads,
                             nn::PadMode::Constant);
  }

  /// A skip connection around a convolution that keeps the shape.
  Value residual(Value x) {
    int64_t c = shapeOf(x)[3], kernel = pick(0, 1) ? 3 : 1, half = kernel / 2;
    Value y = nn::ConvOp::create(
        builder, loc, x, constant({c, c, kernel, kernel}), Value(), Shape{1, 1},
        Shape(4, half), Shape{1, 1}, 1, nn::Layout::ChannelsLast);
    if (pick(0, 1))
      return nn::AddOp::create(builder, loc, y, x);
    return nn::ConcatOp::create(builder, loc, ValueRange{x, y}, 3);
  }

  /// Half of the channels through an activation.
  Value splitChannels(Value x) {
    Shape sizes(shapeOf(x)), starts(4, 0), steps(4, 1);
    if (sizes[3] < 2)
      return x;
    Shape second = starts, rest = sizes;
    second[3] = sizes[3] / 2;
    rest[3] = sizes[3] - second[3];
    sizes[3] = second[3];
    Value a = nn::SliceOp::create(builder, loc, x, starts, sizes, steps);
    Value b = nn::SliceOp::create(builder, loc, x, second, rest, steps);
    return nn::ConcatOp::create(
        builder, loc, ValueRange{b, nn::ReluOp::create(builder, loc, a)}, 3);
  }

  Value next(Value x) {
    switch (pick(0, 7)) {
    case 0:
    case 1:
    case 2:
      return conv(x);
    case 3:
      return pool(x);
    case 4:
      return pad(x);
    case 5:
      return residual(x);
    case 6:
      return splitChannels(x);
    default:
      return nn::MaxOp::create(builder, loc, x,
                               constant({pick(0, 1) ? 1 : shapeOf(x)[3]}));
    }
  }

  OpBuilder builder;
  Location loc;
  std::mt19937 random;
};

SmallVector<Tensor> run(ModuleOp module, unsigned seed) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  std::mt19937 random(seed);
  SmallVector<Tensor> inputs, results;
  for (Type type : main.getArgumentTypes()) {
    Tensor tensor = Tensor::zeros(cast<RankedTensorType>(type));
    for (int64_t i = 0; i < tensor.size(); ++i)
      tensor.store<double>(i, {double(int(random() % 65) - 32) / 16});
    inputs.push_back(std::move(tensor));
  }
  EXPECT_TRUE(succeeded(evaluate::evaluateFunction(main, inputs, results)));
  return results;
}

bool same(double a, double b, double tolerance) {
  return a == b || (std::isnan(a) && std::isnan(b)) ||
         std::abs(a - b) <= tolerance;
}

double largest(const Tensor &tensor) {
  double largest = 0;
  for (double x : tensor.values<double>())
    largest = std::max(largest, std::abs(x));
  return largest;
}

bool hasNote(ModuleOp module, StringRef text) {
  auto notes = module->getAttrOfType<ArrayAttr>("nn.notes");
  return notes && llvm::any_of(notes.getAsRange<StringAttr>(), [&](auto note) {
           return note.getValue().contains(text);
         });
}

// To the bit, whatever the budget: every element is computed from the same
// elements in the same order. Only a sum over an image is rounded between its
// parts.
TEST(Patches, ComputeWhatWholeTensorsDo) {
  fuse::registerFusePasses();
  int patched = 0, reduced = 0;
  const int networks = 400;
  for (unsigned seed = 0; seed < networks && !HasFailure(); ++seed) {
    MLIRContext context(MLIRContext::Threading::DISABLED);
    context
        .loadDialect<nn::NnDialect, arith::ArithDialect, func::FuncDialect>();
    auto module = ImageNetwork(context, seed).build(2 + seed % 7);
    ASSERT_TRUE(succeeded(verify(*module))) << "seed " << seed;
    SmallVector<Tensor> expected = run(*module, seed);
    // From a budget that a few patches reach to one that none does.
    int64_t budget = int64_t(4) << (seed % 12);
    (*module)->setAttr("dlc.ram_budget",
                       Builder(&context).getI64IntegerAttr(budget));
    PassManager manager(&context, ModuleOp::getOperationName());
    ASSERT_TRUE(succeeded(parsePassPipeline(
        "dlc-recompute-cheap,dlc-split-into-patches", manager)));
    ASSERT_TRUE(succeeded(manager.run(*module))) << "seed " << seed;
    patched += (*module)->hasAttr("nn.notes");
    bool isReduced = hasNote(*module, "a reduction of");
    reduced += isReduced;
    SmallVector<Tensor> actual = run(*module, seed);
    ASSERT_EQ(actual.size(), expected.size());
    for (auto [a, e] : llvm::zip(actual, expected)) {
      ASSERT_EQ(a.getType(), e.getType());
      double tolerance = isReduced ? 1e-5 * largest(e) : 0;
      for (auto [x, y] :
           llvm::zip_equal(a.values<double>(), e.values<double>()))
        EXPECT_TRUE(same(x, y, tolerance))
            << "seed " << seed << ": " << x << " " << y;
    }
  }
  EXPECT_GT(patched, networks / 4);
  EXPECT_GT(reduced, networks / 10);
  RecordProperty("patched", patched);
}

// What stages are ordered, computed again and patched by is what the memory
// plan starts from: before stages are functions and afterwards.
TEST(Patches, EstimateWhatThePlanStartsFrom) {
  fuse::registerFusePasses();
  for (unsigned seed = 0; seed < 300 && !HasFailure(); ++seed) {
    MLIRContext context(MLIRContext::Threading::DISABLED);
    context
        .loadDialect<nn::NnDialect, arith::ArithDialect, func::FuncDialect>();
    auto module = ImageNetwork(context, seed).build(2 + seed % 7);
    auto main = module->lookupSymbol<func::FuncOp>("main");
    std::vector<int64_t> before = fuse::liveBytesPerCall(
        fuse::StageGraph(main, fuse::usesOfGroups(main)));
    PassManager manager(&context, ModuleOp::getOperationName());
    ASSERT_TRUE(succeeded(parsePassPipeline("dlc-outline-stages", manager)));
    ASSERT_TRUE(succeeded(manager.run(*module)));
    std::vector<storage::StageUse> calls = storage::usesOfCalls(main);
    EXPECT_EQ(before, fuse::liveBytesPerCall(fuse::StageGraph(main, calls)))
        << "seed " << seed;
    EXPECT_EQ(
        before,
        storage::Placement(main, calls, storage::Sharing::Whole).liveBytes())
        << "seed " << seed;
  }
}

} // namespace
