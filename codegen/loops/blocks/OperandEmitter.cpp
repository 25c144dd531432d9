//===- OperandEmitter.cpp - Addresses, loads and stores of a nest ---------===//

#include "codegen/loops/blocks/NestEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace dlc::loops {

/// The part of an address that loop variables make up, in the order of the
/// loops, so that what an outer loop fixes is computed there.
Value NestEmitter::baseOf(const Linear &address) {
  std::vector<const void *> key{&address};
  SmallVector<unsigned> dims;
  for (unsigned d = 0; d < at.size(); ++d)
    if (at[d].variable && address.coefficients[d] != 0) {
      dims.push_back(d);
      key.push_back(at[d].variable.getAsOpaquePointer());
    }
  Value &base = bases[key];
  if (base)
    return base;
  // Outer parallel dimensions first, then reductions, in loop order.
  auto add = [&](unsigned d) {
    Value term = at[d].variable;
    if (address.coefficients[d] != 1)
      term =
          arith::MulIOp::create(b, loc, term, index(address.coefficients[d]));
    base = base ? arith::AddIOp::create(b, loc, base, term).getResult() : term;
  };
  for (unsigned d : dims)
    if (!nest.reduction[d])
      add(d);
  for (unsigned d : dims)
    if (nest.reduction[d])
      add(d);
  return base;
}

Value NestEmitter::indexOf(const Linear &address, int64_t extra) {
  int64_t constant = address.constant + extra;
  for (unsigned d = 0; d < at.size(); ++d)
    constant += address.coefficients[d] * at[d].offset;
  Value base = baseOf(address);
  if (!base)
    return index(constant);
  if (constant == 0)
    return base;
  return arith::AddIOp::create(b, loc, base, index(constant));
}

/// The lanes of a vector that exist.
Value NestEmitter::maskOf(const Piece &piece) {
  SmallVector<bool> lanes(piece.lanes, false);
  std::fill_n(lanes.begin(), piece.active, true);
  return arith::ConstantOp::create(
      b, loc,
      DenseElementsAttr::get(VectorType::get({piece.lanes}, b.getI1Type()),
                             lanes));
}

Value NestEmitter::load(const Access &access, const Linear &address,
                        const Piece &piece, bool packed) {
  if (access.buffer.scalar)
    return access.buffer.scalar;
  if (access.buffer.splat)
    return arith::ConstantOp::create(b, loc, access.buffer.splat);
  int64_t stride = 0;
  if (schedule.vectorDim >= 0)
    stride = packed ? 1 : address.coefficients[schedule.vectorDim];
  if (stride == 0 && !packed && schedule.factorInLane && runDim >= 0 &&
      address.coefficients[runDim] == 1)
    return loadFactor(access, address);
  int64_t constant = stride * piece.offset + address.constant;
  for (unsigned d = 0; d < at.size(); ++d)
    constant += address.coefficients[d] * at[d].offset;
  int64_t lanes = stride == 0 ? 1 : piece.lanes;
  Value base = baseOf(address);
  Value &value = loaded[{&address, base ? base.getAsOpaquePointer() : nullptr,
                         constant, lanes}];
  if (value)
    return value;
  Value flat = access.buffer.flat;
  int64_t extra = stride * piece.offset;
  if (lanes == 1) {
    value = memref::LoadOp::create(b, loc, flat, indexOf(address, extra));
    return value;
  }
  auto type = VectorType::get({lanes}, access.buffer.element);
  if (stride == 1 && piece.isPartial() && !packed) {
    Value nothing =
        arith::ConstantOp::create(b, loc, type, b.getZeroAttr(type));
    value = vector::MaskedLoadOp::create(b, loc, type, flat,
                                         ValueRange{indexOf(address, extra)},
                                         maskOf(piece), nothing);
    return value;
  }
  if (stride == 1) {
    value = vector::LoadOp::create(b, loc, type, flat,
                                   ValueRange{indexOf(address, extra)});
    return value;
  }
  int pair = stride == 2 && schedule.unrollReduction
                 ? pairedDim(nest, access, schedule.vectorDim)
                 : -1;
  if (pair >= 0 && !at[pair].variable)
    return value = loadPair(access, address, piece, pair);
  Values elements;
  for (int64_t lane = 0; lane < piece.active; ++lane)
    elements.push_back(memref::LoadOp::create(
        b, loc, flat, indexOf(address, extra + lane * stride)));
  elements.resize(lanes, elements.front());
  value = vector::FromElementsOp::create(b, loc, type, elements);
  return value;
}

