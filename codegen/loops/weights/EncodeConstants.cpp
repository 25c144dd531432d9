//===- EncodeConstants.cpp - Encoded constants for callers ----------------===//

#include "codegen/loops/weights/EncodeConstants.h"
#include "dialects/arena/ArenaOps.h"
#include "dialects/dlc/launches/Declarations.h"
#include "dialects/interfaces/StoredSize.h"
#include "dialects/nn/Constants.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/OperationSupport.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/MathExtras.h"
#include <map>

using namespace mlir;

namespace dlc::loops {

int64_t WeightEncoding::bytes() const {
  int64_t bytes = 0;
  for (MemRefType type : constants())
    bytes += storedBytes(type);
  return bytes;
}

namespace {
/// Constants that kernels make of others when the network is opened: a function
/// for each kernel, and one that calls them in order.
class Makers {
public:
  Makers(ModuleOp module, SymbolTable &symbols)
      : module(module), symbols(symbols) {}

  /// The constant without a value that is made of `source`; the same where the
  /// same kernel makes one of it already.
  memref::GlobalOp make(memref::GlobalOp source,
                        const WeightEncoding &encoding) {
    func::FuncOp maker = makerOf(source, encoding);
    memref::GlobalOp &known = made[{source, maker}];
    if (known)
      return known;
    MemRefType type = encoding.constants().front();
    OpBuilder b(source);
    known = memref::GlobalOp::create(
        b, source.getLoc(), (source.getSymName() + "_made").str(),
        b.getStringAttr("private"), type, /*initial_value=*/b.getUnitAttr(),
        /*constant=*/false, source.getAlignmentAttr());
    symbols.insert(known);
    addCall(maker, source, known);
    return known;
  }

private:
  /// A function of the source and what is made of it.
  func::FuncOp makerOf(memref::GlobalOp source,
                       const WeightEncoding &encoding) {
    MemRefType from = source.getType(), to = encoding.constants().front();
    Location loc = source.getLoc();
    OpBuilder b = OpBuilder::atBlockEnd(module.getBody());
    auto function = func::FuncOp::create(b, loc, "make_weights",
                                         b.getFunctionType({from, to}, {}));
    function.setPrivate();
    phases::makerAttr.put(function);
    Block *body = function.addEntryBlock();
    b.setInsertionPointToStart(body);
    Value flat = memref::ReinterpretCastOp::create(
        b, loc, MemRefType::get({from.getNumElements()}, from.getElementType()),
        body->getArgument(0), /*offset=*/int64_t(0),
        ArrayRef<int64_t>{from.getNumElements()}, ArrayRef<int64_t>{1});
    encoding.emitMaking(b, loc, flat, body->getArgument(1));
    func::ReturnOp::create(b, loc);
    for (func::FuncOp other : makers)
      if (other.getFunctionType() == function.getFunctionType() &&
          OperationEquivalence::isRegionEquivalentTo(
              &other.getBody(), &function.getBody(),
              OperationEquivalence::IgnoreLocations)) {
        function.erase();
        return other;
      }
    symbols.insert(function);
    makers.push_back(function);
    return function;
  }

  void addCall(func::FuncOp maker, memref::GlobalOp source,
               memref::GlobalOp target) {
    Location loc = source.getLoc();
    if (!atOpen) {
      OpBuilder b = OpBuilder::atBlockEnd(module.getBody());
      atOpen = func::FuncOp::create(b, module.getLoc(), "open",
                                    b.getFunctionType({}, {}));
      atOpen.setPrivate();
      phases::atOpenAttr.put(atOpen);
      symbols.insert(atOpen);
      b.setInsertionPointToStart(atOpen.addEntryBlock());
      func::ReturnOp::create(b, module.getLoc());
    }
    OpBuilder b(atOpen.front().getTerminator());
    SmallVector<Value> operands;
    for (memref::GlobalOp global : {source, target})
      operands.push_back(memref::GetGlobalOp::create(b, loc, global.getType(),
                                                     global.getSymName()));
    func::CallOp::create(b, loc, maker, operands);
  }

  ModuleOp module;
  SymbolTable &symbols;
  func::FuncOp atOpen;
  SmallVector<func::FuncOp> makers;
  DenseMap<std::pair<Operation *, Operation *>, memref::GlobalOp> made;
};

class Encoder {
public:
  explicit Encoder(ModuleOp module)
      : module(module), symbols(module), makers(module, symbols) {}

