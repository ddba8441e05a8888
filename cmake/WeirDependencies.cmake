# Every outside library, found once and under one name. docs/dependencies.md says why each is here.

find_package(PkgConfig REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(tl-expected REQUIRED)
find_package(ICU REQUIRED COMPONENTS uc i18n data)
find_package(ZLIB REQUIRED)
find_package(EXPAT REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(Boost 1.74 REQUIRED CONFIG)
find_package(Eigen3 3.4 REQUIRED CONFIG)
add_library(weir_eigen INTERFACE)
target_link_libraries(weir_eigen INTERFACE Eigen3::Eigen)
# Its own threads would make sums depend on how many there are; ours share out whole series.
target_compile_definitions(weir_eigen INTERFACE EIGEN_DONT_PARALLELIZE)
add_library(eigen::eigen ALIAS weir_eigen)

# weir_pkg(alias module): an imported target for a library that ships a pkg-config file.
function(weir_pkg alias module)
  string(MAKE_C_IDENTIFIER "${module}" id)
  pkg_check_modules(WEIR_${id} REQUIRED IMPORTED_TARGET GLOBAL "${module}")
  add_library(${alias} ALIAS PkgConfig::WEIR_${id})
endfunction()

weir_pkg(psl::psl libpsl)
weir_pkg(zip::zip libzip)
weir_pkg(ical::ical libical)
weir_pkg(brotli::enc libbrotlienc)
weir_pkg(brotli::dec libbrotlidec)
weir_pkg(sodium::sodium libsodium)
weir_pkg(nlopt::nlopt nlopt)
weir_pkg(clp::clp clp)

# weir_plain_library(alias HEADER h LIBRARY l): the same for one that ships neither.
function(weir_plain_library alias)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "HEADER;LIBRARY" "")
  string(MAKE_C_IDENTIFIER "WEIR_${arg_LIBRARY}" id)
  find_path(${id}_INCLUDE "${arg_HEADER}" REQUIRED)
  find_library(${id}_LIBRARY "${arg_LIBRARY}" REQUIRED)
  mark_as_advanced(${id}_INCLUDE ${id}_LIBRARY)
  add_library(${alias} UNKNOWN IMPORTED GLOBAL)
  set_target_properties(${alias} PROPERTIES
    IMPORTED_LOCATION "${${id}_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${${id}_INCLUDE}")
endfunction()

weir_plain_library(phonenumber::phonenumber HEADER phonenumbers/phonenumberutil.h LIBRARY phonenumber)
# Without these, libphonenumber's headers ask for Boost.Thread.
set_property(TARGET phonenumber::phonenumber PROPERTY
  INTERFACE_COMPILE_DEFINITIONS I18N_PHONENUMBERS_USE_STDMUTEX)

# Workbooks that are written (src/delivery/report_xlsx.cc); they are read with libzip and Expat.
weir_pkg(xlsxwriter::xlsxwriter xlsxwriter)

# Boosted trees of the weekly hazards of deals (src/forecast/deals/hazard_boosted.cc). Its C API alone is used.
weir_plain_library(xgboost::c_api HEADER xgboost/c_api.h LIBRARY xgboost)

# The header of libpq alone: the library is looked for when somebody reads from PostgreSQL (src/sources/postgres.cc), so
# that neither the packages nor their users need it.
find_path(WEIR_LIBPQ_INCLUDE libpq-fe.h PATH_SUFFIXES postgresql REQUIRED)
mark_as_advanced(WEIR_LIBPQ_INCLUDE)
add_library(weir_libpq_header INTERFACE)
target_include_directories(weir_libpq_header SYSTEM INTERFACE "${WEIR_LIBPQ_INCLUDE}")

# The headers of libcurl alone, for the same reason: who never pulls needs none (src/pulls/libcurl.cc).
find_path(WEIR_LIBCURL_INCLUDE curl/curl.h REQUIRED)
mark_as_advanced(WEIR_LIBCURL_INCLUDE)
add_library(weir_libcurl_header INTERFACE)
target_include_directories(weir_libcurl_header SYSTEM INTERFACE "${WEIR_LIBCURL_INCLUDE}")

# DuckDB: the one that scripts/setup fetched, or any other by -DDUCKDB_ROOT=/usr.
set(DUCKDB_ROOT "${PROJECT_SOURCE_DIR}/build/deps/duckdb" CACHE PATH "Folder with DuckDB's include/ and lib/")
find_path(WEIR_DUCKDB_INCLUDE duckdb.h HINTS "${DUCKDB_ROOT}/include")
find_library(WEIR_DUCKDB_LIBRARY duckdb HINTS "${DUCKDB_ROOT}/lib")
mark_as_advanced(WEIR_DUCKDB_INCLUDE WEIR_DUCKDB_LIBRARY)
if(NOT WEIR_DUCKDB_INCLUDE OR NOT WEIR_DUCKDB_LIBRARY)
  message(FATAL_ERROR "DuckDB was not found. Run scripts/setup, or give -DDUCKDB_ROOT=DIR with include/duckdb.h "
    "and lib/libduckdb.so (version 1.4 or later).")
endif()
add_library(weir_duckdb SHARED IMPORTED GLOBAL)
set_target_properties(weir_duckdb PROPERTIES
  IMPORTED_LOCATION "${WEIR_DUCKDB_LIBRARY}"
  INTERFACE_INCLUDE_DIRECTORIES "${WEIR_DUCKDB_INCLUDE}")

# weir_allocate(program): it gets mimalloc in place of malloc and new, for itself and for its libraries: to plan a
# statement takes the store very many small allocations. The sanitizers have allocators of their own.
if(NOT WEIR_SANITIZE)
  find_package(mimalloc 2 REQUIRED)
endif()
function(weir_allocate program)
  if(NOT WEIR_SANITIZE)
    target_link_libraries(${program} PRIVATE mimalloc)
  endif()
endfunction()

if(WEIR_TESTS)
  find_package(GTest REQUIRED)
  find_package(rapidcheck QUIET)
endif()
if(WEIR_BENCH)
  find_package(benchmark REQUIRED)
endif()
