//===- Picture.cpp - The memory plan, drawn -------------------------------===//

#include "compiler/report/Picture.h"
#include "compiler/report/Wording.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

using llvm::raw_ostream;
using llvm::raw_string_ostream;

namespace dlc::report {
namespace {

// In units of the SVG, which are pixels where the page is wide enough.
constexpr double left = 76, right = 14, below = 38;
constexpr double planTop = 34, planHeight = 380;
constexpr double columnsTop = 10, columnsHeight = 120;
constexpr double plotWidth = 1080, leastColumn = 6;
/// Of a character of a label, at most.
constexpr double characterWidth = 6.6, lineHeight = 14;
/// A budget far above the arena is said, not drawn: it would leave no room.
constexpr double drawnBudget = 1.6;

/// As many as a label has room for.
constexpr size_t namedStages = 4;

/// Two decimals, the same on every machine.
struct Fixed {
  double value;
};
raw_ostream &operator<<(raw_ostream &os, Fixed fixed) {
  return os << llvm::format("%.2f", fixed.value);
}

/// Where stages and bytes are.
struct Axes {
  unsigned stages;
  double top, height;
  double most; // bytes (or what else is counted) at the upper edge

  Axes(size_t stages, double top, double height, double most)
      : stages(std::max<size_t>(1, stages)), top(top), height(height),
        most(std::max(1.0, most)) {}

  double column() const { return std::max(leastColumn, plotWidth / stages); }
  double x(double stage) const { return left + stage * column(); }
  double y(double value) const { return top + height * (1 - value / most); }
  double right() const { return x(stages); }
  double width() const { return right() + report::right; }
  double fullHeight() const { return top + height + below; }
};

void open(const Axes &axes, llvm::StringRef id, llvm::StringRef title,
          llvm::StringRef description, raw_ostream &os) {
  os << "<div class=\"scroll\"><svg id=\"" << id << "\" viewBox=\"0 0 "
     << Fixed{axes.width()} << " " << Fixed{axes.fullHeight()}
     << "\" role=\"img\" aria-labelledby=\"" << id << "-title " << id
     << "-desc\"";
  if (axes.width() > left + plotWidth + right + 1)
    os << " style=\"min-width:" << Fixed{axes.width()} << "px\"";
  os << ">\n<title id=\"" << id << "-title\">" << Escaped{title}
     << "</title><desc id=\"" << id << "-desc\">" << Escaped{description}
     << "</desc>\n";
}

/// A round distance of at most six ticks.
uint64_t tickStep(double most, bool bytes) {
  uint64_t step = 1;
  if (bytes) {
    while (most / static_cast<double>(step) > 6)
      step *= 2;
    return step;
  }
  for (unsigned i = 0; most / static_cast<double>(step) > 6; ++i)
    step = step / (i % 3 == 1 ? 2 : 1) * (i % 3 == 1 ? 5 : 2);
  return step;
}

/// In the unit that leaves no tick a fraction.
std::string tickLabel(uint64_t at, uint64_t step, bool bytes) {
  if (!bytes)
    return inThousands(at);
  if (at == 0 || step < 1024)
    return std::to_string(at) + " B";
  return step < 1024 * 1024 ? std::to_string(at / 1024) + " KiB"
                            : std::to_string(at / (1024 * 1024)) + " MiB";
}

void drawTicks(const Axes &axes, bool bytes, raw_ostream &os) {
  uint64_t step = tickStep(axes.most, bytes);
  for (uint64_t at = 0; static_cast<double>(at) <= axes.most; at += step) {
    double y = axes.y(static_cast<double>(at));
    os << "<path class=\"grid\" d=\"M" << Fixed{left} << " " << Fixed{y} << "H"
       << Fixed{axes.right()} << "\"/><text class=\"tick\" x=\""
       << Fixed{left - 6} << "\" y=\"" << Fixed{y + 4}
       << "\" text-anchor=\"end\">" << tickLabel(at, step, bytes)
       << "</text>\n";
  }
  // A number for as many stages as have room for one.
  unsigned every = tickStep(6 * std::ceil(34 / axes.column()), false);
  double y = axes.top + axes.height + 16;
  for (unsigned stage = 0; stage < axes.stages; stage += every)
    os << "<text class=\"tick\" x=\"" << Fixed{axes.x(stage + 0.5)} << "\" y=\""
       << Fixed{y} << "\" text-anchor=\"middle\">" << stage << "</text>";
  os << "\n<text class=\"tick\" x=\"" << Fixed{left + (axes.right() - left) / 2}
     << "\" y=\"" << Fixed{y + 17}
     << "\" text-anchor=\"middle\">stage, in the order of execution</text>\n";
}

class PlanPicture {
public:
  PlanPicture(const Report &report, const Peak &peak, raw_ostream &os)
      : report(report), peak(peak), os(os),
        axes(report.stages.size(), planTop, planHeight,
             drawsBudget(report) ? static_cast<double>(report.ramBudget)
                                 : static_cast<double>(report.arenaBytes)) {}

