//===- Presets.cpp - Recipes of libraries as steps ------------------------===//

#include "compiler/prepare/Presets.h"

#include <cmath>

using namespace mlir;
using namespace dlc;
using namespace dlc::prepare;

namespace {

class Recipe {
public:
  Recipe(Location loc, std::optional<nn::PixelColor> color)
      : loc(loc), color(color) {}

  void convertColor(nn::PixelColor wanted) {
    if (color != wanted)
      add(Step::ConvertColor).color = wanted;
  }
  void resize(Step::Kind kind, Size size, ResizeMethod method) {
    Step &step = add(kind);
    step.size = size;
    step.method = method;
  }
  void numbers(Step::Kind kind, std::vector<double> each) {
    add(kind).numbers = std::move(each);
  }
  Step &add(Step::Kind kind) { return steps.emplace_back(Step{kind, loc}); }

  std::vector<Step> steps;

private:
  Location loc;
  std::optional<nn::PixelColor> color;
};

} // namespace

/// torchvision.transforms: Resize of the shorter side to 256 for an input of
/// 224, CenterCrop, with the rounding of Python; ImageNet's mean and deviation.
static LogicalResult torchvision(Recipe &recipe, Size image, Size input,
                                 Location loc) {
  if (input.height != input.width)
    return emitError(loc) << "torchvision_imagenet crops a square, and the "
                             "model's input is "
                          << input.height << " x " << input.width;
  int64_t edge = std::lround(static_cast<double>(input.height) * 256 / 224);
  Size size{edge, edge};
  int64_t shorter = std::min(image.height, image.width);
  auto longer = [&](int64_t side) {
    return static_cast<int64_t>(static_cast<double>(edge * side) /
                                static_cast<double>(shorter));
  };
  if (image.height <= image.width)
    size.width = longer(image.width);
  else
    size.height = longer(image.height);
  recipe.convertColor(nn::PixelColor::RGB);
  if (size.height != image.height || size.width != image.width)
    recipe.resize(Step::Resize, size, ResizeMethod::PillowBilinear);
  Step &crop = recipe.add(Step::Crop);
  crop.size = input;
  // Halves to the even one.
  crop.top = std::lrint(static_cast<double>(size.height - input.height) / 2);
  crop.left = std::lrint(static_cast<double>(size.width - input.width) / 2);
  recipe.numbers(Step::Scale, {255});
  recipe.numbers(Step::Mean, {0.485, 0.456, 0.406});
  recipe.numbers(Step::Scale, {0.229, 0.224, 0.225});
  return success();
}

FailureOr<std::vector<Step>>
dlc::prepare::expandPreset(Preset preset, std::optional<nn::PixelColor> color,
                           Size image, Size input, Location loc) {
  Recipe recipe(loc, color);
  switch (preset) {
  case Preset::TorchvisionImagenet:
    if (failed(torchvision(recipe, image, input, loc)))
      return failure();
    break;
  case Preset::Ultralytics:
    recipe.convertColor(nn::PixelColor::RGB);
    if (image.height != input.height || image.width != input.width) {
      recipe.resize(Step::Letterbox, input, ResizeMethod::OpencvLinear);
      recipe.steps.back().value = 114;
    }
    recipe.numbers(Step::Scale, {255});
    break;
  // tf.keras.applications.mobilenet.preprocess_input.
  case Preset::KerasMobilenet:
    recipe.convertColor(nn::PixelColor::RGB);
    recipe.numbers(Step::Scale, {127.5});
    recipe.numbers(Step::Mean, {1});
    break;
  case Preset::TflmPerson:
    recipe.convertColor(nn::PixelColor::GRAY);
    recipe.numbers(Step::Scale, {255});
    break;
  case Preset::MlperfVww:
    recipe.convertColor(nn::PixelColor::RGB);
    recipe.numbers(Step::Scale, {255});
    break;
  }
  return std::move(recipe.steps);
}
