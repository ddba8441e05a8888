// Who is who of simulated companies against their truth: pairs of records that are one, of all there are, and of the
// duplicates that were planted within one source. What is measured is printed.
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <map>
#include <tuple>

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
};

std::int64_t PairsOf(std::int64_t records) { return records * (records - 1) / 2; }

class WhoIsWho : public ::testing::TestWithParam<std::tuple<const char*, const char*, const char*>> {
 protected:
  WhoIsWho() : simulated_(Name(), Params()), job_(Name()) { job_.Import(simulated_.Files()); }

  static std::string Name() {
    return fmt::format("who-{}-{}-{}", std::get<0>(GetParam()), std::get<1>(GetParam()), std::get<2>(GetParam()));
  }
  static simulate::SimulateParams Params() {
    simulate::SimulateParams params;
    params.seed = 5;
    params.accounts = 200;
    params.months = 14;
    params.exports = 1;
    params.crm = std::get<0>(GetParam());
    params.locale = std::get<1>(GetParam());
    params.difficulty = std::get<2>(GetParam());
    return params;
  }

  // `of_truth`: the columns of the true id, the source and the record, none of which holds a comma; of those before the
  // first one that may.
  Pairs Judge(const std::string& entity, const std::string& file, std::array<std::size_t, 3> of_truth,
              bool within_source) {
    std::map<std::string, std::pair<std::string, std::string>> truth;  // record -> true id, source
    std::ifstream in(simulated_.folder() / "truth" / file);
    std::string line;
    std::getline(in, line);
    while (std::getline(in, line)) {
      std::vector<std::string> cells;
      for (std::size_t at = 0; cells.size() < 5;) {
        const std::size_t comma = line.find(',', at);
        cells.push_back(line.substr(at, comma - at));
        at = comma + 1;
      }
      truth[cells[of_truth[1]] + "|" + cells[of_truth[2]]] = {cells[of_truth[0]], cells[of_truth[1]]};
    }
    std::map<std::string, std::int64_t> ours;
    std::map<std::string, std::int64_t> theirs;
    std::map<std::string, std::int64_t> both;
    for (const std::string& row : job_.Sql(fmt::format(
             "SELECT source, source_key, entity_id FROM model.identity_link WHERE entity = '{}'", entity))) {
      const std::size_t last = row.rfind('|');
      const auto known = truth.find(row.substr(0, last));
      if (known == truth.end()) continue;
      const std::string within = within_source ? known->second.second : "";
      const std::string entity_id = row.substr(last + 1);
      ++ours[within + "|" + entity_id];
      ++theirs[within + "|" + known->second.first];
      ++both[within + "|" + known->second.first + "|" + entity_id];
    }
    Pairs pairs;
    for (const auto& [id, count] : ours) pairs.found += PairsOf(count);
    for (const auto& [id, count] : theirs) pairs.truth += PairsOf(count);
    for (const auto& [id, count] : both) pairs.right += PairsOf(count);
    fmt::print("{} {:<8} {:<16} {:>5} true pairs, precision {:.4f}, recall {:.4f}\n", Name(), entity,
               within_source ? "within a source" : "all", pairs.truth, pairs.Precision(), pairs.Recall());
    return pairs;
  }

  Simulated simulated_;
  Job job_;
};

TEST_P(WhoIsWho, IsFoundAsItIs) {
  for (const bool within_source : {false, true}) {
    const Pairs accounts = Judge("account", "accounts.csv", {0, 1, 3}, within_source);
    const Pairs people = Judge("person", "persons.csv", {0, 2, 4}, within_source);
    ASSERT_GT(accounts.truth + people.truth, 0);
    if (std::string_view(std::get<2>(GetParam())) == "hard") continue;
    const auto together = [](const Pairs& a, const Pairs& b) {
      return Pairs{a.found + b.found, a.right + b.right, a.truth + b.truth};
    };
    if (within_source) {
      // Of a small company a dozen or so: one that is missed or wrong says little. In Bitrix24's lists some companies
      // have nothing but a name, which is left to people: there two may be missed, which is less than 95 % of them
      // found.
      const Pairs planted = together(accounts, people);
      const bool has_bare_names = std::string_view(std::get<0>(GetParam())) == "bitrix24";
      EXPECT_LE(planted.found - planted.right, 1);
      EXPECT_LE(planted.truth - planted.right, has_bare_names ? 2 : 1);
      continue;
    }
    for (const Pairs& pairs : {accounts, people}) {
      EXPECT_GE(pairs.Precision(), 0.98);
      EXPECT_GE(pairs.Recall(), 0.95);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Companies, WhoIsWho,
    ::testing::Values(std::tuple("salesforce", "en", "easy"), std::tuple("salesforce", "en", "normal"),
                      std::tuple("salesforce", "en", "hard"), std::tuple("salesforce", "ru", "normal"),
                      std::tuple("amocrm", "en", "normal"), std::tuple("amocrm", "ru", "normal"),
                      std::tuple("bitrix24", "en", "normal"), std::tuple("bitrix24", "ru", "normal")),
    [](const auto& company) {
      return fmt::format("{}_{}_{}", std::get<0>(company.param), std::get<1>(company.param),
                         std::get<2>(company.param));
    });

}  // namespace
}  // namespace weir::main_job
