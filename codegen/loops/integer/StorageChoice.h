//===- StorageChoice.h - Which form of weights is taken ---------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_STORAGECHOICE_H
#define DLC_CODEGEN_LOOPS_STORAGECHOICE_H

#include "codegen/loops/integer/IntegerPlan.h"

namespace dlc::loops {

/// The plan with the fewest instructions, of equal ones that with the fewest
/// bytes; or with the fewest bytes within a quarter more instructions; or where
/// bytes have a price the one that costs least with it. Nullopt if there is
/// none. Says beside the form what whole bytes would have been.
std::optional<IntegerPlan> chooseStorage(llvm::ArrayRef<IntegerPlan> plans,
                                         const Machine &machine);

} // namespace dlc::loops

#endif
