#include "workspace/subscriptions.h"

#include <algorithm>
#include <array>
#include <mutex>

#include <spdlog/spdlog.h>

#include "analysis/columns.h"
#include "base/russian.h"
#include "delivery/compose.h"
#include "workspace/actions.h"
#include "workspace/ledger.h"
#include "workspace/setting_values.h"

namespace weir::workspace {
namespace {

using analysis::ParamVisitor;
using analysis::RawParams;
using delivery::Channels;
using delivery::Outbox;
using delivery::Subscription;

struct TestParams {
  std::string channel;
  std::string address;
  std::string language = "en";
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "channel",
                 .help = {"mail, or the name of a webhook of weir.toml", "mail или имя вебхука из weir.toml"},
                 .required = true,
                 .positional = true},
                channel);
    visitor.Add({.name = "address", .help = {"Of mail: to whom", "Для почты: кому"}}, address);
    visitor.Add({.name = "language", .help = {"Language", "Язык"}, .allowed = {"en", "ru"}}, language);
  }
};

std::string TextIn(const RawParams& params, std::string_view name) {
  const auto found = params.find(name);
  return found == params.end() || found->second.empty() ? std::string() : found->second.front();
}

Result<bool> HasWaiting(store::Connection& connection) {
  WEIR_TRY(const std::int64_t waiting,
           connection.QueryInteger("SELECT count(*) FROM meta.delivery WHERE state IN ('waiting', 'sending')"));
  return waiting > 0;
}

}  // namespace

std::vector<analysis::Action> DeliveryActions() {
  return {{.info = {.id = std::string(kTestDelivery),
                    .title = {"Test a channel", "Проверить канал"},
                    .help = {"Sends a few words over a channel of weir.toml; what came of it stands in the list of "
                             "deliveries",
                             "Отправляет пару слов по каналу из weir.toml; что вышло, видно в списке отправлений"},
                    .right = "settings",
                    .tables = {DecisionTable()}},
           .params = analysis::SpecsOf<TestParams>(),
           .inverse = {},
           .changes_model = false}};
}

Result<analysis::Decision> PerformDeliveryTest(store::Connection& connection, const RawParams& raw,
                                               const KeptSetup& setup) {
  WEIR_TRY(const TestParams params, analysis::Bind<TestParams>(raw));
  const bool is_mail = params.channel == delivery::kMail;
  if (is_mail && !delivery::IsMailAddress(params.address)) {
    return Fail(BadUsage("'{}' is no mail address", params.address)
                    .Field("address")
                    .Mend("It looks like this: {}", "ann@acme.example"));
  }
  DecisionRow row{.action = std::string(kTestDelivery),
                  .subject = "channel:" + params.channel,
                  .before = "null",
                  .after = "null",
                  .undone_by = {}};
  WEIR_TRY(row.data_version, NewestVersion(connection));
  WEIR_TRY(row.id, AppendDecision(connection, row, setup.principal.user, setup.reason, setup.now, std::nullopt));
  const delivery::Voice voice{.language = params.language == "ru" ? Language::kRussian : Language::kEnglish};
  const std::string period = std::to_string(row.id);
  Outbox outbox(connection);
  WEIR_TRY(outbox.Put({.owner = setup.principal.user,
                       .kind = std::string(delivery::kTest),
                       .period = period,
                       .channel = params.channel,
                       .address = is_mail ? params.address : "",
                       .key = Outbox::KeyOf(0, delivery::kTest, period),
                       .letter = delivery::TestLetter(params.channel, setup.now, voice)},
                      setup.now));
  return DecisionOf(row);
}

Deliveries::Deliveries(const store::Database& database, engine::Engine& engine, access::Access& access,
                       std::filesystem::path home)
    : database_(database), engine_(engine), access_(access), home_(std::move(home)), sender_(delivery::CurlSender()) {}
Deliveries::~Deliveries() = default;

