//===- Answers.h - What many nn ops answer alike ---------------*- C++ -*-===//
//
// Traits that are implementations of the interfaces in dialects/interfaces; the
// TableGen entry of an op lists them. Private to dialects/nn.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_DIALECTS_NN_ANSWERS_H
#define DLC_DIALECTS_NN_ANSWERS_H

#include "dialects/interfaces/CostInterface.h"
#include "dialects/interfaces/PrecisionInterface.h"

namespace dlc::nn {

template <HalfRule rule> struct HalfRuleIs {
  template <typename ConcreteOp>
  struct Impl : PrecisionOpInterface::Trait<ConcreteOp> {
    HalfRule getHalfRule() { return rule; }
  };
};

template <int64_t count> struct OperationsPerElement {
  template <typename ConcreteOp>
  struct Impl : CostOpInterface::Trait<ConcreteOp> {
    int64_t countOtherOperations(int64_t elements) { return count * elements; }
  };
};

} // namespace dlc::nn

#endif
