//===- ThreadCode.cpp - What a thread of a kernel does --------------------===//

#include "codegen/loops/gpu/ThreadCode.h"
#include "codegen/loops/nest/BodyEmitter.h"
#include "dialects/dlc/launches/Declarations.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr auto noOverflow = arith::IntegerOverflowFlags::nsw;
} // namespace

ThreadCode::ThreadCode(StageContext &context, const Problem &problem)
    : context(context), b(context.builder()), loc(problem.nest.root.getLoc()),
      nest(problem.nest), machine(problem.machine), stage(problem.stage) {
  at.resize(nest.sizes.size());
}

void ThreadCode::begin(const LaunchShape &shape, const LaunchCost &cost) {
  auto size = [&](int64_t n) { return constantIndex(b, loc, n); };
  Value one = size(1);
  launch = gpu::LaunchOp::create(b, loc, size(shape.x), size(shape.y),
                                 size(shape.z), size(shape.threads), one, one);
  phases::costAttr.set(
      launch, b.getDenseI64ArrayAttr({static_cast<int64_t>(cost.cycles),
                                      static_cast<int64_t>(cost.slots),
                                      static_cast<int64_t>(cost.latency),
                                      static_cast<int64_t>(cost.registers)}));
  behind = b.saveInsertionPoint();
  Block &body = launch.getBody().front();
  b.setInsertionPointToEnd(&body);
  b.setInsertionPoint(gpu::TerminatorOp::create(b, loc));
}

void ThreadCode::end() { b.restoreInsertionPoint(behind); }

Value ThreadCode::shared(int64_t elements, Type type) {
  auto space = gpu::AddressSpaceAttr::get(
      b.getContext(), gpu::GPUDialect::getWorkgroupAddressSpace());
  return launch.addWorkgroupAttribution(
      MemRefType::get({elements}, type, MemRefLayoutAttrInterface(), space),
      loc);
}

Value ThreadCode::block(unsigned axis) {
  gpu::KernelDim3 ids = launch.getBlockIds();
  return axis == 0 ? ids.x : axis == 1 ? ids.y : ids.z;
}

void ThreadCode::barrier() { gpu::BarrierOp::create(b, loc); }

Value ThreadCode::index(int64_t value) { return constantIndex(b, loc, value); }

Value ThreadCode::plus(Value x, Value y) {
  return arith::AddIOp::create(b, loc, x, y, noOverflow);
}

Value ThreadCode::plus(Value x, int64_t y) {
  return y == 0 ? x : plus(x, index(y));
}

Value ThreadCode::minus(Value x, Value y) {
  return arith::SubIOp::create(b, loc, x, y, noOverflow);
}

Value ThreadCode::times(Value x, int64_t factor) {
  if (factor == 1)
    return x;
  return arith::MulIOp::create(b, loc, x, index(factor), noOverflow);
}

Value ThreadCode::quotient(Value x, int64_t divisor) {
  return divisor == 1
             ? x
             : Value(arith::DivUIOp::create(b, loc, x, index(divisor)));
}

Value ThreadCode::remainder(Value x, int64_t divisor) {
  return divisor == 1
             ? index(0)
             : Value(arith::RemUIOp::create(b, loc, x, index(divisor)));
}

Value ThreadCode::isBelow(Value x, int64_t bound) {
  return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, x,
                               index(bound));
}

void ThreadCode::split(Value position, ArrayRef<unsigned> dims) {
  for (unsigned d : llvm::reverse(dims)) {
    bool outermost = d == dims.front();
    at[d] = outermost ? position : remainder(position, nest.sizes[d]);
    if (!outermost)
      position = quotient(position, nest.sizes[d]);
  }
}

Value ThreadCode::addressOf(const Linear &address) {
  Value sum;
  for (auto [value, coefficient] : llvm::zip(at, address.coefficients))
    if (value && coefficient != 0) {
      Value term = times(value, coefficient);
      sum = sum ? plus(sum, term) : term;
    }
  return sum ? plus(sum, address.constant) : index(address.constant);
}

Value ThreadCode::load(const Access &access, Value address, int64_t lanes) {
  if (access.buffer.scalar)
    return access.buffer.scalar;
  if (access.buffer.splat)
    return arith::ConstantOp::create(b, loc, access.buffer.splat);
  if (lanes == 1)
    return memref::LoadOp::create(b, loc, access.buffer.flat,
                                  ValueRange{address});
  auto type = VectorType::get({lanes}, access.buffer.element);
  llvm::Align align(
      std::min<int64_t>(16, lanes * bytesOf(type.getElementType())));
  return vector::LoadOp::create(b, loc, type, access.buffer.flat,
                                ValueRange{address}, /*nontemporal=*/false,
                                align);
}

void ThreadCode::store(const Access &access, Value address, Value value) {
  auto type = dyn_cast<VectorType>(value.getType());
  if (!type) {
    memref::StoreOp::create(b, loc, value, access.buffer.flat,
                            ValueRange{address});
    return;
  }
  int64_t bytes = type.getNumElements() * bytesOf(type.getElementType());
  vector::StoreOp::create(b, loc, value, access.buffer.flat,
                          ValueRange{address}, /*nontemporal=*/false,
                          llvm::Align(std::min<int64_t>(16, bytes)));
}

SmallVector<Value> ThreadCode::body(linalg::GenericOp generic,
                                    ValueRange arguments) {
  auto position = [&](unsigned d) { return at[d]; };
  auto bufferOf = [&](Value tensor) { return context.bufferOf(tensor); };
  return emitBody(b, *generic.getBody(), arguments, {position, bufferOf});
}

Value ThreadCode::constant(TypedAttr value, int64_t lanes) {
  if (lanes > 1)
    value = DenseElementsAttr::get(VectorType::get({lanes}, value.getType()),
                                   ArrayRef<Attribute>(value));
  return arith::ConstantOp::create(b, loc, value);
}

int64_t ThreadCode::alignmentOf(const Access &access, int d,
                                int64_t lanes) const {
  return alignmentOfRuns(nest, stage, access, d, lanes);
}

int64_t bytesOf(Type element) {
  if (!element.isIntOrFloat() || element.getIntOrFloatBitWidth() % 8 != 0)
    return 0;
  return element.getIntOrFloatBitWidth() / 8;
}

bool takesVectors(linalg::GenericOp generic) {
  return !generic ||
         llvm::all_of(generic.getBody()->getOperations(),
                      [](Operation &op) { return op.getNumRegions() == 0; });
}

} // namespace dlc::loops
