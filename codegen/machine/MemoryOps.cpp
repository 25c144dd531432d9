//===- MemoryOps.cpp - What Arm's loads, stores and additions do ----------===//
//
// Operands as ARMInstrInfo.td, ARMInstrThumb.td, ARMInstrThumb2.td and
// ARMInstrVFP.td of LLVM 22 order them; how offsets are packed into one number
// is in ARMAddressingModes.h. None of that is among LLVM's public headers.
//
//===----------------------------------------------------------------------===//

#include "codegen/machine/MemoryOps.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/CodeGen/MachineMemOperand.h"

using namespace dlc::machine;
using llvm::MachineInstr;
using llvm::MachineOperand;
using llvm::Register;

namespace {
enum class Family {
  Add,          // to, from, number
  AddFlags,     // to, flags, from, number (Thumb-1)
  Move,         // to, from
  ReturnLink,   // to what the link register holds
  ReturnTo,     // address
  Single,       // register, base, offset
  Pair,         // two registers, base, offset
  PairArm,      // two registers, base, no register, packed offset
  Multiple,     // base, condition (2), registers
  MultipleUpd,  // new base, base, condition (2), registers
  LoadPre,      // register, new base, base, step
  LoadPost,     // the same
  LoadPostArm,  // register, new base, base, no register, packed step
  StorePre,     // new base, register, base, step
  StorePost,    // the same
  StorePostArm, // new base, register, base, no register, packed step
  LoadPairPre,  // two registers, new base, base, step
  LoadPairPost,
  StorePairPre, // new base, two registers, base, step
  StorePairPost,
};

/// How an offset is written: a number times `scale`, or packed.
enum class Packing { Number, Am2, Am3, Am5 };

/// Which places a multiple transfer covers, seen from its base.
enum class Places { After, AfterNext, Before, BeforeNext };
} // namespace

struct MemoryOps::Form {
  const char *name;
  Family family;
  bool loads = false;
  int scale = 1;
  Packing packing = Packing::Number;
  unsigned bytes = 4;
  Places places = Places::After;
  bool returns = false;
};

using Form = MemoryOps::Form;

