//===- Network.cpp - A compiled network as its user sees it ---------------===//

#include "codegen/header/Network.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/Declarations.h"
#include "dialects/nn/lengths/Declarations.h"
#include "dialects/nn/loops/Declarations.h"
#include "dialects/nn/search/Declarations.h"
#include "dialects/nn/state/Declarations.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace dlc::header;

std::optional<ElementType> dlc::header::elementTypeOf(Type type) {
  if (type.isF32())
    return ElementType{1, "float", "float32", 4};
  if (type.isF64())
    return ElementType{11, "double", "float64", 8};
  // C99 has no half-precision type: the bits are passed.
  if (type.isF16())
    return ElementType{10, "uint16_t", "float16", 2};
  if (type.isBF16())
    return ElementType{16, "uint16_t", "bfloat16", 2};
  auto integer = dyn_cast<IntegerType>(type);
  if (!integer)
    return std::nullopt;
  bool isUnsigned = integer.isUnsigned();
  switch (integer.getWidth()) {
  case 1:
    return ElementType{9, "uint8_t", "bool", 1};
  case 8:
    return isUnsigned ? ElementType{2, "uint8_t", "uint8", 1}
                      : ElementType{3, "int8_t", "int8", 1};
  case 16:
    return isUnsigned ? ElementType{4, "uint16_t", "uint16", 2}
                      : ElementType{5, "int16_t", "int16", 2};
  case 32:
    return isUnsigned ? ElementType{12, "uint32_t", "uint32", 4}
                      : ElementType{6, "int32_t", "int32", 4};
  case 64:
    return isUnsigned ? ElementType{13, "uint64_t", "uint64", 8}
                      : ElementType{7, "int64_t", "int64", 8};
  default:
    return std::nullopt;
  }
}

int64_t Tensor::elements() const {
  int64_t count = 1;
  for (int64_t size : shape)
    count *= size;
  return count;
}

Tensor Tensor::with(llvm::ArrayRef<int64_t> lengths) const {
  Tensor tensor = *this;
  for (auto [size, formula] : llvm::zip(tensor.shape, sizes))
    if (formula.length >= 0)
      size = (formula.a * lengths[formula.length] + formula.b) / formula.c;
  tensor.sizes.clear();
  return tensor;
}

/// What nn.sizes says.
static std::vector<SizeOfLength> readSizes(DenseI64ArrayAttr attribute) {
  std::vector<SizeOfLength> sizes;
  if (!attribute)
    return sizes;
  llvm::ArrayRef<int64_t> numbers = attribute;
  for (; numbers.size() >= 4; numbers = numbers.drop_front(4))
    sizes.push_back({numbers[0], numbers[1], numbers[2], numbers[3]});
  return sizes;
}

static LogicalResult describeTensor(func::FuncOp main, Type type,
                                    StringAttr name, const Twine &fallback,
                                    std::optional<Quantisation> quantisation,
                                    std::vector<Tensor> &tensors) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  std::optional<ElementType> element =
      tensor && tensor.hasStaticShape() ? elementTypeOf(tensor.getElementType())
                                        : std::nullopt;
  if (!element)
    return main.emitError("the network's ")
           << fallback.str() << " has type " << type
           << ", which C cannot be given";
  tensors.push_back({name ? name.str() : fallback.str(),
                     *element,
                     llvm::SmallVector<int64_t>(tensor.getShape()),
                     quantisation,
                     {},
                     std::nullopt,
                     std::nullopt});
  return success();
}

/// The bytes of a state at first; none where all are 0.
static std::vector<char> initialBytes(ElementsAttr elements, uint64_t size) {
  std::vector<char> bytes(size);
  if (std::optional<dlc::nn::ConstantData> data =
          dlc::nn::readConstant(elements))
    for (uint64_t i = 0; i < size; ++i)
      bytes[i] = data->bytes[data->splat ? i % data->elementBytes : i];
  if (llvm::all_of(bytes, [](char byte) { return byte == 0; }))
    bytes.clear();
  return bytes;
}

static LogicalResult describeStates(func::FuncOp main, unsigned states,
                                    Network &network) {
  std::vector<Tensor> tensors;
  unsigned first = main.getNumArguments() - states;
  network.stateAlign = network.arenaAlign;
  for (unsigned i = first; i < main.getNumArguments(); ++i) {
    if (failed(describeTensor(main, main.getArgument(i).getType(),
                              dlc::nn::nameAttr.getAt(main, i),
                              "state " + Twine(i - first), std::nullopt,
                              tensors)))
      return failure();
    uint64_t bytes = tensors.back().bytes();
    network.stateBytes = llvm::alignTo(network.stateBytes, network.stateAlign);
    network.states.push_back(
        {tensors.back(), network.stateBytes,
         initialBytes(dlc::nn::stateAttr.getAt(main, i), bytes)});
    network.stateBytes += bytes;
  }
  return success();
}

