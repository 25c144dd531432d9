# Toolchain file: Debian's compiler for armel, told to use the Pi Zero's
# floating-point unit. Debian's armhf is for Armv7: its programs do not run on a
# Pi Zero. See README.md for Raspberry Pi OS.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR armv6)
set(CMAKE_C_COMPILER arm-linux-gnueabi-gcc)
set(CMAKE_C_FLAGS_INIT "-march=armv6 -marm -mfpu=vfp -mfloat-abi=softfp")
set(CMAKE_BUILD_TYPE Release CACHE STRING "")
set(CMAKE_CROSSCOMPILING_EMULATOR
  qemu-arm -cpu arm1176 -L /usr/arm-linux-gnueabi)
