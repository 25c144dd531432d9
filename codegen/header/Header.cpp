//===- Header.cpp - net.h -------------------------------------------------===//

#include "codegen/header/Header.h"
#include "codegen/header/Answers.h"
#include "codegen/header/CText.h"
#include "codegen/header/Lengths.h"
#include "codegen/header/Lines.h"
#include "codegen/header/Rounds.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace dlc::header;

static void writeTensorMacros(llvm::raw_ostream &os, const std::string &prefix,
                              const Tensor &tensor) {
  os << "#define " << prefix << "_NAME " << cString(tensor.name) << "\n"
     << "#define " << prefix << "_TYPE " << tensor.type.cType << "\n"
     << "#define " << prefix << "_RANK " << tensor.shape.size() << "\n";
  if (!tensor.shape.empty()) {
    os << "#define " << prefix << "_SHAPE {";
    llvm::interleaveComma(tensor.shape, os);
    os << "}\n";
  }
  os << "#define " << prefix << "_BYTES " << tensor.bytes() << "\n";
  if (tensor.delay)
    os << "#define " << prefix << "_DELAY " << tensor.delay << "\n";
  if (tensor.counted)
    os << "/* Of the elements along an axis as many are meant as another "
          "output "
          "says. */\n"
       << "#define " << prefix << "_COUNT_AXIS " << tensor.counted->axis << "\n"
       << "#define " << prefix << "_COUNT_OUTPUT " << tensor.counted->output
       << "\n";
  if (tensor.frame)
    writeFrameMacros(*tensor.frame, prefix, os);
  if (tensor.sampleRate)
    os << "#define " << prefix << "_SAMPLE_RATE " << tensor.sampleRate << "\n";
  if (tensor.quantisation)
    os << "#define " << prefix << "_SCALE "
       << cFloat(tensor.quantisation->scale) << "\n"
       << "#define " << prefix << "_ZERO_POINT "
       << tensor.quantisation->zeroPoint << "\n";
  if (tensor.labels.empty())
    return;
  os << "#define " << prefix << "_LABEL_COUNT " << tensor.labels.size() << "\n"
     << "#define " << prefix << "_LABELS {";
  llvm::interleaveComma(tensor.labels, os, [&](const std::string &label) {
    os << cString(label);
  });
  os << "}\n";
}

/// "float input[1][49][10][1]"; a scalar is passed by its address, and what has
/// another shape in each run by that of its first element.
static void writeParameter(llvm::raw_ostream &os, const Tensor &tensor,
                           llvm::StringRef name) {
  bool isFlat = tensor.shape.empty() || !tensor.sizes.empty();
  os << tensor.type.cType << (isFlat ? " *" : " ") << name;
  if (isFlat)
    return;
  for (int64_t size : tensor.shape)
    os << '[' << size << ']';
}

/// Clear of `used`, of the header's macros, which begin with `macro`, and of
/// the types that parameters have.
static std::string uniqueIdentifier(llvm::StringRef text, llvm::StringRef macro,
                                    llvm::StringSet<> &used) {
  std::string base = toIdentifier(text);
  if (llvm::StringRef(base).starts_with(macro) ||
      llvm::StringRef(base).ends_with("_t"))
    base += '_';
  std::string name = base;
  for (unsigned n = 1; !used.insert(name).second; ++n)
    name = base + "_" + std::to_string(n);
  return name;
}

/// What a program has to know of the memory that the network computes in.
static void writeArena(const Network &network, const std::string &macro,
                       llvm::raw_ostream &os) {
  bool isStatic = !network.arenaSection.empty();
  if (isStatic)
    os << "/* The arena is in the object: the linker script places its "
          "section. */\n"
       << "#define " << macro << "_ARENA_STATIC 1\n";
  // At least 1: an array of no elements is not C.
  if (network.arenaParts.empty()) {
    os << "#define " << macro << "_ARENA_BYTES "
       << std::max<uint64_t>(1, network.arenaBytes)
       << (isStatic ? " /* " + network.arenaSection + " */" : "") << "\n";
  } else {
    os << "#define " << macro << "_ARENA_COUNT " << network.arenaParts.size()
       << "\n";
    for (auto [i, part] : llvm::enumerate(network.arenaParts))
      os << "#define " << macro << "_ARENA_" << i << "_BYTES "
         << std::max<uint64_t>(1, part.bytes) << " /* "
         << (isStatic ? part.section : cComment(part.bank)) << " */\n";
  }
  os << "#define " << macro << "_ARENA_ALIGN " << network.arenaAlign << "\n\n";
}

