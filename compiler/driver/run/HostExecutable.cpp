//===- HostExecutable.cpp - Networks that calibration runs ----------------===//

#include "compiler/driver/run/HostExecutable.h"

#include "compiler/driver/run/JitNetwork.h"

#include "llvm/ADT/STLExtras.h"

#include <cstring>

using namespace dlc;
using namespace dlc::driver;

namespace {
class HostExecutable : public calibrate::Executable {
public:
  explicit HostExecutable(std::unique_ptr<JitNetwork> made)
      : network(std::move(made)) {
    auto portOf = [](const header::Tensor &tensor) -> calibrate::Port {
      return {tensor.name,
              tensor.type.number ==
                  static_cast<unsigned>(import::DataType::Float),
              {tensor.shape.begin(), tensor.shape.end()}};
    };
    for (const header::Tensor &tensor : network->network().inputs) {
      Executable::inputs.push_back(portOf(tensor));
      data.inputs.push_back(allocateAligned(tensor.bytes()));
    }
    for (const header::Tensor &tensor : network->network().outputs) {
      Executable::outputs.push_back(portOf(tensor));
      data.outputs.push_back(allocateAligned(tensor.bytes()));
    }
  }

  void run(llvm::ArrayRef<const void *> inputs) override {
    for (auto [tensor, to, from] :
         llvm::zip_equal(network->network().inputs, data.inputs, inputs))
      std::memcpy(to.get(), from, tensor.bytes());
    network->run(data);
  }

  llvm::ArrayRef<float> output(size_t i) const override {
    const header::Tensor &tensor = network->network().outputs[i];
    if (!outputs[i].isFloat)
      return {};
    return {reinterpret_cast<const float *>(data.outputs[i].get()),
            static_cast<size_t>(tensor.elements())};
  }

private:
  std::unique_ptr<JitNetwork> network;
  DataSet data;
};
} // namespace

CompileOptions driver::hostOptions(std::string model,
                                   std::map<std::string, int64_t> shapes) {
  CompileOptions options;
  options.model = std::move(model);
  options.name = "net";
  options.target = targets::hostTarget();
  options.target.threads = 1;
  options.shapes = std::move(shapes);
  options.errorsOnly = true;
  options.emit.opt = llvmgen::OptLevel::O1;
  return options;
}

calibrate::Compile
driver::compileForHost(std::string model,
                       std::map<std::string, int64_t> shapes) {
  return [model, shapes](const import::Graph &graph)
             -> std::unique_ptr<calibrate::Executable> {
    CompileOptions options = hostOptions(model, shapes);
    options.bytes = import::writeGraph(graph);
    Compilation compilation(std::move(options));
    if (mlir::failed(compilation.import()) ||
        mlir::failed(compilation.lower(pipeline::Level::LlvmMlir)))
      return nullptr;
    std::unique_ptr<JitNetwork> network = JitNetwork::create(compilation);
    compilation.progress().clear();
    return network ? std::make_unique<HostExecutable>(std::move(network))
                   : nullptr;
  };
}
