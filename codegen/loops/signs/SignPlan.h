//===- SignPlan.h - Which products of signs are counted ---------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_SIGNPLAN_H
#define DLC_CODEGEN_LOOPS_SIGNPLAN_H

#include "codegen/loops/nest/Contraction.h"
#include "codegen/loops/signs/SignWords.h"
#include "codegen/loops/strategy/Plan.h"

namespace dlc::loops {

struct SignPlan {
  unsigned data = 0, weights = 0;    // inputs of the root
  unsigned channel = 0, feature = 0; // dimensions of the nest
  WeightOrder order;
  int64_t elements = 0; // of the data's whole buffer
  unsigned sum = 0;     // argument of the epilogue
  /// Not every step of a sum exists at each position.
  bool guarded = false;
  double cycles = 0;
  /// For reports.
  int64_t denseBytes = 0;

  int64_t words() const { return elements / SignWords::kBits; }
};

/// How to count the products of a nest; nullopt where they are not all of -1
/// and 1, or channels do not fill words.
std::optional<SignPlan> planSigns(const Problem &problem);

} // namespace dlc::loops

#endif
