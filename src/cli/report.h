// `weir report`: Pulse as one HTML file to pass on. The page of web/report.html with the answers that it asks for
// inside, so that it opens anywhere, without a server and without anything beside it. With --weekly the weekly report
// of delivery/report.h, as HTML or as a workbook.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/globals.h"

namespace weir::cli {

struct ReportOptions {
  std::string path;        // "-": standard output; empty: weir-pulse-<day>.html or weir-week-<monday>.html here
  bool is_weekly = false;  // .xlsx is a weekly report too
  std::string from;
  std::string to;
  std::string team;
  std::string segment;
};

int RunReport(const Globals& globals, const ReportOptions& options);

// One answer as the page asks for it.
struct KeptAnswer {
  std::string id;
  std::string json;
};

// The page with the answers inside. Nothing in them can end the script element that holds them.
Result<std::string> FillReport(std::string_view page, std::string_view language, std::string_view query,
                               const std::vector<KeptAnswer>& answers);

}  // namespace weir::cli
