//===- WavFile.h - A recording as what a network is given -------*- C++ -*-===//

#ifndef DLC_COMPILER_DRIVER_WAVFILE_H
#define DLC_COMPILER_DRIVER_WAVFILE_H

#include "compiler/driver/run/TestData.h"

namespace dlc::driver {

/// The samples of a file in WAV, one channel of 16 bits.
struct Recording {
  int64_t rate = 0; ///< samples in a second
  std::vector<int16_t> samples;
  uint64_t missing = 0; ///< samples that the file says it has, and has not
  /// What is wrong with its format, which a tool can change; the samples are
  /// none then.
  std::vector<std::string> faults;
};

/// Reads the bytes of a file; the error says what is there and what belongs
/// there, without the file's name.
llvm::Expected<Recording> parseWav(llvm::StringRef bytes);

/// What calls of a network with one input, which is sound, are given: the first
/// samples of the recording, with zeros behind it; of a network with state all
/// of them, part after part. What of it is taken is said.
llvm::Expected<std::vector<DataSet>> readWav(const header::Network &network,
                                             llvm::StringRef file,
                                             llvm::raw_ostream &os);

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_WAVFILE_H
