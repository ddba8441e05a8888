#include "simulate/simulate.h"

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/executor.h"
#include "simulate/billing_ids.h"
#include "simulate/exporter.h"
#include "simulate/outcome.h"
#include "simulate/truth.h"
#include "simulate/world.h"

namespace weir::simulate {
namespace {

namespace fs = std::filesystem;

constexpr int kMostExports = 24;
constexpr int kMostCompared = 800;   // stories that are told again for each question of the truth
constexpr int kStoriesAtOnce = 256;  // held in memory between telling and writing
constexpr std::string_view kMark = "scenario.csv";

Status Check(const SimulateParams& params) {
  const auto refuse = [](std::string_view field, const Phrase& what) -> Status {
    return Fail(Error(Code::kBadUsage, what).Field(std::string(field)));
  };
  if (params.directory.empty()) return refuse("directory", MakePhrase("no directory is named"));
  if (params.accounts < 1 || params.accounts > kMostAccounts) {
    return refuse("accounts", MakePhrase("accounts must be 1 to {}, not {}", kMostAccounts, params.accounts));
  }
  if (params.months < kLeastMonths || params.months > kMostMonths) {
    return refuse("months", MakePhrase("months must be {} to {}, not {}", kLeastMonths, kMostMonths, params.months));
  }
  if (params.exports < 1 || params.exports > std::min(kMostExports, params.months)) {
    return refuse("exports", MakePhrase("exports must be 1 to {}, a month apart inside the period, not {}",
                                        std::min(kMostExports, params.months), params.exports));
  }
  if (params.locale != "en" && params.locale != "ru") {
    return refuse("locale", MakePhrase("no such locale: '{}'; en or ru", params.locale));
  }
  if (params.crm != "salesforce" && params.crm != "amocrm" && params.crm != "bitrix24") {
    return refuse("crm", MakePhrase("no such CRM: '{}'; salesforce, amocrm or bitrix24", params.crm));
  }
  const int year = ToCivil(params.until).year;
  if (year < 1990 || year > 2150) {
    return refuse("until", MakePhrase("the period must end between 1990 and 2150, not {}", FormatDate(params.until)));
  }
  return {};
}

bool IsOurs(const fs::path& entry) {
  const std::string name = entry.filename().string();
  return name == "truth" || name.starts_with("export-");
}

// Makes the directory ready. What stands there is replaced only if an earlier simulation wrote it.
Status Prepare(const fs::path& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) {
    return Fail(Unavailable("cannot make the directory: {}", error.message())
                    .At(directory.string())
                    .Mend("name a folder that may be written"));
  }
  std::vector<fs::path> old;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, error)) old.push_back(entry.path());
  if (error) return Fail(Unavailable("cannot read the directory: {}", error.message()).At(directory.string()));
  if (old.empty()) return {};
  const bool marked = fs::exists(directory / "truth" / kMark, error);
  if (!marked || !std::all_of(old.begin(), old.end(), IsOurs)) {
    return Fail(Conflict("the directory holds files that no simulation wrote")
                    .At(directory.string())
                    .Mend("Name an empty or a new directory"));
  }
  for (const fs::path& path : old) {
    fs::remove_all(path, error);
    if (error) return Fail(Unavailable("cannot replace the earlier simulation: {}", error.message()).At(path.string()));
  }
  return {};
}

Status MakeFolder(const fs::path& folder) {
  std::error_code error;
  fs::create_directory(folder, error);
  if (error) return Fail(Unavailable("cannot make the folder: {}", error.message()).At(folder.string()));
  return {};
}

Status OpenExport(const fs::path& folder, const View& view, std::vector<std::unique_ptr<Exporter>>& exporters) {
  using Open = ExporterResult (*)(const fs::path&, const View&);
  static constexpr Open kOfAll[] = {OpenZendesk,    OpenZendeskSchedule, OpenProduct,   OpenCalendars,
                                    OpenDeskPeople, OpenDeskTools,       OpenDeskPlans, OpenForecasts};
  static constexpr Open kOfTheWorld[] = {OpenStripeSubscriptions, OpenStripeInvoices, OpenGoogleAds, OpenTelephony};
  static constexpr Open kOfRussia[] = {OpenOneC, OpenBank, OpenYandexDirect, OpenUis};
  static constexpr Open kOfSalesforce[] = {OpenSalesforceRecords, OpenSalesforceDeals, OpenSalesforceActivities,
                                           OpenSalesforceHistory, OpenSalesforceSetup, OpenHubspot};
  static constexpr Open kOfAmo[] = {OpenAmoCrm, OpenAmoHistory, OpenContracts};
  static constexpr Open kOfBitrix[] = {OpenBitrix24, OpenBitrixHistory, OpenContracts};
  std::span<const Open> of_crm = kOfSalesforce;
  if (view.world.crm == Crm::kAmo) of_crm = kOfAmo;
  if (view.world.crm == Crm::kBitrix) of_crm = kOfBitrix;
  WEIR_TRY(MakeFolder(folder));
  WEIR_TRY(MakeFolder(folder / "other"));  // what Weir does not read yet
  const std::span<const Open> of_country =
      BillsInRussia(view.world) ? std::span<const Open>(kOfRussia) : std::span<const Open>(kOfTheWorld);
  for (const std::span<const Open> openers : {of_crm, of_country, std::span<const Open>(kOfAll)}) {
    for (const Open open : openers) {
      WEIR_TRY(auto exporter, open(folder, view));
      exporters.push_back(std::move(exporter));
    }
  }
  return {};
}

