//===- Emit.h - LLVM dialect to LLVM IR, assembly and object --------------===//

#ifndef DLC_CODEGEN_LLVM_EMIT_H
#define DLC_CODEGEN_LLVM_EMIT_H

#include "codegen/header/Network.h"
#include "targets/description/TargetDescription.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"
#include "llvm/Target/TargetMachine.h"

#include <memory>

namespace dlc::llvmgen {

enum class OptLevel { O1, O2, Os };

struct EmitOptions {
  OptLevel opt = OptLevel::O2;
  /// Calls dlc_stage_begin and dlc_stage_end around every stage.
  bool profile = false;
  /// LLVM's machine verifier after each of its passes.
  bool verifyEach = false;
  /// File name of the listing of stages that line information points to;
  /// empty: no line information.
  std::string listing;
};

/// Makes the target machine that a description asks for; an error when LLVM
/// knows no such triple, processor or feature.
llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
makeTargetMachine(const targets::TargetDescription &target, OptLevel opt);

/// Constants whose bytes are put into the object after it is written, so that
/// LLVM never copies them.
struct Blob {
  std::string symbol;
  mlir::ElementsAttr data;
};

/// A network as LLVM IR.
class NetworkModule {
public:
  /// Translates a module that dlc-convert-to-llvm made: adds <name>_run and
  /// <name>_model, gives every function its linkage, attributes and lines.
  static llvm::Expected<std::unique_ptr<NetworkModule>>
  create(mlir::ModuleOp module, const header::Network &network,
         const targets::TargetDescription &target, const EmitOptions &options);

  void optimise();

  /// Textual forms; constants are spelled out.
  void printIr(llvm::raw_ostream &os);
  llvm::Error printAssembly(llvm::raw_pwrite_stream &os);

  /// The object file. Undefined symbols other than those a bare-metal tool
  /// chain has are an error.
  llvm::Error writeObject(llvm::SmallVectorImpl<char> &object);

private:
  NetworkModule() = default;
  void spellOutBlobs();
  llvm::Error emit(llvm::raw_pwrite_stream &os, llvm::CodeGenFileType type);

  // In this order: the module dies before its context.
  llvm::LLVMContext context;
  std::unique_ptr<llvm::TargetMachine> machine;
  std::unique_ptr<llvm::Module> module;
  std::vector<Blob> blobs;
  OptLevel opt = OptLevel::O2;
  bool verifyEach = false;
  /// Functions of dlc_cuda.c are the linker's to find.
  bool needsRuntime = false;
};

/// The listing that line information points to: stage i is line i + 1.
void writeListing(const header::Network &network, llvm::raw_ostream &os);

} // namespace dlc::llvmgen

#endif // DLC_CODEGEN_LLVM_EMIT_H