/// Programs open and close every network: what that means depends on the
/// target.
static void writeOpen(const Network &network, const std::string &macro,
                      llvm::raw_ostream &os) {
  os << "/* Memory of the device that is taken from open to close. */\n"
     << "#define " << macro << "_DEVICE_BYTES " << network.deviceBytes
     << "\n\n";
  if (network.onDevice) {
    os << "/* Once before the first run: loads the kernels and the weights. 0 "
          "on "
          "success,\n   else a code of dlc/cuda.h. */\n"
       << "int " << network.name << "_open(void *arena);\n\n"
       << "/* Gives back what open took. */\n"
       << "void " << network.name << "_close(void *arena);\n\n";
    return;
  }
  const char *arena =
      network.arenaParts.empty() || !network.arenaSection.empty()
          ? "void *arena"
          : "void *const *arena";
  os << "/* Nothing is to be done before the first run or after the last one. "
        "*/\n"
     << "static inline int " << network.name << "_open(" << arena
     << ") {\n  (void)arena;\n  return 0;\n}\n\n"
     << "static inline void " << network.name << "_close(" << arena
     << ") {\n  (void)arena;\n}\n\n";
}

/// Programs reset every network: where there is no state, that is nothing.
static void writeState(const Network &network, const std::string &macro,
                       llvm::raw_ostream &os) {
  bool hasState = !network.states.empty();
  os << "#define " << macro << "_STATE_COUNT " << network.states.size() << "\n";
  for (auto [i, state] : llvm::enumerate(network.states)) {
    std::string prefix = macro + "_STATE_" + std::to_string(i);
    os << "#define " << prefix << "_OFFSET " << state.offset << "\n";
    writeTensorMacros(os, prefix, state.tensor);
  }
  os << "#define " << macro << "_STATE_BYTES "
     << std::max<uint64_t>(1, network.stateBytes) << "\n"
     << "#define " << macro << "_STATE_ALIGN " << network.stateAlign << "\n\n";
  if (hasState)
    os << "/* Makes a block of STATE_BYTES, which begins at a multiple of "
          "STATE_ALIGN, the\n   state of a network that has not run yet. */\n"
       << "void " << network.name << "_reset(void *state);\n\n";
  else
    os << "/* The network keeps nothing from run to run. */\n"
       << "static inline void " << network.name
       << "_reset(void *state) {\n  (void)state;\n}\n\n";
}

static void writeRun(const Network &network, bool ioOnDevice,
                     llvm::raw_ostream &os) {
  bool hasState = !network.states.empty();
  if (hasState)
    os << "/* Runs the network once; 0 on success. Writes to the outputs, the "
          "arena and the\n   state, which it finds as the run before left it, "
          "and to nothing else. State\n   overlaps with none of the others.\n  "
          " ";
  else
    os << "/* Runs the network once; 0 on success. Writes to the outputs and "
          "the arena and\n   to nothing else. ";
  if (!network.arenaSection.empty()) {
    os << "Inputs and outputs must not overlap. The argument arena is\n   not "
          "used (give NULL), and one call must end before the next begins. "
          "*/\n";
  } else if (network.arenaParts.empty()) {
    os << "Inputs, outputs and arena must not overlap; the arena begins\n   at "
          "a multiple of ARENA_ALIGN, the others as their types do. */\n";
  } else {
    os << "Inputs, outputs and arenas must not overlap. There is\n   an arena "
          "in each bank of RAM: arenas[i] has ARENA_i_BYTES and begins at a\n"
          "   multiple of ARENA_ALIGN. */\n";
  }
  if (ioOnDevice)
    os << "/* Inputs and outputs are device pointers, which begin at multiples "
          "of 16. */\n";
  if (!network.lengths.empty())
    os << "/* lengths[i] is from LENGTH_i_MIN to LENGTH_i_MAX. */\n";
  os << "int " << network.name << "_run(const void *const *inputs, "
     << (network.lengths.empty() ? "" : "const size_t *lengths, ")
     << "void *const *outputs, " << arenaParameterOf(network)
     << (hasState ? ", void *state" : "") << ");\n\n";
  if (ioOnDevice)
    os << "/* The same, queued on a stream (CUstream or cudaStream_t of the "
          "context that was\n   current in open, NULL: the default stream); "
          "returns before it is done. Runs of\n   one arena must not overlap. "
          "*/\nint "
       << network.name
       << "_enqueue(const void *const *inputs, void *const *outputs,\n"
       << std::string(network.name.size() + 13, ' ')
       << "void *arena, void *stream);\n\n";
}

/// Whether calls get parts of a sound, one after the other.
static bool takesPartsOfSound(const Network &network) {
  return network.inputs.size() == 1 && network.inputs[0].sampleRate &&
         !network.states.empty();
}

