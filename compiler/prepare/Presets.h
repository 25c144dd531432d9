//===- Presets.h - Recipes of libraries as steps ----------------*- C++ -*-===//

#ifndef DLC_COMPILER_PREPARE_PRESETS_H
#define DLC_COMPILER_PREPARE_PRESETS_H

#include "compiler/prepare/Description.h"

namespace dlc::prepare {

/// The steps of a preset from an image of `color` (none: a frame whose pixels
/// are no colours yet) and of size `image` to a model's input of size `input`.
/// An input that the preset is not for is an error at `loc`.
mlir::FailureOr<std::vector<Step>>
expandPreset(Preset preset, std::optional<nn::PixelColor> color, Size image,
             Size input, mlir::Location loc);

} // namespace dlc::prepare

#endif
