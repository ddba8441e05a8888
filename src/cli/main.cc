#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "cli/application.h"

int main(int argc, char** argv) {
  // Standard output carries results only.
  spdlog::set_default_logger(spdlog::stderr_color_mt("weir"));
  return weir::cli::Run(argc, argv);
}
