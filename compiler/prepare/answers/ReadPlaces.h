//===- ReadPlaces.h - Where boxes lie in the image ---------------*- C++
//-*-===//

#ifndef DLC_COMPILER_PREPARE_ANSWERS_READPLACES_H
#define DLC_COMPILER_PREPARE_ANSWERS_READPLACES_H

#include "compiler/prepare/Description.h"
#include "compiler/prepare/Fields.h"

namespace dlc::prepare {

/// Values of "detect:" that only some heads have; null where they are not
/// written.
struct PlaceNodes {
  const YamlNode *priors, *scales, *anchors, *stretches, *points;

  explicit PlaceNodes(Fields &fields);
};

/// Those of the head, whose outputs are known; what it lacks, and what is of
/// other heads, is an error. `node` is all of "detect:".
bool readPlaces(const YamlNode &node, const PlaceNodes &places, Detect &detect);

} // namespace dlc::prepare

#endif