Date ExportDay(const SimulateParams& params, int number) { return AddMonths(params.until, number - params.exports); }

// Two digits where there are many, so that the folders stand in their order.
std::string FolderName(const SimulateParams& params, int number) {
  const int width = params.exports > 9 ? 2 : 1;
  return fmt::format("export-{:0{}}-{}", number, width, FormatDate(ExportDay(params, number)));
}

struct ScenarioRow {
  std::string_view key;
  std::string value;
};

constexpr Column<ScenarioRow> kScenarioColumns[] = {
    {"key", [](std::string& c, const ScenarioRow& r) { c.append(r.key); }},
    {"value", [](std::string& c, const ScenarioRow& r) { c.append(r.value); }},
};

Status WriteScenario(const fs::path& folder, const SimulateParams& params, const World& world,
                     std::vector<WrittenFile>& files) {
  WEIR_TRY(auto table, CsvTable<ScenarioRow>::Create(folder / kMark, kScenarioColumns));
  table.Write({"generator_version", std::to_string(kGeneratorVersion)});
  table.Write({"seed", std::to_string(params.seed)});
  table.Write({"accounts", std::to_string(params.accounts)});
  table.Write({"months", std::to_string(params.months)});
  table.Write({"locale", params.locale});
  table.Write({"crm", params.crm});
  table.Write({"scenario", params.scenario});
  table.Write({"difficulty", params.difficulty});
  table.Write({"from", FormatDate(world.start)});
  table.Write({"until", FormatDate(world.until)});
  table.Write({"time_zone", std::string(world.lexicon->time_zone)});
  table.Write({"currency", std::string(world.lexicon->currency)});
  table.Write({"planted", std::string(world.scenario.has_planted ? DriverName(world.scenario.planted) : "none")});
  table.Write({"planted_step", std::string(PlantedStep(world.scenario))});
  std::string spared;
  const auto pods = static_cast<int>(world.company.pods().size());
  for (int pod = 0; pod < pods; ++pod) {
    if (!world.scenario.IsSpared(pod, pods)) continue;
    spared += (spared.empty() ? "" : "; ") + world.company.pods()[static_cast<std::size_t>(pod)].name;
  }
  table.Write({"spared_territories", spared});
  return CloseTable(table, files);
}

// Days of cycles of new business won; a period has few thousand of them at most times, and two years fit any.
class CycleCounts {
 public:
  void Add(double days) { ++days_[std::min(days_.size() - 1, static_cast<std::size_t>(days))]; }
  double Median() const {
    std::int64_t total = 0;
    for (const std::int64_t count : days_) total += count;
    std::int64_t left = total / 2;
    for (std::size_t day = 0; day < days_.size(); ++day) {
      left -= days_[day];
      if (left < 0) return static_cast<double>(day);
    }
    return 0.0;
  }

 private:
  std::array<std::int64_t, 1500> days_{};
};

void Count(const World& world, const Account& account, CycleCounts& cycles, SimulateSummary& summary) {
  summary.accounts += static_cast<std::int64_t>(account.crm_accounts.size());
  summary.leads += static_cast<std::int64_t>(account.leads.size());
  summary.invoices += static_cast<std::int64_t>(account.invoices.size());
  summary.tickets += static_cast<std::int64_t>(account.tickets.size());
  summary.customers += account.IsCustomerAt(Plus(world.end(), -1.0)) ? 1 : 0;
  const Outcome outcome = OutcomeOf(world, account);
  summary.won_minor += outcome.won_minor;
  summary.mrr_minor += outcome.mrr_minor;
  for (const Deal& deal : account.deals) {
    const Stage stage = deal.versions.back().stage;
    ++summary.deals;
    summary.deals_won += stage == Stage::kWon ? 1 : 0;
    summary.deals_lost += stage == Stage::kLost ? 1 : 0;
    summary.deals_open += stage < Stage::kWon ? 1 : 0;
    const bool is_new = !deal.is_migrated && (deal.kind == DealKind::kNew || deal.kind == DealKind::kReactivation);
    if (!is_new) continue;
    summary.new_lost += stage == Stage::kLost ? 1 : 0;
    if (stage != Stage::kWon) continue;
    ++summary.new_won;
    cycles.Add(DaysBetween(deal.created_at, deal.closed_at));
  }
}

