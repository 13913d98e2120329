# What is generated from accel-isa/*.td.

file(GLOB LACUNA_ISA_RECORDS CONFIGURE_DEPENDS
  "${PROJECT_SOURCE_DIR}/accel-isa/*.td")

# Every library waits for this target: it makes the generated headers.
add_custom_target(lacuna_generated)
add_dependencies(lacuna_pch_llvm lacuna_generated)
add_dependencies(lacuna_pch_mlir lacuna_generated)

# lacuna_tablegen(OUTPUT GENERATOR): makes build/include/OUTPUT with
# `lacuna-tblgen GENERATOR accel-isa/ISA.td`.
function(lacuna_tablegen output generator)
  set(file "${PROJECT_BINARY_DIR}/include/${output}")
  string(MAKE_C_IDENTIFIER "generate_${output}" target)
  add_custom_command(OUTPUT "${file}"
    COMMAND lacuna-tblgen ${generator} -I "${PROJECT_SOURCE_DIR}/accel-isa"
      "${PROJECT_SOURCE_DIR}/accel-isa/ISA.td" -o "${file}" --write-if-changed
    DEPENDS lacuna-tblgen ${LACUNA_ISA_RECORDS}
    COMMENT "Generating ${output}" VERBATIM)
  add_custom_target(${target} DEPENDS "${file}")
  add_dependencies(lacuna_generated ${target})
endfunction()
