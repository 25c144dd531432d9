# Language, optimisation, warnings, linker and compiler cache for everything.

set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 99)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
# An installed tool finds Debian's libMLIR where the build found it.
set(CMAKE_INSTALL_RPATH_USE_LINK_PATH ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
# No NDEBUG: assertions and LLVM_DEBUG stay on, they cost little beside LLVM.
set(CMAKE_C_FLAGS_RELEASE "-O2")
set(CMAKE_CXX_FLAGS_RELEASE "-O2")

# The same code model for libraries and tools: they share a precompiled header.
add_compile_options(-fPIC)

option(DLC_WERROR "Warnings are errors" ON)
set(DLC_WARNINGS -Wall -Wextra -Wno-unused-parameter)
if(DLC_WERROR)
  list(APPEND DLC_WARNINGS -Werror)
endif()

# Comma-separated list for -fsanitize=, for instance "address,undefined".
set(DLC_SANITIZE "" CACHE STRING "Sanitizers to build with")
if(DLC_SANITIZE)
  # LLVM's libraries are not sanitized: no types across the border.
  add_compile_options(-fsanitize=${DLC_SANITIZE} -fno-sanitize=vptr,function
                      -fno-omit-frame-pointer -g1 -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${DLC_SANITIZE})
endif()
# How every sanitized program of the tests runs. Leaks of one-shot tools are no
# error. LLVM's and MLIR's libraries are not sanitized: vectors are made by
# code that is and grown by code that is not, and the libraries hand out memory
# of allocators that inlined code of ours has poisoned.
string(JOIN ":" DLC_ASAN_OPTIONS detect_leaks=0 detect_container_overflow=0
       allow_user_poisoning=0)

find_program(DLC_LLD NAMES ld.lld-22 ld.lld)
if(DLC_LLD)
  add_link_options($<$<LINK_LANG_AND_ID:CXX,Clang>:-fuse-ld=lld>)
endif()

# Paths are hashed relative to the source tree, so that several checkouts
# share one cache.
find_program(DLC_CCACHE ccache)
if(DLC_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(launcher ${CMAKE_COMMAND} -E env
    CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 CCACHE_PCH_EXTSUM=1
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    ${DLC_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()
