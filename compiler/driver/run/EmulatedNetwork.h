//===- EmulatedNetwork.h - A network on another processor -----------------===//

#ifndef DLC_COMPILER_DRIVER_EMULATEDNETWORK_H
#define DLC_COMPILER_DRIVER_EMULATEDNETWORK_H

#include "compiler/driver/Compilation.h"
#include "compiler/driver/run/TestData.h"

namespace dlc::driver {

/// Executed by one call of the network.
struct InstructionCount {
  uint64_t total = 0;
  std::vector<uint64_t> stages; ///< in their order; the rest is the entry's own
};

/// Links the bytes that `dlc -o net.o` would write into a program and runs it
/// under QEMU.
class EmulatedNetwork {
public:
  /// `target` has an emulator. What is made lies in `folder`, or in a temporary
  /// folder that goes with the object if it is empty.
  EmulatedNetwork(const targets::TargetDescription &target,
                  llvm::StringRef folder);
  ~EmulatedNetwork();

  /// Runs every data set in one program, after Compilation::lower(LlvmMlir).
  /// False after a diagnostic.
  bool run(Compilation &compilation, std::vector<DataSet> &sets);

  /// One for each data set; empty if they could not be counted.
  llvm::ArrayRef<InstructionCount> counts() const { return instructions; }
  llvm::StringRef whyNotCounted() const { return reason; }
  /// The deepest stack of net_run; none where it is not measured (Linux).
  std::optional<uint64_t> stackBytes() const { return stack; }
  /// "qemu-system-arm -M mps2-an386".
  std::string machine() const;

private:
  std::string path(llvm::StringRef name) const;
  llvm::Error makeFolder();
  llvm::Error link(Compilation &compilation, llvm::ArrayRef<char> object,
                   size_t sets);
  llvm::Error writeInputs(const header::Network &network,
                          llvm::ArrayRef<DataSet> sets);
  llvm::Error readOutputs(const header::Network &network,
                          llvm::MutableArrayRef<DataSet> sets);
  llvm::Error emulate();
  llvm::Error readCounts(const header::Network &network, size_t sets);

  targets::TargetDescription target;
  std::string folder;
  bool temporary;
  std::string plugin; ///< path; empty: there is none
  std::string reason;
  std::optional<uint64_t> stack;
  std::vector<InstructionCount> instructions;
};

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_EMULATEDNETWORK_H
