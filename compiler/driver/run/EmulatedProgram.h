//===- EmulatedProgram.h - A network linked for QEMU ----------------------===//

#ifndef DLC_COMPILER_DRIVER_EMULATEDPROGRAM_H
#define DLC_COMPILER_DRIVER_EMULATEDPROGRAM_H

#include "codegen/header/Network.h"
#include "targets/description/TargetDescription.h"

namespace dlc::driver {

/// What the program of runtime/emulator/run.c is made for.
struct ProgramPlan {
  const header::Network &network;
  const targets::TargetDescription &target; ///< has an emulator
  std::string folder;                       ///< of everything it needs; exists
  size_t sets = 1;                          ///< data sets that it works through
};

/// An error before any work is done: a program is not installed.
llvm::Error checkEmulatorTools(const targets::Emulator &emulator);

/// Writes the sources beside net.o and net.h, which are there, and links
/// program.elf. Fails when a tool is missing or refuses, and when the machine
/// has too little memory.
llvm::Error linkProgram(const ProgramPlan &plan);

/// Writes what runtime/emulator/count.c reads: where program.elf has the
/// network and its stages.
llvm::Error writeCountMap(const ProgramPlan &plan, llvm::StringRef mapFile);

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_EMULATEDPROGRAM_H