/// Of outputs whose size the network computes: where their count is.
static LogicalResult findCounts(func::FuncOp main, Network &network) {
  for (auto [i, tensor] : llvm::enumerate(network.outputs)) {
    ArrayAttr count = dlc::nn::countAttr.getOfResult(main, i);
    if (!count)
      continue;
    auto axis =
        count.size() == 2 ? dyn_cast<IntegerAttr>(count[0]) : IntegerAttr();
    auto name =
        count.size() == 2 ? dyn_cast<StringAttr>(count[1]) : StringAttr();
    auto output = llvm::find_if(network.outputs, [&](const Tensor &other) {
      return name && other.name == name.getValue() && other.elements() == 1 &&
             other.type.name == "int32";
    });
    if (!axis || axis.getInt() < 0 ||
        axis.getInt() >= static_cast<int64_t>(tensor.shape.size()) ||
        output == network.outputs.end())
      return main.emitError("output ")
             << i << " has a size that no output says: " << count;
    tensor.counted = Counted{
        axis.getInt(), static_cast<unsigned>(output - network.outputs.begin())};
  }
  return success();
}

LogicalResult dlc::header::describeInterface(ModuleOp module,
                                             Network &network) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  if (!main || main.isExternal())
    return module.emitError("no function 'main' in the module");
  network.model = module.getSymName().value_or("").str();
  unsigned states = dlc::nn::countStates(main);
  for (auto [i, input] :
       llvm::enumerate(main.getArguments().drop_back(states))) {
    StringAttr name = dlc::nn::nameAttr.getAt(main, i);
    if (auto range = dlc::nn::lengthAttr.getAt(main, i)) {
      network.lengths.push_back({name ? name.str() : "", range[0], range[1]});
      continue;
    }
    if (failed(describeTensor(main, input.getType(), name, "input " + Twine(i),
                              quantisationOfInput(input), network.inputs)))
      return failure();
    network.inputs.back().sizes = readSizes(dlc::nn::sizesAttr.getAt(main, i));
  }
  Operation *end = main.front().getTerminator();
  for (auto [i, output] :
       llvm::enumerate(end->getOperands().drop_back(states))) {
    if (ArrayAttr loops = dlc::nn::unfinishedAttr.getOfResult(main, i)) {
      for (auto loop : loops.getAsRange<StringAttr>())
        network.boundedLoops.push_back(loop.str());
      if (!network.unfinishedIsOutput)
        continue; // what the run returns
    }
    if (failed(describeTensor(main, output.getType(),
                              dlc::nn::nameAttr.getOfResult(main, i),
                              "output " + Twine(i),
                              quantisationOfOutput(output), network.outputs)))
      return failure();
    network.outputs.back().sizes =
        readSizes(dlc::nn::sizesAttr.getOfResult(main, i));
    if (ArrayAttr labels = dlc::nn::labelsAttr.getOfResult(main, i))
      for (auto label : labels.getAsRange<StringAttr>())
        network.outputs.back().labels.push_back(label.str());
  }
  if (failed(findCounts(main, network)))
    return failure();
  return describeStates(main, states, network);
}

LogicalResult dlc::header::describeStream(ModuleOp module, Network &network) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  auto shapeOf = [](Type type) {
    return llvm::SmallVector<int64_t>(cast<RankedTensorType>(type).getShape());
  };
  for (auto [i, tensor] : llvm::enumerate(network.inputs))
    tensor.shape = shapeOf(main.getArgumentTypes()[i]);
  for (auto [i, tensor] : llvm::enumerate(network.outputs)) {
    tensor.shape = shapeOf(main.getResultTypes()[i]);
    if (auto delay = dlc::nn::delayAttr.getOfResult(main, i))
      tensor.delay = delay.getInt();
  }
  network.states.clear();
  network.stateBytes = 0;
  return describeStates(main, dlc::nn::countStates(main), network);
}

/// Keywords of C99 and C++20 and the names that the header itself uses.
static constexpr llvm::StringLiteral reservedWords[] = {
    "alignas", "alignof", "and", "and_eq", "asm", "auto", "bitand", "bitor",
    "bool", "break", "case", "catch", "char", "char8_t", "char16_t", "char32_t",
    "class", "co_await", "co_return", "co_yield", "compl", "concept", "const",
    "const_cast", "consteval", "constexpr", "constinit", "continue", "decltype",
    "default", "delete", "do", "double", "dynamic_cast", "else", "enum",
    "explicit", "export", "extern", "false", "float", "for", "friend", "goto",
    "if", "inline", "int", "long", "mutable", "namespace", "new", "noexcept",
    "not", "not_eq", "nullptr", "operator", "or", "or_eq", "private",
    "protected", "public", "register", "reinterpret_cast", "requires",
    "restrict", "return", "short", "signed", "sizeof", "static",
    "static_assert", "static_cast", "struct", "switch", "template", "this",
    "thread_local", "throw", "true", "try", "typedef", "typeid", "typename",
    "union", "unsigned", "using", "virtual", "void", "volatile", "wchar_t",
    "while", "xor", "xor_eq", "arena", "inputs", "outputs", "state", "lengths",
    "NULL",
    // Macros of GNU C.
    "linux", "unix"};

bool dlc::header::isIdentifier(llvm::StringRef text) {
  return !text.empty() && !llvm::isDigit(text.front()) &&
         !llvm::is_contained(reservedWords, text) &&
         llvm::all_of(text,
                      [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

std::string dlc::header::toIdentifier(llvm::StringRef text) {
  std::string name;
  for (char c : text)
    name += llvm::isAlnum(c) ? c : '_';
  if (name.empty() || llvm::isDigit(name.front()))
    name.insert(0, "_");
  if (llvm::is_contained(reservedWords, name))
    name += '_';
  return name;
}
