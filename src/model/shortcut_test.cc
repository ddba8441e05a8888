// Tables that are made by less work where the records allow it: they are the same.
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <random>
#include <set>

#include "model/plan.h"
#include "model/records.h"
#include "model/testing.h"

namespace weir::model {
namespace {

struct RandomRecords {
  bool repeats = false;  // records that are told again, by the same object
  bool joins = false;    // a second source and a second object that tell of the same records
  bool deletes = false;
  bool merges = false;
};

void Fill(TestModel& model, std::mt19937& random, const RandomRecords& what) {
  const auto draw = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  const auto day = [&] { return fmt::format("2026-0{}-{:02} 08:00:00", 1 + draw(8), 1 + draw(28)); };
  const auto maybe = [&](const std::string& value) { return draw(3) == 0 ? std::string() : value; };
  const auto record = [&](std::string_view table, int n, const std::string& source, const std::string& object) {
    TestModel::Cells cells{{"key", fmt::format("{}", n)}};
    const auto put = [&](const std::string& name, const std::string& value) {
      if (!value.empty()) cells[name] = value;
    };
    if (FindRecordTable(table)->Find("created_at") != nullptr) put("created_at", maybe(day()));
    if (FindRecordTable(table)->Find("modified_at") != nullptr) put("modified_at", maybe(day()));
    if (table == "account") {
      put("name", maybe(fmt::format("Firm {}", n)));
      put("domain", maybe(fmt::format("firm{}.com", n % 5)));
      put("employees", maybe(fmt::format("{}", draw(900))));
    } else if (table == "person" || table == "lead") {
      put("full_name", maybe(fmt::format("Ann {}", n)));
      put("email", maybe(fmt::format("ann{}@firm{}.com", n % 7, n % 5)));
    } else {
      put("account_key", fmt::format("{}", draw(6)));
      if (table == "contract") put("amount", maybe(fmt::format("{}", draw(900))));
    }
    model.Record(table, cells, day(), source, object);
    if (what.deletes && draw(4) == 0) {
      model.Execute(
          fmt::format("UPDATE rec.{0} SET _deleted = TRUE WHERE _obs = (SELECT max(_obs) FROM rec.{0})", table));
    }
  };
  for (const std::string_view table : {"account", "person", "lead", "contract", "invoice", "ticket"}) {
    for (int n = 0; n < 8; ++n) {
      const std::string own(table);
      record(table, n, "crm", own);
      if (what.repeats && draw(2) == 0) record(table, n, "crm", own);
      if (what.joins && draw(2) == 0) record(table, n, "crm", own + "_more");
      if (what.joins && draw(2) == 0) record(table, n, "desk", own);
    }
  }
  if (!what.merges) return;
  for (const std::string_view kind : {"account", "person", "lead", "ticket"}) {
    model.Record("merge", {{"kind", std::string(kind)}, {"from_key", "1"}, {"into_key", "2"}}, day(), "crm");
  }
}

std::string AsTemporary(const std::string& sql, const std::string& model, std::string_view name) {
  const std::string head = fmt::format("CREATE OR REPLACE TABLE model.{} AS", model);
  const std::size_t at = sql.find(head);
  EXPECT_NE(at, std::string::npos);
  return fmt::format("CREATE OR REPLACE TEMP TABLE {} AS{}", name, sql.substr(at + head.size()));
}

TEST(Shortcut, MakesTheSameTable) {
  const auto models = EmbeddedModels();
  ASSERT_TRUE(models) << models.error().ToString();
  constexpr std::array<RandomRecords, 6> kKinds{{{},
                                                 {.joins = true},
                                                 {.repeats = true},
                                                 {.deletes = true},
                                                 {.merges = true},
                                                 {.repeats = true, .joins = true, .deletes = true, .merges = true}}};
  std::map<std::string, int> held;
  std::map<std::string, int> did_not_hold;
  std::mt19937 random(20261130);
  for (int round = 0; round < 3; ++round) {
    for (const RandomRecords& what : kKinds) {
      TestModel model;
      Fill(model, random, what);
      ASSERT_TRUE(model.Build()) << model.error();
      for (const ModelFile& file : *models) {
        for (std::size_t i = 0; i < file.shortcuts.size(); ++i) {
          const std::string id = fmt::format("{}:{}", file.name, i);
          if (model.Table(file.shortcuts[i].holds) != "true\n") {
            ++did_not_hold[id];
            continue;
          }
          ++held[id];
          model.Execute(AsTemporary(file.sql, file.name, "by_all_work"));
          model.Execute(AsTemporary(file.shortcuts[i].sql, file.name, "by_less_work"));
          EXPECT_EQ(model.Table("(SELECT * FROM by_all_work EXCEPT ALL SELECT * FROM by_less_work) UNION ALL "
                                "(SELECT * FROM by_less_work EXCEPT ALL SELECT * FROM by_all_work)"),
                    "")
              << id;
        }
      }
    }
  }
  // Each was tried on records, and each was refused where records do not allow it.
  for (const char* id : {"account_version:0", "person_version:0", "lead_version:0", "lead_version:1",
                         "contract_version:0", "invoice_version:0", "ticket_version:0"}) {
    EXPECT_GT(held[id], 0) << id;
    EXPECT_GT(did_not_hold[id], 0) << id;
  }
}

}  // namespace
}  // namespace weir::model
