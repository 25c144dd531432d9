# The CMake package `dlc`, in the build tree and installed. Users get the tools,
# the runtime's headers and sources, and dlc_add_network.

include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(package_template ${CMAKE_SOURCE_DIR}/runtime/cmake/dlcConfig.cmake.in)
set(package_module ${CMAKE_SOURCE_DIR}/runtime/cmake/DlcAddNetwork.cmake)
set(package_paths DLC_EXECUTABLE DLC_INCLUDE DLC_SOURCE)
set(build_package ${CMAKE_BINARY_DIR}/lib/cmake/dlc)
set(install_package ${CMAKE_INSTALL_LIBDIR}/cmake/dlc)

# To be used from the build tree, without installing.
set(DLC_EXECUTABLE ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/dlc)
set(DLC_INCLUDE ${CMAKE_SOURCE_DIR}/runtime/include)
set(DLC_SOURCE ${CMAKE_SOURCE_DIR}/runtime/src)
configure_package_config_file(${package_template} ${build_package}/dlcConfig.cmake
  INSTALL_DESTINATION ${build_package} INSTALL_PREFIX ${CMAKE_BINARY_DIR}
  PATH_VARS ${package_paths})
configure_file(${package_module} ${build_package}/DlcAddNetwork.cmake COPYONLY)
write_basic_package_version_file(${build_package}/dlcConfigVersion.cmake
  COMPATIBILITY SameMinorVersion
  # The compiler runs here, whatever its user compiles for.
  ARCH_INDEPENDENT)

set(DLC_EXECUTABLE ${CMAKE_INSTALL_BINDIR}/dlc)
set(DLC_INCLUDE ${CMAKE_INSTALL_INCLUDEDIR})
set(DLC_SOURCE ${CMAKE_INSTALL_DATADIR}/dlc/runtime)
configure_package_config_file(${package_template}
  ${CMAKE_BINARY_DIR}/install/dlcConfig.cmake
  INSTALL_DESTINATION ${install_package} PATH_VARS ${package_paths})
install(FILES ${CMAKE_BINARY_DIR}/install/dlcConfig.cmake ${package_module}
  ${build_package}/dlcConfigVersion.cmake DESTINATION ${install_package})
install(TARGETS dlc dlc-opt dlc-reduce DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS dlc_count LIBRARY DESTINATION lib/dlc)
install(TARGETS dlc_emulated_cuda LIBRARY DESTINATION lib/dlc/cuda NAMELINK_SKIP)
# What compiles pixels, with Halide beside it, whose licence asks to come along.
if(TARGET dlc_halide)
  install(TARGETS dlc_halide LIBRARY DESTINATION lib/dlc)
  install(PROGRAMS ${DLC_HALIDE_LIBRARY_FILE} DESTINATION lib/dlc)
  install(FILES ${DLC_HALIDE_DIR}/share/doc/Halide/LICENSE.txt
    DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME LICENSE.Halide)
  get_filename_component(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS
    ${DLC_HALIDE_LIBRARY_FILE} DIRECTORY)
endif()
install(DIRECTORY ${CMAKE_SOURCE_DIR}/runtime/include/
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY ${CMAKE_SOURCE_DIR}/runtime/src/
  DESTINATION ${DLC_SOURCE} FILES_MATCHING PATTERN *.c PATTERN *.h)

# The pages, as the README links to them.
install(FILES ${CMAKE_SOURCE_DIR}/README.md ${CMAKE_SOURCE_DIR}/cmake/copyright
  ${CMAKE_SOURCE_DIR}/LICENSE ${CMAKE_SOURCE_DIR}/CHANGELOG.md
  ${CMAKE_SOURCE_DIR}/CONTRIBUTING.md ${CMAKE_SOURCE_DIR}/SECURITY.md
  DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY ${CMAKE_SOURCE_DIR}/docs
  DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN *.md)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/docs/examples
  DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs)

# `cpack -G DEB` in the build folder, or `./dev package`.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME dlc)
set(CPACK_PACKAGE_VENDOR "The dlc developers")
set(CPACK_PACKAGE_CONTACT "The dlc developers" CACHE STRING
  "Maintainer of the packages, as in: Name <mail address>")
set(CPACK_STRIP_FILES ON)
set(CPACK_THREADS 1)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"dlc takes a trained network in ONNX and writes one object file for one device,
and a C header. On the device there is no interpreter, no allocator and no
graph: layouts, tiles, fusion and every byte of RAM are decided when the
network is compiled. Targets are Cortex-M, Armv6, Armv8 and x86-64.")
# libMLIR, libprotobuf and the like, with the versions that the build found.
# libLLVM's is missed: beside libMLIR lies a link to it that belongs to the
# development package, which has no dependencies to tell.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
find_program(DLC_DPKG_QUERY dpkg-query)
if(DLC_DPKG_QUERY)
  file(REAL_PATH ${LLVM_LIBRARY_DIR}/libLLVM.so libllvm)
  execute_process(COMMAND ${DLC_DPKG_QUERY} --search ${libllvm}
    OUTPUT_VARIABLE owner ERROR_QUIET)
  if(owner MATCHES "^([^:]+):")
    set(CPACK_DEBIAN_PACKAGE_DEPENDS ${CMAKE_MATCH_1})
  endif()
endif()
set(CPACK_DEBIAN_PACKAGE_SUGGESTS
  "cmake, gcc-arm-none-eabi, libnewlib-arm-none-eabi, qemu-system-arm, qemu-user")
include(CPack)
