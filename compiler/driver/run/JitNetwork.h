//===- JitNetwork.h - A network in this process's memory ------------------===//

#ifndef DLC_COMPILER_DRIVER_JITNETWORK_H
#define DLC_COMPILER_DRIVER_JITNETWORK_H

#include "compiler/driver/Compilation.h"
#include "compiler/driver/run/TestData.h"

#include "llvm/ExecutionEngine/Orc/LLJIT.h"

namespace dlc::driver {

/// Links the bytes that `dlc -o net.o` would write into this process and calls
/// them, so that what is tested is what is shipped.
class JitNetwork {
public:
  /// After Compilation::lower(LlvmMlir). Null after a diagnostic. A network on
  /// a GPU is open from here to the end.
  static std::unique_ptr<JitNetwork> create(Compilation &compilation);
  ~JitNetwork();

  /// State is as the run before left it. False after a diagnostic, which only
  /// networks on a GPU have.
  bool run(DataSet &data);

  const header::Network &network() const { return info; }

  /// Of the last run, by stage; zeros unless compiled with profile calls.
  const std::vector<double> &stageSeconds() const;

private:
  JitNetwork(const header::Network &network);
  llvm::Error link(llvm::SmallVectorImpl<char> &&object);
  llvm::Error openDevice();

  header::Network info;
  AlignedBytes arena, state;
  std::unique_ptr<llvm::orc::LLJIT> jit;
  int (*entry)(const void *const *, void *const *, void *) = nullptr;
  /// In its place where the network has state.
  int (*entryOn)(const void *const *, void *const *, void *, void *) = nullptr;
  /// Where it has lengths.
  int (*entryAt)(const void *const *, const size_t *, void *const *,
                 void *) = nullptr;
  void (*closeDevice)(void *) = nullptr; ///< of a network that is open
};

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_JITNETWORK_H
