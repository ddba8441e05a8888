# Headers that nearly every file reads, read once: half of what compiling under a sanitizer costs. Only there: what is
# shipped is compiled file by file, so that each file is known to include what it uses.
option(WEIR_PCH "Precompile common headers (Clang)" OFF)

# weir_precompile(TARGET SUFFIX): let TARGET begin with them; with SUFFIX _test with those of GoogleTest too.
function(weir_precompile target suffix)
  if(WEIR_PCH)
    target_precompile_headers(${target} REUSE_FROM weir_common_headers${suffix})
  endif()
endfunction()

function(weir_common_headers suffix)
  file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/common_headers${suffix}.cc" CONTENT "// Makes the precompiled header.\n")
  add_library(weir_common_headers${suffix} OBJECT "${CMAKE_BINARY_DIR}/common_headers${suffix}.cc")
  target_link_libraries(weir_common_headers${suffix} PRIVATE weir_options fmt::fmt)
  target_include_directories(weir_common_headers${suffix} PRIVATE "${PROJECT_SOURCE_DIR}/src")
  target_precompile_headers(weir_common_headers${suffix} PRIVATE
    <algorithm> <array> <filesystem> <functional> <map> <memory> <optional> <set> <span> <string> <string_view>
    <utility> <variant> <vector> <fmt/format.h> "${PROJECT_SOURCE_DIR}/src/base/result.h" ${ARGN})
endfunction()

if(WEIR_PCH)
  weir_common_headers("")
  if(WEIR_TESTS)
    weir_common_headers(_test <gmock/gmock.h> <gtest/gtest.h>)
    target_link_libraries(weir_common_headers_test PRIVATE GTest::gmock)
    target_compile_options(weir_common_headers_test PRIVATE -fPIE)  # as programs are
  endif()
endif()
