#include "header_file.h"

#include <fstream>
#include <stdexcept>

#include "base/text.h"
#include "sources/csv_dialect.h"

namespace weir::sources::testing {
namespace {

void AppendNames(const std::string& line, std::vector<std::string>& headers) {
  std::size_t at = 0;
  while (at < line.size()) {
    const std::size_t end = std::min(line.find(", ", at), line.size());
    std::string_view name = TrimBlanks(std::string_view(line).substr(at, end - at));
    if (name.ends_with(',')) name.remove_suffix(1);
    if (!name.empty()) headers.emplace_back(name);
    at = end + 2;
  }
}

}  // namespace

std::vector<ExpectedHeader> ReadHeaderFile(const std::filesystem::path& path) {
  std::ifstream in(path);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  std::vector<ExpectedHeader> result;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (line.empty() || line.front() == '#') continue;
    if (line.front() == ' ') {
      if (result.empty()) throw std::runtime_error("headers.txt:" + std::to_string(number) + ": a header of nothing");
      AppendNames(line, result.back().headers);
      continue;
    }
    const std::size_t bar = line.find(" | ");
    if (bar == std::string::npos) throw std::runtime_error("headers.txt:" + std::to_string(number) + ": no ' | '");
    ExpectedHeader expected{.mapping = line.substr(0, bar), .file = line.substr(bar + 3), .records = {}, .headers = {}};
    if (const std::size_t sharp = expected.file.find('#'); sharp != std::string::npos) {
      expected.records = expected.file.substr(sharp + 1);
      expected.file.resize(sharp);
    }
    result.push_back(std::move(expected));
  }
  return result;
}

Sample SampleOf(const ExpectedHeader& expected) {
  Sample sample{.file_name = expected.file, .records = expected.records, .columns = {}, .rows = {}};
  sample.columns = ColumnsOf({expected.headers.begin(), expected.headers.end()});
  return sample;
}

std::string NameOf(const Mapping& mapping) { return mapping.source + "/" + mapping.object; }

}  // namespace weir::sources::testing
