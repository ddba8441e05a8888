#pragma once

// The form of the tables that cmake/WeirEmbed.cmake generates; base/embedded.h is what the rest of Weir reads.
namespace weir {

// A file's bytes between two labels of the object file. A row of null pointers ends a table.
struct EmbeddedBytes {
  const char* path;
  const char* begin;
  const char* end;
};

// A named folder of embedded files. A row of null pointers ends the list.
struct EmbeddedRoot {
  const char* name;
  const EmbeddedBytes* files;
};

}  // namespace weir
