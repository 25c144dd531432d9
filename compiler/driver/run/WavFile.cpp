//===- WavFile.cpp - A recording as what a network is given ---------------===//

#include "compiler/driver/run/WavFile.h"
#include "dialects/nn/PrintableText.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace dlc;
using namespace dlc::driver;

static llvm::Error problem(const llvm::Twine &message) {
  return llvm::createStringError(message);
}

static unsigned read16(llvm::StringRef bytes, size_t at) {
  return llvm::support::endian::read16le(bytes.data() + at);
}
static uint32_t read32(llvm::StringRef bytes, size_t at) {
  return llvm::support::endian::read32le(bytes.data() + at);
}

/// What of the format is not what a network takes.
static llvm::Error readFormat(llvm::StringRef format, Recording &recording) {
  constexpr unsigned kIntegers = 1, kExtensible = 0xFFFE;
  if (format.size() < 16)
    return problem("its format is cut off");
  unsigned kind = read16(format, 0), channels = read16(format, 2),
           bits = read16(format, 14);
  recording.rate = read32(format, 4);
  if (!recording.rate)
    return problem("its format has no samples in a second");
  if (kind == kExtensible && format.size() >= 26)
    kind = read16(format, 24);
  if (kind != kIntegers || bits != 16)
    recording.faults.push_back(
        "it has samples of " + std::to_string(bits) +
        (kind == kIntegers ? " bits" : " bits that are no integers") +
        "; those of 16 bits belong there");
  if (channels != 1)
    recording.faults.push_back("it has " + std::to_string(channels) +
                               " channels; one belongs there");
  return llvm::Error::success();
}

static void readSamples(llvm::StringRef chunk, uint64_t size,
                        Recording &recording) {
  for (size_t i = 0; i + 2 <= chunk.size(); i += 2)
    recording.samples.push_back(static_cast<int16_t>(read16(chunk, i)));
  // What is written as it comes does not know its end.
  if (size != UINT32_MAX)
    recording.missing = size / 2 - recording.samples.size();
}

llvm::Expected<Recording> driver::parseWav(llvm::StringRef bytes) {
  if (!bytes.starts_with("RIFF") || bytes.substr(8, 4) != "WAVE")
    return problem("it is no WAV file");
  Recording recording;
  for (size_t at = 12; at + 8 <= bytes.size();) {
    llvm::StringRef name = bytes.substr(at, 4);
    uint64_t size = read32(bytes, at + 4);
    llvm::StringRef chunk = bytes.substr(at + 8, size);
    if (name == "fmt ")
      if (llvm::Error error = readFormat(chunk, recording))
        return std::move(error);
    if (name == "data") {
      if (!recording.rate)
        return problem("it has samples before it says of what format they are");
      if (recording.faults.empty())
        readSamples(chunk, size, recording);
      if (chunk.empty())
        return problem("it has no samples");
      return recording;
    }
    at += 8 + size + size % 2;
  }
  return problem("it has no samples");
}

/// A recording that the network can be given.
static llvm::Expected<Recording>
readFitting(llvm::StringRef file, const std::string &name, int64_t rate) {
  auto buffer = llvm::MemoryBuffer::getFile(file);
  if (!buffer)
    return problem("cannot read '" + name +
                   "': " + buffer.getError().message());
  llvm::Expected<Recording> recording = parseWav((*buffer)->getBuffer());
  if (!recording)
    return problem("'" + name + "': " + toString(recording.takeError()));
  std::vector<std::string> faults = recording->faults;
  if (recording->rate != rate)
    faults.push_back("it has " + std::to_string(recording->rate) +
                     " samples in a second, and the pipeline's rate is " +
                     std::to_string(rate));
  if (!faults.empty())
    return problem("'" + name + "': " + llvm::join(faults, "; ") +
                   ": 'sox in.wav -r " + llvm::Twine(rate) +
                   " -c 1 -b 16 -e signed out.wav' makes one that fits");
  return recording;
}

llvm::Expected<std::vector<DataSet>>
driver::readWav(const header::Network &network, llvm::StringRef file,
                llvm::raw_ostream &os) {
  std::string name = nn::printable(file);
  if (network.inputs.size() != 1 || !network.inputs[0].sampleRate)
    return problem("--wav is for a network whose only input is sound: "
                   "--pipeline says how its features are made");
  const header::Tensor &input = network.inputs[0];
  llvm::Expected<Recording> recording =
      readFitting(file, name, input.sampleRate);
  if (!recording)
    return recording.takeError();
  auto size = static_cast<size_t>(input.elements()),
       has = recording->samples.size();
  // All of it where the network takes part after part.
  size_t calls = network.states.empty()
                     ? 1
                     : std::max<size_t>(1, llvm::divideCeil(has, size));
  os << name << ": " << has << " samples, ";
  if (recording->missing)
    os << "of " << has + recording->missing
       << " that it says it has: it is cut off; ";
  if (calls * size < has)
    os << "of which the network gets the first " << size << "\n";
  else if (calls * size == has)
    os << "all of which the network gets\n";
  else
    os << "and " << calls * size - has << " zeros behind them\n";
  std::vector<DataSet> sets;
  for (size_t i = 0; i < calls; ++i) {
    sets.push_back(emptySet(network, calls == 1
                                         ? name
                                         : name + ", from sample " +
                                               std::to_string(i * size)));
    char *given = sets.back().inputs[0].get();
    std::fill_n(given, input.bytes(), 0);
    auto part = llvm::ArrayRef(recording->samples)
                    .drop_front(i * size)
                    .take_front(size);
    memcpy(given, part.data(), 2 * part.size());
  }
  return sets;
}
