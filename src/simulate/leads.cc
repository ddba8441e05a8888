// From touches to leads, and from leads to deals: who raises a hand, how fast somebody answers, who qualifies.
#include <algorithm>
#include <cmath>
#include <tuple>
#include <vector>

#include "simulate/chances.h"
#include "simulate/world.h"

namespace weir::simulate {
namespace {

constexpr double kLn2 = 0.6931471805599453;
constexpr double kInterestHalfLifeDays = 30.0;
constexpr double kHandRaise = 0.36;  // chance at a touch, for interest 1 and need 1
constexpr double kQualify = 0.80;    // chance of a lead that suits perfectly and is answered at once
constexpr double kMeanResponseHours = 5.0;
constexpr double kResponseHalfLifeHours = 9.0;  // office hours after which half of the patience is gone

std::uint64_t TouchKey(const Touch& touch) {
  return (static_cast<std::uint64_t>(touch.channel) + 1) << 24 | touch.ordinal;
}

std::string_view EnteredSource(Scene& scene, Channel channel, Sampler& sampler) {
  const double draw = sampler.Uniform();
  const auto wrong = static_cast<std::size_t>(sampler.Integer(0, kChannels - 1));
  if (draw < scene.Dirt(0.12)) return {};
  if (draw < scene.Dirt(0.18)) return scene.world.lexicon->lead_sources[wrong];
  return scene.world.lexicon->lead_sources[static_cast<std::size_t>(channel)];
}

void AddActivity(Scene& scene, Activity activity) {
  if (activity.created_at >= scene.world.end()) return;
  activity.number = static_cast<int>(scene.account.activities.size());
  scene.account.activities.push_back(activity);
}

// Attempts to reach the person, the first of them the response. Returns when the last one was made.
Instant WorkLead(Scene& scene, const Lead& lead, Sampler& sampler) {
  Instant at = lead.first_response_at;
  const int attempts = sampler.Integer(1, 4);
  for (int i = 0; i < attempts; ++i) {
    if (i > 0) {
      const Date next = scene.calendar().DayOf(at) + sampler.Integer(1, 3);
      at = scene.calendar().OfficeMoment(next, at, sampler);
    }
    Activity activity;
    activity.kind = sampler.Chance(0.55) ? ActivityKind::kCall : ActivityKind::kMail;
    activity.created_at = at;
    activity.starts_at = at;
    activity.done_at = at;
    activity.due = scene.calendar().DayOf(at);
    activity.member = scene.HolderAt(lead.seat, at);
    activity.lead = lead.number;
    activity.reached = sampler.Chance(0.5);
    const Lexicon& lexicon = *scene.world.lexicon;
    if (activity.kind == ActivityKind::kCall) {
      activity.duration_seconds = activity.reached ? sampler.Integer(90, 1500) : sampler.Integer(5, 45);
      activity.subject = CallSubject(scene, activity.reached, sampler);
      if (sampler.Chance(0.4)) activity.note = sampler.Pick(lexicon.call_notes);
    } else {
      activity.subject = sampler.Pick(lexicon.mail_subjects);
    }
    AddActivity(scene, activity);
  }
  return at;
}

// A person becomes a contact of an account. Whose account has an open deal joins it; a customer's colleague is only a
// contact; for all others a deal begins.
void Convert(Scene& scene, int lead_index) {
  Account& account = scene.account;
  Lead lead = account.leads[static_cast<std::size_t>(lead_index)];
  Sampler sampler = scene.Draw("convert", lead.key);
  const Instant at = lead.closed_at;
  const int open_deal = account.OpenDealAt(at);
  lead.outcome = LeadOutcome::kConverted;
  lead.converted_account = open_deal >= 0 ? account.deals[static_cast<std::size_t>(open_deal)].account
                                          : FindOrEnterAccount(scene, at, sampler, !account.IsCustomerAt(at));
  lead.converted_contact = FindOrEnterContact(scene, lead.person, lead.converted_account, at, lead.source, sampler);
  const bool begins_deal = open_deal < 0 && !account.IsCustomerAt(at);
  lead.converted_deal = begins_deal ? static_cast<int>(account.deals.size()) : open_deal;
  account.leads[static_cast<std::size_t>(lead_index)] = lead;
  if (open_deal >= 0) {
    Deal& deal = account.deals[static_cast<std::size_t>(open_deal)];
    const bool known = std::any_of(deal.roles.begin(), deal.roles.end(),
                                   [&](const ContactRole& other) { return other.contact == lead.converted_contact; });
    const BuyingRole role = account.people[static_cast<std::size_t>(lead.person)].role;
    if (!known) deal.roles.push_back({lead.converted_contact, role, false, at});
  }
  if (!begins_deal) return;
  DealStart start;
  start.key = lead.key;
  start.kind = account.spans.empty() ? DealKind::kNew : DealKind::kReactivation;
  start.at = at;
  start.lead = lead_index;
  start.contact = lead.converted_contact;
  start.crm_account = lead.converted_account;
  start.campaign = lead.campaign;
  start.source = lead.source;
  start.quality = QualityOfLeads(scene.profile().fit);
  const int deal = RunDeal(scene, start);
  if (account.deals[static_cast<std::size_t>(deal)].is_won) BecomeCustomer(scene, deal);
}

void EnterLead(Scene& scene, Lead& lead, Sampler& sampler) {
  Account& account = scene.account;
  for (const Lead& other : account.leads) {
    if (other.person == lead.person && lead.duplicate_of < 0) lead.duplicate_of = other.number;
  }
  lead.source = EnteredSource(scene, lead.channel, sampler);
  lead.entered = EnterPerson(scene, lead.person, "lead", lead.number, sampler, lead.duplicate_of >= 0);
  lead.opted_out = sampler.Chance(0.04);
  if (lead.duplicate_of >= 0) {
    account.blemishes.push_back(
        {"duplicate", "lead", lead.number, "name", account.people[static_cast<std::size_t>(lead.person)].FullText()});
  }
  if (lead.source != scene.world.lexicon->lead_sources[static_cast<std::size_t>(lead.channel)]) {
    account.blemishes.push_back({lead.source.empty() ? "missing" : "wrong", "lead", lead.number, "source",
                                 std::string(ChannelName(lead.channel))});
  }
}

double LoadOf(const Setting& setting, const Lead& lead) {
  const Date day = setting.world.calendar.DayOf(lead.created_at);
  return setting.world.company.Load(lead.seat, day) * setting.knobs.response_delay * setting.knobs.capacity;
}

// Whoever is loaded answers late, or never. False where nobody answers before the end.
bool Answer(Scene& scene, Lead& lead, Sampler& sampler) {
  const double share = sampler.Uniform();
  const double forget = sampler.Uniform();
  if (lead.channel == Channel::kOutbound) {
    lead.first_response_at = lead.created_at;  // we came to them
    return true;
  }
  const Member& member = scene.member(scene.HolderAt(lead.seat, lead.created_at));
  const double load = LoadOf(scene.setting(), lead);
  if (forget < std::min(0.35, 0.045 * std::sqrt(load) * member.slowness)) {
    lead.outcome = LeadOutcome::kNeverWorked;
    return false;
  }
  lead.response_hours = -kMeanResponseHours * load * member.slowness * PortableLog(1.0 - share);
  const Instant at = scene.calendar().AddOfficeHours(lead.created_at, lead.response_hours);
  if (at < scene.world.end()) lead.first_response_at = at;
  return at < scene.world.end();
}

// The index of the lead, and whether it will be converted at its closed_at.
struct Raised {
  int lead = -1;
  Instant converts_at = kNever;
};

Raised RaiseHand(Scene& scene, const Touch& touch) {
  Sampler sampler = scene.Draw("lead", TouchKey(touch));
  Lead lead;
  lead.number = static_cast<int>(scene.account.leads.size());
  lead.key = TouchKey(touch);
  lead.person = touch.person;
  lead.channel = touch.channel;
  lead.campaign = touch.campaign;
  lead.created_at = Plus(touch.at, sampler.Uniform(40.0, 900.0));
  if (lead.created_at >= scene.world.end()) return {};
  const std::vector<int>& seats = scene.pod().developers;
  lead.seat = seats[static_cast<std::size_t>(scene.profile().index + sampler.Integer(0, 1)) % seats.size()];
  if (scene.knobs.capacity > 1.0) lead.seat = seats.front();
  EnterLead(scene, lead, sampler);

  Sampler work = scene.Draw("lead.work", lead.key);
  const double quality = work.Uniform();
  const bool left_open = work.Chance(scene.Dirt(0.16));
  Raised raised{lead.number, kNever};
  if (Answer(scene, lead, work)) {
    const Instant decided = scene.calendar().AddOfficeHours(WorkLead(scene, lead, work), 0.3);
    const bool qualifies = quality < QualifyChanceAfter(scene.setting(), lead, lead.response_hours);
    if (decided < scene.world.end() && (qualifies || !left_open)) {
      lead.closed_at = decided;
      lead.outcome = qualifies ? LeadOutcome::kConverted : LeadOutcome::kDisqualified;
      if (qualifies) raised.converts_at = decided;
    }
  }
  scene.account.leads.push_back(std::move(lead));
  return raised;
}

// Half of the market is on a list that was bought or built: those accounts are in the CRM before anybody asks.
void EnterTargetAccount(Scene& scene) {
  Sampler sampler = scene.Draw("target", 0);
  if (!scene.account.crm_accounts.empty() || !sampler.Chance(0.55)) return;
  const Instant at = scene.calendar().OfficeMoment(scene.calendar().DayOf(scene.profile().arrives_at),
                                                   scene.profile().arrives_at, sampler);
  if (at < scene.world.end()) FindOrEnterAccount(scene, at, sampler, false);
}

}  // namespace

double QualityOfLeads(double fit) { return 0.85 + 0.3 * fit; }

double QualifyChance(double fit, Channel channel, double response_hours) {
  const double patience = 0.40 + 0.60 * PortableExp(-kLn2 * response_hours / kResponseHalfLifeHours);
  return std::min(0.92, kQualify * (0.30 + 0.70 * fit) * TruthOf(channel).lead_quality * patience);
}

double QualifyChanceAfter(const Setting& setting, const Lead& lead, double response_hours) {
  const double chance = QualifyChance(setting.profile.fit, lead.channel, response_hours);
  return std::min(0.92, chance * setting.knobs.qualification);
}

double QualifyChanceWithin(const Setting& setting, const Lead& lead, double agreed_hours) {
  const double mean =
      kMeanResponseHours * LoadOf(setting, lead) * setting.HolderAt(lead.seat, lead.created_at).slowness;
  // Answers are exponential: the middle of equal shares of those within the hours.
  const double within = 1.0 - PortableExp(-agreed_hours / mean);
  constexpr int kShares = 16;
  double sum = 0.0;
  for (int i = 0; i < kShares; ++i) {
    sum += QualifyChanceAfter(setting, lead, -mean * PortableLog(1.0 - within * (i + 0.5) / kShares));
  }
  return sum / kShares;
}

void TellLeads(Scene& scene) {
  EnterTargetAccount(scene);
  std::vector<Raised> pending;
  // Conversions happen in the order of their time, between the touches.
  const auto convert_until = [&](Instant moment) {
    while (true) {
      const auto next = std::min_element(pending.begin(), pending.end(), [](const Raised& a, const Raised& b) {
        return std::tie(a.converts_at, a.lead) < std::tie(b.converts_at, b.lead);
      });
      if (next == pending.end() || next->converts_at > moment) return;
      const int lead = next->lead;
      pending.erase(next);
      Convert(scene, lead);
    }
  };
  double interest = 0.0;
  Instant last = scene.profile().arrives_at;
  for (const Touch& touch : scene.account.touches) {
    convert_until(touch.at);
    interest *= PortableExp(-kLn2 * DaysBetween(last, touch.at) / kInterestHalfLifeDays);
    interest += TruthOf(touch.channel).effect;
    last = touch.at;
    double chance = std::min(0.7, kHandRaise * scene.profile().need * interest);
    // Who is known comes as a new lead again only where nobody looked him up.
    const std::vector<Lead>& leads = scene.account.leads;
    const bool is_known =
        std::any_of(leads.begin(), leads.end(), [&](const Lead& lead) { return lead.person == touch.person; });
    if (is_known) chance *= std::min(1.0, scene.Dirt(0.05));
    if (scene.account.IsCustomerAt(touch.at)) chance *= 0.25;
    if (scene.Draw("raise", TouchKey(touch)).Uniform() >= chance) continue;
    interest *= 0.5;
    const Raised raised = RaiseHand(scene, touch);
    if (raised.converts_at != kNever) pending.push_back(raised);
  }
  convert_until(scene.world.end());
}

}  // namespace weir::simulate
