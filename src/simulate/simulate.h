// A company with a known truth, written as the exports of five vendors: what happened, what the CRM made of it, and
// what an analyst should find. Same parameters, same bytes. docs/simulator.md describes the story and the files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/phrase.h"
#include "base/result.h"
#include "base/time.h"

namespace weir::simulate {

constexpr int kMostAccounts = 5'000'000;
constexpr int kLeastMonths = 2;
constexpr int kMostMonths = 120;

struct SimulateParams {
  std::filesystem::path directory;
  std::uint64_t seed = 1;
  int accounts = 400;              // companies in the market, not all of them customers
  int months = 24;                 // length of the period
  std::string locale = "en";       // en, ru
  std::string crm = "salesforce";  // salesforce, amocrm, bitrix24
  std::string scenario = "default";
  std::string difficulty = "normal";       // easy, normal, hard
  Date until = FromCivil({2026, 10, 31});  // last day of the period and of the last export
  int exports = 2;                         // successive exports, a month apart
  int threads = 0;                         // 0: one for each core; the bytes are the same for any number
};

struct SimulatedFile {
  std::filesystem::path path;  // relative to the directory
  std::uint64_t rows = 0;
};

// Counts at the end of the period. Money in minor units of the corporate currency.
struct SimulateSummary {
  std::vector<SimulatedFile> files;
  std::uint64_t rows = 0;    // of all exports and the truth
  std::uint64_t events = 0;  // of the last export: activities, touches, changes, ticket events, use, sign-ons
  std::string currency;
  std::int64_t accounts = 0;  // records of companies in the CRM
  std::int64_t leads = 0;
  std::int64_t deals = 0;
  std::int64_t deals_won = 0;
  std::int64_t deals_lost = 0;
  std::int64_t deals_open = 0;
  std::int64_t new_won = 0;  // new business that the CRM saw from start to end
  std::int64_t new_lost = 0;
  double new_cycle_median_days = 0.0;
  std::int64_t won_minor = 0;  // value of a year
  std::int64_t customers = 0;  // at the end
  std::int64_t mrr_minor = 0;  // at the end
  std::int64_t invoices = 0;
  std::int64_t tickets = 0;
  std::int64_t members = 0;
  std::int64_t leaks = 0;

  double NewWinRate() const;
};

// Called with the stage of work and how much of it is done, 0..1.
using Progress = std::function<void(const Phrase& stage, double fraction)>;

// Writes the exports and the truth into the directory, which must be empty, absent, or an earlier simulation (it is
// replaced). Memory is bounded by the company and the campaigns, not by the accounts.
Result<SimulateSummary> Simulate(const SimulateParams& params, const Progress& progress = {},
                                 const std::stop_token& stop = {});

}  // namespace weir::simulate
