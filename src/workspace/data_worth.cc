#include "workspace/data_worth.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "analysis/columns.h"
#include "workspace/data_known.h"
#include "workspace/predictive_worth.h"

namespace weir::workspace {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::NoParams;
using analysis::Of;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using analysis::TextOf;
using store::QuoteName;
using store::Value;

constexpr double kSure = 0.001;
constexpr double kLikely = 0.01;
// A field that closed deals have and hardly any open one has is filled in when they close.
constexpr double kSeldom = 0.05;
constexpr double kOften = 0.2;

TableSpec WorthSpec() {
  return {
      .name = "worth",
      .title = {"Fields of a deal by what they tell of its outcome",
                "Поля сделки по тому, насколько по ним виден исход"},
      .key = {"id"},
      .columns = {TextOf("id", "Field", "Поле"), TextOf("object", "Object", "Объект"),
                  TextOf("title_en", "Title", "Название"), TextOf("title_ru", "Title", "Название"),
                  Of("worth", ColumnType::kShare, "Of the uncertainty about the outcome it takes away",
                     "Какую долю неизвестности об исходе снимает", "share"),
                  TextOf("confidence", "Confidence: sure, likely, chance",
                         "Надёжность: sure — точно, likely — вероятно, chance — может быть случайностью"),
                  TextOf("state", "State: measured, few, after_close, outcome, one_value",
                         "Состояние: measured — измерено, few — мало сделок, after_close — заполняют после "
                         "закрытия, outcome — сам исход, one_value — везде одно и то же"),
                  TextOf("moment", "Value as of: day_before, now",
                         "Значение на момент: day_before — за день до закрытия, now — сейчас"),
                  CountOf("cases", "Closed deals", "Закрытых сделок"), CountOf("won", "Of them won", "Из них выиграно"),
                  CountOf("groups", "Groups of values", "Групп значений")}};
}

TableSpec SampleSpec() {
  return {.name = "sample",
          .title = {"Of which deals", "По каким сделкам"},
          .key = {"closed"},
          .columns = {CountOf("closed", "Closed deals", "Закрытых сделок"),
                      CountOf("read", "Of them read", "Из них прочитано")}};
}

// The outcome itself, what says it in other words, and what only names the record.
enum class Kind : std::uint8_t { kField, kOutcome, kFollows, kName };
Kind KindOf(std::string_view column) {
  static constexpr std::array<std::string_view, 2> kOutcomes{"status", "closed_at"};
  // As they are now they follow the outcome; as they were before it they do not.
  static constexpr std::array<std::string_view, 7> kFollowing{
      "stage", "stage_position", "probability", "forecast_category", "close_date", "loss_reason", "entered_stage_at"};
  static constexpr std::array<std::string_view, 14> kNames{
      "deal_id",    "name",      "account_id", "account",      "person_id",        "lead_id", "campaign_id",
      "product_id", "seller_id", "team_id",    "is_not_sales", "account_owner_id", "origin",  "source"};
  const auto holds = [&](const auto& list) { return std::ranges::find(list, column) != list.end(); };
  if (holds(kOutcomes)) return Kind::kOutcome;
  if (holds(kFollowing)) return Kind::kFollows;
  return holds(kNames) ? Kind::kName : Kind::kField;
}

constexpr std::string_view kSample =
    "SELECT deal_id, status, closed_at FROM scoped.deal WHERE status IN ('won', 'lost') AND closed_at IS NOT NULL AND "
    "NOT "
    "coalesce(is_not_sales, FALSE) ORDER BY md5(deal_id) NULLS LAST, deal_id NULLS LAST LIMIT 20000";
constexpr std::string_view kMoment = "(s.closed_at - INTERVAL 1 DAY)";

// A place where past values stand: which of its columns, and how its newest word before the moment is found.
struct Past {
  std::string view;
  std::string id;
  std::string condition;  // of the rows p known at the moment of s
  std::string order;      // the first counts
};

struct Field {
  std::string id;
  std::string object;
  analysis::Text title;
  Kind kind = Kind::kField;
  std::map<std::string, Value> now;                    // by deal, of the closed ones
  std::optional<std::map<std::string, Value>> before;  // of those whose past is known; none: no past is kept
  double open_filled = 1;                              // share of open deals that have it; 1: there is no open one
};

struct Sample {
  std::map<std::string, bool> is_won;
  std::int64_t closed = 0;
};

Result<Sample> ReadSample(store::Session& session) {
  Sample sample;
  WEIR_TRY(const store::Rows rows, session.Query(kSample));
  for (std::size_t i = 0; i < rows.size(); ++i) sample.is_won[rows.TextAt(i, 0)] = rows.TextAt(i, 1) == "won";
  WEIR_TRY(sample.closed, session.QueryInteger("SELECT count(*) FROM scoped.deal WHERE status IN ('won', 'lost') AND "
                                               "closed_at IS NOT NULL AND NOT coalesce(is_not_sales, FALSE)"));
  return sample;
}

// Several columns of one view: as they are now of the sample, and the share of open deals that have each.
Status ReadNow(const std::string& view, const std::string& order, std::vector<Field*>& fields,
               const std::vector<std::string>& columns, store::Session& session) {
  std::string list;
  std::string counts;
  for (const std::string& column : columns) {
    list += ", n." + QuoteName(column);
    counts += ", count(n." + QuoteName(column) + ")";
  }
  const std::string newest =
      order.empty() ? "scoped." + QuoteName(view)
                    : fmt::format(
                          "(SELECT * FROM scoped.{} QUALIFY row_number() OVER (PARTITION BY deal_id ORDER BY {} "
                          "NULLS LAST) = 1)",
                          QuoteName(view), order);
  WEIR_TRY(const store::Rows rows,
           session.Query(fmt::format("SELECT s.deal_id{} FROM ({}) AS s JOIN {} AS n ON n.deal_id = s.deal_id ORDER BY "
                                     "s.deal_id NULLS LAST",
                                     list, kSample, newest)));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t c = 0; c < fields.size(); ++c) fields[c]->now[rows.TextAt(i, 0)] = rows.rows[i][1 + c];
  }
  WEIR_TRY(
      const store::Rows open,
      session.Query(fmt::format("SELECT count(*){} FROM scoped.deal AS d LEFT JOIN {} AS n ON n.deal_id = d.deal_id "
                                "WHERE d.status = 'open'",
                                counts, newest)));
  const auto all = static_cast<double>(open.IntegerAt(0, 0));
  for (std::size_t c = 0; c < fields.size() && all > 0; ++c) {
    fields[c]->open_filled = static_cast<double>(open.IntegerAt(0, 1 + c)) / all;
  }
  return {};
}

