//===- Answers.h - What many nn ops answer alike ---------------*- C++ -*-===//
//
// Traits that are implementations of the interfaces in dialects/interfaces; the
// TableGen entry of an op lists them. For NnOps.h alone.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_DIALECTS_NN_ANSWERS_H
#define DLC_DIALECTS_NN_ANSWERS_H

#include "dialects/interfaces/CostInterface.h"
#include "dialects/interfaces/IntegerInterface.h"
#include "dialects/interfaces/LayoutInterface.h"
#include "dialects/interfaces/PartInterface.h"
#include "dialects/interfaces/PrecisionInterface.h"
#include "dialects/interfaces/StageInterface.h"
#include "llvm/ADT/Sequence.h"

namespace dlc::nn {

namespace detail {
/// The part of each operand that is broadcast to `part` of the result.
llvm::SmallVector<Box> broadcastParts(mlir::Operation *op, const Box &part);
/// `axis`, counted from the end if negative, before a transpose by `perm`; one
/// beyond the rank, which nothing uses, stays.
int64_t axisBefore(int64_t axis, llvm::ArrayRef<int64_t> perm);
} // namespace detail

//===----------------------------------------------------------------------===//
// Precision and cost
//===----------------------------------------------------------------------===//

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

//===----------------------------------------------------------------------===//
// Integers
//===----------------------------------------------------------------------===//

template <IntegerForm form> struct IntegerFormIs {
  template <typename ConcreteOp>
  struct Impl : IntegerOpInterface::Trait<ConcreteOp> {
    IntegerForm getIntegerForm() { return form; }
  };
};

/// Moves elements of the first operand, or of all.
template <bool all> struct MovesOperands {
  template <typename ConcreteOp>
  struct Impl : IntegerOpInterface::Trait<ConcreteOp> {
    IntegerForm getIntegerForm() { return IntegerForm::Moved; }
    llvm::SmallVector<unsigned> getMovedOperands() {
      unsigned count = all ? this->getOperation()->getNumOperands() : 1;
      return llvm::to_vector(llvm::seq<unsigned>(0, count));
    }
  };
};

//===----------------------------------------------------------------------===//
// Layout
//===----------------------------------------------------------------------===//

/// Has an attribute `layout`.
template <typename ConcreteOp>
struct LayoutByAttribute : LayoutOpInterface::Trait<ConcreteOp> {
  bool isChannelsFirst() {
    return static_cast<ConcreteOp *>(this)->getLayout() ==
           Layout::ChannelsFirst;
  }
  void makeChannelsLast() {
    static_cast<ConcreteOp *>(this)->setLayout(Layout::ChannelsLast);
  }
};

/// Takes all operands in any one order; no attribute names a dimension.
template <typename ConcreteOp>
struct JointOrder : LayoutOpInterface::Trait<ConcreteOp> {
  bool hasJointOrder() { return true; }
  std::optional<Reordering> reorder(llvm::ArrayRef<int64_t> perm) {
    return Reordering{identity(perm.size()), Permutation(perm)};
  }
};

/// Takes the first operand in any order; `axis` names a dimension.
template <typename ConcreteOp>
struct OrderWithAxis : LayoutOpInterface::Trait<ConcreteOp> {
  std::optional<Reordering> reorder(llvm::ArrayRef<int64_t> perm) {
    return Reordering{identity(perm.size()), Permutation(perm)};
  }
  void renumber(llvm::ArrayRef<int64_t> perm) {
    auto *op = static_cast<ConcreteOp *>(this);
    op->setAxis(detail::axisBefore(op->getAxis(), perm));
  }
};

//===----------------------------------------------------------------------===//
// Parts and stages
//===----------------------------------------------------------------------===//

template <typename ConcreteOp>
struct BroadcastParts : PartOpInterface::Trait<ConcreteOp> {
  std::optional<llvm::SmallVector<Box>> getOperandParts(const Box &part) {
    return detail::broadcastParts(this->getOperation(), part);
  }
};

template <StageRole role> struct StageRoleIs {
  template <typename ConcreteOp>
  struct Impl : StageOpInterface::Trait<ConcreteOp> {
    StageRole getStageRole() { return role; }
  };
};

/// A root whose elements are copies, or computed from a few.
template <typename ConcreteOp>
struct CheapRoot : StageOpInterface::Trait<ConcreteOp> {
  bool isCheap() { return true; }
};

} // namespace dlc::nn

#endif
