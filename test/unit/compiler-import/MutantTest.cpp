//===- MutantTest.cpp - Models with one thing changed ---------------------===//
//
// ONNX's node tests, and the models of accepted.txt, which have operators of
// onnxruntime as well.
//
// Attributes get extreme values, shapes another size or rank, operands another
// type or none. The importer takes each such model or refuses it with one
// diagnostic in ONNX's terms; it does not crash, and does not ask for memory
// that the model does not need.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/Import.h"
#include "mlir/IR/MLIRContext.h"
#include "onnx/onnx_pb.h"
#include "test/unit/compiler-import/Borders.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Regex.h"
#include "gtest/gtest.h"
#include <cmath>
#include <functional>
#include <random>

using namespace mlir;

namespace {
constexpr const char *kData = "/usr/share/libonnx-testdata/data/node";
/// Of each model: about 20,000 in all, some seconds of one processor.
constexpr size_t kMutants = 20;

using Mutate = std::function<void(onnx::ModelProto &)>;
struct Mutant {
  std::string what;
  Mutate mutate;
};

template <typename Proto>
bool readProto(const std::string &file, Proto &proto) {
  auto buffer = llvm::MemoryBuffer::getFile(file);
  return buffer && proto.ParseFromArray((*buffer)->getBufferStart(),
                                        (*buffer)->getBufferSize());
}

/// What a network must know when it is compiled (shapes, axes) are inputs of
/// the tests: all behind the first become initializers, with their values.
void bindInputs(onnx::ModelProto &model, const std::string &folder) {
  onnx::GraphProto &graph = *model.mutable_graph();
  for (int i = graph.input_size() - 1; i > 0; --i) {
    onnx::TensorProto tensor;
    if (!readProto(folder + "/test_data_set_0/input_" + std::to_string(i) +
                       ".pb",
                   tensor))
      continue;
    tensor.set_name(graph.input(i).name());
    *graph.add_initializer() = tensor;
    graph.mutable_input()->DeleteSubrange(i, 1);
  }
}

class Mutants {
public:
  explicit Mutants(const onnx::ModelProto &model) : model(model) {
    for (int i = 0; i < model.graph().node_size(); ++i)
      ofNode(i);
    for (int i = 0; i < model.graph().input_size(); ++i)
      ofInput(i);
    for (int i = 0; i < model.graph().initializer_size(); ++i)
      ofInitializer(i);
    for (int32_t version : {7, 10, 11, 12, 13, 17, 18, 21, 23})
      add("operator set " + std::to_string(version),
          [=](auto &m) { m.mutable_opset_import(0)->set_version(version); });
  }

  std::vector<Mutant> all;

private:
  static constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  static constexpr int64_t kExtremes[] = {kMin,
                                          -(int64_t(1) << 31) - 1,
                                          -5,
                                          -1,
                                          0,
                                          1,
                                          2,
                                          3,
                                          4,
                                          7,
                                          int64_t(1) << 30,
                                          (int64_t(1) << 32) + 1,
                                          std::numeric_limits<int64_t>::max()};

  void add(const std::string &what, Mutate mutate) {
    all.push_back({what, std::move(mutate)});
  }

  void ofNode(int node) {
    const onnx::NodeProto &proto = model.graph().node(node);
    for (int a = 0; a < proto.attribute_size(); ++a)
      ofAttribute(node, a);
    for (int i = 0; i < proto.input_size(); ++i) {
      add("no input " + std::to_string(i), [=](auto &m) {
        m.mutable_graph()->mutable_node(node)->mutable_input(i)->clear();
      });
      add("first input as input " + std::to_string(i), [=](auto &m) {
        auto &n = *m.mutable_graph()->mutable_node(node);
        n.set_input(i, n.input(0));
      });
    }
    if (proto.input_size() > 0)
      add("one input less", [=](auto &m) {
        m.mutable_graph()->mutable_node(node)->mutable_input()->RemoveLast();
      });
  }

  void ofAttribute(int node, int index) {
    const auto &attribute = model.graph().node(node).attribute(index);
    auto change = [&](const std::string &to,
                      std::function<void(onnx::AttributeProto &)> how) {
      add("attribute " + attribute.name() + " " + to, [=](auto &m) {
        how(*m.mutable_graph()->mutable_node(node)->mutable_attribute(index));
      });
    };
    for (int64_t value : kExtremes) {
      std::string text = std::to_string(value);
      if (attribute.type() == onnx::AttributeProto::INT)
        change(text, [=](auto &a) { a.set_i(value); });
      for (int i = 0; i < attribute.ints_size(); ++i)
        change(text, [=](auto &a) { a.set_ints(i, value); });
    }
    if (attribute.ints_size() > 0) {
      change("shorter", [](auto &a) { a.mutable_ints()->RemoveLast(); });
      change("longer", [](auto &a) { a.add_ints(a.ints(0)); });
    }
    if (attribute.type() == onnx::AttributeProto::FLOAT)
      for (float value : {NAN, INFINITY, -1.0f, 0.0f, 3e38f})
        change(std::to_string(value), [=](auto &a) { a.set_f(value); });
    if (attribute.type() == onnx::AttributeProto::STRING)
      for (const char *text : {"", "other"})
        change(text, [=](auto &a) { a.set_s(text); });
    add("without attribute " + attribute.name(), [=](auto &m) {
      auto &n = *m.mutable_graph()->mutable_node(node);
      n.mutable_attribute()->DeleteSubrange(index, 1);
    });
  }

