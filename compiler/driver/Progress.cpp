//===- Progress.cpp - One line on a terminal ------------------------------===//

#include "compiler/driver/Progress.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace dlc::driver;

Progress::Progress() : start(std::chrono::steady_clock::now()) {
  if (llvm::errs().is_displayed())
    ticker = std::thread([this] { tick(); });
}

Progress::~Progress() {
  if (!ticker.joinable())
    return;
  {
    std::lock_guard<std::mutex> guard(lock);
    done = true;
  }
  wake.notify_one();
  ticker.join();
  clear();
}

void Progress::tick() {
  std::unique_lock<std::mutex> guard(lock);
  while (!wake.wait_for(guard, std::chrono::milliseconds(250),
                        [this] { return done; })) {
    std::chrono::duration<double> elapsed =
        std::chrono::steady_clock::now() - start;
    if (elapsed.count() < 1 || current.empty())
      continue;
    llvm::errs() << "\r\033[K" << llvm::format("%5.1f s  ", elapsed.count())
                 << current;
    shown = true;
  }
}

void Progress::step(llvm::StringRef what) {
  if (!ticker.joinable())
    return;
  std::lock_guard<std::mutex> guard(lock);
  current = what.str();
}

void Progress::clear() {
  if (!ticker.joinable() && !shown)
    return;
  std::lock_guard<std::mutex> guard(lock);
  if (shown)
    llvm::errs() << "\r\033[K";
  shown = false;
  current.clear();
}
