#include "sources/field_match.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

namespace weir::sources {
namespace {

constexpr double kFewestConfidence = 0.5;  // below that a column is kept as it is
// A header that is longer is no name, and columns beyond are more than anybody maps: each is compared with every field
// of every table, so that a file made to be slow would be.
constexpr std::size_t kLongestName = 200;  // bytes
constexpr std::size_t kMostColumns = 2'000;
constexpr double kOwnFirst = 0.15;
constexpr double kReferred = 0.85;  // of a field of a thing that the row refers to
// What is true of a thing whatever row speaks of it.
constexpr std::array<std::string_view, 8> kLasting{"country", "region", "city",    "industry",
                                                   "email",   "phone",  "website", "domain"};
constexpr std::array<std::string_view, 8> kBrought{"account", "person",   "member",       "product",
                                                   "invoice", "campaign", "subscription", "ticket"};

template <std::size_t N>
bool Contains(const std::array<std::string_view, N>& list, std::string_view word) {
  return std::ranges::find(list, word) != list.end();
}

// How well cells of this kind fill a field of that type: 0 not at all.
double Fit(const ProfiledColumn& column, ColumnType type, std::string_view field) {
  using enum Holding;
  const Holding holding = column.holding;
  if (holding == kNothing) return 0.55;
  const bool is_number = holding == kInteger || holding == kDecimal || holding == kMoney || holding == kPercent;
  const bool is_day = holding == kDate || holding == kInstant;
  switch (type) {
    case ColumnType::kDate:
    case ColumnType::kInstant:
    case ColumnType::kEpoch:
    case ColumnType::kEpochMs:
      if (is_day) return (holding == kInstant) == (type == ColumnType::kInstant) ? 1.0 : 0.95;
      return holding == kInteger && !column.days.format.empty() ? 0.95 : 0;
    case ColumnType::kMoney:
    case ColumnType::kMicros:
    case ColumnType::kDecimal:
      if (holding == kPercent) return 0.5;
      return is_number ? 1.0 : 0;
    case ColumnType::kInteger:
      if (holding == kInteger) return 1.0;
      return holding == kDecimal ? 0.5 : 0;
    case ColumnType::kPercent:
    case ColumnType::kShare:
      return is_number ? (holding == kPercent ? 1.0 : 0.8) : 0;
    case ColumnType::kDurationS:
    case ColumnType::kDurationMs:
    case ColumnType::kDurationMin:
      return holding == kClock || holding == kInteger ? 1.0 : holding == kDecimal ? 0.7 : 0;
    case ColumnType::kBoolean:
      return holding == kBoolean ? 1.0 : 0;
    case ColumnType::kEmail:
      return holding == kEmail ? 1.0 : holding == kText ? 0.3 : 0;
    case ColumnType::kPhone:
      return holding == kPhone ? 1.0 : holding == kInteger || holding == kId || holding == kText ? 0.8 : 0;
    case ColumnType::kDomain:
    case ColumnType::kUrl:
      return holding == kUrl ? 1.0 : holding == kText || holding == kCategory || holding == kId ? 0.5 : 0;
    case ColumnType::kId:
      if (is_day || holding == kMoney || holding == kPercent || holding == kClock || holding == kBoolean) return 0;
      return holding == kDecimal ? 0.3 : 1.0;
    case ColumnType::kText:
    case ColumnType::kName:
    case ColumnType::kJson:
      break;
  }
  if (field == "currency") return holding == kCurrency ? 1.0 : is_number || is_day ? 0 : 0.6;
  if (field == "country") return holding == kCountry ? 1.0 : is_number || is_day ? 0 : 0.7;
  if (is_day || holding == kClock || holding == kMoney || holding == kPercent) return 0;
  return holding == kBoolean ? 0.7 : holding == kDecimal ? 0.3 : holding == kInteger ? 0.6 : 1.0;
}

class FieldMatcher {
 public:
  FieldMatcher(const MappingCatalog& catalog, const FileProfile& profile)
      : catalog_(catalog), profile_(profile), known_(catalog), words_(WordsOfColumns()) {
    std::set<std::string> names;
    for (const ProfiledColumn& column : profile.columns) {
      // Of a header that stands twice the mapping reads the last filled cell, whichever column was meant.
      is_usable_.push_back(!column.column.name.empty() && names.insert(column.column.name).second);
      is_compared_.push_back(is_usable_.back() && column.column.name.size() <= kLongestName &&
                             is_compared_.size() < kMostColumns);
    }
  }

