//===- MachineCode.cpp - What instructions of an object do to registers ---===//

#include "MachineCode.h"

#include "CallConventions.h"
#include "ObjectLayout.h"

#include "llvm/MC/MCAsmInfo.h"
#include "llvm/MC/MCContext.h"
#include "llvm/MC/MCDisassembler/MCDisassembler.h"
#include "llvm/MC/MCInst.h"
#include "llvm/MC/MCInstPrinter.h"
#include "llvm/MC/MCInstrAnalysis.h"
#include "llvm/MC/MCInstrInfo.h"
#include "llvm/MC/MCRegisterInfo.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/MCTargetOptions.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/raw_ostream.h"

#include <map>

using namespace dlc::test;
using namespace llvm;

namespace {
/// ARMCC::AL of LLVM's ARM backend.
constexpr int64_t ALWAYS = 14;
/// ARM::OPERAND_VPRED_R and _N, and ARMVCC::None: the predicate of a vector
/// instruction is an operand of a type of its own, of three parts, which a
/// fourth follows that holds the old value of the result.
constexpr uint8_t VPRED_R = MCOI::OPERAND_FIRST_TARGET;
constexpr uint8_t VPRED_N = MCOI::OPERAND_FIRST_TARGET + 1;
constexpr int64_t UNPREDICATED = 0;
constexpr unsigned VPRED_OLD_VALUE = 3;
} // namespace

namespace {
struct Decoded {
  MCInst inst;
  uint64_t size = 0;
  bool relocated = false; // its target is for the linker to say
};
} // namespace

/// LLVM's description of a machine.
class MachineCode::Reader {
public:
  static Expected<std::unique_ptr<Reader>>
  create(const object::ELFObjectFileBase &obj);
  Error readFunctions(const object::ELFObjectFileBase &obj,
                      std::vector<ObjectFunction> &functions);

  Registers none() const { return Registers(registers->getNumRegUnits()); }
  void add(Registers &set, MCRegister reg) const {
    for (MCRegUnit unit : registers->regunits(reg))
      set.set(static_cast<unsigned>(unit));
  }

  std::unique_ptr<MCRegisterInfo> registers;
  Registers stackPointer;

private:
  Registers named(ArrayRef<std::string> names) const;
  void setCalls(const CallConvention &convention);
  Error readFunction(ArrayRef<uint8_t> bytes, uint64_t address,
                     const SectionLayout &layout, ObjectFunction &function);
  ObjectInst describe(const MCInst &inst, uint64_t address);
  void describeOperands(const MCInst &inst, ObjectInst &result) const;
  void describeMemory(const MCInst &inst, ObjectInst &result) const;
  void connect(ArrayRef<Decoded> insts, ObjectFunction &function) const;
  bool isConditional(const MCInst &inst) const;
  unsigned fixedOperands(const MCInstrDesc &desc) const;
  bool isArm() const { return triple.isARM() || triple.isThumb(); }

  Triple triple;
  std::unique_ptr<MCAsmInfo> asmInfo;
  std::unique_ptr<MCInstrInfo> info;
  std::unique_ptr<MCSubtargetInfo> subtarget;
  std::unique_ptr<MCContext> context;
  std::unique_ptr<MCDisassembler> disassembler;
  std::unique_ptr<MCInstrAnalysis> analysis;
  std::unique_ptr<MCInstPrinter> printer;
  /// Of vectors: LLVM does not list all that reads them (VPSEL, VMRS).
  MCRegister predicates;
  Registers counter; // of the program
  Registers general; // of Arm, without the stack pointer
  Registers arguments, clobbered, liveAtReturn, tailCall;
};

Registers MachineCode::Reader::named(ArrayRef<std::string> names) const {
  Registers result = none();
  for (unsigned i = 1; i < registers->getNumRegs(); ++i)
    if (is_contained(names, registers->getName(i)))
      add(result, i);
  return result;
}

