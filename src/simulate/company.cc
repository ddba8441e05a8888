#include "simulate/company.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "simulate/naming.h"
#include "simulate/sampler.h"

namespace weir::simulate {
namespace {

constexpr double kDaysPerMonth = 30.4;
constexpr std::uint64_t kPodKeys = 1000;  // keys of seats: headquarters below, then a block for each territory

}  // namespace

Company::Company(std::uint64_t seed, const Lexicon& lexicon, const Calendar& calendar, Date start, Date until, int pods)
    : seed_(seed), lexicon_(&lexicon), calendar_(calendar), start_(start), until_(until) {
  AddHeadquarters();
  for (int pod = 0; pod < pods; ++pod) AddPod(pod);
  IndexSittings();
  AddCampaigns();
  AddIntensities();
  AddRates();
}

int Company::AddTeam(std::string name, Department department, int parent) {
  teams_.push_back({std::move(name), department, parent, 0});
  return static_cast<int>(teams_.size()) - 1;
}

int Company::AddSeat(Department department, int team, bool is_head, std::uint64_t key) {
  Seat seat;
  seat.department = department;
  seat.team = team;
  seat.is_head = is_head;
  const auto at = static_cast<std::size_t>(department);
  seat.title = is_head ? lexicon_->head_titles[at] : lexicon_->staff_titles[at];
  seat.key = key;
  seats_.push_back(std::move(seat));
  const int index = static_cast<int>(seats_.size()) - 1;
  if (is_head) teams_[static_cast<std::size_t>(team)].head_seat = index;
  return index;
}

int Company::Hire(std::uint64_t key, Date starts) {
  Sampler sampler(seed_, "company.member", key);
  Member member;
  const FullName name = MakePersonName(*lexicon_, sampler);
  member.first = name.first;
  member.last = name.last;
  member.starts = starts;
  member.key = key;
  member.slowness = sampler.LogNormal(1.0, 0.45);
  member.skill = std::clamp(1.0 + 0.07 * sampler.Normal(), 0.8, 1.2);
  member.carelessness = sampler.LogNormal(0.9, 0.5);
  member.selling_share = sampler.Uniform(0.24, 0.48);
  const std::string local = fmt::format("{}.{}", Slug(name.first, ""), Slug(name.last, ""));
  const int same = namesakes_[member.FullText()]++;
  member.email = same == 0 ? fmt::format("{}@{}", local, lexicon_->seller_domain)
                           : fmt::format("{}{}@{}", local, same + 1, lexicon_->seller_domain);
  members_.push_back(std::move(member));
  return static_cast<int>(members_.size()) - 1;
}

void Company::FillSeat(int seat, double mean_months) {
  Seat& filled = seats_[static_cast<std::size_t>(seat)];
  Sampler sampler(seed_, "company.seat", filled.key);
  // A seat is in its first holder's hands before the period begins.
  Date from = start_ - sampler.Integer(420, 1500);
  Date leave = start_ - 400 + static_cast<int>(sampler.Exponential(mean_months * kDaysPerMonth));
  for (std::uint64_t holder = 0;; ++holder) {
    const int member = Hire(filled.key * 100 + holder, from);
    if (leave >= until_ + 60) {
      filled.tenures.push_back({member, from, kFarDate});
      return;
    }
    leave = std::max(leave, from + 60);
    members_[static_cast<std::size_t>(member)].ends = leave;
    filled.tenures.push_back({member, from, leave});
    from = calendar_.NextWorkday(leave + sampler.Integer(18, 65));
    leave = from + static_cast<int>(sampler.Exponential(mean_months * kDaysPerMonth));
  }
}

void Company::AddHeadquarters() {
  const int management = AddTeam(std::string(lexicon_->departments[0]), Department::kManagement, -1);
  const int marketing = AddTeam(std::string(lexicon_->departments[1]), Department::kMarketing, management);
  const int finance = AddTeam(std::string(lexicon_->departments[6]), Department::kFinance, management);
  const int operations = AddTeam(std::string(lexicon_->departments[7]), Department::kOperations, management);

  constexpr double kStays = 1e6;
  std::uint64_t key = 1;
  FillSeat(AddSeat(Department::kManagement, management, true, key++), kStays);
  chief_seat_ = AddSeat(Department::kManagement, management, false, key++);
  FillSeat(chief_seat_, kStays);
  FillSeat(AddSeat(Department::kMarketing, marketing, true, key++), 60);
  marketing_seat_ = AddSeat(Department::kMarketing, marketing, false, key++);
  FillSeat(marketing_seat_, 40);
  FillSeat(AddSeat(Department::kMarketing, marketing, false, key++), 30);
  FillSeat(AddSeat(Department::kFinance, finance, true, key++), kStays);
  FillSeat(AddSeat(Department::kFinance, finance, false, key++), 40);
  operations_seat_ = AddSeat(Department::kOperations, operations, true, key++);
  FillSeat(operations_seat_, kStays);
  FillSeat(AddSeat(Department::kOperations, operations, false, key++), 30);
}

void Company::AddPod(int number) {
  const auto regions = static_cast<int>(lexicon_->regions.size());
  const Region& region = lexicon_->regions[static_cast<std::size_t>(number % regions)];
  Pod pod;
  pod.name = number < regions ? std::string(region.name) : fmt::format("{} {}", region.name, number / regions + 1);
  const auto team_name = [&](Department department) {
    return fmt::format("{} {}", lexicon_->departments[static_cast<std::size_t>(department)], pod.name);
  };
  const int sales = AddTeam(team_name(Department::kSales), Department::kSales, 0);
  const int development = AddTeam(team_name(Department::kSalesDevelopment), Department::kSalesDevelopment, sales);
  const int success = AddTeam(team_name(Department::kCustomerSuccess), Department::kCustomerSuccess, 0);
  const int support = AddTeam(team_name(Department::kSupport), Department::kSupport, success);

  std::uint64_t key = kPodKeys * static_cast<std::uint64_t>(number + 1);
  pod.sales_head = AddSeat(Department::kSales, sales, true, key++);
  teams_[static_cast<std::size_t>(development)].head_seat = pod.sales_head;
  for (int i = 0; i < 3; ++i) pod.sellers.push_back(AddSeat(Department::kSales, sales, false, key++));
  for (int i = 0; i < 2; ++i) {
    pod.developers.push_back(AddSeat(Department::kSalesDevelopment, development, false, key++));
  }
  for (int i = 0; i < 2; ++i) {
    pod.success.push_back(AddSeat(Department::kCustomerSuccess, success, i == 0, key++));
  }
  for (int i = 0; i < 2; ++i) pod.support.push_back(AddSeat(Department::kSupport, support, i == 0, key++));

  FillSeat(pod.sales_head, 70);
  FillSeat(pod.sellers[0], 30);
  FillSeat(pod.sellers[1], 30);
  FillSeat(pod.developers[1], 20);
  for (const int seat : pod.success) FillSeat(seat, 40);
  for (const int seat : pod.support) FillSeat(seat, 36);
  // In each territory one seller leaves and is followed by a colleague from another team. In the first this
  // happens in the last month, between two exports.
  Sampler sampler(seed_, "company.promotion", static_cast<std::uint64_t>(number));
  const int days = std::max(40, until_.days - start_.days);
  const Date leaves = number == 0 ? until_ - 18 : start_ + sampler.Integer(20, days - 20);
  Promote(pod.developers[0], pod.sellers[2], calendar_.NextWorkday(leaves));
  pods_.push_back(std::move(pod));
}

void Company::Promote(int developer_seat, int seller_seat, Date leaves) {
  Seat& seller = seats_[static_cast<std::size_t>(seller_seat)];
  Seat& developer = seats_[static_cast<std::size_t>(developer_seat)];
  Sampler sampler(seed_, "company.seat", seller.key);
  const Date seller_from = start_ - sampler.Integer(420, 1500);
  const Date developer_from = start_ - sampler.Integer(400, 700);
  const Date moves = calendar_.NextWorkday(leaves + 3);
  const int first = Hire(seller.key * 100, seller_from);
  members_[static_cast<std::size_t>(first)].ends = leaves;
  const int promoted = Hire(developer.key * 100, developer_from);
  const Date next = calendar_.NextWorkday(moves + 10);
  seller.tenures = {{first, seller_from, leaves}, {promoted, moves, kFarDate}};
  developer.tenures = {{promoted, developer_from, moves}, {Hire(developer.key * 100 + 1, next), next, kFarDate}};
}

bool Company::IsVacant(int seat, Date date) const {
  const std::vector<Tenure>& tenures = seats_[static_cast<std::size_t>(seat)].tenures;
  return std::none_of(tenures.begin(), tenures.end(),
                      [&](const Tenure& tenure) { return tenure.from <= date && date < tenure.to; });
}

int Company::HolderAt(int seat, Date date) const {
  const Seat& asked = seats_[static_cast<std::size_t>(seat)];
  for (const Tenure& tenure : asked.tenures) {
    if (tenure.from <= date && date < tenure.to) return tenure.member;
  }
  const int head = teams_[static_cast<std::size_t>(asked.team)].head_seat;
  if (head != seat && !IsVacant(head, date)) return HolderAt(head, date);
  return seats_[static_cast<std::size_t>(chief_seat_)].tenures.front().member;
}

void Company::IndexSittings() {
  sittings_.resize(members_.size());
  for (std::size_t seat = 0; seat < seats_.size(); ++seat) {
    for (const Tenure& tenure : seats_[seat].tenures) {
      sittings_[static_cast<std::size_t>(tenure.member)].push_back({static_cast<int>(seat), tenure.from, tenure.to});
    }
  }
}

int Company::SeatOf(int member, Date date) const {
  for (const Sitting& sitting : SittingsOf(member)) {
    if (sitting.from <= date && date < sitting.to) return sitting.seat;
  }
  return -1;
}

int Company::ManagerOf(int member, Date date) const {
  const int seat = SeatOf(member, date);
  if (seat < 0) return -1;
  int team = seats_[static_cast<std::size_t>(seat)].team;
  while (team >= 0) {
    const Team& asked = teams_[static_cast<std::size_t>(team)];
    if (asked.head_seat != seat && !IsVacant(asked.head_seat, date)) return HolderAt(asked.head_seat, date);
    team = asked.parent;
  }
  return -1;
}

double Company::Load(int seat, Date date) const {
  const auto week = static_cast<std::uint64_t>((date.days + 3) / 7);
  Sampler sampler(seed_, "company.load", (seats_[static_cast<std::size_t>(seat)].key << 20) ^ week);
  double load = sampler.Uniform(0.7, 1.35);
  if (sampler.Chance(0.07)) load *= 2.4;  // a holiday without a deputy
  if (IsVacant(seat, date)) load *= 1.7;
  const double bursts = Intensity(Channel::kWebinar, date) + Intensity(Channel::kEvent, date - 2);
  return load * (0.85 + 0.06 * std::min(bursts, 12.0)) * std::max(0.7, calendar_.Demand(date) / 1.28);
}

}  // namespace weir::simulate
