// Special.h - special registers.
#ifndef DLC_EMULATOR_CUDA_PARSE_SPECIAL_H
#define DLC_EMULATOR_CUDA_PARSE_SPECIAL_H

#include <string_view>

namespace dlc::ptx {

enum Special : unsigned {
  TidX,
  TidY,
  TidZ,
  NtidX,
  NtidY,
  NtidZ,
  CtaidX,
  CtaidY,
  CtaidZ,
  NctaidX,
  NctaidY,
  NctaidZ,
  LaneId,
  WarpId,
  NwarpId,
  LanemaskEq,
  LanemaskLt,
  LanemaskLe,
  LanemaskGt,
  LanemaskGe,
  SpecialCount
};
constexpr std::string_view specialNames[SpecialCount] = {
    "%tid.x",       "%tid.y",       "%tid.z",       "%ntid.x",
    "%ntid.y",      "%ntid.z",      "%ctaid.x",     "%ctaid.y",
    "%ctaid.z",     "%nctaid.x",    "%nctaid.y",    "%nctaid.z",
    "%laneid",      "%warpid",      "%nwarpid",     "%lanemask_eq",
    "%lanemask_lt", "%lanemask_le", "%lanemask_gt", "%lanemask_ge"};

} // namespace dlc::ptx

#endif
