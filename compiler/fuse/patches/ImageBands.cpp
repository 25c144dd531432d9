//===- ImageBands.cpp - An image in fewer rows than a patch has -----------===//

#include "compiler/fuse/patches/ImageBands.h"
#include "dialects/interfaces/StoredSize.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace dlc::fuse {

// More of an image at a time means fewer rows of it that are made twice.
constexpr int64_t kImageBytes = 1024;
// Calls that are worth it, of all patches.
constexpr int64_t kMostBands = 192;

PatchRegion headOf(const PatchRegion &region) {
  PatchRegion head;
  head.cut = region.reader;
  head.image = region.image;
  for (Operation *op : region.ops) {
    head.ops.push_back(op);
    if (op == region.reader.getDefiningOp())
      break;
  }
  return head;
}

SmallVector<Interval> bandsOf(Interval all, int64_t rows) {
  SmallVector<Interval> bands;
  for (int64_t begin = all.begin; begin < all.end(); begin += rows)
    bands.push_back({begin, std::min(rows, all.end() - begin)});
  return bands;
}

/// Bands of `rows`, and the most rows of the image that one reads.
static std::optional<std::pair<ImageBands, int64_t>>
cutInBands(const PatchRegion &head, ArrayRef<Interval> patches, int64_t rows) {
  ImageBands bands;
  bands.rows = rows;
  bands.most.resize(head.ops.size() - 1);
  bands.sum.resize(head.ops.size() - 1);
  int64_t imageRows = 0;
  for (Interval patch : patches)
    for (Interval band : bandsOf(patch, rows)) {
      Box box = wholeBox(head.cut);
      box[1] = band;
      auto parts = propagate(head, box);
      if (!parts || ++bands.count > kMostBands)
        return std::nullopt;
      for (size_t i = 0; i < bands.most.size(); ++i) {
        const std::optional<Box> &part = (*parts)[i];
        int64_t elements = part ? elementsOf(*part) : 0;
        bands.most[i] = std::max(bands.most[i], elements);
        bands.sum[i] += elements;
        if (part && head.ops[i] == head.image.getDefiningOp())
          imageRows = std::max(imageRows, part->front().size);
      }
    }
  return std::pair(bands, imageRows);
}

std::optional<ImageBands> bandsOfImage(const PatchRegion &region,
                                       ArrayRef<Interval> patches,
                                       int64_t columns) {
  PatchRegion head = headOf(region);
  auto image = cast<ShapedType>(region.image.getType());
  int64_t rowBytes =
      storedBytes(image.getElementType(), columns * image.getShape().back());
  int64_t largest = 0;
  for (Interval patch : patches)
    largest = std::max(largest, patch.size);
  std::optional<ImageBands> best;
  for (int64_t rows = 1; rows < largest; ++rows) {
    auto made = cutInBands(head, patches, rows);
    // Fewer rows are more bands.
    if (!made && !best)
      continue;
    if (!made || (best && made->second * rowBytes > kImageBytes))
      break;
    best = made->first;
  }
  return best;
}

} // namespace dlc::fuse
