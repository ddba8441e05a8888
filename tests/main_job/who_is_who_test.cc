// Who is who of simulated companies against their truth: pairs of records that are one, of all there are, and of the
// duplicates that were planted within one source. What is measured is printed, with the pairs that went wrong.
//
// The weights (src/identity/entity_evidence.h) were chosen on seeds 1 to 5; $WEIR_WHO_SEEDS names others.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "main_job.h"
#include "simulated.h"

namespace weir::main_job {
namespace {

struct Pairs {
  std::int64_t found = 0;  // pairs of ours
  std::int64_t right = 0;  // of those, true ones
  std::int64_t truth = 0;

  double Precision() const { return found == 0 ? 1 : static_cast<double>(right) / static_cast<double>(found); }
  double Recall() const { return truth == 0 ? 1 : static_cast<double>(right) / static_cast<double>(truth); }
  void Add(const Pairs& other) {
    found += other.found;
    right += other.right;
    truth += other.truth;
  }
  std::string Text() const {
    return fmt::format("{:>6} true pairs, {:>3} wrong, {:>3} missed, precision {:.4f}, recall {:.4f}", truth,
                       found - right, truth - right, Precision(), Recall());
  }
};

std::int64_t PairsOf(std::size_t records) {
  const auto count = static_cast<std::int64_t>(records);
  return count * (count - 1) / 2;
}

struct Company {
  const char* crm;
  const char* locale;
  const char* difficulty;

