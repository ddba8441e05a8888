# Language level, warnings, processor, linker, compiler cache and sanitizers: one interface target, weir_options.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

add_library(weir_options INTERFACE)
# A designated initialiser leaves out what keeps its default: that is its point.
target_compile_options(weir_options INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
  -Wno-missing-field-initializers -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough -Werror=unused-result
  -Werror=return-type -fstack-protector-strong -fno-plt>)
# Paths in messages and debug information are relative to the tree, so that builds of two clones are equal.
target_compile_options(weir_options INTERFACE "-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=")
if(WEIR_WERROR)
  target_compile_options(weir_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Werror>)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports these two inside libstdc++ and Boost at -O2; both reports are known to be false.
  target_compile_options(weir_options INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:-Wno-maybe-uninitialized -Wno-restrict>)
elseif(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # stable_sort of libstdc++ 12 calls what libstdc++ 12 deprecates. GCC still reports what we call ourselves.
  target_compile_options(weir_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-deprecated-declarations>)
endif()

# What is shipped runs on every 64-bit x86 processor since 2009; wider kernels are chosen at run time.
if(NOT WEIR_MARCH AND CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  set(weir_march x86-64-v2)
else()
  set(weir_march "${WEIR_MARCH}")
endif()
if(weir_march)
  target_compile_options(weir_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-march=${weir_march}>)
endif()
# One rounding per operation on every processor: a fused multiply-add would change the last digit.
target_compile_options(weir_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-ffp-contract=off>)

find_program(WEIR_CCACHE ccache)
mark_as_advanced(WEIR_CCACHE)
if(WEIR_CCACHE)
  # Relative paths and no working directory in the key: all build folders and clones share one cache.
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env
    "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=1 "${WEIR_CCACHE}")
endif()

find_program(WEIR_MOLD mold)
mark_as_advanced(WEIR_MOLD)
if(WEIR_MOLD)
  target_link_options(weir_options INTERFACE -fuse-ld=mold)
endif()

if(WEIR_SANITIZE)
  target_compile_options(weir_options INTERFACE
    "-fsanitize=${WEIR_SANITIZE}" -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(weir_options INTERFACE "-fsanitize=${WEIR_SANITIZE}")
  if(WEIR_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Asio puts fences where its mutexes order everything already; that GCC does not follow fences loses nothing.
    target_compile_options(weir_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-tsan>)
  endif()
else()
  target_compile_definitions(weir_options INTERFACE
    $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CONFIG:Release>>:_FORTIFY_SOURCE=2>)
  target_link_options(weir_options INTERFACE -Wl,-z,relro,-z,now)
endif()
if(WEIR_FUZZ)
  target_compile_options(weir_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fsanitize=fuzzer-no-link>)
endif()

find_package(Threads REQUIRED)
target_link_libraries(weir_options INTERFACE Threads::Threads)
