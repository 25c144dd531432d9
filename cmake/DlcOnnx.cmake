# Target `dlc_onnx`: ONNX's C++ library (checker, shape inference, version
# converter, function inliner) from the sources that the `onnx` wheel ships.

set(onnx_source ${DLC_SITE_PACKAGES}/onnx)
if(NOT EXISTS ${onnx_source}/checker.cc)
  message(FATAL_ERROR "The onnx wheel with its C++ sources is not in "
    "${DLC_VENV}; run `./dev build` or install cmake/requirements.txt there.")
endif()

find_package(Protobuf REQUIRED)

set(onnx_generated ${CMAKE_BINARY_DIR}/third_party/onnx)
set(onnx_proto_sources)
foreach(proto onnx-ml onnx-operators-ml onnx-data)
  add_custom_command(
    OUTPUT ${onnx_generated}/onnx/${proto}.pb.cc ${onnx_generated}/onnx/${proto}.pb.h
    COMMAND ${CMAKE_COMMAND} -E make_directory ${onnx_generated}
    COMMAND ${Protobuf_PROTOC_EXECUTABLE} -I${DLC_SITE_PACKAGES}
            --cpp_out=${onnx_generated} onnx/${proto}.proto
    DEPENDS ${onnx_source}/${proto}.proto
    VERBATIM)
  list(APPEND onnx_proto_sources ${onnx_generated}/onnx/${proto}.pb.cc)
endforeach()

file(GLOB_RECURSE onnx_library_sources
  ${onnx_source}/common/*.cc ${onnx_source}/defs/*.cc
  ${onnx_source}/shape_inference/*.cc ${onnx_source}/version_converter/*.cc
  ${onnx_source}/inliner/*.cc)
list(FILTER onnx_library_sources EXCLUDE REGEX "cpp2py|/test/|/fuzz/")

add_library(dlc_onnx STATIC
  ${onnx_proto_sources} ${onnx_source}/checker.cc ${onnx_library_sources})
target_include_directories(dlc_onnx SYSTEM PUBLIC
  ${onnx_generated} ${DLC_SITE_PACKAGES} ${Protobuf_INCLUDE_DIRS})
target_compile_definitions(dlc_onnx PUBLIC ONNX_ML=1 ONNX_NAMESPACE=onnx)
# Not our code and not our speed: -O1 halves its compile time.
target_compile_options(dlc_onnx PRIVATE -w -O1)
target_link_libraries(dlc_onnx PUBLIC protobuf::libprotobuf)
