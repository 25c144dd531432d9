//===- Registration.h - All dialects and passes -----------------*- C++ -*-===//
//
// The bodies are generated at configure time from the folders that exist
// (cmake/Registration.cpp.in), so adding a folder changes no file here.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_DRIVER_REGISTRATION_H
#define DLC_COMPILER_DRIVER_REGISTRATION_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace dlc::driver {

/// Adds dlc's dialects and the interfaces that its folders attach to ops.
void registerDlcDialects(mlir::DialectRegistry &registry);

/// Adds dlc's passes to MLIR's global pass registry.
void registerDlcPasses();

} // namespace dlc::driver

#endif
