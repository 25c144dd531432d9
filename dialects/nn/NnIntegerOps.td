//===- NnIntegerOps.td - From accumulators to stored integers -------------===//

#ifndef DLC_DIALECTS_NN_NNINTEGEROPS
#define DLC_DIALECTS_NN_NNINTEGEROPS

include "dialects/nn/NnElementwiseOps.td"

def Nn_RescaleOp : Nn_InferredOp<"rescale", Nn_ElementwiseTraits<[Nn_InFloat]>.all> {
  let summary = "Accumulators times a real factor, as stored integers";
  let description = [{
    For each element, in integers of 64 bits:

        v = input * multiplier + addend        (a multiplier of 64 bits: (input * multiplier >> 32) + addend)
        q = v >> shift                         (arithmetic: towards minus infinity)
        q = q - 1    where tie is given, v - (q << shift) < tie, and q is odd (with ties_to_odd: even)
        output = min(max(q, min), max)

    The parameters are tensors that broadcast to the input as in numpy: one element for all, one for each channel,
    or (for means at an image's border) one for each position. A real factor `s` and a zero point `z` become
    `multiplier` near `s * 2^shift` and `addend` near `(z + 1/2) * 2^shift`.

    Quantised operators of ONNX are defined by real numbers: dequantise, operate, quantise with round half to even. Of
    an accumulator `a` in units of the operands' scales that is `clamp(round_half_even(a * s) + z)` with a rational
    `s`. Both it and `output` are staircases that do not fall as `a` grows (where `0 <= tie <= multiplier`), of as many
    steps as the stored type has values: they are equal for all accumulators of a range exactly if every step that
    begins inside of it begins at the same `a` in both, which rational arithmetic decides in as many comparisons. Whoever
    makes a rescale proves that; docs/decisions/integer-arithmetic.md has the proof and the bounds.

    Halves need the tie: `a * s` is half an odd number for some integer `a` exactly if the denominator of `s` in lowest
    terms is even; with s = 1/2, 1 becomes 0 and 3 becomes 2, which no multiplier and addend do. They round halves up
    first, and so that `v` is less than `tie` above a multiple of `2^shift` for halves alone; then those that are not even
    are lowered. Where `z` is odd the results of halves are odd instead: `ties_to_odd` says so.

    1. input holds integers of 2 to 64 bits, unsigned ones of at most 16.
    2. multiplier is i32, or i64 and then in units of 2^-32 (no bit of its product is lost before the shift by 32);
       tie is i32, addend i64, shift i8.
    3. the parameters broadcast to the input's shape.
    4. storage is an integer type of 2, 4, 8, 16 or 32 bits.
    5. min is not above max, and both are values of storage.
    6. constant parameters have shifts of 0 to 62, addends of at least -2^62 and below 2^62, and ties of 0 to their
       multiplier, of 64 bits its upper word. With an input of at most 32 bits `v` is then never outside of 64; with one
       of 64 it wraps.
    7. ties_to_odd needs a tie.
  }];
  let arguments = (ins Nn_Tensor:$input, Nn_Tensor:$multiplier, Nn_Tensor:$addend, Nn_Tensor:$shift,
    Optional<Nn_Tensor>:$tie, TypeAttr:$storage, I64Attr:$min, I64Attr:$max,
    DefaultValuedAttr<BoolAttr, "false">:$ties_to_odd);
  let results = (outs Nn_Tensor:$output);
  let hasVerifier = 1;
}

#endif
