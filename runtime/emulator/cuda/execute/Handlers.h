// Handlers.h - operations that touch memory or other lanes.
#ifndef DLC_EMULATOR_CUDA_EXECUTE_HANDLERS_H
#define DLC_EMULATOR_CUDA_EXECUTE_HANDLERS_H

#include "runtime/emulator/cuda/execute/Warp.h"
#include "runtime/emulator/cuda/parse/Symbols.h"

namespace dlc::ptx::handlers {

// Exchange.cpp
void warpSync(Warp &warp, const Op &op); ///< a: lanes
void shuffle(Warp &warp, const Op &op);  ///< imm: 0 idx, 1 up, 2 down, 3 bfly
void shuffleIsInRange(Warp &warp, const Op &op);
void vote(Warp &warp, const Op &op); ///< imm: 0 ballot, 1 all, 2 any, 3 uni
void activeMask(Warp &warp, const Op &op);
void trap(Warp &warp, const Op &op);

// Access.cpp: address a + imm, `count` elements of 1, 2, 4 or 8 bytes in
// `vector`, Op::join the number of the access. Null where there is none.
Handler load(Space space, unsigned bytes);
Handler store(Space space, unsigned bytes);

// Atomics.cpp: the same address, operands b and c (of cas), result d if there
// is one.
Handler atomic(AtomicOp op, Type type, bool isShared);

} // namespace dlc::ptx::handlers

#endif
