//===- StateValues.cpp - What state is before the first call --------------===//

#include "compiler/driver/data/StateValues.h"
#include "codegen/header/Network.h"
#include "codegen/header/Quantisation.h"
#include "compiler/import/model/TensorFile.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/Declarations.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"

using namespace mlir;
using namespace dlc;

namespace {

class StateValue {
public:
  StateValue(BlockArgument input, llvm::StringRef given)
      : input(input), given(given),
        type(cast<RankedTensorType>(input.getType())) {}

  FailureOr<ElementsAttr> read() {
    if (llvm::sys::fs::exists(given))
      return readFile();
    return readNumbers();
  }

private:
  InFlightDiagnostic error() {
    return emitError(input.getLoc(), "--state: ") << "'" << given << "' ";
  }

  FailureOr<ElementsAttr> readFile() {
    llvm::Expected<import::TensorFile> file =
        import::readTensorFile(given.str());
    if (!file)
      return emitError(input.getLoc(), "--state: ")
             << llvm::toString(file.takeError());
    auto element = header::elementTypeOf(type.getElementType());
    if (!element || static_cast<int>(element->number) != file->type)
      return error() << "holds numbers of another type than the state's, "
                     << (element ? element->name : "which has no name");
    if (type.getShape() != ArrayRef<int64_t>(file->shape) ||
        file->bytes.size() !=
            static_cast<uint64_t>(type.getNumElements()) * element->bytes) {
      auto diagnostic = error() << "holds a tensor of shape [";
      llvm::interleaveComma(file->shape, diagnostic);
      diagnostic << "], but the state's is [";
      llvm::interleaveComma(type.getShape(), diagnostic);
      return diagnostic << "]";
    }
    return nn::makeConstant(type, std::move(file->bytes));
  }

  FailureOr<ElementsAttr> readNumbers() {
    SmallVector<llvm::StringRef> parts;
    given.split(parts, ',');
    if (parts.size() != 1 &&
        static_cast<int64_t>(parts.size()) != type.getNumElements())
      return error() << "has " << parts.size() << " numbers, but the state has "
                     << type.getNumElements()
                     << "; one number is for all of them";
    std::vector<char> bytes;
    for (llvm::StringRef part : parts)
      if (failed(append(part.trim(), bytes)))
        return failure();
    return nn::makeConstant(type, std::move(bytes));
  }

  LogicalResult append(llvm::StringRef text, std::vector<char> &bytes) {
    std::optional<APInt> bits = isa<FloatType>(type.getElementType())
                                    ? bitsOfFloat(text)
                                    : bitsOfInteger(text);
    if (!bits)
      return emitError(input.getLoc(), "--state: ")
             << "'" << text << "' is no number of the state's type, "
             << type.getElementType() << ", and there is no file of this name";
    uint64_t raw = bits->getZExtValue();
    const char *first = reinterpret_cast<const char *>(&raw);
    bytes.insert(bytes.end(), first,
                 first + llvm::divideCeil(bits->getBitWidth(), 8));
    return success();
  }

  std::optional<APInt> bitsOfFloat(llvm::StringRef text) const {
    double number = 0;
    if (text.getAsDouble(number))
      return std::nullopt;
    APFloat value(number);
    bool losesInfo = false;
    value.convert(cast<FloatType>(type.getElementType()).getFloatSemantics(),
                  APFloat::rmNearestTiesToEven, &losesInfo);
    return value.bitcastToAPInt();
  }

  std::optional<APInt> bitsOfInteger(llvm::StringRef text) const {
    Type element = type.getElementType();
    unsigned width = element.getIntOrFloatBitWidth();
    auto main = cast<func::FuncOp>(input.getOwner()->getParentOp());
    bool isUnsigned = width == 1 || element.isUnsignedInteger() ||
                      nn::unsignedAttr.isAt(main, input.getArgNumber());
    llvm::StringRef digits = text;
    bool isNegative = digits.consume_front("-");
    APInt value;
    if (digits.empty() || digits.getAsInteger(10, value))
      return std::nullopt;
    value = value.zext(std::max(value.getBitWidth(), width) + 1);
    if (isNegative)
      value.negate();
    bool fits = isUnsigned ? !value.isNegative() && value.isIntN(width)
                           : value.isSignedIntN(width);
    if (!fits)
      return std::nullopt;
    return value.trunc(width);
  }

  BlockArgument input;
  llvm::StringRef given;
  RankedTensorType type;
};

} // namespace

FailureOr<ElementsAttr> driver::initialState(BlockArgument input,
                                             llvm::StringRef given) {
  if (!given.empty())
    return StateValue(input, given).read();
  auto quantisation = header::quantisationOfInput(input);
  return nn::makeSplat(cast<RankedTensorType>(input.getType()),
                       quantisation ? quantisation->zeroPoint : 0);
}
