//===- QonnxSchemas.cpp - Signatures of QONNX's operators -----------------===//
//
// As QONNX 1.0 documents them (docs/qonnx-custom-ops). Older files have them in
// the domains that Brevitas and FINN began with.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/model/Signatures.h"

namespace dlc::import {

namespace {
constexpr const char *kNumbers = "T=float,float16,double F=float";
constexpr const char *kGrid = "signed:int narrow:int rounding_mode:string";
constexpr const char *kQuant = "X:T scale:T zeropt:T bitwidth:F";

const Signature first[] = {
    {"BipolarQuant", "X:T scale:T", "Y:T", kNumbers, ""},
    {"IntQuant", kQuant, "Y:T", kNumbers, kGrid},
    {"MultiThreshold", "X:T thresholds:T", "Y:T", kNumbers,
     "out_dtype:string out_scale:float out_bias:float data_layout:string"},
    {"Quant", kQuant, "Y:T", kNumbers, kGrid},
    {"Trunc", "X:T scale:T zeropt:T in_bitwidth:F out_bitwidth:F", "Y:T",
     kNumbers, kGrid},
};

const Signature second[] = {
    {"Trunc", "X:T scale:T zeropt:T in_bitwidth:F out_scale:T out_bitwidth:F",
     "Y:T", kNumbers, kGrid},
};
} // namespace

void registerQonnxSchemas() {
  static const bool registered = [] {
    for (const char *domain : {"qonnx.custom_op.general", "onnx.brevitas",
                               "finn.custom_op.general"}) {
      registerSchemas(domain, /*version=*/1, first);
      registerSchemas(domain, /*version=*/2, second);
    }
    return true;
  }();
  (void)registered;
}

} // namespace dlc::import
