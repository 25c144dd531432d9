//===- NnPixelOps.td - From a camera's bytes to an image of bytes ---------===//

#ifndef DLC_DIALECTS_NN_NNPIXELOPS
#define DLC_DIALECTS_NN_NNPIXELOPS

include "dialects/nn/NnBase.td"

def Nn_PixelFormat : Nn_Enum<"PixelFormat", "how the pixels of a frame lie in memory", [
  I32EnumAttrCase<"RGB", 0, "RGB">, I32EnumAttrCase<"BGR", 1, "BGR">,
  I32EnumAttrCase<"RGBX", 2, "RGBX">, I32EnumAttrCase<"BGRX", 3, "BGRX">,
  I32EnumAttrCase<"RGB565LE", 4, "RGB565_LE">, I32EnumAttrCase<"RGB565BE", 5, "RGB565_BE">,
  I32EnumAttrCase<"YUYV", 6, "YUYV">, I32EnumAttrCase<"UYVY", 7, "UYVY">,
  I32EnumAttrCase<"NV12", 8, "NV12">, I32EnumAttrCase<"NV21", 9, "NV21">,
  I32EnumAttrCase<"I420", 10, "I420">, I32EnumAttrCase<"GRAY", 11, "GRAY">,
  I32EnumAttrCase<"BayerRGGB", 12, "BAYER_RGGB">, I32EnumAttrCase<"BayerBGGR", 13, "BAYER_BGGR">,
  I32EnumAttrCase<"BayerGRBG", 14, "BAYER_GRBG">, I32EnumAttrCase<"BayerGBRG", 15, "BAYER_GBRG">]>;
def Nn_PixelFormatAttr : Nn_EnumAttr<Nn_PixelFormat, "pixel_format">;

def Nn_PixelColor : Nn_Enum<"PixelColor", "the channels of an image", [
  I32EnumAttrCase<"RGB", 0, "RGB">, I32EnumAttrCase<"BGR", 1, "BGR">,
  I32EnumAttrCase<"GRAY", 2, "GRAY">]>;
def Nn_PixelColorAttr : Nn_EnumAttr<Nn_PixelColor, "pixel_color">;

def Nn_Bytes : StaticShapeTensorOf<[UI8]>;

// An image is [height, width, channels] of ui8.

def Nn_ColorConvertOp : Nn_InferredOp<"color_convert", [Nn_PixelRole, Nn_InFloat]> {
  let summary = "A window of a camera's frame as an image";
  let description = [{
    The frame is the rows of its planes, one below the other; `frame` is its height
    and width in pixels. In NV12, NV21 and I420 the planes of chroma follow that of
    luma and have rows of as many bytes; of I420's chroma two rows lie in one. An
    image of RGB, BGR or grey is a frame as well. The window begins at `origin` and
    is of `size`, both rows first.

    `weights` are the integers of the conversion.

    * YUV to RGB: `[black, y, rv, gv, gu, bu, shift]`. With `l = max(Y - black, 0) * y
      + 2^(shift - 1)`, `u = U - 128`, `v = V - 128`: red is `(l + rv * v) >> shift`,
      green `(l + gv * v + gu * u) >> shift`, blue `(l + bu * u) >> shift`, each in 0
      to 255. Pixels that share a sample of chroma have it unchanged.
    * RGB, RGB565 and Bayer to grey: `[r, g, b, shift]`, of which grey is
      `(r * R + g * G + b * B + 2^(shift - 1)) >> shift`.
    * none where nothing is computed: grey of YUV is luma, RGB of grey is grey three
      times, and RGB565's channels are its bits above zeros.

    A Bayer format is named by the first two pixels of the first two rows. A colour
    that a pixel does not have is the mean of the two or four nearest pixels that
    have it, halves rounded up. The outermost rows and columns have the values of
    those beside them.

    1. the frame is [rows, bytes], or an image; it has the rows of its planes, and a row has the bytes of its pixels.
    2. the window is not empty and lies in the frame.
    3. frames with chroma for two columns (and rows) have an even width (and height); a Bayer frame has 3 rows and columns at least.
    4. there are as many weights as the conversion has, and shift is 1 to 20.
  }];
  let arguments = (ins Nn_Bytes:$bytes, Nn_PixelFormatAttr:$format, Nn_PixelColorAttr:$color,
    DenseI64ArrayAttr:$frame, DenseI64ArrayAttr:$origin, DenseI64ArrayAttr:$size,
    DenseI32ArrayAttr:$weights);
  let results = (outs Nn_Bytes:$image);
}

def Nn_ResampleOp : Nn_InferredOp<"resample", [Nn_PixelRole, Nn_InFloat]> {
  let summary = "An image of another size, by tables";
  let description = [{
    Column x of the result is made of the columns `column_offsets[x] + t` of the
    image, each times `column_weights[x * taps + t]`; there are as many taps as there
    are weights for an offset. The rows are done with the same way, after them. A tap
    outside of the image reads the nearest row or column inside. With `c` the sum over
    the columns of one row, shifted right,

        p = sum over the rows t of (row_weights[t] * c[t]) >> product_shift
        result = (p + 2^(row_shift - 1)) >> row_shift, in 0 to 255

    `c` is the sum shifted right by `column_shift`; if `narrow`, it is rounded as the
    result is and in 0 to 255 as well. With `ties_to_even` a result halfway between
    two is the even one, else the greater one. With a `divisor` the result is `p`
    divided by it, to the nearest, halfway to the even one.

    Each named method of OpenCV, Pillow, TensorFlow Lite and ONNX is such a set of
    tables ([decision](../decisions/pixels.md)).

    1. the image is [height, width, channels] and not empty.
    2. rows and columns each have offsets, and one number of weights for each of them.
    3. an offset is at most the last row or column, and its last tap at least the first one.
    4. shifts are 0 to 30, a divisor is positive and without shifts of products and rows.
    5. no sum leaves 32 bits, whatever the image holds.
  }];
  let arguments = (ins Nn_Bytes:$image, DenseI32ArrayAttr:$row_offsets, DenseI32ArrayAttr:$row_weights,
    DenseI32ArrayAttr:$column_offsets, DenseI32ArrayAttr:$column_weights,
    DefaultValuedAttr<I64Attr, "0">:$column_shift, DefaultValuedAttr<I64Attr, "0">:$product_shift,
    DefaultValuedAttr<I64Attr, "0">:$row_shift, DefaultValuedAttr<I64Attr, "1">:$divisor,
    UnitAttr:$narrow, UnitAttr:$ties_to_even);
  let results = (outs Nn_Bytes:$resampled);
}

def Nn_LookupOp : Nn_InferredOp<"lookup", [Nn_PixelRole, Nn_InFloat]> {
  let summary = "A function of each byte of an image, one for each channel, by a table";
  let description = [{
    `output[y, x, c] = table[c, image[y, x, c]]`: what normalising and quantising a
    pixel comes to.

    1. the image is [height, width, channels].
    2. table is [channels, 256].
  }];
  let arguments = (ins Nn_Bytes:$image, ElementsAttr:$table);
  let results = (outs Nn_Tensor:$output);
}

#endif
