// RUN: dlc-opt %s --split-input-file --dlc-order-stages --verify-diagnostics

// expected-error @+1 {{stages are called by a function @main with one block}}
module {
  func.func private @other()
}
