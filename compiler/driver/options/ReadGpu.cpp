//===- ReadGpu.cpp - Options of networks on a GPU, and those of others ----===//

#include "compiler/driver/options/Options.h"

using namespace dlc;
using namespace dlc::driver;
using namespace dlc::driver::options;
namespace cl = llvm::cl;

/// The processor that programs around the network are for.
static llvm::Error readHost(targets::TargetDescription &target) {
  if (!host.getNumOccurrences())
    return llvm::Error::success();
  if (!target.hasGpu())
    return llvm::createStringError("--host is for targets with a GPU; " +
                                   target.name + " is its own host");
  if (cpu.getNumOccurrences())
    return llvm::createStringError(
        "--host and --mcpu both name the processor of the host: give one");
  bool arm = host == Host::Aarch64;
  target.triple =
      arm ? "aarch64-unknown-linux-gnu" : "x86_64-unknown-linux-gnu";
  target.cpu = arm ? "generic" : "x86-64";
  target.features.clear();
  return llvm::Error::success();
}

llvm::Error options::readGpu(targets::TargetDescription &target) {
  if (llvm::Error error = readHost(target))
    return error;
  if (emit == Emit::Ptx && !target.hasGpu())
    return llvm::createStringError(
        "--emit=ptx is for targets with a GPU, which " + target.name +
        " has not");
  if (!target.hasGpu())
    return llvm::Error::success();
  if (threads > 1)
    return llvm::createStringError(
        "--threads is for networks on CPUs: " + target.name +
        " runs the network's stages on its GPU");
  if (arenaPlace == ArenaPlace::Static || arenaSplit.getNumOccurrences())
    return llvm::createStringError(
        "--arena and --arena-split are for networks on CPUs: the arena of " +
        target.name + " is the device's");
  return llvm::Error::success();
}

llvm::Error options::readDeviceObject(const targets::TargetDescription &target,
                                      CompileCommand &command) {
  const cl::Option *const ofDevices[] = {&ptxas, &io};
  for (const cl::Option *option : ofDevices)
    if (option->getNumOccurrences() && !target.hasGpu())
      return llvm::createStringError("--" + option->ArgStr +
                                     " is for targets with a GPU, which " +
                                     target.name + " has not");
  if (ptxas.getNumOccurrences() && ptxas.empty())
    return llvm::createStringError("--ptxas= names no program");
  if (ptxas.getNumOccurrences() && command.emit < Emit::Llvm)
    return llvm::createStringError(
        "--ptxas is for an object: what --emit asks for has no machine code");
  command.ptxas = ptxas;
  command.deviceIo = io == Io::Device;
  return llvm::Error::success();
}
