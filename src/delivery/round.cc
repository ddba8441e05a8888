#include "delivery/round.h"

#include <algorithm>
#include <iterator>

#include "delivery/compose.h"
#include "delivery/report.h"
#include "delivery/schedule.h"

namespace weir::delivery {
namespace {

constexpr int kKeptDays = 90;

engine::Question QuestionOf(std::string id) {
  engine::Question question;
  question.id = std::move(id);
  question.is_own = true;
  return question;
}

Voice VoiceOf(const Subscription& subscription, const Channels& channels) {
  return {.language = subscription.language == "ru" ? Language::kRussian : Language::kEnglish,
          .address = channels.address};
}

void AskFor(std::string_view name, const std::string& value, engine::Question& question) {
  if (!value.empty()) question.params[std::string(name)] = {value};
}

Result<engine::Answer> AskList(std::string id, const Subscription& subscription, const RoundSetup& setup) {
  engine::Question question = QuestionOf(std::move(id));
  AskFor("team", subscription.team, question);
  AskFor("department", subscription.department, question);
  return setup.ask(subscription.owner, question);
}

Result<Composed> ComposeBrief(const Subscription& subscription, Outbox& outbox, const RoundSetup& setup) {
  WEIR_TRY(const Heard heard, outbox.Told(subscription.id));
  engine::Question question = QuestionOf("brief");
  AskFor("team", subscription.team, question);
  AskFor("department", subscription.department, question);
  AskFor("owner", subscription.seller, question);
  if (!heard.empty()) {
    std::vector<std::string> known;
    for (const char* id : {"leaks.list", "openings.list"}) {
      WEIR_TRY(const engine::Answer list, AskList(id, subscription, setup));
      std::ranges::move(NotToRepeat(list, heard), std::back_inserter(known));
    }
    if (!known.empty()) question.params["told"] = std::move(known);
  }
  WEIR_TRY(const engine::Answer brief, setup.ask(subscription.owner, question));
  return BriefLetter(brief, VoiceOf(subscription, setup.channels));
}

Result<Composed> ComposeWeekly(const Subscription& subscription, const RoundSetup& setup) {
  const ReportScope scope{.team = subscription.team};
  WEIR_TRY(const ReportAnswers answers, AskForReport(scope, [&](const engine::Question& question) {
             engine::Question own = question;
             own.is_own = true;
             return setup.ask(subscription.owner, own);
           }));
  WEIR_TRY(Letter letter, WeeklyLetter(answers, VoiceOf(subscription, setup.channels)));
  return Composed{.letter = std::move(letter)};
}

NewDelivery DeliveryOf(const Subscription& subscription, const std::string& period, Composed composed) {
  return {.subscription_id = subscription.id,
          .owner = subscription.owner,
          .kind = subscription.kind,
          .period = period,
          .channel = subscription.channel,
          .address = subscription.address,
          .key = Outbox::KeyOf(subscription.id, subscription.kind, period),
          .letter = std::move(composed.letter),
          .told = std::move(composed.told)};
}

// What is due of one subscription, put into the outbox; whether something was.
Result<bool> MakeDue(const Subscription& subscription, Outbox& outbox, const RoundSetup& setup, LeaksSeen& seen) {
  const Instant now = setup.clock();
  if (subscription.kind == kNewLeaks) {
    if (!MayTellLeaks(subscription, now, setup.zone)) return false;
    std::int64_t& known = seen.try_emplace(subscription.id, -1).first->second;
    if (known == setup.data_version) return false;
    WEIR_TRY(const Heard heard, outbox.Told(subscription.id));
    WEIR_TRY(const engine::Answer list, AskList("leaks.list", subscription, setup));
    std::optional<Composed> composed =
        LeaksLetter(list, heard, subscription.department, subscription.seller, VoiceOf(subscription, setup.channels));
    known = setup.data_version;
    if (!composed) return false;
    WEIR_TRY(const auto put,
             outbox.Put(DeliveryOf(subscription, fmt::format("v{}", list.data_version), std::move(*composed)), now));
    return put.has_value();
  }
  const std::optional<Due> due = DueAt(subscription, now, setup.zone);
  if (!due) return false;
  WEIR_TRY(const bool is_made, outbox.Has(Outbox::KeyOf(subscription.id, subscription.kind, due->period)));
  if (is_made) return false;
  Result<Composed> composed =
      subscription.kind == kBrief ? ComposeBrief(subscription, outbox, setup) : ComposeWeekly(subscription, setup);
  if (!composed) return Fail(composed.error());
  WEIR_TRY(const auto put, outbox.Put(DeliveryOf(subscription, due->period, std::move(*composed)), now));
  return put.has_value();
}

std::optional<Failure> Send(const PendingDelivery& pending, const RoundSetup& setup) {
  if (pending.channel == kMail) {
    if (!setup.channels.mail) return Failure{.reason = MakePhrase("weir.toml has no table '{}'", "mail")};
    return setup.sender.SendMail(*setup.channels.mail, pending.parcel, setup.stop);
  }
  const WebhookChannel* hook = setup.channels.FindWebhook(pending.channel);
  if (hook == nullptr)
    return Failure{.reason = MakePhrase("weir.toml has no table '{}'", "webhook." + pending.channel)};
  return setup.sender.SendWebhook(*hook, pending.parcel, setup.stop);
}

// Nothing where it was done already.
Result<std::optional<std::optional<Failure>>> Try(std::int64_t id, const RoundSetup& setup) {
  Outbox outbox(setup.connection);
  WEIR_TRY(const auto pending, outbox.Begin(id, setup.clock()));
  if (!pending) return std::optional<std::optional<Failure>>();
  std::optional<Failure> failure = Send(*pending, setup);
  WEIR_TRY(outbox.End(*pending, failure, setup.clock()));
  return std::optional(std::move(failure));
}

const Subscription* FindSubscription(const RoundSetup& setup, std::int64_t id) {
  const auto found = std::ranges::find(setup.subscriptions, id, &Subscription::id);
  return found == setup.subscriptions.end() ? nullptr : &*found;
}

}  // namespace

Result<std::optional<Failure>> SendNow(std::int64_t id, const RoundSetup& setup) {
  WEIR_TRY(auto tried, Try(id, setup));
  return tried ? std::move(*tried) : std::optional<Failure>();
}

Result<RoundOutcome> MakeRound(const RoundSetup& setup, LeaksSeen& seen) {
  RoundOutcome outcome;
  Outbox outbox(setup.connection);
  for (const Subscription& subscription : setup.subscriptions) {
    if (setup.stop.stop_requested()) return outcome;
    const auto made = MakeDue(subscription, outbox, setup, seen);
    if (!made) {
      outcome.problems.emplace_back(subscription.id, made.error());
    } else if (*made) {
      ++outcome.made;
    }
  }
  WEIR_TRY(const std::vector<std::int64_t> due, outbox.DueNow(setup.clock()));
  for (const std::int64_t id : due) {
    if (setup.stop.stop_requested()) return outcome;
    WEIR_TRY(const store::Rows rows,
             setup.connection.Query("SELECT subscription_id, owner, key FROM meta.delivery WHERE delivery_id = ?",
                                    std::array<store::Value, 1>{id}));
    // A try that failed in the evening is not made again at night.
    if (const Subscription* subscription = FindSubscription(setup, rows.IntegerAt(0, 0))) {
      const Instant after = AfterQuiet(setup.clock(), subscription->quiet, setup.zone);
      if (after > setup.clock()) {
        WEIR_TRY(outbox.PutOff(id, after));
        continue;
      }
    }
    WEIR_TRY(const auto tried, Try(id, setup));
    if (!tried) continue;
    WEIR_TRY(const store::Rows state, setup.connection.Query("SELECT state FROM meta.delivery WHERE delivery_id = ?",
                                                             std::array<store::Value, 1>{id}));
    const std::string became = state.TextAt(0, 0);
    ++(became == "sent" ? outcome.sent : became == "given_up" ? outcome.given_up : outcome.failed);
    if (became != "waiting" && setup.record) {
      setup.record(rows.TextAt(0, 1), became == "sent" ? "delivery.sent" : "delivery.given_up", rows.TextAt(0, 2));
    }
  }
  if (outcome.sent + outcome.given_up > 0) WEIR_TRY(outbox.Forget({setup.clock().micros - kKeptDays * kMicrosPerDay}));
  return outcome;
}

}  // namespace weir::delivery
