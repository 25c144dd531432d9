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
  COMPATIBILITY SameMinorVersion)

set(DLC_EXECUTABLE ${CMAKE_INSTALL_BINDIR}/dlc)
set(DLC_INCLUDE ${CMAKE_INSTALL_INCLUDEDIR})
set(DLC_SOURCE ${CMAKE_INSTALL_DATADIR}/dlc/runtime)
configure_package_config_file(${package_template}
  ${CMAKE_BINARY_DIR}/install/dlcConfig.cmake
  INSTALL_DESTINATION ${install_package} PATH_VARS ${package_paths})
install(FILES ${CMAKE_BINARY_DIR}/install/dlcConfig.cmake ${package_module}
  ${build_package}/dlcConfigVersion.cmake DESTINATION ${install_package})
install(TARGETS dlc dlc-opt DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY ${CMAKE_SOURCE_DIR}/runtime/include/
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY ${CMAKE_SOURCE_DIR}/runtime/src/
  DESTINATION ${DLC_SOURCE} FILES_MATCHING PATTERN *.c)
