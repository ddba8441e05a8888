#include "cli/application.h"

int main(int argc, char** argv) { return weir::cli::Run(argc, argv); }
