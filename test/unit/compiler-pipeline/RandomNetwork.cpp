//===- RandomNetwork.cpp - Networks that no one would draw ----------------===//

#include "RandomNetwork.h"
#include "dialects/nn/Constants.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::test;

RandomNetwork::RandomNetwork(MLIRContext &context, unsigned seed)
    : builder(&context), loc(builder.getUnknownLoc()), random(seed) {}

int64_t RandomNetwork::pick(int64_t low, int64_t high) {
  return low + int64_t(random() % unsigned(high - low + 1));
}

RankedTensorType RandomNetwork::type(ArrayRef<int64_t> shape) {
  return RankedTensorType::get(shape, builder.getF32Type());
}

ArrayRef<int64_t> RandomNetwork::shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

/// Sixteenths between -2 and 2.
Value RandomNetwork::constant(ArrayRef<int64_t> shape) {
  RankedTensorType constantType = type(shape);
  SmallVector<float> values;
  for (int64_t i = 0; i < constantType.getNumElements(); ++i)
    values.push_back(float(pick(-32, 32)) / 16);
  return arith::ConstantOp::create(
      builder, loc, DenseElementsAttr::get(constantType, ArrayRef(values)));
}

Value RandomNetwork::anyMap() { return maps[pick(0, maps.size() - 1)]; }

Value RandomNetwork::conv(Value x) {
  int64_t channels = shapeOf(x)[1], group = pick(0, 2) ? 1 : channels;
  int64_t kernel =
      pick(1, std::min<int64_t>({2, shapeOf(x)[2], shapeOf(x)[3]}));
  int64_t filters = group * pick(1, group == 1 ? 6 : 1);
  int64_t pad = pick(0, 1);
  SmallVector<Value> operands = {
      x, constant({filters, channels / group, kernel, kernel})};
  if (pick(0, 1))
    operands.push_back(constant({filters}));
  return nn::ConvOp::create(
      builder, loc, operands[0], operands[1],
      operands.size() > 2 ? operands[2] : Value(), ArrayRef<int64_t>{1, 1},
      ArrayRef<int64_t>{pad, 0, pad, 1}, ArrayRef<int64_t>{1, 1}, group,
      nn::Layout::ChannelsFirst);
}

Value RandomNetwork::pool(Value x) {
  int64_t h = std::min<int64_t>(2, shapeOf(x)[2]);
  SmallVector<int64_t> kernel = {h, pick(0, 3) ? 1 : shapeOf(x)[3]};
  SmallVector<int64_t> strides = {pick(1, 2), 1}, pads = {0, 0, h - 1, 0};
  SmallVector<int64_t> ones = {1, 1}, none = {0, 0, 0, 0};
  if (pick(0, 1))
    return nn::MaxPoolOp::create(builder, loc, x, kernel, strides, pads, ones,
                                 nn::Layout::ChannelsFirst);
  return nn::AvgPoolOp::create(builder, loc, x, kernel, strides, pads, ones,
                               pick(0, 1) ? none : pads,
                               nn::Layout::ChannelsFirst);
}

Value RandomNetwork::unary(Value x) {
  switch (pick(0, 3)) {
  case 0:
    return nn::ReluOp::create(builder, loc, x);
  case 1:
    return nn::SigmoidOp::create(builder, loc, x);
  case 2:
    return nn::ClipOp::create(builder, loc, x, builder.getF64FloatAttr(-1),
                              builder.getF64FloatAttr(double(pick(0, 6))));
  default:
    return nn::NegOp::create(builder, loc, x);
  }
}

/// With a map of the same shape where there is one, or a constant of any rank
/// that broadcasts.
Value RandomNetwork::binary(Value x) {
  ArrayRef<int64_t> shape = shapeOf(x);
  Value other = anyMap();
  if (shapeOf(other) != shape) {
    Shape broadcast(shape.drop_front(pick(0, 4)));
    for (int64_t &extent : broadcast)
      extent = pick(0, 1) ? extent : 1;
    other = constant(broadcast);
  }
  if (pick(0, 1))
    std::swap(x, other);
  switch (pick(0, 3)) {
  case 0:
    return nn::AddOp::create(builder, loc, x, other);
  case 1:
    return nn::SubOp::create(builder, loc, x, other);
  case 2:
    return nn::MulOp::create(builder, loc, x, other);
  default:
    return nn::MaxOp::create(builder, loc, x, other);
  }
}

Value RandomNetwork::pad(Value x) {
  SmallVector<int64_t> pads(8, 0);
  pads[pick(1, 3)] = 1;
  pads[pick(6, 7)] = 1;
  Value value = pick(0, 1) ? Value() : constant({});
  return nn::PadOp::create(builder, loc, x, value, pads,
                           pick(0, 2) ? nn::PadMode::Constant
                                      : nn::PadMode::Edge);
}

Value RandomNetwork::slice(Value x) {
  Shape starts(4, 0), sizes(shapeOf(x)), steps(4, 1);
  int64_t dim = pick(1, 3);
  if (pick(0, 2) == 0) {
    starts[dim] = sizes[dim] - 1;
    steps[dim] = -1;
  } else {
    starts[dim] = pick(0, sizes[dim] - 1);
    sizes[dim] = pick(1, sizes[dim] - starts[dim]);
  }
  return nn::SliceOp::create(builder, loc, x, starts, sizes, steps);
}

