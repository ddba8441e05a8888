#include "sources/draft_maker.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"

namespace weir::sources {
namespace {

constexpr std::size_t kMostKeyColumns = 12;

class DraftMaker {
 public:
  DraftMaker(const DraftGround& ground, const model::RecordTable& table)
      : ground_(ground),
        catalog_(ground.catalog),
        profile_(ground.profile),
        options_(ground.options),
        words_(WordsOfColumns()),
        is_usable_(ground.matches.is_usable),
        stem_(NormaliseHeader(StemOfFile(ground.options.file_name))),
        own_(&table) {}

  void Run(Proposal& proposal) {
    const model::RecordTable& table = *own_;
    const std::vector<FieldMatch>& assigned = ground_.matches.by_table.at(table.name);
    MappingDraft& draft = proposal.draft;
    draft.table = table.name;
    draft.source = options_.source.empty() ? SourceName() : options_.source;
    draft.object = ObjectName(draft.source, table.name);
    draft.title = StemOfFile(options_.file_name);
    draft.records = options_.records;
    draft.files = FileGlobs();
    draft.fills_short_rows = profile_.short_rows > 0;
    for (std::size_t i = 0; i < profile_.columns.size(); ++i) {
      const auto match = std::ranges::find(assigned, i, &FieldMatch::column);
      DraftColumn column{.header = profile_.columns[i].column.header};
      FieldReason reason;
      if (match != assigned.end()) {
        column = ColumnFor(*match);
        reason = {std::min(match->score, 1.0), match->reason};
      } else if (!is_usable_[i]) {
        reason.reason = MakePhrase("the header stands twice, or has neither letters nor digits");
      }
      draft.columns.push_back(std::move(column));
      proposal.reasons.push_back(std::move(reason));
    }
    AddClock(draft, proposal);
    AddKindOfStage(draft, proposal);
    AddPlainSense(table, draft, proposal);
    ChooseKey(table, draft, proposal);
    NoteDoubts(draft, proposal);
    proposal.missing = MissingIn(catalog_, draft);
  }

 private:
  DraftColumn ColumnFor(const FieldMatch& match) const {
    const ProfiledColumn& from = profile_.columns[match.column];
    DraftColumn column{.header = from.column.header, .field = match.field, .type = match.type};
    const std::string_view field = OwnName(match.field);
    // A name where a key is wanted: the thing is known by its name.
    const bool is_name =
        from.holding == Holding::kPersonName || from.holding == Holding::kCategory || from.holding == Holding::kText;
    const bool is_id_by_header = WithoutIdWord(from.column.name, words_.id).second;
    const auto referred = ReferredThing(match.field);
    if (field.ends_with("_key") && is_name && !is_id_by_header && referred) column.type = ColumnType::kName;
    if (column.type == ColumnType::kDurationS) column.type = DurationBy(from.column.name);
    if (!from.days.format.empty()) column.formats = {from.days.format};
    column.nulls = from.placeholders;
    if (field == "account_key" || field == "person_key") {
      // "0" stands for nobody where it comes again and again.
      const auto zero = std::ranges::find(from.values, "0", &std::pair<std::string, std::uint64_t>::first);
      if (zero != from.values.end() && zero->second > 1) column.nulls.emplace_back("0");
      if (from.values.empty() && from.holding == Holding::kInteger && IsOftenZero(from)) column.nulls.emplace_back("0");
    }
    column.values = ValuesFor(match.field, from);
    return column;
  }

  static bool IsOftenZero(const ProfiledColumn& column) {
    return std::ranges::find(column.samples, "0") != column.samples.end();
  }

  std::optional<std::string> ReferredThing(std::string_view field) const {
    const std::size_t point = field.find('.');
    const model::RecordTable* table =
        point == std::string_view::npos ? own_ : model::FindRecordTable(field.substr(0, point));
    if (table == nullptr) return std::nullopt;
    auto thing = model::ReferredEntity(*table, OwnName(field));
    const model::RecordTable* records = thing ? model::FindRecordTable(*thing) : nullptr;
    if (records == nullptr || records->entity.empty() || records->Find("name") == nullptr) return std::nullopt;
    return thing;
  }

  static ColumnType DurationBy(std::string_view header) {
    for (const std::string_view word : {"minutes", "minute", "min", "мин", "минут"}) {
      if (Likeness(header, word) > 0) return ColumnType::kDurationMin;
    }
    for (const std::string_view word : {"ms", "millis", "milliseconds", "мс"}) {
      if (Likeness(header, word) > 0) return ColumnType::kDurationMs;
    }
    return ColumnType::kDurationS;
  }

