#include "sources/stage.h"

#include <algorithm>

#include "base/random.h"
#include "base/russian.h"
#include "sources/json_reader.h"
#include "sources/key_set.h"
#include "sources/row_hash.h"

namespace weir::sources {
namespace {

using store::ChunkAppender;
using store::QuoteName;

constexpr std::size_t kHeadColumns = 5;  // _row, _line, _own_key, _hash, _modified
constexpr std::size_t kLongestSample = 80;
constexpr std::uint64_t kKeySeed = 0x9E3779B97F4A7C15ULL;

// The column that every key is the text of: then keys are not written beside it. Nothing where there is none.
std::optional<std::size_t> KeyColumn(const StagePlan& plan) {
  if (plan.key_kind != KeyKind::kKey || plan.key.size() != 1) return std::nullopt;
  return plan.columns[plan.key[0]].sql_type == "VARCHAR" ? std::optional(plan.key[0]) : std::nullopt;
}

Status CreateTables(store::Connection& connection, const StagePlan& plan) {
  WEIR_TRY(Stage::Drop(connection));
  std::string columns = "_row BIGINT, _line BIGINT, _own_key VARCHAR, _hash BIGINT, _modified TIMESTAMP";
  std::string seen;
  for (const StageColumn& column : plan.columns) {
    columns += fmt::format(", {} {}", QuoteName(column.name), column.sql_type);
    seen += ", " + QuoteName(column.name);
  }
  const auto key = KeyColumn(plan);
  WEIR_TRY(connection.Execute(fmt::format("CREATE TEMP TABLE weir_staged ({})", columns)));
  WEIR_TRY(connection.Execute(
      fmt::format("CREATE TEMP VIEW weir_stage AS SELECT _row, _line, {} AS _key, _hash, _modified{} FROM "
                  "temp.weir_staged",
                  key ? QuoteName(plan.columns[*key].name) : "_own_key", seen)));
  WEIR_TRY(
      connection.Execute("CREATE TEMP TABLE weir_reject (_row BIGINT, line BIGINT, col BIGINT, header VARCHAR, "
                         "code VARCHAR, reason VARCHAR, reason_ru VARCHAR, raw VARCHAR, key VARCHAR)"));
  return {};
}

// Text of a typed value, as keys and samples show it.
void AppendValue(const TypedColumn& column, std::size_t row, std::string& out) {
  switch (StorageOf(column.type)) {
    case Storage::kText:
      out += column.texts[row];
      return;
    case Storage::kDay:
      out += FormatDate({column.days[row]});
      return;
    case Storage::kFlag:
      out += column.flags[row] != 0 ? "true" : "false";
      return;
    case Storage::kUnits:
      out += FormatDecimal({column.units[row], ScaleOf(column.type)});
      return;
    case Storage::kLong:
      break;
  }
  const bool is_instant =
      column.type == ColumnType::kInstant || column.type == ColumnType::kEpoch || column.type == ColumnType::kEpochMs;
  if (is_instant)
    out += FormatInstant({column.longs[row]});
  else
    out += FormatDecimal({column.longs[row], ScaleOf(column.type)});
}

// '|' parts the columns of a key, so it is marked within them.
void AppendKeyPart(std::string_view part, std::string& out) {
  for (const char c : part) {
    if (c == '|' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
}

// UTF-8 without zero bytes: what the quarantine can hold of a broken row. Each bad byte becomes '?'.
std::string Cleaned(std::string_view text) {
  std::string clean(text);
  std::ranges::replace(clean, '\0', '?');
  for (std::size_t at = FirstInvalidUtf8(clean); at != std::string::npos;) {
    clean[at] = '?';
    const std::size_t next = FirstInvalidUtf8(std::string_view(clean).substr(at));
    at = next == std::string::npos ? next : at + next;
  }
  return clean;
}

}  // namespace

std::string RawOf(const RowBlock& block, std::size_t row) {
  if (!block.RawAt(row).empty() || block.FaultAt(row) != nullptr) return Cleaned(block.RawAt(row));
  std::vector<std::string_view> cells;
  cells.reserve(block.column_count());
  for (std::size_t i = 0; i < block.column_count(); ++i) cells.push_back(block.Cell(row, i));
  return JsonOfCells(cells);
}

struct Stage::State {
  const Mapping& mapping;
  const StagePlan& plan;
  TimeZone zone;
  std::size_t sample_rows;
  std::size_t sample_problems;
  bool is_key_a_column = KeyColumn(plan).has_value();
  std::vector<std::uint64_t> seeds;  // of the fingerprints, by column of the plan
  std::optional<ChunkAppender> appender;
  std::optional<store::Appender> rejects;

  std::uint64_t rows = 0;
  std::uint64_t staged = 0;
  std::uint64_t refused = 0;
  std::uint64_t content_keyed = 0;
  std::uint64_t softened = 0;
  bool has_refused_without_key = false;
  KeySet keys;
  std::vector<std::int64_t> newest;  // modification stamps, the newest ones
  std::vector<StagedColumn> columns;
  std::vector<Problem> problems;

  std::vector<std::uint32_t> sound;  // rows of the block that are staged
  std::vector<std::uint64_t> hashes;
  std::vector<std::uint64_t> key_hashes;
  std::string key_text;

  State(const Mapping& mapping_in, const StagePlan& plan_in, TimeZone zone_in, std::size_t rows_in,
        std::size_t problems_in)
      : mapping(mapping_in),
        plan(plan_in),
        zone(std::move(zone_in)),
        sample_rows(rows_in),
        sample_problems(problems_in),
        columns(plan.columns.size()) {
    for (const StageColumn& column : plan.columns) seeds.push_back(HashText(column.name));
  }

  // The key of a row in key_text; false if all of its columns are empty.
  bool ReadKey(const BlockTyper& typer, std::size_t row) {
    key_text.clear();
    bool is_filled = false;
    for (std::size_t i = 0; i < plan.key.size(); ++i) {
      if (i > 0) key_text.push_back('|');
      const TypedColumn& column = typer.Column(plan.key[i]);
      if (column.is_null[row] != 0) continue;
      is_filled = true;
      if (plan.key.size() == 1) {
        AppendValue(column, row, key_text);
      } else {
        std::string part;
        AppendValue(column, row, part);
        AppendKeyPart(part, key_text);
      }
    }
    return is_filled;
  }

  void Show(std::size_t index, std::string_view text) {
    std::vector<std::string>& samples = columns[index].samples;
    if (samples.size() >= sample_rows || std::ranges::find(samples, text) != samples.end()) return;
    std::string sample(text.substr(0, kLongestSample));
    while (!sample.empty() && !IsValidUtf8(sample)) sample.pop_back();
    if (std::ranges::find(samples, sample) == samples.end()) samples.push_back(std::move(sample));
  }

  Status Refuse(const RowBlock& block, std::size_t row, std::uint64_t column, const std::string& header,
                std::string_view code, const Phrase& reason, bool has_key) {
    ++refused;
    has_refused_without_key = has_refused_without_key || !has_key;
    const std::string raw = RawOf(block, row);
    if (problems.size() < sample_problems) {
      problems.push_back({block.LineAt(row), column, header, std::string(code), reason, raw});
    }
    rejects->Integer(static_cast<std::int64_t>(rows + row));
    rejects->Integer(static_cast<std::int64_t>(block.LineAt(row)));
    rejects->Integer(static_cast<std::int64_t>(column));
    if (header.empty())
      rejects->Null();
    else
      rejects->Text(header);
    rejects->Text(code);
    rejects->Text(reason.text);
    rejects->Text(InRussian(reason));
    rejects->Text(raw);
    if (has_key)
      rejects->Text(key_text);
    else
      rejects->Null();
    return rejects->EndRow();
  }

  // Parts the rows of the block: the refused go to quarantine, `sound` lists the others.
  Status Sort(const RowBlock& block, const BlockTyper& typer) {
    sound.clear();
    std::size_t next_fault = 0;
    const std::vector<CellFault>& faults = typer.faults();
    const std::size_t key_column =
        plan.key.empty() || plan.bindings[plan.key[0]].empty() ? 0 : plan.bindings[plan.key[0]].back();
    for (std::size_t row = 0; row < block.size(); ++row) {
      if (const RowFault* fault = block.FaultAt(row)) {
        WEIR_TRY(Refuse(block, row, fault->column, "", fault->code, fault->reason, false));
        continue;
      }
      while (next_fault < faults.size() && faults[next_fault].row < row) ++next_fault;
      if (next_fault < faults.size() && faults[next_fault].row == row) {
        const CellFault& fault = faults[next_fault];
        const bool has_key = plan.key_kind != KeyKind::kContent && ReadKey(typer, row);
        WEIR_TRY(Refuse(block, row, fault.column, fault.header, fault.code, fault.reason, has_key));
        continue;
      }
      if (plan.key_kind == KeyKind::kKey && IsKeyEmpty(typer, row)) {
        WEIR_TRY(Refuse(block, row, key_column + 1, mapping.columns[plan.key[0]].name, "key_empty",
                        MakePhrase("the row has no key: its cell is empty; export the column of ids with it"), false));
        continue;
      }
      sound.push_back(static_cast<std::uint32_t>(row));
    }
    return {};
  }

  bool IsKeyEmpty(const BlockTyper& typer, std::size_t row) const {
    return std::ranges::all_of(plan.key, [&](std::size_t column) { return typer.Column(column).is_null[row] != 0; });
  }

  void WriteMapped(std::size_t index, const TypedColumn& column) {
    const std::size_t place = kHeadColumns + index;
    const bool is_hashed = plan.columns[index].is_hashed;
    const std::uint64_t seed = is_hashed ? seeds[index] : 0;
    std::uint64_t filled = 0;
    const auto each = [&](const auto& write) {
      for (std::size_t i = 0; i < sound.size(); ++i) {
        const std::size_t row = sound[i];
        if (column.is_null[row] != 0) {
          appender->SetNull(place, i);
          continue;
        }
        ++filled;
        const std::uint64_t hash = write(i, row);
        if (is_hashed) hashes[i] += hash;
      }
    };
    switch (StorageOf(column.type)) {
      case Storage::kText:
        each([&](std::size_t i, std::size_t row) {
          appender->SetText(place, i, column.texts[row]);
          return HashBytes(column.texts[row], seed);
        });
        break;
      case Storage::kLong: {
        const std::span<std::int64_t> to = appender->Longs(place);
        each([&](std::size_t i, std::size_t row) {
          to[i] = column.longs[row];
          return HashNumber(column.longs[row], seed);
        });
        break;
      }
      case Storage::kUnits:
        each([&](std::size_t i, std::size_t row) {
          appender->SetUnits(place, i, column.units[row]);
          return HashUnits(column.units[row], seed);
        });
        break;
      case Storage::kDay: {
        const std::span<std::int32_t> to = appender->Integers(place);
        each([&](std::size_t i, std::size_t row) {
          to[i] = column.days[row];
          return HashNumber(column.days[row], seed);
        });
        break;
      }
      case Storage::kFlag: {
        const std::span<bool> to = appender->Booleans(place);
        each([&](std::size_t i, std::size_t row) {
          to[i] = column.flags[row] != 0;
          return HashNumber(column.flags[row], seed);
        });
        break;
      }
    }
    columns[index].filled += filled;
    for (std::size_t i = 0; i < sound.size() && columns[index].samples.size() < sample_rows; ++i) {
      if (column.is_null[sound[i]] != 0) continue;
      std::string text;
      AppendValue(column, sound[i], text);
      Show(index, text);
    }
  }

  void WriteKept(std::size_t index, const TypedColumn& column) {
    const std::size_t place = kHeadColumns + index;
    for (std::size_t i = 0; i < sound.size(); ++i) {
      const std::string_view text = column.kept[sound[i]];
      if (text.empty()) {
        appender->SetNull(place, i);
        continue;
      }
      ++columns[index].filled;
      softened += column.is_null[sound[i]];
      appender->SetText(place, i, text);
      hashes[i] += HashBytes(text, seeds[index]);
      Show(index, text);
    }
  }

  void WriteUnmapped(std::size_t index, const RowBlock& block) {
    const std::size_t place = kHeadColumns + index;
    const StageColumn& planned = plan.columns[index];
    StagedColumn& staged_column = columns[index];
    for (std::size_t i = 0; i < sound.size(); ++i) {
      std::string_view text;
      for (const std::size_t column : planned.binding) {
        const std::string_view cell = TrimBlanks(block.Cell(sound[i], column));
        if (!cell.empty()) text = cell;
      }
      if (text.empty()) {
        appender->SetNull(place, i);
        continue;
      }
      ++staged_column.filled;
      staged_column.profile.Note(text);
      appender->SetText(place, i, text);
      if (planned.is_hashed) hashes[i] += HashBytes(text, seeds[index]);
      if (staged_column.samples.size() < sample_rows) Show(index, text);
    }
  }

  void WriteHead(const RowBlock& block, const BlockTyper& typer) {
    const std::span<std::int64_t> row_numbers = appender->Longs(0);
    const std::span<std::int64_t> lines = appender->Longs(1);
    const std::span<std::int64_t> fingerprints = appender->Longs(3);
    key_hashes.clear();
    for (std::size_t i = 0; i < sound.size(); ++i) {
      row_numbers[i] = static_cast<std::int64_t>(rows + sound[i]);
      lines[i] = static_cast<std::int64_t>(block.LineAt(sound[i]));
      fingerprints[i] = static_cast<std::int64_t>(hashes[i]);
      if (plan.key_kind == KeyKind::kContent || !ReadKey(typer, sound[i])) {
        ++content_keyed;
        key_text = fmt::format("#{:016x}", hashes[i]);
      } else {
        key_hashes.push_back(HashBytes(key_text, kKeySeed));
      }
      if (is_key_a_column)
        appender->SetNull(2, i);
      else
        appender->SetText(2, i, key_text);
      WriteModified(typer, i);
    }
    keys.Add(key_hashes);
  }

  void WriteModified(const BlockTyper& typer, std::size_t i) {
    std::optional<std::int64_t> stamp;
    for (const std::size_t index : plan.modified) {
      const TypedColumn& column = typer.Column(index);
      if (column.is_null[sound[i]] != 0) continue;
      const std::int64_t micros = StorageOf(column.type) == Storage::kDay
                                      ? zone.StartOfDay({column.days[sound[i]]}).micros
                                      : column.longs[sound[i]];
      stamp = std::max(stamp.value_or(micros), micros);
    }
    if (!stamp) {
      appender->SetNull(4, i);
      return;
    }
    appender->Longs(4)[i] = *stamp;
    NoteStamp(*stamp);
  }

  // Keeps the few newest stamps: one may turn out to lie in the future.
  void NoteStamp(std::int64_t stamp) {
    constexpr std::size_t kKept = 1000;
    if (newest.size() == kKept && stamp <= newest.front()) return;
    if (std::ranges::binary_search(newest, stamp)) return;
    newest.insert(std::ranges::lower_bound(newest, stamp), stamp);
    if (newest.size() > kKept) newest.erase(newest.begin());
  }
};

Stage::Stage(std::unique_ptr<State> state) : state_(std::move(state)) {}
Stage::Stage(Stage&&) noexcept = default;
Stage& Stage::operator=(Stage&&) noexcept = default;
Stage::~Stage() = default;

Status Stage::Drop(store::Connection& connection) {
  WEIR_TRY(connection.Execute("DROP VIEW IF EXISTS temp.weir_stage"));
  WEIR_TRY(connection.Execute("DROP TABLE IF EXISTS temp.weir_staged"));
  WEIR_TRY(connection.Execute("DROP TABLE IF EXISTS temp.weir_reject"));
  return {};
}

Result<Stage> Stage::Create(store::Connection& connection, const Mapping& mapping, const StagePlan& plan,
                            const TimeZone& zone, std::size_t sample_rows, std::size_t sample_problems) {
  WEIR_TRY(CreateTables(connection, plan));
  auto state = std::make_unique<State>(mapping, plan, zone, sample_rows, sample_problems);
  WEIR_TRY(ChunkAppender appender, ChunkAppender::Open(connection, "temp", "main", "weir_staged"));
  state->appender = std::move(appender);
  WEIR_TRY(store::Appender rejects, connection.Append("", "weir_reject"));
  state->rejects = std::move(rejects);
  return Stage(std::move(state));
}

Status Stage::Add(const RowBlock& block, const BlockTyper& typer) {
  State& state = *state_;
  WEIR_TRY(state.Sort(block, typer));
  state.hashes.assign(state.sound.size(), 0);
  for (std::size_t index = 0; index < state.plan.columns.size(); ++index) {
    const StageColumn& column = state.plan.columns[index];
    if (column.source == StageSource::kMapped) state.WriteMapped(index, typer.Column(column.index));
    if (column.source == StageSource::kKept) state.WriteKept(index, typer.Column(column.index));
    if (column.source == StageSource::kUnmapped) state.WriteUnmapped(index, block);
  }
  state.WriteHead(block, typer);
  WEIR_TRY(state.appender->Append(state.sound.size()));
  state.rows += block.size();
  state.staged += state.sound.size();
  return {};
}

Status Stage::Close() {
  WEIR_TRY(state_->appender->Close());
  WEIR_TRY(state_->rejects->Close());
  state_->appender.reset();
  state_->rejects.reset();
  return {};
}

std::uint64_t Stage::rows() const { return state_->rows; }
std::uint64_t Stage::staged() const { return state_->staged; }
std::uint64_t Stage::refused() const { return state_->refused; }
std::uint64_t Stage::content_keyed() const { return state_->content_keyed; }
bool Stage::may_repeat_keys() const {
  return state_->keys.may_repeat() || (state_->content_keyed > 0 && state_->content_keyed < state_->staged);
}
bool Stage::has_refused_without_key() const { return state_->has_refused_without_key; }
const std::vector<StagedColumn>& Stage::columns() const { return state_->columns; }
const std::vector<Problem>& Stage::problems() const { return state_->problems; }
std::uint64_t Stage::softened() const { return state_->softened; }

std::optional<Instant> Stage::newest_modified(Instant not_after) const {
  const auto after = std::ranges::upper_bound(state_->newest, not_after.micros);
  if (after == state_->newest.begin()) return std::nullopt;
  return Instant{*std::prev(after)};
}

}  // namespace weir::sources
