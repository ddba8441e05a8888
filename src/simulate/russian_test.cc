// What Russian CRMs give: the same story in their own headers, code page and separators.
#include <gtest/gtest.h>

#include <set>

#include "simulate/test_table.h"

namespace weir::simulate {
namespace {

struct Sheet {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;

  const std::string& Get(std::size_t row, std::string_view column) const {
    for (std::size_t i = header.size(); i-- > 0;) {
      if (header[i] == column) return rows[row][i];
    }
    throw std::runtime_error("no column " + std::string(column));
  }
};

// Windows-1251 with semicolons and quotes around every cell.
Sheet ReadSheet(const std::filesystem::path& path) {
  std::string text;
  for (const char c : ReadFile(path)) {
    const auto byte = static_cast<unsigned char>(c);
    unsigned code = byte;
    if (byte >= 0xC0) code = 0x410U + byte - 0xC0U;
    if (byte == 0xA8) code = 0x401;
    if (byte == 0xB8) code = 0x451;
    if (code < 0x80) {
      text.push_back(c);
    } else {
      text.push_back(static_cast<char>(0xC0U | code >> 6));
      text.push_back(static_cast<char>(0x80U | (code & 0x3FU)));
    }
  }
  std::string commas;
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    commas.push_back(c == ';' && !quoted ? ',' : c);
  }
  Sheet sheet;
  sheet.rows = ParseCsv(commas);
  sheet.header = sheet.rows.front();
  sheet.rows.erase(sheet.rows.begin());
  return sheet;
}

Sheet ReadOf(const SimulatedFolder& folder, int number, std::string_view begin) {
  for (const auto& entry : std::filesystem::directory_iterator(folder.Export(number))) {
    if (entry.path().filename().string().starts_with(begin)) return ReadSheet(entry.path());
  }
  throw std::runtime_error("no " + std::string(begin));
}

SimulateSummary Write(const SimulatedFolder& folder, std::string crm) {
  SimulateParams params;
  params.directory = folder.path();
  params.accounts = 120;
  params.months = 14;
  params.locale = "ru";
  params.crm = std::move(crm);
  const auto summary = Simulate(params);
  EXPECT_TRUE(summary.has_value());
  return *summary;
}

std::set<std::string> TruthIds(const SimulatedFolder& folder, std::string_view source, std::string_view object) {
  std::set<std::string> ids;
  for (const std::string_view file : {"persons.csv", "accounts.csv"}) {
    const Table table = folder.Truth(file);
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
      if (table.Get(row, "source") == source && table.Get(row, "object") == object) {
        ids.insert(table.Get(row, "record_id"));
      }
    }
  }
  return ids;
}

TEST(AmoCrm, HoldsEveryDealAndRequest) {
  const SimulatedFolder folder("amo");
  const SimulateSummary summary = Write(folder, "amocrm");
  const Sheet deals = ReadOf(folder, 2, "amocrm_export_leads");
  EXPECT_EQ(static_cast<std::int64_t>(deals.rows.size()), summary.deals + summary.leads);
  std::int64_t won = 0;
  std::set<std::string> ids;
  for (std::size_t row = 0; row < deals.rows.size(); ++row) {
    EXPECT_TRUE(ids.insert(deals.Get(row, "ID")).second);
    const bool closed = deals.Get(row, "Этап сделки") == "Успешно реализовано" ||
                        deals.Get(row, "Этап сделки") == "Закрыто и не реализовано";
    EXPECT_EQ(closed, deals.Get(row, "Дата закрытия") != "не закрыта");
    if (deals.Get(row, "Воронка") == "Заявки") continue;
    won += deals.Get(row, "Этап сделки") == "Успешно реализовано" ? 1 : 0;
  }
  EXPECT_EQ(won, summary.deals_won);
  const Sheet contacts = ReadOf(folder, 2, "amocrm_export_contacts");
  const std::set<std::string> known = TruthIds(folder, "amocrm", "contact");
  EXPECT_GT(contacts.rows.size(), 50U);
  for (std::size_t row = 0; row < contacts.rows.size(); ++row) {
    EXPECT_TRUE(known.contains(contacts.Get(row, "ID")));
  }
  EXPECT_FALSE(std::filesystem::exists(folder.Export(2) / "Opportunity.csv"));
  EXPECT_FALSE(folder.Read(2, "weir-contract").rows.empty());
}