// All who listen to the stories. Each hears them in the order of the accounts, on whichever thread, so that the bytes
// do not depend on how many there are.
class Audience {
 public:
  Audience(const World& world, const View& last, SimulateSummary& summary)
      : world_(world), company_truth_(last), summary_(summary) {}

  void Add(std::unique_ptr<Exporter> exporter) { exporters_.push_back(std::move(exporter)); }
  std::vector<std::unique_ptr<Exporter>>& exporters() { return exporters_; }

  Status Listen(int accounts, const Executor& executor, const Progress& progress, const std::stop_token& stop) {
    std::vector<Account> stories(kStoriesAtOnce);
    for (int from = 0; from < accounts; from += kStoriesAtOnce) {
      if (stop.stop_requested()) return Fail(MakeError(Code::kCancelled, "the simulation was cancelled"));
      const auto told = static_cast<std::size_t>(std::min(kStoriesAtOnce, accounts - from));
      executor.ForEach(told, [&](std::size_t i) {
        stories[i] = TellAccount(world_, world_.scenario.knobs, from + static_cast<int>(i));
      });
      const std::span<const Account> heard(stories.data(), told);
      executor.ForEach(exporters_.size() + 1, [&](std::size_t listener) { Hear(listener, heard); });
      if (progress) progress(MakePhrase("telling the stories of accounts"), static_cast<double>(from) / accounts);
    }
    return {};
  }

  Status Close(const fs::path& truth_folder, const Executor& executor, std::vector<WrittenFile>& files) {
    for (const std::unique_ptr<Exporter>& exporter : exporters_) WEIR_TRY(exporter->Close(files));
    const int asked = std::min(world_.accounts, kMostCompared);
    const Counterfactuals compared = Compare(world_, asked, std::clamp(kMostCompared / asked, 1, 4), executor);
    summary_.new_cycle_median_days = cycles_.Median();
    return company_truth_.Write(truth_folder, compared, files);
  }

 private:
  void Hear(std::size_t listener, std::span<const Account> stories) {
    for (const Account& account : stories) {
      if (listener < exporters_.size()) {
        exporters_[listener]->Write(account);
      } else {
        company_truth_.Add(account);
        Count(world_, account, cycles_, summary_);
      }
    }
  }

  const World& world_;
  std::vector<std::unique_ptr<Exporter>> exporters_;
  CompanyTruth company_truth_;
  CycleCounts cycles_;
  SimulateSummary& summary_;
};

void List(const fs::path& directory, const std::vector<WrittenFile>& files, SimulateSummary& summary) {
  for (const WrittenFile& file : files) {
    summary.files.push_back({fs::relative(file.path, directory), file.rows});
    summary.rows += file.rows;
  }
  std::sort(summary.files.begin(), summary.files.end(),
            [](const SimulatedFile& a, const SimulatedFile& b) { return a.path < b.path; });
}

}  // namespace

double SimulateSummary::NewWinRate() const {
  const std::int64_t closed = new_won + new_lost;
  return closed == 0 ? 0.0 : static_cast<double>(new_won) / static_cast<double>(closed);
}

Result<SimulateSummary> Simulate(const SimulateParams& params, const Progress& progress, const std::stop_token& stop) {
  WEIR_TRY(Check(params));
  WEIR_TRY(const World world, MakeWorld(params));
  WEIR_TRY(Prepare(params.directory));
  const Executor executor(params.threads);
  const fs::path truth_folder = params.directory / "truth";
  WEIR_TRY(MakeFolder(truth_folder));
  std::vector<WrittenFile> files;
  WEIR_TRY(WriteScenario(truth_folder, params, world, files));

  SimulateSummary summary;
  summary.currency = world.lexicon->currency;
  const View last{world, Plus(world.end(), -1.0), world.until};
  Audience audience(world, last, summary);
  for (int number = 1; number <= params.exports; ++number) {
    const Date day = ExportDay(params, number);
    const View view{world, Plus(world.calendar.At(day + 1, 0), -1.0), day};
    WEIR_TRY(OpenExport(params.directory / FolderName(params, number), view, audience.exporters()));
  }
  std::int64_t leaks = 0;  // counted on a thread of its own
  WEIR_TRY(auto record_truth, OpenRecordTruth(truth_folder, last, leaks));
  audience.Add(std::move(record_truth));
  WEIR_TRY(audience.Listen(params.accounts, executor, progress, stop));
  if (progress) progress(MakePhrase("writing the truth"), 0.0);
  WEIR_TRY(audience.Close(truth_folder, executor, files));
  if (progress) progress(MakePhrase("writing the truth"), 1.0);

  summary.leaks = leaks;
  summary.members = static_cast<std::int64_t>(world.company.members().size());
  for (const WrittenFile& file : files) {
    if (file.holds_events && file.path.parent_path().filename() == FolderName(params, params.exports)) {
      summary.events += file.rows;
    }
  }
  List(params.directory, files, summary);
  return summary;
}

}  // namespace weir::simulate
