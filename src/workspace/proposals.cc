#include "workspace/proposals.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "base/russian.h"
#include "sources/discover.h"
#include "sources/plain_sql.h"
#include "sources/recognise.h"
#include "sources/records.h"

namespace weir::workspace {
namespace {

using analysis::Column;
using analysis::ColumnType;
using nlohmann::json;
using store::Value;

constexpr std::size_t kShownValues = 30;  // different values of a column on the page

json BothOf(const Phrase& phrase) { return {{"en", phrase.text}, {"ru", InRussian(phrase)}}; }

json ListOf(const std::vector<Phrase>& phrases) {
  json list = json::array();
  for (const Phrase& phrase : phrases) list.push_back(BothOf(phrase));
  return list;
}

std::string TextOf(const json& object) { return object.dump(-1, ' ', false, json::error_handler_t::replace); }

Column Plain(std::string name, ColumnType type, std::string en, std::string ru, std::string unit = "") {
  return {std::move(name), type, std::move(unit), {std::move(en), std::move(ru)}};
}

analysis::Table TableOf(std::string name, std::vector<std::string> key, std::vector<Column> columns) {
  return {.name = std::move(name),
          .key = std::move(key),
          .columns = std::move(columns),
          .rows = {},
          .next_cursor = {},
          .total_rows = {}};
}

Value Share(double share) { return Decimal{std::llround(share * 100), 2}; }
Value Count(std::uint64_t count) { return static_cast<std::int64_t>(count); }

std::string_view NameOf(sources::DayForm::Order order) {
  using enum sources::DayForm::Order;
  switch (order) {
    case kDayFirst:
      return "day_first";
    case kMonthFirst:
      return "month_first";
    case kUndecided:
      return "undecided";
    case kContradictory:
      return "contradictory";
    case kPlain:
      break;
  }
  return "plain";
}

json ProfileJson(const sources::ProfiledColumn& column) {
  json values = json::array();
  for (std::size_t i = 0; i < std::min(column.values.size(), kShownValues); ++i) {
    values.push_back({{"value", column.values[i].first}, {"count", column.values[i].second}});
  }
  using enum sources::DayForm::Order;
  return {{"header", column.column.header},
          {"holds", std::string(sources::NameOf(column.holding))},
          {"filled", column.filled},
          {"distinct", column.distinct},
          {"is_unique", column.IsUnique()},
          {"samples", column.samples},
          {"values", std::move(values)},
          {"decimal", column.decimal_mark == 0 ? "" : std::string(1, column.decimal_mark)},
          {"doubtful_numbers", column.has_doubtful_numbers},
          {"days", std::string(NameOf(column.days.order))},
          {"days_evidence", column.days.evidence},
          {"offsets", column.days.has_offsets},
          {"day_first", sources::FormatsOf(column, kDayFirst)},
          {"month_first", sources::FormatsOf(column, kMonthFirst)}};
}

std::string Words(std::string name) {
  std::ranges::replace(name, '_', ' ');
  if (!name.empty() && name[0] >= 'a' && name[0] <= 'z') name[0] = static_cast<char>(name[0] - 'a' + 'A');
  return name;
}

// What a field is called: by the headers of the generic form, of which the first is English and the next Russian.
json TitleOf(const sources::MappingCatalog& catalog, std::string_view table, std::string_view field) {
  const std::size_t point = field.find('.');
  const std::string_view end = point == std::string_view::npos ? std::string_view() : field.substr(point);
  const bool completes = end == sources::kClockOf || end == sources::kPerUnitOf;
  const bool is_own = point == std::string_view::npos || completes;
  const std::string_view of = is_own ? table : field.substr(0, point);
  const std::string_view name = is_own ? field.substr(0, point) : field.substr(point + 1);
  std::string en = Words(std::string(name));
  std::string ru = en;
  if (const sources::Mapping* generic = catalog.Find("generic", of)) {
    if (const auto at = generic->Find(sources::ColumnNameOf(name))) {
      const std::vector<std::string>& names = generic->columns[*at].names;
      if (!names.empty()) en = Words(names.front());
      ru = names.size() > 1 ? names[1] : en;
    }
  }
  if (end == sources::kClockOf) return {{"en", en + ": time of day"}, {"ru", ru + ": время суток"}};
  if (end == sources::kPerUnitOf) return {{"en", en + ": price of one"}, {"ru", ru + ": цена за единицу"}};
  return {{"en", en}, {"ru", ru}};
}

json CountsJson(const sources::ImportReport& report) {
  return {{"read", report.read},
          {"new", report.added},
          {"updated", report.updated},
          {"unchanged", report.unchanged},
          {"quarantined", report.quarantined},
          {"softened", report.softened}};
}

json TrialDocument(const DraftTrial& trial) {
  json object{{"toml", trial.toml},
              {"problem", nullptr},
              {"missing", ListOf(trial.missing)},
              {"recognised", trial.is_recognised},
              {"counts", nullptr},
              {"whole", false},
              {"records", json::array()},
              {"problems", json::array()}};
  if (trial.problem) {
    object["problem"] = {{"text", BothOf(trial.problem->phrase())},
                         {"mend", BothOf(trial.problem->mend())},
                         {"field", trial.problem->field()},
                         {"line", trial.problem->place().line}};
  }
  if (!trial.trial) return object;
  object["counts"] = CountsJson(trial.trial->report);
  object["whole"] = trial.trial->is_whole;
  for (const sources::TriedRecords& records : trial.trial->records) {
    object["records"].push_back(
        {{"table", records.table}, {"fields", records.fields}, {"rows", records.rows}, {"total", records.total}});
  }
  for (const sources::Problem& problem : trial.trial->report.problems) {
    object["problems"].push_back({{"line", problem.line},
                                  {"column", problem.header},
                                  {"code", problem.code},
                                  {"reason", BothOf(problem.reason)},
                                  {"raw", problem.raw}});
  }
  return object;
}

// Whether the file would be recognised by itself once the mapping is there.
Result<bool> WouldBeTaken(const sources::MappingCatalog& catalog, const sources::Mapping& mapping,
                          const sources::FileInput& file) {
  sources::MappingCatalog with = catalog;
  std::erase_if(with.mappings, [&](const sources::Mapping& other) {
    return other.source == mapping.source && other.object == mapping.object;
  });
  with.mappings.push_back(mapping);
  WEIR_TRY(const sources::Sample sample, sources::TakeSample(file));
  const std::vector<sources::Candidate> candidates = sources::Recognise(with, sample);
  return !candidates.empty() && candidates.front().IsAccepted() &&
         candidates.front().mapping->source == mapping.source && candidates.front().mapping->object == mapping.object;
}

}  // namespace

Result<sources::FileInput> PartOf(const sources::FileInput& file, std::string_view part) {
  WEIR_TRY(const sources::Discovered found,
           file.descriptor >= 0 ? sources::DiscoverFile(file) : sources::Discover(file.path));
  std::string titles;
  for (const sources::FileInput& one : found.files) {
    if (part.empty() ? found.files.size() == 1 : one.Title() == part) return one;
    titles += (titles.empty() ? "" : ", ") + one.Title();
  }
  if (found.files.empty() && !found.problems.empty()) return Fail(Error(found.problems.front()));
  if (found.files.empty()) return Fail(BadInput("there is no table in the file").At(file.Title()));
  if (part.empty()) {
    return Fail(BadUsage("the file holds several tables").Field("part").Mend("Name one of them: {}", titles));
  }
  return Fail(NotFound("the file has no part '{}'", part).Field("part").Mend("Name one of them: {}", titles));
}

sources::TryOptions TryBy(const analysis::Settings& settings) {
  sources::TryOptions options;
  if (auto zone = TimeZone::Find(settings.time_zone)) options.reporting_zone = *zone;
  options.default_region = settings.default_region;
  options.default_currency = settings.currency == kNoCurrency ? "" : settings.currency;
  return options;
}

Result<DraftTrial> TryDraft(const sources::MappingCatalog& catalog, const sources::MappingDraft& draft,
                            const sources::FileInput& file, const sources::TryOptions& options) {
  DraftTrial tried;
  tried.missing = sources::MissingIn(catalog, draft);
  auto toml = sources::ToToml(draft);
  if (!toml) {
    tried.problem = std::move(toml).error();
    return tried;
  }
  tried.toml = std::move(*toml);
  auto mapping = sources::ParseMapping(tried.toml, draft.source + "-" + draft.object + ".toml");
  if (!mapping) {
    tried.problem = std::move(mapping).error();
    return tried;
  }
  // Before the store sees an expression: it looks into whatever file one names as soon as it is understood.
  if (auto plain = sources::CheckPlainSql(*mapping); !plain) {
    tried.problem = std::move(plain).error();
    return tried;
  }
  WEIR_TRY(sources::EmitChecker checker, sources::EmitChecker::Make());
  if (auto checked = checker.Check(*mapping); !checked) {
    tried.problem = std::move(checked).error();
    return tried;
  }
  auto trial = sources::TryMapping(*mapping, file, options);
  if (!trial) {
    if (trial.error().code() == Code::kCancelled) return Fail(std::move(trial).error());
    tried.problem = std::move(trial).error();
    return tried;
  }
  tried.trial = std::move(*trial);
  WEIR_TRY(tried.is_recognised, WouldBeTaken(catalog, *mapping, file));
  return tried;
}

Result<FileProposal> ProposeFor(const sources::MappingCatalog& catalog, const sources::FileInput& file,
                                std::string_view table, std::string_view source, const sources::TryOptions& options) {
  FileProposal proposal;
  sources::ProfileOptions profiling;
  profiling.region = options.default_region;
  WEIR_TRY(proposal.profile, sources::ProfileFile(file, profiling));
  sources::ProposeOptions asked;
  asked.table = table;
  asked.source = source;
  asked.file_name = file.sheet.empty() ? (file.member.empty() ? file.Title() : file.member) : file.sheet;
  asked.records = file.records;
  WEIR_TRY(proposal.proposal, sources::ProposeMapping(catalog, proposal.profile, asked));
  WEIR_TRY(proposal.trial, TryDraft(catalog, proposal.proposal.draft, file, options));
  return proposal;
}

analysis::Output ProposalOutput(const FileProposal& proposal) {
  analysis::Output output;
  analysis::Table tables = TableOf("tables", {"table"},
                                   {Plain("table", ColumnType::kText, "Rows are of", "Строки — это"),
                                    Plain("score", ColumnType::kShare, "Score", "Оценка", "share"),
                                    Plain("reason", ColumnType::kText, "Reason", "Причина"),
                                    Plain("reason_ru", ColumnType::kText, "Reason (Russian)", "Причина (по-русски)")});
  for (const sources::TableChoice& choice : proposal.proposal.tables) {
    const bool is_likely = choice.score >= 0.2 || choice.table == proposal.proposal.draft.table;
    if (is_likely)
      tables.rows.push_back({choice.table, Share(choice.score), choice.reason.text, InRussian(choice.reason)});
  }
  analysis::Table columns = TableOf(
      "columns", {"column", "field"},
      {Plain("column", ColumnType::kText, "Column", "Столбец"), Plain("holds", ColumnType::kText, "Holds", "Содержит"),
       Plain("filled", ColumnType::kShare, "Filled", "Заполнено", "share"),
       Plain("distinct", ColumnType::kInteger, "Different", "Разных", "count"),
       Plain("field", ColumnType::kText, "Field", "Поле"), Plain("type", ColumnType::kText, "Type", "Тип"),
       Plain("confidence", ColumnType::kShare, "Confidence", "Уверенность", "share"),
       Plain("reason", ColumnType::kText, "Reason", "Причина"),
       Plain("reason_ru", ColumnType::kText, "Reason (Russian)", "Причина (по-русски)"),
       Plain("sample", ColumnType::kText, "Sample", "Пример")});
  const sources::MappingDraft& draft = proposal.proposal.draft;
  for (std::size_t i = 0; i < draft.columns.size(); ++i) {
    const sources::DraftColumn& column = draft.columns[i];
    const auto from = std::ranges::find(proposal.profile.columns, column.header,
                                        [](const sources::ProfiledColumn& one) { return one.column.header; });
    const sources::FieldReason& reason = proposal.proposal.reasons[i];
    columns.rows.push_back({column.header, std::string(sources::NameOf(from->holding)),
                            Share(from->FilledShare(proposal.profile.rows)), Count(from->distinct),
                            column.field.empty() ? Value() : Value(column.field),
                            column.field.empty() ? Value() : Value(std::string(sources::NameOf(column.type))),
                            column.field.empty() ? Value() : Share(reason.confidence), reason.reason.text,
                            InRussian(reason.reason), from->samples.empty() ? Value() : Value(from->samples.front())});
  }
  analysis::Table notes =
      TableOf("notes", {"note"},
              {Plain("note", ColumnType::kText, "To look at", "На что посмотреть"),
               Plain("note_ru", ColumnType::kText, "To look at (Russian)", "На что посмотреть (по-русски)")});
  const auto note = [&](const Phrase& phrase) { notes.rows.push_back({phrase.text, InRussian(phrase)}); };
  for (const Phrase& phrase : proposal.proposal.missing) note(phrase);
  for (const Phrase& phrase : proposal.proposal.notes) note(phrase);
  if (proposal.trial.problem) note(proposal.trial.problem->Whole());
  analysis::Table counts = TableOf(
      "counts", {"source", "object"},
      {Plain("source", ColumnType::kText, "Source", "Источник"), Plain("object", ColumnType::kText, "Object", "Объект"),
       Plain("read", ColumnType::kInteger, "Rows tried", "Проверено строк", "count"),
       Plain("new", ColumnType::kInteger, "New", "Новых", "count"),
       Plain("unchanged", ColumnType::kInteger, "Unchanged", "Без изменений", "count"),
       Plain("quarantined", ColumnType::kInteger, "Quarantined", "В карантине", "count")});
  if (proposal.trial.trial) {
    const sources::ImportReport& report = proposal.trial.trial->report;
    counts.rows.push_back({draft.source, draft.object, Count(report.read), Count(report.added), Count(report.unchanged),
                           Count(report.quarantined)});
  }
  for (analysis::Table* table : {&columns, &tables, &notes, &counts}) output.tables.push_back(std::move(*table));
  return output;
}

std::string TrialJson(const DraftTrial& trial) { return TextOf(TrialDocument(trial)); }

std::string ProposalJson(const sources::MappingCatalog& catalog, const FileProposal& proposal) {
  const sources::MappingDraft& draft = proposal.proposal.draft;
  json object{{"file", proposal.profile.title},
              {"rows", proposal.profile.rows},
              {"whole", proposal.profile.is_whole},
              {"columns", json::array()},
              {"tables", json::array()},
              {"fields", json::array()},
              {"draft", json::parse(sources::ToJson(draft))},
              {"reasons", json::array()},
              {"notes", ListOf(proposal.proposal.notes)},
              {"trial", TrialDocument(proposal.trial)}};
  for (const sources::ProfiledColumn& column : proposal.profile.columns) {
    object["columns"].push_back(ProfileJson(column));
  }
  for (const sources::TableChoice& choice : proposal.proposal.tables) {
    const sources::Mapping* generic = catalog.Find("generic", choice.table);
    const auto plain = [](const std::string& title) {
      return title.substr(std::min(title.find(": ") + 2, title.size()));
    };
    object["tables"].push_back({{"table", choice.table},
                                {"title",
                                 {{"en", generic == nullptr ? choice.table : plain(generic->title_en)},
                                  {"ru", generic == nullptr ? choice.table : plain(generic->title_ru)}}},
                                {"score", choice.score},
                                {"likely", choice.score >= sources::Proposal::kLikely},
                                {"reason", BothOf(choice.reason)}});
  }
  for (const sources::FieldOffer& offer : sources::FieldsOf(catalog, draft.table)) {
    object["fields"].push_back({{"field", offer.field},
                                {"title", TitleOf(catalog, draft.table, offer.field)},
                                {"type", std::string(sources::NameOf(offer.type))},
                                {"needed", offer.is_needed}});
  }
  for (const sources::FieldReason& reason : proposal.proposal.reasons) {
    object["reasons"].push_back({{"confidence", reason.confidence}, {"reason", BothOf(reason.reason)}});
  }
  return TextOf(object);
}

}  // namespace weir::workspace
