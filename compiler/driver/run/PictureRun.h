//===- PictureRun.h - A picture as what a network is given ----------------===//

#ifndef DLC_COMPILER_DRIVER_PICTURERUN_H
#define DLC_COMPILER_DRIVER_PICTURERUN_H

#include "compiler/driver/Commands.h"
#include "compiler/driver/image/Image.h"
#include "compiler/driver/run/TestData.h"

namespace dlc::driver {

/// --image of a run.
class PictureRun {
public:
  /// Reads the picture and fits it to the frame of `compilation`, which has
  /// been imported. An error where the network has not the one frame as its
  /// input.
  static llvm::Expected<PictureRun> create(const RunCommand &command,
                                           const Compilation &compilation);

  /// What a call of the network is given. `network` may also be the one that
  /// answers its input alone.
  DataSet makeSet(const header::Network &network) const;

  /// "photo.png: 720 x 1280 pixels, ...", what has been done to it.
  void describe(llvm::raw_ostream &os) const;

  /// The network's input, channels as red, green and blue, from what the
  /// network that answers it has answered.
  Image seenBy(const header::Network &network, const DataSet &answered) const;

  /// The frame, with what has been detected in it.
  llvm::Error draw(llvm::StringRef path, const header::Network &network,
                   const DataSet &answered) const;

private:
  std::string name;              ///< of the picture's file, without its folder
  int64_t height = 0, width = 0; ///< of the picture as it is in the file
  Image fitted;
  prepare::Chain chain;
};

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_PICTURERUN_H
