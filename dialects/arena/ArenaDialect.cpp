//===- ArenaDialect.cpp - The arena dialect -------------------------------===//

#include "dialects/arena/ArenaDialect.h"
#include "dialects/arena/ArenaStageOps.h"
#include "dialects/arena/Declarations.h"
#include "dialects/interfaces/StoredSize.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

#include "dialects/arena/ArenaDialect.cpp.inc"
#include "dialects/arena/ArenaEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/arena/ArenaAttributes.cpp.inc"
#define GET_OP_CLASSES
#include "dialects/arena/ArenaOps.cpp.inc"
#define GET_OP_CLASSES
#include "dialects/arena/ArenaStageOps.cpp.inc"

using namespace mlir;

namespace dlc::arena {

void ArenaDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/arena/ArenaAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/arena/ArenaOps.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/arena/ArenaStageOps.cpp.inc"
      >();
}

bool isLoop(Operation *op) { return isa<LoopLikeOpInterface>(op); }

Declarations declaredAttributes() {
  static const Declaration *const all[] = {
      &bytesAttr,       &alignAttr,      &lowerBoundAttr, &plainBytesAttr,
      &deviceBytesAttr, &bankSizesAttr,  &partsAttr,      &budgetAttr,
      &proveAllAttr,    &maxScratchAttr, &crowdedAttr,    &scratchAttr,
      &lastReadAttr,    &consumedAttr,   &overlapAttr,    &inPlaceAttr,
      &anyOrderAttr,    &inputsAttr};
  return all;
}

LogicalResult ArenaDialect::verifyOperationAttribute(Operation *op,
                                                     NamedAttribute attribute) {
  return verifyOperation(declaredAttributes(), op, attribute);
}

LogicalResult ArenaDialect::verifyRegionArgAttribute(Operation *op, unsigned,
                                                     unsigned argument,
                                                     NamedAttribute attribute) {
  return verifyArgument(declaredAttributes(), op, argument, attribute);
}

LogicalResult ArenaDialect::verifyRegionResultAttribute(
    Operation *op, unsigned, unsigned result, NamedAttribute attribute) {
  return verifyResult(declaredAttributes(), op, result, attribute);
}

int64_t extentInBytes(MemRefType type) {
  auto [strides, offset] = type.getStridesAndOffset();
  if (type.getNumElements() == 0)
    return 0;
  int64_t last = 0;
  for (auto [size, stride] : llvm::zip_equal(type.getShape(), strides))
    last += (size - 1) * stride;
  return storedBytes(type.getElementType(), last + 1);
}

bool isStaticAtZero(MemRefType type) {
  SmallVector<int64_t> strides;
  int64_t offset;
  return type.hasStaticShape() && type.getElementType().isIntOrFloat() &&
         succeeded(type.getStridesAndOffset(strides, offset)) && offset == 0 &&
         llvm::none_of(strides, ShapedType::isDynamic);
}

LogicalResult BufferOp::verify() {
  auto type = cast<MemRefType>(getMemory().getType());
  if (!isStaticAtZero(type) || !type.getLayout().isIdentity())
    return emitOpError("(1) needs a static shape without strides, not ")
           << type;
  int64_t needed = extentInBytes(type);
  int64_t bytes = getBytes();
  if (bytes < needed)
    return emitOpError("(2) has ")
           << bytes << " bytes, " << type << " takes " << needed;
  int64_t align = getAlign();
  if (align <= 0 || !llvm::isPowerOf2_64(align))
    return emitOpError("(3) aligned to ")
           << align << ", which is not a power of two";
  if (std::optional<int64_t> offset = getOffset())
    if (*offset < 0 || *offset % align != 0)
      return emitOpError("(4) offset ")
             << *offset << " is not a multiple of " << align;
  if (getSpace() == Space::SecondBank) {
    auto module = (*this)->getParentOfType<ModuleOp>();
    auto banks =
        module ? arena::bankSizesAttr.get(module) : DenseI64ArrayAttr();
    if (!banks || banks.size() < 2)
      return emitOpError("(5) lies in the second bank of an arena that is not "
                         "split: arena.bank_sizes lists the banks");
  }
  return success();
}

LogicalResult ViewOp::verify() {
  auto source = cast<MemRefType>(getSource().getType());
  auto result = cast<MemRefType>(getResult().getType());
  if (!isStaticAtZero(source) || !isStaticAtZero(result) ||
      source.getElementType() != result.getElementType())
    return emitOpError("(1) needs static shapes and strides, offset 0 and one "
                       "element type");
  int64_t offset = getByteOffset();
  int64_t end = offset + extentInBytes(result);
  if (offset < 0 || end > extentInBytes(source))
    return emitOpError("(2) reaches from byte ")
           << offset << " to " << end << " of " << extentInBytes(source);
  // Elements that share a byte begin at each.
  int64_t element =
      std::max<int64_t>(1, storedBits(result.getElementType()) / 8);
  if (offset % element != 0)
    return emitOpError("(3) begins at byte ")
           << offset << ", within an element of " << element;
  return success();
}

Value ViewOp::getViewSource() { return getSource(); }

LogicalResult AdvanceOp::verify() {
  auto source = cast<MemRefType>(getSource().getType());
  auto result = cast<MemRefType>(getResult().getType());
  auto isPlain = [](MemRefType type) {
    return type.getRank() == 1 && type.hasStaticShape() &&
           type.getLayout().isIdentity() &&
           type.getElementType().isIntOrFloat() &&
           !isPacked(type.getElementType());
  };
  if (!isPlain(source) || !isPlain(result) ||
      source.getElementType() != result.getElementType())
    return emitOpError("(1) needs one dimension of static size without "
                       "strides, and one element type of whole bytes");
  if (result.getNumElements() > source.getNumElements())
    return emitOpError("(2) has ") << result.getNumElements() << " elements of "
                                   << source.getNumElements();
  return success();
}

Value AdvanceOp::getViewSource() { return getSource(); }

LogicalResult ProcedureOp::verify() {
  SmallVector<Type> expected;
  for (Type type :
       llvm::concat<const Type>(getReads().getTypes(), getMakes().getTypes())) {
    auto tensor = cast<RankedTensorType>(type);
    expected.push_back(
        MemRefType::get({tensor.getNumElements()}, tensor.getElementType()));
  }
  for (Type type : getScratch().getAsValueRange<TypeAttr>()) {
    auto memory = dyn_cast<MemRefType>(type);
    if (!memory || memory.getRank() != 1 || !memory.hasStaticShape() ||
        !memory.getLayout().isIdentity() || memory.getNumElements() == 0)
      return emitOpError("(2) has ") << type << " as scratch memory";
    expected.push_back(type);
  }
  if (TypeRange(getBody().getArgumentTypes()) != TypeRange(expected))
    return emitOpError("(1) has a body that does not take the elements of its "
                       "operands and results and its scratch memory");
  return success();
}

} // namespace dlc::arena
