//===- MicrosoftSchemas.cpp - Signatures of onnxruntime's operators -------===//
//
// As onnxruntime 1.31 declares them (its quantization_defs.cc, contrib_defs.cc
// and bert_defs.cc, and ContribOperators.md).
//
//===----------------------------------------------------------------------===//

#include "compiler/import/model/Signatures.h"

namespace dlc::import {

namespace {
constexpr const char *kDomain = "com.microsoft";

constexpr const char *kBytes = "T=uint8,int8 F=float";
constexpr const char *kUnary = "X:T X_scale:F X_zero_point:T? Y_scale:F "
                               "Y_zero_point:T?";
constexpr const char *kBinary = "A:T A_scale:F A_zero_point:T? B:T B_scale:F "
                                "B_zero_point:T? C_scale:F C_zero_point:T?";
constexpr const char *kFloats = "T=float,float16";
constexpr const char *kConvWindow =
    "auto_pad:string dilations:ints group:int kernel_shape:ints pads:ints "
    "strides:ints channels_last:int";

const Signature signatures[] = {
    {"Attention",
     "input:T weights:T bias:T? mask_index:M? past:T? attention_bias:T? "
     "past_sequence_length:M?",
     "output:T present:T?", "T=float,float16 M=int32",
     "num_heads:int! unidirectional:int scale:float mask_filter_value:float "
     "qkv_hidden_sizes:ints do_rotary:int rotary_embedding_dim:int "
     "past_present_share_buffer:int"},
    {"BiasGelu", "A:T B:T", "C:T", kFloats, ""},
    {"EmbedLayerNormalization",
     "input_ids:M segment_ids:M? word_embedding:T position_embedding:T "
     "segment_embedding:T? gamma:T beta:T mask:M? position_ids:M?",
     "output:T mask_index:M? embedding_sum:T?", "T=float,float16 M=int32",
     "epsilon:float mask_index_type:int"},
    {"FastGelu", "X:T bias:T?", "Y:T", kFloats, ""},
    {"FusedConv", "X:T W:T B:T? Z:T?", "Y:T", kFloats,
     "auto_pad:string dilations:ints group:int kernel_shape:ints pads:ints "
     "strides:ints activation:string activation_params:floats"},
    {"FusedGemm", "A:T B:T C:T?", "Y:T", kFloats,
     "transA:int transB:int alpha:float beta:float activation:string "
     "activation_alpha:float activation_beta:float activation_gamma:float"},
    {"FusedMatMul", "A:T B:T", "Y:T", "T=float,float16,double",
     "alpha:float transA:int transB:int transBatchA:int transBatchB:int"},
    {"GatherBlockQuantized", "data:T1 indices:I scales:T2 zero_points:T1?",
     "output:T2", "T1=int4,uint4,uint8 T2=float,float16,bfloat16 I=int32,int64",
     "bits:int block_size:int gather_axis:int quantize_axis:int"},
    {"Gelu", "X:T", "Y:T", "T=float,float16,double", ""},
    {"GroupQueryAttention",
     "query:T key:T? value:T? past_key:T? past_value:T? seqlens_k:M "
     "total_sequence_length:M cos_cache:T? sin_cache:T? position_ids:P? "
     "attention_bias:T? head_sink:T?",
     "output:T present_key:T? present_value:T? output_qk:T?",
     "T=float,float16 M=int32 P=int64",
     "num_heads:int! kv_num_heads:int! scale:float softcap:float "
     "local_window_size:int do_rotary:int rotary_interleaved:int "
     "smooth_softmax:int qk_output:int"},
    {"MultiHeadAttention",
     "query:T key:T? value:T? bias:T? key_padding_mask:M? attention_bias:T? "
     "past_key:T? past_value:T? past_sequence_length:M? cache_indirection:M?",
     "output:T present_key:T? present_value:T? qk:T?",
     "T=float,float16 M=int32",
     "num_heads:int! mask_filter_value:float scale:float unidirectional:int"},
    {"QuickGelu", "X:T", "Y:T", "T=float,float16,double", "alpha:float"},
    {"RotaryEmbedding", "input:T position_ids:M cos_cache:T sin_cache:T",
     "output:T", "T=float,float16 M=int64",
     "interleaved:int num_heads:int rotary_embedding_dim:int "
     "is_packed_batching:int scale:float"},
    {":SimplifiedLayerNormalization", "X:T scale:V", "Y:V inv_std_var:U?",
     "T=float,float16,double V=float,float16,double U=float,double",
     "axis:int epsilon:float stash_type:int"},
    {"SkipLayerNormalization", "input:T skip:T gamma:T beta:T? bias:T?",
     "output:T mean:U? inv_std_var:U? input_skip_bias_sum:T?",
     "T=float,float16 U=float", "epsilon:float"},
    {"SkipSimplifiedLayerNormalization", "input:T skip:T gamma:T bias:T?",
     "output:T mean:U? inv_std_var:U? input_skip_bias_sum:T?",
     "T=float,float16 U=float", "epsilon:float"},
    {"TransposeMatMul", "A:T B:T", "Y:T", "T=float,float16,double",
     "alpha:float transA:int transB:int"},
    {"QuantizeLinear", "x:T1 y_scale:T1 y_zero_point:T2?", "y:T2",
     "T1=float,float16 T2=int8,uint8,int16,uint16,int4,uint4", "axis:int"},
    {"DequantizeLinear", "x:T1 x_scale:T2 x_zero_point:T1?", "y:T2",
     "T1=int8,uint8,int16,uint16,int32,int4,uint4 T2=float,float16",
     "axis:int"},
    {"DynamicQuantizeMatMul", "A:T1 B:T2 b_scale:T1 b_zero_point:T2? bias:T1?",
     "Y:T1", "T1=float T2=int8,uint8", ""},
    {"MatMulIntegerToFloat",
     "A:T1 B:T2 a_scale:T3 b_scale:T3 a_zero_point:T1? b_zero_point:T2? "
     "bias:T3?",
     "Y:T3", "T1=int8,uint8 T2=int8,uint8 T3=float,float16", ""},
    {"MatMulNBits", "A:T1 B:T2 scales:T1 zero_points:T3? g_idx:T4? bias:T1?",
     "Y:T1",
     "T1=float,float16,bfloat16 T2=uint8 T3=uint8,float,float16,bfloat16 "
     "T4=int32",
     "K:int! N:int! bits:int block_size:int! accuracy_level:int "
     "weight_prepacked:int"},
    {"QGemm",
     "A:TA a_scale:T a_zero_point:TA B:TB b_scale:T b_zero_point:TB C:TC? "
     "y_scale:T? y_zero_point:TYZ?",
     "Y:TY",
     "T=float TA=uint8,int8 TB=uint8,int8 TC=int32 TYZ=uint8,int8 "
     "TY=float,uint8,int8",
     "transA:int transB:int alpha:float"},
    {"QLinearAdd", kBinary, "C:T", kBytes, ""},
    {"QLinearAveragePool",
     "X:T x_scale:F x_zero_point:T? y_scale:F y_zero_point:T?", "Y:T", kBytes,
     "auto_pad:string ceil_mode:int channels_last:int count_include_pad:int "
     "kernel_shape:ints! pads:ints strides:ints"},
    {"QLinearConcat", "Y_scale:F Y_zero_point:T inputs:TV*", "Y:T",
     "F=float T=uint8,int8 TV=uint8,int8,float", "axis:int!"},
    {"QLinearConv",
     "x:T1 x_scale:F x_zero_point:T1 w:T2 w_scale:F w_zero_point:T2 y_scale:F "
     "y_zero_point:T3 B:T4?",
     "y:T3", "F=float T1=int8,uint8 T2=int8,uint8 T3=int8,uint8 T4=int32",
     kConvWindow},
    {"QLinearGlobalAveragePool",
     "X:T x_scale:F x_zero_point:T y_scale:F y_zero_point:T", "Y:T", kBytes,
     "channels_last:int"},
    {"QLinearLeakyRelu", kUnary, "Y:T", kBytes, "alpha:float"},
    {"QLinearMul", kBinary, "C:T", kBytes, ""},
    {"QLinearReduceMean",
     "data:T data_scale:F data_zero_point:T? reduced_scale:F "
     "reduced_zero_point:T?",
     "reduced:T", kBytes, "axes:ints! keepdims:int!"},
    {"QLinearSigmoid", kUnary, "Y:T", kBytes, ""},
    {"QLinearSoftmax", "X:T X_scale:F x_zero_point:T? y_scale:F y_zero_point:T",
     "Y:T", kBytes, "axis:int opset:int!"},
    {"QLinearWhere",
     "condition:B X:T x_scale:F x_zero_point:T Y:T y_scale:F y_zero_point:T "
     "z_scale:F z_zero_point:T",
     "Z:T", "B=bool T=uint8,int8 F=float", ""},
};

} // namespace

void registerMicrosoftSchemas() {
  static const bool registered = [] {
    registerSchemas(kDomain, /*version=*/1, signatures);
    return true;
  }();
  (void)registered;
}

} // namespace dlc::import