  void draw() {
    open(axes, "plan", "Memory plan of " + report.network,
         "Stages to the right, addresses of the arena up; one box for each "
         "buffer. The tables below say the same.",
         os);
    drawTicks(axes, /*bytes=*/true, os);
    for (unsigned stage : peak.stages)
      drawPeak(stage);
    for (auto [i, buffer] : llvm::enumerate(report.buffers))
      drawBox(i, buffer);
    drawAlive();
    for (const BufferRow &buffer : report.buffers)
      drawLabel(buffer);
    drawLine("bound", report.arenaLowerBound, "lower bound ");
    if (drawsBudget(report))
      drawLine("budget", report.ramBudget, "budget ");
    drawPeakMarker();
    os << "</svg></div>\n";
  }

  static bool drawsBudget(const Report &report) {
    return report.ramBudget && static_cast<double>(report.ramBudget) <=
                                   drawnBudget * report.arenaBytes;
  }

private:
  void drawPeak(unsigned stage) {
    os << "<rect class=\"peak-stage\" x=\"" << Fixed{axes.x(stage)} << "\" y=\""
       << Fixed{axes.top} << "\" width=\"" << Fixed{axes.column()}
       << "\" height=\"" << Fixed{axes.height} << "\"/>\n";
  }

  struct Box {
    double x, y, width, height;
  };
  /// A result over part of an operand takes its place in the middle of the
  /// stage.
  bool isOver(const BufferRow &result, const BufferRow &operand) const {
    return llvm::any_of(result.over, [&](const BufferOverlap &overlap) {
      return &report.buffers[overlap.operand] == &operand &&
             result.meets(operand);
    });
  }
  Box boxOf(const BufferRow &buffer) const {
    double left = axes.x(buffer.first), right = axes.x(buffer.last + 1);
    for (const BufferRow &other : report.buffers) {
      if (isOver(buffer, other))
        left = axes.x(buffer.first) + axes.column() / 2;
      if (isOver(other, buffer))
        right = axes.x(buffer.last) + axes.column() / 2;
    }
    double y = axes.y(buffer.offset + buffer.bytes);
    return {left, y, right - left, axes.y(buffer.offset) - y};
  }
  std::string cssOf(const BufferRow &buffer) const {
    return std::string(buffer.scratch ? "scratch" : "tensor") +
           (isAtPeak(buffer) ? " held" : "");
  }

  void drawBox(size_t i, const BufferRow &buffer) {
    Box box = boxOf(buffer);
    os << "<a href=\"#buffer-" << i << "\" tabindex=\"-1\"><title>"
       << Escaped{buffer.name} << "\n"
       << inBytes(buffer.bytes) << " at " << buffer.offset << ", "
       << buffer.shape << " " << Escaped{buffer.type}
       << (buffer.scratch ? ", scratch" : "") << "\nfrom stage " << buffer.first
       << " " << Escaped{report.stages[buffer.first].name} << "\nto stage "
       << buffer.last << " " << Escaped{report.stages[buffer.last].name}
       << "</title><rect id=\"box-" << i << "\" class=\"box " << cssOf(buffer)
       << "\" x=\"" << Fixed{box.x} << "\" y=\"" << Fixed{box.y}
       << "\" width=\"" << Fixed{box.width} << "\" height=\""
       << Fixed{box.height} << "\"/></a>\n";
  }

  bool isAtPeak(const BufferRow &buffer) const {
    return llvm::any_of(peak.stages, [&](unsigned stage) {
      return buffer.first <= stage && stage <= buffer.last;
    });
  }

  /// As much of the name as the box has room for, and the size below it.
  void drawLabel(const BufferRow &buffer) {
    Box box = boxOf(buffer);
    if (box.height < lineHeight + 2 || box.width < 5 * characterWidth + 8)
      return;
    auto room = static_cast<size_t>((box.width - 8) / characterWidth);
    // A nested svg clips what a wider font would draw beyond the box.
    os << "<svg class=\"label " << cssOf(buffer) << "\" x=\"" << Fixed{box.x}
       << "\" y=\"" << Fixed{box.y} << "\" width=\"" << Fixed{box.width}
       << "\" height=\"" << Fixed{box.height} << "\"><text x=\"4\" y=\"12\">"
       << Escaped{ending(shortName(buffer.name), room)};
    std::string size = inUnits(buffer.bytes);
    if (box.height >= 2 * lineHeight + 4 && size.size() <= room)
      os << "<tspan x=\"4\" dy=\"" << Fixed{lineHeight} << "\">" << size
         << "</tspan>";
    os << "</text></svg>\n";
  }

