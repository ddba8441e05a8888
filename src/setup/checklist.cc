#include "setup/checklist.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analysis/columns.h"

namespace weir::setup {
namespace {

using analysis::Column;
using analysis::ColumnType;
using analysis::Of;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using analysis::Text;
using analysis::TextOf;
using store::Value;

// How each kind of rows shows that it is there.
constexpr std::string_view kWhatIsThere = R"(
SELECT 'deal' AS kind, EXISTS (SELECT 1 FROM scoped.deal_version) AS is_there
UNION ALL SELECT 'deal_history', EXISTS (SELECT 1 FROM scoped.deal_version WHERE origin IN ('history', 'difference'))
UNION ALL SELECT 'lead', EXISTS (SELECT 1 FROM scoped.lead)
UNION ALL SELECT 'account', EXISTS (SELECT 1 FROM scoped.account)
UNION ALL SELECT 'person', EXISTS (SELECT 1 FROM scoped.person)
UNION ALL SELECT 'member', EXISTS (SELECT 1 FROM scoped.member WHERE team_id IS NOT NULL OR department IS NOT NULL)
UNION ALL SELECT 'activity', EXISTS (SELECT 1 FROM scoped.activity)
UNION ALL SELECT 'call', EXISTS (SELECT 1 FROM scoped.call)
UNION ALL SELECT 'touch', EXISTS (SELECT 1 FROM scoped.touch)
UNION ALL SELECT 'ticket', EXISTS (SELECT 1 FROM scoped.ticket)
UNION ALL SELECT 'invoice', EXISTS (SELECT 1 FROM scoped.invoice)
UNION ALL SELECT 'payment', EXISTS (SELECT 1 FROM scoped.payment)
UNION ALL SELECT 'spend', EXISTS (SELECT 1 FROM scoped.spend)
UNION ALL SELECT 'goal', EXISTS (SELECT 1 FROM scoped.goal)
UNION ALL SELECT 'tool_usage', EXISTS (SELECT 1 FROM scoped.tool_usage)
UNION ALL SELECT 'time_entry', EXISTS (SELECT 1 FROM scoped.time_entry)
UNION ALL SELECT 'subscription', EXISTS (SELECT 1 FROM scoped.subscription)
UNION ALL SELECT 'message', EXISTS (SELECT 1 FROM scoped.message)
UNION ALL SELECT 'calendar', EXISTS (SELECT 1 FROM scoped.calendar)
UNION ALL SELECT 'survey_answer', EXISTS (SELECT 1 FROM scoped.survey_answer)
UNION ALL SELECT 'training', EXISTS (SELECT 1 FROM scoped.training)
UNION ALL SELECT 'tool', EXISTS (SELECT 1 FROM scoped.tool)
UNION ALL SELECT 'licence', EXISTS (SELECT 1 FROM scoped.licence))";

struct Arrived {
  std::int64_t rows = 0;
  Value last_observed_at = {};
};

struct Stock {
  std::set<std::string, std::less<>> kinds;
  std::map<std::string, Arrived, std::less<>> objects;  // "salesforce/opportunity"

  const Arrived* Find(const Product& product, const Export& one) const {
    for (const std::string& object : one.objects) {
      const auto found = objects.find(product.id + "/" + object);
      if (found != objects.end()) return &found->second;
    }
    return nullptr;
  }
  bool Has(const Product& product) const {
    return std::ranges::any_of(product.exports, [&](const Export& one) { return Find(product, one) != nullptr; });
  }
  std::vector<std::string> Missing(const Unlock& unlock) const {
    std::vector<std::string> missing;
    std::ranges::copy_if(unlock.needs, std::back_inserter(missing),
                         [&](const std::string& kind) { return !kinds.contains(kind); });
    return missing;
  }
};

Result<Stock> ReadStock(store::Session& session) {
  Stock stock;
  WEIR_TRY(const store::Rows kinds, session.Query(kWhatIsThere));
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    if (std::get<bool>(kinds.rows[i][1])) stock.kinds.insert(kinds.TextAt(i, 0));
  }
  WEIR_TRY(const store::Rows objects, session.Query("SELECT source, object, rows, last_observed_at FROM "
                                                    "scoped.source_freshness WHERE rows > 0 ORDER BY source NULLS "
                                                    "LAST, object NULLS LAST"));
  for (std::size_t i = 0; i < objects.size(); ++i) {
    stock.objects[objects.TextAt(i, 0) + "/" + objects.TextAt(i, 1)] = {objects.IntegerAt(i, 2), objects.rows[i][3]};
  }
  return stock;
}

