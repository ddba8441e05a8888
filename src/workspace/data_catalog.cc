#include "workspace/data_catalog.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "access/role.h"
#include "analysis/columns.h"
#include "people/vocabulary.h"
#include "workspace/data_known.h"
#include "workspace/data_use.h"
#include "workspace/data_worth.h"

namespace weir::workspace {
namespace {

using analysis::Column;
using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::NoParams;
using analysis::Of;
using analysis::Output;
using analysis::ParamVisitor;
using analysis::Table;
using analysis::TableSpec;
using analysis::TextOf;
using store::QuoteName;
using store::Value;

TableSpec ColumnsSpec() {
  return {.name = "columns",
          .title = {"Columns", "Столбцы"},
          .key = {"object", "column"},
          .columns = {TextOf("object", "Object", "Объект"), TextOf("object_en", "Object", "Объект"),
                      TextOf("object_ru", "Object", "Объект"), TextOf("column", "Column", "Столбец"),
                      TextOf("meaning_en", "Meaning", "Смысл"), TextOf("meaning_ru", "Meaning", "Смысл"),
                      TextOf("type", "Type", "Тип"),
                      TextOf("origin", "Origin: source, computed, none",
                             "Происхождение: source — из источника, computed — "
                             "вычислен, none — ничем не заполнен"),
                      TextOf("sources", "Comes from: source/object: header", "Откуда: источник/объект: заголовок"),
                      CountOf("rows", "Rows", "Строк"), CountOf("filled", "Filled", "Заполнено"),
                      Of("filled_share", ColumnType::kShare, "Share filled", "Доля заполненных", "share"),
                      Of("newest_at", ColumnType::kInstant, "Newest row that has it", "Последняя строка, где он есть"),
                      Of("observed_at", ColumnType::kInstant, "Last export that could bring it",
                         "Последняя выгрузка, которая могла его принести"),
                      Of("is_personal", ColumnType::kBoolean, "Personal", "Личные данные"),
                      CountOf("uses", "Uses", "Использований"), TextOf("used_by", "Who uses it", "Кто использует")}};
}

TableSpec DepartmentsSpec() {
  return {.name = "departments",
          .title = {"Departments by objects", "Отделы и объекты"},
          .key = {"department", "object"},
          .columns = {TextOf("department", "Department; empty: none is known", "Отдел; пусто — неизвестен"),
                      TextOf("object", "Object", "Объект"), TextOf("object_en", "Object", "Объект"),
                      TextOf("object_ru", "Object", "Объект"), CountOf("held", "Rows it holds", "Строк у отдела"),
                      TextOf("missing", "Its metrics that have no rows here",
                             "Показатели отдела, для которых здесь нет строк")}};
}

TableSpec AccessSpec() {
  return {.name = "access",
          .title = {"Who may see", "Кто может видеть"},
          .key = {"department"},
          .columns = {TextOf("department", "Department; empty: none is known", "Отдел; пусто — неизвестен"),
                      CountOf("accounts", "Accounts", "Учётных записей"),
                      CountOf("all_rows", "See all rows", "Видят все строки"),
                      CountOf("team_rows", "See the rows of their teams", "Видят строки своих команд"),
                      CountOf("personal", "See personal data", "Видят личные данные")}};
}

TableSpec UsesSpec() {
  return {.name = "uses",
          .title = {"Who uses it", "Кто использует"},
          .key = {"kind", "id"},
          .columns = {TextOf("kind", "Kind: metric, dimension, leak, exclusion, query, view",
                             "Вид: metric — показатель, dimension — разрез, leak — правило потерь, exclusion — правило "
                             "исключения, query — запрос, view — вид"),
                      TextOf("id", "Id", "Id"), TextOf("title_en", "Title", "Название"),
                      TextOf("title_ru", "Title", "Название"), TextOf("owner", "Owner", "Владелец")}};
}

Table Empty(const TableSpec& spec) { return {.name = spec.name, .key = spec.key, .columns = spec.columns}; }

std::string FromOf(const explore::View& view) {
  return view.select.empty() ? "scoped." + QuoteName(view.name) : "(" + view.select + ")";
}

// The column that says when a row was news; empty where there is none.
std::string MomentOf(const explore::View& view) {
  for (const std::string_view name : {"modified_at", "observed_at", "at", "day", "date", "created_at", "issue_date",
                                      "started_at", "start_date", "valid_from"}) {
    const auto found = std::ranges::find(view.columns, name, &Column::name);
    if (found != view.columns.end() && (found->type == ColumnType::kInstant || found->type == ColumnType::kDate)) {
      return std::string(name);
    }
  }
  return {};
}

struct Fill {
  std::int64_t rows = 0;
  std::vector<std::int64_t> filled;  // by column
  std::vector<Value> newest;
};

// One pass, whatever the number of columns.
Result<Fill> FillOf(const explore::View& view, store::Session& session) {
  const std::string moment = MomentOf(view);
  std::string sql = "SELECT count(*)";
  for (const Column& column : view.columns) {
    sql += fmt::format(", count({})", QuoteName(column.name));
    if (!moment.empty()) {
      sql += fmt::format(", max(CAST({} AS TIMESTAMP)) FILTER (WHERE {} IS NOT NULL)", QuoteName(moment),
                         QuoteName(column.name));
    }
  }
  WEIR_TRY(const store::Rows rows, session.Query(fmt::format("{} FROM {} AS o", sql, FromOf(view))));
  Fill fill{.rows = rows.IntegerAt(0, 0), .filled = {}, .newest = {}};
  const std::size_t step = moment.empty() ? 1 : 2;
  for (std::size_t i = 0; i < view.columns.size(); ++i) {
    fill.filled.push_back(rows.IntegerAt(0, 1 + i * step));
    fill.newest.push_back(moment.empty() ? Value() : rows.rows[0][2 + i * step]);
  }
  return fill;
}

// As the meaning says it of every column that is masked (catalog/explore/views.toml).
bool IsPersonal(const Known& known, const explore::View& view, const Column& column) {
  const auto custom = known.custom.find(view.name + "." + column.name);
  if (custom != known.custom.end()) return custom->second->is_personal;
  return column.title.en.find("masked without the right to personal data") != std::string::npos;
}

void AddColumns(const Known& known, const Feeds& feeds, const explore::View& view, const Fill& fill, Table& table) {
  for (std::size_t i = 0; i < view.columns.size(); ++i) {
    const Column& column = view.columns[i];
    const auto custom = known.custom.find(view.name + "." + column.name);
    const std::vector<Feed> from =
        custom == known.custom.end() ? feeds.Of(view, column.name) : std::vector{feeds.OfCustom(*custom->second)};
    std::string sources;
    std::optional<Instant> observed;
    for (const Feed& feed : from) {
      sources += (sources.empty() ? "" : "; ") + feed.text;
      if (feed.observed_at && (!observed || *observed < *feed.observed_at)) observed = feed.observed_at;
    }
    std::vector<Use> uses;
    AddDefined(known, view.name, column.name, uses);
    std::string used_by;
    for (const Use& use : uses) used_by += fmt::format("{}{} {}", used_by.empty() ? "" : ", ", use.kind, use.id);
    constexpr std::int64_t kParts = 1'000'000;
    const Value share = fill.rows == 0 ? Value() : Value(Decimal{fill.filled[i] * kParts / fill.rows, 6});
    // Nothing can be said to be computed that no row has.
    const std::string origin = !sources.empty() ? "source" : fill.filled[i] > 0 ? "computed" : "none";
    table.rows.push_back({view.name, view.title.en, view.title.ru, column.name, column.title.en, column.title.ru,
                          std::string(NameOf(column.type)), origin, sources.empty() ? Value() : Value(sources),
                          fill.rows, fill.filled[i], share, fill.newest[i], observed ? Value(*observed) : Value(),
                          IsPersonal(known, view, column), static_cast<std::int64_t>(uses.size()),
                          used_by.empty() ? Value() : Value(used_by)});
  }
}

std::string DepartmentCode(const std::string& said) {
  return people::CodeOf(people::Departments(), said).value_or(said);
}

struct Share {
  std::int64_t held = 0;
  std::string missing;
};
using Shares = std::map<std::pair<std::string, std::string>, Share>;  // by department and object

// Rows belong to the department of the colleague who owns them.
Status AddHeld(const explore::View& view, store::Session& session, Shares& shares) {
  for (const std::string_view name : {"owner_id", "member_id", "seller_id", "agent_id"}) {
    if (std::ranges::find(view.columns, name, &Column::name) == view.columns.end()) continue;
    WEIR_TRY(const store::Rows rows,
             session.Query(fmt::format("SELECT coalesce(m.department, '') AS department, count(*) FROM {} AS o LEFT "
                                       "JOIN scoped.member AS m ON m.member_id = o.{} GROUP BY 1 ORDER BY 1 NULLS LAST",
                                       FromOf(view), name)));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      shares[{DepartmentCode(rows.TextAt(i, 0)), view.name}].held += rows.IntegerAt(i, 1);
    }
    return {};
  }
  return {};
}

// Metrics that a department answers for and that nothing can be computed of.
void AddMissing(const Known& known, const std::map<std::string, std::int64_t>& rows, Shares& shares) {
  for (const metrics::Metric& metric : known.metrics.metrics()) {
    if (metric.is_part) continue;
    std::set<std::string> without;
    for (const metrics::Metric* base : known.metrics.BasesOf(metric)) {
      const auto found = rows.find(base->view);
      if (found != rows.end() && found->second == 0) without.insert(base->view);
    }
    for (const std::string& view : without) {
      for (const std::string& owner : metric.owners) {
        std::string& missing = shares[{owner, view}].missing;
        missing += (missing.empty() ? "" : ", ") + metric.id;
      }
    }
  }
}

Result<Output> RunCatalog(const NoParams& /*params*/, Context& context) {
  store::Session& session = context.session();
  WEIR_TRY(const Known known, ReadKnown(context));
  WEIR_TRY(const Feeds feeds, Feeds::Read(known, session));
  Table columns = Empty(ColumnsSpec());
  Shares shares;
  std::map<std::string, std::int64_t> rows;
  std::size_t done = 0;
  for (const explore::View& view : known.views) {
    context.Report(MakePhrase("computing: {}", view.name),
                   static_cast<double>(done++) / static_cast<double>(known.views.size()));
    WEIR_TRY(const Fill fill, FillOf(view, session));
    rows[view.name] = fill.rows;
    AddColumns(known, feeds, view, fill, columns);
    if (fill.rows > 0) WEIR_TRY(AddHeld(view, session, shares));
  }
  AddMissing(known, rows, shares);
  Table departments = Empty(DepartmentsSpec());
  for (const auto& [key, share] : shares) {
    const auto view = std::ranges::find(known.views, key.second, &explore::View::name);
    departments.rows.push_back({key.first, key.second, view->title.en, view->title.ru, share.held,
                                share.missing.empty() ? Value() : Value(share.missing)});
  }
  Output output;
  output.tables.push_back(std::move(columns));
  output.tables.push_back(std::move(departments));
  return output;
}

struct Sights {
  std::int64_t accounts = 0;
  std::int64_t all_rows = 0;
  std::int64_t personal = 0;
};

Result<Output> RunAccess(const NoParams& /*params*/, Context& context) {
  WEIR_TRY(const store::Rows rows, context.session().Query(R"(
    SELECT department, role, sees_all_rows, sees_personal_data FROM access.account
    WHERE is_active AND NOT is_removed ORDER BY name NULLS LAST)"));
  std::map<std::string, Sights> departments;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    WEIR_TRY(const access::Role role, access::RoleFrom(rows.TextAt(i, 1)));
    const access::Sight sight = access::SightOf(role);
    Sights& of = departments[DepartmentCode(rows.TextAt(i, 0))];
    ++of.accounts;
    const bool is_set = std::get<bool>(rows.rows[i][2]);
    of.all_rows += sight == access::Sight::kAllRows || (sight == access::Sight::kAsSet && is_set) ? 1 : 0;
    of.personal += std::get<bool>(rows.rows[i][3]) ? 1 : 0;
  }
  Table table = Empty(AccessSpec());
  for (const auto& [department, of] : departments) {
    table.rows.push_back({department, of.accounts, of.all_rows, of.accounts - of.all_rows, of.personal});
  }
  return Output{.tables = {std::move(table)}};
}

struct UsesParams {
  std::string object;
  std::string column;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "object",
                 .help = {"Object, such as deal", "Объект, например deal"},
                 .required = true,
                 .positional = true},
                object);
    visitor.Add({.name = "column", .help = {"Its column", "Его столбец"}, .required = true, .positional = true},
                column);
  }
};