// LLVM's name, family, loads, scale, packing, bytes, places, returns.
static const Form table[] = {
    {"ADDri", Family::Add},
    {"SUBri", Family::Add, false, -1},
    {"t2ADDri", Family::Add},
    {"t2SUBri", Family::Add, false, -1},
    {"t2ADDri12", Family::Add},
    {"t2SUBri12", Family::Add, false, -1},
    {"t2ADDspImm", Family::Add},
    {"t2SUBspImm", Family::Add, false, -1},
    {"t2ADDspImm12", Family::Add},
    {"t2SUBspImm12", Family::Add, false, -1},
    {"tADDrSPi", Family::Add, false, 4},
    {"tADDspi", Family::Add, false, 4},
    {"tSUBspi", Family::Add, false, -4},
    {"tADDi3", Family::AddFlags},
    {"tSUBi3", Family::AddFlags, false, -1},
    {"tADDi8", Family::AddFlags},
    {"tSUBi8", Family::AddFlags, false, -1},
    {"MOVr", Family::Move},
    {"tMOVr", Family::Move},
    {"BX_RET", Family::ReturnLink},
    {"MOVPCLR", Family::ReturnLink},
    {"tBX_RET", Family::ReturnLink},
    {"tBX", Family::ReturnTo},
    {"LDRi12", Family::Single, true},
    {"STRi12", Family::Single},
    {"t2LDRi12", Family::Single, true},
    {"t2LDRi8", Family::Single, true},
    {"t2STRi12", Family::Single},
    {"t2STRi8", Family::Single},
    {"tLDRi", Family::Single, true, 4},
    {"tLDRspi", Family::Single, true, 4},
    {"tSTRi", Family::Single, false, 4},
    {"tSTRspi", Family::Single, false, 4},
    {"VLDRS", Family::Single, true, 1, Packing::Am5},
    {"VSTRS", Family::Single, false, 1, Packing::Am5},
    {"VLDRD", Family::Single, true, 1, Packing::Am5, 8},
    {"VSTRD", Family::Single, false, 1, Packing::Am5, 8},
    {"t2LDRDi8", Family::Pair, true},
    {"t2STRDi8", Family::Pair},
    {"LDRD", Family::PairArm, true, 1, Packing::Am3},
    {"STRD", Family::PairArm, false, 1, Packing::Am3},
    {"LDR_PRE_IMM", Family::LoadPre, true},
    {"LDR_POST_IMM", Family::LoadPostArm, true, 1, Packing::Am2},
    {"STR_PRE_IMM", Family::StorePre},
    {"STR_POST_IMM", Family::StorePostArm, false, 1, Packing::Am2},
    {"t2LDR_PRE", Family::LoadPre, true},
    {"t2LDR_POST", Family::LoadPost, true},
    {"t2STR_PRE", Family::StorePre},
    {"t2STR_POST", Family::StorePost},
    {"t2LDRD_PRE", Family::LoadPairPre, true},
    {"t2LDRD_POST", Family::LoadPairPost, true},
    {"t2STRD_PRE", Family::StorePairPre},
    {"t2STRD_POST", Family::StorePairPost},
    {"LDMIA", Family::Multiple, true},
    {"LDMIB", Family::Multiple, true, 1, {}, 4, Places::AfterNext},
    {"LDMDA", Family::Multiple, true, 1, {}, 4, Places::Before},
    {"LDMDB", Family::Multiple, true, 1, {}, 4, Places::BeforeNext},
    {"STMIA", Family::Multiple},
    {"STMIB", Family::Multiple, false, 1, {}, 4, Places::AfterNext},
    {"STMDA", Family::Multiple, false, 1, {}, 4, Places::Before},
    {"STMDB", Family::Multiple, false, 1, {}, 4, Places::BeforeNext},
    {"t2LDMIA", Family::Multiple, true},
    {"t2LDMDB", Family::Multiple, true, 1, {}, 4, Places::BeforeNext},
    {"t2STMIA", Family::Multiple},
    {"t2STMDB", Family::Multiple, false, 1, {}, 4, Places::BeforeNext},
    {"tLDMIA", Family::Multiple, true},
    {"VLDMSIA", Family::Multiple, true},
    {"VSTMSIA", Family::Multiple},
    {"VLDMDIA", Family::Multiple, true, 1, {}, 8},
    {"VSTMDIA", Family::Multiple, false, 1, {}, 8},
    {"LDMIA_UPD", Family::MultipleUpd, true},
    {"LDMIB_UPD", Family::MultipleUpd, true, 1, {}, 4, Places::AfterNext},
    {"LDMDA_UPD", Family::MultipleUpd, true, 1, {}, 4, Places::Before},
    {"LDMDB_UPD", Family::MultipleUpd, true, 1, {}, 4, Places::BeforeNext},
    {"STMIA_UPD", Family::MultipleUpd},
    {"STMIB_UPD", Family::MultipleUpd, false, 1, {}, 4, Places::AfterNext},
    {"STMDA_UPD", Family::MultipleUpd, false, 1, {}, 4, Places::Before},
    {"STMDB_UPD", Family::MultipleUpd, false, 1, {}, 4, Places::BeforeNext},
    {"t2LDMIA_UPD", Family::MultipleUpd, true},
    {"t2LDMDB_UPD", Family::MultipleUpd, true, 1, {}, 4, Places::BeforeNext},
    {"t2STMIA_UPD", Family::MultipleUpd},
    {"t2STMDB_UPD", Family::MultipleUpd, false, 1, {}, 4, Places::BeforeNext},
    {"tLDMIA_UPD", Family::MultipleUpd, true},
    {"tSTMIA_UPD", Family::MultipleUpd},
    {"VLDMSIA_UPD", Family::MultipleUpd, true},
    {"VSTMSIA_UPD", Family::MultipleUpd},
    {"VLDMSDB_UPD", Family::MultipleUpd, true, 1, {}, 4, Places::BeforeNext},
    {"VSTMSDB_UPD", Family::MultipleUpd, false, 1, {}, 4, Places::BeforeNext},
    {"VLDMDIA_UPD", Family::MultipleUpd, true, 1, {}, 8},
    {"VSTMDIA_UPD", Family::MultipleUpd, false, 1, {}, 8},
    {"VLDMDDB_UPD", Family::MultipleUpd, true, 1, {}, 8, Places::BeforeNext},
    {"VSTMDDB_UPD", Family::MultipleUpd, false, 1, {}, 8, Places::BeforeNext},
    {"LDMIA_RET", Family::MultipleUpd, true, 1, {}, 4, Places::After, true},
    {"t2LDMIA_RET", Family::MultipleUpd, true, 1, {}, 4, Places::After, true},
};