  simulate::SimulateParams Params(std::uint64_t seed) const {
    simulate::SimulateParams params;
    params.seed = seed;
    params.accounts = 200;
    params.months = 14;
    params.exports = 1;
    params.crm = crm;
    params.locale = locale;
    params.difficulty = difficulty;
    return params;
  }
};

// Where a file of the truth has the true id, the source, the record and its name; none of the columns up to them holds
// a comma.
struct TruthFile {
  std::string entity;
  std::string file;
  std::array<std::size_t, 3> columns;
};
const std::array<TruthFile, 2> kTruth{{{"account", "accounts.csv", {0, 1, 3}}, {"person", "persons.csv", {0, 2, 4}}}};

// Records, by what they are held to be.
using Groups = std::map<std::string, std::vector<std::string>>;

// Of each group, those of its records that the other grouping has elsewhere, with the reasons they were given.
void PrintSplit(const char* what, const Groups& groups, const std::map<std::string, std::string>& other,
                const std::map<std::string, std::string>& reasons) {
  for (const auto& [id, records] : groups) {
    std::map<std::string, std::vector<std::string>> parts;
    for (const std::string& record : records) {
      parts[other.at(record)].push_back(fmt::format("{} ({})", record, reasons.at(record)));
    }
    if (parts.size() < 2) continue;
    fmt::print("  {} {}:", what, id);
    for (const auto& [part, of] : parts) fmt::print(" [{}]", fmt::join(of, ", "));
    fmt::print("\n");
  }
}

Pairs Judge(const Simulated& simulated, Job& job, const TruthFile& of, bool within_source, const std::string& label) {
  std::map<std::string, std::string> true_ids;  // by record; of one source alone where that is asked for
  std::map<std::string, std::string> sources;
  std::ifstream in(simulated.folder() / "truth" / of.file);
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    std::vector<std::string> cells;
    for (std::size_t at = 0; cells.size() < 5;) {
      const std::size_t comma = line.find(',', at);
      cells.push_back(line.substr(at, comma - at));
      at = comma + 1;
    }
    const std::string& source = cells[of.columns[1]];
    const std::string record = source + "|" + cells[of.columns[2]];
    sources[record] = within_source ? source + "|" : "";
    true_ids[record] = sources[record] + cells[of.columns[0]];
  }
  Groups ours;
  Groups theirs;
  std::map<std::string, std::size_t> both;
  std::map<std::string, std::string> our_ids;
  std::map<std::string, std::string> reasons;
  for (const std::string& row : job.Sql(
           fmt::format("SELECT decided_by || ': ' || reason, entity_id, source, source_key FROM model.identity_link "
                       "WHERE entity = '{}' ORDER BY source NULLS LAST, source_key NULLS LAST",
                       of.entity))) {
    const std::size_t id = row.find('|') + 1;
    const std::size_t end = row.find('|', id);
    const std::string record = row.substr(end + 1);
    const auto known = true_ids.find(record);
    if (known == true_ids.end()) continue;
    reasons[record] = row.substr(0, id - 1);
    const std::string& our_id = our_ids[record] = sources[record] + row.substr(id, end - id);
    ours[our_id].push_back(record);
    theirs[known->second].push_back(record);
    ++both[known->second + "\n" + our_id];
  }
  Pairs pairs;
  for (const auto& [id, records] : ours) pairs.found += PairsOf(records.size());
  for (const auto& [id, records] : theirs) pairs.truth += PairsOf(records.size());
  for (const auto& [id, count] : both) pairs.right += PairsOf(count);
  fmt::print("{:<28} {:<8} {:<15} {}\n", label, of.entity, within_source ? "within a source" : "all", pairs.Text());
  PrintSplit("joined", ours, true_ids, reasons);
  PrintSplit("missed", theirs, our_ids, reasons);
  std::fflush(stdout);
  return pairs;
}

std::vector<std::uint64_t> Seeds() {
  const char* given = std::getenv("WEIR_WHO_SEEDS");
  std::istringstream in(given == nullptr ? "6" : given);
  std::vector<std::uint64_t> seeds;
  for (std::uint64_t seed = 0; in >> seed;) seeds.push_back(seed);
  return seeds;
}

TEST(WhoIsWho, IsFoundAsItIs) {
  constexpr std::array<Company, 6> kCompanies{{{"salesforce", "en", "normal"},
                                               {"salesforce", "ru", "normal"},
                                               {"amocrm", "en", "normal"},
                                               {"amocrm", "ru", "normal"},
                                               {"bitrix24", "en", "normal"},
                                               {"bitrix24", "ru", "normal"}}};
  std::map<std::string, Pairs> sums;
  for (const std::uint64_t seed : Seeds()) {
    for (const Company& company : kCompanies) {
      const std::string label = fmt::format("{}-{}-{} {}", company.crm, company.locale, company.difficulty, seed);
      const Simulated simulated(fmt::format("who-{}-{}-{}", company.crm, company.locale, seed), company.Params(seed));
      Job job(fmt::format("who-{}-{}-{}", company.crm, company.locale, seed));
      job.Import(simulated.Files());
      for (const TruthFile& file : kTruth) {
        for (const bool within_source : {false, true}) {
          const std::string kind = fmt::format("{} {}", file.entity, within_source ? "within a source" : "all");
          sums[kind].Add(Judge(simulated, job, file, within_source, label));
        }
      }
    }
  }
  for (const auto& [kind, pairs] : sums) {
    fmt::print("sum {:<24} {}\n", kind, pairs.Text());
    EXPECT_GT(pairs.truth, 0) << kind;
    EXPECT_GE(pairs.Precision(), 0.98) << kind;
    EXPECT_GE(pairs.Recall(), 0.95) << kind;
  }
}

using Links = std::map<std::string, std::string>;  // record -> entity

Links LinksOf(Job& job, const std::string& entity) {
  Links links;
  for (const std::string& row : job.Sql(fmt::format(
           "SELECT entity_id, source || '|' || source_key FROM model.identity_link WHERE entity = '{}'", entity))) {
    const std::size_t bar = row.find('|');
    links[row.substr(bar + 1)] = row.substr(0, bar);
  }
  return links;
}

// Pairs of records that are one here and not there, and the other way round.
std::int64_t PairsBetween(const Links& here, const Links& there) {
  std::map<std::string, std::size_t> of_here;
  std::map<std::string, std::size_t> of_there;
  std::map<std::string, std::size_t> both;
  for (const auto& [record, id] : here) {
    const auto found = there.find(record);
    EXPECT_NE(found, there.end()) << record;
    if (found == there.end()) continue;
    ++of_here[id];
    ++of_there[found->second];
    ++both[id + "\n" + found->second];
  }
  std::int64_t pairs = 0;
  for (const auto& [id, count] : of_here) pairs += PairsOf(count);
  for (const auto& [id, count] : of_there) pairs += PairsOf(count);
  for (const auto& [id, count] : both) pairs -= 2 * PairsOf(count);
  return pairs;
}

// Exports that come one after the other leave the companies and people that they leave when they come at once; and what
// an id meant before it means from then on, be it that another id has taken its place.
TEST(WhoIsWho, StepByStepIsAsAtOnce) {
  for (const char* crm : {"salesforce", "amocrm"}) {
    simulate::SimulateParams params = Company{crm, "en", "normal"}.Params(6);
    params.accounts = 60;
    params.exports = 3;
    const std::string name = fmt::format("who-steps-{}", crm);
    const Simulated simulated(name, params);
    std::map<std::string, std::vector<std::filesystem::path>> exports;
    for (const std::filesystem::path& file : simulated.Files()) {
      exports[std::filesystem::relative(file, simulated.folder()).begin()->string()].push_back(file);
    }
    ASSERT_EQ(exports.size(), 3U);
    Job at_once(name + "-at-once");
    at_once.Import(simulated.Files());
    Job by_steps(name + "-by-steps");
    std::map<std::string, Links> before;
    std::int64_t moved = 0;
    for (const auto& [folder, files] : exports) {
      by_steps.Import(files);
      for (const char* entity : {"account", "person"}) {
        const Links now = LinksOf(by_steps, entity);
        std::map<std::string, std::string> meant;  // an id that is no more -> the one in its place
        for (const std::string& row : by_steps.Sql(
                 fmt::format("SELECT alias_id, entity_id FROM model.entity_alias WHERE entity = '{}'", entity))) {
          meant[row.substr(0, row.find('|'))] = row.substr(row.find('|') + 1);
        }
        std::map<std::string, std::vector<std::string>> holders;  // of each id now
        for (const auto& [record, id] : now) holders[id].push_back(record);
        for (const auto& [record, id] : before[entity]) {
          if (!now.contains(record) || now.at(record) == id) continue;
          ++moved;
          EXPECT_TRUE(holders.contains(id) || holders.contains(meant[id])) << id << " leads nowhere";
        }
        before[entity] = now;
      }
    }
    for (const char* entity : {"account", "person"}) {
      const Links here = LinksOf(by_steps, entity);
      const Links there = LinksOf(at_once, entity);
      ASSERT_GT(here.size(), 100U);
      ASSERT_EQ(here.size(), there.size());
      const std::int64_t apart = PairsBetween(here, there);
      std::size_t same_ids = 0;
      for (const auto& [record, id] : here) same_ids += there.at(record) == id ? 1 : 0;
      fmt::print(
          "{} {}: {} records in 3 steps and at once: {} pairs differ, {} have the same id; {} moved on the way\n", crm,
          entity, here.size(), apart, same_ids, moved);
      EXPECT_EQ(apart, 0) << entity;
    }
  }
}

// What is hard is not held to a bar, and still nothing is joined lightly.
TEST(WhoIsWho, IsNotGuessedWhereDataAreBad) {
  constexpr Company company{"salesforce", "en", "hard"};
  const Simulated simulated("who-hard", company.Params(5));
  Job job("who-hard");
  job.Import(simulated.Files());
  for (const TruthFile& file : kTruth) {
    const Pairs pairs = Judge(simulated, job, file, false, "salesforce-en-hard 5");
    EXPECT_GT(pairs.truth, 0);
    EXPECT_GE(pairs.Precision(), 0.98) << file.entity;
  }
}

}  // namespace
}  // namespace weir::main_job