// An export that would bring what is missing: of a product that is here already before one that is not.
struct Advice {
  const Product* product = nullptr;
  const Export* one = nullptr;
  std::vector<const Product*> others = {};  // that give it as well, where none of the products is here
};

Advice AdviceOn(const SetupCatalog& catalog, const Stock& stock, const std::vector<std::string>& missing) {
  Advice advice;
  bool is_here = false;
  for (const Product& product : catalog.products) {
    const bool has = stock.Has(product);
    for (const Export& one : product.exports) {
      if (!one.Gives(missing) || stock.Find(product, one) != nullptr) continue;
      if (advice.one == nullptr || (has && !is_here && product.id != "generic")) {
        is_here = has && product.id != "generic";
        advice.product = &product;
        advice.one = &one;
      } else if (product.id != advice.product->id) {
        advice.others.push_back(&product);
      }
      break;
    }
  }
  if (is_here) advice.others.clear();
  return advice;
}

Text ProductsOf(const Advice& advice) {
  constexpr std::size_t kNamed = 4;
  std::vector<std::string> en{advice.product->title.en};
  std::vector<std::string> ru{advice.product->title.ru};
  for (const Product* other : advice.others) {
    if (other == advice.product || en.size() == kNamed) continue;
    en.push_back(other->title.en);
    ru.push_back(other->title.ru);
  }
  const auto listed = [](const std::vector<std::string>& names, std::string_view last) {
    std::string text = names.front();
    for (std::size_t i = 1; i < names.size(); ++i)
      text += fmt::format("{}{}", i + 1 == names.size() ? last : ", ", names[i]);
    return text;
  };
  return {listed(en, " or "), listed(ru, " или ")};
}

// One export to bring, and what it opens.
struct Step {
  Advice advice = {};
  std::vector<const Unlock*> opens = {};
};

// Steps are taken one after the other: what an earlier one brings is no longer missing, so that no export is named
// twice, and a page that needs no more is opened by the step that brings the last of what it needs.
void AddStep(const SetupCatalog& catalog, const Stock& stock, const Unlock& unlock, std::vector<std::string> missing,
             std::vector<Step>& steps) {
  Step* last = nullptr;
  for (Step& step : steps) {
    const auto& given = step.advice.one->gives;
    const auto brought =
        std::erase_if(missing, [&](const std::string& kind) { return std::ranges::find(given, kind) != given.end(); });
    if (brought > 0) last = &step;
  }
  if (missing.empty()) {
    if (last != nullptr) last->opens.push_back(&unlock);
    return;
  }
  const Advice advice = AdviceOn(catalog, stock, missing);
  if (advice.one != nullptr) steps.push_back({.advice = advice, .opens = {&unlock}});
}

Text OpensOf(const Step& step) {
  Text opens;
  for (const Unlock* unlock : step.opens) {
    opens.en += (opens.en.empty() ? "" : "; ") + unlock->title.en;
    opens.ru += (opens.ru.empty() ? "" : "; ") + unlock->title.ru;
  }
  return opens;
}

void AddNext(const Step& step, Table& table) {
  const auto& [product, one, others] = step.advice;
  const Text products = ProductsOf(step.advice);
  const Text opens = OpensOf(step);
  const std::string en = fmt::format("Bring next: {} ({}). It opens {}.", one->title.en, products.en, opens.en);
  const std::string ru =
      fmt::format("Загрузите следующим: {} ({}). Откроется: {}.", one->title.ru, products.ru, opens.ru);
  table.rows.push_back({static_cast<std::int64_t>(table.rows.size() + 1), step.opens.front()->id, opens.en, opens.ru,
                        product->id, one->id, products.en, products.ru, one->title.en, one->title.ru, one->how.en,
                        one->how.ru, en, ru});
}

// What an export opens: everything that needs a kind of rows which it gives.
Text OpenedBy(const SetupCatalog& catalog, const Export& one) {
  std::vector<std::string> en;
  std::vector<std::string> ru;
  for (const Unlock& unlock : catalog.unlocks) {
    if (!one.Gives(unlock.needs)) continue;
    en.push_back(unlock.title.en);
    ru.push_back(unlock.title.ru);
  }
  return {fmt::format("{}", fmt::join(en, "; ")), fmt::format("{}", fmt::join(ru, "; "))};
}

