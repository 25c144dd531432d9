//===- Progress.cpp - One line on a terminal ------------------------------===//

#include "compiler/driver/Progress.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace dlc::driver;

Progress::Progress()
    : start(std::chrono::steady_clock::now()),
      terminal(llvm::errs().is_displayed()) {}

void Progress::step(llvm::StringRef what) {
  std::chrono::duration<double> elapsed =
      std::chrono::steady_clock::now() - start;
  if (!terminal || elapsed.count() < 1)
    return;
  llvm::errs() << "\r\033[K" << llvm::format("%5.1f s  ", elapsed.count())
               << what;
  shown = true;
}

void Progress::clear() {
  if (shown)
    llvm::errs() << "\r\033[K";
  shown = false;
}
