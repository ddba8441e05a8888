// What an analyst should find, written beside the exports. docs/simulator.md documents each header.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "simulate/desk.h"
#include "simulate/exporter.h"
#include "simulate/google_ads.h"
#include "simulate/outcome.h"

namespace weir::simulate {

// Truth about records: who is who, what is spoilt, what leaks, who left and why. Written account by account.
ExporterResult OpenRecordTruth(const std::filesystem::path& folder, const View& view, std::int64_t& leaks);

// The step of steps.csv that the planted weakness is in; empty where it is in none of them.
std::string_view PlantedStep(const Scenario& scenario);

// Durations in bins that grow by 3 %: quantiles within that, in bounded memory.
class DurationBins {
 public:
  void Add(double days, bool passed);
  std::int64_t count() const { return count_; }
  double Quantile(double share) const;  // in days; 0 when empty
  double PassedShare() const;

 private:
  static constexpr std::size_t kBins = 640;
  std::array<std::int64_t, kBins> bins_{};
  std::int64_t count_ = 0;
  std::int64_t passed_ = 0;
};

// Truth about the company: steps, channels, time, tools, the weakest link, people, goals, agreements.
class CompanyTruth {
 public:
  explicit CompanyTruth(const View& view) : view_(view) {}
  void Add(const Account& account);
  Status Write(const std::filesystem::path& folder, const Counterfactuals& compared,
               std::vector<WrittenFile>& files) const;

  struct ChannelTally {
    std::int64_t touches = 0;
    std::int64_t leads = 0;
    std::int64_t deals = 0;
    std::int64_t won = 0;
    std::int64_t won_minor = 0;
  };
  // Cases of an agreement in a month, and those in which it was kept.
  struct Kept {
    std::int64_t cases = 0;
    std::int64_t kept = 0;
  };

 private:
  static constexpr std::size_t kSteps = 10;
  void AddDealSteps(const Account& account);
  void AddPromises(const Account& account);
  void Promised(Promise promise, Instant begun, double took, bool is_open);
  Status WriteDesk(const std::filesystem::path& folder, std::vector<WrittenFile>& files) const;
  Status WriteSteps(const std::filesystem::path& folder, std::vector<WrittenFile>& files) const;
  Status WriteChannels(const std::filesystem::path& folder, const Counterfactuals& compared,
                       std::vector<WrittenFile>& files) const;
  Status WriteTime(const std::filesystem::path& folder, std::vector<WrittenFile>& files) const;
  Status WriteTools(const std::filesystem::path& folder, std::vector<WrittenFile>& files) const;
  Status WriteConstraint(const std::filesystem::path& folder, const Counterfactuals& compared,
                         std::vector<WrittenFile>& files) const;
  std::int64_t ChannelCost(Channel channel) const;

  View view_;
  std::array<DurationBins, kSteps> steps_{};
  std::array<ChannelTally, kChannels> channels_{};
  AdCounts ads_;
  std::map<std::pair<int, Date>, Kept> kept_;  // by Promise and month
};

}  // namespace weir::simulate
