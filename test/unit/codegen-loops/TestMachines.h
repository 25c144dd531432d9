//===- TestMachines.h - Machines that tests choose schedules for *- C++ -*-===//

#ifndef DLC_TEST_UNIT_CODEGENLOOPS_TESTMACHINES_H
#define DLC_TEST_UNIT_CODEGENLOOPS_TESTMACHINES_H

#include "codegen/loops/nest/Machine.h"

namespace dlc::loops {

/// Vectors, caches, one thread.
inline Machine vectorMachine(int64_t bits = 512, int64_t registers = 32) {
  Machine machine;
  machine.vectorBits = bits;
  machine.vectorRegisters = registers;
  machine.l1Bytes = 32 << 10;
  machine.l2Bytes = 1 << 20;
  return machine;
}

/// A microcontroller: small code, no caches.
inline Machine smallMachine() {
  Machine machine;
  machine.compactCode = true;
  machine.l1Bytes = machine.l2Bytes = 0;
  return machine;
}

/// Scalars and an instruction that loads several of them.
inline Machine vfp() {
  Machine machine = smallMachine();
  machine.vectorRegisters = 32;
  machine.loadMultiple = 8;
  machine.kernels = targets::KernelSet::Vfpv2;
  return machine;
}

inline Machine withoutFpu(bool longMultiply) {
  Machine machine = smallMachine();
  machine.preservedRegisters = 8;
  machine.fpu = false;
  machine.longMultiply = longMultiply;
  machine.softStepCycles = longMultiply ? 80 : 160;
  return machine;
}

/// Quarter vectors of halves of registers, kernels of rows.
inline Machine mve() {
  Machine machine = smallMachine();
  machine.vectorBits = 128;
  machine.vectorRegisters = 8;
  machine.scalarFactor = targets::ScalarFactor::Core;
  machine.predication = true;
  machine.loadMultiple = 2;
  machine.kernels = targets::KernelSet::Mve;
  return machine;
}

} // namespace dlc::loops

#endif
