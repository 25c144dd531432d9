//===- Liveness.cpp - When the arena's buffers are alive ------------------===//

#include "codegen/memory/Liveness.h"
#include "dialects/nn/NodeLocation.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace dlc::memory {

ArenaLiveness::ArenaLiveness(func::FuncOp main) {
  DenseMap<Operation *, unsigned> stepOf;
  for (auto call : main.getOps<func::CallOp>()) {
    stepOf[call] = calls.size();
    calls.push_back(call);
  }
  for (auto buffer : main.getOps<arena::BufferOp>()) {
    LiveBuffer range;
    range.bytes = buffer.getBytes();
    range.align = buffer.getAlign();
    bool used = false;
    SmallVector<Operation *> users(buffer->getUsers());
    while (!users.empty()) {
      Operation *user = users.pop_back_val();
      auto step = stepOf.find(user);
      if (step == stepOf.end()) {
        llvm::append_range(users, user->getUsers());
        continue;
      }
      range.first = used ? std::min(range.first, step->second) : step->second;
      range.last = used ? std::max(range.last, step->second) : step->second;
      used = true;
    }
    if (!used)
      continue;
    bufferOps.push_back(buffer);
    liveBuffers.push_back(range);
  }
}

std::string stepName(func::CallOp call) {
  auto node = nn::nodeOf(call.getLoc());
  return node && !node->name.empty() ? node->name : call.getCallee().str();
}

void ArenaLiveness::print(llvm::raw_ostream &os) const {
  for (auto [op, range] : llvm::zip_equal(bufferOps, liveBuffers)) {
    arena::BufferOp buffer = op;
    os << "buffer " << buffer.getName() << ": " << range.bytes
       << " bytes, steps " << range.first << " to " << range.last;
    if (auto offset = buffer.getOffset())
      os << ", offset " << *offset;
    os << "\n";
  }
  std::vector<int64_t> live = liveBytesPerStep(liveBuffers);
  live.resize(calls.size());
  for (auto [i, call] : llvm::enumerate(calls))
    os << "step " << i << " " << stepName(call) << ": " << live[i]
       << " bytes\n";
}

} // namespace dlc::memory
