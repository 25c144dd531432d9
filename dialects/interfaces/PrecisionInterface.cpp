//===- PrecisionInterface.cpp - In which numbers an op is computed --------===//

#include "dialects/interfaces/PrecisionInterface.h"

#include "dialects/interfaces/PrecisionInterface.cpp.inc"