  std::vector<std::pair<std::string, std::string>> ValuesFor(const std::string& field,
                                                             const ProfiledColumn& from) const {
    std::vector<std::pair<std::string, std::string>> values;
    const auto meanings = words_.values.find(SetOf(field));
    if (meanings == words_.values.end()) return values;
    for (const auto& [text, count] : from.values) {
      const auto meaning = meanings->second.find(FoldCase(text));
      if (meaning != meanings->second.end() && meaning->second != text) values.emplace_back(text, meaning->second);
    }
    return values;
  }

  // The fixed set that a field's values are of.
  std::string SetOf(const std::string& field) const {
    if (own_->name == "lead" && field == "status") return "lead_status";
    if (own_->name == "activity" && field == "kind") return "activity_kind";
    return field;
  }

  // The time of day that stands in a column of its own.
  void AddClock(MappingDraft& draft, Proposal& proposal) const {
    const auto at = std::ranges::find_if(draft.columns, [&](const DraftColumn& column) {
      return column.type == ColumnType::kInstant && column.field.find('.') == std::string::npos;
    });
    if (at == draft.columns.end() || at->field.empty()) return;
    const ProfiledColumn& day = profile_.columns[static_cast<std::size_t>(at - draft.columns.begin())];
    if (day.holding == Holding::kInstant) return;
    for (std::size_t i = 0; i < draft.columns.size(); ++i) {
      const ProfiledColumn& from = profile_.columns[i];
      if (from.holding != Holding::kClock || !is_usable_[i] || !draft.columns[i].field.empty()) continue;
      const bool is_moment = std::ranges::any_of(
          std::array<std::string_view, 7>{"time", "entry", "start", "started", "hour", "время", "начало"},
          [&](std::string_view word) { return Likeness(from.column.name, word) > 0; });
      if (!is_moment) continue;
      draft.columns[i].field = at->field + ".clock";
      draft.columns[i].type = ColumnType::kDurationS;
      proposal.reasons[i] = {0.85, MakePhrase("the time of day of '{}'", day.column.header)};
      return;
    }
  }

  // Whether a deal is won shows in the names of its stages.
  void AddKindOfStage(MappingDraft& draft, Proposal& proposal) const {
    if (draft.table != "deal") return;
    const auto stage = std::ranges::find(draft.columns, "stage", &DraftColumn::field);
    const bool has_kind = std::ranges::find(draft.columns, "stage_kind", &DraftColumn::field) != draft.columns.end();
    if (stage == draft.columns.end() || has_kind) return;
    const auto from = static_cast<std::size_t>(stage - draft.columns.begin());
    DraftColumn kind{.header = stage->header, .field = "stage_kind", .type = ColumnType::kText};
    for (const auto& [text, count] : profile_.columns[from].values) {
      const auto& meanings = words_.values.at("stage_kind");
      const auto meaning = meanings.find(FoldCase(text));
      kind.values.emplace_back(text, meaning == meanings.end() ? "open" : meaning->second);
    }
    if (kind.values.empty()) return;
    draft.columns.push_back(std::move(kind));
    proposal.reasons.push_back({0.7, MakePhrase("the names of the stages say what was won and lost")});
  }

  static const DraftColumn* Of(const MappingDraft& draft, std::string_view field) {
    const auto found = std::ranges::find(draft.columns, field, &DraftColumn::field);
    return found == draft.columns.end() ? nullptr : &*found;
  }

  // What no column says and the table's own sense does.
  void AddPlainSense(const model::RecordTable& table, MappingDraft& draft, Proposal& proposal) const {
    const auto lacks = [&](std::string_view field) {
      return table.Find(field) != nullptr && Of(draft, field) == nullptr;
    };
    const bool has_price = Of(draft, "unit_price") != nullptr && Of(draft, "quantity") != nullptr;
    if (draft.table == "deal_line" && lacks("amount") && has_price)
      draft.formulas.emplace_back("amount", "quantity * unit_price");
    if (draft.table == "subscription") AddSubscriptionSense(draft, proposal);
    if (draft.table == "payment") {
      if (lacks("kind")) draft.constants.emplace_back("kind", "charge");
      if (lacks("status")) draft.constants.emplace_back("status", "succeeded");
    }
    if (draft.table == "touch" && lacks("kind")) draft.constants.emplace_back("kind", "visit");
    if (draft.table == "activity" && lacks("kind")) draft.constants.emplace_back("kind", "note");
    if (draft.table == "survey_answer" && lacks("kind")) draft.constants.emplace_back("kind", "csat");
    if (!lacks("currency")) return;
    for (const ProfiledColumn& column : profile_.columns) {
      const std::string currency = CurrencyShownBy(column);
      if (currency.empty()) continue;
      draft.constants.emplace_back("currency", currency);
      return;
    }
  }

