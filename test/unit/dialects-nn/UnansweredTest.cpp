//===- UnansweredTest.cpp - Which nn ops do not answer an interface -------===//
//
// A new op answers each interface or is written down here, by somebody who has
// asked whether what a pass then takes for granted is right. nn.yield is part
// of a loop, which is what passes ask.
//
//===----------------------------------------------------------------------===//

#include "dialects/interfaces/CostInterface.h"
#include "dialects/interfaces/IntegerInterface.h"
#include "dialects/interfaces/LayoutInterface.h"
#include "dialects/interfaces/PartInterface.h"
#include "dialects/interfaces/PrecisionInterface.h"
#include "dialects/interfaces/StageInterface.h"
#include "dialects/nn/NnDialect.h"
#include "mlir/IR/MLIRContext.h"
#include "gtest/gtest.h"
#include <set>
#include <string>

namespace {

using Names = std::set<std::string>;

class Unanswered : public testing::Test {
protected:
  Unanswered() { context.loadDialect<dlc::nn::NnDialect>(); }

  /// The ops of nn that do not implement `InterfaceT`, without "nn.".
  template <typename InterfaceT> Names without() {
    Names names;
    for (mlir::RegisteredOperationName name : context.getRegisteredOperations())
      if (name.getDialectNamespace() == "nn" &&
          !name.hasInterface<InterfaceT>())
        names.insert(name.stripDialect().str());
    return names;
  }

  mlir::MLIRContext context;
};

/// Their time is not that of arithmetic on numbers: they move elements, or
/// sort, scan and convert them, or are of pixels or sound.
TEST_F(Unanswered, Cost) {
  EXPECT_EQ(without<dlc::CostOpInterface>(),
            (Names{"arg_reduce",   "broadcast",      "color_convert",
                   "concat",       "cum_prod",       "cum_sum",
                   "dequantize",   "gather",         "gather_elements",
                   "gather_nd",    "lookup",         "lrn",
                   "mel_energies", "micro_features", "pad",
                   "positions",    "quantize",       "resample",
                   "reshape",      "resize",         "scatter_elements",
                   "scatter_nd",   "slice",          "spectrum",
                   "tile",         "top_k",          "transpose",
                   "yield"}));
}

TEST_F(Unanswered, Precision) {
  EXPECT_EQ(without<dlc::PrecisionOpInterface>(), Names{"yield"});
}

TEST_F(Unanswered, Stage) {
  EXPECT_EQ(without<dlc::StageOpInterface>(), Names{"yield"});
}

/// These are how integers become real numbers, and the other way round;
/// rescaling is what other ops become. Pixels are bytes by themselves, and
/// sound is integers or floats all the way.
TEST_F(Unanswered, Integer) {
  EXPECT_EQ(without<dlc::IntegerOpInterface>(),
            (Names{"color_convert", "dequantize", "lookup", "mel_energies",
                   "micro_features", "quantize", "resample", "rescale",
                   "spectrum", "yield"}));
}

/// Products, gathers, scatters, searches, trees, pixels and sound mean
/// their dimensions by position; a transpose is what is moved.
TEST_F(Unanswered, Layout) {
  EXPECT_EQ(without<dlc::LayoutOpInterface>(),
            (Names{"best_above",      "color_convert", "gather",
                   "gather_elements", "gather_nd",     "if",
                   "keep_apart",      "lookup",        "loop",
                   "matmul",          "mel_energies",  "micro_features",
                   "positions",       "resample",      "scatter_elements",
                   "scatter_nd",      "spectrum",      "suppress",
                   "transpose",       "tree_ensemble", "yield"}));
}

/// What is not cut into patches.
TEST_F(Unanswered, Part) {
  EXPECT_EQ(without<dlc::PartOpInterface>(), (Names{"arg_reduce",
                                                    "best_above",
                                                    "broadcast",
                                                    "color_convert",
                                                    "cum_prod",
                                                    "conv_transpose",
                                                    "cum_sum",
                                                    "gather",
                                                    "gather_elements",
                                                    "gather_nd",
                                                    "grid_sample",
                                                    "if",
                                                    "interpolate",
                                                    "keep_apart",
                                                    "lookup",
                                                    "loop",
                                                    "lrn",
                                                    "matmul",
                                                    "mel_energies",
                                                    "micro_features",
                                                    "piecewise",
                                                    "positions",
                                                    "reduce",
                                                    "resample",
                                                    "reshape",
                                                    "resize",
                                                    "roi_align",
                                                    "roi_pool",
                                                    "scatter_elements",
                                                    "scatter_nd",
                                                    "softmax",
                                                    "spectrum",
                                                    "suppress",
                                                    "tile",
                                                    "top_k",
                                                    "tree_ensemble",
                                                    "yield"}));
}

} // namespace