  FieldMatches Run() {
    FieldMatches matches;
    for (const model::RecordTable& table : model::RecordTables()) matches.by_table[table.name] = Assign(table);
    matches.is_usable = is_usable_;
    return matches;
  }

 private:
  // ---- one column against one field

  // What is the same for all columns.
  struct Sought {
    const model::RecordTable& table;
    std::string_view field;
    bool is_own = true;
    std::optional<ColumnType> type;
    const Phrases* own_words = nullptr;
    const Phrases* any_words = nullptr;
  };
  Sought Seek(const model::RecordTable& table, std::string_view field, bool is_own) const {
    const auto own = words_.fields.find(fmt::format("{}.{}", table.name, field));
    const auto any = words_.fields.find(field);
    return {.table = table,
            .field = field,
            .is_own = is_own,
            .type = TypeOfField(catalog_, table.name, field),
            .own_words = own == words_.fields.end() ? nullptr : &own->second,
            .any_words = any == words_.fields.end() ? nullptr : &any->second};
  }

  FieldMatch Weigh(std::size_t index, const Sought& sought) const {
    const ProfiledColumn& column = profile_.columns[index];
    const auto& [table, field, is_own, type, own_words, any_words] = sought;
    FieldMatch match{.column = index, .field = {}, .type = ColumnType::kText, .score = 0, .reason = {}};
    if (!type) return match;
    match.type = *type;
    const double fit = Fit(column, *type, field);
    if (fit == 0) return match;
    const auto better = [&](double score, Phrase reason) {
      if (score * fit <= match.score) return;
      match.score = score * fit;
      match.reason = std::move(reason);
    };
    if (IsKeyField(field)) WeighKey(column, table, field, better);
    WeighNames(column, sought, better);
    if (is_own) WeighContents(column, field, better);
    if (!is_own) match.score *= kReferred;
    if (match.score > 0) match.field = is_own ? std::string(field) : fmt::format("{}.{}", table.name, field);
    return match;
  }

  template <typename Better>
  void WeighKey(const ProfiledColumn& column, const model::RecordTable& table, std::string_view field,
                const Better& better) const {
    const auto [name, has_id_word] = WithoutIdWord(column.column.name, words_.id);
    const auto entity = model::ReferredEntity(table, field);
    const std::string thing = field == "key" ? std::string(ThingOf(table)) : entity.value_or(std::string());
    if (field == "key" && has_id_word && name.empty()) {
      better(column.IsUnique() ? 0.97 : 0.6, MakePhrase("an id of its own"));
    }
    if (field == "key" && has_id_word && !name.empty() && column.IsUnique() && IsFirstUnique(column)) {
      better(0.7, MakePhrase("an id that never repeats"));
    }
    const auto found = words_.things.find(thing);
    if (found == words_.things.end()) return;
    const double likeness = Likeness(name, found->second);
    if (likeness == 0) return;
    const double base = field == "key" && !column.IsUnique() ? 0.7 : 1.0;
    if (has_id_word) {
      better(base * (likeness == 1.0 ? 0.98 : 0.8 * likeness + 0.1), MakePhrase("'{}' with a word for ids", thing));
    } else if (likeness == 1.0) {
      const bool may_be_id = column.holding == Holding::kId || column.holding == Holding::kInteger;
      better(base * (may_be_id ? 0.92 : 0.78), MakePhrase("a word for '{}'", thing));
    }
  }

  bool IsFirstUnique(const ProfiledColumn& column) const {
    for (const ProfiledColumn& one : profile_.columns) {
      if (&one == &column) return true;
      if (one.IsUnique() && WithoutIdWord(one.column.name, words_.id).second) return false;
    }
    return false;
  }

