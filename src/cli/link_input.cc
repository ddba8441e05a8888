#include "cli/link_input.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <memory>

#include "base/text.h"
#include "cli/link_ids.h"
#include "cli/table_path.h"
#include "identity/field.h"
#include "sources/cell_words.h"
#include "sources/reader.h"

namespace weir::cli {
namespace {

namespace fs = std::filesystem;
using identity::TextColumn;
using sources::RowBlock;
using sources::RowReader;

constexpr std::size_t kMostRecords = UINT32_MAX - 1;

std::string KeyOf(const sources::SourceColumn& column) {
  return column.name.empty() ? std::string(TrimBlanks(column.header)) : column.name;
}

// Headers as names of columns: each one once, none empty.
std::vector<std::string> NamesOf(const RowReader& reader) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < reader.columns().size(); ++i) {
    std::string name(TrimBlanks(reader.columns()[i].header));
    if (name.empty()) name = fmt::format("column {}", i + 1);
    const std::string plain = name;
    for (int times = 2; std::ranges::find(names, name) != names.end(); ++times)
      name = fmt::format("{} ({})", plain, times);
    names.push_back(std::move(name));
  }
  return names;
}

std::string Listed(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 30;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kMost); ++i) text += (i == 0 ? "" : ", ") + names[i];
  return names.size() > kMost ? text + ", ..." : text;
}

// One file while it is read.
struct Source {
  LinkFile about;
  std::unique_ptr<RowReader> reader;
  std::string title;
  std::vector<std::string> names;                       // of its columns
  std::optional<std::size_t> id;                        // the column that was asked for
  std::vector<std::optional<std::size_t>> shared;       // of each column its place in the table
  std::vector<std::unique_ptr<TextColumn>> candidates;  // of each column that may hold ids and is not in the table
  std::vector<std::uint64_t> lines;                     // of its records

  std::uint64_t header_line() const { return reader->reading().header_line; }
};

Result<Source> Open(const std::string& path, const std::string& id_column) {
  Source source;
  source.about.path = path;
  WEIR_TRY(const sources::FileInput file, TableOf(path));
  source.title = file.Title();
  source.about.name = source.title;
  WEIR_TRY(source.reader, sources::OpenRows(file));
  source.names = NamesOf(*source.reader);
  source.shared.resize(source.names.size());
  source.candidates.resize(source.names.size());
  if (id_column.empty()) return source;
  WEIR_TRY(source.id, FindIdColumn(id_column, source.names, source.title, source.header_line()));
  return source;
}

// Which columns of the files are one column of the table.
Status MatchColumns(std::vector<Source>& sources, identity::Table& table) {
  Source& first = sources.front();
  for (std::size_t i = 0; i < first.names.size(); ++i) {
    if (sources.size() == 1) {
      first.shared[i] = table.columns.size();
      table.columns.emplace_back(first.names[i]);
      continue;
    }
    Source& second = sources.back();
    const std::string key = KeyOf(first.reader->columns()[i]);
    for (std::size_t j = 0; j < second.names.size(); ++j) {
      if (second.shared[j] || KeyOf(second.reader->columns()[j]) != key) continue;
      first.shared[i] = second.shared[j] = table.columns.size();
      table.columns.emplace_back(first.names[i]);
      break;
    }
  }
  if (sources.size() == 1) return {};
  const bool is_shared = std::ranges::any_of(
      first.shared, [&](const auto& place) { return place && !(first.id && first.shared[*first.id] == place); });
  if (is_shared) return {};
  return Fail(BadInput("'{}' and '{}' have no column in common to be compared by", first.title, sources.back().title)
                  .At(sources.back().title, sources.back().header_line())
                  .Mend("Give what is the same the same header. '{}' has: {}. '{}' has: {}", first.title,
                        Listed(first.names), sources.back().title, Listed(sources.back().names)));
}

// No more of a cell than is looked at, in whole letters: what is longer would only take room.
std::string_view Beginning(std::string_view cell) {
  if (cell.size() <= identity::kMostBytes) return cell;
  std::size_t end = identity::kMostBytes;
  while (end > 0 && (static_cast<unsigned char>(cell[end]) & 0xC0U) == 0x80U) --end;
  return cell.substr(0, end);
}

