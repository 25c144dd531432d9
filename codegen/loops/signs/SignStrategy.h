//===- SignStrategy.h - Products of signs in vectors ------------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_SIGNSTRATEGY_H
#define DLC_CODEGEN_LOOPS_SIGNSTRATEGY_H

#include "codegen/loops/strategy/Plan.h"

namespace dlc::loops {

/// Sums of products of -1 and 1 where vectors have lanes of words: the data's
/// signs become words of bits once, and the sums a nest over such words, by
/// whose bits that are equal they are counted.
Strategy signStrategy();

} // namespace dlc::loops

#endif
