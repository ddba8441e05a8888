// What customers answer when they are asked: whether a ticket was solved well, and whether they would recommend us.
#include <algorithm>
#include <cmath>

#include "simulate/world.h"

namespace weir::simulate {
namespace {

constexpr double kAnswersAboutTicket = 0.30;
constexpr double kAnswersAboutUs = 0.35;
constexpr int kMonthsBetween = 6;

Instant SolvedAt(const Ticket& ticket) {
  Instant solved = kNever;
  for (const TicketChange& change : ticket.changes) {
    if (change.field == "status" && change.value == "solved") solved = change.at;
  }
  return solved;
}

void Add(Scene& scene, SurveyAnswer answer) {
  if (answer.at >= scene.world.end()) return;
  answer.number = static_cast<int>(scene.account.answers.size());
  scene.account.answers.push_back(answer);
}

void AskAboutTicket(Scene& scene, const Ticket& ticket) {
  Sampler sampler = scene.Draw("survey.ticket", static_cast<std::uint64_t>(ticket.created_at.micros));
  const Instant solved = SolvedAt(ticket);
  if (!sampler.Chance(kAnswersAboutTicket) || solved == kNever) return;
  const double days = DaysBetween(ticket.created_at, solved);
  SurveyAnswer answer;
  answer.person = ticket.person;
  answer.ticket = ticket.number;
  answer.score = sampler.Uniform() < 0.96 - 0.12 * std::min(5.0, days) ? 1 : 0;
  answer.at = Plus(solved, sampler.Uniform(600.0, 80'000.0));
  Add(scene, answer);
}

}  // namespace

void TellSurveys(Scene& scene) {
  for (const Ticket& ticket : scene.account.tickets) AskAboutTicket(scene, ticket);
  const std::vector<UsageMonth>& usage = scene.account.usage;
  for (std::size_t i = 3; i < usage.size(); i += kMonthsBetween) {
    Sampler sampler = scene.Draw("survey.month", static_cast<std::uint64_t>(usage[i].month.days));
    const bool answers = sampler.Chance(kAnswersAboutUs);
    // Who uses the product well likes it: three in four give what their use says, more or less.
    const double use = static_cast<double>(usage[i].active_users) / std::max(1, usage[i].seats);
    const double liking = 2.0 + 8.5 * std::min(1.0, use) + 1.6 * sampler.Normal();
    SurveyAnswer answer;
    answer.person = sampler.Integer(0, static_cast<int>(scene.account.people.size()) - 1);
    answer.score = std::clamp(static_cast<int>(std::lround(liking)), 0, 10);
    answer.at = scene.calendar().At(usage[i].month + sampler.Integer(3, 20), sampler.Integer(8 * 3600, 20 * 3600));
    if (answer.score <= 6 && sampler.Chance(0.4)) answer.comment = sampler.Pick(scene.world.lexicon->ticket_texts);
    if (answers) Add(scene, answer);
  }
  std::stable_sort(scene.account.answers.begin(), scene.account.answers.end(),
                   [](const SurveyAnswer& a, const SurveyAnswer& b) { return a.at < b.at; });
  for (std::size_t i = 0; i < scene.account.answers.size(); ++i) {
    scene.account.answers[i].number = static_cast<int>(i);
  }
}

}  // namespace weir::simulate
