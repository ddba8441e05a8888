# What is installed, and how it is packed. Component `program` is what every package holds; `service` is what a Debian
# server adds to it; `bundle` is what the portable archive adds, so that it needs nothing but glibc.
#
#   bin/weir                    finds lib/weir beside it, wherever the whole is put
#   lib/weir/*.so*              DuckDB; in the bundle every shared library beyond glibc
#   share/doc/weir              licences of what is inside, installation
#   share/man, share/bash-completion

include(GNUInstallDirs)

set(weir_packaging "${PROJECT_SOURCE_DIR}/packaging")
set(weir_private_lib "lib/weir")

# An RPATH (not a RUNPATH) also holds for what the libraries themselves need, so none of them has to be changed.
target_link_options(weir PRIVATE -Wl,--disable-new-dtags)
set_target_properties(weir PROPERTIES INSTALL_RPATH "$ORIGIN/../${weir_private_lib}")

install(TARGETS weir RUNTIME DESTINATION bin COMPONENT program)
install(FILES "${WEIR_DUCKDB_LIBRARY}" DESTINATION "${weir_private_lib}" COMPONENT program)
install(FILES LICENSE docs/install.md docs/security.md docs/dependencies.md
  DESTINATION share/doc/weir COMPONENT program)
install(FILES "${weir_packaging}/completion.bash" DESTINATION share/bash-completion/completions
  RENAME weir COMPONENT program)
string(TIMESTAMP weir_year "%Y" UTC)
configure_file("${weir_packaging}/weir.1.in" "${CMAKE_BINARY_DIR}/packaging/weir.1" @ONLY)
install(FILES "${CMAKE_BINARY_DIR}/packaging/weir.1" DESTINATION share/man/man1 COMPONENT program)

# Licences of everything that is inside the program and the page, and for the bundle the libraries themselves.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
function(weir_gather component)
  string(JOIN " " arguments ${ARGN})
  install(CODE "
    set(root \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}\")
    execute_process(COMMAND \"${Python3_EXECUTABLE}\" \"${weir_packaging}/gather.py\" ${arguments}
      COMMAND_ERROR_IS_FATAL ANY)" COMPONENT ${component})
endfunction()
weir_gather(program licences "\"\${root}/share/doc/weir/licences\"" "\"${DUCKDB_ROOT}/LICENSE\"")
weir_gather(bundle libraries "\"$<TARGET_FILE:weir>\"" "\"\${root}/${weir_private_lib}\""
  "\"\${root}/share/doc/weir/licences\"")
install(FILES "${weir_packaging}/portable.md" DESTINATION . RENAME README.md COMPONENT bundle)

install(FILES "${weir_packaging}/debian/weir.service" DESTINATION lib/systemd/system COMPONENT service)
install(FILES "${weir_packaging}/debian/copyright" DESTINATION share/doc/weir COMPONENT service)

set(CPACK_GENERATOR "DEB;TGZ")
set(CPACK_PACKAGE_NAME weir)
set(CPACK_PACKAGE_VENDOR "The Weir authors")
set(CPACK_PACKAGE_CONTACT "The Weir authors <weir@localhost>")
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "revenue operations engine: one truth out of the exports of your tools")
set(CPACK_PACKAGE_DESCRIPTION
  "Weir takes the exports of CRM, billing, support and advertising tools as they are,
joins them into one customer and one funnel with history, and shows the numbers
with the rows that prove each of them, in the browser and on the command line.
Nothing leaves the machine.")
set(CPACK_STRIP_FILES ON)
set(CPACK_THREADS 0)
set(CPACK_PACKAGE_DIRECTORY "${PROJECT_SOURCE_DIR}/build/packages")
set(CPACK_PROJECT_CONFIG_FILE "${PROJECT_SOURCE_DIR}/cmake/WeirPackageKinds.cmake")
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_COMPONENTS_ALL program service bundle)

set(CPACK_ARCHIVE_COMPONENT_INSTALL ON)
set(CPACK_ARCHIVE_FILE_NAME "weir-${PROJECT_VERSION}-linux-${CMAKE_SYSTEM_PROCESSOR}")
set(CPACK_PACKAGE_FILE_NAME "${CPACK_ARCHIVE_FILE_NAME}")

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_NAME weir)
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
get_filename_component(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS "${WEIR_DUCKDB_LIBRARY}" DIRECTORY)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "libcurl4, ca-certificates")  # to pull from the API of other products
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "libpq5")                       # to read from PostgreSQL
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  "${weir_packaging}/debian/postinst;${weir_packaging}/debian/prerm;${weir_packaging}/debian/postrm")
include(CPack)
