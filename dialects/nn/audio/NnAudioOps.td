//===- NnAudioOps.td - From samples of sound to features ------------------===//
//
// Whole front ends, a frame at a time: their C++ classes have a header of
// their own.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_DIALECTS_NN_NNAUDIOOPS
#define DLC_DIALECTS_NN_NNAUDIOOPS

include "dialects/nn/NnBase.td"

def Nn_Samples : StaticShapeTensorOf<[I16]>;
def Nn_Sound : StaticShapeTensorOf<[I16, F32]>;
def Nn_Estimates : StaticShapeTensorOf<[I32]>;

def Nn_MicroFeaturesOp : Nn_InferredOp<"micro_features", [Nn_PixelRole, Nn_InFloat]> {
  let summary = "Features of speech in integers, as TensorFlow's micro front end has them";
  let description = [{
    One row of features for each frame: frame f is the samples from `f * hop` on, as
    many as `window` has. All integers are exact; `>>` rounds down.

    1. *Window*: `v = (sample * window) >> 12`. With `b` the bits of the largest
       `|v|` (-32768 counts as 0), `shift = 15 - b`; the frame is `v << shift` in 16
       bits, and zeros up to `fft_size`.
    2. *Spectrum*: a real transform of `fft_size` in 16 bits, as kissfft computes it:
       pairs of samples as complex numbers through passes of radix 4, which divide by
       4 (`(x * 8191 + 2^14) >> 15`) before they multiply by
       `floor(32767 * exp(i * angle) + 0.5)` with `(x + 2^14) >> 15`; one of radix 2
       comes first where the number of pairs is no power of 4. The spectrum of the
       real samples is half the sum of that and its mirror. Of a bin `re^2 + im^2` is
       its energy.
    3. *Channels*: bin `first_bin + k` has the weight `weights[k]`. The first
       `widths[0]` bins have it in no channel, the next `widths[c + 1]` in channel c; all
       have 4096 less it in the channel after that. A channel is the square root of
       its sum, rounded to the nearest (one of less than 2^32 is 65535 at most), `>>
       shift`.
    4. *Noise*: `estimate = (up * s + estimate * (2^14 - s)) >> 14` with `up = channel
       << smoothing_bits` and s `even_smoothing` or `odd_smoothing`; it is 0 before the
       first frame. The channel is `(up - min(estimate, up)) >> smoothing_bits`, but at
       least `(channel * least_remaining) >> 14`.
    5. *Gain*: `ratio = (channel * gain(estimate)) >> ratio_shift` in 32 bits, `gain` a
       curve through `gains`: one value for 0 and one for 1, and for each number of
       bits of the estimate from 2 on three coefficients (and a 0 between) of a square
       in the 10 bits after the first one. The channel is `ratio^2 >> 20` below 8192,
       else `(ratio >> 6) - 64`.
    6. *Logarithm*: of the channel times 2^`log_bits`, to base e in 16 bits of a
       fraction by 128 straight lines, times 2^(`log_shift` - 16), rounded; of 0 and 1
       it is 0. At most 65535.

    A stream is given its frames in parts: with `estimates`, which are 0 before the
    first part, those of noise before the first frame are these, and `later` is what
    they are after the last one. Their integers have no sign.

    With `stored` = [factor, offset, divisor, zero] a feature is stored as an i8, `(feature *
    factor + offset) / divisor + zero`, in -128 to 127.

    1. the samples are a vector of at least one window; the hop is positive.
    2. fft_size is a power of two from 32 to 4096, not less than the window.
    3. the channels' bins are between the first and the middle one of the transform, and each has a weight from 0 to 4096.
    4. smoothings and least_remaining are 0 to 2^14, shifts 0 to 16.
    5. there are 125 gains, whose curve is never below 0.
    6. estimates are one for each channel.
    7. stored has four numbers: a positive factor and divisor, an offset of 0 or more, and a zero of 8 bits.
  }];
  let arguments = (ins Nn_Samples:$samples, Optional<Nn_Estimates>:$estimates,
    I64Attr:$hop, DenseI16ArrayAttr:$window, I64Attr:$fft_size, I64Attr:$first_bin,
    DenseI32ArrayAttr:$widths, DenseI16ArrayAttr:$weights,
    I64Attr:$smoothing_bits, I64Attr:$even_smoothing, I64Attr:$odd_smoothing, I64Attr:$least_remaining,
    DenseI16ArrayAttr:$gains, I64Attr:$ratio_shift, I64Attr:$log_bits, I64Attr:$log_shift,
    OptionalAttr<DenseI64ArrayAttr>:$stored);
  let results = (outs Nn_Tensor:$features, Optional<Nn_Estimates>:$later);
}

def Nn_MelEnergiesOp : Nn_InferredOp<"mel_energies", [Nn_PixelRole, Nn_InFloat]> {
  let summary = "The energy in bands of frequencies of each frame of samples";
  let description = [{
    One row for each frame: frame f is the samples from `f * hop` on, as many as
    `window` has. `x[i] = window[i] * (s[i] - p * s[i - 1])`, with s the samples less
    their mean if `remove_mean`, p `preemphasis`, and `s[-1] = s[0]`. Of its discrete
    Fourier transform of `fft_size` (zeros behind the window) each bin from 0 to the
    middle one has the energy `|X|^2`, or `|X|` if `magnitude`. Band b is the sum over k
    of `weights` times the energy of bin `starts[b] + k`; it has `widths[b]` weights, which follow
    those of band b - 1. In float32.

    1. the samples are a vector of at least one window; the hop is positive.
    2. fft_size is a power of two from 32 to 4096, not less than the window.
    3. bands are bins from 0 to the middle one, and there are as many weights as they have bins.
    4. preemphasis and remove_mean are of samples of 16 bits.
  }];
  let arguments = (ins Nn_Sound:$samples, I64Attr:$hop, DenseF32ArrayAttr:$window, I64Attr:$fft_size,
    DenseI32ArrayAttr:$starts, DenseI32ArrayAttr:$widths, DenseF32ArrayAttr:$weights,
    DefaultValuedAttr<F32Attr, "0.0f">:$preemphasis, UnitAttr:$remove_mean, UnitAttr:$magnitude);
  let results = (outs Nn_Tensor:$energies);
}

def Nn_SpectrumOp : Nn_InferredOp<"spectrum", [Nn_PixelRole, Nn_InFloat]> {
  let summary = "The Fourier transform of each frame of samples";
  let description = [{
    ONNX STFT of real numbers. Frame f is the samples from `f * hop` on, as many as `window` has, times `window`. Of its discrete Fourier
    transform of `fft_size` (zeros behind the window) the bins from 0 to the middle one: [frames, fft_size / 2 + 1, 2], real
    and imaginary parts. In float32.

    1. the samples are a vector of at least one window; the hop is positive.
    2. fft_size is a power of two from 32 to 4096, not less than the window.
  }];
  let arguments = (ins Nn_Sound:$samples, I64Attr:$hop, DenseF32ArrayAttr:$window, I64Attr:$fft_size);
  let results = (outs Nn_Tensor:$bins);
}

#endif