/// A vector of every other element, out of a load of twice as many: the step of
/// `dim` in hand and its neighbour, both of which the window has. Only what
/// some step reads is touched.
Value NestEmitter::loadPair(const Access &access, const Linear &address,
                            const Piece &piece, unsigned dim) {
  int64_t step = at[dim].offset;
  int64_t first = std::min(step / 2 * 2, nest.sizes[dim] - 2);
  int64_t constant = 2 * piece.offset + first - step + address.constant;
  for (unsigned d = 0; d < at.size(); ++d)
    constant += address.coefficients[d] * at[d].offset;
  Value base = baseOf(address);
  Value &both = loaded[{&address, base ? base.getAsOpaquePointer() : nullptr,
                        constant, 2 * piece.lanes}];
  if (!both)
    both = vector::LoadOp::create(
        b, loc, VectorType::get({2 * piece.active}, access.buffer.element),
        access.buffer.flat,
        ValueRange{indexOf(address, 2 * piece.offset + first - step)});
  SmallVector<int64_t> lanes(piece.lanes, 0); // the rest hold anything
  for (int64_t lane = 0; lane < piece.active; ++lane)
    lanes[lane] = 2 * lane + step - first;
  return vector::ShuffleOp::create(b, loc, both, both, lanes);
}

/// One lane of the vector that a run of steps takes its factors from.
Value NestEmitter::loadFactor(const Access &access, const Linear &address) {
  int64_t lane = at[runDim].offset - runStart;
  int64_t constant = address.constant - lane;
  for (unsigned d = 0; d < at.size(); ++d)
    constant += address.coefficients[d] * at[d].offset;
  Value base = baseOf(address);
  Value &value = loaded[{&address, base ? base.getAsOpaquePointer() : nullptr,
                         constant, schedule.run}];
  if (!value) {
    auto type = VectorType::get({schedule.run}, access.buffer.element);
    value = vector::LoadOp::create(b, loc, type, access.buffer.flat,
                                   ValueRange{indexOf(address, -lane)});
  }
  return vector::ExtractOp::create(b, loc, value, lane);
}

void NestEmitter::store(const Access &access, const Piece &piece, Value value) {
  const Linear &address = access.address;
  int64_t stride = 0;
  if (schedule.vectorDim >= 0)
    stride = address.coefficients[schedule.vectorDim];
  int64_t extra = stride * piece.offset;
  Value flat = access.buffer.flat;
  if (piece.lanes == 1) {
    memref::StoreOp::create(b, loc, value, flat, indexOf(address, extra));
    return;
  }
  value = broadcastTo(b, loc, value, piece.lanes);
  if (stride == 1 && piece.isPartial()) {
    vector::MaskedStoreOp::create(b, loc, flat,
                                  ValueRange{indexOf(address, extra)},
                                  maskOf(piece), value);
    return;
  }
  if (stride == 1) {
    vector::StoreOp::create(b, loc, value, flat,
                            ValueRange{indexOf(address, extra)});
    return;
  }
  for (int64_t lane = 0; lane < piece.active; ++lane) {
    Value element = vector::ExtractOp::create(b, loc, value, lane);
    memref::StoreOp::create(b, loc, element, flat,
                            indexOf(address, extra + lane * stride));
  }
}

Value NestEmitter::positionOf(unsigned dim, const Piece &piece) {
  int64_t offset = at[dim].offset;
  if (static_cast<int>(dim) == schedule.vectorDim)
    offset += piece.offset;
  if (!at[dim].variable)
    return index(offset);
  if (offset == 0)
    return at[dim].variable;
  return arith::AddIOp::create(b, loc, at[dim].variable, index(offset));
}

} // namespace dlc::loops
