# The language, warnings and LLVM/MLIR, set once for the whole build.

set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")
# Installed tools find LLVM's libraries where the built ones do.
set(CMAKE_INSTALL_RPATH_USE_LINK_PATH ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

set(LACUNA_SANITIZE "" CACHE STRING
    "Value for -fsanitize=, for example address,undefined")

find_package(MLIR 22.1 REQUIRED CONFIG
  HINTS /usr/lib/llvm-22/lib/cmake/mlir)
find_package(hwy 1.0.3 REQUIRED CONFIG)
list(APPEND CMAKE_MODULE_PATH "${MLIR_CMAKE_DIR}" "${LLVM_CMAKE_DIR}")
include(TableGen)
include(AddLLVM)
include(AddMLIR)
include_directories(SYSTEM ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
include_directories("${PROJECT_SOURCE_DIR}/include"
                    "${PROJECT_BINARY_DIR}/include")
separate_arguments(LLVM_DEFINITIONS_LIST NATIVE_COMMAND "${LLVM_DEFINITIONS}")
add_definitions(${LLVM_DEFINITIONS_LIST})

find_program(CCACHE ccache)
if(CCACHE)
  # Precompiled headers need these two to be cached at all.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} ${CCACHE})
endif()

# -fPIC by hand: CMake would give executables -fPIE, and a precompiled header
# serves libraries and executables alike.
add_compile_options(-fPIC)
add_compile_options(-Wall -Wextra -Werror -Wno-unused-parameter
                    -fno-exceptions -fvisibility-inlines-hidden
                    -ffp-contract=off)
add_compile_options($<$<CXX_COMPILER_ID:Clang>:-fpch-instantiate-templates>)
# Without times inside, a precompiled header is the same in every checkout, and
# so are the cached objects made with it.
add_compile_options("$<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>")
add_link_options(-fuse-ld=lld)
if(LACUNA_SANITIZE)
  # vptr needs LLVM's own libraries to be built with the sanitizer.
  add_compile_options(-fsanitize=${LACUNA_SANITIZE} -fno-sanitize=vptr
                      -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${LACUNA_SANITIZE})
endif()
