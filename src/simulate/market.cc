// Who is out there: accounts, the people in them, and how they hear of us.
#include <algorithm>
#include <array>
#include <tuple>
#include <vector>

#include <fmt/format.h>

#include "simulate/naming.h"
#include "simulate/world.h"

namespace weir::simulate {
namespace {

constexpr std::array<ChannelTruth, kChannels> kChannelTruths = {{
    {"paid_search", 0.30, 0.55, 1.00, false},
    {"paid_social", 0.26, 0.20, 0.72, true},
    {"organic", 0.34, 0.42, 1.12, false},
    {"webinar", 0.15, 0.60, 0.95, true},
    {"event", 0.10, 0.70, 1.00, true},
    {"referral", 0.05, 1.40, 1.60, true},
    {"outbound", 0.28, 0.28, 0.75, true},
    {"email", 0.45, 0.14, 1.00, true},
}};

constexpr double kMonthDays = 30.44;
constexpr double kBaseCustomerShare = 0.12;

void DrawSize(AccountProfile& profile, Sampler& sampler) {
  static constexpr std::array<double, 3> kSegments = {0.62, 0.30, 0.08};
  profile.segment = static_cast<Segment>(sampler.Weighted(kSegments));
  switch (profile.segment) {
    case Segment::kSmall:
      profile.employees = std::clamp(static_cast<int>(sampler.LogNormal(32.0, 0.6)), 4, 99);
      break;
    case Segment::kMiddle:
      profile.employees = std::clamp(static_cast<int>(sampler.LogNormal(260.0, 0.55)), 100, 999);
      break;
    case Segment::kEnterprise:
      profile.employees = std::clamp(static_cast<int>(sampler.LogNormal(2400.0, 0.7)), 1000, 40000);
      break;
  }
}

int PeopleIn(Segment segment, Sampler& sampler) {
  switch (segment) {
    case Segment::kSmall:
      return sampler.Integer(2, 3);
    case Segment::kMiddle:
      return sampler.Integer(3, 5);
    case Segment::kEnterprise:
      break;
  }
  return sampler.Integer(5, 9);
}

BuyingRole RoleOf(std::size_t position) {
  static constexpr std::array<BuyingRole, 4> kOrder = {BuyingRole::kChampion, BuyingRole::kDecider, BuyingRole::kUser,
                                                       BuyingRole::kBuyer};
  return position < kOrder.size() ? kOrder[position] : BuyingRole::kUser;
}

std::string UniqueEmail(const Account& account, const FullName& name) {
  const std::string local = fmt::format("{}.{}", Slug(name.first, ""), Slug(name.last, ""));
  std::string email = fmt::format("{}@{}", local, account.profile.domain);
  for (int number = 2;; ++number) {
    const bool taken = std::any_of(account.people.begin(), account.people.end(),
                                   [&](const Person& person) { return person.email == email; });
    if (!taken) return email;
    email = fmt::format("{}{}@{}", local, number, account.profile.domain);
  }
}

int PersonWhoListens(const Account& account, Sampler& sampler) {
  static constexpr std::array<double, 4> kByRole = {0.50, 0.16, 0.10, 0.24};
  std::vector<double> weights;
  weights.reserve(account.people.size());
  for (const Person& person : account.people) weights.push_back(kByRole[static_cast<std::size_t>(person.role)]);
  return static_cast<int>(sampler.Weighted(weights));
}

// Touches of a channel are a Poisson process whose rate follows campaign and season; it is thinned from its peak.
void DrawChannel(Scene& scene, Channel channel) {
  constexpr double kPeak = 1.6;  // of season and working day
  const ChannelTruth& truth = TruthOf(channel);
  const World& world = scene.world;
  Sampler sampler = scene.Draw("touch", static_cast<std::uint64_t>(channel));
  const AccountProfile& profile = scene.profile();
  const double strongest = world.company.PeakIntensity(channel);
  if (strongest <= 0.0) return;
  const double rate = truth.touches_per_month / kMonthDays * strongest * kPeak * (0.6 + 0.4 * profile.need);
  std::uint32_t ordinal = 0;
  Instant at = profile.arrives_at;
  while (true) {
    at = Plus(at, sampler.Exponential(1.0 / rate) * 86400.0);
    if (at >= world.end()) return;
    const Date day = scene.calendar().DayOf(at);
    const double regime = day >= world.middle() ? world.scenario.regime_demand : 1.0;
    const double now = world.company.Intensity(channel, day) * scene.calendar().Demand(day) * regime;
    // More demand keeps more of the same candidates, so that the rest of the story stays what it was.
    if (sampler.Uniform() < now * scene.knobs.demand / (strongest * kPeak)) {
      Sampler detail = scene.Draw("touch.detail", (static_cast<std::uint64_t>(channel) << 24) | ordinal);
      const int campaign = world.company.CampaignOn(channel, day, detail);
      scene.account.touches.push_back({at, channel, campaign, PersonWhoListens(scene.account, detail), ordinal});
    }
    ++ordinal;
  }
}

}  // namespace

const ChannelTruth& TruthOf(Channel channel) { return kChannelTruths[static_cast<std::size_t>(channel)]; }
std::string_view ChannelName(Channel channel) { return TruthOf(channel).name; }

int Setting::seller_seat() const {
  const std::vector<int>& seats = pod().sellers;
  return seats[static_cast<std::size_t>(profile.index) % seats.size()];
}

int Scene::success_seat() const {
  const std::vector<int>& seats = pod().success;
  return seats[static_cast<std::size_t>(account.profile.index / 2) % seats.size()];
}

double Scene::Dirt(double share) const { return std::min(0.9, share * world.scenario.dirt); }

void DrawProfile(Scene& scene, int index) {
  const World& world = scene.world;
  AccountProfile& profile = scene.account.profile;
  profile.index = index;
  profile.pod = index / kAccountsPerPod;
  Sampler sampler = world.Draw("profile", EntityKey(index, 0));
  const std::size_t regions = world.lexicon->regions.size();
  const Region& region = world.lexicon->regions[static_cast<std::size_t>(profile.pod) % regions];
  const Country& country = region.countries[sampler.Weighted(region.weights)];
  const City& city = sampler.Pick(country.cities);
  DrawSize(profile, sampler);
  const CompanyName name = MakeCompanyName(*world.lexicon, country, world.seed, index, sampler);
  profile.brand = name.brand;
  profile.legal_name = name.legal;
  profile.domain = name.domain;
  profile.country_code = country.code;
  profile.country = country.name;
  profile.currency = country.currency;
  profile.city = city.name;
  profile.area = city.area;
  profile.postal_code = fmt::format("{}{:03}", city.postal, sampler.Integer(1, 999));
  profile.street =
      fmt::format("{} {}", world.lexicon->cyrillic ? "ул. Ленина," : "Main Street", sampler.Integer(1, 180));
  profile.phone = MakePhone(country, city.area, sampler);
  profile.industry = sampler.Pick(world.lexicon->industries);
  profile.fit = sampler.Uniform();
  profile.need = 0.3 + 1.4 * sampler.Uniform();
  profile.is_base_customer = sampler.Chance(kBaseCustomerShare);
  // Half of the market knew of us before the period.
  const int days = world.until.days - world.start.days;
  const Date arrival = sampler.Chance(0.45) ? world.start : world.start + sampler.Integer(0, std::max(1, days - 30));
  profile.arrives_at = scene.calendar().At(arrival, sampler.Integer(0, 86399));
}

void DrawPeople(Scene& scene) {
  const World& world = scene.world;
  Sampler sampler = scene.Draw("people", 0);
  const AccountProfile& profile = scene.profile();
  const int count = PeopleIn(profile.segment, sampler);
  const Region& region = world.lexicon->regions[static_cast<std::size_t>(profile.pod) % world.lexicon->regions.size()];
  const Country* home = &region.countries.front();
  for (const Country& country : region.countries) {
    if (country.code == profile.country_code) home = &country;
  }
  for (int i = 0; i < count; ++i) {
    const FullName name = MakePersonName(*world.lexicon, sampler);
    Person person;
    person.first = name.first;
    person.middle = name.middle;
    person.last = name.last;
    person.role = RoleOf(static_cast<std::size_t>(i));
    person.title = sampler.Pick(world.lexicon->titles[static_cast<std::size_t>(person.role)]);
    person.email = UniqueEmail(scene.account, name);
    person.phone = MakePhone(*home, profile.area, sampler);
    person.mobile = sampler.Chance(0.6) ? MakePhone(*home, home->dial == "7" ? "916" : "170", sampler) : "";
    person.is_clickable = sampler.Chance(0.8);
    scene.account.people.push_back(std::move(person));
  }
}

void DrawTouches(Scene& scene) {
  for (std::size_t i = 0; i < kChannels; ++i) {
    if (scene.knobs.channel_on[i]) DrawChannel(scene, static_cast<Channel>(i));
  }
  std::vector<Touch>& touches = scene.account.touches;
  std::sort(touches.begin(), touches.end(), [](const Touch& a, const Touch& b) {
    return std::tie(a.at, a.channel, a.ordinal) < std::tie(b.at, b.channel, b.ordinal);
  });
  // A newsletter reaches only those who have left an address.
  bool has_address = scene.profile().is_base_customer;
  std::erase_if(touches, [&](const Touch& touch) {
    if (touch.channel == Channel::kEmail) return !has_address;
    has_address = has_address || TruthOf(touch.channel).names_person;
    return false;
  });
}

}  // namespace weir::simulate