Value RandomNetwork::shuffle(Value x) {
  Shape shape(shapeOf(x));
  int64_t group = shape[1] % 3 == 0 ? 3 : shape[1] % 2 == 0 ? 2 : 1;
  Value split = nn::ReshapeOp::create(
      builder, loc,
      type({shape[0], group, shape[1] / group, shape[2], shape[3]}), x);
  Value swapped = nn::TransposeOp::create(builder, loc, split,
                                          ArrayRef<int64_t>{0, 2, 1, 3, 4});
  return nn::ReshapeOp::create(builder, loc, type(shape), swapped);
}

/// A squeeze-and-excite gate.
Value RandomNetwork::reduceAndScale(Value x) {
  bool keep = pick(0, 1);
  Value mean = nn::ReduceOp::create(builder, loc, x, nn::ReduceKind::Mean,
                                    ArrayRef<int64_t>{2, 3}, keep);
  if (!keep)
    mean = nn::ReshapeOp::create(
        builder, loc, type({shapeOf(x)[0], shapeOf(x)[1], 1, 1}), mean);
  return nn::MulOp::create(builder, loc, x, unary(mean));
}

Value RandomNetwork::transposeTwice(Value x) {
  Value moved =
      nn::TransposeOp::create(builder, loc, x, ArrayRef<int64_t>{0, 2, 3, 1});
  Value changed = pick(0, 1) ? unary(moved) : binary(moved);
  if (cast<RankedTensorType>(changed.getType()).getRank() != 4)
    changed = moved;
  return nn::TransposeOp::create(builder, loc, changed,
                                 ArrayRef<int64_t>{0, 3, 1, 2});
}

Value RandomNetwork::throughSequence(Value x) {
  Shape shape(shapeOf(x));
  Value sequence = nn::ReshapeOp::create(
      builder, loc, type({shape[0], shape[1], shape[2] * shape[3]}), x);
  Value turned = nn::TransposeOp::create(builder, loc, sequence,
                                         ArrayRef<int64_t>{0, 2, 1});
  Value soft = nn::SoftmaxOp::create(builder, loc, turned, pick(1, 2));
  Value back =
      nn::TransposeOp::create(builder, loc, soft, ArrayRef<int64_t>{0, 2, 1});
  return nn::ReshapeOp::create(builder, loc, type(shape), back);
}

Value RandomNetwork::alongAxis(Value x) {
  int64_t axis = pick(0, 3);
  switch (pick(0, 3)) {
  case 0:
    return nn::SoftmaxOp::create(builder, loc, x, axis);
  case 1:
    return nn::CumSumOp::create(builder, loc, x, axis);
  case 2:
    return nn::ConcatOp::create(builder, loc, ValueRange{x, unary(x)}, axis);
  default: {
    Shape scaled(shapeOf(x));
    scaled[3] *= 2;
    return nn::ResizeOp::create(
        builder, loc, type(scaled), x, nn::ResizeMode::Linear,
        nn::ResizeCoordinate::HalfPixel, nn::ResizeNearest::Floor,
        ArrayRef<double>{1, 1, 1, 2}, APFloat(-0.75));
  }
  }
}

Value RandomNetwork::flattenAndMultiply(Value x) {
  Shape shape(shapeOf(x));
  int64_t size = shape[1] * shape[2] * shape[3];
  Value flat = nn::ReshapeOp::create(builder, loc, type({shape[0], size}), x);
  return nn::MatmulOp::create(builder, loc, pick(0, 1) ? flat : unary(flat),
                              constant({size, 3}));
}

Value RandomNetwork::randomOp(Value x) {
  static constexpr Value (RandomNetwork::*makers[])(Value) = {
      &RandomNetwork::conv,
      &RandomNetwork::conv,
      &RandomNetwork::pool,
      &RandomNetwork::unary,
      &RandomNetwork::binary,
      &RandomNetwork::binary,
      &RandomNetwork::pad,
      &RandomNetwork::slice,
      &RandomNetwork::shuffle,
      &RandomNetwork::reduceAndScale,
      &RandomNetwork::transposeTwice,
      &RandomNetwork::throughSequence,
      &RandomNetwork::alongAxis,
  };
  return (this->*makers[pick(0, std::size(makers) - 1)])(x);
}

OwningOpRef<ModuleOp> RandomNetwork::build(int ops) {
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  builder.setInsertionPointToEnd(module->getBody());
  Type input = type({pick(1, 2), pick(1, 6), pick(2, 5), pick(2, 5)});
  auto main = func::FuncOp::create(builder, loc, "main",
                                   builder.getFunctionType(input, {}));
  builder.setInsertionPointToStart(main.addEntryBlock());
  maps.push_back(main.getArgument(0));
  for (int i = 0; i < ops; ++i) {
    // Mostly on from the last; sizes stay those of a test.
    Value next = randomOp(pick(0, 3) ? maps.back() : anyMap());
    auto made = cast<RankedTensorType>(next.getType());
    if (made.getRank() == 4 && made.getNumElements() < 4000)
      maps.push_back(next);
  }
  SmallVector<Value> outputs = {maps.back(), flattenAndMultiply(anyMap())};
  func::ReturnOp::create(builder, loc, outputs);
  main.setFunctionType(
      builder.getFunctionType(input, ValueRange(outputs).getTypes()));
  return module;
}
