//===- BindStates.cpp - Outputs that the next call's inputs are -----------===//

#include "compiler/state/BindStates.h"
#include "dialects/nn/Declarations.h"
#include "dialects/nn/search/Declarations.h"
#include "dialects/nn/state/Declarations.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace dlc;

namespace {

struct Binding {
  std::string text;
  unsigned input = 0, output = 0;
  /// What the state is at first; empty for zeros.
  std::string initial;
};

class Binder {
public:
  explicit Binder(func::FuncOp main) : main(main) {
    for (unsigned i = 0; i < main.getNumArguments(); ++i)
      inputs.push_back(text(nn::nameAttr.getAt(main, i), "input", i));
    for (unsigned i = 0; i < main.getNumResults(); ++i)
      outputs.push_back(text(nn::nameAttr.getOfResult(main, i), "output", i));
  }

  FailureOr<Binding> find(const std::string &text) const;
  LogicalResult check(const Binding &binding);
  LogicalResult checkOnce(llvm::ArrayRef<Binding> bindings) const;
  void move(llvm::ArrayRef<Binding> bindings,
            llvm::ArrayRef<ElementsAttr> initial);

private:
  using Names = std::vector<std::string>;

  static std::string text(StringAttr name, llvm::StringRef kind, unsigned i) {
    return name ? name.str() : (kind + " " + Twine(i)).str();
  }

  InFlightDiagnostic error(const std::string &binding) const {
    return main.emitError("--state ") << binding << ": ";
  }

  static std::optional<unsigned> indexOf(const Names &names,
                                         llvm::StringRef name) {
    auto found = llvm::find(names, name);
    if (found == names.end())
      return std::nullopt;
    return found - names.begin();
  }

  std::string describe(Type type, bool isUnsigned) const {
    std::string text;
    llvm::raw_string_ostream os(text);
    auto tensor = cast<RankedTensorType>(type);
    Type element = tensor.getElementType();
    os << (isUnsigned ? "unsigned " : "") << element << " of shape [";
    llvm::interleaveComma(tensor.getShape(), os);
    os << "]";
    return text;
  }

  std::optional<Binding> split(const std::string &text, size_t at) const;
  void moveArguments(llvm::ArrayRef<Binding> bindings,
                     llvm::ArrayRef<ElementsAttr> initial);
  void moveResults(llvm::ArrayRef<Binding> bindings);

