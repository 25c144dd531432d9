//===- TileOperands.cpp - Addresses, loads and stores of a tiled nest -----===//

#include "codegen/loops/tiles/TiledNest.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace dlc::loops {

/// The part of an address that loop variables make up, in the order of the
/// loops, so that what an outer loop fixes is computed there.
Value TiledNest::baseOf(const Linear &address) {
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

Value TiledNest::indexOf(const Linear &address, int64_t extra) {
  int64_t constant = constantOf(address) + extra;
  Value base = baseOf(address);
  if (!base)
    return index(constant);
  if (constant == 0)
    return base;
  return arith::AddIOp::create(b, loc, base, index(constant));
}

/// The lanes of a vector that exist.
Value TiledNest::maskOf(const Piece &piece) {
  SmallVector<bool> lanes(piece.lanes, false);
  std::fill_n(lanes.begin(), piece.active, true);
  return arith::ConstantOp::create(
      b, loc,
      DenseElementsAttr::get(VectorType::get({piece.lanes}, b.getI1Type()),
                             lanes));
}

int64_t TiledNest::constantOf(const Linear &address) const {
  int64_t constant = address.constant;
  for (unsigned d = 0; d < at.size(); ++d)
    constant += address.coefficients[d] * at[d].offset;
  return constant;
}

Value &TiledNest::loadedAt(const Linear &address, int64_t constant,
                           int64_t elements) {
  Value base = baseOf(address);
  return loaded[{&address, base ? base.getAsOpaquePointer() : nullptr, constant,
                 elements}];
}

Value TiledNest::load(const Access &access, const Linear &address,
                      const Piece &piece, const PackedInput *packed) {
  if (access.buffer.scalar)
    return access.buffer.scalar;
  if (access.buffer.splat)
    return arith::ConstantOp::create(b, loc, access.buffer.splat);
  int64_t stride = 0;
  if (schedule.vectorDim >= 0)
    stride = packed ? schedule.group : address.coefficients[schedule.vectorDim];
  int64_t lanes = stride == 0 ? 1 : piece.lanes;
  int64_t extra = packed && stride != 0
                      ? packed->weights->offsetOf(*block, piece)
                      : stride * piece.offset;
  Value &value = loadedAt(address, constantOf(address) + extra, lanes);
  if (value)
    return value;
  Value flat = access.buffer.flat;
  if (packed)
    return value = packed->weights->decode(b, loc, packed->constants,
                                           indexOf(address, extra), lanes);
  if (lanes == 1) {
    value = memref::LoadOp::create(b, loc, flat, indexOf(address, extra));
    return value;
  }
  auto type = VectorType::get({lanes}, access.buffer.element);
  if (stride == 1 && piece.isPartial()) {
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
  return value = loadStrided(access, address, piece, stride);
}

Value TiledNest::loadStrided(const Access &access, const Linear &address,
                             const Piece &piece, int64_t stride) {
  int64_t extra = stride * piece.offset;
  Values elements;
  for (int64_t lane = 0; lane < piece.active; ++lane)
    elements.push_back(memref::LoadOp::create(
        b, loc, access.buffer.flat, indexOf(address, extra + lane * stride)));
  elements.resize(piece.lanes, elements.front());
  auto type = VectorType::get({piece.lanes}, access.buffer.element);
  return vector::FromElementsOp::create(b, loc, type, elements);
}

void TiledNest::store(const Access &access, const Piece &piece, Value value) {
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

Value TiledNest::positionOf(unsigned dim, const Piece &piece) {
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
