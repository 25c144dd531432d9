//===- Interfaces.td - All that is asked of an op -------------------------===//

#ifndef DLC_DIALECTS_INTERFACES_INTERFACES
#define DLC_DIALECTS_INTERFACES_INTERFACES

include "dialects/interfaces/CostInterface.td"
include "dialects/interfaces/PrecisionInterface.td"

#endif
