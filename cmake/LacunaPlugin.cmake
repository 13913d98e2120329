# lacuna_use_llvm(NAME SCOPE): headers and definitions of LLVM and MLIR, as
# Lacuna itself is compiled with.
function(lacuna_use_llvm name scope)
  separate_arguments(definitions NATIVE_COMMAND "${LLVM_DEFINITIONS}")
  target_compile_definitions(${name} ${scope} ${definitions})
  target_compile_features(${name} ${scope} cxx_std_17)
  target_include_directories(${name} SYSTEM ${scope}
    ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
endfunction()

# lacuna_pass_plugin(NAME SOURCES...): a library that `lacuna-opt
# --load-pass-plugin` loads. It links none of Lacuna's libraries: their symbols
# are those of the tool.
function(lacuna_pass_plugin name)
  add_library(${name} MODULE ${ARGN})
  lacuna_use_llvm(${name} PRIVATE)
  target_include_directories(${name} PRIVATE
    $<TARGET_PROPERTY:Lacuna::LacunaInitAll,INTERFACE_INCLUDE_DIRECTORIES>)
  target_compile_options(${name} PRIVATE -fno-exceptions
    -fvisibility-inlines-hidden)
  target_link_libraries(${name} PRIVATE MLIR LLVM)
endfunction()
