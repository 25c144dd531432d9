//===- BlockEffects.cpp - What a block does, in terms of its inputs -------===//

#include "codegen/machine/BlockEffects.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/CodeGen/MachineBasicBlock.h"
#include "llvm/CodeGen/MachineFunction.h"

#include <tuple>

using namespace dlc::machine;
using llvm::MachineInstr;
using llvm::MachineOperand;
using llvm::Register;
using Id = Expressions::Id;

Id Expressions::number(llvm::ArrayRef<uint64_t> parts) {
  if (auto found = known.find(parts); found != known.end())
    return found->second;
  Id id = known.size() + 1;
  known[parts.copy(memory)] = id;
  return id;
}

Expressions::Split Expressions::split(Id id) const {
  auto found = sums.find(id);
  return found == sums.end() ? Split{id, 0} : found->second;
}

namespace {
enum Tag : uint64_t {
  Initial, // a unit of a register, or memory, when the block begins
  Undefined,
  Sum,
  Part,  // of a value in several units
  Whole, // a value of several units
  Loaded,
  Stored,
  Step,
  Instruction,
  Result,
  Clobbered,
  Returned,
};
} // namespace

Id Expressions::sum(Id base, int64_t amount) {
  Split whole = split(base);
  whole.amount = static_cast<int32_t>(static_cast<uint32_t>(whole.amount) +
                                      static_cast<uint32_t>(amount));
  if (whole.amount == 0)
    return whole.base;
  Id id = number({Sum, whole.base, static_cast<uint32_t>(whole.amount)});
  sums[id] = whole;
  return id;
}

namespace {
class Runner {
public:
  Runner(const llvm::TargetRegisterInfo &registers, const MemoryOps &ops,
         Expressions &expressions)
      : registers(registers), ops(ops), expressions(expressions) {
    unsigned count = registers.getNumRegUnits();
    for (unsigned unit = 0; unit < count; ++unit)
      effects.units.push_back(expressions.number({Initial, unit}));
    effects.memory = expressions.number({Initial, count});
  }

  void run(const MachineInstr &instr);
  BlockEffects finish() {
    closeStores();
    return std::move(effects);
  }

private:
  struct Store {
    int64_t offset;
    uint64_t bytes;
    Id value;
  };

  std::vector<unsigned> unitsOf(Register reg) const {
    std::vector<unsigned> units;
    for (auto unit : registers.regunits(reg.asMCReg()))
      units.push_back(static_cast<unsigned>(unit));
    return units;
  }
  Id read(Register reg);
  void write(Register reg, Id value);
  void runTransfer(const MachineInstr &instr, const Transfer &op);
  void store(Expressions::Split place, uint64_t bytes, Id value);
  void closeStores();
  void writeOthers(const MachineInstr &instr, llvm::ArrayRef<Register> known);
  void runUnknown(const MachineInstr &instr);
  Id meaningOf(const MachineOperand &operand);
  const llvm::BitVector &clobberedUnits(const MachineOperand &operand);

  const llvm::TargetRegisterInfo &registers;
  const MemoryOps &ops;
  Expressions &expressions;
  BlockEffects effects;
  /// Stores from one base that may still change places.
  std::vector<Store> stores;
  Id storeBase = 0;
  /// By mask: a function with thousands of calls has few of them.
  llvm::DenseMap<const uint32_t *, llvm::BitVector> clobbered;
};
} // namespace

Id Runner::read(Register reg) {
  std::vector<unsigned> units = unitsOf(reg);
  if (units.size() == 1)
    return effects.units[units.front()];
  std::vector<uint64_t> parts = {Whole};
  for (unsigned unit : units)
    parts.push_back(effects.units[unit]);
  return expressions.number(parts);
}

void Runner::write(Register reg, Id value) {
  std::vector<unsigned> units = unitsOf(reg);
  if (units.size() == 1) {
    effects.units[units.front()] = value;
    return;
  }
  for (auto [index, unit] : llvm::enumerate(units))
    effects.units[unit] = expressions.number({Part, value, index});
}

