//===- TestData.h - Inputs for a run, and what is expected ----------------===//

#ifndef DLC_COMPILER_DRIVER_TESTDATA_H
#define DLC_COMPILER_DRIVER_TESTDATA_H

#include "codegen/header/Network.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <memory>
#include <optional>

namespace dlc::driver {

/// Memory aligned as an arena wants it.
struct FreeAligned {
  void operator()(char *memory) const;
};
using AlignedBytes = std::unique_ptr<char[], FreeAligned>;
AlignedBytes allocateAligned(uint64_t bytes);

struct DataSet {
  std::string name;
  std::vector<int64_t> lengths;
  std::vector<AlignedBytes> inputs, outputs;
  std::vector<std::vector<char>> expected; ///< empty: nothing to compare with
  /// Of an output whose size the network computes: how many elements along its
  /// axis are expected, which are those that `expected` has.
  std::vector<std::optional<int64_t>> expectedCounts;
};

/// Memory for a call's inputs and outputs.
DataSet emptySet(const header::Network &network, llvm::StringRef name);

/// Seeded random inputs: floats in [-1, 1), integers of any value that their
/// type or 8 bits can hold.
std::vector<DataSet> randomData(const header::Network &network, unsigned seed);

/// Reads `folder` (input_0.pb, output_0.pb ...) or all its test_data_set_*, in
/// the order of their numbers.
/// Types and shapes must be those of the network, for lengths that the inputs
/// say.
llvm::Expected<std::vector<DataSet>>
readTestData(const header::Network &network, llvm::StringRef folder);

struct Difference {
  double largest = 0;   ///< |got - expected|
  double magnitude = 0; ///< largest |expected|
  double relative() const;
};
Difference compareTensors(const header::Tensor &tensor, const char *got,
                          llvm::ArrayRef<char> expected);
/// Output `i`, of which there is something to compare with. One that has
/// another size than is expected differs infinitely.
Difference compareOutput(const header::Network &network, const DataSet &data,
                         size_t i);

/// Element `i` as a number.
double elementAt(const header::ElementType &type, const char *data, int64_t i);

/// The first elements.
void printTensor(const header::Tensor &tensor, const char *data,
                 llvm::raw_ostream &os);

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_TESTDATA_H
