#include "simulate/json_page.h"

#include <fmt/format.h>

namespace weir::simulate {

void PutJsonText(std::string& json, std::string_view text) {
  json.push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') json.push_back('\\');
    if (static_cast<unsigned char>(c) < 0x20) {
      json += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      json.push_back(c);
    }
  }
  json.push_back('"');
}

Result<JsonPage> JsonPage::Create(const std::filesystem::path& path, std::string_view head, std::string_view tail) {
  WEIR_TRY(CsvFile file, CsvFile::Create(path, {.line_end = "\n"}));
  file.Line(head);
  return JsonPage(std::move(file), tail);
}

void JsonPage::Add(std::string_view record) {
  line_.clear();
  if (rows_ > 0) line_.push_back(',');
  line_.append(record);
  file_.Line(line_);
  ++rows_;
}

Status JsonPage::Close() {
  file_.Line(tail_);
  return file_.Close();
}

}  // namespace weir::simulate