  mutable func::FuncOp main;
  Names inputs, outputs;
};

/// The binding whose input ends before the '=' at `at`, if there is one. The
/// output may have a value behind it.
std::optional<Binding> Binder::split(const std::string &text, size_t at) const {
  llvm::StringRef whole(text), behind = whole.drop_front(at + 1);
  auto input = indexOf(inputs, whole.take_front(at));
  if (!input)
    return std::nullopt;
  if (auto output = indexOf(outputs, behind))
    return Binding{text, *input, *output, ""};
  for (size_t colon = behind.find(':'); colon != llvm::StringRef::npos;
       colon = behind.find(':', colon + 1))
    if (auto output = indexOf(outputs, behind.take_front(colon)))
      return Binding{text, *input, *output, behind.substr(colon + 1).str()};
  return std::nullopt;
}

FailureOr<Binding> Binder::find(const std::string &text) const {
  llvm::StringRef whole(text);
  for (size_t at = whole.find('='); at != llvm::StringRef::npos;
       at = whole.find('=', at + 1))
    if (auto binding = split(text, at)) {
      if (binding->initial.empty() && whole.ends_with(":") &&
          !indexOf(outputs, whole.drop_front(at + 1)))
        return error(text) << "there is no value behind the ':'; write a "
                              "number for all elements, one for each, or a "
                              "file with an ONNX tensor";
      return *binding;
    }
  auto [name, other] = whole.split('=');
  if (!indexOf(inputs, name))
    return error(text) << "the network has no input '" << name << "'; it has "
                       << llvm::join(inputs, ", ");
  return error(text) << "the network has no output '" << other << "'; it has "
                     << llvm::join(outputs, ", ");
}

LogicalResult Binder::check(const Binding &binding) {
  Type before = main.getArgument(binding.input).getType(),
       after = main.getResultTypes()[binding.output];
  bool signBefore = nn::unsignedAttr.isAt(main, binding.input),
       signAfter = nn::unsignedAttr.isOfResult(main, binding.output);
  if (before != after || signBefore != signAfter)
    return error(binding.text)
           << "the input is " << describe(before, signBefore)
           << " and the output " << describe(after, signAfter)
           << "; state keeps its type and its shape";
  if (nn::countAttr.isOfResult(main, binding.output))
    return error(binding.text)
           << "the output has a size that the network computes; state keeps "
              "its shape";
  Operation *end = main.front().getTerminator();
  if (end->getOperand(binding.output) == main.getArgument(binding.input))
    return error(binding.text)
           << "the output is the input itself: nothing changes this state; "
              "--fix makes an input a constant";
  return success();
}

LogicalResult Binder::checkOnce(llvm::ArrayRef<Binding> bindings) const {
  for (size_t i = 0; i < bindings.size(); ++i)
    for (size_t j = 0; j < i; ++j) {
      const Binding &one = bindings[i], &other = bindings[j];
      if (one.input == other.input)
        return error(one.text)
               << "input '" << inputs[one.input]
               << "' is bound already, by --state " << other.text;
      if (one.output == other.output)
        return error(one.text)
               << "output '" << outputs[one.output]
               << "' is bound already, by --state " << other.text
               << ": one state, read by both inputs, would do, or an Identity "
                  "node before one of two outputs";
    }
  return success();
}

void Binder::moveArguments(llvm::ArrayRef<Binding> bindings,
                           llvm::ArrayRef<ElementsAttr> initial) {
  llvm::BitVector moved(main.getNumArguments());
  for (const auto &[binding, elements] : llvm::zip_equal(bindings, initial)) {
    BlockArgument old = main.getArgument(binding.input);
    NamedAttrList attributes(main.getArgAttrDict(binding.input));
    attributes.set(nn::stateAttr.name, elements);
    (void)main.insertArgument(main.getNumArguments(), old.getType(),
                              attributes.getDictionary(main.getContext()),
                              old.getLoc());
    old.replaceAllUsesWith(main.getArguments().back());
    moved.set(binding.input);
  }
  moved.resize(main.getNumArguments());
  (void)main.eraseArguments(moved);
}

void Binder::moveResults(llvm::ArrayRef<Binding> bindings) {
  llvm::SetVector<unsigned> last;
  for (const Binding &binding : bindings)
    last.insert(binding.output);
  SmallVector<unsigned> order;
  for (unsigned i = 0; i < main.getNumResults(); ++i)
    if (!last.contains(i))
      order.push_back(i);
  llvm::append_range(order, last);
  Operation *end = main.front().getTerminator();
  SmallVector<Value> values;
  SmallVector<Type> types;
  SmallVector<DictionaryAttr> attributes;
  for (unsigned i : order) {
    values.push_back(end->getOperand(i));
    types.push_back(main.getResultTypes()[i]);
    DictionaryAttr known = main.getResultAttrDict(i);
    attributes.push_back(known ? known
                               : DictionaryAttr::get(main.getContext()));
  }
  end->setOperands(values);
  main.setType(
      FunctionType::get(main.getContext(), main.getArgumentTypes(), types));
  main.setAllResultAttrs(attributes);
}

void Binder::move(llvm::ArrayRef<Binding> bindings,
                  llvm::ArrayRef<ElementsAttr> initial) {
  moveArguments(bindings, initial);
  moveResults(bindings);
}

} // namespace

LogicalResult state::bindStates(ModuleOp module,
                                llvm::ArrayRef<std::string> bindings,
                                InitialState initialOf) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  if (!main || main.isExternal())
    return module.emitError("no function 'main' in the module");
  Binder binder(main);
  std::vector<Binding> found;
  for (const std::string &text : bindings) {
    FailureOr<Binding> binding = binder.find(text);
    if (failed(binding) || failed(binder.check(*binding)))
      return failure();
    found.push_back(*binding);
  }
  if (failed(binder.checkOnce(found)))
    return failure();
  SmallVector<ElementsAttr> initial;
  for (const Binding &binding : found) {
    FailureOr<ElementsAttr> elements =
        initialOf(main.getArgument(binding.input), binding.initial);
    if (failed(elements))
      return failure();
    initial.push_back(*elements);
  }
  binder.move(found, initial);
  return success();
}
