# Toolchain file: Debian's compiler for 64-bit Arm, from Armv8.0 on.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR armv8-neon)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_BUILD_TYPE Release CACHE STRING "")
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64 -L /usr/aarch64-linux-gnu)
