//===- Network.h - A compiled network as its user sees it -----------------===//
//
// Inputs, outputs, arena and stages: what net.h, the model description in the
// object and the drivers' messages are made of.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_HEADER_NETWORK_H
#define DLC_CODEGEN_HEADER_NETWORK_H

#include "codegen/header/Quantisation.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/SmallVector.h"

#include <string>
#include <vector>

namespace dlc::header {

/// An element type as C sees it and as runtime/include/dlc/dlc.h numbers it
/// (the numbers of ONNX's TensorProto.DataType).
struct ElementType {
  unsigned number = 0;
  llvm::StringRef cType;
  llvm::StringRef name;
  unsigned bytes = 0;
};

/// The C view of an MLIR element type; none for a type that no network can
/// have at its edge.
std::optional<ElementType> elementTypeOf(mlir::Type type);

/// Pixels of a camera, as a tensor of the rows of all their planes.
struct Frame {
  std::string format; ///< "NV12"
  int64_t height = 0, width = 0;
  int64_t stride = 0; ///< bytes of a row
};

/// A picture that boxes are drawn into, which are of a frame.
struct Drawing {
  Frame picture;
  bool labels = true;            ///< not outlines alone
  int64_t height = 0, width = 0; ///< of the frame
};

/// An image that is made of a frame's lines before the network runs, in the
/// arena.
struct Lines {
  Frame frame;
  int64_t rows = 0;         ///< of the image
  std::string function;     ///< that takes a line
  uint64_t imageOffset = 0; ///< into the arena
  uint64_t keptOffset = 0;  ///< of what is kept of lines
};

/// What was detected: an output is boxes, the next one their count, and the one
/// behind that key points if there are any.
struct Boxes {
  unsigned output = 0;
  int64_t most = 0;          ///< boxes
  unsigned fractionBits = 0; ///< of corners, which are pixels of the frame
  int64_t points = 0; ///< of each box, in an output behind the count; 0: none
  bool pointScores = false; ///< behind x and y of each
  std::optional<Drawing> drawing = std::nullopt;
};

/// The best classes: an output has a row of a class and its share for each.
struct Classes {
  unsigned output = 0;
  int64_t count = 0;
};

/// Of the elements along an axis only the first are meant.
struct Counted {
  int64_t axis = 0;
  unsigned output = 0; ///< the one that says how many
};

/// A size of a dimension that is given for each run.
struct Length {
  std::string name;
  int64_t least = 1, most = 1;
};

/// A size that follows from a length: (a * length + b) / c, rounded down.
struct SizeOfLength {
  int64_t length = -1; ///< which; -1: the size is what the shape says
  int64_t a = 0, b = 0, c = 1;
};

struct Tensor {
  std::string name;
  ElementType type;
  llvm::SmallVector<int64_t> shape;
  /// None: a stored value means itself.
  std::optional<Quantisation> quantisation = std::nullopt;
  /// Of an output: the strings that its integers are positions in, or what the
  /// columns of its floats are called. None: values mean themselves.
  std::vector<std::string> labels = {};
  /// Of an output whose size the network computes; its shape is the largest.
  std::optional<Counted> counted = std::nullopt;
  /// Of an input: the camera's frame that it is.
  std::optional<Frame> frame = std::nullopt;
  /// Of an output of a stream: the frames that come before its first.
  int64_t delay = 0;
  /// Of an input: the sound that it is, in samples of each second; 0: none.
  int64_t sampleRate = 0;

  /// One for each dimension where one depends on a length, else none; the shape
  /// is the largest, and the elements lie densely in the first bytes.
  std::vector<SizeOfLength> sizes = {};

  /// The same in a run with these lengths.
  Tensor with(llvm::ArrayRef<int64_t> lengths) const;
  int64_t elements() const;
  uint64_t bytes() const { return elements() * type.bytes; }
};

/// A tensor that a call leaves for the next one.
struct State {
  Tensor tensor;
  uint64_t offset = 0; ///< into the caller's block
  /// What the first call finds; none: zeros.
  std::vector<char> initial = {};
};

/// One call of a stage function, in the order of execution.
struct Stage {
  std::string name;     ///< of the ONNX node
  std::string function; ///< symbol in the object; equal stages share one
  std::string kind;     ///< "conv", "matmul", ...
  uint64_t flops = 0;   ///< multiply and add counted apart; 0: not counted
  uint64_t macs = 0;    ///< of convolutions and matrix products
};

/// What of an arena lies in one bank of RAM.
struct ArenaPart {
  std::string bank; ///< its name
  uint64_t bytes = 0;
  std::string section; ///< for one in the object
};

struct Network {
  std::string name;   ///< prefix of symbols: a C identifier
  std::string model;  ///< the ONNX graph's name
  std::string target; ///< name of the target description
  std::vector<Tensor> inputs, outputs;
  std::vector<Length> lengths;
  std::optional<Boxes> boxes;
  std::optional<Classes> classes;
  /// In place of one of the model's inputs.
  std::optional<Lines> lines;
  /// Loops that --rounds gave a bound, "loop_3=100". A run returns an error
  /// where one of them would have gone on, or the last output says so.
  std::vector<std::string> boundedLoops;
  bool unfinishedIsOutput = false;
  /// The output that says how far from its features an answer is.
  std::optional<unsigned> anomaly;
  /// In the order of the arguments, and the block for them; 0 bytes: the
  /// network has no state.
  std::vector<State> states;
  uint64_t stateBytes = 0;
  unsigned stateAlign = 16;
  uint64_t arenaBytes = 0;
  unsigned arenaAlign = 16;
  /// With --arena-split: the parts of the arena, in the order of main's
  /// arguments. Otherwise it is one block.
  std::vector<ArenaPart> arenaParts;
  /// The arena is in the object, in the section of this name (a part may have
  /// one of its own); empty: it is the caller's.
  std::string arenaSection;
  std::vector<Stage> stages;
  /// On a GPU: the arena is the host's small part of the network's state, and
  /// the device gives this much.
  bool onDevice = false;
  uint64_t deviceBytes = 0;
};

/// Reads inputs and outputs off `main` as it has been imported. Emits an error
/// and fails when there is no such function or a type cannot be described.
mlir::LogicalResult describeInterface(mlir::ModuleOp module, Network &network);

/// The shapes of inputs and outputs, and the states, as a pass has made them
/// that changes those.
mlir::LogicalResult describeStream(mlir::ModuleOp module, Network &network);

/// `text` with everything that C does not allow in an identifier replaced by
/// '_', and clear of keywords.
std::string toIdentifier(llvm::StringRef text);

/// Whether `text` can be a prefix of C symbols.
bool isIdentifier(llvm::StringRef text);

} // namespace dlc::header

#endif // DLC_CODEGEN_HEADER_NETWORK_H
