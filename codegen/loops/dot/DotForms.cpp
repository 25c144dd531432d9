//===- DotForms.cpp - Instructions that add products up in lanes ----------===//

#include "codegen/loops/dot/DotForms.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace dlc::loops {

namespace {
int64_t lanesOf(Value sums) {
  return cast<VectorType>(sums.getType()).getDimSize(0);
}

Value call(OpBuilder &b, Location loc, StringRef name, Type result,
           ValueRange operands) {
  return LLVM::CallIntrinsicOp::create(b, loc, result, b.getStringAttr(name),
                                       operands)
      .getResults();
}

/// An x86 instruction on vectors of 128, 256 or 512 bits.
Value callX86(OpBuilder &b, Location loc, StringRef stem, Value sums,
              Value data, Value weights) {
  std::string name = (stem + "." + std::to_string(32 * lanesOf(sums))).str();
  return call(b, loc, name, sums.getType(), {sums, data, weights});
}

Value vpdpbusd(OpBuilder &b, Location loc, Value sums, Value data,
               Value weights) {
  return callX86(b, loc, "llvm.x86.avx512.vpdpbusd", sums, data, weights);
}

Value vpdpwssd(OpBuilder &b, Location loc, Value sums, Value data,
               Value weights) {
  return callX86(b, loc, "llvm.x86.avx512.vpdpwssd", sums, data, weights);
}

/// Two products of 16 bits fit 32 bits but for (-2^15)^2 twice; those of bytes
/// less a zero point are far from that.
Value pmaddwd(OpBuilder &b, Location loc, Value sums, Value data,
              Value weights) {
  StringRef name;
  switch (lanesOf(sums)) {
  case 4:
    name = "llvm.x86.sse2.pmadd.wd";
    break;
  case 8:
    name = "llvm.x86.avx2.pmadd.wd";
    break;
  default:
    name = "llvm.x86.avx512.pmaddw.d.512";
  }
  Value products = call(b, loc, name, sums.getType(), {data, weights});
  return arith::AddIOp::create(b, loc, sums, products);
}

Value sdot(OpBuilder &b, Location loc, Value sums, Value data, Value weights) {
  return call(b, loc, "llvm.aarch64.neon.sdot.v4i32.v16i8", sums.getType(),
              {sums, weights, data});
}

Value usdot(OpBuilder &b, Location loc, Value sums, Value data, Value weights) {
  return call(b, loc, "llvm.aarch64.neon.usdot.v4i32.v16i8", sums.getType(),
              {sums, data, weights});
}

Value smmla(OpBuilder &b, Location loc, Value sums, Value data, Value weights) {
  return call(b, loc, "llvm.aarch64.neon.smmla.v4i32.v16i8", sums.getType(),
              {sums, data, weights});
}

Value usmmla(OpBuilder &b, Location loc, Value sums, Value data,
             Value weights) {
  return call(b, loc, "llvm.aarch64.neon.usmmla.v4i32.v16i8", sums.getType(),
              {sums, data, weights});
}

Value smlal(OpBuilder &b, Location loc, Value sums, Value data, Value weights) {
  Value products = call(b, loc, "llvm.aarch64.neon.smull.v4i32", sums.getType(),
                        {weights, data});
  return arith::AddIOp::create(b, loc, sums, products);
}

/// Half of a vector.
Value halfOf(OpBuilder &b, Location loc, Value vector, int64_t half) {
  int64_t size = lanesOf(vector) / 2;
  return vector::ExtractStridedSliceOp::create(b, loc, vector, half * size,
                                               size, 1);
}

/// Four features' groups of four: products of half of them fill a vector of 16
/// bits, whose neighbours are added to the two sums of each feature.
Value smullSadalp(OpBuilder &b, Location loc, Value sums, ValueRange data,
                  ValueRange weights) {
  auto words = VectorType::get({4}, b.getI32Type());
  auto halfWords = VectorType::get({8}, b.getI16Type());
  SmallVector<Value> halves;
  for (int64_t half = 0; half < 2; ++half) {
    Value products;
    for (auto [x, w] : llvm::zip(data, weights)) {
      // Both halves of the data are the same.
      Value each = call(b, loc, "llvm.aarch64.neon.smull.v8i16", halfWords,
                        {halfOf(b, loc, w, half), halfOf(b, loc, x, 0)});
      products = products
                     ? arith::AddIOp::create(b, loc, products, each).getResult()
                     : each;
    }
    Value pairs =
        call(b, loc, "llvm.aarch64.neon.saddlp.v4i32.v8i16", words, products);
    halves.push_back(
        arith::AddIOp::create(b, loc, halfOf(b, loc, sums, half), pairs));
  }
  return vector::ShuffleOp::create(b, loc, halves[0], halves[1],
                                   llvm::to_vector(llvm::seq<int64_t>(0, 8)));
}

Value smullSadalpOnce(OpBuilder &b, Location loc, Value sums, Value data,
                      Value weights) {
  return smullSadalp(b, loc, sums, data, weights);
}

/// Sixteen elements of the sum for each feature, in four sums: products of the
/// vectors' halves are added up in 16 bits.
Value smullSadalpWhole(OpBuilder &b, Location loc, Value sums, Value data,
                       Value weights) {
  constexpr int64_t kSums = 4, kGroup = 16;
  auto words = VectorType::get({kSums}, b.getI32Type());
  auto halfWords = VectorType::get({kGroup / 2}, b.getI16Type());
  int64_t features = lanesOf(sums) / kSums;
  auto product = [&](Value w, int64_t half) {
    return call(b, loc, "llvm.aarch64.neon.smull.v8i16", halfWords,
                {halfOf(b, loc, w, half), halfOf(b, loc, data, half)});
  };
  for (int64_t feature = 0; feature < features; ++feature) {
    Value w = vector::ExtractStridedSliceOp::create(
        b, loc, weights, feature * kGroup, kGroup, 1);
    Value products =
        arith::AddIOp::create(b, loc, product(w, 0), product(w, 1));
    Value four =
        call(b, loc, "llvm.aarch64.neon.saddlp.v4i32.v8i16", words, products);
    Value before = vector::ExtractStridedSliceOp::create(
        b, loc, sums, feature * kSums, kSums, 1);
    sums = vector::InsertStridedSliceOp::create(
        b, loc, arith::AddIOp::create(b, loc, before, four), sums,
        feature * kSums, 1);
  }
  return sums;
}

const DotForm kForms[] = {
    {"vpdpbusd", /*products=*/4, /*group=*/4, /*bits=*/8,
     /*unsignedData=*/true, /*factorInLane=*/false, vpdpbusd},
    {"smmla", 8, 8, 8, false, true, smmla, nullptr, 1, /*positions=*/2},
    {"usmmla", 8, 8, 8, true, true, usmmla, nullptr, 1, 2},
    {"sdot", 4, 4, 8, false, true, sdot},
    {"usdot", 4, 4, 8, true, true, usdot},
    {"vpdpwssd", 2, 2, 16, false, false, vpdpwssd},
    {"vpmaddwd vpaddd", 2, 2, 16, false, false, pmaddwd},
    {"pmaddwd paddd", 2, 2, 16, false, false, pmaddwd},
    {"smull sadalp", 2, 4, 8, false, true, smullSadalpOnce, smullSadalp, 2},
    {"smull sadalp", 2, 16, 8, false, true, smullSadalpWhole, nullptr, 4},
    {"smlal", 1, 1, 16, false, true, smlal},
};

/// Names alone do not tell: smlal is in AArch64 four products of 16 bits, in
/// 32-bit Arm one of 32.
bool isForm(const targets::MultiplyAccumulate &has, const DotForm &form) {
  return has.instruction == form.instruction && has.lanes > 1 &&
         has.products == form.products &&
         std::max(bitsOf(has.left), bitsOf(has.right)) == form.bits;
}
} // namespace

int64_t groupsInVector(const DotForm &form) {
  constexpr int64_t kVectorBits = 128;
  return form.factorInLane ? kVectorBits / (form.bits * form.group) : 1;
}

SmallVector<AvailableForm, 2> dotFormsOf(const Machine &machine) {
  SmallVector<AvailableForm, 2> forms;
  if (machine.vectorBits < 128)
    return forms;
  for (const DotForm &form : kForms)
    for (const targets::MultiplyAccumulate &has : machine.forms)
      if (isForm(has, form))
        forms.push_back({&form, has.cycles});
  return forms;
}

} // namespace dlc::loops
