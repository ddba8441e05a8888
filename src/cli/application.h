// The command line: global options, fixed commands, and one command for each analysis and action of the catalogue.
#pragma once

namespace weir::cli {

// Exit status: 0 done, 1 data, file, lock, disk, network or right, 2 usage, 3 a bug.
int Run(int argc, char** argv);

}  // namespace weir::cli
