// Decoder.h - an instruction's text to operations.
#ifndef DLC_EMULATOR_CUDA_PARSE_DECODER_H
#define DLC_EMULATOR_CUDA_PARSE_DECODER_H

#include "runtime/emulator/cuda/lanes/Lanes.h"
#include "runtime/emulator/cuda/parse/Instruction.h"
#include "runtime/emulator/cuda/parse/Module.h"
#include "runtime/emulator/cuda/parse/Registers.h"
#include "runtime/emulator/cuda/parse/Symbols.h"

namespace dlc::ptx {

class Decoder {
public:
  Decoder(Kernel &kernel, Registers &registers, Symbols &symbols,
          const Instruction &parsed);
  /// Whether instructions have this name, without what follows the dots.
  static bool knows(std::string_view base);
  /// Adds the operations of the instruction to the kernel.
  void decode();

private:
  Kernel &kernel;
  Registers &registers;
  Symbols &symbols;
  const Instruction &parsed;
  Op op;
  Type type;

  [[noreturn]] void malformed(const std::string &what) const;
  [[noreturn]] void unsupported() const;

  // Operands.cpp. An operand that is read has to have so many bytes.
  const Operand &operand(size_t i) const;
  void count(size_t least, size_t most) const;
  Type registerType(std::string_view name) const;
  uint32_t read(const Operand &operand, unsigned bytes, bool isDouble = false);
  uint32_t read(size_t i, Type type);
  uint32_t readPredicate(size_t i);
  /// A register that is written; `_` is one that nobody reads.
  uint32_t written(std::string_view name, unsigned bytes);
  uint32_t writtenPredicate(size_t i);
  uint64_t addressOf(std::string_view symbol);
  /// An integer register of another width, from here or written after here.
  uint32_t resized(uint32_t from, unsigned bytes, unsigned to, bool isSigned);
  void emit(Handler run, OpClass cost, unsigned slots = 1);
  void emitHidden(Handler run, uint32_t d, uint32_t a);

  // Decoder.cpp, by name.
  bool decodeUnary();
  bool decodeBinary();
  bool decodeTernary();
  bool decodePredicate();
  bool decodeBits();
  void modifiers(Modifiers &modifiers) const;

  // DecodeMoves.cpp
  bool decodeMove();
  bool decodeConvert();
  void pack();
  void addressConversion();
  // DecodeMemory.cpp
  bool decodeMemory();
  bool decodeAtomic();
  void address(const Operand &operand, Space space);
  Space spaceOf() const;
  // DecodeControl.cpp
  bool decodeControl();
  bool decodeExchange();
};

} // namespace dlc::ptx

#endif