void Runner::closeStores() {
  if (stores.empty())
    return;
  llvm::sort(stores, [](const Store &a, const Store &b) {
    return a.offset < b.offset;
  });
  std::vector<uint64_t> parts = {Stored, effects.memory, storeBase};
  for (const Store &store : stores)
    parts.insert(parts.end(), {static_cast<uint64_t>(store.offset), store.bytes,
                               store.value});
  effects.memory = expressions.number(parts);
  stores.clear();
}

void Runner::store(Expressions::Split place, uint64_t bytes, Id value) {
  int64_t from = place.amount;
  if (place.base == storeBase)
    for (Store &other : stores)
      if (other.offset == from && other.bytes == bytes) {
        // Nothing has been read since: the last one is what is left.
        other.value = value;
        return;
      }
  int64_t to = from + static_cast<int64_t>(bytes);
  bool overlaps = llvm::any_of(stores, [&](const Store &other) {
    return from < other.offset + static_cast<int64_t>(other.bytes) &&
           other.offset < to;
  });
  if (place.base != storeBase || overlaps)
    closeStores();
  storeBase = place.base;
  stores.push_back({from, bytes, value});
}

void Runner::runTransfer(const MachineInstr &instr, const Transfer &op) {
  effects.undefined |= op.isPseudo;
  Id base = read(op.base);
  std::vector<std::pair<Register, Id>> loaded;
  if (op.loads)
    closeStores();
  for (auto [index, reg] : llvm::enumerate(op.registers)) {
    Id address = expressions.sum(
        base, op.offset + static_cast<int64_t>(index * op.bytes));
    Expressions::Split place = expressions.split(address);
    if (op.loads)
      loaded.emplace_back(
          reg, expressions.number({Loaded, effects.memory, address, op.bytes}));
    else
      store(place, op.bytes, read(reg));
  }
  for (auto [reg, value] : loaded)
    write(reg, value);
  if (op.updates)
    write(op.base, expressions.sum(base, op.step));
  std::vector<Register> known;
  if (op.loads)
    known = {op.registers.begin(), op.registers.end()};
  known.push_back(op.base);
  writeOthers(instr, known);
  if (!op.returns)
    return;
  closeStores();
  effects.memory =
      expressions.number({Returned, effects.memory, loaded.back().second});
  effects.returns = true;
}

/// What a known instruction defines besides its results: flags. Whole registers
/// of which it defines a part are as they were but for that part.
void Runner::writeOthers(const MachineInstr &instr,
                         llvm::ArrayRef<Register> known) {
  for (auto [index, operand] : llvm::enumerate(instr.operands())) {
    if (!operand.isReg() || !operand.isDef() || !operand.getReg())
      continue;
    bool isKnown = llvm::any_of(known, [&, &operand = operand](Register reg) {
      return registers.regsOverlap(reg, operand.getReg());
    });
    if (isKnown)
      continue;
    std::vector<uint64_t> parts = {Instruction, instr.getOpcode()};
    for (const MachineOperand &other : instr.operands())
      if (other.isReg() && other.isUse() && other.getReg())
        parts.push_back(read(other.getReg()));
    parts.push_back(index);
    write(operand.getReg(), expressions.number(parts));
  }
}

