//===- IntegerInterface.cpp - How an op is computed in integers -----------===//

#include "dialects/interfaces/IntegerInterface.h"

#include "dialects/interfaces/IntegerInterface.cpp.inc"
