// Subscriptions: what is sent to whom, kept as queries and views are, by decisions that can be undone.
#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"
#include "delivery/channels.h"
#include "workspace/actions.h"
#include "workspace/kept_items.h"
#include "workspace/subscriptions.h"

namespace weir::workspace {
namespace {

using analysis::Action;
using analysis::ParamVisitor;
using analysis::RawParams;
using delivery::QuietHours;
using delivery::Subscription;

constexpr std::size_t kLongest = 300;  // bytes of a text
constexpr std::array<std::string_view, 7> kDays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

struct SetParams {
  std::int64_t id = 0;
  std::string kind;
  std::string channel;
  std::string address;
  std::string language = "en";
  std::int64_t hour = 8;
  std::vector<std::string> days;
  std::string quiet;
  std::string team;
  std::string department;
  std::string seller;
  std::string name;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "kind",
                 .help = {"What is sent: the brief of the morning, the weekly report, new leaks",
                          "Что отправлять: утреннюю сводку, недельный отчёт, новые утечки"},
                 .allowed = {"brief", "weekly", "leaks"},
                 .required = true,
                 .positional = true},
                kind);
    visitor.Add({.name = "channel",
                 .help = {"mail, or the name of a webhook of weir.toml", "mail или имя вебхука из weir.toml"},
                 .required = true,
                 .positional = true},
                channel);
    visitor.Add({.name = "address", .help = {"Of mail: to whom", "Для почты: кому"}}, address);
    visitor.Add({.name = "language", .help = {"Language", "Язык"}, .allowed = {"en", "ru"}}, language);
    visitor.Add({.name = "hour",
                 .help = {"Of a brief and a report: at which hour of the reporting zone, 0 to 23",
                          "Для сводки и отчёта: в котором часу по времени отчётов, от 0 до 23"}},
                hour);
    visitor.Add({.name = "days",
                 .help = {"On which days; without them Monday to Friday, of a weekly report Monday",
                          "В какие дни; без них с понедельника по пятницу, для недельного отчёта понедельник"},
                 .allowed = {kDays.begin(), kDays.end()}},
                days);
    visitor.Add({.name = "quiet",
                 .help = {"Hours in which nothing is sent: 22-7", "Часы, в которые ничего не отправлять: 22-7"}},
                quiet);
    visitor.Add({.name = "team", .help = {"Only of this team", "Только об этой команде"}}, team);
    visitor.Add({.name = "department",
                 .help = {"Only for this department", "Только для этого отдела"},
                 .allowed = {"marketing", "sales", "success", "finance", "operations"}},
                department);
    visitor.Add({.name = "seller", .help = {"Only of this seller", "Только об этом продавце"}}, seller);
    visitor.Add({.name = "name", .help = {"What it is called", "Название"}}, name);
    visitor.Add({.name = "id",
                 .help = {"Number of the subscription that this changes; without it a new one is made",
                          "Номер подписки, которая меняется; без него создаётся новая"}},
                id);
  }
};

std::optional<int> NumberIn(std::string_view text) {
  int number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

// "22-7"; nothing where it is none.
std::optional<QuietHours> QuietFrom(std::string_view text) {
  constexpr int kHours = 24;
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto from = NumberIn(text.substr(0, dash));
  const auto until = NumberIn(text.substr(dash + 1));
  const auto is_hour = [](const std::optional<int>& hour) { return hour && *hour >= 0 && *hour < kHours; };
  if (!is_hour(from) || !is_hour(until) || *from == *until) return std::nullopt;
  return QuietHours{*from, *until};
}

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ",") + word;
  return text;
}

Status CheckTexts(const SetParams& params) {
  for (const auto& [name, text] : {std::pair<const char*, const std::string&>{"name", params.name},
                                   {"channel", params.channel},
                                   {"address", params.address},
                                   {"team", params.team},
                                   {"seller", params.seller}}) {
    const bool has_control = std::ranges::any_of(text, [](unsigned char c) { return c < ' ' || c == 127; });
    if (text.size() > kLongest) return Fail(TooLarge("a text has at most {} bytes", kLongest).Field(name));
    if (has_control) return Fail(BadUsage("a text of one line is expected here").Field(name));
  }
  return {};
}

Result<KeptItem> Read(const RawParams& raw) {
  WEIR_TRY(SetParams params, analysis::Bind<SetParams>(raw));
  WEIR_TRY(CheckTexts(params));
  const bool is_mail = params.channel == delivery::kMail;
  if (is_mail && !delivery::IsMailAddress(params.address)) {
    return Fail(BadUsage("'{}' is no mail address", params.address)
                    .Field("address")
                    .Mend("It looks like this: {}", "ann@acme.example"));
  }
  if (!is_mail && !params.address.empty()) {
    return Fail(BadUsage("a webhook has its address in weir.toml").Field("address"));
  }
  if (params.hour < 0 || params.hour > 23) {
    return Fail(BadUsage("'{}' is no hour from 0 to 23", params.hour).Field("hour"));
  }
  if (!params.quiet.empty() && !QuietFrom(params.quiet)) {
    return Fail(BadUsage("'{}' are no hours", params.quiet).Field("quiet").Mend("It looks like this: {}", "22-7"));
  }
  if (params.days.empty()) {
    params.days = params.kind == delivery::kWeekly ? std::vector<std::string>{"mon"}
                                                   : std::vector<std::string>{"mon", "tue", "wed", "thu", "fri"};
  }
  if (params.kind == delivery::kWeekly && params.days.size() != 1) {
    return Fail(BadUsage("a weekly report goes out on one day").Field("days"));
  }
  KeptItem item{.id = params.id, .name = std::string(TrimBlanks(params.name))};
  if (item.name.empty()) item.name = params.kind;
  item.body = {params.kind,
               params.channel,
               is_mail ? params.address : "",
               params.language,
               std::to_string(params.hour),
               Joined(params.days),
               params.quiet,
               params.team,
               params.department,
               params.seller};
  return item;
}