Result<Output> RunUses(const UsesParams& params, Context& context) {
  WEIR_TRY(const Known known, ReadKnown(context));
  const auto view = std::ranges::find(known.views, params.object, &explore::View::name);
  if (view == known.views.end()) {
    return Fail(
        NotFound("there is no object '{}'", params.object).Field("object").Mend("'weir data catalog' lists them"));
  }
  if (std::ranges::find(view->columns, params.column, &Column::name) == view->columns.end()) {
    return Fail(NotFound("{} has no column '{}'", params.object, params.column)
                    .Field("column")
                    .Mend("'weir data catalog' lists them"));
  }
  std::vector<Use> uses;
  AddDefined(known, params.object, params.column, uses);
  WEIR_TRY(AddKept(context, params.object, params.column, uses));
  Table table = Empty(UsesSpec());
  for (const Use& use : uses) {
    table.rows.push_back(
        {use.kind, use.id, use.title.en, use.title.ru, use.owner.empty() ? Value() : Value(use.owner)});
  }
  return Output{.tables = {std::move(table)}};
}

}  // namespace

std::vector<analysis::Analysis> DataAnalyses() {
  std::vector<analysis::Analysis> all;
  all.push_back(analysis::Declare<NoParams>(
      {.id = "data.catalog",
       .title = {"Catalogue of data", "Каталог данных"},
       .help = {"Every column with its sources, the share of rows that have it, how fresh it is and which definitions "
                "use it; and for each department what it holds, who of it may see what, and which of its metrics have "
                "no rows.",
                "Каждый столбец: откуда он, у какой доли строк заполнен, насколько свеж и какие определения его "
                "используют; по каждому отделу: что у него есть, кто что видит и для каких его показателей нет строк."},
       .right = "import",
       .tables = {ColumnsSpec(), DepartmentsSpec()}},
      &RunCatalog));
  all.push_back(analysis::Declare<NoParams>(
      {.id = "data.access",
       .title = {"Who may see the data", "Кто может видеть данные"},
       .help = {"Active accounts by department: how many see all rows, only those of their teams, and personal data.",
                "Действующие учётные записи по отделам: сколько видят все строки, только строки своих команд, личные "
                "данные."},
       .right = "import",
       .tables = {AccessSpec()},
       .is_cacheable = false},
      &RunAccess));
  all.push_back(analysis::Declare<UsesParams>(
      {.id = "data.uses",
       .title = {"Who uses a column", "Кто использует столбец"},
       .help = {"Metrics, dimensions, leak rules, exclusion rules, and saved queries and views that name it.",
                "Показатели, разрезы, правила потерь и исключения, сохранённые запросы и виды, которые его называют."},
       .right = "import",
       .asks = {"exclusions", "sql.queries", "views.list"},
       .tables = {UsesSpec()},
       .is_cacheable = false},
      &RunUses));
  all.push_back(UseAnalysis());
  all.push_back(AskedAnalysis());
  all.push_back(WorthAnalysis());
  return all;
}

}  // namespace weir::workspace
