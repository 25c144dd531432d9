//===- KernelAccesses.cpp - What kernels read and write -------------------===//

#include "dialects/kernel/KernelOps.h"

using namespace mlir;

namespace dlc::kernel {

namespace {

using Accesses = llvm::SmallVector<Access, 2>;

int64_t groupBits(Type element, ProductsAttr products) {
  return element.getIntOrFloatBitWidth() * products.getGroup();
}

/// The groups of all columns for each step, one step behind the other.
Access rightOperand(Value address, Count steps, int64_t columns,
                    ProductsAttr products) {
  int64_t bits = groupBits(products.getRight(), products);
  return {address, false, steps, {columns * bits / 8, {}}, {columns, {}}, bits};
}

Accesses storedTile(Value address, Value stride, TileAttr tile, Type element) {
  return {{address,
           true,
           {tile.getPositions(), {}},
           {0, stride},
           {tile.getColumns(), {}},
           static_cast<int64_t>(element.getIntOrFloatBitWidth())}};
}

} // namespace

Accesses MultiplyOp::getAccesses() {
  ProductsAttr products = getProducts();
  Access left{getLeft(),
              false,
              {getTile().getPositions(), {}},
              {0, getStride()},
              {0, getSteps()},
              groupBits(products.getLeft(), products)};
  return {left, rightOperand(getRight(), {0, getSteps()},
                             getTile().getColumns(), products)};
}

Accesses MultiplyPairsOp::getAccesses() {
  ProductsAttr products = getProducts();
  Access left{getLeft(),
              false,
              {0, getSteps()},
              {0, getStride()},
              {getTile().getColumns(), {}},
              groupBits(products.getLeft(), products)};
  return {left, rightOperand(getRight(), {0, getSteps()},
                             getTile().getColumns(), products)};
}

Accesses LoadOp::getAccesses() {
  Access access;
  access.address = getAddress();
  access.elements.known = getTile().getColumns();
  access.elementBits = getResultTypes().front().getIntOrFloatBitWidth();
  return {access};
}

Accesses StoreOp::getAccesses() {
  return storedTile(getAddress(), getStride(), getTile(),
                    getValues().front().getType());
}

Accesses FinishOp::getAccesses() {
  return storedTile(getAddress(), getStride(), getTile(), getStoredType());
}

Accesses RowOp::getAccesses() {
  ProductsAttr products = getProducts();
  Count steps{static_cast<int64_t>(getSteps()), {}};
  Access row;
  row.address = getRow();
  row.elements = steps;
  row.elementBits = groupBits(products.getLeft(), products);
  int64_t columns = getLanes() * static_cast<int64_t>(getSums().size());
  return {row, rightOperand(getColumns(), steps, columns, products)};
}

Accesses CopyOp::getAccesses() {
  Count bytes{static_cast<int64_t>(getBytes()), {}};
  Access source{getSource(), false, {0, getRows()}, {0, getStride()}, bytes, 8};
  Access target{getTarget(), true, {0, getRows()}, bytes, bytes, 8};
  return {source, target};
}

Accesses WidenOp::getAccesses() {
  ProductsAttr products = getProducts();
  int64_t group = groupBits(products.getLeft(), products);
  Access source;
  source.address = getSource();
  source.elements = {0, getGroups()};
  source.elementBits = groupBits(getFrom(), products);
  Access target{
      getTarget(),      true,
      {0, getGroups()}, {static_cast<int64_t>(getPositions()) * group / 8, {}},
      {1, {}},          group};
  return {source, target};
}

Accesses WidenTileOp::getAccesses() {
  ProductsAttr products = getProducts();
  auto positions = static_cast<int64_t>(getPositions());
  auto groups = static_cast<int64_t>(getGroups());
  Access source{getSource(),     false,
                {positions, {}}, {static_cast<int64_t>(getStride()), {}},
                {groups, {}},    groupBits(getFrom(), products)};
  Access target;
  target.address = getTarget();
  target.writes = true;
  target.elements.known = positions * groups;
  target.elementBits = groupBits(products.getLeft(), products);
  return {source, target};
}

Accesses PlanesOp::getAccesses() {
  auto pixels = static_cast<int64_t>(getPixels());
  Access source{getSource(),  false,
                {pixels, {}}, {static_cast<int64_t>(getStride()), {}},
                {4, {}},      getFrom().getIntOrFloatBitWidth()};
  Access target{getTarget(),  true,
                {4, {}},      {static_cast<int64_t>(getPlane()), {}},
                {pixels, {}}, getTo().getIntOrFloatBitWidth()};
  return {source, target};
}

Accesses DepthwiseOp::getAccesses() {
  auto rows = static_cast<int64_t>(getRows());
  auto taps = static_cast<int64_t>(getTaps());
  int64_t bits = getLeft().getIntOrFloatBitWidth();
  int64_t row = static_cast<int64_t>(getRow()) * 8 / bits;
  int64_t read =
      ((rows - 1) * static_cast<int64_t>(getRowStep()) + taps - 1) * row +
      getRowElements();
  Access planes{getPlanes(), false,
                {4, {}},     {static_cast<int64_t>(getPlane()), {}},
                {read, {}},  bits};
  Access right;
  right.address = getRight();
  RescaleAttr rescale = getRescale();
  right.elements.known =
      rescale.headWords() + 4 * (getFilterWords() + 1 + rescale.columnWords());
  right.elementBits = 32;
  Access result{
      getResult(),
      true,
      {rows * static_cast<int64_t>(getColumns()), {}},
      {static_cast<int64_t>(std::min(getStride(), getResultRow())), {}},
      {4, {}},
      getRescale().getStorage().getIntOrFloatBitWidth()};
  return {planes, right, result};
}

Accesses ColumnsOp::getAccesses() {
  ProductsAttr products = getProducts();
  int64_t positions = getTile().getPositions();
  Access left;
  left.address = getLeft();
  left.elements.known = static_cast<int64_t>(getSteps()) * positions;
  left.elementBits = groupBits(products.getLeft(), products);
  Access head;
  head.address = getRight();
  head.elementBits = getHeadBytes() * 8;
  Access right;
  right.address = getRight();
  right.elements = {0, getBlocks()};
  right.elementBits = getBlockBytes() * 8;
  Access result{getResult(),      true,
                {positions, {}},  {static_cast<int64_t>(getStride()), {}},
                {0, getBlocks()}, getStoredBits() * getTile().getColumns()};
  // The left operand is read again for the next block.
  if (head.elementBits == 0)
    return {left, right, result, left};
  return {left, head, right, result, left};
}

Accesses SparseColumnsOp::getAccesses() {
  auto bytes = [](uint64_t count) {
    return Count{static_cast<int64_t>(count), {}};
  };
  ProductsAttr products = getProducts();
  Access left;
  left.address = getLeft();
  left.elements = bytes(getElements());
  left.elementBits = groupBits(products.getLeft(), products);
  Access right;
  right.address = getRight();
  right.elements = {0, getColumns()};
  right.elementBits = getNumberBytes() * 8;
  // What the numbers' bytes are followed by has no address of its own; it is
  // constants, which nobody writes.
  Access rest;
  rest.address = getRight();
  rest.elements = bytes(getHeadBytes() + getWeights() + getPlaces());
  rest.elementBits = 8;
  Access result{getResult(), true, {1, {}}, {}, {0, getColumns()},
                getStoredBits()};
  return {left, right, rest, result, left};
}

Accesses MoveOp::getAccesses() {
  Access source{getSource(), false, {1, {}}, {}, {0, getBytes()}, 8};
  Access target{getTarget(), true, {1, {}}, {}, {0, getBytes()}, 8};
  return {source, target};
}

Accesses FillOp::getAccesses() {
  return {{getTarget(), true, {1, {}}, {}, {0, getBytes()}, 8}};
}

Accesses WindowsOp::getAccesses() {
  auto number = [](uint64_t value) {
    return Count{static_cast<int64_t>(value), {}};
  };
  Access left;
  left.address = getLeft();
  left.rows = {0, getPositions()};
  left.stride = number(getStep());
  left.elements =
      number((getRows() - 1) * getPitch() +
             static_cast<uint64_t>(getGroups()) * getProducts().getGroup());
  Access right;
  right.address = getRight();
  right.elements.known = getRightBytes();
  Access result{getResult(),           true,
                {0, getPositions()},   number(getStride()),
                number(getFeatures()), getStoredBits()};
  // Both operands are read again for the next tile.
  return {left, right, result, left, right};
}

Accesses InterleaveOp::getAccesses() {
  Access source;
  source.address = getSource();
  source.rows.known = static_cast<int64_t>(getRows());
  source.stride.known = static_cast<int64_t>(getPitch());
  source.elements.known = static_cast<int64_t>(getColumns() * getChannels());
  Access target{getTarget(), true};
  target.rows.known = static_cast<int64_t>(getChannels());
  target.stride.known = static_cast<int64_t>(getSpacing());
  target.elements.known = static_cast<int64_t>(getColumns() * 4);
  return {source, target};
}

Accesses FilterOp::getAccesses() {
  bool own = getRescale().getShift() == 0;
  auto channels = static_cast<int64_t>(getChannels());
  Access left;
  left.address = getLeft();
  left.elements.known = channels * static_cast<int64_t>(getSpacing());
  Access right;
  right.address = getRight();
  right.elements.known = channels * (own ? 32 : 24) + (own ? 0 : 4);
  Access result{getResult(), true};
  result.rows.known = static_cast<int64_t>(getResults());
  result.stride.known = static_cast<int64_t>(getStride());
  result.elements.known = channels;
  result.elementBits = getRescale().getStorage().getIntOrFloatBitWidth();
  // Both operands are read again for the next channel.
  return {left, right, result, left, right};
}

Accesses WinogradInputOp::getAccesses() {
  auto channels = static_cast<int64_t>(getChannels());
  int64_t bits = getFrom().getIntOrFloatBitWidth();
  // What lies between pixels is counted too.
  int64_t row = 3 * static_cast<int64_t>(getPixel()) * 8 / bits + channels;
  Access source{getSource(), false, {4, {}}, {0, getStride()}, {row, {}}, bits};
  Access target{getTarget(), true};
  target.elementBits = getTo().getIntOrFloatBitWidth();
  if (getTiles() == 1) {
    target.elements.known = 16 * channels;
  } else {
    target.rows.known = 16 * channels;
    target.stride.known =
        static_cast<int64_t>(getTiles()) * target.elementBits / 8;
  }
  return {source, target};
}

Accesses WinogradFiltersOp::getAccesses() {
  auto filters = static_cast<int64_t>(getFilters());
  Access source, target;
  source.address = getSource();
  source.elements.known = 9 * filters;
  source.elementBits = 8;
  target.address = getTarget();
  target.writes = true;
  target.elements.known = 16 * filters;
  target.elementBits = 16;
  return {source, target};
}

Accesses WinogradColumnsOp::getAccesses() {
  Access left;
  left.address = getLeft();
  left.elements.known = 16 * static_cast<int64_t>(getChannels() * getTiles());
  left.elementBits = getProducts().getLeft().getIntOrFloatBitWidth();
  Access right;
  right.address = getRight();
  right.elements.known = getRightBytes();
  Access result{
      getResult(),
      true,
      {2, {}},
      {0, getStride()},
      {static_cast<int64_t>((2 * getTiles() - 1) * getPixel() + getFeatures()),
       {}},
      getRescale().getStorage().getIntOrFloatBitWidth()};
  // Both operands are read again for the next block.
  return {left, right, result, left, right};
}

} // namespace dlc::kernel