void MachineCode::Reader::setCalls(const CallConvention &convention) {
  stackPointer = named({convention.stackPointer});
  counter = none();
  if (MCRegister reg = registers->getProgramCounter())
    add(counter, reg);
  arguments = named(convention.arguments);
  arguments |= stackPointer;
  clobbered = named(convention.clobbered);
  liveAtReturn = none();
  liveAtReturn.set();
  liveAtReturn.reset(clobbered);
  tailCall = liveAtReturn;
  tailCall |= arguments;
  liveAtReturn |= named(convention.results);
  general = none();
  for (int i = 0; isArm() && i <= 12; ++i)
    general |= named({"R" + std::to_string(i)});
  if (!isArm())
    return;
  general |= named({"LR"});
  for (unsigned i = 1; i < registers->getNumRegs(); ++i)
    if (StringRef(registers->getName(i)) == "P0")
      predicates = i;
}

Expected<std::unique_ptr<MachineCode::Reader>>
MachineCode::Reader::create(const object::ELFObjectFileBase &obj) {
  auto reader = std::make_unique<Reader>();
  Triple &triple = reader->triple;
  triple = obj.makeTriple();
  if (triple.isARM() && isThumb(obj))
    triple.setArchName("thumb" + triple.getArchName().drop_front(3).str());
  std::string message;
  const Target *target = TargetRegistry::lookupTarget(triple, message);
  Expected<SubtargetFeatures> features = obj.getFeatures();
  if (!features)
    return features.takeError();
  CallConvention convention = callConventionOf(triple);
  if (!target || convention.stackPointer.empty())
    return createStringError("its architecture is not known here: " +
                             triple.str());
  // Attributes do not say all: more than the core has does no harm.
  if (triple.isAArch64())
    features->AddFeature("+all");
  if (triple.isThumb())
    for (const char *feature : {"+fp-armv8d16sp", "+dsp"})
      features->AddFeature(feature);
  reader->registers.reset(target->createMCRegInfo(triple));
  reader->asmInfo.reset(
      target->createMCAsmInfo(*reader->registers, triple, {}));
  reader->info.reset(target->createMCInstrInfo());
  reader->subtarget.reset(
      target->createMCSubtargetInfo(triple, "", features->getString()));
  reader->context = std::make_unique<MCContext>(triple, reader->asmInfo.get(),
                                                reader->registers.get(),
                                                reader->subtarget.get());
  reader->disassembler.reset(
      target->createMCDisassembler(*reader->subtarget, *reader->context));
  reader->analysis.reset(target->createMCInstrAnalysis(reader->info.get()));
  reader->printer.reset(target->createMCInstPrinter(
      triple, 0, *reader->asmInfo, *reader->info, *reader->registers));
  reader->setCalls(convention);
  return reader;
}

/// Of scalars and of vectors.
bool MachineCode::Reader::isConditional(const MCInst &inst) const {
  const MCInstrDesc &desc = info->get(inst.getOpcode());
  if (!isArm())
    return false;
  for (unsigned i = 0; i < desc.getNumOperands(); ++i) {
    const MCOperandInfo &operand = desc.operands()[i];
    if (!inst.getOperand(i).isImm())
      continue;
    if (operand.isPredicate())
      return inst.getOperand(i).getImm() != ALWAYS;
    if (operand.OperandType == VPRED_R || operand.OperandType == VPRED_N)
      return inst.getOperand(i).getImm() != UNPREDICATED;
  }
  return false;
}

/// How many operands are no part of a list of registers. LLVM counts the first
/// register of Arm's lists among the others.
unsigned MachineCode::Reader::fixedOperands(const MCInstrDesc &desc) const {
  bool list =
      isArm() && desc.isVariadic() && (desc.mayLoad() || desc.mayStore());
  return desc.getNumOperands() - list;
}