void AddProducts(const SetupCatalog& catalog, const Stock& stock, Table& exports, Table& products) {
  for (const Product& product : catalog.products) {
    std::int64_t here = 0;
    for (const Export& one : product.exports) {
      const Arrived* arrived = stock.Find(product, one);
      here += arrived != nullptr ? 1 : 0;
      const Text opens = OpenedBy(catalog, one);
      exports.rows.push_back(
          {product.id, one.id, one.title.en, one.title.ru, std::string(arrived != nullptr ? "here" : "missing"),
           arrived != nullptr ? Value(arrived->rows) : Value(),
           arrived != nullptr ? arrived->last_observed_at : Value(), one.how.en, one.how.ru, opens.en, opens.ru});
    }
    products.rows.push_back({product.id, product.title.en, product.title.ru, std::string(here > 0 ? "here" : "missing"),
                             here, static_cast<std::int64_t>(product.exports.size())});
  }
}

}  // namespace

std::vector<TableSpec> ChecklistTables() {
  const Column product = TextOf("product", "Product", "Продукт");
  const Column title_en = TextOf("title_en", "Title", "Название");
  const Column title_ru = TextOf("title_ru", "Title (Russian)", "Название по-русски");
  const Column state = TextOf("state", "State", "Состояние");
  const Column how_en = TextOf("how_en", "How to export", "Как выгрузить");
  const Column how_ru = TextOf("how_ru", "How to export (Russian)", "Как выгрузить (по-русски)");
  return {{.name = "next",
           .title = {"What to bring next", "Что загрузить следующим"},
           .key = {"position"},
           .columns = {Of("position", ColumnType::kInteger, "Position", "Место"),
                       TextOf("unlock", "Opens", "Открывает"), TextOf("unlock_en", "What it opens", "Что откроется"),
                       TextOf("unlock_ru", "What it opens (Russian)", "Что откроется (по-русски)"), product,
                       TextOf("export", "Export", "Выгрузка"), TextOf("products_en", "From", "Откуда"),
                       TextOf("products_ru", "From (Russian)", "Откуда (по-русски)"), title_en, title_ru, how_en,
                       how_ru, TextOf("en", "English", "По-английски"), TextOf("ru", "Russian", "По-русски")}},
          {.name = "exports",
           .title = {"Exports", "Выгрузки"},
           .key = {"product", "export"},
           .columns = {product, TextOf("export", "Export", "Выгрузка"), title_en, title_ru, state,
                       Of("rows", ColumnType::kInteger, "Rows", "Строк", "count"),
                       Of("last_observed_at", ColumnType::kInstant, "Newest record", "Самая новая запись"), how_en,
                       how_ru, TextOf("opens_en", "Opens", "Открывает"),
                       TextOf("opens_ru", "Opens (Russian)", "Открывает (по-русски)")}},
          {.name = "products",
           .title = {"Products", "Продукты"},
           .key = {"product"},
           .columns = {product, title_en, title_ru, state,
                       Of("exports_here", ColumnType::kInteger, "Exports here", "Загружено выгрузок", "count"),
                       Of("exports", ColumnType::kInteger, "Exports", "Выгрузок", "count")}},
          {.name = "unlocks",
           .title = {"What is open", "Что открыто"},
           .key = {"unlock"},
           .columns = {TextOf("unlock", "Id", "Код"), title_en, title_ru, TextOf("page", "Page", "Страница"), state}}};
}

Result<Output> MakeChecklist(const SetupCatalog& catalog, analysis::Context& context) {
  WEIR_TRY(const Stock stock, ReadStock(context.session()));
  Output output;
  for (TableSpec& spec : ChecklistTables()) {
    output.tables.push_back({.name = spec.name, .key = spec.key, .columns = spec.columns});
  }
  std::vector<Step> steps;
  for (const Unlock& unlock : catalog.unlocks) {
    const std::vector<std::string> missing = stock.Missing(unlock);
    output.tables[3].rows.push_back(
        {unlock.id, unlock.title.en, unlock.title.ru, unlock.page, std::string(missing.empty() ? "open" : "closed")});
    AddStep(catalog, stock, unlock, missing, steps);
  }
  for (const Step& step : steps) AddNext(step, output.tables[0]);
  AddProducts(catalog, stock, output.tables[1], output.tables[2]);
  return output;
}

}  // namespace weir::setup
