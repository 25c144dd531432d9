# Pages of docs/dialects and docs/passes from TableGen. Every build makes them
# in build/docs; target `dlc-docs` copies them into the sources, and the test
# layering/docs fails when the two differ.

add_custom_target(dlc-docs-pages ALL)
add_custom_target(dlc-docs
  COMMAND ${CMAKE_COMMAND} -E rm -rf
    ${CMAKE_SOURCE_DIR}/docs/dialects ${CMAKE_SOURCE_DIR}/docs/passes
  COMMAND ${CMAKE_COMMAND} -E copy_directory
    ${CMAKE_BINARY_DIR}/docs ${CMAKE_SOURCE_DIR}/docs
  VERBATIM)
add_dependencies(dlc-docs dlc-docs-pages)

# Writes TITLE and what mlir_tablegen made as `inputs` to docs/`page`.
function(dlc_add_page name inputs page title)
  list(TRANSFORM inputs PREPEND ${CMAKE_CURRENT_BINARY_DIR}/ OUTPUT_VARIABLE sources)
  set(output ${CMAKE_BINARY_DIR}/docs/${page})
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} "-DINPUT=${sources}" -DOUTPUT=${output}
            "-DTITLE=${title}" -P ${CMAKE_SOURCE_DIR}/cmake/WritePage.cmake
    DEPENDS ${sources} ${CMAKE_SOURCE_DIR}/cmake/WritePage.cmake
    VERBATIM)
  add_custom_target(${name}_page DEPENDS ${output})
  add_dependencies(dlc-docs-pages ${name}_page)
endfunction()
