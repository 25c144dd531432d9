//===- StorageChoice.h - Which form of weights is taken ---------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_STORAGECHOICE_H
#define DLC_CODEGEN_LOOPS_STORAGECHOICE_H

#include "codegen/loops/integer/IntegerPlan.h"

namespace dlc::loops {

/// The plan with the fewest instructions, of equal ones that with the fewest
/// bytes, or with the fewest bytes within a quarter more instructions; nullopt
/// if there is none. Says beside a form that follows from the values what whole
/// bytes would have been.
std::optional<IntegerPlan> chooseStorage(llvm::ArrayRef<IntegerPlan> plans,
                                         Storage storage);

} // namespace dlc::loops

#endif
