#include "sources/propose_mapping.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "base/text.h"
#include "model/records.h"
#include "sources/date_scan.h"
#include "sources/draft_maker.h"
#include "sources/field_match.h"
#include "sources/proposal_words.h"

namespace weir::sources {
namespace {

// Tables that say how records hang together, or hold what few files do: only for who asks for them.
constexpr std::array<std::string_view, 12> kRare{"merge",       "link",    "calendar",           "field_change",
                                                 "deal_change", "price",   "agreement",          "ticket_event",
                                                 "queue_event", "consent", "account_enrichment", "person_enrichment"};

class Proposer {
 public:
  Proposer(const MappingCatalog& catalog, const FileProfile& profile, const ProposeOptions& options)
      : catalog_(catalog),
        profile_(profile),
        options_(options),
        words_(WordsOfColumns()),
        matches_(MatchFields(catalog, profile)),
        stem_(NormaliseHeader(StemOfFile(options.file_name))) {}

  Result<Proposal> Run() {
    Proposal proposal;
    for (const model::RecordTable& table : model::RecordTables()) {
      proposal.tables.push_back(Judge(table, matches_.by_table.at(table.name)));
    }
    std::ranges::stable_sort(proposal.tables, std::ranges::greater{}, &TableChoice::score);
    const std::string table = options_.table.empty() ? proposal.tables.front().table : options_.table;
    const model::RecordTable* chosen = model::FindRecordTable(table);
    if (chosen == nullptr) {
      std::vector<std::string> tables;
      for (const model::RecordTable& one : model::RecordTables()) tables.push_back(one.name);
      const std::string_view near = NearestName(table, tables);
      Error error = BadUsage("there is no record table '{}'", table).Field("table");
      return Fail(near.empty() ? std::move(error) : std::move(error).Mend("Did you mean {}?", near));
    }
    MakeDraft({.catalog = catalog_, .profile = profile_, .options = options_, .matches = matches_}, *chosen, proposal);
    return proposal;
  }

 private:
  TableChoice Judge(const model::RecordTable& table, const std::vector<FieldMatch>& assigned) const {
    TableChoice choice{.table = table.name, .score = 0, .reason = {}};
    std::set<std::string> fields;
    double explained = 0;
    double key = 0;
    for (const FieldMatch& match : assigned) {
      fields.insert(match.field.ends_with(kPerUnitOf) ? "amount" : match.field);
      const bool is_own = match.field.find('.') == std::string::npos;
      explained += is_own ? match.score : match.score * 0.4;
      if (match.field == "key") key = profile_.columns[match.column].IsUnique() ? match.score : -0.6;
    }
    const auto [found, wanted] = CountNeeded(table.name, fields);
    const double needed = wanted == 0 ? 0 : static_cast<double>(found) / static_cast<double>(wanted);
    const double columns = std::max<double>(static_cast<double>(std::ranges::count(matches_.is_usable, true)), 1);
    const double share = std::min(1.0, explained / std::min(columns, 12.0));
    const double named = NameSays(table.name);
    const bool is_keyed = KeySays(table, assigned);
    choice.score = 0.36 * needed + 0.22 * share + 0.26 * named + (is_keyed ? 0.16 : 0);
    if (table.Find("key") != nullptr && !table.entity.empty()) choice.score += 0.1 * key;
    if (table.entity.empty() && !is_keyed && SpeaksOfRows(table)) choice.score += 0.12;
    if (needed < 0.5) choice.score *= 0.75;
    if (std::ranges::find(kRare, table.name) != kRare.end()) choice.score *= 0.5;
    choice.score = std::clamp(choice.score, 0.0, 1.0);
    choice.reason = MakePhrase("{} of {} columns are its fields; {} of {} that it needs are there", assigned.size(),
                               profile_.columns.size(), found, wanted);
    if (named > 0) Extend(choice.reason, MakePhrase("; the name of the file says so"));
    if (is_keyed) Extend(choice.reason, MakePhrase("; it has a key of its own"));
    return choice;
  }

  std::pair<std::size_t, std::size_t> CountNeeded(const std::string& table, const std::set<std::string>& fields) const {
    const Mapping* generic = catalog_.Find("generic", table);
    if (generic == nullptr) return {0, 0};
    std::size_t found = 0;
    for (const std::vector<std::string>& group : generic->recognition.require) {
      const bool is_found = std::ranges::any_of(group, [&](const std::string& column) {
        return std::ranges::any_of(fields, [&](const std::string& field) { return ColumnNameOf(field) == column; });
      });
      found += is_found ? 1 : 0;
    }
    return {found, generic->recognition.require.size()};
  }

  // A word of the file's name speaks for the table.
  double NameSays(const std::string& table) const {
    const auto words = words_.tables.find(table);
    if (words == words_.tables.end()) return 0;
    std::size_t longest = 0;
    for (const std::string& phrase : words->second) {
      if (Likeness(stem_, phrase) > 0) longest = std::max<std::size_t>(longest, phrase.size());
    }
    if (longest == 0) return 0;
    // "feature_usage" says more than "events", and a longer word of another table says more than a short one of this.
    for (const auto& [other, phrases] : words_.tables) {
      for (const std::string& phrase : phrases) {
        if (other != table && phrase.size() > longest && Likeness(stem_, phrase) > 0) return 0.5;
      }
    }
    return 1.0;
  }

