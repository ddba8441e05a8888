// What the telephone system saw: the calls of sellers, most of them in the CRM too, and customers who ring us.
#include <algorithm>
#include <cmath>
#include <vector>

#include "simulate/world.h"

namespace weir::simulate {
namespace {

constexpr double kNeverDialled = 0.06;  // of the calls that the CRM has
constexpr double kUnlogged = 0.15;      // more calls than the CRM knows
constexpr double kMissed = 0.09;        // of incoming calls, at ordinary load
constexpr double kForgotten = 0.22;     // of missed calls, by an ordinary person

void DialLogged(Scene& scene, const Activity& activity) {
  Sampler sampler = scene.Draw("call", static_cast<std::uint64_t>(activity.number));
  const bool never = sampler.Chance(scene.Dirt(kNeverDialled));
  const bool again = sampler.Chance(kUnlogged);
  PhoneCall call;
  call.at = activity.starts_at;
  call.incoming = activity.incoming;
  call.person = scene.account.PersonOf(activity);
  call.member = activity.member;
  call.activity = activity.number;
  call.wait_seconds = sampler.Integer(3, 28);
  call.talk_seconds = activity.reached ? activity.duration_seconds : 0;
  call.outcome = activity.reached ? CallOutcome::kAnswered : CallOutcome::kMissed;
  if (activity.incoming) call.outcome = CallOutcome::kAnswered;
  // An attempt before the one that was entered, at which nobody answered.
  PhoneCall attempt = call;
  attempt.at = Plus(call.at, -sampler.Uniform(600.0, 9000.0));
  attempt.activity = -1;
  attempt.talk_seconds = 0;
  attempt.outcome = sampler.Chance(0.3) ? CallOutcome::kBusy : CallOutcome::kMissed;
  const Date day = scene.calendar().DayOf(attempt.at);
  const bool was_here = scene.member(call.member).starts <= day && attempt.at >= scene.profile().arrives_at;
  if (again && !call.incoming && was_here) scene.account.calls.push_back(attempt);
  if (!never || activity.incoming) scene.account.calls.push_back(call);
}

// A customer rings; where nobody takes the call, somebody may ring back.
void Ring(Scene& scene, int seat, int person, Instant at, Sampler& sampler) {
  const World& world = scene.world;
  const Date day = scene.calendar().DayOf(at);
  const Member& holder = scene.member(world.company.HolderAt(seat, day));
  const double load = world.company.Load(seat, day);
  PhoneCall call;
  call.at = at;
  call.incoming = true;
  call.person = person;
  call.seat = seat;
  const bool missed = sampler.Chance(std::min(0.5, kMissed * load * std::sqrt(holder.slowness)));
  const bool forgotten = sampler.Chance(std::min(0.7, kForgotten * holder.slowness));
  const double hours = sampler.Exponential(3.0 * load * holder.slowness);
  const int waited = static_cast<int>(sampler.Exponential(18.0 * load)) + 4;
  const int talked = sampler.Integer(60, 1100);
  if (!missed) {
    call.member = world.company.HolderAt(seat, day);
    call.wait_seconds = waited;
    call.talk_seconds = talked;
    scene.account.calls.push_back(call);
    return;
  }
  call.outcome = CallOutcome::kMissed;
  call.wait_seconds = waited + 40;
  const Instant back = scene.calendar().AddOfficeHours(at, hours);
  if (!forgotten && back < world.end()) {
    call.returned_at = back;
    PhoneCall answer;
    answer.at = back;
    answer.person = person;
    answer.member = world.company.HolderAt(seat, scene.calendar().DayOf(back));
    answer.wait_seconds = sampler.Integer(4, 25);
    answer.talk_seconds = talked;
    scene.account.calls.push_back(answer);
  }
  scene.account.calls.push_back(call);
}

// Numbers the calls in their order; who rings back dials the number that rang.
void Number(std::vector<PhoneCall>& calls) {
  for (std::size_t i = 0; i < calls.size(); ++i) calls[i].number = calls[i].line = static_cast<int>(i);
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (calls[i].returned_at == kNever) continue;
    for (std::size_t j = i + 1; j < calls.size() && calls[j].at <= calls[i].returned_at; ++j) {
      const bool answers =
          calls[j].at == calls[i].returned_at && !calls[j].incoming && calls[j].person == calls[i].person;
      if (answers) calls[j].line = calls[i].line;
    }
  }
}

}  // namespace

void TellCalls(Scene& scene) {
  Account& account = scene.account;
  for (const Activity& activity : account.activities) {
    if (activity.kind == ActivityKind::kCall) DialLogged(scene, activity);
  }
  for (const UsageMonth& month : account.usage) {
    Sampler sampler = scene.Draw("call.month", static_cast<std::uint64_t>(month.month.days));
    const int count = sampler.Poisson(0.35 * std::sqrt(std::max(1, month.active_users)));
    for (int i = 0; i < count; ++i) {
      const bool for_support = sampler.Chance(0.6);
      const std::vector<int>& support = scene.pod().support;
      const int seat = for_support ? support[static_cast<std::size_t>(sampler.Integer(0, 1)) % support.size()]
                                   : scene.success_seat();
      const int person = sampler.Integer(0, static_cast<int>(account.people.size()) - 1);
      const Instant at = scene.calendar().OfficeMoment(month.month + sampler.Integer(0, 27),
                                                       scene.calendar().At(month.month, 0), sampler);
      if (at < scene.world.end()) Ring(scene, seat, person, at, sampler);
    }
  }
  std::stable_sort(account.calls.begin(), account.calls.end(),
                   [](const PhoneCall& a, const PhoneCall& b) { return a.at < b.at; });
  Number(account.calls);
}

}  // namespace weir::simulate
