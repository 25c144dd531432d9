# cmake -DWHERE=build-tree|installed -DBUILD= -DSOURCE= -DWORK= -P use-package.cmake
function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE ${WORK})
set(prefix ${BUILD})
if(WHERE STREQUAL installed)
  set(prefix ${WORK}/prefix)
  run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix})
endif()

# The model is copied, so that changing it changes nothing of ours.
file(COPY ${SOURCE}/test/package/consumer DESTINATION ${WORK})
file(COPY ${SOURCE}/test/models/mnist/model.onnx DESTINATION ${WORK}/consumer)
set(tree ${WORK}/consumer/build)
run(${CMAKE_COMMAND} -G Ninja -S ${WORK}/consumer -B ${tree}
    -Ddlc_ROOT=${prefix} -DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF)
run(${CMAKE_COMMAND} --build ${tree})
run(${tree}/consumer)
run(${CMAKE_COMMAND} -E env LD_LIBRARY_PATH=${prefix}/lib/dlc/cuda ${tree}/gpu)

# A changed model is compiled again, an unchanged one is not.
file(TIMESTAMP ${tree}/digit.dlc/digit.o before %s)
run(${CMAKE_COMMAND} --build ${tree})
file(TIMESTAMP ${tree}/digit.dlc/digit.o unchanged %s)
run(${CMAKE_COMMAND} -E sleep 1.1)
file(TOUCH ${WORK}/consumer/model.onnx)
run(${CMAKE_COMMAND} --build ${tree})
file(TIMESTAMP ${tree}/digit.dlc/digit.o changed %s)
if(NOT before STREQUAL unchanged OR changed STREQUAL before)
  message(FATAL_ERROR "compiled at ${before}, then ${unchanged}, then ${changed}")
endif()
