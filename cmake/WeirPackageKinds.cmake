# Read by CPack for each kind of package: which components it holds, and where they lie in it.
if(CPACK_GENERATOR STREQUAL "DEB")
  set(CPACK_COMPONENTS_ALL program service)
  set(CPACK_PACKAGING_INSTALL_PREFIX "/usr")
else()
  set(CPACK_COMPONENTS_ALL program bundle)
  set(CPACK_PACKAGING_INSTALL_PREFIX "/")
  set(CPACK_COMPONENT_INCLUDE_TOPLEVEL_DIRECTORY ON)
endif()