Error Missing(std::int64_t id) { return NotFound("there is no subscription {}", id).Field("id"); }

Error OfAnother(const KeptItem& item) {
  return Forbidden("the subscription '{}' belongs to {}", item.name, item.owner).Field("id");
}

template <typename P>
Action Declared(std::string_view id, const analysis::Text& title, const analysis::Text& help) {
  return {.info = {.id = std::string(id), .title = title, .help = help, .right = "export", .tables = {DecisionTable()}},
          .params = analysis::SpecsOf<P>(),
          .inverse = {},
          .changes_model = false};
}

std::vector<Action> Actions() {
  std::vector<Action> all;
  all.push_back(Declared<SetParams>(
      kSetSubscription, {"Subscribe", "Подписать"},
      {"Sends the brief, the weekly report or new leaks over a channel of weir.toml, with the rights of whoever "
       "subscribes",
       "Отправлять сводку, недельный отчёт или новые утечки по каналу из weir.toml, с правами того, кто подписывает"}));
  all.push_back(Declared<RemoveKeptParams>(kRemoveSubscription, {"End a subscription", "Отменить подписку"},
                                           {"Its decision can be undone", "Решение можно отменить"}));
  return all;
}

constexpr std::array<std::string_view, 3> kMigrations{
    // Each change is a row more, the newest of a number counts. Texts as they were given.
    R"(CREATE TABLE meta.delivery_subscription (
      subscription_id BIGINT NOT NULL, name VARCHAR NOT NULL, kind VARCHAR NOT NULL, channel VARCHAR NOT NULL,
      address VARCHAR NOT NULL, language VARCHAR NOT NULL, hour VARCHAR NOT NULL, days VARCHAR NOT NULL, quiet VARCHAR NOT NULL,
      team VARCHAR NOT NULL, department VARCHAR NOT NULL, seller VARCHAR NOT NULL, owner VARCHAR NOT NULL,
      is_shared BOOLEAN NOT NULL, is_removed BOOLEAN NOT NULL, changed_by VARCHAR NOT NULL, changed_at TIMESTAMP NOT NULL,
      decision_id BIGINT NOT NULL))",
    "CREATE SEQUENCE meta.delivery_subscription_number",
    // Why one cannot be made now; gone once it can.
    R"(CREATE TABLE meta.delivery_problem (
      subscription_id BIGINT NOT NULL, problem VARCHAR NOT NULL, problem_ru VARCHAR NOT NULL, noted_at TIMESTAMP NOT NULL))"};

}  // namespace

const KeptKind& Subscriptions() {
  static const KeptKind kind{
      .noun = "subscription",
      .table = "meta.delivery_subscription",
      .number = "subscription_id",
      .body = {"kind", "channel", "address", "language", "hour", "days", "quiet", "team", "department", "seller"},
      .save = kSetSubscription,
      .remove = kRemoveSubscription,
      .actions = &Actions,
      .read = &Read,
      .missing = &Missing,
      .of_another = &OfAnother};
  return kind;
}

std::span<const std::string_view> SubscriptionMigrations() { return kMigrations; }

Result<std::vector<Subscription>> ReadSubscriptions(store::Session& session) {
  WEIR_TRY(
      const store::Rows rows,
      session.Query(fmt::format("SELECT subscription_id, kind, channel, address, language, hour, days, quiet, team, "
                                "department, seller, owner, changed_at FROM ({}) AS kept ORDER BY subscription_id "
                                "NULLS LAST",
                                NewestKept(Subscriptions()))));
  std::vector<Subscription> all;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    Subscription one{.id = rows.IntegerAt(row, 0),
                     .owner = rows.TextAt(row, 11),
                     .kind = rows.TextAt(row, 1),
                     .channel = rows.TextAt(row, 2),
                     .address = rows.TextAt(row, 3),
                     .language = rows.TextAt(row, 4),
                     .hour = NumberIn(rows.TextAt(row, 5)).value_or(8),
                     .quiet = QuietFrom(rows.TextAt(row, 7)),
                     .team = rows.TextAt(row, 8),
                     .department = rows.TextAt(row, 9),
                     .seller = rows.TextAt(row, 10)};
    const std::string days = rows.TextAt(row, 6);
    for (std::size_t day = 0; day < kDays.size(); ++day) {
      if (days.find(kDays[day]) != std::string::npos) one.days.push_back(static_cast<int>(day));
    }
    if (const auto* at = std::get_if<Instant>(&rows.rows[row][12])) one.since = *at;
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace weir::workspace