Status ReadPast(const Past& past, std::vector<Field*>& fields, const std::vector<std::string>& columns,
                store::Session& session) {
  std::string list;
  for (const std::string& column : columns) list += ", p." + QuoteName(column);
  WEIR_TRY(const store::Rows rows,
           session.Query(fmt::format(
               "SELECT p.{}{} FROM ({}) AS s JOIN scoped.{} AS p ON p.{} = s.deal_id AND {} QUALIFY row_number() OVER "
               "(PARTITION BY p.{} ORDER BY {}) = 1 ORDER BY 1 NULLS LAST",
               past.id, list, kSample, QuoteName(past.view), past.id, past.condition, past.id, past.order)));
  for (Field* field : fields) field->before.emplace();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t c = 0; c < fields.size(); ++c) (*fields[c]->before)[rows.TextAt(i, 0)] = rows.rows[i][1 + c];
  }
  return {};
}

// Which columns of a view that keeps the past give a column of the deal its value of then.
Status ReadPastOf(const explore::View& deal, std::vector<Field>& fields, store::Session& session) {
  const std::array<Past, 2> pasts{
      {{.view = "deal_version",
        .id = "deal_id",
        .condition = fmt::format(
            "p.valid_from <= {0} AND (p.valid_to IS NULL OR p.valid_to > {0}) AND p.recorded_at <= {0}", kMoment),
        .order = "p.version DESC NULLS LAST"},
       {.view = "deal_record",
        .id = "deal_id",
        .condition = fmt::format("p.observed_at <= {}", kMoment),
        .order = "p.observed_at DESC NULLS LAST, p.observation DESC NULLS LAST"}}};
  static constexpr std::array<std::string_view, 7> kOfVersion{
      "stage", "amount", "amount_reporting", "close_date", "probability", "forecast_category", "owner_id"};
  static constexpr std::array<std::string_view, 5> kOfRecord{"pipeline", "type", "lead_source", "loss_reason",
                                                             "next_step"};
  const auto read = [&](const Past& past, auto& names) -> Status {
    std::vector<Field*> chosen;
    std::vector<std::string> columns;
    for (Field& field : fields) {
      const std::string column = field.id.substr(field.id.find('.') + 1);
      if (field.object != deal.name || std::ranges::find(names, column) == names.end()) continue;
      chosen.push_back(&field);
      columns.push_back(column);
    }
    return chosen.empty() ? Status() : ReadPast(past, chosen, columns, session);
  };
  WEIR_TRY(read(pasts[0], kOfVersion));
  return read(pasts[1], kOfRecord);
}