/// A number for what an instruction reads; 0 for what it writes.
Id Runner::meaningOf(const MachineOperand &operand) {
  uint64_t type = operand.getType();
  auto pointer = [](const void *to) { return reinterpret_cast<uint64_t>(to); };
  switch (operand.getType()) {
  case MachineOperand::MO_Register:
    if (operand.isDef() || !operand.getReg())
      return 0;
    return operand.isUndef() ? expressions.number({Undefined})
                             : read(operand.getReg());
  case MachineOperand::MO_Immediate:
    return expressions.number(
        {Initial, type, static_cast<uint64_t>(operand.getImm())});
  case MachineOperand::MO_FPImmediate:
    return expressions.number({Initial, type, pointer(operand.getFPImm())});
  case MachineOperand::MO_MachineBasicBlock:
    return expressions.number(
        {Initial, type, static_cast<uint64_t>(operand.getMBB()->getNumber())});
  case MachineOperand::MO_FrameIndex:
  case MachineOperand::MO_JumpTableIndex:
    return expressions.number(
        {Initial, type, static_cast<uint64_t>(operand.getIndex())});
  case MachineOperand::MO_ConstantPoolIndex:
    return expressions.number({Initial, type,
                               static_cast<uint64_t>(operand.getIndex()),
                               static_cast<uint64_t>(operand.getOffset())});
  case MachineOperand::MO_ExternalSymbol:
    return expressions.number({Initial, type, pointer(operand.getSymbolName()),
                               static_cast<uint64_t>(operand.getOffset()),
                               operand.getTargetFlags()});
  case MachineOperand::MO_GlobalAddress:
    return expressions.number({Initial, type, pointer(operand.getGlobal()),
                               static_cast<uint64_t>(operand.getOffset()),
                               operand.getTargetFlags()});
  case MachineOperand::MO_RegisterMask:
    return expressions.number({Initial, type, pointer(operand.getRegMask())});
  case MachineOperand::MO_Metadata:
    return 0;
  default:
    effects.undefined = true;
    return 0;
  }
}

/// The units of all registers that a call does not keep.
const llvm::BitVector &Runner::clobberedUnits(const MachineOperand &operand) {
  auto [found, isNew] = clobbered.try_emplace(operand.getRegMask());
  if (isNew) {
    found->second.resize(registers.getNumRegUnits());
    for (unsigned reg = 1; reg < registers.getNumRegs(); ++reg)
      if (operand.clobbersPhysReg(reg))
        for (unsigned unit : unitsOf(reg))
          found->second.set(unit);
  }
  return found->second;
}

void Runner::runUnknown(const MachineInstr &instr) {
  bool steps = instr.mayStore() || instr.isCall() || instr.isTerminator() ||
               instr.isInlineAsm() || instr.hasUnmodeledSideEffects() ||
               (instr.mayLoad() && instr.hasOrderedMemoryRef());
  if (steps || instr.mayLoad())
    closeStores();
  std::vector<uint64_t> parts = {Instruction, instr.getOpcode(),
                                 steps || instr.mayLoad() ? effects.memory : 0};
  for (const MachineOperand &operand : instr.operands())
    parts.push_back(meaningOf(operand));
  Id does = expressions.number(parts);
  if (steps)
    effects.memory = expressions.number({Step, does});
  for (auto [index, operand] : llvm::enumerate(instr.operands())) {
    if (operand.isRegMask())
      for (unsigned unit : clobberedUnits(operand).set_bits())
        effects.units[unit] = expressions.number({Clobbered, does, unit});
    if (operand.isReg() && operand.isDef() && operand.getReg())
      write(operand.getReg(), expressions.number({Result, does, index}));
  }
}

void Runner::run(const MachineInstr &instr) {
  if (instr.isDebugInstr() || instr.isCFIInstruction() || instr.isKill())
    return;
  if (std::optional<Addition> op = ops.addition(instr)) {
    write(op->to, expressions.sum(read(op->from), op->amount));
    writeOthers(instr, {op->to});
    return;
  }
  if (std::optional<Register> address = ops.returnAddress(instr)) {
    closeStores();
    effects.memory =
        expressions.number({Returned, effects.memory, read(*address)});
    effects.returns = true;
    return;
  }
  if (std::optional<Transfer> op = ops.transfer(instr))
    return runTransfer(instr, *op);
  runUnknown(instr);
}

BlockEffects dlc::machine::effectsOf(llvm::ArrayRef<const MachineInstr *> block,
                                     const llvm::TargetRegisterInfo &registers,
                                     const MemoryOps &ops,
                                     Expressions &expressions) {
  Runner runner(registers, ops, expressions);
  for (const MachineInstr *instr : block)
    runner.run(*instr);
  return runner.finish();
}
