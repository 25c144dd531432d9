// Module.h - a PTX module: its kernels, decoded, and its variables.
#ifndef DLC_EMULATOR_CUDA_PARSE_MODULE_H
#define DLC_EMULATOR_CUDA_PARSE_MODULE_H

#include "runtime/emulator/cuda/Error.h"
#include "runtime/emulator/cuda/Operation.h"
#include "runtime/emulator/cuda/execute/Memory.h"

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace dlc::ptx {

class Module;

struct Kernel {
  std::string name;
  const Module *module = nullptr;
  struct Parameter {
    unsigned offset, bytes;
  };
  std::vector<Parameter> parameters;
  unsigned parameterBytes = 0;
  std::array<unsigned, 3> required{0, 0, 0}; ///< .reqntid; 0: any
  unsigned maxThreads = 1024;
  unsigned maxRegisters = 0; ///< .maxnreg; 0: not given
  unsigned sharedBytes = 0;  ///< its own, without those given at the launch
  unsigned localBytes = 0;   ///< of a thread
  std::vector<Op> ops;

  // A warp's registers: bytes, and what is there when a block begins.
  unsigned registerBytes = 0;
  struct Constant {
    uint32_t place;
    uint64_t value;
    unsigned bytes;
  };
  std::vector<Constant> constants;
  struct Special {
    uint32_t place;
    unsigned which; ///< Special.h
  };
  std::vector<Special> specials;
  /// Registers that some way from the entry reads before it writes them, by
  /// place: number of the register in Warp::written.
  std::map<uint32_t, unsigned> checked;
  unsigned accesses = 0;           ///< instructions with a MemoryCount
  bool hasPartialBarriers = false; ///< some name a number of threads
};

class Module {
public:
  /// Throws Error. `memory` outlives the module, which adds its variables.
  Module(std::string text, Memory &memory);
  Module(const Module &) = delete;
  Module &operator=(const Module &) = delete;
  ~Module();

  Kernel *find(const std::string &name) const;
  /// Null if there is no such variable.
  const Allocation *variable(const std::string &name) const;
  Memory &memoryOf() const { return memory; }
  /// The text of a line, without the space around it.
  std::string lineOf(unsigned line) const;

  std::string target;      ///< "sm_61"
  unsigned capability = 0; ///< 61
  unsigned version = 0;    ///< 60 for 6.0
  std::map<std::string, std::unique_ptr<Kernel>> kernels;

private:
  friend class ModuleParser;
  std::string text;
  Memory &memory;
  std::map<std::string, Allocation *> variables;
};

} // namespace dlc::ptx

#endif
