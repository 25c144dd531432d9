//===- RegisterFaults.cpp - Registers that were overwritten too early -----===//

#include "RegisterFaults.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"

#include <set>

using namespace dlc::test;
using namespace llvm;

/// For each instruction the registers that are read behind it before they are
/// overwritten: the usual backward iteration.
static std::vector<Registers> liveAfter(const ObjectFunction &function) {
  const std::vector<ObjectInst> &code = function.code;
  std::vector<Registers> after(code.size()), before(code.size());
  for (auto [i, instruction] : enumerate(code)) {
    after[i].resize(instruction.reads.size());
    before[i].resize(instruction.reads.size());
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t i = code.size(); i-- > 0;) {
      for (size_t next : code[i].successors)
        after[i] |= before[next];
      Registers live = after[i];
      live.reset(code[i].overwrites);
      live |= code[i].reads;
      changed |= live != before[i];
      before[i] = std::move(live);
    }
  }
  return after;
}

/// Calls `visit` for each instruction that `value`, what instruction `from`
/// wrote into a register, reaches.
template <typename Visit>
static void follow(const ObjectFunction &function, size_t from,
                   const Registers &value, Visit visit) {
  std::vector<bool> seen(function.code.size());
  SmallVector<size_t, 8> work(function.code[from].successors.begin(),
                              function.code[from].successors.end());
  while (!work.empty()) {
    size_t i = work.pop_back_val();
    if (seen[i])
      continue;
    seen[i] = true;
    const ObjectInst &instruction = function.code[i];
    visit(instruction);
    // Also where a condition may keep it: of two opposite conditions one
    // writes.
    if (!instruction.writes.anyCommon(value))
      append_range(work, instruction.successors);
  }
}

namespace {
/// Which registers may hold an address in the stack before each instruction.
class StackAddresses {
public:
  StackAddresses(const ObjectFunction &function,
                 const Registers &stackPointer) {
    const std::vector<ObjectInst> &code = function.code;
    before.assign(code.size(), stackPointer);
    for (bool changed = true; changed;) {
      changed = false;
      for (auto [i, instruction] : enumerate(code)) {
        Registers holds = before[i];
        bool derived =
            instruction.reads.anyCommon(holds) && instruction.loaded.empty();
        holds.reset(instruction.overwrites);
        if (derived)
          holds |= instruction.writes;
        holds |= stackPointer;
        for (size_t next : instruction.successors)
          if (holds.test(before[next])) {
            before[next] |= holds;
            changed = true;
          }
      }
    }
  }
  const Registers &operator[](size_t i) const { return before[i]; }

private:
  std::vector<Registers> before;
};
} // namespace

static void findUnreadLoads(const MachineCode &code,
                            const ObjectFunction &function,
                            std::vector<RegisterFault> &faults) {
  std::vector<Registers> live = liveAfter(function);
  for (auto [i, instruction] : enumerate(function.code))
    for (MCRegister reg : instruction.loaded)
      if (!instruction.reloads && !code.unitsOf(reg).anyCommon(live[i]))
        faults.push_back({&instruction, reg, "is loaded, and nobody reads it"});
}

/// What `value`, written by the instruction at `from`, is used for: the stores
/// that write it to memory beside the stack, if it is the base of an access.
static SmallVector<const ObjectInst *>
storesOfAddress(const MachineCode &code, const ObjectFunction &function,
                size_t from, const Registers &value,
                const StackAddresses &onStack) {
  bool isAddress = false;
  SmallVector<const ObjectInst *> stores;
  follow(function, from, value, [&](const ObjectInst &user) {
    if (!user.base)
      return;
    Registers base = code.unitsOf(user.base);
    isAddress |= base.anyCommon(value);
    if (base.anyCommon(onStack[&user - function.code.data()]))
      return;
    if (any_of(user.stored, [&](MCRegister reg) {
          return code.unitsOf(reg).anyCommon(value);
        }))
      stores.push_back(&user);
  });
  if (!isAddress)
    stores.clear();
  return stores;
}

static void findStoredAddresses(const MachineCode &code,
                                const ObjectFunction &function,
                                std::vector<RegisterFault> &faults) {
  StackAddresses onStack(function, code.stackPointer());
  SetVector<MCRegister> bases;
  for (const ObjectInst &instruction : function.code)
    if (instruction.base)
      bases.insert(instruction.base);
  std::set<std::pair<const ObjectInst *, unsigned>> found;
  for (auto [i, instruction] : enumerate(function.code))
    for (MCRegister reg : bases) {
      Registers value = code.unitsOf(reg);
      if (value.anyCommon(instruction.writes) &&
          !value.anyCommon(code.stackPointer()))
        for (const ObjectInst *store :
             storesOfAddress(code, function, i, value, onStack))
          if (found.insert({store, reg.id()}).second)
            faults.push_back({store, reg, "is stored, and it is an address"});
    }
}

std::vector<RegisterFault>
dlc::test::findRegisterFaults(const MachineCode &code,
                              const ObjectFunction &function) {
  std::vector<RegisterFault> faults;
  findUnreadLoads(code, function, faults);
  findStoredAddresses(code, function, faults);
  llvm::sort(faults, [](const RegisterFault &a, const RegisterFault &b) {
    return std::make_tuple(a.where, a.reg.id(), StringRef(a.what)) <
           std::make_tuple(b.where, b.reg.id(), StringRef(b.what));
  });
  return faults;
}