MemoryOps::MemoryOps(const llvm::TargetInstrInfo &instructions,
                     const llvm::TargetRegisterInfo &registers)
    : forms(instructions.getNumOpcodes()), registers(registers) {
  llvm::StringMap<const Form *> byName;
  for (const Form &form : table)
    byName[form.name] = &form;
  for (unsigned opcode = 0; opcode < forms.size(); ++opcode)
    forms[opcode] = byName.lookup(instructions.getName(opcode));
}

static bool isConditional(const MachineInstr &instr) {
  // ARMCC::AL: always.
  constexpr int64_t always = 14;
  int at = instr.findFirstPredOperandIdx();
  return at >= 0 && instr.getOperand(at).getImm() != always;
}

static bool isNumber(const MachineInstr &instr, unsigned at) {
  return at < instr.getNumOperands() && instr.getOperand(at).isImm();
}

static int64_t unpack(Packing packing, int64_t value, int scale) {
  auto sign = [&](unsigned bit) { return (value >> bit) & 1 ? -1 : 1; };
  switch (packing) {
  case Packing::Number:
    return value * scale;
  case Packing::Am2:
    return sign(12) * (value & 0xfff);
  case Packing::Am3:
    return sign(8) * (value & 0xff);
  case Packing::Am5:
    return sign(8) * (value & 0xff) * 4;
  }
  llvm_unreachable("all packings are listed");
}

std::optional<Addition> MemoryOps::addition(const MachineInstr &instr) const {
  const Form *form = forms[instr.getOpcode()];
  if (!form || isConditional(instr))
    return std::nullopt;
  auto to = [&] { return instr.getOperand(0).getReg(); };
  switch (form->family) {
  case Family::Move:
    return Addition{to(), instr.getOperand(1).getReg(), 0};
  case Family::Add:
    if (!isNumber(instr, 2) || !instr.getOperand(1).isReg())
      return std::nullopt;
    return Addition{to(), instr.getOperand(1).getReg(),
                    instr.getOperand(2).getImm() * form->scale};
  case Family::AddFlags:
    if (!isNumber(instr, 3) || !instr.getOperand(2).isReg())
      return std::nullopt;
    return Addition{to(), instr.getOperand(2).getReg(),
                    instr.getOperand(3).getImm() * form->scale};
  default:
    return std::nullopt;
  }
}

bool MemoryOps::isIncrement(const MachineInstr &instr) const {
  const Form *form = forms[instr.getOpcode()];
  return form &&
         (form->family == Family::Add || form->family == Family::AddFlags);
}

std::optional<Register>
MemoryOps::returnAddress(const MachineInstr &instr) const {
  const Form *form = forms[instr.getOpcode()];
  if (!form || isConditional(instr) || !instr.isReturn())
    return std::nullopt;
  if (form->family == Family::ReturnTo)
    return instr.getOperand(0).getReg();
  if (form->family == Family::ReturnLink)
    return registers.getRARegister();
  return std::nullopt;
}

namespace {
/// Where the operands of an instruction are.
struct Layout {
  unsigned first;              // of the registers
  std::optional<unsigned> end; // or all that follow
  unsigned base;
  std::optional<unsigned> number;
  bool updates = false, before = false;
};
} // namespace