// The columns of deals that no mapping names, each in a view of words. Such a word holds since its record was made or
// changed, which is not since it was known: of the past nothing is sure.
Status AddCustom(const Known& known, std::vector<Field>& fields, store::Session& session) {
  std::map<std::string, std::vector<const metrics::CustomColumn*>> views;
  for (const metrics::CustomColumn& column : known.custom_columns) {
    if (column.entity == "deal") views[column.view].push_back(&column);
  }
  for (const auto& [view, columns] : views) {
    std::vector<Field> some;
    std::vector<std::string> names;
    for (const metrics::CustomColumn* column : columns) {
      some.push_back({.id = column->id, .object = view, .title = column->Title(), .now = {}, .before = {}});
      names.push_back(column->column);
    }
    std::vector<Field*> chosen;
    chosen.reserve(some.size());
    for (Field& field : some) chosen.push_back(&field);
    WEIR_TRY(ReadNow(view, "place DESC", chosen, names, session));
    std::ranges::move(some, std::back_inserter(fields));
  }
  return {};
}

Result<std::vector<Field>> ReadFields(const Known& known, store::Session& session) {
  std::vector<Field> fields;
  const auto deal = std::ranges::find(known.views, "deal", &explore::View::name);
  if (deal == known.views.end()) return fields;
  for (const analysis::Column& column : deal->columns) {
    const Kind kind = KindOf(column.name);
    if (kind == Kind::kName) continue;
    fields.push_back({.id = "deal." + column.name,
                      .object = deal->name,
                      .title = column.title,
                      .kind = kind,
                      .now = {},
                      .before = {}});
  }
  std::vector<Field*> all;
  std::vector<std::string> names;
  for (Field& field : fields) {
    all.push_back(&field);
    names.push_back(field.id.substr(field.id.find('.') + 1));
  }
  WEIR_TRY(ReadNow("deal", "", all, names, session));
  WEIR_TRY(ReadPastOf(*deal, fields, session));
  WEIR_TRY(AddCustom(known, fields, session));
  return fields;
}

struct Judged {
  const Field* field = nullptr;
  std::string state;
  std::string moment;
  Worth worth;
};

double FilledShare(const std::map<std::string, Value>& values) {
  if (values.empty()) return 0;
  const auto filled = std::ranges::count_if(values, [](const auto& one) { return !store::IsNull(one.second); });
  return static_cast<double>(filled) / static_cast<double>(values.size());
}

bool IsEnough(const Worth& worth) {
  return worth.cases >= kLeastCases && worth.won >= kLeastOfOutcome && worth.cases - worth.won >= kLeastOfOutcome;
}

Worth Measured(const std::map<std::string, Value>& values, const Sample& sample) {
  std::vector<Case> cases;
  cases.reserve(values.size());
  for (const auto& [deal, value] : values) {
    const auto outcome = sample.is_won.find(deal);
    if (outcome != sample.is_won.end()) cases.push_back({value, outcome->second});
  }
  return WorthOf(cases);
}

