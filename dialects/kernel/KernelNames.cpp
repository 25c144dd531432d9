//===- KernelNames.cpp - A kernel's name is its specification -------------===//

#include "dialects/kernel/CodedKernels.h"
#include "dialects/kernel/PanelKernels.h"
#include "dialects/kernel/SparseKernels.h"
#include "dialects/kernel/TableKernels.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace dlc::kernel {

namespace {

std::string textOf(TileAttr tile) {
  return (Twine(tile.getPositions()) + "x" + Twine(tile.getColumns())).str();
}

/// f32_f32_f32, or ui8_si8_i32_g4: a group of one goes without saying.
std::string textOf(ProductsAttr products) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << products.getLeft() << "_" << products.getRight() << "_"
     << products.getSum();
  if (products.getGroup() != 1)
    os << "_g" << products.getGroup();
  return text;
}

std::string textOf(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

/// m5 stands for -5.
std::string textOf(int64_t value) {
  return (value < 0 ? "m" : "") + std::to_string(std::abs(value));
}

/// si8_s8_m128_127: what is stored, the shift and the bounds.
std::string textOf(RescaleAttr rescale) {
  return textOf(rescale.getStorage()) + "_s" +
         std::to_string(rescale.getShift()) + "_" + textOf(rescale.getMin()) +
         "_" + textOf(rescale.getMax()) +
         (rescale.getLimbs() ? "_l" + std::to_string(rescale.getLimbs()) + "x" +
                                   std::to_string(rescale.getBits())
                             : "");
}

/// Of the kernels of WindowKernels.td.
std::string nameOfWindows(KernelOpInterface kernel, const std::string &set) {
  return llvm::TypeSwitch<Operation *, std::string>(kernel)
      .Case([&](MoveOp op) {
        return std::string("dlc_move") + (op.getFlipped() ? "_flipped" : "") +
               (op.getHalfwords() ? "_halfwords" : "") + set;
      })
      .Case([&](FillOp op) {
        return "dlc_fill_" + textOf(static_cast<int64_t>(op.getValue())) +
               (op.getHalfwords() ? "_halfwords" : "") + set;
      })
      .Case([&](WindowsOp op) {
        std::string name = "dlc_windows_" + textOf(op.getProducts()) + "_" +
                           textOf(op.getTile()) + "_f" +
                           std::to_string(op.getFeatures()) + "_w" +
                           std::to_string(op.getRows()) + "x" +
                           std::to_string(op.getBytes());
        if (op.getRows() > 1)
          name += "_pitch" + std::to_string(op.getPitch());
        if (op.getApart() > 1)
          name += "_apart" + std::to_string(op.getApart());
        name += "_every" + std::to_string(op.getStep()) + "_" +
                std::to_string(op.getStride());
        if (op.getRescale())
          name += "_" + textOf(*op.getRescale());
        return name + set;
      })
      .Case([&](InterleaveOp op) {
        return "dlc_interleave_" + std::to_string(op.getChannels()) + "_" +
               std::to_string(op.getRows()) + "x" +
               std::to_string(op.getColumns()) + "_pitch" +
               std::to_string(op.getPitch()) + "_every" +
               std::to_string(op.getSpacing()) + set;
      })
      .Case([&](FilterOp op) {
        return "dlc_filter_" + textOf(op.getProducts()) + "_" +
               std::to_string(op.getChannels()) + "x" +
               std::to_string(op.getResults()) + "_t" +
               std::to_string(op.getTaps()) + "_s" +
               std::to_string(op.getStep()) + "_every" +
               std::to_string(op.getSpacing()) + "_" +
               std::to_string(op.getStride()) + "_" + textOf(op.getRescale()) +
               set;
      });
}

/// One goes without saying.
std::string tilesOf(uint64_t tiles) {
  return tiles == 1 ? "" : "_t" + std::to_string(tiles);
}

/// Of the kernels of WinogradKernels.td, or WindowKernels.td.
std::string nameOfWinograd(KernelOpInterface kernel, const std::string &set,
                           const std::string &loads) {
  return llvm::TypeSwitch<Operation *, std::string>(kernel)
      .Case([&](WinogradInputOp op) {
        return "dlc_winograd_input_" + textOf(op.getFrom()) + "_" +
               textOf(op.getTo()) + "_" + std::to_string(op.getChannels()) +
               "_every" + std::to_string(op.getPixel()) +
               tilesOf(op.getTiles()) + set;
      })
      .Case([&](WinogradFiltersOp op) {
        return "dlc_winograd_filters_" + std::to_string(op.getFilters()) + set;
      })
      .Case([&](WinogradColumnsOp op) {
        return "dlc_winograd_columns_" + textOf(op.getProducts()) + "_" +
               std::to_string(op.getChannels()) + "x" +
               std::to_string(op.getFeatures()) +
               (op.getPixel() == op.getFeatures()
                    ? ""
                    : "_every" + std::to_string(op.getPixel())) +
               "_b" + std::to_string(op.getBlock()) + tilesOf(op.getTiles()) +
               "_" + textOf(op.getRescale()) + loads;
      })
      .Default([&](Operation *) { return nameOfWindows(kernel, set); });
}

/// Of the kernels of CodedKernels.td, TableKernels.td or WinogradKernels.td.
std::string nameOfCodes(KernelOpInterface kernel, const std::string &set,
                        const std::string &loads) {
  return llvm::TypeSwitch<Operation *, std::string>(kernel)
      .Case([&](CodeTableOp op) {
        return "dlc_code_table_" + textOf(op.getProducts()) + set;
      })
      .Case([&](CodedColumnsOp op) {
        return "dlc_coded_columns_" + textOf(op.getProducts()) + "_" +
               textOf(op.getTile()) + "_n" + std::to_string(op.getSteps()) +
               "_k" + std::to_string(op.getUnroll()) + "_b" +
               std::to_string(op.getBlocks()) + "_every" +
               std::to_string(op.getStride()) +
               (op.getRescale() ? "_" + textOf(*op.getRescale())
                                : std::string()) +
               loads;
      })
      .Case([&](TableColumnsOp op) {
        return "dlc_table_columns_" + textOf(op.getFrom()) + "_g" +
               std::to_string(op.getGroup()) + "_" + textOf(op.getTile()) +
               "_n" + std::to_string(op.getSteps()) + "_k" +
               std::to_string(op.getUnroll()) + "_f" +
               std::to_string(op.getFeatures()) + "_b" +
               std::to_string(op.getBlock()) + "_times" +
               std::to_string(op.getMagnitude()) + "_every" +
               std::to_string(op.getStride()) +
               (op.getRescale() ? "_" + textOf(*op.getRescale())
                                : std::string()) +
               loads;
      })
      .Default([&](Operation *) { return nameOfWinograd(kernel, set, loads); });
}

/// Of the kernels of PanelKernels.td, CodedKernels.td or others.
std::string nameOfPanels(KernelOpInterface kernel, const std::string &set,
                         const std::string &loads) {
  return llvm::TypeSwitch<Operation *, std::string>(kernel)
      .Case([&](SpreadCodesOp op) {
        return "dlc_spread_codes_" + std::to_string(op.getBits()) + set;
      })
      .Case([&](DecodeOp op) {
        return "dlc_decode_" + std::to_string(op.getBits()) +
               (op.getWide() ? "_wide" : "") + set;
      })
      .Case([&](DecodeNonzerosOp op) {
        return "dlc_decode_nonzeros_" + std::to_string(op.getBits()) +
               (op.getWide() ? "_wide" : "") + set;
      })
      .Case([&](SumGapsOp) { return "dlc_sum_gaps" + set; })
      .Default([&](Operation *) { return nameOfCodes(kernel, set, loads); });
}

/// Of the kernels of IntegerKernels.td.
std::string nameOfIntegers(KernelOpInterface kernel, const std::string &set,
                           const std::string &loads) {
  return llvm::TypeSwitch<Operation *, std::string>(kernel)
      .Case([&](CopyOp op) {
        return "dlc_copy_" + std::to_string(op.getBytes()) +
               (op.getFlipped() ? "_flipped" : "") + set;
      })
      .Case([&](WidenOp op) {
        return "dlc_widen_" + textOf(op.getFrom()) + "_" +
               textOf(op.getProducts().getLeft()) + "_g" +
               std::to_string(op.getProducts().getGroup()) + "_" +
               std::to_string(op.getPositions()) +
               (op.getCombined() ? "_combined" : "") +
               (op.getAligned() ? "_aligned" : "") + loads;
      })
      .Case([&](WidenTileOp op) {
        return "dlc_widen_tile_" + textOf(op.getFrom()) + "_" +
               textOf(op.getProducts().getLeft()) + "_g" +
               std::to_string(op.getProducts().getGroup()) + "_" +
               std::to_string(op.getPositions()) + "x" +
               std::to_string(op.getGroups()) + "_every" +
               std::to_string(op.getStride()) +
               (op.getCombined() ? "_combined" : "") +
               (op.getAligned() ? "_aligned" : "") + loads;
      })
      .Case([&](PlanesOp op) {
        return "dlc_planes_" + textOf(op.getFrom()) + "_" + textOf(op.getTo()) +
               "_" + std::to_string(op.getPixels()) + "_every" +
               std::to_string(op.getStride()) + "_plane" +
               std::to_string(op.getPlane()) + (op.getOdd() ? "_odd" : "") +
               set;
      })
      .Case([&](DepthwiseOp op) {
        return "dlc_depthwise_" + textOf(op.getLeft()) + "_" +
               std::to_string(op.getRows()) + "x" +
               std::to_string(op.getColumns()) + "_t" +
               std::to_string(op.getTaps()) + "_s" +
               std::to_string(op.getRowStep()) + "x" +
               std::to_string(op.getColumnStep()) + "_row" +
               std::to_string(op.getRow()) + "_plane" +
               std::to_string(op.getPlane()) + "_every" +
               std::to_string(op.getStride()) + "x" +
               std::to_string(op.getResultRow()) + "_" +
               textOf(op.getRescale()) + set;
      })
      .Case([&](ColumnsOp op) {
        return "dlc_columns_" + textOf(op.getProducts()) +
               (op.getCombined() ? "_combined_" : "_") +
               (op.getMoved() ? "moved_" : "") + textOf(op.getTile()) + "_n" +
               std::to_string(op.getSteps()) + "_k" +
               std::to_string(op.getUnroll()) + "_every" +
               std::to_string(op.getStride()) +
               (op.getRescale() ? "_" + textOf(*op.getRescale())
                                : std::string()) +
               loads;
      })
      .Case([&](SparseColumnsOp op) {
        return "dlc_sparse_columns_" + textOf(op.getProducts()) + "_s" +
               std::to_string(op.getSegments()) +
               (op.getCoded() ? "_coded" : "") +
               (op.getShared() ? "_shared" : "") +
               (op.getRescale() ? "_" + textOf(*op.getRescale())
                                : std::string()) +
               loads;
      })
      .Default([&](Operation *) { return nameOfPanels(kernel, set, loads); });
}

} // namespace

