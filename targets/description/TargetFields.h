//===- TargetFields.h - The fields of TargetInfo, listed once -------------===//

#ifndef DLC_TARGETS_DESCRIPTION_TARGETFIELDS_H
#define DLC_TARGETS_DESCRIPTION_TARGETFIELDS_H

#include "targets/description/TargetInfo.h"

#include "llvm/ADT/ArrayRef.h"

#include <variant>

namespace dlc::targets {

/// One scalar field: its key in YAML, its name in dlc.target, what it may be.
struct TargetField {
  using Member =
      std::variant<bool TargetInfo::*, unsigned TargetInfo::*,
                   int64_t TargetInfo::*, double TargetInfo::*,
                   ScalarFactor TargetInfo::*, KernelSet TargetInfo::*>;
  /// Of numbers: whether one is allowed, and what is.
  using Accept = bool (*)(uint64_t);

  llvm::StringLiteral key, attribute;
  Member member;
  /// Whether a description that inherits from none has to have it.
  bool required = false;
  Accept accept = nullptr;
  llvm::StringLiteral allowed = "";
};

/// In the order in which they are printed.
llvm::ArrayRef<TargetField> targetFields();
/// Those of a GPU, which are the keys of a block of their own.
llvm::ArrayRef<TargetField> gpuFields();

/// Reads a field as people write it: true, 32, 32K, 0.5, a name. What is
/// allowed, in a sentence without a full stop, where the text is not; empty
/// when it has been read.
std::string readField(const TargetField &field, llvm::StringRef text,
                      TargetInfo &info);

/// A field as readField() takes it.
std::string printField(const TargetField &field, const TargetInfo &info);

} // namespace dlc::targets

#endif // DLC_TARGETS_DESCRIPTION_TARGETFIELDS_H