static std::optional<Layout> layoutOf(Family family) {
  switch (family) {
  case Family::Single:
    return Layout{0, 1, 1, 2};
  case Family::Pair:
    return Layout{0, 2, 2, 3};
  case Family::PairArm:
    return Layout{0, 2, 2, 4};
  case Family::Multiple:
    return Layout{3, {}, 0, {}};
  case Family::MultipleUpd:
    return Layout{4, {}, 1, {}, true};
  case Family::LoadPre:
    return Layout{0, 1, 2, 3, true, true};
  case Family::LoadPost:
    return Layout{0, 1, 2, 3, true};
  case Family::LoadPostArm:
    return Layout{0, 1, 2, 4, true};
  case Family::StorePre:
    return Layout{1, 2, 2, 3, true, true};
  case Family::StorePost:
    return Layout{1, 2, 2, 3, true};
  case Family::StorePostArm:
    return Layout{1, 2, 2, 4, true};
  case Family::LoadPairPre:
    return Layout{0, 2, 3, 4, true, true};
  case Family::LoadPairPost:
    return Layout{0, 2, 3, 4, true};
  case Family::StorePairPre:
    return Layout{1, 3, 3, 4, true, true};
  case Family::StorePairPost:
    return Layout{1, 3, 3, 4, true};
  default:
    return std::nullopt;
  }
}

/// The lowest address of a transfer of `size` bytes, from its base.
static int64_t lowest(Places places, int64_t size) {
  switch (places) {
  case Places::After:
    return 0;
  case Places::AfterNext:
    return 4;
  case Places::Before:
    return 4 - size;
  case Places::BeforeNext:
    return -size;
  }
  llvm_unreachable("all places are listed");
}

/// Whether a machine does what the operands say: LDM and STM take registers in
/// the order of their numbers, the words of LDRD are two registers, and a base
/// that is updated is no other operand.
static bool isDefined(const Transfer &op, Family family,
                      const llvm::TargetRegisterInfo &registers) {
  bool multiple = family == Family::Multiple || family == Family::MultipleUpd;
  for (size_t i = 1; multiple && i < op.registers.size(); ++i)
    if (registers.getEncodingValue(op.registers[i - 1]) >=
        registers.getEncodingValue(op.registers[i]))
      return false;
  if (!multiple && op.loads && op.registers.size() == 2 &&
      op.registers[0] == op.registers[1])
    return false;
  return !op.updates || !llvm::is_contained(op.registers, op.base);
}

std::optional<Transfer> MemoryOps::transfer(const MachineInstr &instr) const {
  const Form *form = forms[instr.getOpcode()];
  std::optional<Layout> layout;
  if (form)
    layout = layoutOf(form->family);
  if (!layout || isConditional(instr) ||
      !llvm::all_of(instr.memoperands(), [](const llvm::MachineMemOperand *at) {
        return at->isUnordered();
      }))
    return std::nullopt;
  Transfer op;
  op.loads = form->loads;
  op.bytes = form->bytes;
  op.updates = layout->updates;
  op.returns = form->returns;
  if (!instr.getOperand(layout->base).isReg())
    return std::nullopt;
  op.base = instr.getOperand(layout->base).getReg();
  unsigned end = layout->end.value_or(instr.getNumExplicitOperands());
  for (unsigned i = layout->first; i < end; ++i) {
    const MachineOperand &operand = instr.getOperand(i);
    if (!operand.isReg() || (operand.isUse() && operand.isUndef()))
      return std::nullopt;
    op.registers.push_back(operand.getReg());
  }
  int64_t size = static_cast<int64_t>(op.registers.size()) * op.bytes;
  if (!layout->number) {
    op.offset = lowest(form->places, size);
    bool down =
        form->places == Places::Before || form->places == Places::BeforeNext;
    op.step = down ? -size : size;
  } else if (isNumber(instr, *layout->number)) {
    int64_t number = unpack(
        form->packing, instr.getOperand(*layout->number).getImm(), form->scale);
    op.step = number;
    op.offset = layout->updates && !layout->before ? 0 : number;
  } else {
    return std::nullopt;
  }
  if (form->family == Family::PairArm) {
    unsigned even = registers.getEncodingValue(op.registers[0]);
    op.isPseudo =
        even % 2 || registers.getEncodingValue(op.registers[1]) != even + 1;
    if (instr.getOperand(3).getReg())
      return std::nullopt;
  }
  if (!isDefined(op, form->family, registers))
    return std::nullopt;
  return op;
}
