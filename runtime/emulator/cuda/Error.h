// Error.h - what is wrong with a module or with what a kernel does.
#ifndef DLC_EMULATOR_CUDA_ERROR_H
#define DLC_EMULATOR_CUDA_ERROR_H

#include <stdexcept>
#include <string>

namespace dlc::ptx {

enum class Fault {
  Malformed,     ///< no PTX
  Unsupported,   ///< PTX that the emulator does not have; it is named
  Launch,        ///< grid, block or shared memory that the kernel cannot have
  OutOfBounds,   ///< an address outside of what is allocated
  Misaligned,    ///< an address that is no multiple of the access
  Uninitialised, ///< memory or a register that nothing has written
  Race,          ///< two threads, one location, no order between them
  Divergence,    ///< a barrier or an exchange that a part of a warp reaches
  Trap,          ///< the kernel stops itself
  Endless        ///< more instructions than the limit
};

struct Error : std::runtime_error {
  Error(Fault fault, const std::string &what)
      : std::runtime_error(what), fault(fault) {}
  Fault fault;
};

} // namespace dlc::ptx

#endif