  /// Puts a call's encoded constants in place of its operands.
  LogicalResult encode(func::CallOp call, ArrayRef<EncodedArgument> encodings) {
    std::map<unsigned, SmallVector<Value>> values;
    llvm::SmallSetVector<memref::GetGlobalOp, 2> replaced;
    for (const EncodedArgument &encoded : encodings) {
      auto get = call.getOperand(encoded.argument)
                     .getDefiningOp<memref::GetGlobalOp>();
      if (!get)
        return call.emitError("operand ")
               << encoded.argument << " is to be packed but is no constant";
      replaced.insert(get);
      values[encoded.argument] = {};
      if (!encoded.encoding)
        continue;
      FailureOr<SmallVector<Value>> made = valuesOf(get, call, encoded);
      if (failed(made))
        return failure();
      values[encoded.argument] = *made;
    }
    SmallVector<Value> operands;
    for (auto [i, operand] : llvm::enumerate(call.getOperands())) {
      auto encoded = values.find(i);
      if (encoded == values.end())
        operands.push_back(operand);
      else
        llvm::append_range(operands, encoded->second);
    }
    call.getOperandsMutable().assign(operands);
    for (memref::GetGlobalOp get : replaced)
      if (get.use_empty())
        get.erase();
    return success();
  }

private:
  FailureOr<SmallVector<Value>> valuesOf(memref::GetGlobalOp get,
                                         func::CallOp call,
                                         const EncodedArgument &encoded) {
    std::string key =
        (get.getName() + "/" + call.getCallee() + "/" + Twine(encoded.argument))
            .str();
    SmallVector<ElementsAttr> operands{elementsOf(get)};
    for (unsigned argument : encoded.beside) {
      auto other =
          call.getOperand(argument).getDefiningOp<memref::GetGlobalOp>();
      if (!other)
        return call.emitError("operand ")
               << argument << " is to be packed but is no constant";
      operands.push_back(elementsOf(other));
      key += ("/" + other.getName()).str();
    }
    SmallVector<memref::GlobalOp> &globals = made[key];
    if (globals.empty()) {
      auto source = symbols.lookup<memref::GlobalOp>(get.getName());
      if (encoded.encoding->isMadeAtOpen()) {
        globals.push_back(makers.make(source, *encoded.encoding));
      } else {
        SmallVector<ElementsAttr> constants =
            encoded.encoding->encode(operands);
        if (constants.empty())
          return call.emitError("a constant has no data");
        for (ElementsAttr data : constants)
          globals.push_back(globalOf(source, data));
      }
    }
    OpBuilder b(get);
    SmallVector<Value> values;
    for (auto [type, global] :
         llvm::zip_equal(encoded.encoding->constants(), globals)) {
      Value whole = memref::GetGlobalOp::create(
          b, get.getLoc(), global.getType(), global.getSymName());
      values.push_back(global.getType() == type
                           ? whole
                           : arena::ViewOp::create(b, get.getLoc(), type, whole,
                                                   /*byte_offset=*/0));
    }
    return values;
  }

  ElementsAttr elementsOf(memref::GetGlobalOp get) {
    auto global = symbols.lookup<memref::GlobalOp>(get.getName());
    return cast<ElementsAttr>(*global.getInitialValue());
  }

  /// The global of a constant made of `source`. Two stages that read one
  /// constant in one order (patches of different shapes, say) share it.
  memref::GlobalOp globalOf(memref::GlobalOp source, ElementsAttr data) {
    SmallVector<memref::GlobalOp, 1> &known = madeOf[source];
    for (memref::GlobalOp other : known)
      if (isEqual(cast<ElementsAttr>(*other.getInitialValue()), data))
        return other;
    OpBuilder b(source);
    auto type = MemRefType::get(cast<ShapedType>(data.getType()).getShape(),
                                data.getElementType());
    auto global = memref::GlobalOp::create(
        b, source.getLoc(), (source.getSymName() + "_packed").str(),
        b.getStringAttr("private"), type, data, /*constant=*/true,
        source.getAlignmentAttr());
    symbols.insert(global);
    known.push_back(global);
    return global;
  }

  static bool isEqual(ElementsAttr x, ElementsAttr y) {
    std::optional<nn::ConstantData> left = nn::readConstant(x);
    std::optional<nn::ConstantData> right = nn::readConstant(y);
    return left && right && x.getType() == y.getType() &&
           left->splat == right->splat && left->bytes == right->bytes;
  }

  ModuleOp module;
  SymbolTable symbols;
  Makers makers;
  llvm::StringMap<SmallVector<memref::GlobalOp>> made;
  DenseMap<Operation *, SmallVector<memref::GlobalOp, 1>> madeOf;
};
} // namespace

LogicalResult encodeAtCallers(ModuleOp module,
                              const StageEncodings &encodings) {
  Encoder encoder(module);
  WalkResult result = module.walk([&](func::CallOp call) {
    auto encoded = encodings.find(call.getCallee());
    if (encoded == encodings.end())
      return WalkResult::advance();
    return failed(encoder.encode(call, encoded->second))
               ? WalkResult::interrupt()
               : WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

} // namespace dlc::loops