  template <typename Better>
  void WeighNames(const ProfiledColumn& column, const Sought& sought, const Better& better) const {
    const std::string& header = column.column.name;
    const auto& [table, field, is_own, type, own_words, any_words] = sought;
    double likeness = own_words == nullptr ? 0 : Likeness(header, *own_words);
    const bool speaks_of_table = is_own || SpeaksOf(header, table);
    // Without a word for the thing, "status" or "plan" is the row's own and not that of what the row refers to.
    const bool may_be_of_it = is_own || speaks_of_table || (Contains(kLasting, field) && !IsOwnField(field));
    if (!may_be_of_it || (!is_own && likeness < 1.0)) likeness = 0;
    better(likeness, likeness == 1.0 ? MakePhrase("one of its usual names") : MakePhrase("part of it is a usual name"));
    if (any_words != nullptr && may_be_of_it) {
      double any = Likeness(header, *any_words);
      if (!is_own && any < 1.0) any = 0;
      better(any * 0.94, any == 1.0 ? MakePhrase("one of its usual names") : MakePhrase("part of it is a usual name"));
    }
    const std::string own_name(field);
    if (is_own) {
      const double by_name = Likeness(header, own_name);
      if (!IsKeyField(field)) {
        better(by_name == 1.0 ? 1.0 : by_name * 0.9, by_name == 1.0 ? MakePhrase("the header of the generic form")
                                                                    : MakePhrase("part of it is a usual name"));
      } else if (by_name == 1.0) {
        better(1.0, MakePhrase("the header of the generic form"));
      }
      if (const auto who = known_.WhoKnows(header, table.name, field)) {
        better(0.88, who->starts_with("generic ") ? MakePhrase("the header of the generic form")
                                                  : MakePhrase("so it is called in {}", *who));
      }
      return;
    }
    if (!speaks_of_table) return;
    // "customer name": the thing, then its field.
    const auto [thing, rest] = SplitThing(header, table);
    if (rest == field || (any_words != nullptr && Likeness(rest, *any_words) == 1.0)) {
      better(1.0, MakePhrase("'{}' of '{}'", field, table.name));
    }
  }

  template <typename Better>
  static void WeighContents(const ProfiledColumn& column, std::string_view field, const Better& better) {
    if (field == "email" && column.holding == Holding::kEmail) better(0.8, MakePhrase("it holds e-mail addresses"));
    if (field == "phone" && column.holding == Holding::kPhone) better(0.7, MakePhrase("it holds telephone numbers"));
    if (field == "country" && column.holding == Holding::kCountry) better(0.7, MakePhrase("it holds countries"));
    if (field == "currency" && column.holding == Holding::kCurrency) better(0.8, MakePhrase("it holds currencies"));
  }

  bool SpeaksOf(std::string_view header, const model::RecordTable& table) const {
    return !SplitThing(header, table).first.empty();
  }

  // The thing's word at the beginning of a header, and the rest of it.
  std::pair<std::string, std::string> SplitThing(std::string_view header, const model::RecordTable& table) const {
    const auto found = words_.things.find(ThingOf(table));
    if (found == words_.things.end()) return {};
    for (const std::string& word : found->second) {
      if (header.size() > word.size() + 1 && header.starts_with(word) && header[word.size()] == '_') {
        return {word, std::string(header.substr(word.size() + 1))};
      }
    }
    return {};
  }

  bool IsOwnField(std::string_view field) const { return own_ != nullptr && own_->Find(field) != nullptr; }

  // ---- all columns against all fields of a table

