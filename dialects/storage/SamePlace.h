//===- SamePlace.h - Places and types of values -----------------*- C++ -*-===//

#ifndef DLC_DIALECTS_STORAGE_SAMEPLACE_H
#define DLC_DIALECTS_STORAGE_SAMEPLACE_H

#include "dialects/storage/Place.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Value.h"

namespace dlc::storage {

inline bool samePlace(const Place &a, const Place &b) {
  return a.storage == b.storage && a.offset == b.offset && a.shape == b.shape &&
         a.strides == b.strides;
}

inline mlir::RankedTensorType typeOf(mlir::Value value) {
  return mlir::cast<mlir::RankedTensorType>(value.getType());
}

} // namespace dlc::storage

#endif // DLC_DIALECTS_STORAGE_SAMEPLACE_H
