//===- GraphImporter.cpp - Walks a checked model and builds main ----------===//

#include "compiler/import/GraphImporter.h"
#include "compiler/import/Error.h"
#include "compiler/import/FoldConstants.h"
#include "compiler/import/Node.h"
#include "compiler/import/OpTable.h"
#include "compiler/import/Sequences.h"
#include "compiler/import/checks/CheckModel.h"
#include "compiler/import/checks/CheckTypes.h"
#include "compiler/import/model/BindShapes.h"
#include "compiler/import/model/Strings.h"
#include "compiler/import/model/TensorConstant.h"
#include "compiler/import/model/WatchedTensors.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/Declarations.h"
#include "dialects/nn/state/Declarations.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Verifier.h"
#include "onnx/onnx_pb.h"
#include "llvm/ADT/ScopeExit.h"

using namespace mlir;

namespace dlc::import {

namespace {
/// Functions that call each other can describe more nodes than any computer
/// holds, in a small file.
constexpr uint64_t kMaxNodes = 1'000'000;
constexpr unsigned kMaxDepth = 100;
} // namespace

GraphImporter::GraphImporter(ModuleOp module, onnx::ModelProto &model,
                             llvm::StringMap<onnx::TensorProto *> weights,
                             const ImportOptions &options, std::string folder)
    : module(module), model(model), weights(std::move(weights)),
      options(options), dataFolder(std::move(folder)),
      builder(module.getContext()), rounds(this->options.rounds),
      functions(model), modelOpsets(model.opset_import()) {}

void GraphImporter::run() {
  onnx::GraphProto &graph = *model.mutable_graph();
  Location loc = module.getLoc();
  module.setSymName(graph.name());
  SmallVector<ModelInput> inputs = bindInputs(loc, graph, options.shapes);
  // What has no elements is known.
  std::vector<ModelInput> empty;
  llvm::erase_if(inputs, [&](const ModelInput &input) {
    bool none = input.type.getNumElements() == 0;
    if (none)
      empty.push_back(input);
    return none;
  });
  SmallVector<Type> types;
  for (const ModelInput &input : inputs)
    types.push_back(input.type);
  builder.setInsertionPointToStart(module.getBody());
  main = func::FuncOp::create(builder, loc, "main",
                              builder.getFunctionType(types, {}));
  Block *block = main.addEntryBlock();
  builder.setInsertionPointToStart(block);
  Scope scope(modelOpsets);
  scope.graph = &graph;
  for (auto [i, input] : llvm::enumerate(inputs)) {
    scope.values[input.name] = block->getArgument(i);
    nn::nameAttr.putAt(main, i, input.name);
  }
  for (const ModelInput &input : empty) {
    Location named =
        NameLoc::get(builder.getStringAttr(input.name), module.getLoc());
    scope.values[input.name] = arith::ConstantOp::create(
        builder, named, nn::makeConstant(input.type, {}));
    checkEmpty(graph, input.name);
    leaveOut("input", input.name);
  }
  if (!options.frames.empty())
    markFrames(graph);
  addInitializers(graph, scope);
  importNodes(graph, scope);
  rounds.check(module.getLoc());
  finish(graph, scope);
}

void GraphImporter::addInitializers(onnx::GraphProto &graph, Scope &scope) {
  bool isMain = &graph == &model.graph();
  for (onnx::TensorProto &tensor : *graph.mutable_initializer()) {
    onnx::TensorProto *weight =
        isMain ? weights.lookup(tensor.name()) : nullptr;
    scope.initializers[tensor.name()] = weight ? weight : &tensor;
  }
}

ElementsAttr GraphImporter::constantOf(Location loc,
                                       onnx::TensorProto &tensor) {
  if (!kept || weights.lookup(tensor.name()) != &tensor)
    return takeConstant(loc, tensor, dataFolder);
  ElementsAttr &taken = (*kept)[&tensor];
  if (!taken)
    taken = takeConstant(loc, tensor, dataFolder);
  return taken;
}

Value GraphImporter::lookup(StringRef name, Scope &scope, Location loc) {
  for (Scope *at = &scope; at; at = at->outer) {
    if (Value value = at->values.lookup(name))
      return value;
    auto found = at->initializers.find(name);
    if (found == at->initializers.end())
      continue;
    Location named = NameLoc::get(builder.getStringAttr(name), module.getLoc());
    onnx::TensorProto &tensor = *found->second;
    at->initializers.erase(found);
    Value &made = at->values[name];
    if (tensor.data_type() == onnx::TensorProto::STRING) {
      Strings constants = takeStrings(named, tensor);
      made = arith::ConstantOp::create(builder, named, constants.positions);
      strings[made] = constants.list;
    } else {
      made =
          arith::ConstantOp::create(builder, named, constantOf(named, tensor));
    }
    return made;
  }
  fail(loc, "its input '" + name + "' is not produced by anything before it");
}

SmallVector<Value> GraphImporter::importBranch(onnx::GraphProto &branch,
                                               Scope &outer) {
  Scope scope(outer.opsets);
  scope.graph = &branch;
  scope.outer = &outer;
  scope.caller = outer.caller;
  scope.builtIn = outer.builtIn;
  addInitializers(branch, scope);
  importNodes(branch, scope);
  SmallVector<Value> results;
  for (const auto &output : branch.output())
    results.push_back(lookup(output.name(), scope, module.getLoc()));
  return results;
}

void GraphImporter::importNodes(onnx::GraphProto &graph, Scope &scope) {
  for (int i = 0, e = graph.node_size(); i < e; ++i)
    importNode(*graph.mutable_node(i), scope, i);
}

nn::NodeRef GraphImporter::refFor(const onnx::NodeProto &proto,
                                  const Scope &scope, unsigned index) const {
  if (scope.builtIn)
    return *scope.caller;
  nn::NodeRef ref;
  ref.file = options.file;
  ref.index = index;
  ref.name = nodeName(proto, index);
  ref.op = proto.op_type();
  if (scope.caller) {
    ref.index = scope.caller->index;
    ref.name = scope.caller->name + "/" + ref.name;
  }
  return ref;
}

void GraphImporter::importNode(onnx::NodeProto &proto, Scope &scope,
                               unsigned index) {
  nn::NodeRef ref = refFor(proto, scope, index);
  Location loc = nn::nodeLocation(builder.getContext(), ref);
  if (++nodesImported > kMaxNodes)
    fail(loc, "the model has more than " + Twine(kMaxNodes) +
                  " nodes once its functions are expanded");
  if (++depth > kMaxDepth)
    fail(loc, "functions and branches are nested too deeply");
  auto leave = llvm::scope_exit([&] { --depth; });

  SmallVector<Value> operands;
  for (const std::string &name : proto.input())
    operands.push_back(name.empty() ? Value() : lookup(name, scope, loc));
  while (!operands.empty() && !operands.back())
    operands.pop_back();

  Block *block = builder.getInsertionBlock();
  Operation *before = block->empty() ? nullptr : &block->back();
  int64_t opset = scope.opsets.version(proto.domain());
  Node node(*this, scope, proto, opset, builder, loc, operands);
  if (!functions.local(proto))
    checkOperandTypes(loc, proto, opset, operands);
  checkStrings(proto, loc, operands);
  ImportFunction import =
      functions.local(proto)
          ? nullptr
          : importFunctionFor(OpSets::canonical(proto.domain()),
                              proto.op_type());
  if (import) {
    import(node);
    node.checkAttributesUsed();
  } else {
    importFunctionCall(proto, node, scope, ref, operands);
  }

  SmallVector<Value> results(node.results());
  fold(node, before, results);
  keepStrings(proto, node, operands, results);
  // What a function computes has been followed within it.
  if (import)
    followBounds(proto, node, operands,
                 before ? std::next(before->getIterator()) : block->begin());
  for (auto [i, name] : llvm::enumerate(proto.output())) {
    if (name.empty())
      continue;
    if (!results[i])
      fail(loc, "its output '" + name + "' (number " + Twine(i + 1) +
                    ") is not supported");
    scope.values[name] = results[i];
  }
}

/// Positions of strings must not be computed with.
void GraphImporter::checkStrings(const onnx::NodeProto &proto, Location loc,
                                 ArrayRef<Value> operands) const {
  StringRef domain = OpSets::canonical(proto.domain());
  bool takes = movesStrings(domain, proto.op_type()) ||
               (domain == "ai.onnx.ml" && proto.op_type() == "LabelEncoder") ||
               functions.local(proto);
  for (auto [i, operand] : llvm::enumerate(operands))
    if (operand && !stringsOf(operand).empty() &&
        !((i == 0 && takes) || functions.local(proto)))
      fail(loc, "its input number " + Twine(i + 1) + " holds strings, which " +
                    proto.op_type() +
                    " does not take; strings may be chosen and moved, and be "
                    "the model's outputs");
}

void GraphImporter::keepStrings(const onnx::NodeProto &proto, const Node &node,
                                ArrayRef<Value> operands,
                                ArrayRef<Value> results) {
  for (auto [result, list] : llvm::zip_equal(results, node.resultStrings()))
    if (result && !list.empty())
      strings[result] = list;
  if (operands.empty() || !operands[0] || results.empty() || !results[0] ||
      !movesStrings(OpSets::canonical(proto.domain()), proto.op_type()))
    return;
  if (auto list = stringsOf(operands[0]); !list.empty())
    strings[results[0]] = SmallVector<std::string>(list);
}

/// Computes what is known. Results whose size turns out to be are cut to it.
void GraphImporter::fold(Node &node, Operation *before,
                         SmallVectorImpl<Value> &results) {
  auto found = std::exchange(resultBounds, {});
  SmallVector<Value> tracked(llvm::ArrayRef<Value>{results});
  for (const auto &[i, bound] : found)
    tracked.push_back(bound.count);
  foldSmallConstants(*builder.getInsertionBlock(), before, tracked);
  llvm::copy(ArrayRef(tracked).take_front(results.size()), results.begin());
  ArrayRef<Value> counts = ArrayRef(tracked).drop_front(results.size());
  for (const auto &[entry, count] : llvm::zip_equal(found, counts)) {
    auto [i, bound] = entry;
    ElementsAttr known = nn::constantOf(count);
    if (!known) {
      bounds.set(results[i], {bound.axis, count});
      continue;
    }
    SmallVector<int64_t> sizes(Node::shapeOf(results[i]));
    sizes[bound.axis] = (*known.value_begin<APInt>()).getSExtValue();
    results[i] =
        node.slice(results[i], SmallVector<int64_t>(sizes.size(), 0), sizes);
  }
}

/// A result of a size that the network computes must be known as one.
void GraphImporter::followBounds(const onnx::NodeProto &proto, const Node &node,
                                 ArrayRef<Value> operands,
                                 Block::iterator first) {
  for (auto [i, operand] : llvm::enumerate(operands)) {
    auto bound = operand ? bounds.of(operand) : std::nullopt;
    if (!bound)
      continue;
    Operation *stops = bounds.follow(first, builder.getInsertionBlock()->end());
    // The shape itself is a result like others.
    bool known =
        !stops && (proto.op_type() == "Shape" || proto.op_type() == "Size" ||
                   llvm::all_of(node.results(), [&](Value result) {
                     return !result || bounds.of(result);
                   }));
    if (!known || loops > 0)
      fail(node.loc(),
           node.inputText(i) + " has a size along axis " + Twine(bound->axis) +
               " that the network computes, at most " +
               Twine(cast<RankedTensorType>(operand.getType())
                         .getDimSize(bound->axis)) +
               "; " + proto.op_type() + " takes such a tensor " +
               (loops > 0 ? "outside of loops and of branches that are chosen "
                            "when the network runs"
                          : "only where it does the same for each position "
                            "along that axis") +
               "; make it an output of the model, and compute the rest in the "
               "program");
    return;
  }
}

void GraphImporter::importFunctionCall(onnx::NodeProto &call, Node &node,
                                       Scope &scope, const nn::NodeRef &ref,
                                       ArrayRef<Value> operands) {
  std::optional<onnx::FunctionProto> body =
      functions.body(call, node.opset(), operands);
  if (!body)
    node.fail("operator " + node.op() + " is not supported");
  OpSets opsets(body->opset_import());
  Scope inner(opsets);
  inner.caller = ref;
  inner.builtIn = scope.builtIn || !functions.local(call);
  if (static_cast<int>(operands.size()) > body->input_size())
    node.fail("it has more inputs than the function it calls");
  for (auto [i, operand] : llvm::enumerate(operands))
    inner.values[body->input(static_cast<int>(i))] = operand;
  // What the caller leaves out is absent in the body as well.
  llvm::StringMap<bool> absent;
  for (int i = operands.size(); i < body->input_size(); ++i)
    absent[body->input(i)] = true;
  for (size_t i = 0; i < operands.size(); ++i)
    if (!operands[i])
      absent[body->input(static_cast<int>(i))] = true;
  for (auto [i, inside] : llvm::enumerate(*body->mutable_node())) {
    for (std::string &name : *inside.mutable_input())
      if (absent.lookup(name))
        name.clear();
    importNode(inside, inner, i);
  }
  for (int i = 0; i < body->output_size(); ++i)
    if (node.wants(i))
      node.set(i, lookup(body->output(i), inner, node.loc()));
}

/// Tensors that are to be seen become outputs.
void GraphImporter::addWatched(onnx::GraphProto &graph, const Scope &scope) {
  auto mayBeOutput = [&](StringRef name) {
    auto found = scope.values.find(name);
    if (found == scope.values.end() || !isTensor(found->second) ||
        bounds.of(found->second) || !stringsOf(found->second).empty())
      return false;
    auto type = cast<RankedTensorType>(found->second.getType());
    unsigned bits = type.getElementTypeBitWidth();
    return type.getNumElements() > 0 && (bits == 1 || bits >= 8);
  };
  watchTensors(module.getLoc(), graph, *options.watch, mayBeOutput);
}

void GraphImporter::finish(onnx::GraphProto &graph, Scope &scope) {
  Location loc = module.getLoc();
  if (options.watch)
    addWatched(graph, scope);
  SmallVector<Value> results;
  if (graph.output().empty())
    fail(loc, "the model has no output");
  for (const auto &output : graph.output()) {
    Value result = lookup(output.name(), scope, loc);
    if (!isTensor(result))
      fail(loc, "output '" + output.name() +
                    "' is a sequence or an optional value, which C has no type "
                    "for; make each of its elements an output (SequenceAt, "
                    "OptionalGetElement)");
    results.push_back(result);
    Operation *maker = result.getDefiningOp();
    auto bound = bounds.of(result);
    checkOutput(maker ? maker->getLoc() : loc, output, result.getType(),
                !stringsOf(result).empty(),
                bound ? std::optional(bound->axis) : std::nullopt);
  }
  // Nothing would be left to compute.
  if (llvm::all_of(results, [](Value result) {
        return Node::typeOf(result).getNumElements() == 0;
      })) {
    Operation *maker = results.front().getDefiningOp();
    fail(maker ? maker->getLoc() : loc,
         "its result has no elements; a network cannot compute on empty "
         "tensors");
  }
  nameResults(graph, results);

  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(main.front())))
    if (isOpTriviallyDead(&op))
      op.erase();
  for (Operation &op : main.front())
    for (Type type : op.getResultTypes())
      if (cast<RankedTensorType>(type).getNumElements() == 0)
        fail(op.getLoc(), "its result has no elements; a network cannot "
                          "compute on empty tensors");
  if (failed(verify(module)))
    throw ImportStopped{};
}

} // namespace dlc::import