void TakeFault(const RowBlock& block, std::size_t row, Source& source) {
  ++source.about.faulty;
  if (source.about.first_fault) return;
  const sources::RowFault& fault = *block.FaultAt(row);
  source.about.first_fault = Error(Code::kBadInput, fault.reason).At(source.title, block.LineAt(row), fault.column);
}

struct Target {
  std::size_t column;  // of the file
  TextColumn* cells;
  bool holds_ids;  // which are kept whole
};

void TakeBlock(const RowBlock& block, std::span<const Target> targets, Source& source) {
  bool is_sound = true;
  for (std::size_t row = 0; row < block.size(); ++row) {
    if (block.FaultAt(row) != nullptr) {
      TakeFault(block, row, source);
      is_sound = false;
    } else {
      source.lines.push_back(block.LineAt(row));
    }
  }
  for (const Target& target : targets) {
    for (std::size_t row = 0; row < block.size(); ++row) {
      if (!is_sound && block.FaultAt(row) != nullptr) continue;
      const std::string_view cell = block.Cell(row, target.column);
      target.cells->Add(target.holds_ids ? TrimBlanks(cell) : Beginning(cell));
    }
  }
}

// Room for what the rest of the file will bring, as far as its beginning tells.
void ReserveFor(const RowReader& reader, const Source& source, std::span<const Target> targets, std::size_t before) {
  constexpr double kSlack = 1.05;
  if (reader.bytes_read() == 0 || reader.bytes_total() <= reader.bytes_read()) return;
  const double times = kSlack * static_cast<double>(reader.bytes_total()) / static_cast<double>(reader.bytes_read());
  for (const Target& target : targets) {
    std::size_t bytes = 0;
    for (std::size_t row = before; row < target.cells->size(); ++row) bytes += target.cells->At(row).size();
    const auto scaled = [&](std::size_t count) { return static_cast<std::size_t>(static_cast<double>(count) * times); };
    target.cells->Reserve(before + scaled(source.lines.size()), target.cells->bytes() - bytes + scaled(bytes));
  }
}

Status ReadRows(Source& source, identity::Table& table, const std::function<void(double)>& progress) {
  std::vector<Target> targets;
  for (std::size_t i = 0; i < source.names.size(); ++i) {
    const bool may_be_id = source.id ? *source.id == i : RankAsId(source.names[i]).has_value();
    if (source.shared[i]) {
      targets.push_back({i, &table.columns[*source.shared[i]], may_be_id});
    } else if (may_be_id) {
      source.candidates[i] = std::make_unique<TextColumn>(source.names[i]);
      targets.push_back({i, source.candidates[i].get(), true});
    }
  }
  const std::size_t before = table.rows;
  constexpr std::size_t kBlocksToTell = 4;
  for (std::size_t blocks = 1;; ++blocks) {
    WEIR_TRY(const RowBlock* block, source.reader->Next());
    if (block == nullptr) break;
    TakeBlock(*block, targets, source);
    if (before + source.lines.size() > kMostRecords) {
      return Fail(MakeError(Code::kTooLarge, "there are more than {} records", kMostRecords).At(source.title));
    }
    const RowReader& reader = *source.reader;
    if (blocks == kBlocksToTell) ReserveFor(reader, source, targets, before);
    if (reader.bytes_total() > 0) {
      progress(static_cast<double>(reader.bytes_read()) / static_cast<double>(reader.bytes_total()));
    }
  }
  source.about.rows = source.lines.size();
  table.rows += source.lines.size();
  if (!source.lines.empty()) return {};
  auto error = BadInput("the file holds no row that can be read").At(source.title);
  if (source.about.first_fault) {
    return Fail(std::move(error).Mend("The first of {} faulty rows: {}", source.about.faulty,
                                      source.about.first_fault->Whole()));
  }
  return Fail(std::move(error).Mend("Check that it is the right file"));
}

const TextColumn* CellsOf(const Source& source, std::size_t column, const identity::Table& table) {
  return source.shared[column] ? &table.columns[*source.shared[column]] : source.candidates[column].get();
}