  static std::string CurrencyShownBy(const ProfiledColumn& column) {
    if (!column.column.currency.empty()) return column.column.currency;
    for (const std::string_view code : {"usd", "eur", "gbp", "rub", "chf"}) {
      if (column.column.name.ends_with("_" + std::string(code))) {
        std::string upper(code);
        std::ranges::transform(upper, upper.begin(), [](char c) { return static_cast<char>(c - 32); });
        return upper;
      }
    }
    return {};
  }

  // "mrr" and "monthly amount" are of a month, whatever the number of seats and the period of billing.
  void AddSubscriptionSense(MappingDraft& draft, Proposal& proposal) const {
    for (std::size_t i = 0; i < draft.columns.size(); ++i) {
      const std::string& name = i < profile_.columns.size() ? profile_.columns[i].column.name : "";
      const bool is_monthly = Likeness(name, "mrr") > 0 || Likeness(name, "monthly") > 0;
      if (draft.columns[i].field != "unit_price" || !is_monthly) continue;
      for (std::size_t other = 0; other < draft.columns.size(); ++other) {
        std::string& field = draft.columns[other].field;
        if (field != "quantity" && field != "interval" && field != "interval_count") continue;
        field.clear();
        draft.columns[other].values.clear();
        proposal.reasons[other] = {0, MakePhrase("the amount is of a month whatever this says")};
      }
      draft.constants.emplace_back("interval", "month");
      draft.formulas.emplace_back("quantity", "1");
    }
    if (Of(draft, "status") == nullptr && Of(draft, "ended_at") != nullptr) {
      draft.formulas.emplace_back("status", "CASE WHEN ended_at IS NULL THEN 'active' ELSE 'canceled' END");
    }
  }

  void ChooseKey(const model::RecordTable& table, MappingDraft& draft, Proposal& proposal) const {
    const auto index_of = [&](std::string_view field) -> std::optional<std::size_t> {
      const auto found = std::ranges::find(draft.columns, field, &DraftColumn::field);
      if (found == draft.columns.end()) return std::nullopt;
      const auto at = static_cast<std::size_t>(found - draft.columns.begin());
      if (at >= profile_.columns.size()) return std::nullopt;
      return at;
    };
    if (const auto key = index_of("key")) {
      if (profile_.columns[*key].IsUnique()) {
        draft.key = {"key"};
        return;
      }
      proposal.notes.push_back(MakePhrase("'{}' repeats, so that it is no key by itself", draft.columns[*key].header));
    }
    std::vector<std::size_t> usable;
    for (std::size_t i = 0; i < profile_.columns.size() && usable.size() < kMostKeyColumns; ++i) {
      const bool is_key = IsKeyField(OwnName(draft.columns[i].field));
      const bool may_part = is_key || draft.columns[i].type == ColumnType::kInstant ||
                            draft.columns[i].type == ColumnType::kDate || draft.columns[i].type == ColumnType::kText ||
                            draft.columns[i].type == ColumnType::kName || draft.columns[i].field.ends_with(".clock");
      if (!draft.columns[i].field.empty() && may_part) usable.push_back(i);
    }
    // Of a fact the first rows do not show that those to come have no such key again.
    const bool is_sure = profile_.is_whole || !table.entity.empty();
    if (const auto parts = is_sure ? SmallestKey(usable) : std::nullopt) {
      for (const std::size_t part : *parts) draft.key.push_back(draft.columns[part].field);
      return;
    }
    if (!table.entity.empty()) {
      proposal.notes.push_back(MakePhrase("no column, and no three of them together, tell all rows apart"));
      return;
    }
    proposal.notes.push_back(MakePhrase("nothing tells all rows apart: equal rows are told apart by their number"));
  }

  std::optional<std::vector<std::size_t>> SmallestKey(const std::vector<std::size_t>& usable) const {
    std::vector<std::size_t> parts;
    for (const std::size_t a : usable) {
      parts = {a};
      if (profile_.IsKey(parts)) return parts;
    }
    for (std::size_t a = 0; a < usable.size(); ++a) {
      for (std::size_t b = a + 1; b < usable.size(); ++b) {
        parts = {usable[a], usable[b]};
        if (profile_.IsKey(parts)) return parts;
      }
    }
    for (std::size_t a = 0; a < usable.size(); ++a) {
      for (std::size_t b = a + 1; b < usable.size(); ++b) {
        for (std::size_t c = b + 1; c < usable.size(); ++c) {
          parts = {usable[a], usable[b], usable[c]};
          if (profile_.IsKey(parts)) return parts;
        }
      }
    }
    return std::nullopt;
  }

