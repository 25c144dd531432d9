//===- DlcDialect.h - The dlc dialect ---------------------------*- C++ -*-===//

#ifndef DLC_DIALECTS_DLC_DLCDIALECT_H
#define DLC_DIALECTS_DLC_DLCDIALECT_H

#include "mlir/IR/Dialect.h"

#include "dialects/dlc/DlcDialect.h.inc"

#endif // DLC_DIALECTS_DLC_DLCDIALECT_H