Status Deliveries::CheckChannel(std::string_view action, const RawParams& params) const {
  if (action != kSetSubscription && action != kTestDelivery) return {};
  WEIR_TRY(const Channels channels, delivery::ReadChannels(home_));
  const std::string channel = TextIn(params, "channel");
  const std::vector<std::string> names = channels.Names();
  if (std::ranges::find(names, channel) == names.end()) {
    return Fail(BadUsage("weir.toml has no table '{}'", channel == delivery::kMail ? channel : "webhook." + channel)
                    .Field("channel")
                    .Mend("docs/delivery.md says how a channel is set up"));
  }
  const std::string address = TextIn(params, "address");
  if (channel == delivery::kMail && delivery::IsMailAddress(address) &&
      !delivery::MayWriteTo(*channels.mail, address)) {
    return Fail(Forbidden("'{}' is not among the addresses that [mail] may write to", address)
                    .Field("address")
                    .Mend("Add it, or its domain, to 'to' of [mail] in weir.toml"));
  }
  return {};
}

Result<analysis::Principal> Deliveries::PrincipalOf(const std::string& owner) const {
  constexpr std::string_view kFrom = "delivery";
  if (!access_.IsInForce()) {
    analysis::Principal local = analysis::Principal::LocalOwner();
    if (owner == local.user) return local;
  }
  const std::optional<access::Account> account = access_.accounts().Find(owner);
  if (!account || !account->CanSignIn()) {
    return Fail(Forbidden("the account '{}' that subscribed may not sign in", owner)
                    .Mend("Subscribe again under another account"));
  }
  analysis::Principal principal = access_.PrincipalOf(*account, std::string(kFrom));
  if (!principal.Has("export")) {
    return Fail(Forbidden("the account '{}' that subscribed has no right '{}' any more", owner, "export"));
  }
  return principal;
}

Status Deliveries::NoteProblems(store::Connection& connection, const std::vector<Subscription>& subscriptions,
                                const std::vector<std::pair<std::int64_t, Error>>& problems) {
  for (const Subscription& subscription : subscriptions) {
    const auto found = std::ranges::find(problems, subscription.id, &std::pair<std::int64_t, Error>::first);
    const std::string now = found == problems.end() ? "" : found->second.message();
    const std::array<store::Value, 1> id{subscription.id};
    WEIR_TRY(const store::Rows known,
             connection.Query("SELECT problem FROM meta.delivery_problem WHERE subscription_id = ?", id));
    if (now == (known.size() == 0 ? "" : known.TextAt(0, 0))) continue;
    WEIR_TRY(connection.Execute("DELETE FROM meta.delivery_problem WHERE subscription_id = ?", id));
    if (now.empty()) continue;
    spdlog::warn("delivery: subscription {}: {}", subscription.id, now);
    const std::array<store::Value, 4> row{subscription.id, now, InRussian(found->second.phrase()), access_.Now()};
    WEIR_TRY(connection.Execute("INSERT INTO meta.delivery_problem VALUES (?, ?, ?, ?)", row));
  }
  return {};
}

Result<delivery::RoundOutcome> Deliveries::Round(std::stop_token stop) {
  const std::lock_guard guard(one_);
  WEIR_TRY(store::Connection connection, database_.Connect());
  WEIR_TRY(const std::vector<Subscription> subscriptions, ReadSubscriptions(connection));
  WEIR_TRY(const bool has_waiting, HasWaiting(connection));
  if (subscriptions.empty() && !has_waiting) return delivery::RoundOutcome{};
  WEIR_TRY(const Channels channels, delivery::ReadChannels(home_));
  WEIR_TRY(const std::int64_t newest, NewestVersion(connection));
  WEIR_TRY(const analysis::Settings settings, ReadSettings(connection, newest));
  WEIR_TRY(const TimeZone zone, TimeZone::Find(settings.time_zone));
  const delivery::RoundSetup setup{
      .connection = connection,
      .subscriptions = subscriptions,
      .channels = channels,
      .sender = *sender_,
      .zone = zone,
      .data_version = newest,
      .clock = [this] { return access_.Now(); },
      .ask = [this, stop](const std::string& owner, const engine::Question& question) -> Result<engine::Answer> {
        WEIR_TRY(const analysis::Principal principal, PrincipalOf(owner));
        return engine_.Ask(question, principal, {}, stop);
      },
      .record =
          [this](const std::string& owner, std::string_view what, const std::string& subject) {
            analysis::Principal who = analysis::Principal::LocalOwner();
            who.user = owner;
            who.address = "delivery";
            access_.Record(who, what, subject);
          },
      .stop = stop};
  WEIR_TRY(delivery::RoundOutcome outcome, delivery::MakeRound(setup, seen_));
  WEIR_TRY(NoteProblems(connection, subscriptions, outcome.problems));
  return outcome;
}

}  // namespace weir::workspace
