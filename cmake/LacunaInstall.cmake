# What `cmake --install` puts under a prefix: the tools, the machines where the
# tools look for them, the libraries with their headers, and the package that
# find_package(Lacuna) reads. test/Extending/install.test uses all of it.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/Lacuna")

# The tools find each other and the machines from the folder that they are in,
# so neither folder is for the user to choose.
install(TARGETS ${LACUNA_INSTALLED_TOOLS} EXPORT LacunaTargets
  RUNTIME DESTINATION bin)
install(DIRECTORY accel-isa/machines DESTINATION share/lacuna
  FILES_MATCHING PATTERN "*.yaml")

get_property(libraries GLOBAL PROPERTY LACUNA_LIBRARIES)
install(TARGETS ${libraries} EXPORT LacunaTargets
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
  INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(DIRECTORY include/lacuna "${PROJECT_BINARY_DIR}/include/lacuna"
  DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
  FILES_MATCHING PATTERN "*.h" PATTERN "*.h.inc" PATTERN "*.td")

install(EXPORT LacunaTargets NAMESPACE Lacuna:: DESTINATION "${package_dir}")
configure_package_config_file(cmake/LacunaConfig.cmake.in
  "${PROJECT_BINARY_DIR}/LacunaConfig.cmake"
  INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file(
  "${PROJECT_BINARY_DIR}/LacunaConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/LacunaConfig.cmake"
  "${PROJECT_BINARY_DIR}/LacunaConfigVersion.cmake" cmake/LacunaPlugin.cmake
  DESTINATION "${package_dir}")
