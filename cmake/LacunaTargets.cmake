# Two kinds of library: those that need LLVM's support code alone (they make up
# `lacuna run`, which starts in milliseconds) and those that need MLIR. Each kind
# shares one precompiled header.

set(LACUNA_EMPTY_SOURCE "${PROJECT_SOURCE_DIR}/cmake/Empty.cpp")

add_library(lacuna_pch_llvm STATIC ${LACUNA_EMPTY_SOURCE})
target_precompile_headers(lacuna_pch_llvm PRIVATE
  "${PROJECT_SOURCE_DIR}/cmake/PrecompiledLLVM.h")
add_library(lacuna_pch_mlir STATIC ${LACUNA_EMPTY_SOURCE})
target_precompile_headers(lacuna_pch_mlir PRIVATE
  "${PROJECT_SOURCE_DIR}/cmake/PrecompiledMLIR.h")

# lacuna_library(NAME [MLIR] SOURCES ... [DEPENDS generated targets ...]
#                [LINK ...])
# MLIR: the sources include MLIR's headers. Libraries never link LLVM or MLIR
# themselves; the executable does, once.
function(lacuna_library name)
  cmake_parse_arguments(ARG "MLIR" "" "SOURCES;DEPENDS;LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  if(ARG_MLIR)
    target_precompile_headers(${name} REUSE_FROM lacuna_pch_mlir)
  else()
    target_precompile_headers(${name} REUSE_FROM lacuna_pch_llvm)
  endif()
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
  if(ARG_MLIR)
    list(APPEND ARG_LINK $<INSTALL_INTERFACE:MLIR>)
  endif()
  target_link_libraries(${name} PUBLIC ${ARG_LINK} $<INSTALL_INTERFACE:LLVM>)
  set_property(GLOBAL APPEND PROPERTY LACUNA_LIBRARIES ${name})
endfunction()

# lacuna_executable(NAME [MLIR] SOURCES ... [LINK ...]): a tool in build/bin.
function(lacuna_executable name)
  lacuna_link_executable(${name} ${ARGN})
  set_property(GLOBAL APPEND PROPERTY LACUNA_TOOLS ${name})
endfunction()

function(lacuna_link_executable name)
  cmake_parse_arguments(ARG "MLIR" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  if(ARG_MLIR)
    target_precompile_headers(${name} REUSE_FROM lacuna_pch_mlir)
    target_link_libraries(${name} PRIVATE ${ARG_LINK} MLIR LLVM)
  else()
    target_precompile_headers(${name} REUSE_FROM lacuna_pch_llvm)
    target_link_libraries(${name} PRIVATE ${ARG_LINK} LLVM)
  endif()
endfunction()

# lacuna_hold_whole(NAME): the executable holds every library so far whole and
# exports their symbols to the plugins that it loads.
function(lacuna_hold_whole name)
  get_property(libraries GLOBAL PROPERTY LACUNA_LIBRARIES)
  string(JOIN "," libraries ${libraries})
  target_link_libraries(${name} PRIVATE
    "$<LINK_LIBRARY:WHOLE_ARCHIVE,${libraries}>")
  set_target_properties(${name} PROPERTIES
    ENABLE_EXPORTS ON
    LINK_LIBRARY_OVERRIDE "WHOLE_ARCHIVE,${libraries}")
endfunction()

# lacuna_unit_test(NAME [MLIR] SOURCES ... [LINK ...]): a GoogleTest binary in
# build/unit, found and run by lit.
function(lacuna_unit_test name)
  cmake_parse_arguments(ARG "MLIR" "" "SOURCES;LINK" ${ARGN})
  if(ARG_MLIR)
    lacuna_link_executable(${name} MLIR SOURCES ${ARG_SOURCES}
      LINK ${ARG_LINK} GTest::gmock_main)
  else()
    lacuna_link_executable(${name} SOURCES ${ARG_SOURCES}
      LINK ${ARG_LINK} GTest::gmock_main)
  endif()
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/unit")
  set_property(GLOBAL APPEND PROPERTY LACUNA_UNIT_TESTS ${name})
endfunction()
