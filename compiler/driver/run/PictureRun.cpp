//===- PictureRun.cpp - A picture as what a network is given --------------===//

#include "compiler/driver/run/PictureRun.h"

#include "compiler/driver/image/FrameOfImage.h"
#include "compiler/driver/run/Answers.h"
#include "dialects/nn/PrintableText.h"

#include "llvm/Support/Path.h"

#include <algorithm>
#include <cmath>

using namespace dlc;
using namespace dlc::driver;

llvm::Expected<PictureRun> PictureRun::create(const RunCommand &command,
                                              const Compilation &compilation) {
  const header::Network &network = compilation.network();
  int64_t frames =
      llvm::count_if(compilation.pipelines(), [](const prepare::Chain &chain) {
        return chain.sound.empty();
      });
  if (frames == 0 && !compilation.pipelines().empty())
    return llvm::createStringError("--image is a frame, and the pipeline's "
                                   "input is sound: --wav gives a recording");
  if (network.inputs.size() != 1 || frames != 1)
    return llvm::createStringError(
        "--image is for a network with one input, a frame; this one has " +
        llvm::Twine(network.inputs.size()) + " inputs, of which " +
        llvm::Twine(frames) + " are frames: give it --inputs");
  if (!command.draw.empty() && !network.boxes)
    return llvm::createStringError(
        "--draw draws boxes, and the pipeline's description has no "
        "'postprocess: detect'");
  llvm::Expected<Image> image = readImage(command.image);
  if (!image)
    return image.takeError();
  PictureRun run;
  run.name = llvm::sys::path::filename(command.image).str();
  run.height = image->height;
  run.width = image->width;
  run.chain = compilation.pipelines().front();
  run.fitted =
      fitImage(*image, {run.chain.frame.height, run.chain.frame.width});
  return run;
}

DataSet PictureRun::makeSet(const header::Network &network) const {
  DataSet set = emptySet(network, name);
  std::vector<uint8_t> bytes = frameOfImage(fitted, chain.frame);
  memcpy(set.inputs.front().get(), bytes.data(), bytes.size());
  return set;
}

void PictureRun::describe(llvm::raw_ostream &os) const {
  auto size = [](int64_t height, int64_t width) {
    return (llvm::Twine(height) + " x " + llvm::Twine(width)).str();
  };
  std::string frame = size(chain.frame.height, chain.frame.width);
  os << nn::printable(name) << ": " << size(height, width) << " pixels";
  Window part =
      middleOf({height, width}, {chain.frame.height, chain.frame.width});
  if (part.height != height || part.width != width)
    os << ", of which the " << size(part.height, part.width)
       << " in the middle are";
  else
    os << ",";
  os << (part.height == chain.frame.height && part.width == chain.frame.width
             ? " a frame of "
             : " resized to a frame of ")
     << frame << ", " << nn::stringifyPixelFormat(chain.frame.format) << "\n";
}

Image PictureRun::seenBy(const header::Network &network,
                         const DataSet &answered) const {
  const header::Tensor &tensor = network.outputs.front();
  const char *data = answered.outputs.front().get();
  Image image(chain.size.height, chain.size.width);
  auto channels = static_cast<int64_t>(chain.channels.size());
  int64_t pixels = image.height * image.width;
  const auto &stored = network.outputs.front().quantisation;
  for (int64_t i = 0; i < 3 * pixels; ++i) {
    int64_t pixel = i / 3, channel = channels == 1 ? 0 : i % 3;
    int64_t place = chain.channelsLast ? pixel * channels + channel
                                       : channel * pixels + pixel;
    double number = elementAt(tensor.type, data, place);
    if (stored)
      number = (number - stored->zeroPoint) * stored->scale;
    const prepare::ByteNumbers &of = chain.channels[channel];
    double byte = std::round((number - of.offset) / of.scale);
    // Not a number is 0.
    image.rgb[i] =
        byte > 0 ? static_cast<uint8_t>(std::min(byte, 255.0)) : uint8_t(0);
  }
  return image;
}

llvm::Error PictureRun::draw(llvm::StringRef path,
                             const header::Network &network,
                             const DataSet &answered) const {
  Image image = fitted;
  std::vector<const char *> labels;
  for (const std::string &label : network.outputs[network.boxes->output].labels)
    labels.push_back(label.c_str());
  dlc_picture picture{image.rgb.data(), static_cast<int32_t>(image.width),
                      static_cast<int32_t>(image.height),
                      static_cast<int32_t>(3 * image.width), DLC_PIXELS_RGB};
  dlc_scene scene{picture.width, picture.height,
                  static_cast<int32_t>(network.boxes->fractionBits),
                  labels.data(), static_cast<int32_t>(labels.size())};
  llvm::ArrayRef<dlc_box> boxes = boxesOf(network, answered);
  dlc_draw_boxes(&picture, boxes.data(), static_cast<int>(boxes.size()),
                 &scene);
  if (network.boxes->points) {
    dlc_points points = pointsOf(network, answered);
    dlc_draw_points(&picture, boxes.data(), &points,
                    static_cast<int>(boxes.size()), &scene);
  }
  return writePng(path, image);
}
