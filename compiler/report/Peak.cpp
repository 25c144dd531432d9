//===- Peak.cpp - What holds the arena's peak -----------------------------===//

#include "compiler/report/Peak.h"
#include "compiler/report/Wording.h"
#include "llvm/ADT/STLExtras.h"

namespace dlc::report {

bool Peak::contains(unsigned stage) const {
  return llvm::is_contained(stages, stage);
}

Peak findPeak(const Report &report) {
  Peak peak;
  for (const StageRow &stage : report.stages)
    peak.bytes = std::max(peak.bytes, stage.liveBytes);
  if (!peak.bytes)
    return peak;
  for (auto [i, stage] : llvm::enumerate(report.stages)) {
    if (stage.liveBytes == peak.bytes) {
      peak.stages.push_back(i);
    } else if (stage.liveBytes > peak.nextBytes) {
      peak.nextBytes = stage.liveBytes;
      peak.nextStage = i;
    }
  }
  const unsigned at = peak.stages.front();
  for (auto [i, buffer] : llvm::enumerate(report.buffers))
    if (buffer.first <= at && at <= buffer.last)
      peak.holders.push_back(i);
  llvm::sort(peak.holders, [&](unsigned a, unsigned b) {
    return std::tie(report.buffers[b].bytes, a) <
           std::tie(report.buffers[a].bytes, b);
  });
  llvm::copy_if(peak.holders, std::back_inserter(peak.waiting),
                [&](unsigned i) {
                  return !llvm::is_contained(report.buffers[i].users, at);
                });
  return peak;
}

static std::string placement(const Report &report) {
  int64_t gaps = report.arenaBytes - report.arenaLowerBound;
  if (gaps <= 0)
    return "The arena is as small as the tensors that are alive at the peak: "
           "no other placement needs less.";
  return "Gaps between the buffers take " + inBytes(gaps) + " (" +
         percent(gaps, report.arenaBytes) +
         " of the arena): the lower bound is " +
         inBytes(report.arenaLowerBound) + ".";
}

static std::string nextPeak(const Report &report, const Peak &peak) {
  std::string text =
      peak.stages.size() == 1
          ? "One stage holds the peak."
          : std::to_string(peak.stages.size()) +
                " stages reach the peak, and all of them would have to shrink.";
  if (!peak.nextBytes)
    return text;
  return text + " The next below is stage " + std::to_string(peak.nextStage) +
         " '" + shortName(report.stages[peak.nextStage].name).str() +
         "' with " + inBytes(peak.nextBytes) + ": at most " +
         inBytes(peak.bytes - peak.nextBytes) + " (" +
         percent(peak.bytes - peak.nextBytes, peak.bytes) +
         ") can be gained before it is the peak.";
}

static std::string waiting(const Report &report, const Peak &peak) {
  int64_t bytes = 0;
  for (unsigned i : peak.waiting)
    bytes += report.buffers[i].bytes;
  const BufferRow &largest = report.buffers[peak.waiting.front()];
  return inBytes(bytes) + " (" + percent(bytes, peak.bytes) +
         ") only wait at the peak, the largest of them '" +
         shortName(largest.name).str() + "' from stage " +
         std::to_string(largest.first) + " to " + std::to_string(largest.last) +
         ": a skip connection, or a tensor that is put together in patches.";
}

static std::string flash(const Report &report) {
  const StageRow &largest =
      *llvm::max_element(report.stages, [](const auto &a, const auto &b) {
        return a.flashBytes() < b.flashBytes();
      });
  uint64_t weights = 0;
  for (const StageRow &stage : report.stages)
    weights += stage.flashWeights;
  return "Weights are " + percent(weights, report.flashBytes) +
         " of the flash; '" + shortName(largest.name).str() + "' takes most, " +
         inBytes(largest.flashBytes()) + " (" +
         percent(largest.flashBytes(), report.flashBytes) + ").";
}

std::vector<std::string> whatWouldHelp(const Report &report, const Peak &peak) {
  std::vector<std::string> facts;
  if (!peak.stages.empty()) {
    facts.push_back(placement(report));
    facts.push_back(nextPeak(report, peak));
    if (!peak.waiting.empty())
      facts.push_back(waiting(report, peak));
    if (int64_t scratch = report.stages[peak.stages.front()].scratchBytes)
      facts.push_back(inBytes(scratch) + " (" + percent(scratch, peak.bytes) +
                      ") at the peak are working memory of the stage, no "
                      "tensor of the model.");
  }
  if (report.flashBytes && !report.stages.empty())
    facts.push_back(flash(report));
  return facts;
}

} // namespace dlc::report