// Who signs on to what tells of his trade: nobody works in a tool whose exports the company does not have.
TEST(RussianTools, AreThoseThatTheCompanyHas) {
  for (const auto& [crm, name] : {std::pair{"amocrm", "amoCRM"}, {"bitrix24", "Bitrix24"}}) {
    const SimulatedFolder folder(std::string("tools-") + crm);
    Write(folder, crm);
    std::set<std::string> tools;
    const Table list = folder.Read(2, "weir-tool");
    for (std::size_t row = 0; row < list.rows.size(); ++row) tools.insert(list.Get(row, "name"));
    EXPECT_TRUE(tools.contains(name) && tools.contains("1C")) << crm;
    for (const char* other : {"Salesforce", "HubSpot", "Stripe", "Microsoft Teams"}) {
      EXPECT_FALSE(tools.contains(other)) << other;
    }
    const Table sign_ons = folder.Read(2, "okta-system-log");
    ASSERT_FALSE(sign_ons.rows.empty());
    for (std::size_t row = 0; row < sign_ons.rows.size(); ++row) {
      EXPECT_TRUE(tools.contains(sign_ons.Get(row, "target.displayName"))) << sign_ons.Get(row, "target.displayName");
    }
    const Table truth = folder.Truth("tools.csv");
    for (std::size_t row = 0; row < truth.rows.size(); ++row) {
      EXPECT_TRUE(tools.contains(truth.Get(row, "tool")));
      const std::string& other = truth.Get(row, "overlaps_with");
      EXPECT_TRUE(other.empty() || tools.contains(other)) << other;
    }
  }
}

TEST(Bitrix24, HistoryEndsInTheStageOfTheDeal) {
  const SimulatedFolder folder("bitrix");
  const SimulateSummary summary = Write(folder, "bitrix24");
  const Sheet deals = ReadOf(folder, 2, "bitrix24_DEAL");
  const Sheet leads = ReadOf(folder, 2, "bitrix24_LEAD");
  EXPECT_EQ(static_cast<std::int64_t>(deals.rows.size()), summary.deals);
  EXPECT_EQ(static_cast<std::int64_t>(leads.rows.size()), summary.leads);
  const Table moves = folder.Read(2, "bitrix24_stagehistory");
  std::map<std::string, std::string> last;
  for (std::size_t row = 0; row < moves.rows.size(); ++row) {
    last[moves.Get(row, "OWNER_ID")] = moves.Get(row, "STAGE_ID");
  }
  std::size_t compared = 0;
  for (std::size_t row = 0; row < deals.rows.size(); ++row) {
    const auto found = last.find(deals.Get(row, "ID"));
    if (found == last.end()) continue;
    ++compared;
    const std::string& stage = deals.Get(row, "Стадия сделки");
    EXPECT_EQ(stage == "Сделка успешна", found->second == "WON");
    EXPECT_EQ(stage == "Сделка провалена", found->second == "LOSE");
  }
  EXPECT_GT(compared, 50U);
  std::set<std::string> objects;
  const Table leaks = folder.Truth("leaks.csv");
  for (std::size_t row = 0; row < leaks.rows.size(); ++row) objects.insert(leaks.Get(row, "source"));
  EXPECT_TRUE(objects.contains("bitrix24"));
  EXPECT_FALSE(objects.contains("salesforce"));
}

}  // namespace
}  // namespace weir::simulate
