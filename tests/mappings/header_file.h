// Reads headers.txt: which mapping a header belongs to.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sources/recognise.h"

namespace weir::sources::testing {

struct ExpectedHeader {
  std::string mapping;  // "source/object"
  std::string file;     // name, with its folder where the name alone says little
  std::string records;  // nested list of JSON that the header is of; empty: the main one
  std::vector<std::string> headers;
};

// Throws std::runtime_error with the line of a malformed file.
std::vector<ExpectedHeader> ReadHeaderFile(const std::filesystem::path& path);

// What recognition sees of a file with this header and no rows.
Sample SampleOf(const ExpectedHeader& expected);

std::string NameOf(const Mapping& mapping);  // "source/object"

}  // namespace weir::sources::testing