// Which column holds the ids of a file whose records are [begin, end) of the table; where the columns are the file's
// own, they begin at 0.
Status ChooseIds(Source& source, const identity::Table& table, std::size_t begin) {
  const auto ids_in = [&](std::size_t column) {
    const std::size_t from = source.shared[column] ? begin : 0;
    return IdCells{CellsOf(source, column, table), from, from + source.lines.size()};
  };
  if (source.id) return CheckIds(ids_in(*source.id), source.names[*source.id], source.title, *source.id, source.lines);
  std::vector<std::pair<int, std::size_t>> ranked;
  for (std::size_t i = 0; i < source.names.size(); ++i) {
    if (const auto rank = RankAsId(source.names[i])) ranked.emplace_back(*rank, i);
  }
  std::ranges::sort(ranked);
  for (const auto& [rank, column] : ranked) {
    const IdCells cells = ids_in(column);
    const auto fault = FindIdFault(cells);
    if (!fault) {
      source.id = column;
      source.about.no_ids.reset();
      break;
    }
    if (source.about.no_ids) continue;
    source.about.no_ids = {.column = source.names[column],
                           .id = std::string(ShownId(cells[fault->record])),
                           .line = source.lines[fault->record],
                           .first_line = fault->earlier ? source.lines[*fault->earlier] : 0};
  }
  return {};
}

void TakeIds(Source& source, const identity::Table& table, std::size_t begin, TextColumn& ids) {
  for (std::size_t i = 0; i < source.lines.size(); ++i) {
    if (!source.id) {
      ids.Add(fmt::format_int(i + 1).c_str());
    } else {
      ids.Add(CellsOf(source, *source.id, table)->At(source.shared[*source.id] ? begin + i : i));
    }
  }
  if (source.id) source.about.id_column = source.names[*source.id];
}

Status CheckPaths(const std::vector<std::string>& paths) {
  std::error_code ignored;
  if (paths.size() < 2 || (paths[0] != paths[1] && !fs::equivalent(paths[0], paths[1], ignored))) return {};
  return Fail(BadUsage("'{}' is given twice", paths[0])
                  .Mend("Give it once to find the duplicates in it, or another file to link it with"));
}

}  // namespace

Result<LinkInput> ReadLinkInput(const std::vector<std::string>& paths, const std::vector<std::string>& id_columns,
                                const ReadProgress& progress) {
  WEIR_TRY(CheckPaths(paths));
  std::vector<Source> sources;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const std::string id = id_columns.empty() ? "" : id_columns[std::min(i, id_columns.size() - 1)];
    WEIR_TRY(Source source, Open(paths[i], id));
    sources.push_back(std::move(source));
  }
  LinkInput input;
  identity::Table& table = input.table;
  WEIR_TRY(MatchColumns(sources, table));
  std::vector<std::size_t> begins;
  for (Source& source : sources) {
    begins.push_back(table.rows);
    WEIR_TRY(ReadRows(source, table, [&](double share) { progress(MakePhrase("reading {}", source.title), share); }));
  }
  table.second_begins = sources.size() == 2 ? begins[1] : table.rows;
  if (sources.size() == 1 && table.rows < 2) {
    return Fail(BadInput("the file holds one record, and nothing to compare it with").At(sources[0].title));
  }
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < sources.size(); ++i) WEIR_TRY(ChooseIds(sources[i], table, begins[i]));
  for (const Source& source : sources) {
    if (source.id) bytes += CellsOf(source, *source.id, table)->bytes();
  }
  input.ids.Reserve(table.rows, bytes);
  for (std::size_t i = 0; i < sources.size(); ++i) TakeIds(sources[i], table, begins[i], input.ids);

  // The columns of ids are not compared, and what only one file has cannot be.
  std::vector<bool> holds_ids(table.columns.size(), false);
  for (Source& source : sources) {
    for (std::size_t i = 0; i < source.names.size(); ++i) {
      const bool is_id = source.id == i;
      if (is_id && source.shared[i]) holds_ids[*source.shared[i]] = true;
      if (!is_id && !source.shared[i]) source.about.left_out.push_back(source.names[i]);
    }
  }
  for (std::size_t i = table.columns.size(); i-- > 0;) {
    if (holds_ids[i]) table.columns.erase(table.columns.begin() + static_cast<std::ptrdiff_t>(i));
  }
  for (Source& source : sources) input.files.push_back(std::move(source.about));
  if (input.files.size() == 2 && input.files[0].name == input.files[1].name) {
    for (LinkFile& file : input.files) file.name = file.path;
  }
  return input;
}

