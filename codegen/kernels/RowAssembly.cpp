//===- RowAssembly.cpp - Assembly of a row times a matrix -----------------===//

#include "codegen/kernels/RowAssembly.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include <algorithm>
#include <memory>
#include <vector>

using namespace dlc::kernels;

namespace {
constexpr int64_t kLanes = 4;
/// Steps of one iteration.
constexpr int64_t kUnroll = 8;
/// Iterations that one instruction counts to.
constexpr int64_t kMaxIterations = 65535;

/// Writes the text of one kernel line by line.
class Writer {
public:
  explicit Writer(const RowAssembly &kernel) : k(kernel) {}
  virtual ~Writer() = default;

  std::string write() {
    int64_t iterations = k.steps / kUnroll;
    if (iterations > 1) {
      beginLoop(iterations);
      multiply(kUnroll);
      endLoop();
    } else if (iterations == 1) {
      multiply(kUnroll);
    }
    if (k.steps % kUnroll)
      multiply(k.steps % kUnroll);
    return text;
  }

  /// Registers that are neither operands nor what they were before.
  virtual std::vector<std::string> clobbered() const = 0;
  virtual std::string accumulator(int64_t i) const = 0;

protected:
  virtual void beginLoop(int64_t iterations) = 0;
  virtual void endLoop() = 0;
  virtual void loadRow(int64_t steps) = 0;
  /// `count` vectors of weights from number `first` of an iteration on.
  virtual void loadWeights(int64_t first, int64_t count) = 0;
  virtual void multiplyAdd(int64_t accumulator, int64_t weights,
                           int64_t step) = 0;

  void line(const llvm::Twine &words) {
    if (!text.empty())
      text += "\n";
    text += words.str();
  }
  std::string row() const { return "$" + std::to_string(k.vectors); }
  std::string weights() const { return "$" + std::to_string(k.vectors + 1); }

  const RowAssembly &k;
  int64_t chunk = 1;  // vectors of weights that one instruction loads
  int64_t chunks = 2; // that there are registers for

private:
  /// `steps` steps, in straight code.
  void multiply(int64_t steps) {
    loadRow(steps);
    int64_t all = steps * k.vectors;
    auto load = [&](int64_t number) {
      if (number * chunk < all)
        loadWeights(number * chunk, std::min(chunk, all - number * chunk));
    };
    for (int64_t ahead = 0; ahead + 1 < chunks; ++ahead)
      load(ahead);
    for (int64_t i = 0; i < all; ++i) {
      if (i % chunk == 0)
        load(i / chunk + chunks - 1);
      multiplyAdd(i % k.vectors, i, i / k.vectors);
    }
  }

  std::string text;
};

/// Accumulators v0 to v15, weights v16 to v27, the row v28 to v31.
class AArch64Writer : public Writer {
public:
  explicit AArch64Writer(const RowAssembly &kernel) : Writer(kernel) {
    chunk = kernel.loadMultiple / kLanes;
    chunks = kWeightRegisters / chunk;
  }
  static constexpr int64_t kMostVectors = 16;

  std::string accumulator(int64_t i) const override {
    return "v" + std::to_string(i);
  }

  std::vector<std::string> clobbered() const override {
    std::vector<std::string> names;
    for (int64_t i = k.vectors; i < 32; ++i)
      names.push_back("v" + std::to_string(i));
    names.emplace_back("cc");
    return names;
  }

private:
  static constexpr int64_t kWeightRegisters = 12;
  static constexpr int64_t kFirstWeights = 16, kFirstOfRow = 28;

  std::string count() const {
    return "${" + std::to_string(k.vectors + 2) + ":w}";
  }
  void beginLoop(int64_t iterations) override {
    line("mov " + count() + ", #" + llvm::Twine(iterations));
    line("1:");
  }
  void endLoop() override {
    line("subs " + count() + ", " + count() + ", #1");
    line("b.ne 1b");
  }

  /// Whole vectors, then a half and a quarter of one.
  void loadRow(int64_t steps) override {
    rest = steps == 8 ? 0 : steps;
    if (steps == 8) {
      line("ldp q28, q29, [" + row() + "], #32");
      return;
    }
    int64_t at = kFirstOfRow;
    for (auto [elements, name] : {std::pair(4, "q"), {2, "d"}, {1, "s"}})
      if (steps & elements)
        line(llvm::Twine("ldr ") + name + llvm::Twine(at++) + ", [" + row() +
             "], #" + llvm::Twine(4 * elements));
  }

  std::string weightRegister(int64_t number) const {
    return "v" + std::to_string(kFirstWeights + number % (chunk * chunks)) +
           ".4s";
  }

  void loadWeights(int64_t first, int64_t count) override {
    std::string registers = weightRegister(first);
    if (count > 1)
      registers += "-" + weightRegister(first + count - 1);
    line("ld1 {" + registers + "}, [" + weights() + "], #" +
         llvm::Twine(16 * count));
  }

