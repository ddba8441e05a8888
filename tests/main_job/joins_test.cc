// One story in the forms of three CRMs: whatever the CRM is called, its customers join their invoices, its leads their
// deals, and calls and tickets their customers, within the same bounds of the truth.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include "main_job.h"
#include "simulated.h"

namespace weir::main_job {
namespace {

struct Told {
  std::int64_t wrong = 0;  // companies that hold two true ones
  std::int64_t split = 0;  // true ones in several companies
  std::int64_t truth = 0;
};

class Joins : public ::testing::TestWithParam<const char*> {
 protected:
  Joins() : simulated_(fmt::format("joins-{}", GetParam()), Params()), job_(fmt::format("joins-{}", GetParam())) {
    job_.Import(simulated_.Files());
  }

  static simulate::SimulateParams Params() {
    simulate::SimulateParams params;
    params.seed = 3;
    params.accounts = 60;
    params.months = 14;
    params.crm = GetParam();
    params.exports = 1;
    return params;
  }

  // Our companies against truth/accounts.csv, whose first columns hold no commas.
  Told AgainstTruth() {
    std::map<std::string, std::string> truth;
    std::ifstream file(simulated_.folder() / "truth" / "accounts.csv");
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
      std::vector<std::string> cells;
      for (std::size_t at = 0; cells.size() < 4;) {
        const std::size_t comma = line.find(',', at);
        cells.push_back(line.substr(at, comma - at));
        at = comma + 1;
      }
      truth[cells[1] + "|" + cells[3]] = cells[0];
    }
    std::map<std::string, std::set<std::string>> of_ours;
    std::map<std::string, std::set<std::string>> of_true;
    for (const std::string& row :
         job_.Sql("SELECT source, source_key, entity_id FROM model.identity_link WHERE entity = 'account'")) {
      const std::size_t last = row.rfind('|');
      const auto known = truth.find(row.substr(0, last));
      if (known == truth.end()) continue;
      of_ours[row.substr(last + 1)].insert(known->second);
      of_true[known->second].insert(row.substr(last + 1));
    }
    const auto is_many = [](const auto& entry) { return entry.second.size() > 1; };
    return {.wrong = std::ranges::count_if(of_ours, is_many),
            .split = std::ranges::count_if(of_true, is_many),
            .truth = static_cast<std::int64_t>(of_true.size())};
  }

  std::int64_t Number(const std::string& query) { return std::stoll(job_.Sql(query).at(0)); }

  Simulated simulated_;
  Job job_;
};

TEST_P(Joins, HoldWhateverTheCrmIsCalled) {
  const Told told = AgainstTruth();
  ASSERT_GT(told.truth, 50);
  EXPECT_EQ(told.wrong, 0) << "no wrong join is worth a right one";
  EXPECT_LE(told.split * 100, told.truth * 5);
  EXPECT_LE(Number("SELECT count(*) FROM scoped.account") * 100, told.truth * 107);

  const std::int64_t customers = Number("SELECT count(*) FROM scoped.account WHERE is_customer");
  ASSERT_GT(customers, 5);
  EXPECT_GE(Number("SELECT count(*) FROM scoped.account AS a WHERE is_customer AND EXISTS (SELECT 1 FROM "
                   "scoped.invoice AS i WHERE "
                   "i.account_id = a.account_id)") *
                10,
            customers * 9);

  const std::int64_t tickets = Number("SELECT count(*) FROM scoped.ticket WHERE status IN ('solved', 'closed')");
  ASSERT_GT(tickets, 20);
  EXPECT_EQ(
      Number("SELECT count(*) FROM scoped.ticket WHERE status IN ('solved', 'closed') AND solved_at >= first_reply_at"),
      tickets);
  EXPECT_EQ(Number("SELECT count(solved_at) FROM scoped.ticket WHERE status NOT IN ('solved', 'closed')"), 0);

  const std::int64_t calls = Number("SELECT count(*) FROM scoped.\"call\"");
  ASSERT_GT(calls, 50);
  EXPECT_GE(Number("SELECT count(account_id) FROM scoped.\"call\"") * 100, calls * 65);

  const std::int64_t leads = Number("SELECT count(*) FROM scoped.lead");
  EXPECT_GE(Number("SELECT count(deal_id) FROM scoped.lead") * 100, leads * 20) << "about a third become deals";
}

INSTANTIATE_TEST_SUITE_P(EveryCrm, Joins, ::testing::Values("salesforce", "amocrm", "bitrix24"),
                         [](const auto& crm) { return std::string(crm.param); });

}  // namespace
}  // namespace weir::main_job