void MachineCode::Reader::describeOperands(const MCInst &inst,
                                           ObjectInst &result) const {
  const MCInstrDesc &desc = info->get(inst.getOpcode());
  unsigned oldValue = ~0u;
  for (auto [i, operand] : enumerate(inst)) {
    bool fixed = i < fixedOperands(desc);
    if (fixed && isArm() && oldValue == ~0u &&
        desc.operands()[i].OperandType == VPRED_R)
      oldValue = i + VPRED_OLD_VALUE;
    if (!operand.isReg() || !operand.getReg())
      continue;
    bool writes =
        fixed ? i < desc.getNumDefs() || desc.operands()[i].isOptionalDef()
              : desc.variadicOpsAreDefs();
    if (writes)
      add(result.writes, operand.getReg());
    else if (i != oldValue || isConditional(inst))
      add(result.reads, operand.getReg());
  }
  for (MCPhysReg reg : desc.implicit_defs())
    add(result.writes, reg);
  for (MCPhysReg reg : desc.implicit_uses())
    add(result.reads, reg);
}

/// Whether a use has to be in the register of definition `def`.
static bool isTied(const MCInstrDesc &desc, unsigned def) {
  for (unsigned i = desc.getNumDefs(); i < desc.getNumOperands(); ++i)
    if (desc.getOperandConstraint(i, MCOI::TIED_TO) == int(def))
      return true;
  return false;
}

/// What a load gives and a store takes, and where.
void MachineCode::Reader::describeMemory(const MCInst &inst,
                                         ObjectInst &result) const {
  const MCInstrDesc &desc = info->get(inst.getOpcode());
  bool pops = result.writes.anyCommon(stackPointer);
  SmallVector<MCRegister> address;
  for (auto [i, operand] : enumerate(inst)) {
    if (!operand.isReg() || !operand.getReg())
      continue;
    MCRegister reg = operand.getReg();
    bool fixed = i < fixedOperands(desc);
    if (fixed && i < desc.getNumDefs()) {
      // What a base becomes is tied to it, and so is a vector that keeps lanes.
      bool tied = isTied(desc, i);
      if (desc.mayLoad() && !tied && !pops && reg != predicates)
        result.loaded.push_back(reg);
    } else if (fixed && (desc.operands()[i].isPredicate() ||
                         desc.operands()[i].isOptionalDef())) {
      continue;
    } else if (fixed && (desc.isVariadic() || desc.operands()[i].OperandType ==
                                                  MCOI::OPERAND_MEMORY)) {
      address.push_back(reg);
    } else if (desc.mayStore()) {
      Registers units = none();
      add(units, reg);
      if (units.anyCommon(general))
        result.stored.push_back(reg);
    } else if (!fixed && !pops) {
      result.loaded.push_back(reg);
    } else if (fixed && !isArm()) { // AArch64's bases have no type of their own
      address.push_back(reg);
    }
  }
  result.reloads = result.reads.anyCommon(stackPointer) ||
                   result.reads.anyCommon(counter) ||
                   (address.empty() && !result.loaded.empty());
  if (isArm() && address.size() == 1)
    result.base = address.front();
}

ObjectInst MachineCode::Reader::describe(const MCInst &inst, uint64_t address) {
  const MCInstrDesc &desc = info->get(inst.getOpcode());
  ObjectInst result;
  result.address = address;
  raw_string_ostream os(result.text);
  printer->printInst(&inst, address, "", *subtarget, os);
  std::replace(result.text.begin(), result.text.end(), '\t', ' ');
  result.text = StringRef(result.text).trim().str();
  result.reads = result.writes = none();
  describeOperands(inst, result);
  if (desc.mayLoad() != desc.mayStore())
    describeMemory(inst, result);
  if (analysis->isCall(inst)) {
    result.reads |= arguments;
    result.writes |= clobbered;
  }
  result.overwrites = isConditional(inst) ? none() : result.writes;
  // LLVM says it sets the whole registers; it keeps their lower halves.
  if (info->getName(inst.getOpcode()) == "VZEROUPPER")
    result.overwrites = none();
  return result;
}

