// Registers.h - the registers of a kernel while it is decoded.
#ifndef DLC_EMULATOR_CUDA_PARSE_REGISTERS_H
#define DLC_EMULATOR_CUDA_PARSE_REGISTERS_H

#include "runtime/emulator/cuda/Types.h"
#include "runtime/emulator/cuda/parse/Module.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace dlc::ptx {

/// Operands before the registers have places: this, and 64 for each register.
constexpr uint32_t kFirstRegister = 128;

class Registers {
public:
  explicit Registers(Kernel &kernel) : kernel(kernel) { scopes.emplace_back(); }

  struct Register {
    uint32_t place;
    Type type;
  };
  void enterScope() { scopes.emplace_back(); }
  bool leaveScope(); ///< false if it is the last
  void declare(std::string_view name, Type type);
  /// name0, name1, ...
  void declareMany(std::string_view name, unsigned count, Type type);
  const Register *find(std::string_view name) const;
  /// A register without a name.
  uint32_t temporary(unsigned bytes);
  uint32_t constant(uint64_t value, unsigned bytes);
  /// Of %tid.x and the like; 0 if there is none of that name.
  uint32_t special(std::string_view name);

  /// Gives places, so that values that do not live at one time share one.
  void place();
  size_t count() const { return widths.size(); }

private:
  Kernel &kernel;
  std::vector<std::map<std::string, Register, std::less<>>> scopes;
  std::map<std::pair<uint64_t, unsigned>, uint32_t> constants;
  std::map<std::string_view, uint32_t> specials;
  std::vector<unsigned> widths; // bytes of a lane, by number; 0: one bit
};

} // namespace dlc::ptx

#endif
