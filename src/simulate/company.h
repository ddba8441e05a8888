// The company that sells: its teams, the seats in them and who sat there when, its campaigns, rates of exchange.
// All of it is drawn before any account, and territory by territory, so that more accounts change nothing in it but
// add territories.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "simulate/calendar.h"
#include "simulate/lexicon.h"
#include "simulate/records.h"
#include "simulate/scenario.h"

namespace weir::simulate {

enum class Department : std::uint8_t {
  kManagement,
  kMarketing,
  kSalesDevelopment,
  kSales,
  kCustomerSuccess,
  kSupport,
  kFinance,
  kOperations
};

struct Member {
  std::string first;
  std::string last;
  std::string email;
  std::string FullText() const { return first + " " + last; }
  Date starts;
  Date ends = kFarDate;         // exclusive
  double slowness = 1.0;        // multiplies the time of answers
  double skill = 1.0;           // multiplies the chance to win a stage
  double carelessness = 1.0;    // multiplies the share of blemished records
  double selling_share = 0.35;  // of working time
  std::uint64_t key = 0;
};

struct Tenure {
  int member = 0;
  Date from;
  Date to = kFarDate;  // exclusive
};

struct Seat {
  Department department = Department::kSales;
  int team = 0;
  bool is_head = false;
  std::string_view title;
  std::uint64_t key = 0;
  std::vector<Tenure> tenures;
};

struct Team {
  std::string name;
  Department department = Department::kSales;
  int parent = -1;
  int head_seat = 0;
};

struct Campaign {
  Channel channel = Channel::kPaidSearch;
  std::string name;
  std::string vendor_name;  // in the advertising account, where there is one
  Date from;
  Date to = kFarDate;    // exclusive
  Date peak = kFarDate;  // of webinars and fairs
  Date pause_from = kFarDate;
  Date pause_to = kFarDate;  // exclusive
  double intensity = 1.0;
  std::int64_t cost_minor = 0;   // a day, or in all where there is a peak; for one territory
  std::int64_t click_minor = 0;  // price of a click, where clicks are bought

  // 0 outside its days.
  double IntensityOn(Date date) const;
  // What it has cost one territory before the date.
  std::int64_t CostUntil(Date date) const;
};

inline constexpr int kAccountsPerPod = 200;

// One territory: the seats that work on its accounts.
struct Pod {
  std::string name;
  int sales_head = 0;
  std::vector<int> sellers;
  std::vector<int> developers;  // answer leads
  std::vector<int> success;
  std::vector<int> support;
};

class Company {
 public:
  Company(std::uint64_t seed, const Lexicon& lexicon, const Calendar& calendar, Date start, Date until, int pods);

  const std::vector<Member>& members() const { return members_; }
  const std::vector<Seat>& seats() const { return seats_; }
  const std::vector<Team>& teams() const { return teams_; }
  const std::vector<Pod>& pods() const { return pods_; }
  const std::vector<Campaign>& campaigns() const { return campaigns_; }
  const Pod& PodOf(int account) const { return pods_[static_cast<std::size_t>(account / kAccountsPerPod)]; }
  int operations_member(Date date) const { return HolderAt(operations_seat_, date); }
  int marketing_member(Date date) const { return HolderAt(marketing_seat_, date); }

  // Who sits there; while the seat is empty, the head of the team, and at last the head of all.
  int HolderAt(int seat, Date date) const;
  bool IsVacant(int seat, Date date) const;
  // The seat of a member at a date, or -1 when he is not here.
  int SeatOf(int member, Date date) const;
  // Where a member sat and when, in the order of the seats.
  struct Sitting {
    int seat = 0;
    Date from;
    Date to = kFarDate;  // exclusive
  };
  const std::vector<Sitting>& SittingsOf(int member) const { return sittings_[static_cast<std::size_t>(member)]; }
  // The member to whom this one answers, or -1.
  int ManagerOf(int member, Date date) const;

  // How much faster work comes in than usual: campaigns at their peak, the season, empty seats, the person's week.
  double Load(int seat, Date date) const;
  // How strongly a channel works on that day, and the campaign that carries it (-1: none), drawn by `sampler`.
  double Intensity(Channel channel, Date date) const;
  double PeakIntensity(Channel channel) const { return peaks_[static_cast<std::size_t>(channel)]; }
  int CampaignOn(Channel channel, Date date, Sampler& sampler) const;

  // Units of a foreign currency for one of the corporate currency in that month.
  double UnitsPerCorporate(std::string_view currency, Date date) const;
  std::int64_t ToCorporate(std::int64_t minor, std::string_view currency, Date date) const;
  struct DatedRate {
    std::string_view currency;
    Date from;
    Date to;
    double units;  // rounded to six decimals
  };
  const std::vector<DatedRate>& rates() const { return rates_; }

 private:
  int AddSeat(Department department, int team, bool is_head, std::uint64_t key);
  int AddTeam(std::string name, Department department, int parent);
  int Hire(std::uint64_t key, Date starts);
  void FillSeat(int seat, double mean_months);
  void AddHeadquarters();
  void AddPod(int number);
  void IndexSittings();
  void Promote(int developer_seat, int seller_seat, Date leaves);
  void AddCampaigns();
  void AddYearlyCampaigns(int year);
  void AddIntensities();
  void AddRates();

  std::uint64_t seed_;
  const Lexicon* lexicon_;
  Calendar calendar_;
  Date start_;
  Date until_;
  std::vector<Member> members_;
  std::map<std::string, int, std::less<>> namesakes_;
  std::vector<std::vector<Sitting>> sittings_;  // by member
  std::vector<Seat> seats_;
  std::vector<Team> teams_;
  std::vector<Pod> pods_;
  std::vector<Campaign> campaigns_;
  std::vector<DatedRate> rates_;
  std::vector<std::vector<double>> intensity_;  // [channel][day from intensity_from_]
  std::array<double, kChannels> peaks_{};
  Date intensity_from_;
  int chief_seat_ = 0;
  int operations_seat_ = 0;
  int marketing_seat_ = 0;
};

}  // namespace weir::simulate
