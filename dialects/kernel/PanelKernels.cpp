//===- PanelKernels.cpp - Weights that are decoded panel by panel ---------===//

#include "dialects/kernel/PanelKernels.h"
#include "dialects/kernel/KernelVerify.h"

using namespace mlir;

namespace dlc::kernel {

using detail::verifyOneType;

namespace {
constexpr int64_t kMostBits = 12;

LogicalResult verifyBits(Operation *op, int64_t bits) {
  if (bits > kMostBits)
    return op->emitOpError("(2) ")
           << bits << " bits are looked up, and at most " << kMostBits
           << " can be";
  return success();
}
} // namespace

LogicalResult SpreadCodesOp::verify() {
  if (failed(verifyOneType(*this, {getCodes(), getTable()})))
    return failure();
  return verifyBits(*this, static_cast<int64_t>(getBits()));
}

SmallVector<Access, 2> SpreadCodesOp::getAccesses() {
  Access codes;
  codes.address = getCodes();
  codes.elements.known = kLengths;
  Access table;
  table.address = getTable();
  table.writes = true;
  table.elements.known = tableBytes(static_cast<int64_t>(getBits()));
  return {codes, table};
}

LogicalResult DecodeOp::verify() {
  if (failed(verifyOneType(*this, {getStream(), getCodes(), getTable(),
                                   getTarget(), getBytes()})))
    return failure();
  return verifyBits(*this, static_cast<int64_t>(getBits()));
}

SmallVector<Access, 2> DecodeOp::getAccesses() {
  // Streams and symbols are constants, of which as much is read as there is.
  Access stream, codes;
  stream.address = getStream();
  codes.address = getCodes();
  Access table;
  table.address = getTable();
  table.elements.known = tableBytes(static_cast<int64_t>(getBits()));
  Access target;
  target.address = getTarget();
  target.writes = true;
  target.elements = {0, getBytes()};
  return {stream, codes, table, target};
}

LogicalResult SumGapsOp::verify() {
  return verifyOneType(*this, {getPlaces(), getBytes()});
}

SmallVector<Access, 2> SumGapsOp::getAccesses() {
  Access read;
  read.address = getPlaces();
  read.elements = {0, getBytes()};
  Access written = read;
  written.writes = true;
  return {read, written};
}

} // namespace dlc::kernel
