# LLVM and MLIR 22 as Debian packages them: two shared libraries.

list(APPEND CMAKE_PREFIX_PATH /usr/lib/llvm-22)
# The version file refuses a bare 22.
find_package(MLIR 22.1 REQUIRED CONFIG)

list(APPEND CMAKE_MODULE_PATH ${MLIR_CMAKE_DIR} ${LLVM_CMAKE_DIR})
include(TableGen)
include(AddLLVM)
include(AddMLIR)

set(DLC_LLVM_TOOLS_DIR ${LLVM_TOOLS_BINARY_DIR})

# mlir_tablegen searches these; sources get them from dlc_add_library.
include_directories(${CMAKE_SOURCE_DIR})
include_directories(SYSTEM ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
