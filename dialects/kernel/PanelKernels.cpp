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

/// There are eight registers, and all of them are taken.
LogicalResult verifySet(Operation *op, InstructionsAttr instructions) {
  if (instructions.getSet() == InstructionSet::Armv6M)
    return op->emitOpError("(3) is not written in armv6m");
  return success();
}

/// What a kernel of streams reads: as much as there is of constants, and a
/// table.
void addRead(SmallVector<Access, 2> &accesses, Value constant) {
  accesses.emplace_back();
  accesses.back().address = constant;
}
void addTable(SmallVector<Access, 2> &accesses, Value table, int64_t bytes) {
  addRead(accesses, table);
  accesses.back().elements.known = bytes;
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
  if (getWide() && failed(verifySet(*this, getInstructions())))
    return failure();
  return verifyBits(*this, static_cast<int64_t>(getBits()));
}

SmallVector<Access, 2> DecodeOp::getAccesses() {
  SmallVector<Access, 2> accesses;
  addRead(accesses, getStream());
  addRead(accesses, getCodes());
  addTable(accesses, getTable(), tableBytes(static_cast<int64_t>(getBits())));
  Access target;
  target.address = getTarget();
  target.writes = true;
  target.elements = {0, getBytes()};
  target.elementBits = getWide() ? 16 : 8;
  accesses.push_back(target);
  return accesses;
}

LogicalResult DecodeNonzerosOp::verify() {
  if (failed(verifyOneType(*this, {getStream(), getWeights(), getWeightTable(),
                                   getGaps(), getGapTable(), getTarget(),
                                   getElements()})) ||
      failed(verifySet(*this, getInstructions())))
    return failure();
  return verifyBits(*this, static_cast<int64_t>(getBits()));
}

SmallVector<Access, 2> DecodeNonzerosOp::getAccesses() {
  SmallVector<Access, 2> accesses;
  int64_t bytes = tableBytes(static_cast<int64_t>(getBits()));
  addRead(accesses, getStream());
  addRead(accesses, getWeights());
  addTable(accesses, getWeightTable(), bytes);
  addRead(accesses, getGaps());
  addTable(accesses, getGapTable(), bytes);
  Access target;
  target.address = getTarget();
  target.writes = true;
  target.elements = {0, getElements()};
  target.elementBits = getWide() ? 16 : 8;
  accesses.push_back(target);
  return accesses;
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
