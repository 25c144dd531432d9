# Halide 21 out of its wheel, which has headers and the library:
#   DLC_HALIDE=AUTO  if the Python environment has it (cmake/requirements.txt)
#   DLC_HALIDE=ON    or it is an error
#   DLC_HALIDE=OFF   without: dlc then says so when it is given --pipeline

set(DLC_HALIDE AUTO CACHE STRING "Compile pixels with Halide: AUTO, ON or OFF")
set(DLC_HALIDE_DIR ${DLC_SITE_PACKAGES}/halide CACHE PATH
  "Folder of Halide's include/ and lib64/")

set(DLC_HALIDE_INCLUDE)
if(DLC_HALIDE)
  if(EXISTS ${DLC_HALIDE_DIR}/include/Halide.h)
    set(DLC_HALIDE_INCLUDE ${DLC_HALIDE_DIR}/include)
    find_library(DLC_HALIDE_LIBRARY_FILE Halide REQUIRED NO_DEFAULT_PATH
      PATHS ${DLC_HALIDE_DIR}/lib64 ${DLC_HALIDE_DIR}/lib)
  elseif(NOT DLC_HALIDE STREQUAL "AUTO")
    message(FATAL_ERROR "No Halide in ${DLC_HALIDE_DIR}: pip install "
      "halide==21.0.0, or name its folder with -DDLC_HALIDE_DIR")
  endif()
endif()