  std::vector<FieldMatch> Assign(const model::RecordTable& table) {
    own_ = &table;
    std::vector<FieldMatch> matches;
    const auto add = [&](const model::RecordTable& of, std::string_view field, bool is_own) {
      const Sought sought = Seek(of, field, is_own);
      if (!sought.type) return;
      for (std::size_t i = 0; i < profile_.columns.size(); ++i) {
        if (!is_compared_[i]) continue;
        FieldMatch match = Weigh(i, sought);
        if (match.score >= kFewestConfidence) matches.push_back(std::move(match));
      }
    };
    for (const model::RecordColumn& column : table.columns) add(table, column.name, true);
    AddPerUnit(table, matches);
    std::set<std::string> brought;
    for (const Referred& referred : ReferredBy(table.name)) {
      const model::RecordTable* of = model::FindRecordTable(referred.table);
      if (!IsBrought(referred.table) || !brought.insert(referred.table).second) continue;
      for (const model::RecordColumn& column : of->columns) {
        const bool is_key = IsKeyField(column.name);
        // The account of an invoice is that of its lines; other references of a thing are its own affair.
        const bool is_account_of = column.name == "account_key" && table.Find("account_key") == nullptr;
        if (column.name != "key" && (!is_key || is_account_of)) add(*of, column.name, false);
      }
    }
    // What the row says of itself goes before what it says of other things.
    const auto rank = [](const FieldMatch& match) {
      return match.score + (match.field.find('.') == std::string::npos ? kOwnFirst : 0);
    };
    std::ranges::stable_sort(matches, std::ranges::greater{}, rank);
    std::vector<FieldMatch> assigned;
    std::set<std::size_t> columns;
    std::set<std::string> fields;
    for (FieldMatch& match : matches) {
      if (columns.contains(match.column) || fields.contains(match.field)) continue;
      columns.insert(match.column);
      fields.insert(match.field);
      assigned.push_back(std::move(match));
    }
    DropWithoutReference(table, assigned);
    std::ranges::sort(assigned, {}, &FieldMatch::column);
    return assigned;
  }

  // A price, in a table that has amounts and quantities alone.
  void AddPerUnit(const model::RecordTable& table, std::vector<FieldMatch>& matches) const {
    const bool is_wanted = table.Find("amount") != nullptr && table.Find("quantity") != nullptr;
    const auto words = words_.fields.find(table.name + ".unit_price");
    if (!is_wanted || table.Find("unit_price") != nullptr || words == words_.fields.end()) return;
    for (std::size_t i = 0; i < profile_.columns.size(); ++i) {
      if (!is_compared_[i]) continue;
      const double score = Likeness(profile_.columns[i].column.name, words->second) *
                           Fit(profile_.columns[i], ColumnType::kDecimal, "unit_price");
      if (score < kFewestConfidence) continue;
      matches.push_back({.column = i,
                         .field = "amount" + std::string(kPerUnitOf),
                         .type = ColumnType::kDecimal,
                         .score = score,
                         .reason = MakePhrase("the price of one; quantity times price is the amount")});
    }
  }

  // Fields of a thing that no column of the row names.
  static void DropWithoutReference(const model::RecordTable& table, std::vector<FieldMatch>& assigned) {
    const auto has = [&](std::string_view field) {
      return std::ranges::find(assigned, field, &FieldMatch::field) != assigned.end();
    };
    const std::vector<Referred> references = ReferredBy(table.name);
    for (bool is_changed = true; is_changed;) {
      const auto dropped = std::erase_if(assigned, [&](const FieldMatch& match) {
        const std::size_t point = match.field.find('.');
        if (point == std::string::npos || match.field.ends_with(kPerUnitOf)) return false;
        const std::string_view thing = std::string_view(match.field).substr(0, point);
        return std::ranges::none_of(references, [&](const Referred& referred) {
          return referred.table == thing && (has(referred.field) || (thing == "account" && has("account_name")));
        });
      });
      is_changed = dropped > 0;
    }
  }

  const MappingCatalog& catalog_;
  const FileProfile& profile_;
  const KnownHeaders known_;
  const ProposalWords& words_;
  std::vector<bool> is_usable_;
  std::vector<bool> is_compared_;            // of those
  const model::RecordTable* own_ = nullptr;  // the table that is looked at
};

}  // namespace

FieldMatches MatchFields(const MappingCatalog& catalog, const FileProfile& profile) {
  return FieldMatcher(catalog, profile).Run();
}

bool IsBrought(std::string_view table) { return Contains(kBrought, table); }

std::string_view ThingOf(const model::RecordTable& table) { return table.entity.empty() ? table.name : table.entity; }

std::pair<std::string, bool> WithoutIdWord(std::string_view name, const Phrases& words) {
  for (const std::string& word : words) {
    if (name == word) return {"", true};
    if (name.size() > word.size() + 1 && name.ends_with(word) && name[name.size() - word.size() - 1] == '_') {
      return {std::string(name.substr(0, name.size() - word.size() - 1)), true};
    }
  }
  return {std::string(name), false};
}

}  // namespace weir::sources