std::string nameOf(KernelOpInterface kernel) {
  InstructionsAttr instructions = kernel.getInstructions();
  std::string set =
      ("_" + stringifyInstructionSet(instructions.getSet())).str();
  // What is loaded or stored once is one instruction for each row.
  std::string loads = set + "_l" + std::to_string(instructions.getLoad());
  return llvm::TypeSwitch<Operation *, std::string>(kernel)
      .Case([&](MultiplyOp op) {
        return "dlc_multiply_" + textOf(op.getProducts()) + "_" +
               textOf(op.getTile()) + "_k" + std::to_string(op.getUnroll()) +
               (op.getRemainder() ? "_remainder" : "") + loads;
      })
      .Case([&](MultiplyPairsOp op) {
        return "dlc_multiply_pairs_" + textOf(op.getProducts()) + "_" +
               textOf(op.getTile()) + "_k" + std::to_string(op.getUnroll()) +
               loads;
      })
      .Case([&](LoadOp op) {
        return "dlc_load_" + textOf(op.getResultTypes().front()) + "_" +
               textOf(op.getTile()) + set;
      })
      .Case([&](StoreOp op) {
        return "dlc_store_" + textOf(op.getValues().front().getType()) + "_" +
               textOf(op.getTile()) + set;
      })
      .Case([&](FinishOp op) {
        return "dlc_finish_" + textOf(op.getValues().front().getType()) + "_" +
               textOf(op.getStoredType()) + "_" + textOf(op.getTile()) + set;
      })
      .Case([&](RowOp op) {
        return "dlc_row_" + textOf(op.getProducts()) + "_" +
               std::to_string(op.getSums().size()) + "x" +
               std::to_string(op.getLanes()) + "_k" +
               std::to_string(op.getSteps()) + loads;
      })
      .Default([&](Operation *) { return nameOfIntegers(kernel, set, loads); });
}

} // namespace dlc::kernel
