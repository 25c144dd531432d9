//===- LayoutInterface.cpp - In which orders an op computes ---------------===//

#include "dialects/interfaces/LayoutInterface.h"

#include "dialects/interfaces/LayoutInterface.cpp.inc"