  void NoteDoubts(const MappingDraft& draft, Proposal& proposal) const {
    if (draft.fills_short_rows) {
      proposal.notes.push_back(
          MakePhrase("{} of {} rows end before the header does: what they lack at their end is read as empty",
                     profile_.short_rows, profile_.rows));
    }
    for (std::size_t i = 0; i < profile_.columns.size(); ++i) {
      const ProfiledColumn& column = profile_.columns[i];
      if (draft.columns[i].field.empty()) continue;
      if (column.days.order == DayForm::Order::kUndecided) {
        proposal.notes.push_back(MakePhrase("'{}' could be day or month first, as '{}': say which",
                                            column.column.header, column.days.evidence));
      }
      if (column.days.order == DayForm::Order::kContradictory) {
        proposal.notes.push_back(MakePhrase("'{}' has days that are read day first and such that are read month first",
                                            column.column.header));
      }
      if (column.has_doubtful_numbers) {
        proposal.notes.push_back(
            MakePhrase("'{}' does not show whether its comma or point is the decimal mark", column.column.header));
      }
    }
  }

  // ---- names

  // What is left of the file's name without words for tables, days and numbers: the system that it comes from.
  std::string SourceName() const {
    std::string left;
    for (const std::string& token : Tokens(stem_)) {
      const bool is_number = token.find_first_not_of("0123456789") == std::string::npos;
      if (is_number || IsTableWord(token) || !IsPlain(token)) continue;
      left += (left.empty() ? "" : "_") + token;
    }
    const bool begins_with_letter = !left.empty() && left.front() >= 'a' && left.front() <= 'z';
    return begins_with_letter && left.size() <= 40 ? left : "own";
  }

  std::string ObjectName(const std::string& source, const std::string& table) const {
    std::string left;
    for (const std::string& token : Tokens(stem_)) {
      const bool is_number = token.find_first_not_of("0123456789") == std::string::npos;
      if (is_number || !IsPlain(token) || Likeness(source, token) > 0) continue;
      left += (left.empty() ? "" : "_") + token;
    }
    const bool begins_with_letter = !left.empty() && left.front() >= 'a' && left.front() <= 'z';
    return begins_with_letter && left.size() <= 40 ? left : table;
  }

  static bool IsPlain(const std::string& token) {
    return std::ranges::all_of(token, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
  }

  static std::vector<std::string> Tokens(const std::string& name) {
    std::vector<std::string> tokens;
    for (std::size_t at = 0; at < name.size();) {
      const std::size_t end = std::min(name.find('_', at), name.size());
      if (end > at) tokens.push_back(name.substr(at, end - at));
      at = end + 1;
    }
    return tokens;
  }

  bool IsTableWord(const std::string& token) const {
    const auto knows = [&](const auto& lists) {
      return std::ranges::any_of(lists, [&](const auto& list) {
        return std::ranges::any_of(list.second, [&](const std::string& phrase) {
          return Likeness(phrase, token) > 0 || phrase + "s" == token;
        });
      });
    };
    static constexpr std::array<std::string_view, 12> kFiller{
        "data", "export", "example", "list", "table", "report", "all", "new", "min", "5min", "periods", "anonymous"};
    return std::ranges::find(kFiller, token) != kFiller.end() || knows(words_.tables) || knows(words_.things);
  }

  // "leads_2024-03-31.csv" is "leads*".
  std::vector<std::string> FileGlobs() const {
    std::string stem = StemOfFile(options_.file_name);
    const std::size_t digit = stem.find_first_of("0123456789");
    std::string name = stem.substr(0, digit);
    while (!name.empty() && (name.back() == '_' || name.back() == '-' || name.back() == ' ')) name.pop_back();
    if (name.size() < 3) name = stem;
    const bool is_plain = !name.empty() && name.find_first_of("*?[\"\\") == std::string::npos && name.size() <= 60;
    return is_plain ? std::vector<std::string>{name + "*"} : std::vector<std::string>{};
  }

  const DraftGround& ground_;
  const MappingCatalog& catalog_;
  const FileProfile& profile_;
  const ProposeOptions& options_;
  const ProposalWords& words_;
  const std::vector<bool>& is_usable_;
  std::string stem_;
  const model::RecordTable* own_;
};

}  // namespace

void MakeDraft(const DraftGround& ground, const model::RecordTable& table, Proposal& proposal) {
  DraftMaker(ground, table).Run(proposal);
}

std::string StemOfFile(std::string_view file_name) {
  const std::string_view name = file_name.substr(file_name.rfind('/') + 1);
  return std::string(name.substr(0, name.find('.')));
}

}  // namespace weir::sources
