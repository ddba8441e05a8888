#include "cli/mine_input.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"
#include "cli/table_path.h"
#include "journey/log/object_log.h"
#include "journey/log/ocel_reader.h"
#include "journey/log/xes_reader.h"
#include "sources/bytes.h"
#include "sources/reader.h"

namespace weir::cli {
namespace {

using Progress = std::function<void(const Phrase& stage, double fraction)>;

constexpr std::size_t kHead = 1U << 16U;

// The first bytes of what is in the file, unpacked.
Result<std::string> HeadOf(const sources::FileInput& file) {
  WEIR_TRY(const auto bytes, sources::OpenBytes(file, {}));
  std::string head(kHead, '\0');
  std::size_t size = 0;
  while (size < head.size()) {
    WEIR_TRY(const std::size_t read, bytes->Read(std::span(head).subspan(size)));
    if (read == 0) break;
    size += read;
  }
  head.resize(size);
  return head;
}

LogForm FormOf(std::string_view head) {
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  head = TrimBlanks(head);
  // UTF-16 in either order has a nought beside each letter.
  if (head.starts_with("<") || head.starts_with("\xFF\xFE<") || head.starts_with("\xFE\xFF")) return LogForm::kXes;
  const auto has = [&](std::string_view key) { return head.find(key) != std::string_view::npos; };
  const bool is_object = head.starts_with("{");
  const bool is_ocel = has("\"objectTypes\"") || has("\"eventTypes\"") || has("\"ocel:") ||
                       (has("\"objects\"") && has("\"relationships\""));
  return is_object && is_ocel ? LogForm::kObjects : LogForm::kTable;
}

std::vector<std::string> ClassifierOf(std::string_view text) {
  std::vector<std::string> keys;
  while (!text.empty()) {
    const std::size_t plus = std::min(text.find('+'), text.size());
    const std::string_view key = TrimBlanks(text.substr(0, plus));
    if (!key.empty()) keys.emplace_back(key);
    text.remove_prefix(std::min(plus + 1, text.size()));
  }
  return keys;
}

Status ReadTable(const sources::FileInput& file, const MineInputOptions& options,
                 const std::function<void(double)>& report, MineInput* input) {
  if (!options.classifier.empty()) {
    return Fail(BadUsage("--classifier is for XES; of a table the activity is a column")
                    .Field("classifier")
                    .Mend("Name the column with --activity"));
  }
  WEIR_TRY(auto table, journey::ReadLogTable(file, {.columns = options.columns}, report));
  input->reading = std::move(table.reading);
  input->columns = std::move(table.columns);
  return {};
}

Status ReadTraces(const sources::FileInput& file, const MineInputOptions& options,
                  const std::function<void(double)>& report, MineInput* input) {
  const journey::LogColumns& columns = options.columns;
  if (!columns.case_id.empty() || !columns.activity.empty() || !columns.time.empty()) {
    return Fail(BadUsage("--case, --activity and --time are for tables; XES says itself what is what")
                    .Mend("Leave them out; --classifier says what names an activity"));
  }
  journey::XesOptions xes;
  if (!options.classifier.empty()) xes.classifier = ClassifierOf(options.classifier);
  if (xes.classifier.empty()) {
    return Fail(BadUsage("--classifier names no attribute")
                    .Field("classifier")
                    .Mend("Give attributes of events, such as concept:name+lifecycle:transition"));
  }
  WEIR_TRY(auto bytes, sources::OpenBytes(file, {}));
  WEIR_TRY(input->reading, journey::ReadXes(std::move(bytes), input->title, xes, report));
  return {};
}

Status ReadObjects(const sources::FileInput& file, const MineInputOptions& options,
                   const std::function<void(double)>& report, MineInput* input) {
  WEIR_TRY(auto bytes, sources::OpenBytes(file, {}));
  WEIR_TRY(journey::ObjectReading objects, journey::ReadOcel(std::move(bytes), input->title, report));
  const std::string& type = options.columns.case_id;
  if (type.empty() && objects.log.object_types.size() != 1) {
    std::string all;
    for (const std::string& each : objects.log.object_types) all.append(all.empty() ? "" : ", ").append(each);
    return Fail(BadUsage("the log has objects of several types: which of them are the cases?")
                    .At(input->title)
                    .Field("case")
                    .Mend("Name one with --case. The types are: {}", all));
  }
  WEIR_TRY(input->reading.log, journey::Flattened(objects.log, type.empty() ? objects.log.object_types[0] : type));
  input->reading.set_aside = std::move(objects.set_aside);
  input->reading.events = objects.events;
  return {};
}

}  // namespace

Result<MineInput> ReadMineInput(const MineInputOptions& options, const Progress& progress) {
  if (options.path.empty()) return Fail(BadUsage("no event log is named").Mend("Name it, as in weir mine log.xes.gz"));
  WEIR_TRY(const sources::FileInput file, TableOf(options.path));
  MineInput input{.title = file.Title()};
  // A sheet of a workbook and the like are tables whatever they begin with.
  if (file.sheet.empty() && file.records.empty()) {
    WEIR_TRY(const std::string head, HeadOf(file));
    input.form = FormOf(head);
  } else {
    input.form = LogForm::kTable;
  }
  const auto report = [&](double share) { progress(MakePhrase("reading {}", input.title), share); };
  switch (input.form) {
    case LogForm::kXes:
      WEIR_TRY(ReadTraces(file, options, report, &input));
      break;
    case LogForm::kTable:
      WEIR_TRY(ReadTable(file, options, report, &input));
      break;
    case LogForm::kObjects:
      WEIR_TRY(ReadObjects(file, options, report, &input));
      break;
  }
  return input;
}

}  // namespace weir::cli
