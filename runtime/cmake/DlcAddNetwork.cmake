# dlc_add_network(name MODEL model.onnx [TARGET cortex-m4|./board.yaml]
#                 [RAM 64K] [FLASH 256K] [ARENA STATIC|CALLER]
#                 [OPTIONS --Os --shape=n=4 ...] [DEPENDS file...])
#
# A static library `name` with the compiled network, and <name>.h on the include
# path of what links it. It is compiled again when the model changes, or one of
# DEPENDS (external data). Without TARGET it follows the toolchain file's
# processor, and the machine itself when nothing is cross-compiled. With ARENA
# STATIC the object has its own arena, in section .dlc_arena. What links a
# network for a GPU links dlc::cuda with it.

function(dlc_network_target result)
  if(NOT CMAKE_CROSSCOMPILING)
    set(target host)
  else()
    string(TOLOWER "${CMAKE_SYSTEM_PROCESSOR}" target)
    string(REPLACE _ - target "${target}")
    if(target STREQUAL amd64)
      set(target x86-64)
    elseif(target STREQUAL "")
      message(FATAL_ERROR "dlc_add_network: the toolchain file sets no "
        "CMAKE_SYSTEM_PROCESSOR; give TARGET, `dlc targets` lists them")
    endif()
  endif()
  set(${result} ${target} PARENT_SCOPE)
endfunction()

function(dlc_add_network name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "MODEL;TARGET;RAM;FLASH;ARENA"
    "OPTIONS;DEPENDS")
  if(NOT ARG_MODEL OR ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "dlc_add_network(${name}): MODEL is missing or an "
      "argument is unknown: ${ARG_UNPARSED_ARGUMENTS}")
  endif()
  get_filename_component(model ${ARG_MODEL} ABSOLUTE)
  if(NOT ARG_TARGET)
    dlc_network_target(ARG_TARGET)
  endif()
  if(ARG_TARGET MATCHES "/|\\.ya?ml$")
    get_filename_component(ARG_TARGET ${ARG_TARGET} ABSOLUTE)
    list(APPEND ARG_DEPENDS ${ARG_TARGET})
  endif()
  set(options --target=${ARG_TARGET} --name=${name} ${ARG_OPTIONS})
  if(ARG_RAM)
    list(APPEND options --ram=${ARG_RAM})
  endif()
  if(ARG_ARENA)
    string(TOLOWER ${ARG_ARENA} arena)
    if(NOT arena MATCHES "^(static|caller)$")
      message(FATAL_ERROR "dlc_add_network(${name}): ARENA is STATIC or CALLER, "
        "not ${ARG_ARENA}")
    endif()
    list(APPEND options --arena=${arena})
  endif()
  if(ARG_FLASH)
    list(APPEND options --flash=${ARG_FLASH})
  endif()

  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${name}.dlc)
  file(MAKE_DIRECTORY ${folder})
  set(object ${folder}/${name}.o)
  add_custom_command(
    OUTPUT ${object} ${folder}/${name}.h
    COMMAND dlc::dlc ${model} ${options} -o ${object}
    DEPENDS ${model} ${ARG_DEPENDS} dlc::dlc
    COMMENT "Compiling ${ARG_MODEL} for ${ARG_TARGET}"
    VERBATIM)
  add_library(${name} STATIC ${object} ${folder}/${name}.h)
  set_source_files_properties(${object} PROPERTIES
    EXTERNAL_OBJECT ON GENERATED ON)
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE C)
  target_include_directories(${name} PUBLIC ${folder})
  get_target_property(compiler dlc::dlc IMPORTED_LOCATION)
  execute_process(COMMAND ${compiler} targets --target=${ARG_TARGET}
    OUTPUT_VARIABLE description ERROR_QUIET)
  if(description MATCHES "dlc run: emulated GPU")
    target_link_libraries(${name} INTERFACE dlc::cuda)
  endif()
endfunction()
