//===- Liveness.cpp - When the arena's buffers are alive ------------------===//

#include "codegen/memory/plan/Liveness.h"
#include "dialects/arena/Declarations.h"
#include "dialects/nn/NodeLocation.h"
#include "dialects/nn/PrintableText.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace dlc::memory {

ArenaLiveness::ArenaLiveness(func::FuncOp main, bool onDevice) {
  DenseMap<Operation *, unsigned> stepOf;
  for (auto call : main.getOps<func::CallOp>()) {
    stepOf[call] = calls.size();
    calls.push_back(call);
  }
  for (auto buffer : main.getOps<arena::BufferOp>()) {
    if ((buffer.getSpace() == arena::Space::Device) != onDevice)
      continue;
    LiveBuffer range;
    range.persistent = buffer.getPersistent();
    if (buffer.getSpace() == arena::Space::SecondBank)
      range.bank = 1;
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
    if (range.persistent) {
      range.first = 0;
      range.last = calls.size() - 1;
    }
    bufferOps.push_back(buffer);
    liveBuffers.push_back(range);
  }
  findMeetings(main);
  allowOverlaps(main);
}

namespace {
/// An argument of a call: a part of which buffer it is.
struct Part {
  unsigned argument = 0, buffer = 0;
  int64_t offset = 0;
};
} // namespace

void ArenaLiveness::findMeetings(func::FuncOp main) {
  SymbolTable symbols(main->getParentOp());
  DenseMap<Operation *, unsigned> numbers;
  for (auto [i, buffer] : llvm::enumerate(bufferOps))
    numbers[buffer] = i;
  for (auto [step, call] : llvm::enumerate(calls)) {
    auto stage = symbols.lookup<func::FuncOp>(call.getCallee());
    SmallVector<Part> dying, born;
    bool known = stage && !stage.isExternal();
    for (auto [i, value] : llvm::enumerate(call.getOperands())) {
      Part part{static_cast<unsigned>(i), 0, 0};
      while (auto view = value.getDefiningOp<arena::ViewOp>()) {
        part.offset += view.getByteOffset();
        value = view.getSource();
      }
      auto buffer = numbers.find(value.getDefiningOp());
      if (!known || buffer == numbers.end() ||
          arena::scratchAttr.isAt(stage, i))
        continue;
      part.buffer = buffer->second;
      const LiveBuffer &range = liveBuffers[part.buffer];
      if (range.persistent)
        continue;
      if (range.first == step)
        born.push_back(part);
      else if (range.last == step)
        dying.push_back(part);
    }
    if (born.size() != 1)
      continue;
    for (const Part &operand : dying)
      allMeetings.push_back({call, operand.argument, born[0].argument,
                             operand.buffer, born[0].buffer, operand.offset,
                             born[0].offset});
  }
}

/// All that a call reads of a buffer has to allow the overlap.
void ArenaLiveness::allowOverlaps(func::FuncOp main) {
  SymbolTable symbols(main->getParentOp());
  for (const Meeting &meeting : allMeetings) {
    auto &over = liveBuffers[meeting.born].over;
    int64_t dyingBytes = liveBuffers[meeting.dying].bytes,
            bornBytes = liveBuffers[meeting.born].bytes;
    Overlap allowed{meeting.dying, bornBytes, dyingBytes};
    auto stage =
        symbols.lookup<func::FuncOp>(func::CallOp(meeting.call).getCallee());
    if (auto distances = arena::overlapAttr.getAt(stage, meeting.operand)) {
      int64_t between = meeting.resultOffset - meeting.operandOffset;
      allowed.after = std::min(distances[0] + between, bornBytes);
      allowed.before = std::min(distances[1] - between, dyingBytes);
    }
    allowed.same = arena::inPlaceAttr.isAt(stage, meeting.operand) &&
                   meeting.resultOffset == meeting.operandOffset;
    auto *known = llvm::find_if(
        over, [&](const Overlap &o) { return o.operand == meeting.dying; });
    if (known == over.end()) {
      over.push_back(allowed);
      continue;
    }
    known->after = std::max(known->after, allowed.after);
    known->before = std::max(known->before, allowed.before);
    known->same &= allowed.same;
  }
}

func::FuncOp findMain(ModuleOp module) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  if (main && !main.isExternal())
    return main;
  module.emitError("the arena is that of a function @main");
  return nullptr;
}

std::string stepName(func::CallOp call) {
  auto node = nn::nodeOf(call.getLoc());
  return node && !node->name.empty() ? node->name : call.getCallee().str();
}

void ArenaLiveness::print(llvm::raw_ostream &os) const {
  for (auto [op, range] : llvm::zip_equal(bufferOps, liveBuffers)) {
    arena::BufferOp buffer = op;
    os << "buffer " << nn::printable(buffer.getName()) << ": " << range.bytes
       << " bytes, steps " << range.first << " to " << range.last;
    if (range.persistent)
      os << ", persistent";
    if (buffer.getSpace() != arena::Space::Host)
      os << ", " << arena::stringifySpace(buffer.getSpace());
    if (auto offset = buffer.getOffset())
      os << ", offset " << *offset;
    os << "\n";
  }
  std::vector<int64_t> live = liveBytesPerStep(liveBuffers);
  live.resize(calls.size());
  for (auto [i, call] : llvm::enumerate(calls))
    os << "step " << i << " " << nn::printable(stepName(call)) << ": "
       << live[i] << " bytes\n";
}

} // namespace dlc::memory
