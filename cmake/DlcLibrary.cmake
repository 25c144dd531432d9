# One static library for each second-level folder, and lists of what exists so
# that the tools link and register all of it.
#
#   dlc_add_library(dlc_evaluate SOURCES A.cpp LINK dlc_nn [DEPENDS target...])
#   dlc_add_interfaces(dlc_interfaces INTERFACES Cost ... SOURCES ...)
#   dlc_add_dialect(dlc_nn PREFIX Nn DIALECT nn [ENUMS] [ATTRIBUTES] [TYPES]
#                   [INTERFACES] [SHARDS 4] SOURCES ... [LINK ...])
#   dlc_add_pass_folder(dlc_simplify NAME Simplify [NAMESPACE dlc::simplify]
#                       [EXTENSIONS dlc::simplify::registerModels]
#                       SOURCES ... [LINK ...])

# Every generated file of TableGen; all libraries wait for all of them.
add_custom_target(dlc_tablegen)

set_property(GLOBAL PROPERTY DLC_LIBRARIES)
set_property(GLOBAL PROPERTY DLC_DIALECTS)
set_property(GLOBAL PROPERTY DLC_PASS_FOLDERS)

# Include roots and warnings of a target of ours. Generated code is included
# as a system header: its warnings are not ours to mend.
function(dlc_configure_target target)
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR})
  target_include_directories(${target} SYSTEM PRIVATE
    ${CMAKE_BINARY_DIR} ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
  target_compile_options(${target} PRIVATE ${DLC_WARNINGS})
  dlc_use_precompiled_header(${target})
  add_dependencies(${target} dlc_tablegen)
endfunction()

# A static library with private links. MLIR and LLVM are linked unless
# STANDALONE is given.
function(dlc_add_library name)
  cmake_parse_arguments(ARG "STANDALONE" "" "SOURCES;LINK;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  dlc_configure_target(${name})
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
  target_link_libraries(${name} PRIVATE ${ARG_LINK})
  if(NOT ARG_STANDALONE)
    target_link_libraries(${name} PRIVATE MLIR LLVM)
  endif()
  set_property(GLOBAL APPEND PROPERTY DLC_LIBRARIES ${name})
endfunction()

# An executable of ours in build/bin.
function(dlc_add_tool name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  dlc_configure_target(${name})
  target_link_libraries(${name} PRIVATE ${ARG_LINK} MLIR LLVM)
endfunction()

# Makes <NAME>Interface.{h,cpp}.inc from <NAME>Interface.td for each interface,
# and one page of all of them.
function(dlc_add_interfaces name)
  cmake_parse_arguments(ARG "" "" "INTERFACES;SOURCES" ${ARGN})
  foreach(interface IN LISTS ARG_INTERFACES)
    set(LLVM_TARGET_DEFINITIONS ${interface}Interface.td)
    mlir_tablegen(${interface}Interface.h.inc -gen-op-interface-decls)
    mlir_tablegen(${interface}Interface.cpp.inc -gen-op-interface-defs)
    mlir_tablegen(${interface}Interface.md -gen-op-interface-docs)
    list(APPEND pages ${interface}Interface.md)
  endforeach()
  dlc_add_page(${name} "${pages}" dialects/interfaces.md
    "What passes ask of an op")
  add_public_tablegen_target(${name}_tablegen)
  add_dependencies(dlc_tablegen ${name}_tablegen)
  dlc_add_library(${name} SOURCES ${ARG_SOURCES})
endfunction()

# Makes <PREFIX>{Dialect,Ops,Enums,Attributes,Types}.{h,cpp}.inc from
# <PREFIX>Ops.td, and <PREFIX>Interfaces.{h,cpp}.inc from a file of that name. The C++ namespace is dlc::<dialect>, the dialect's class
# <PREFIX>Dialect, declared in <PREFIX>Dialect.h. With SHARDS the definitions
# of the ops are compiled in that many files: `initialize` then calls
# register<PREFIX>DialectOperations(this). FURTHER names files of ops that few
# ask about and that have declarations of their own, PAGE the one that includes
# all of them, for the docs.
function(dlc_add_dialect name)
  cmake_parse_arguments(ARG "ENUMS;ATTRIBUTES;TYPES;INTERFACES"
    "PREFIX;DIALECT;NAMESPACE;SHARDS;PAGE" "SOURCES;LINK;DEPENDS;FURTHER" ${ARGN})
  if(NOT ARG_NAMESPACE)
    set(ARG_NAMESPACE dlc::${ARG_DIALECT})
  endif()
  set(LLVM_TARGET_DEFINITIONS ${ARG_PREFIX}Ops.td)
  mlir_tablegen(${ARG_PREFIX}Dialect.h.inc -gen-dialect-decls -dialect=${ARG_DIALECT})
  mlir_tablegen(${ARG_PREFIX}Dialect.cpp.inc -gen-dialect-defs -dialect=${ARG_DIALECT})
  file(RELATIVE_PATH folder ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  set(shards)
  set(shard_options)
  if(ARG_SHARDS)
    set(shard_options -op-shard-count=${ARG_SHARDS})
    math(EXPR last "${ARG_SHARDS} - 1")
    foreach(index RANGE ${last})
      set(shard ${CMAKE_CURRENT_BINARY_DIR}/${ARG_PREFIX}Ops${index}.cpp)
      file(CONFIGURE OUTPUT ${shard} CONTENT
        "#include \"${folder}/${ARG_PREFIX}Ops.h\"
#include \"mlir/IR/DialectImplementation.h\"
#define GET_OP_DEFS_${index}
#include \"${folder}/${ARG_PREFIX}Ops.cpp.inc\"
")
      list(APPEND shards ${shard})
    endforeach()
  endif()
  mlir_tablegen(${ARG_PREFIX}Ops.h.inc -gen-op-decls -dialect=${ARG_DIALECT}
                ${shard_options})
  mlir_tablegen(${ARG_PREFIX}Ops.cpp.inc -gen-op-defs -dialect=${ARG_DIALECT}
                ${shard_options})
  foreach(file IN LISTS ARG_FURTHER)
    cmake_path(GET file STEM further)
    set(LLVM_TARGET_DEFINITIONS ${file})
    mlir_tablegen(${further}.h.inc -gen-op-decls -dialect=${ARG_DIALECT})
    mlir_tablegen(${further}.cpp.inc -gen-op-defs -dialect=${ARG_DIALECT})
  endforeach()
  if(ARG_PAGE)
    set(LLVM_TARGET_DEFINITIONS ${ARG_PAGE})
  endif()
  mlir_tablegen(${ARG_PREFIX}.md -gen-dialect-doc -dialect=${ARG_DIALECT})
  set(LLVM_TARGET_DEFINITIONS ${ARG_PREFIX}Ops.td)
  dlc_add_page(${name} ${ARG_PREFIX}.md dialects/${ARG_DIALECT}.md "")
  if(ARG_ENUMS)
    mlir_tablegen(${ARG_PREFIX}Enums.h.inc -gen-enum-decls)
    mlir_tablegen(${ARG_PREFIX}Enums.cpp.inc -gen-enum-defs)
  endif()
  if(ARG_ATTRIBUTES)
    mlir_tablegen(${ARG_PREFIX}Attributes.h.inc -gen-attrdef-decls -attrdefs-dialect=${ARG_DIALECT})
    mlir_tablegen(${ARG_PREFIX}Attributes.cpp.inc -gen-attrdef-defs -attrdefs-dialect=${ARG_DIALECT})
  endif()
  if(ARG_TYPES)
    mlir_tablegen(${ARG_PREFIX}Types.h.inc -gen-typedef-decls -typedefs-dialect=${ARG_DIALECT})
    mlir_tablegen(${ARG_PREFIX}Types.cpp.inc -gen-typedef-defs -typedefs-dialect=${ARG_DIALECT})
  endif()
  if(ARG_INTERFACES)
    set(LLVM_TARGET_DEFINITIONS ${ARG_PREFIX}Interfaces.td)
    mlir_tablegen(${ARG_PREFIX}Interfaces.h.inc -gen-op-interface-decls)
    mlir_tablegen(${ARG_PREFIX}Interfaces.cpp.inc -gen-op-interface-defs)
  endif()
  add_public_tablegen_target(${name}_tablegen)
  add_dependencies(dlc_tablegen ${name}_tablegen)
  dlc_add_library(${name} SOURCES ${ARG_SOURCES} ${shards} LINK ${ARG_LINK}
                  DEPENDS ${ARG_DEPENDS})
  set_property(GLOBAL APPEND PROPERTY DLC_DIALECTS
    "${folder}|${ARG_PREFIX}|${ARG_NAMESPACE}::${ARG_PREFIX}Dialect")
endfunction()

# A folder with Passes.td and Passes.h. The header declares, in NAMESPACE
# (dlc::<folder> by default), what Passes.h.inc generates: create functions and
# register<NAME>Passes(), which dlc-opt then calls. EXTENSIONS names a
# function(mlir::DialectRegistry &) that Passes.h declares, for interfaces that
# the folder attaches to ops.
function(dlc_add_pass_folder name)
  cmake_parse_arguments(ARG "" "NAME;NAMESPACE;EXTENSIONS"
    "SOURCES;LINK;DEPENDS" ${ARGN})
  set(LLVM_TARGET_DEFINITIONS Passes.td)
  mlir_tablegen(Passes.h.inc -gen-pass-decls -name ${ARG_NAME})
  mlir_tablegen(Passes.md -gen-pass-doc)
  file(RELATIVE_PATH folder ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  cmake_path(GET folder FILENAME leaf)
  dlc_add_page(${name} Passes.md passes/${leaf}.md "Passes of ${folder}")
  add_public_tablegen_target(${name}_tablegen)
  add_dependencies(dlc_tablegen ${name}_tablegen)
  dlc_add_library(${name} SOURCES ${ARG_SOURCES} LINK ${ARG_LINK}
                  DEPENDS ${ARG_DEPENDS})
  if(NOT ARG_NAMESPACE)
    set(ARG_NAMESPACE dlc::${leaf})
  endif()
  if(NOT ARG_EXTENSIONS)
    set(ARG_EXTENSIONS -)
  endif()
  set_property(GLOBAL APPEND PROPERTY DLC_PASS_FOLDERS
    "${folder}|${ARG_NAME}|${ARG_NAMESPACE}|${ARG_EXTENSIONS}")
endfunction()

# Writes the source that registers every dialect and pass folder there is.
function(dlc_generate_registration output)
  set(includes)
  set(dialect_calls)
  set(pass_calls)
  get_property(dialects GLOBAL PROPERTY DLC_DIALECTS)
  foreach(entry IN LISTS dialects)
    string(REPLACE "|" ";" fields ${entry})
    list(GET fields 0 folder)
    list(GET fields 1 prefix)
    list(GET fields 2 class)
    string(APPEND includes "#include \"${folder}/${prefix}Dialect.h\"\n")
    string(APPEND dialect_calls "  registry.insert<${class}>();\n")
  endforeach()
  get_property(folders GLOBAL PROPERTY DLC_PASS_FOLDERS)
  foreach(entry IN LISTS folders)
    string(REPLACE "|" ";" fields ${entry})
    list(GET fields 0 folder)
    list(GET fields 1 name)
    list(GET fields 2 namespace)
    list(GET fields 3 extensions)
    string(APPEND includes "#include \"${folder}/Passes.h\"\n")
    string(APPEND pass_calls "  ${namespace}::register${name}Passes();\n")
    if(NOT extensions STREQUAL "-")
      string(APPEND dialect_calls "  ${extensions}(registry);\n")
    endif()
  endforeach()
  set(DLC_INCLUDES ${includes})
  set(DLC_DIALECT_CALLS ${dialect_calls})
  set(DLC_PASS_CALLS ${pass_calls})
  configure_file(${CMAKE_SOURCE_DIR}/cmake/Registration.cpp.in ${output} @ONLY)
endfunction()