Judged Judge(const Field& field, const Sample& sample) {
  Judged judged{.field = &field, .state = "measured", .moment = "now", .worth = {}};
  if (field.kind == Kind::kOutcome) {
    judged.state = "outcome";
    return judged;
  }
  const double filled = FilledShare(field.now);
  if (field.before) {
    judged.worth = Measured(*field.before, sample);
    if (IsEnough(judged.worth)) judged.moment = "day_before";
  }
  const bool is_before = judged.moment == "day_before";
  const double filled_early = is_before ? FilledShare(*field.before) : field.open_filled;
  if (!is_before && field.kind == Kind::kFollows) {
    judged.state = "outcome";
    judged.worth = {};
    return judged;
  }
  if (!is_before) judged.worth = Measured(field.now, sample);
  if (filled >= kOften && filled_early < kSeldom) {
    judged.state = "after_close";
  } else if (!IsEnough(judged.worth)) {
    judged.state = "few";
  } else if (judged.worth.groups < 2) {
    judged.state = "one_value";
  }
  return judged;
}

Value ShareOf(double share) {
  constexpr double kParts = 10'000;
  constexpr int kDigits = 4;
  return Decimal{static_cast<std::int64_t>(std::llround(share * kParts)), kDigits};
}

Result<Output> RunWorth(const NoParams& /*params*/, Context& context) {
  store::Session& session = context.session();
  WEIR_TRY(const Known known, ReadKnown(context));
  WEIR_TRY(const Sample sample, ReadSample(session));
  WEIR_TRY(const std::vector<Field> fields, ReadFields(known, session));
  std::vector<Judged> all;
  for (const Field& field : fields) {
    if (context.stop().stop_requested()) return Fail(Cancelled("stopped before it was done"));
    all.push_back(Judge(field, sample));
  }
  const auto rank = [](const Judged& one) {
    const bool is_measured = one.state == "measured";
    const bool is_told = is_measured && one.worth.chance < kLikely;
    // What is known to have been known goes before what may have been filled in afterwards.
    const int order = is_told && one.moment == "day_before" ? 0 : is_told ? 1 : is_measured ? 2 : 3;
    return std::tuple(order, is_measured ? -std::llround(one.worth.share * 1e4) : 0, one.field->id);
  };
  std::ranges::sort(all, [&](const Judged& a, const Judged& b) { return rank(a) < rank(b); });
  const TableSpec spec = WorthSpec();
  Table table{.name = spec.name, .key = spec.key, .columns = spec.columns};
  for (const Judged& one : all) {
    const bool is_measured = one.state == "measured";
    const char* confidence = one.worth.chance < kSure ? "sure" : one.worth.chance < kLikely ? "likely" : "chance";
    const bool is_told = one.state != "outcome";
    table.rows.push_back({one.field->id, one.field->object, one.field->title.en, one.field->title.ru,
                          is_measured ? ShareOf(one.worth.share) : Value(),
                          is_measured ? Value(std::string(confidence)) : Value(), one.state,
                          is_told ? Value(one.moment) : Value(), is_told ? Value(one.worth.cases) : Value(),
                          is_told ? Value(one.worth.won) : Value(), is_measured ? Value(one.worth.groups) : Value()});
  }
  const TableSpec of_sample = SampleSpec();
  Table read{.name = of_sample.name, .key = of_sample.key, .columns = of_sample.columns};
  const auto count = static_cast<std::int64_t>(sample.is_won.size());
  read.rows.push_back({sample.closed, count});
  Output output;
  output.tables = {std::move(table), std::move(read)};
  if (count < sample.closed) {
    output.warnings.push_back(
        {.code = "sample",
         .message = MakePhrase("{} of {} closed deals were read, chosen by their ids", count, sample.closed),
         .params = {}});
  }
  return output;
}

}  // namespace

analysis::Analysis WorthAnalysis() {
  return analysis::Declare<NoParams>(
      {.id = "data.worth",
       .title = {"What fields tell of the outcome", "Что поля говорят об исходе"},
       .help =
           {"Fields of a deal ranked by how much each alone tells of whether the deal is won, as it stood a day "
            "before the close where history is kept. Chance is taken off; what is filled in at the close, or follows "
            "it, is marked and not ranked.",
            "Поля сделки по тому, насколько каждое само по себе говорит, будет ли она выиграна, — по значению за "
            "день до закрытия, где история хранится. Доля случая вычтена; то, что заполняют при закрытии или что "
            "следует из него, отмечено и в ранг не входит."},
       .right = "import",
       .tables = {WorthSpec(), SampleSpec()}},
      &RunWorth);
}

}  // namespace weir::workspace