  void multiplyAdd(int64_t accumulator, int64_t weights,
                   int64_t step) override {
    int64_t at = kFirstOfRow + step / 4, lane = step % 4;
    if (rest && step >= (rest & 4)) { // in the half or the quarter
      step -= rest & 4;
      at = kFirstOfRow + (rest & 4) / 4 + ((rest & 2) && step >= 2 ? 1 : 0);
      lane = (rest & 2) ? step % 2 : 0;
    }
    line("fmla v" + llvm::Twine(accumulator) + ".4s, " +
         weightRegister(weights) + ", v" + llvm::Twine(at) + ".s[" +
         llvm::Twine(lane) + "]");
  }

  int64_t rest = 0; // steps that are not the eight of an iteration
};

/// Accumulators from q0 on, one or two registers of weights at the end, the row
/// in core registers, but for those that may point to the frame.
class MveWriter : public Writer {
public:
  explicit MveWriter(const RowAssembly &kernel) : Writer(kernel) {
    chunks = std::min<int64_t>(2, 8 - kernel.vectors);
  }
  static constexpr int64_t kMostVectors = 7;

  std::string accumulator(int64_t i) const override {
    return "q" + std::to_string(i);
  }

  std::vector<std::string> clobbered() const override {
    std::vector<std::string> names;
    for (int64_t i = k.vectors; i < 8; ++i)
      names.push_back("q" + std::to_string(i));
    for (const char *name : elements())
      names.emplace_back(name);
    if (k.steps / kUnroll > 1)
      names.emplace_back("lr");
    return names;
  }

private:
  static constexpr const char *kElements[kUnroll] = {"r2", "r3", "r4",  "r5",
                                                     "r8", "r9", "r10", "r11"};

  llvm::ArrayRef<const char *> elements() const {
    return llvm::ArrayRef(kElements).take_front(
        std::min<int64_t>(k.loadMultiple, k.steps));
  }
  void beginLoop(int64_t iterations) override {
    line(llvm::Twine("movw ") + kElements[0] + ", #" + llvm::Twine(iterations));
    line(llvm::Twine("dls lr, ") + kElements[0]);
    line("1:");
  }
  void endLoop() override { line("le lr, 1b"); }

  void loadRow(int64_t steps) override { left = steps; }

  /// The next elements of the row, when their first is needed.
  void loadElements() {
    int64_t count = std::min<int64_t>(left, k.loadMultiple);
    left -= count;
    if (count == 1) {
      line(llvm::Twine("ldr ") + kElements[0] + ", [" + row() + "], #4");
      return;
    }
    std::string names;
    for (const char *name : llvm::ArrayRef(kElements).take_front(count))
      names += (names.empty() ? "" : ", ") + std::string(name);
    line("ldm " + row() + "!, {" + names + "}");
  }

  std::string weightRegister(int64_t number) const {
    return "q" + std::to_string(8 - chunks + number % chunks);
  }
  void loadWeights(int64_t first, int64_t) override {
    line("vldrw.u32 " + weightRegister(first) + ", [" + weights() + "], #16");
  }

  void multiplyAdd(int64_t accumulator, int64_t weights,
                   int64_t step) override {
    if (accumulator == 0 && step % k.loadMultiple == 0)
      loadElements();
    line("vfma.f32 q" + llvm::Twine(accumulator) + ", " +
         weightRegister(weights) + ", " + kElements[step % k.loadMultiple]);
  }

  int64_t left = 0; // elements of this iteration that are not loaded yet
};

std::unique_ptr<Writer> writerOf(const RowAssembly &kernel) {
  if (kernel.machine == RowAssembly::Machine::AArch64)
    return std::make_unique<AArch64Writer>(kernel);
  return std::make_unique<MveWriter>(kernel);
}
} // namespace

const char *RowAssembly::whyNot() const {
  int64_t most = machine == Machine::AArch64 ? AArch64Writer::kMostVectors
                                             : MveWriter::kMostVectors;
  if (vectors < 1 || vectors > most)
    return "there are no registers for so many vectors";
  if (steps < 1 || steps / kUnroll > kMaxIterations)
    return "there is no loop of so many steps";
  if (loadMultiple < 2 || (machine == Machine::AArch64 &&
                           (loadMultiple % kLanes != 0 || loadMultiple > 16)))
    return "there is no load of so many elements";
  return nullptr;
}

std::string RowAssembly::text() const { return writerOf(*this)->write(); }

std::string RowAssembly::constraints() const {
  std::unique_ptr<Writer> writer = writerOf(*this);
  std::string text;
  auto add = [&](const std::string &constraint) {
    text += (text.empty() ? "" : ",") + constraint;
  };
  for (int64_t i = 0; i < vectors; ++i)
    add("={" + writer->accumulator(i) + "}");
  add("=&r");
  add("=&r");
  if (machine == Machine::AArch64)
    add("=&r"); // counts
  for (int64_t i = 0; i < vectors + 2; ++i)
    add(std::to_string(i));
  for (const std::string &name : writer->clobbered())
    add("~{" + name + "}");
  add("~{memory}");
  return text;
}
