/* network.h - what dlc would put into an object, by hand: two launches.

     h = x * w + b               64 floats, w and b are weights
     state = state + h, and y = reverse(state) * factor

   `factor` is a value, 0.5; `state` begins as the third part of the weights. */
#ifndef NETWORK_H
#define NETWORK_H

#include "dlc/cuda.h"

enum { COUNT = 64, BYTES = 256 };

static const char ptx[] =
    ".version 6.0\n.target sm_61\n.address_size 64\n"
    ".visible .entry scale(.param .u64 x, .param .u64 w, .param .u64 h)\n"
    ".reqntid 64, 1, 1\n{\n"
    "  .reg .b32 %r<5>; .reg .b64 %rd<6>;\n"
    "  ld.param.u64 %rd1, [x]; ld.param.u64 %rd2, [w]; ld.param.u64 %rd3, "
    "[h];\n"
    "  mov.u32 %r1, %tid.x; mul.wide.u32 %rd4, %r1, 4;\n"
    "  add.s64 %rd1, %rd1, %rd4; add.s64 %rd2, %rd2, %rd4; add.s64 %rd3, %rd3, "
    "%rd4;\n"
    "  ld.global.f32 %r2, [%rd1]; ld.global.f32 %r3, [%rd2];\n"
    "  ld.global.f32 %r4, [%rd2+256];\n"
    "  fma.rn.f32 %r2, %r2, %r3, %r4;\n"
    "  st.global.f32 [%rd3], %r2;\n  ret;\n}\n"
    ".visible .entry accumulate(.param .u64 h, .param .u64 state, .param .u64 "
    "y,\n"
    "                           .param .f32 factor)\n"
    ".reqntid 64, 1, 1\n{\n"
    "  .shared .align 16 .b8 tile[256];\n"
    "  .reg .b32 %r<8>; .reg .b64 %rd<8>;\n"
    "  ld.param.u64 %rd1, [h]; ld.param.u64 %rd2, [state]; ld.param.u64 %rd3, "
    "[y];\n"
    "  ld.param.f32 %r6, [factor];\n"
    "  mov.u32 %r1, %tid.x; mul.wide.u32 %rd4, %r1, 4;\n"
    "  add.s64 %rd1, %rd1, %rd4; add.s64 %rd2, %rd2, %rd4; add.s64 %rd3, %rd3, "
    "%rd4;\n"
    "  ld.global.f32 %r2, [%rd1]; ld.global.f32 %r3, [%rd2];\n"
    "  add.rn.f32 %r3, %r3, %r2; st.global.f32 [%rd2], %r3;\n"
    "  mov.u64 %rd5, tile; add.s64 %rd6, %rd5, %rd4; st.shared.f32 [%rd6], "
    "%r3;\n"
    "  bar.sync 0;\n"
    "  sub.s64 %rd7, %rd5, %rd4; ld.shared.f32 %r4, [%rd7+252];\n"
    "  mul.rn.f32 %r4, %r4, %r6; st.global.f32 [%rd3], %r4;\n  ret;\n}\n";

/* 0.5 in float32. */
static const struct dlc_cuda_argument scale_arguments[] = {
    {0, DLC_CUDA_INPUT, 0}, {0, DLC_CUDA_WEIGHTS, 0}, {0, DLC_CUDA_ARENA, 0}};
static const struct dlc_cuda_argument accumulate_arguments[] = {
    {0, DLC_CUDA_ARENA, 0},
    {BYTES, DLC_CUDA_ARENA, 0},
    {0, DLC_CUDA_OUTPUT, 0},
    {0x3f000000, DLC_CUDA_VALUE, 0}};
static const struct dlc_cuda_launch launches[] = {
    {0, 0, {1, 1, 1}, {COUNT, 1, 1}, 0, 3, scale_arguments},
    {1, 1, {1, 1, 1}, {COUNT, 1, 1}, 0, 4, accumulate_arguments}};
static const char *const kernels[] = {"scale", "accumulate"};
static const struct dlc_cuda_place input[] = {{2 * BYTES, BYTES}};
static const struct dlc_cuda_place output[] = {{3 * BYTES, BYTES}};
static const struct dlc_cuda_state_bytes states[] = {{BYTES, BYTES, 2 * BYTES}};

/* Behind what the device keeps of them: what others can be made of at open. */
static float weights[5 * COUNT];

static struct dlc_cuda_plan make_plan(const char *name) {
  struct dlc_cuda_plan plan = {0};
  plan.version = DLC_CUDA_PLAN_VERSION;
  plan.capability = 61;
  plan.name = name;
  plan.ptx = ptx;
  plan.weights = weights;
  plan.arena_bytes = 4 * BYTES;
  plan.weight_bytes = 3 * BYTES;
  plan.kernel_count = plan.launch_count = 2;
  plan.input_count = plan.output_count = plan.state_count = 1;
  plan.kernels = kernels;
  plan.launches = launches;
  plan.inputs = input;
  plan.outputs = output;
  plan.states = states;
  return plan;
}

#endif