/// A function NET_`call` with all tensors as arguments.
static void writeInfer(const Network &network, llvm::StringRef call,
                       llvm::raw_ostream &os) {
  llvm::StringSet<> used;
  std::vector<std::string> inputs, outputs;
  std::string macro = llvm::StringRef(network.name).upper() + "_";
  used.insert("arenas");
  used.insert(network.name + "_run");
  used.insert(network.name + "_enqueue");
  for (size_t i = 0; i < network.arenaParts.size(); ++i)
    used.insert("arena_" + std::to_string(i));
  for (const Tensor &t : network.inputs)
    inputs.push_back(uniqueIdentifier(t.name, macro, used));
  std::vector<std::string> lengths;
  for (const Length &length : network.lengths)
    lengths.push_back(uniqueIdentifier(length.name, macro, used));
  for (const Tensor &t : network.outputs)
    outputs.push_back(uniqueIdentifier(t.name, macro, used));

  std::string start =
      "static inline int " + network.name + "_" + call.str() + "(";
  std::string between = ",\n" + std::string(start.size(), ' ');
  llvm::ListSeparator separator(between);
  os << start;
  for (auto [tensor, name] : llvm::zip(network.inputs, inputs)) {
    os << separator << "const ";
    writeParameter(os, tensor, name);
  }
  for (const std::string &name : lengths)
    os << separator << "size_t " << name;
  for (auto [tensor, name] : llvm::zip(network.outputs, outputs)) {
    os << separator;
    writeParameter(os, tensor, name);
  }
  size_t parts = network.arenaParts.size();
  const char *arena = "NULL";
  if (network.arenaSection.empty()) {
    arena = parts ? "arenas" : "arena";
    if (!parts)
      os << separator << "void *arena";
    for (size_t i = 0; i < parts; ++i)
      os << separator << "void *arena_" << i;
  }
  bool hasState = !network.states.empty();
  if (hasState)
    os << separator << "void *state";
  os << ") {\n";
  // An array of no elements is not C.
  os << "  const void *inputs[" << std::max<size_t>(1, inputs.size()) << "];\n"
     << "  void *outputs[" << std::max<size_t>(1, outputs.size()) << "];\n";
  if (!lengths.empty())
    os << "  size_t lengths[" << lengths.size() << "];\n";
  bool passesParts = parts && network.arenaSection.empty();
  if (passesParts)
    os << "  void *arenas[" << parts << "];\n";
  if (inputs.empty())
    os << "  inputs[0] = NULL;\n";
  for (auto [i, name] : llvm::enumerate(inputs))
    os << "  inputs[" << i << "] = " << name << ";\n";
  for (auto [i, name] : llvm::enumerate(lengths))
    os << "  lengths[" << i << "] = " << name << ";\n";
  for (auto [i, name] : llvm::enumerate(outputs))
    os << "  outputs[" << i << "] = " << name << ";\n";
  for (size_t i = 0; passesParts && i < parts; ++i)
    os << "  arenas[" << i << "] = arena_" << i << ";\n";
  os << "  return " << network.name << "_run(inputs, "
     << (lengths.empty() ? "" : "lengths, ") << "outputs, " << arena
     << (hasState ? ", state" : "") << ");\n}\n";
}

void dlc::header::writeHeader(const Network &network, llvm::raw_ostream &os,
                              bool ioOnDevice) {
  std::string macro = llvm::StringRef(network.name).upper();
  os << "/* The network "
     << cComment(network.model.empty() ? network.name : network.model)
     << ", compiled by dlc for " << cComment(network.target) << ". */\n"
     << "#ifndef " << macro << "_H\n#define " << macro << "_H\n\n"
     << "#include <stddef.h>\n#include <stdint.h>\n"
     << (network.boxes && network.boxes->drawing ? "#include <dlc/draw.h>\n\n"
                                                 : "\n")
     << "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n";
  writeArena(network, macro, os);
  os << "#define " << macro << "_INPUT_COUNT " << network.inputs.size() << "\n"
     << "#define " << macro << "_OUTPUT_COUNT " << network.outputs.size()
     << "\n\n";
  writeLengths(network, macro, os);
  writeRounds(network, macro, os);
  auto writeTensors = [&](llvm::StringRef kind,
                          llvm::ArrayRef<Tensor> tensors) {
    for (auto [i, tensor] : llvm::enumerate(tensors)) {
      std::string prefix = macro + kind.str() + std::to_string(i);
      writeTensorMacros(os, prefix, tensor);
      writeSizeMacros(network, tensor, prefix, os);
      os << "\n";
    }
  };
  writeTensors("_INPUT_", network.inputs);
  writeTensors("_OUTPUT_", network.outputs);
  writeOpen(network, macro, os);
  writeState(network, macro, os);
  if (network.lines)
    writeLines(network, macro, os);
  writeRun(network, ioOnDevice, os);
  os << "/* The same with the types spelled out. */\n";
  writeInfer(network, "infer", os);
  if (takesPartsOfSound(network)) {
    os << "\n/* Takes the next samples of a stream, after those of the call "
          "before. */\n";
    writeInfer(network, "samples", os);
  }
  writeAnswers(network, macro, os);
  os << "\n/* Names, types and shapes for programs that look at them "
        "(dlc/dlc.h). */\n"
     << "struct dlc_model;\n"
     << "extern const struct dlc_model " << network.name << "_model;\n\n"
     << "#ifdef __cplusplus\n}\n#endif\n\n#endif\n";
}
