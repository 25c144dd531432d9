//===- StageInterface.cpp - What an op can be in a stage ------------------===//

#include "dialects/interfaces/StageInterface.h"

#include "dialects/interfaces/StageInterface.cpp.inc"
