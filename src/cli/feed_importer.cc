#include "cli/feed_importer.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include "base/plain_line.h"
#include "base/time.h"
#include "cli/progress.h"

namespace weir::cli {
namespace {

// A complete table of a feed is of lines of JSON as well.
std::string Ending(const std::filesystem::path& path) { return path.extension() == ".csv" ? ".csv" : ".jsonl"; }

std::string CellAt(const analysis::Table& files, std::size_t row, const char* column) {
  return store::ToText(files.rows[row][files.IndexOf(column)]);
}

}  // namespace

void Warn(const Globals& globals, const std::string& en, const std::string& ru) {
  fmt::print(stderr, "{}\n", PlainLine(globals.Language() == "ru" ? ru : en));
}

void Say(const Globals& globals, const std::string& en, const std::string& ru) {
  if (!globals.is_quiet) Warn(globals, en, ru);
}

Result<std::vector<bool>> FeedImporter::Import(const std::vector<sources::FeedSegment>& segments, bool are_whole) {
  workspace::ImportRequest request;
  request.is_whole = are_whole;
  if (options_.is_of_now) request.exported_at = FormatInstant(WallClockNow());
  std::vector<int> descriptors;
  for (const sources::FeedSegment& segment : segments) {
    const int descriptor = ::open(segment.path.c_str(), O_RDONLY | O_CLOEXEC);
    descriptors.push_back(descriptor);
    // By this name it is recognised: product and stream.
    request.inputs.push_back(
        {.path = segment.path,
         .descriptor = descriptor,
         .name = fmt::format("{}/{}{}", options_.product, segment.stream, Ending(segment.path)),
         .mappings = options_.mappings ? options_.mappings(segment.stream) : std::vector<std::string>()});
  }
  ProgressLine progress(globals_);
  const auto answer = backend_.Import(request, progress.Callback());
  progress.Clear();
  for (const int descriptor : descriptors) {
    if (descriptor >= 0) ::close(descriptor);
  }
  if (!answer && answer.error().code() == Code::kBadInput) {
    // Not one of them could be read: they stay in the inbox, and the feed goes on.
    failed_ += segments.size();
    Warn(globals_, answer.error().ToString(), answer.error().ToString());
    return std::vector<bool>(segments.size(), false);
  }
  if (!answer) return Fail(answer.error());
  return Outcomes(segments, request.inputs, *answer);
}

// The answer has a row for each file and each list within one, in the order of the segments: those of a segment bear
// its name, which several segments may have. A list within that nothing knows is as good as none.
std::vector<bool> FeedImporter::Outcomes(const std::vector<sources::FeedSegment>& segments,
                                         const std::vector<workspace::ImportInput>& inputs,
                                         const engine::Answer& answer) {
  std::vector<bool> done(segments.size(), false);
  const analysis::Table* files = answer.output.Find("files");
  if (files == nullptr) return done;
  std::size_t row = 0;
  const auto is_of = [&](const std::string& name) {
    const std::string file = CellAt(*files, row, "file");
    return file == name || file.starts_with(name + "#");
  };
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const std::string name = PlainLine(inputs[i].name);
    const std::size_t before = row;
    while (row < files->rows.size() && !is_of(name)) ++row;  // what stands between belongs to no segment
    if (row == files->rows.size()) row = before;
    const std::size_t begin = row;
    const std::size_t wanted = inputs[i].mappings.size();
    bool is_in = true;
    bool has_main = wanted > 0;
    while (row < files->rows.size() && is_of(name)) {
      const bool is_main = CellAt(*files, row, "file") == name;
      if (wanted > 0 ? row - begin == wanted : is_main && row > begin) break;
      const bool is_imported = CellAt(*files, row, "state") == "imported";
      has_main = has_main || is_main;
      if (is_main || wanted > 0 || is_imported) is_in = Told(segments[i], *files, row) && is_in;
      ++row;
    }
    done[i] = is_in && has_main && row - begin >= wanted;
  }
  return done;
}

// Says what became of a file; true where it is in.
bool FeedImporter::Told(const sources::FeedSegment& segment, const analysis::Table& files, std::size_t row) {
  const auto cell = [&](const char* column) { return CellAt(files, row, column); };
  const std::string state = cell("state");
  const std::string reason = cell(globals_.Language() == "ru" ? "reason_ru" : "reason");
  if (state == "imported") {
    Say(globals_,
        fmt::format("{}: {}/{}, read {}, new {}, updated {}, quarantined {}", segment.stream, cell("source"),
                    cell("object"), cell("read"), cell("new"), cell("updated"), cell("quarantined")),
        fmt::format("{}: {}/{}, прочитано {}, новых {}, изменено {}, отложено {}", segment.stream, cell("source"),
                    cell("object"), cell("read"), cell("new"), cell("updated"), cell("quarantined")));
    return true;
  }
  // A tap sends whatever it has; a table of a database was asked for.
  if (state == "error" || !options_.keeps || options_.mappings) ++failed_;
  const std::string path = segment.path.string();
  Warn(globals_,
       options_.keeps ? fmt::format("{}: {}; its records wait in {}", segment.stream, reason, path)
                      : fmt::format("{}: {}", segment.stream, reason),
       options_.keeps ? fmt::format("{}: {}; записи ждут в {}", segment.stream, reason, path)
                      : fmt::format("{}: {}", segment.stream, reason));
  return false;
}

}  // namespace weir::cli