  // The first id that never repeats is of this very thing ("subscription_id"), or names the table.
  bool KeySays(const model::RecordTable& table, const std::vector<FieldMatch>& assigned) const {
    return std::ranges::any_of(assigned, [&](const FieldMatch& match) {
      if (match.field != "key" || !profile_.columns[match.column].IsUnique()) return false;
      const std::string name = WithoutIdWord(profile_.columns[match.column].column.name, words_.id).first;
      const auto things = words_.things.find(ThingOf(table));
      const auto tables = words_.tables.find(table.name);
      return (things != words_.things.end() && Likeness(name, things->second) > 0) ||
             (tables != words_.tables.end() && Likeness(name, tables->second) > 0);
    });
  }

  // A column names the id of such a row ("call_id"), though it repeats: rows of a fact need no key.
  bool SpeaksOfRows(const model::RecordTable& table) const {
    const auto things = words_.things.find(ThingOf(table));
    if (things == words_.things.end()) return false;
    return std::ranges::any_of(profile_.columns, [&](const ProfiledColumn& column) {
      const auto [name, has_id_word] = WithoutIdWord(column.column.name, words_.id);
      return has_id_word && Likeness(name, things->second) == 1.0;
    });
  }

  const MappingCatalog& catalog_;
  const FileProfile& profile_;
  const ProposeOptions& options_;
  const ProposalWords& words_;
  const FieldMatches matches_;
  std::string stem_;
};

}  // namespace

Result<Proposal> ProposeMapping(const MappingCatalog& catalog, const FileProfile& profile,
                                const ProposeOptions& options) {
  return Proposer(catalog, profile, options).Run();
}

namespace {

// The moment by which the numbers count the rows of a table, where its records make sense without it.
std::string_view DayOf(std::string_view table) {
  if (table == "lead") return "created_at";
  if (table == "invoice") return "issued_at";
  if (table == "subscription") return "started_at";
  return {};
}

}  // namespace

std::vector<Phrase> MissingIn(const MappingCatalog& catalog, const MappingDraft& draft) {
  std::vector<Phrase> missing;
  const Mapping* generic = catalog.Find("generic", draft.table);
  if (generic == nullptr) return missing;
  std::set<std::string> given;
  for (const DraftColumn& column : draft.columns) given.insert(ColumnNameOf(column.field));
  if (given.contains(ColumnNameOf("amount" + std::string(kPerUnitOf)))) given.insert("amount");
  for (const auto& [field, value] : draft.constants) given.insert(ColumnNameOf(field));
  for (const auto& [field, value] : draft.formulas) given.insert(ColumnNameOf(field));
  for (const std::string& field : draft.key) given.insert(field.empty() ? "" : "key");
  for (const std::vector<std::string>& group : generic->recognition.require) {
    if (std::ranges::any_of(group, [&](const std::string& column) { return given.contains(column); })) continue;
    std::string names;
    for (const std::string& column : group) {
      const std::vector<std::string>& headers = generic->columns[*generic->Find(column)].names;
      names += (names.empty() ? "" : ", ") + (headers.empty() ? column : headers.front());
    }
    missing.push_back(group.size() == 1 ? MakePhrase("{} is missing", names)
                                        : MakePhrase("one of {} is missing", names));
  }
  if (const std::string_view day = DayOf(draft.table); !day.empty() && !given.contains(std::string(day))) {
    missing.push_back(MakePhrase("nothing gives '{}': without it the rows count in no period", day));
  }
  return missing;
}

std::vector<std::string> FormatsOf(const ProfiledColumn& column, DayForm::Order order) {
  const DateScan scan = ScanDate(column.days.evidence);
  if (scan.form != DateForm::kThreeParts) return {};
  const std::string year = scan.year_digits == 2 ? "%y" : "%Y";
  const bool is_day_first = order == DayForm::Order::kDayFirst;
  const std::string day =
      fmt::format("{1}{0}{2}{0}{3}", scan.separator, is_day_first ? "%d" : "%m", is_day_first ? "%m" : "%d", year);
  return {day + " %H:%M:%S", day + " %H:%M", day};
}

std::vector<FieldOffer> FieldsOf(const MappingCatalog& catalog, std::string_view table) {
  std::vector<FieldOffer> offers;
  const model::RecordTable* records = model::FindRecordTable(table);
  const Mapping* generic = catalog.Find("generic", table);
  if (records == nullptr || generic == nullptr) return offers;
  const auto is_needed = [&](const std::string& field) {
    return std::ranges::any_of(generic->recognition.require, [&](const std::vector<std::string>& group) {
      return std::ranges::find(group, ColumnNameOf(field)) != group.end();
    });
  };
  for (const model::RecordColumn& column : records->columns) {
    const auto type = TypeOfField(catalog, table, column.name);
    if (!type) continue;
    offers.push_back({column.name, *type, is_needed(column.name)});
    if (*type == ColumnType::kInstant) {
      offers.push_back({column.name + std::string(kClockOf), ColumnType::kDurationS, false});
    }
    if (column.name == "amount" && records->Find("quantity") != nullptr) {
      offers.push_back({column.name + std::string(kPerUnitOf), ColumnType::kDecimal, false});
    }
  }
  std::set<std::string> brought;
  for (const Referred& referred : ReferredBy(table)) {
    const model::RecordTable* of = model::FindRecordTable(referred.table);
    if (!IsBrought(referred.table) || !brought.insert(referred.table).second) continue;
    for (const model::RecordColumn& column : of->columns) {
      const std::string field = referred.table + "." + column.name;
      const auto type = TypeOfField(catalog, table, field);
      if (column.name != "key" && type) offers.push_back({field, *type, false});
    }
  }
  return offers;
}

}  // namespace weir::sources