/// Where each instruction goes on; what leaves the function reads what is
/// expected behind it, what goes anywhere reads everything.
void MachineCode::Reader::connect(ArrayRef<Decoded> insts,
                                  ObjectFunction &function) const {
  std::map<uint64_t, size_t> places;
  for (auto [i, instruction] : enumerate(function.code))
    places[instruction.address] = i;
  for (auto [i, decoded] : enumerate(insts)) {
    const MCInst &inst = decoded.inst;
    const MCInstrDesc &desc = info->get(inst.getOpcode());
    ObjectInst &instruction = function.code[i];
    bool call = analysis->isCall(inst);
    bool leaves = !call && desc.mayAffectControlFlow(inst, *registers);
    bool passes =
        !leaves || isConditional(inst) ||
        (desc.isBranch() && !desc.isBarrier() && !desc.isPredicable());
    if (leaves) {
      uint64_t target = 0;
      bool known = desc.isBranch() && !decoded.relocated &&
                   analysis->evaluateBranch(inst, instruction.address,
                                            decoded.size, target);
      auto found = places.find(target);
      bool pops = desc.mayLoad() && instruction.writes.anyCommon(stackPointer);
      if (known && found != places.end())
        instruction.successors.push_back(found->second);
      else if (known || decoded.relocated) // another function in its place
        instruction.reads |= tailCall;
      else if (analysis->isReturn(inst) || pops)
        instruction.reads |= liveAtReturn;
      else
        instruction.reads.set();
    }
    if (passes && i + 1 < insts.size())
      instruction.successors.push_back(i + 1);
    else if (passes)
      instruction.reads.set();
  }
}

Error MachineCode::Reader::readFunction(ArrayRef<uint8_t> bytes,
                                        uint64_t address,
                                        const SectionLayout &layout,
                                        ObjectFunction &function) {
  std::vector<Decoded> insts;
  uint64_t end = address + bytes.size();
  for (uint64_t at = address; at < end;) {
    auto data = layout.data.upper_bound(at);
    if (data != layout.data.begin() && std::prev(data)->second > at) {
      at = std::prev(data)->second;
      continue;
    }
    Decoded decoded;
    auto status = disassembler->getInstruction(decoded.inst, decoded.size,
                                               bytes.drop_front(at - address),
                                               at, nulls());
    // Also one that may not be where it is, as a branch among the instructions
    // that a VPT predicates.
    if (status != MCDisassembler::Success)
      return createStringError("%s+0x%x: no instruction that is defined here",
                               function.name.c_str(), unsigned(at - address));
    auto relocation = layout.relocations.lower_bound(at);
    decoded.relocated = relocation != layout.relocations.end() &&
                        *relocation < at + decoded.size;
    function.code.push_back(describe(decoded.inst, at));
    at += decoded.size;
    insts.push_back(std::move(decoded));
  }
  connect(insts, function);
  return Error::success();
}

Error MachineCode::Reader::readFunctions(
    const object::ELFObjectFileBase &obj,
    std::vector<ObjectFunction> &functions) {
  auto layouts = layoutsOf(obj);
  if (!layouts)
    return layouts.takeError();
  auto symbols = functionsOf(obj);
  if (!symbols)
    return symbols.takeError();
  for (const FunctionSymbol &symbol : *symbols) {
    ObjectFunction &function = functions.emplace_back();
    function.name = symbol.name.str();
    if (Error error = readFunction(symbol.bytes, symbol.address,
                                   (*layouts)[symbol.section], function))
      return error;
  }
  return Error::success();
}

MachineCode::MachineCode() = default;
MachineCode::MachineCode(MachineCode &&) = default;
MachineCode::~MachineCode() = default;

Expected<MachineCode> MachineCode::read(StringRef path) {
  auto file = object::ObjectFile::createObjectFile(path);
  if (!file)
    return file.takeError();
  auto *obj = dyn_cast<object::ELFObjectFileBase>(file->getBinary());
  if (!obj)
    return createStringError("it is no ELF object");
  Expected<std::unique_ptr<Reader>> reader = Reader::create(*obj);
  if (!reader)
    return reader.takeError();
  MachineCode result;
  result.reader = std::move(*reader);
  if (Error error = result.reader->readFunctions(*obj, result.code))
    return error;
  return result;
}

StringRef MachineCode::nameOf(MCRegister reg) const {
  return reader->registers->getName(reg);
}

Registers MachineCode::unitsOf(MCRegister reg) const {
  Registers units = reader->none();
  reader->add(units, reg);
  return units;
}

const Registers &MachineCode::stackPointer() const {
  return reader->stackPointer;
}