  void drawAlive() {
    if (report.stages.empty())
      return;
    std::string steps;
    raw_string_ostream path(steps);
    path << "M" << Fixed{axes.x(0)} << " "
         << Fixed{axes.y(report.stages.front().liveBytes)};
    for (auto [i, stage] : llvm::enumerate(report.stages))
      path << "V" << Fixed{axes.y(stage.liveBytes)} << "H"
           << Fixed{axes.x(i + 1)};
    os << "<path class=\"alive-halo\" d=\"" << steps
       << "\"/><path class=\"alive\" d=\"" << steps << "\"/>\n";
  }

  void drawLine(llvm::StringRef css, int64_t bytes, llvm::StringRef what) {
    double y = axes.y(bytes);
    os << "<path id=\"" << css << "\" class=\"" << css << "\" d=\"M"
       << Fixed{left} << " " << Fixed{y} << "H" << Fixed{axes.right()}
       << "\"/><text class=\"tick " << css << "\" x=\"" << Fixed{axes.right()}
       << "\" y=\"" << Fixed{y - 5} << "\" text-anchor=\"end\">" << what
       << inUnits(bytes) << "</text>\n";
  }

  /// A tip on the uppermost byte that is alive there.
  void drawPeakMarker() {
    if (peak.stages.empty())
      return;
    int64_t end = 0;
    for (unsigned i : peak.holders)
      end = std::max(end, report.buffers[i].offset + report.buffers[i].bytes);
    double x = axes.x(peak.stages.front() + 0.5), y = axes.y(end);
    bool toTheLeft = x > left + (axes.right() - left) / 2;
    os << "<path id=\"peak\" class=\"peak-marker\" d=\"M" << Fixed{x} << " "
       << Fixed{y} << "l-6 -10h12z\"/><text class=\"tick peak\" x=\""
       << Fixed{toTheLeft ? x - 10 : x + 10} << "\" y=\"" << Fixed{y - 19}
       << "\" text-anchor=\"" << (toTheLeft ? "end" : "start")
       << "\">peak: " << inUnits(peak.bytes)
       << (peak.stages.size() == 1 ? " at stage " : " at stages ");
    for (auto [i, stage] : llvm::enumerate(peak.stages)) {
      if (i == namedStages) {
        os << " and " << peak.stages.size() - i << " more";
        break;
      }
      os << (i ? ", " : "") << stage;
    }
    os << "</text>\n";
  }

  const Report &report;
  const Peak &peak;
  raw_ostream &os;
  Axes axes;
};

} // namespace

void drawPlan(const Report &report, const Peak &peak, raw_ostream &os) {
  PlanPicture(report, peak, os).draw();
}

void drawColumns(const Report &report, llvm::StringRef id,
                 llvm::StringRef title, llvm::StringRef unit,
                 llvm::ArrayRef<Series> stacked, raw_ostream &os) {
  auto sum = [&](const StageRow &stage) {
    uint64_t total = 0;
    for (const Series &series : stacked)
      total += series.value(stage);
    return total;
  };
  uint64_t most = 0;
  for (const StageRow &stage : report.stages)
    most = std::max(most, sum(stage));
  Axes axes(report.stages.size(), columnsTop, columnsHeight,
            static_cast<double>(most));
  open(axes, id, title,
       "One column for each stage; the table of stages has "
       "the numbers.",
       os);
  drawTicks(axes, unit == "bytes", os);
  double margin = axes.column() > 12 ? 2 : 0.5;
  for (auto [i, stage] : llvm::enumerate(report.stages)) {
    if (!sum(stage))
      continue;
    os << "<a href=\"#stage-" << i << "\" tabindex=\"-1\"><title>stage " << i
       << " " << Escaped{stage.name};
    for (const Series &series : stacked)
      os << "\n" << series.what << " " << series.value(stage) << " " << unit;
    os << "</title>";
    uint64_t from = 0;
    for (const Series &series : stacked) {
      uint64_t to = from + series.value(stage);
      double y = axes.y(static_cast<double>(to));
      if (to != from)
        os << "<rect class=\"" << series.css << "\" x=\""
           << Fixed{axes.x(i) + margin} << "\" y=\"" << Fixed{y}
           << "\" width=\"" << Fixed{axes.column() - 2 * margin}
           << "\" height=\"" << Fixed{axes.y(static_cast<double>(from)) - y}
           << "\"/>";
      from = to;
    }
    os << "</a>\n";
  }
  os << "</svg></div>\n";
}

void beginFigure(const Report &report, llvm::StringRef id,
                 llvm::StringRef title, llvm::StringRef unit,
                 llvm::ArrayRef<Series> stacked, raw_ostream &os) {
  os << "<figure>";
  drawColumns(report, id, title, unit, stacked, os);
  os << "<figcaption>";
  if (stacked.size() > 1) {
    os << "<p class=\"legend\">";
    for (const Series &series : stacked)
      os << "<span><i class=\"" << series.css << "\"></i>" << series.what
         << "</span> ";
    os << "</p>";
  }
  os << "<p>";
}

} // namespace dlc::report
