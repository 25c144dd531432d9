# The virtual environment with the packages of cmake/requirements.txt: ONNX's
# sources come from it, and the tests run in it.

if(DEFINED ENV{DLC_VENV})
  set(default_venv $ENV{DLC_VENV})
else()
  set(default_venv ${CMAKE_SOURCE_DIR}/build/venv)
endif()
set(DLC_VENV ${default_venv} CACHE PATH "Python virtual environment")

set(DLC_PYTHON ${DLC_VENV}/bin/python3)
if(NOT EXISTS ${DLC_PYTHON})
  message(FATAL_ERROR "No Python environment at ${DLC_VENV}. `./dev build` "
    "makes it; by hand: python3 -m venv ${DLC_VENV} && "
    "${DLC_VENV}/bin/pip install -r cmake/requirements.txt")
endif()
execute_process(
  COMMAND ${DLC_PYTHON} -c "import sysconfig; print(sysconfig.get_path('purelib'))"
  OUTPUT_VARIABLE DLC_SITE_PACKAGES OUTPUT_STRIP_TRAILING_WHITESPACE
  COMMAND_ERROR_IS_FATAL ANY)
