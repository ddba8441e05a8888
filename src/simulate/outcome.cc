#include "simulate/outcome.h"

#include <vector>

namespace weir::simulate {

Outcome& Outcome::operator+=(const Outcome& other) {
  leads += other.leads;
  deals += other.deals;
  won += other.won;
  won_minor += other.won_minor;
  billed_minor += other.billed_minor;
  mrr_minor += other.mrr_minor;
  return *this;
}

Outcome OutcomeOf(const World& world, const Account& account) {
  Outcome outcome;
  const std::string_view currency = account.profile.currency;
  const auto corporate = [&](std::int64_t minor, Instant at) {
    return world.company.ToCorporate(minor, currency, world.calendar.DayOf(at));
  };
  outcome.leads = static_cast<std::int64_t>(account.leads.size());
  for (const Deal& deal : account.deals) {
    if (deal.is_migrated) continue;
    ++outcome.deals;
    if (deal.versions.back().stage != Stage::kWon) continue;
    ++outcome.won;
    outcome.won_minor += corporate(deal.versions.back().amount_minor.value_or(0), deal.closed_at);
  }
  for (const Invoice& invoice : account.invoices) {
    if (invoice.created_at >= world.begin() && invoice.created_at < world.end()) {
      outcome.billed_minor += corporate(invoice.subtotal_minor, invoice.created_at);
    }
  }
  const Instant last = Plus(world.end(), -1.0);
  for (const Subscription& subscription : account.subscriptions) {
    const SubscriptionVersion* now = subscription.At(last);
    if (now == nullptr || now->status == SubscriptionStatus::kCanceled) continue;
    outcome.mrr_minor += corporate(now->unit_minor * now->quantity, last);
  }
  return outcome;
}

Counterfactuals Compare(const World& world, int accounts, int rounds, const Executor& executor) {
  Counterfactuals result;
  result.accounts = accounts * rounds;
  // The same company and market days, other luck in every account.
  std::vector<World> worlds(static_cast<std::size_t>(rounds), world);
  for (std::size_t round = 1; round < worlds.size(); ++round) worlds[round].seed += round * 0x9E3779B97F4A7C15ULL;
  struct Question {
    Knobs knobs;
    Outcome* answer;
  };
  std::vector<Question> questions = {{world.scenario.knobs, &result.base}};
  for (std::size_t channel = 0; channel < kChannels; ++channel) {
    questions.push_back({world.scenario.knobs, &result.without_channel[channel]});
    questions.back().knobs.channel_on[channel] = false;
  }
  for (int i = 0; i < kDrivers; ++i) {
    const auto driver = static_cast<Driver>(i);
    questions.push_back({world.scenario.knobs, &result.improved[static_cast<std::size_t>(i)]});
    questions.back().knobs.Of(driver) *= Knobs::MoreIsBetter(driver) ? 1.1 : 0.9;
  }
  if (world.scenario.has_planted) questions.push_back({Knobs{}, &result.restored});
  executor.ForEach(questions.size(), [&](std::size_t i) {
    Outcome total;
    for (const World& luck : worlds) {
      for (int index = 0; index < accounts; ++index) {
        total += OutcomeOf(luck, TellAccount(luck, questions[i].knobs, index));
      }
    }
    *questions[i].answer = total;
  });
  if (!world.scenario.has_planted) result.restored = result.base;
  return result;
}

}  // namespace weir::simulate