namespace {

// Gives `take` the pairs of a file that are known, with the row that each is of. `too_few`: what a file of fewer
// columns is told.
template <typename Take>
Status ReadPairs(const std::string& path, const LinkInput& input, std::size_t columns, const Error& too_few,
                 const Take& take) {
  WEIR_TRY(const sources::FileInput file, TableOf(path));
  WEIR_TRY(const std::unique_ptr<RowReader> reader, sources::OpenRows(file));
  const std::string title = file.Title();
  if (reader->columns().size() < columns) return Fail(Error(too_few).At(title, reader->reading().header_line));
  const std::size_t second = input.table.second_begins;
  const IdIndex first_ids(input.ids, 0, second);
  const IdIndex second_ids(input.ids, second, input.table.rows);
  bool is_any = false;
  UnknownIds unknown;
  while (true) {
    WEIR_TRY(const RowBlock* block, reader->Next());
    if (block == nullptr) break;
    for (std::size_t row = 0; row < block->size(); ++row) {
      if (const sources::RowFault* fault = block->FaultAt(row)) {
        return Fail(Error(Code::kBadInput, fault->reason).At(title, block->LineAt(row), fault->column));
      }
      std::array<std::optional<std::uint32_t>, 2> found;
      for (std::size_t side = 0; side < 2; ++side) {
        const std::string_view id = TrimBlanks(block->Cell(row, side));
        const bool is_second = side == 1 && input.table.IsTwo();
        found[side] = (is_second ? second_ids : first_ids).Find(id);
        if (!found[side]) {
          const bool is_swapped = input.table.IsTwo() && (is_second ? first_ids : second_ids).Find(id).has_value();
          unknown.Add(id, block->LineAt(row), side + 1, is_swapped);
        }
      }
      if (!found[0] || !found[1]) continue;
      is_any = true;
      WEIR_TRY(take(identity::RecordPair(*found[0], *found[1]), *block, row, title));
    }
  }
  if (unknown.count() > 0) return Fail(unknown.ToError(title, is_any));
  return {};
}

}  // namespace

Result<std::vector<identity::RecordPair>> ReadTruth(const std::string& path, const LinkInput& input) {
  std::vector<identity::RecordPair> pairs;
  const auto take = [&](const identity::RecordPair& pair, const RowBlock&, std::size_t, const std::string&) {
    pairs.push_back(pair);
    return Status();
  };
  const Error too_few = BadInput("the file of pairs has one column").Mend("Give two columns of ids, one pair a row");
  WEIR_TRY(ReadPairs(path, input, 2, too_few, take));
  return pairs;
}

Result<identity::Decisions> ReadLabels(const std::string& path, const LinkInput& input) {
  identity::Decisions decisions;
  decisions.are_labels = true;
  std::map<identity::RecordPair, std::pair<bool, std::uint64_t>> known;  // and the line
  const auto mended = [](Error error) {
    return std::move(error).Mend("Give two columns of ids and one of yes or no: whether they are one");
  };
  const auto take = [&](identity::RecordPair pair, const RowBlock& block, std::size_t row,
                        const std::string& title) -> Status {
    const std::string_view cell = TrimBlanks(block.Cell(row, 2));
    const std::optional<bool> is_same = sources::ParseBoolean(cell);
    if (!is_same) {
      return Fail(mended(BadInput("'{}' is neither yes nor no", ShownId(cell)).At(title, block.LineAt(row), 3)));
    }
    if (pair.first == pair.second) {
      return Fail(mended(BadInput("the pair holds one record twice").At(title, block.LineAt(row), 2)));
    }
    if (pair.first > pair.second) std::swap(pair.first, pair.second);
    const auto [found, is_new] = known.try_emplace(pair, *is_same, block.LineAt(row));
    if (is_new) {
      (*is_same ? decisions.same : decisions.apart).push_back(pair);
    } else if (found->second.first != *is_same) {
      return Fail(BadInput("the pair was judged otherwise in line {}", found->second.second)
                      .At(title, block.LineAt(row), 3)
                      .Mend("Keep the line that is right"));
    }
    return {};
  };
  WEIR_TRY(ReadPairs(path, input, 3, mended(BadInput("the file of judged pairs has fewer than three columns")), take));
  return decisions;
}

}  // namespace weir::cli
