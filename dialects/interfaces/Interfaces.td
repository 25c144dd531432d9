//===- Interfaces.td - All that is asked of an op -------------------------===//

#ifndef DLC_DIALECTS_INTERFACES_INTERFACES
#define DLC_DIALECTS_INTERFACES_INTERFACES

include "dialects/interfaces/CostInterface.td"
include "dialects/interfaces/IntegerInterface.td"
include "dialects/interfaces/LayoutInterface.td"
include "dialects/interfaces/PartInterface.td"
include "dialects/interfaces/PrecisionInterface.td"
include "dialects/interfaces/StageInterface.td"

#endif
