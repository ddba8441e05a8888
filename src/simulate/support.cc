// Tickets of customers: who asks, who answers and how fast.
#include <algorithm>
#include <array>
#include <cmath>

#include "simulate/world.h"

namespace weir::simulate {
namespace {

constexpr std::array<std::string_view, 4> kPriorities = {"low", "normal", "high", "urgent"};
constexpr std::array<double, 4> kPriorityWeights = {0.15, 0.62, 0.18, 0.05};
constexpr std::array<std::string_view, 3> kTypes = {"question", "incident", "problem"};
constexpr std::array<double, 3> kTypeWeights = {0.6, 0.3, 0.1};
constexpr std::array<std::string_view, 3> kVia = {"email", "web", "api"};
constexpr std::array<double, 3> kViaWeights = {0.55, 0.40, 0.05};
constexpr double kLeftWithLastWord = 0.03;  // who writes again and hears nothing more

void Answer(Scene& scene, Ticket& ticket, int seat, Sampler& sampler) {
  const Calendar& calendar = scene.calendar();
  const Lexicon& lexicon = *scene.world.lexicon;
  const double urgency = ticket.priority == "urgent" ? 0.25 : ticket.priority == "high" ? 0.6 : 1.0;
  const double load = scene.world.company.Load(seat, calendar.DayOf(ticket.created_at));
  const Member& member = scene.member(scene.HolderAt(seat, ticket.created_at));
  Instant at = calendar.AddOfficeHours(ticket.created_at, sampler.Exponential(3.5 * load * member.slowness * urgency));
  const int rounds = 1 + sampler.Poisson(0.9);
  for (int round = 0; round < rounds; ++round) {
    if (at >= scene.world.end()) return;
    const int agent = scene.HolderAt(seat, at);
    if (round == 0) {
      ticket.changes.push_back({at, "assignee_id", {}, agent});
      ticket.changes.push_back({at, "status", "open", agent});
    }
    const Instant replied = Plus(at, 240.0);
    if (replied >= scene.world.end()) return;
    ticket.comments.push_back({replied, true, agent, true, sampler.Pick(lexicon.reply_texts)});
    const bool last = round + 1 == rounds;
    ticket.changes.push_back({replied, "status", last ? "solved" : "pending", agent});
    if (last) {
      const Instant closed = Plus(replied, 4.0 * 86400.0);
      if (closed < scene.world.end()) ticket.changes.push_back({closed, "status", "closed", -1});
      return;
    }
    const Instant back = Plus(replied, sampler.Exponential(20.0) * 3600.0 + 300.0);
    if (back >= scene.world.end()) return;
    ticket.comments.push_back({back, false, -1, true, sampler.Pick(lexicon.ticket_texts)});
    ticket.changes.push_back({back, "status", "open", -1});
    if (sampler.Chance(kLeftWithLastWord)) return;
    at = calendar.AddOfficeHours(back, sampler.Exponential(4.0 * load * member.slowness * urgency));
  }
}

void OpenTicket(Scene& scene, Instant at, Sampler& sampler) {
  Ticket ticket;
  ticket.number = static_cast<int>(scene.account.tickets.size());
  ticket.person = sampler.Integer(0, static_cast<int>(scene.account.people.size()) - 1);
  ticket.created_at = at;
  const Lexicon& lexicon = *scene.world.lexicon;
  ticket.subject = sampler.Pick(lexicon.ticket_subjects);
  ticket.text = sampler.Pick(lexicon.ticket_texts);
  ticket.priority = kPriorities[sampler.Weighted(kPriorityWeights)];
  ticket.type = kTypes[sampler.Weighted(kTypeWeights)];
  ticket.via = kVia[sampler.Weighted(kViaWeights)];
  ticket.changes.push_back({at, "status", "new", -1});
  ticket.changes.push_back({at, "priority", std::string(ticket.priority), -1});
  const std::vector<int>& seats = scene.pod().support;
  Answer(scene, ticket, seats[static_cast<std::size_t>(sampler.Integer(0, 1)) % seats.size()], sampler);
  scene.account.tickets.push_back(std::move(ticket));
}

}  // namespace

void TellSupport(Scene& scene) {
  const std::vector<UsageMonth> usage = scene.account.usage;
  for (std::size_t i = 0; i < usage.size(); ++i) {
    const UsageMonth& month = usage[i];
    Sampler sampler = scene.Draw("support", static_cast<std::uint64_t>(month.month.days));
    // Newcomers ask most; large customers ask more, but not in proportion.
    const double seats = std::sqrt(static_cast<double>(std::max(1, month.active_users)) / 10.0);
    const int count = sampler.Poisson((i < 3 ? 1.4 : 0.55) * seats);
    for (int k = 0; k < count; ++k) {
      const Date day = month.month + sampler.Integer(0, 29);
      const Instant at = scene.calendar().At(day, 7 * 3600 + sampler.Integer(0, 14 * 3600));
      if (at < scene.world.end()) OpenTicket(scene, at, sampler);
    }
  }
  std::sort(scene.account.tickets.begin(), scene.account.tickets.end(),
            [](const Ticket& a, const Ticket& b) { return a.created_at < b.created_at; });
  for (std::size_t i = 0; i < scene.account.tickets.size(); ++i) scene.account.tickets[i].number = static_cast<int>(i);
}

Account TellAccount(const World& world, const Knobs& knobs, int index) {
  Account account;
  const Knobs own =
      world.scenario.KnobsOf(knobs, index / kAccountsPerPod, static_cast<int>(world.company.pods().size()));
  Scene scene{world, own, account};
  DrawProfile(scene, index);
  DrawPeople(scene);
  if (account.profile.is_base_customer) BeginAsCustomer(scene);
  DrawTouches(scene);
  TellLeads(scene);
  TellSupport(scene);
  TellCalls(scene);
  TellSurveys(scene);
  TellDecay(scene);
  return account;
}

}  // namespace weir::simulate
