// Operation.h - a PTX instruction, decoded: what the executor reads.
#ifndef DLC_EMULATOR_CUDA_OPERATION_H
#define DLC_EMULATOR_CUDA_OPERATION_H

#include <cstdint>

namespace dlc::ptx {

struct Warp;
struct Op;

/// Executes an operation for the lanes of warp.mask.
using Handler = void (*)(Warp &, const Op &);

enum class OpKind : uint8_t { Plain, Branch, Barrier, Return };

/// What hardware does with an instruction (Costs.cpp).
enum class OpClass : uint8_t {
  Fma,   ///< float32 multiply-add
  Float, ///< float32 add, multiply
  Half,  ///< half precision, one or two lanes in a register
  Double,
  Integer,  ///< add, logic, shift, select, compare, minimum
  Multiply, ///< integer multiply and multiply-add
  Dot,      ///< dp4a, dp2a
  Convert,  ///< between types
  Special,  ///< rcp, sqrt, ex2, lg2, sin, cos
  Move,     ///< between registers; ptxas removes most
  Global,   ///< ld, st
  Shared,
  Local,
  Parameter,
  Atomic,
  Exchange, ///< shfl, vote
  Control,  ///< branch, barrier, return
  None      ///< not in the text: a part of the instruction after it
};

constexpr uint32_t kNoJoin = ~0u;

/// Registers are byte offsets into a warp's file; 0 stands for none.
struct Op {
  Handler run = nullptr;
  uint32_t d = 0, a = 0, b = 0, c = 0;
  uint32_t vector[4] = {0, 0, 0, 0}; ///< registers of a vector operand
  int64_t imm = 0;
  uint32_t guard = 0; ///< predicate
  /// Of a branch: where both ways meet. Of an access: its MemoryCount.
  uint32_t join = kNoJoin;
  uint32_t line = 0; ///< of the module's text
  OpKind kind = OpKind::Plain;
  uint8_t count : 4; ///< elements of the vector operand
  uint8_t negated : 1, results : 1, checked : 1; ///< guard; `vector` is written
  OpClass cost = OpClass::Move;
  uint8_t slots = 1; ///< machine instructions that stand for it
  Op() : count(1), negated(0), results(0), checked(0) {}
};
static_assert(sizeof(Op) <= 72, "operations are to stay in the cache");

enum class Unary : uint8_t {
  Copy,
  Neg,
  Abs,
  Not,
  Cnot,
  Sqrt,
  Rsqrt,
  Rcp,
  Ex2,
  Lg2,
  Sin,
  Cos,
  Popc,
  Clz,
  Brev
};
enum class Binary : uint8_t {
  Add,
  Sub,
  MulLo,
  MulHi,
  MulWide,
  Div,
  Rem,
  Min,
  Max,
  And,
  Or,
  Xor,
  Shl,
  Shr,
  CopySign
};
enum class Ternary : uint8_t {
  Fma,
  MadLo,
  MadHi,
  MadWide,
  Prmt,
  Dp4aSS,
  Dp4aSU,
  Dp4aUS,
  Dp4aUU,
  Dp2aLo,
  Dp2aHi,
  Bfe,
  Sad,
  Slct
};
enum class Compare : uint8_t {
  EQ,
  NE,
  LT,
  LE,
  GT,
  GE,
  EQU,
  NEU,
  LTU,
  LEU,
  GTU,
  GEU,
  NUM,
  NaN
};
enum class Rounding : uint8_t { Nearest, Zero, Down, Up };
enum class AtomicOp : uint8_t {
  Add,
  Min,
  Max,
  And,
  Or,
  Xor,
  Exch,
  Inc,
  Dec,
  Cas
};

/// Operations with one form; `imm` says what they need to know.
enum class Fixed : uint8_t {
  Lop3, ///< imm: the table
  Shf,  ///< imm: bit 0 right, bit 1 clamp
  Bfi32,
  Bfi64, ///< d = b with bits of a; position in c, length in vector[0]
  Pack16x2,
  Pack32x2,
  Pack16x4, ///< d from vector
  Unpack16x2,
  Unpack32x2,
  Unpack16x4, ///< vector from a
  PredAnd,
  PredOr,
  PredXor,
  PredNot,
  PredCopy,
  Nothing
};

/// How a float32 operation treats denormals and its result.
struct Modifiers {
  bool flush = false, saturate = false;
};

} // namespace dlc::ptx

#endif
