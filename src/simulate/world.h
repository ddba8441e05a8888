// Everything that the stories of accounts share and none of them changes.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "simulate/calendar.h"
#include "simulate/company.h"
#include "simulate/lexicon.h"
#include "simulate/records.h"
#include "simulate/sampler.h"
#include "simulate/scenario.h"

namespace weir::simulate {

enum class Crm : std::uint8_t { kSalesforce, kAmo, kBitrix };

struct World {
  std::uint64_t seed = 1;
  const Lexicon* lexicon = nullptr;
  Scenario scenario;
  int accounts = 0;
  Date start;  // first day of the period
  Date until;  // last day; nothing is told after it
  Calendar calendar;
  Company company;
  std::vector<Date> clean_ups;  // days on which operations cleans the CRM
  Crm crm = Crm::kSalesforce;   // changes how records are written, never what happened

  Instant begin() const { return calendar.At(start, 0); }
  Instant end() const { return calendar.At(until + 1, 0); }
  Date middle() const { return start + (until.days - start.days) / 2; }
  Sampler Draw(std::string_view subsystem, std::uint64_t entity) const { return Sampler(seed, subsystem, entity); }
};

struct SimulateParams;
// The company of these parameters, which must be valid.
Result<World> MakeWorld(const SimulateParams& params);

// What a channel is worth: how strongly one touch moves an account, and how good the leads are that it brings.
// These are the true effects that an attribution model should find.
struct ChannelTruth {
  std::string_view name;
  double touches_per_month;  // of an account that listens, at intensity 1
  double effect;             // added to the account's interest, which halves in a month
  double lead_quality;       // multiplies the chance to qualify
  bool names_person;         // a form was filled or a badge was read
};
const ChannelTruth& TruthOf(Channel channel);
std::string_view ChannelName(Channel channel);

// List price of a seat and month in a currency, in minor units.
std::int64_t ListPrice(const World& world, int product, std::string_view currency);
// What one seat and month costs after the discount, and a year of all seats with the add-on where it is sold.
std::int64_t UnitPrice(const World& world, int product, std::string_view currency, int discount_percent);
std::int64_t YearAmount(const World& world, const Deal& deal, std::string_view currency, int seats,
                        int discount_percent);
// The highest discount that a seller may give by himself.
int DiscountPolicy(Segment segment);
// Seats of the add-on that go with these seats of a plan.
int AddOnSeats(int seats);

// Of an account's story, what does not change while it is told.
struct Setting {
  const World& world;
  const Knobs& knobs;
  const AccountProfile& profile;

  const Pod& pod() const { return world.company.pods()[static_cast<std::size_t>(profile.pod)]; }
  int seller_seat() const;
  const Member& HolderAt(int seat, Instant at) const {
    return world.company.members()[static_cast<std::size_t>(world.company.HolderAt(seat, world.calendar.DayOf(at)))];
  }
};

// Where an account's story is being told: the drivers may differ from the scenario's, to see what would have been.
struct Scene {
  const World& world;
  const Knobs& knobs;
  Account& account;

  const AccountProfile& profile() const { return account.profile; }
  Setting setting() const { return {world, knobs, account.profile}; }
  const Calendar& calendar() const { return world.calendar; }
  const Pod& pod() const { return world.company.pods()[static_cast<std::size_t>(account.profile.pod)]; }
  int seller_seat() const { return setting().seller_seat(); }
  int success_seat() const;
  Sampler Draw(std::string_view subsystem, std::uint64_t local) const {
    return world.Draw(subsystem, EntityKey(account.profile.index, local));
  }
  const Member& member(int index) const { return world.company.members()[static_cast<std::size_t>(index)]; }
  int HolderAt(int seat, Instant at) const { return world.company.HolderAt(seat, world.calendar.DayOf(at)); }
  // Share of records that are spoilt in some way, by the care of who writes.
  double Dirt(double share) const;
};

// Tells the whole story of one account. Depends on the world, the drivers and the index alone.
Account TellAccount(const World& world, const Knobs& knobs, int index);

// The chapters, in files of their own.
void DrawProfile(Scene& scene, int index);  // market.cc
void DrawPeople(Scene& scene);
void DrawTouches(Scene& scene);
EnteredPerson EnterPerson(Scene& scene, int person, std::string_view object, int record, Sampler& sampler,
                          bool second_time);  // entry.cc
int FindOrEnterAccount(Scene& scene, Instant at, Sampler& sampler, bool may_duplicate);
int FindOrEnterContact(Scene& scene, int person, int crm_account, Instant at, std::string_view source,
                       Sampler& sampler);
// Slips of machines, on streams of their own: letters read in the wrong encoding, a value in a neighbour's field.
void SpoilByMachine(Scene& scene, EnteredPerson& entered, std::string_view object, int record);
// What the seller writes above a call; the last of the list is for those that nobody answered.
std::string_view CallSubject(const Scene& scene, bool reached, Sampler& sampler);
// The chance of a lead to qualify, in an ordinary company.
double QualifyChance(double fit, Channel channel, double response_hours);
// How well a deal begins that begins with a lead of such an account.
double QualityOfLeads(double fit);
void TellLeads(Scene& scene);  // leads.cc

struct DealPlan {                                // deals.cc
  std::vector<std::pair<Stage, Instant>> steps;  // first: creation in kQualification
  Instant decided_at = kNever;                   // kNever: still open at the end
  bool is_won = false;
  LossReason reason = LossReason::kNoDecision;
  int seats = 0;
  int discount_percent = 0;
  double chance = -1.0;  // to be won, where it is not by its stages
};
struct DealStart {
  std::uint64_t key = 0;
  DealKind kind = DealKind::kNew;
  Instant at;
  int lead = -1;
  int contact = -1;
  int crm_account = 0;
  int campaign = -1;
  std::string_view source;
  double quality = 1.0;
  int seats = 0;  // 0: drawn from the size of the account
  // Of deals with customers: what they have and pay now.
  int follows = -1;  // deal
  std::int64_t unit_minor = 0;
  bool with_add_on = false;
};
// Begins a deal, lets it run to its end and records it; the index of the deal.
int RunDeal(Scene& scene, const DealStart& start);
int RunPlannedDeal(Scene& scene, const DealStart& start, const DealPlan& plan);
int AddDeal(Scene& scene, const DealStart& start);
int DrawSeats(Scene& scene, Sampler& sampler);
void RecordDeal(Scene& scene, int deal, const DealPlan& plan);  // deal_record.cc

void BecomeCustomer(Scene& scene, int deal);  // customers.cc
void BeginAsCustomer(Scene& scene);

// Bills a period in advance and lets it be paid, or not. The moment at which the money was given up, else kNever.
Instant IssueInvoice(Scene& scene, int subscription, Instant from, Instant to, std::string_view reason,
                     int prorated_seats);  // billing.cc
void TellSupport(Scene& scene);            // support.cc
void TellCalls(Scene& scene);              // telephony.cc
void TellSurveys(Scene& scene);            // surveys.cc
void TellDecay(Scene& scene);              // decay.cc

}  // namespace weir::simulate