  void ofInput(int input) {
    const auto &tensor = model.graph().input(input).type().tensor_type();
    auto change = [&](const std::string &to,
                      std::function<void(onnx::TypeProto::Tensor &)> how) {
      add("input " + std::to_string(input) + " " + to, [=](auto &m) {
        how(*m.mutable_graph()
                 ->mutable_input(input)
                 ->mutable_type()
                 ->mutable_tensor_type());
      });
    };
    for (int d = 0; d < tensor.shape().dim_size(); ++d)
      for (int64_t size : {int64_t(0), int64_t(1), int64_t(2), int64_t(3),
                           int64_t(6), int64_t(1) << 31, int64_t(1) << 62})
        change("size " + std::to_string(size), [=](auto &t) {
          t.mutable_shape()->mutable_dim(d)->set_dim_value(size);
        });
    if (tensor.shape().dim_size() > 0)
      change("of less dimensions",
             [](auto &t) { t.mutable_shape()->mutable_dim()->RemoveLast(); });
    change("of more dimensions",
           [](auto &t) { t.mutable_shape()->add_dim()->set_dim_value(2); });
    for (int type : {1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 16})
      change("of type " + std::to_string(type),
             [=](auto &t) { t.set_elem_type(type); });
  }

  void ofInitializer(int index) {
    const onnx::TensorProto &tensor = model.graph().initializer(index);
    auto change = [&](const std::string &to,
                      std::function<void(onnx::TensorProto &)> how) {
      add("initializer " + tensor.name() + " " + to, [=](auto &m) {
        how(*m.mutable_graph()->mutable_initializer(index));
      });
    };
    size_t width = tensor.data_type() == onnx::TensorProto::INT64   ? 8
                   : tensor.data_type() == onnx::TensorProto::INT32 ? 4
                                                                    : 0;
    for (size_t at = 0; width && at + width <= tensor.raw_data().size();
         at += width)
      for (int64_t value : kExtremes)
        change(std::to_string(value), [=](auto &t) {
          std::memcpy(t.mutable_raw_data()->data() + at, &value, width);
        });
    for (int at = 0; at < tensor.float_data_size(); ++at)
      for (float value : {NAN, INFINITY, -1.0f, 0.0f, 1e-40f})
        change(std::to_string(value),
               [=](auto &t) { t.set_float_data(at, value); });
    for (int at = 0; at < tensor.int32_data_size(); ++at)
      for (int32_t value : {-129, -1, 0, 300, 70000})
        change(std::to_string(value),
               [=](auto &t) { t.set_int32_data(at, value); });
    change("of one more dimension", [](auto &t) { t.add_dims(1); });
    if (tensor.dims_size() > 0)
      change("of one dimension", [](auto &t) {
        int64_t count = 1;
        for (int64_t size : t.dims())
          count *= size;
        t.clear_dims();
        t.add_dims(count);
      });
  }

  const onnx::ModelProto &model;
};

/// Empty when the mutant is taken, or refused as it should be.
std::string complaint(MLIRContext &context, const onnx::ModelProto &mutant) {
  static llvm::Regex internal(
      "nn\\.|^op |\\([0-9]\\) |tensor<|operand #|arith\\.|func\\.");
  std::vector<std::string> messages;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    messages.push_back(diagnostic.str());
    return success();
  });
  dlc::import::ImportOptions options;
  options.file = "mutant.onnx";
  bool imported = static_cast<bool>(
      importModelFromMemory(context, mutant.SerializeAsString(), options));
  if (imported)
    return messages.empty() ? "" : "imported, but: " + messages.front();
  if (messages.size() != 1)
    return std::to_string(messages.size()) + " diagnostics";
  return internal.match(messages.front()) ? messages.front() : "";
}

/// Tries some mutants of a model; their number. The context is theirs together,
/// since to make one takes as long as to import several of them.
size_t tryMutants(const onnx::ModelProto &model, unsigned seed,
                  const std::string &name) {
  std::vector<Mutant> mutants = Mutants(model).all;
  std::mt19937 random(seed);
  std::shuffle(mutants.begin(), mutants.end(), random);
  mutants.resize(std::min(mutants.size(), kMutants));
  MLIRContext context(MLIRContext::Threading::DISABLED);
  for (const Mutant &mutant : mutants) {
    onnx::ModelProto changed = model;
    mutant.mutate(changed);
    EXPECT_EQ(complaint(context, changed), "") << name << ": " << mutant.what;
  }
  return mutants.size();
}

TEST(Mutant, IsTakenOrRefusedInOnnxTerms) {
  std::vector<std::string> folders;
  std::error_code error;
  for (llvm::sys::fs::directory_iterator at(kData, error), end;
       at != end && !error; at.increment(error))
    folders.push_back(at->path());
  llvm::sort(folders);
  ASSERT_GT(folders.size(), 500u);
  size_t tried = 0;
  for (const std::string &folder : folders) {
    onnx::ModelProto model;
    if (!readProto(folder + "/model.onnx", model))
      continue;
    bindInputs(model, folder);
    tried += tryMutants(model, static_cast<unsigned>(tried),
                        llvm::sys::path::filename(folder).str());
  }
  EXPECT_GT(tried, 15000u);
}

TEST(Mutant, OfABorderIsTakenOrRefusedInOnnxTerms) {
  dlc::test::Table table("accepted.txt", 3);
  size_t tried = 0;
  for (const dlc::test::Row &row : table.rows)
    tried += tryMutants(modelOf(row), static_cast<unsigned>(row.line),
                        "accepted.txt:" + std::to_string(row.line));
  EXPECT_GT(tried, 2500u);
}
} // namespace
