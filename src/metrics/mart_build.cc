// Makes the marts of a store: which columns of which views, by what the definitions ask and how the rows of a few days
// spread over them.
#include <algorithm>
#include <array>
#include <map>
#include <regex>
#include <set>

#include "base/random.h"
#include "metrics/mart.h"
#include "metrics/sql_writer.h"

namespace weir::metrics {
namespace {

constexpr std::int32_t kSampleDays = 7;
constexpr std::int64_t kSharing = 4;  // columns share a mart as long as it keeps to this part of what one may have

struct Sum {
  std::string value = {};  // SQL over the view
  std::string known = {};  // the amount that is counted where it is known; empty: none is converted
  std::uint8_t scale = 0;
};

// All that is asked of the rows of a view by one of its days.
struct Subject {
  const View* view = nullptr;
  ColumnRef day = {};
  std::vector<ColumnRef> filters = {};  // columns that metrics compare
  std::vector<ColumnRef> splits = {};   // and those that people split and choose by
  std::vector<Sum> sums = {};

  std::string Name() const { return fmt::format("{}.{}", view->name, day.column); }
};

void AddColumn(std::vector<ColumnRef>& columns, const ColumnRef& column, const Subject& subject) {
  const auto is_same = [&](const ColumnRef& other) { return other.Path() == column.Path(); };
  if (column.Path() == subject.day.Path() || std::ranges::any_of(columns, is_same)) return;
  columns.push_back(column);
}

void AddSum(const MetricCatalog& catalog, const Metric& base, Subject& subject) {
  Sum sum{.value = SummedText(catalog, base), .known = {}, .scale = base.measure.scale};
  const auto is_same = [&](const Sum& other) { return other.value == sum.value; };
  if (sum.value.empty() || std::ranges::any_of(subject.sums, is_same)) return;
  std::vector<ColumnRef> columns;
  CollectColumns(*base.measure.value, columns);
  for (const auto& [converted, original] : subject.view->converted) {
    const auto found = std::ranges::find(columns, converted, &ColumnRef::column);
    if (found == columns.end()) continue;
    sum.known = fmt::format("{}.{}", Name(subject.view->name), Name(found->column));
    break;
  }
  subject.sums.push_back(std::move(sum));
}

std::vector<Subject> SubjectsOf(const MetricCatalog& catalog) {
  std::map<std::string, Subject> subjects;
  for (const Metric& metric : catalog.metrics()) {
    if (!IsAdditive(metric)) continue;
    const View& view = *catalog.FindView(metric.view);
    Subject& subject = subjects[view.name + "." + metric.time->column];
    subject.view = &view;
    subject.day = *metric.time;
    std::vector<ColumnRef> columns;
    if (metric.filter) CollectColumns(*metric.filter, columns);
    for (const ColumnRef& column : columns) AddColumn(subject.filters, column, subject);
    if (metric.measure.aggregate == Aggregate::kSum) AddSum(catalog, metric, subject);
  }
  std::vector<Subject> all;
  for (auto& [name, subject] : subjects) {
    for (const Dimension& dimension : subject.view->dimensions) AddColumn(subject.splits, dimension.column, subject);
    if (subject.view->team) AddColumn(subject.splits, *subject.view->team, subject);
    if (subject.view->segment) AddColumn(subject.splits, *subject.view->segment, subject);
    all.push_back(std::move(subject));
  }
  return all;
}

// What a view rests on: the tables of the model that it and what it reads name.
class Foundations {
 public:
  static Result<Foundations> Read(store::Session& session) {
    Foundations read;
    WEIR_TRY(store::Rows rows,
             session.Query("SELECT schema_name || '.' || view_name, sql FROM duckdb_views() WHERE schema_name IN "
                           "('scoped', 'state', 'model') ORDER BY 1 NULLS LAST"));
    for (std::size_t i = 0; i < rows.size(); ++i) read.views_[rows.TextAt(i, 0)] = rows.TextAt(i, 1);
    WEIR_TRY(rows, session.Query("SELECT 'model.' || table_name, estimated_size FROM duckdb_tables() WHERE schema_name "
                                 "= 'model' ORDER BY 1 NULLS LAST"));
    for (std::size_t i = 0; i < rows.size(); ++i) read.sizes_[rows.TextAt(i, 0)] = rows.IntegerAt(i, 1);
    WEIR_TRY(rows, session.Query("SELECT 'model.' || model, to_json(s) FROM meta.model_state AS s "
                                 "ORDER BY 1 NULLS LAST, 2 NULLS LAST"));
    for (std::size_t i = 0; i < rows.size(); ++i) read.prints_[rows.TextAt(i, 0)] += rows.TextAt(i, 1);
    WEIR_TRY(rows, session.Query("SELECT input || ' ' || fingerprint FROM meta.producer_input "
                                 "ORDER BY producer NULLS LAST, 1 NULLS LAST"));
    for (std::size_t i = 0; i < rows.size(); ++i) read.produced_ += rows.TextAt(i, 0) + ";";
    return read;
  }

  std::set<std::string> Of(const std::string& relation) const {
    std::set<std::string> found;
    Follow(relation, found);
    return found;
  }

  // Whether one of them may have so many rows, as far as the store knows without a look.
  bool MayHave(std::int64_t rows, const std::set<std::string>& relations) const {
    return std::ranges::any_of(relations, [&](const std::string& relation) {
      const auto size = sizes_.find(relation);
      return size == sizes_.end() ? !views_.contains(relation) : size->second >= rows;
    });
  }

  // Changes when anything of these does. A table that a producer made has no state of its own: then all of them count.
  std::string PrintOf(const std::set<std::string>& relations) const {
    std::string text;
    for (const std::string& relation : relations) {
      const auto view = views_.find(relation);
      const auto print = prints_.find(relation);
      text += fmt::format("{}={};", relation, view != views_.end() ? view->second : "");
      if (view == views_.end()) text += print != prints_.end() ? print->second : produced_;
    }
    return text;
  }

 private:
  void Follow(const std::string& relation, std::set<std::string>& found) const {
    if (!found.insert(relation).second) return;
    const auto view = views_.find(relation);
    if (view == views_.end()) return;
    static const std::regex kNamed(R"re(\b(scoped|state|model)\."?([a-z_0-9]+))re");
    for (std::sregex_iterator at(view->second.begin(), view->second.end(), kNamed), end; at != end; ++at) {
      const std::string named = (*at)[1].str() + "." + (*at)[2].str();
      if (views_.contains(named) || sizes_.contains(named)) Follow(named, found);
    }
  }

  std::map<std::string, std::string> views_;
  std::map<std::string, std::int64_t> sizes_;
  std::map<std::string, std::string> prints_;
  std::string produced_;
};

// How the rows of some days spread over the columns.
class Sample {
 public:
  Sample(store::Connection& connection, const Subject& subject) : connection_(connection), subject_(subject) {}

  Status Take(const std::string& columns, const std::string& from, const std::string& where) {
    WEIR_TRY(connection_.Execute(
        fmt::format("CREATE OR REPLACE TEMP TABLE mart_sample AS SELECT {} {} WHERE {}", columns, from, where)));
    WEIR_TRY(rows_, connection_.QueryInteger("SELECT count(*) FROM mart_sample"));
    return {};
  }
  std::int64_t rows() const { return rows_; }

  // Of a mart with these columns.
  Result<std::int64_t> RowsWith(const std::vector<ColumnRef>& columns) {
    std::vector<std::string> names{Name(subject_.day.column)};
    for (const ColumnRef& column : columns) names.push_back(Name(column.Path()));
    return connection_.QueryInteger(
        fmt::format("SELECT count(*) FROM (SELECT DISTINCT {} FROM mart_sample)", Joined(names, ", ")));
  }

  // Those that are known of some row, the ones with the fewest values first. What only who sees personal data sees is
  // seen by nobody here, so that it is not among them.
  Result<std::vector<ColumnRef>> Known(const std::vector<ColumnRef>& columns) {
    std::vector<std::pair<std::int64_t, ColumnRef>> known;
    for (const ColumnRef& column : columns) {
      WEIR_TRY(const std::int64_t values, connection_.QueryInteger(fmt::format(
                                              "SELECT count(DISTINCT {}) FROM mart_sample", Name(column.Path()))));
      if (values > 0) known.emplace_back(values, column);
    }
    std::ranges::stable_sort(known, {}, &std::pair<std::int64_t, ColumnRef>::first);
    std::vector<ColumnRef> ordered;
    ordered.reserve(known.size());
    for (auto& [values, column] : known) ordered.push_back(std::move(column));
    return ordered;
  }

 private:
  store::Connection& connection_;
  const Subject& subject_;
  std::int64_t rows_ = 0;
};

using Columns = std::vector<ColumnRef>;

Columns With(Columns columns, const ColumnRef& column) {
  columns.push_back(column);
  return columns;
}

// The columns of each mart: what metrics compare goes into all of them, as far as it is of few values; what is split by
// joins those in which there is room, or has one to itself.
Result<std::vector<Columns>> Arrange(const Subject& subject, Sample& sample, const MartRequest& request) {
  const std::int64_t most = sample.rows() / request.rows_a_row;
  Columns base;
  WEIR_TRY(const Columns filters, sample.Known(subject.filters));
  for (const ColumnRef& column : filters) {
    WEIR_TRY(const std::int64_t rows, sample.RowsWith(With(base, column)));
    if (rows <= most / kSharing) base.push_back(column);
  }
  std::vector<Columns> marts{base};
  WEIR_TRY(const Columns splits, sample.Known(subject.splits));
  for (const ColumnRef& column : splits) {
    bool has_place = std::ranges::find(base, column) != base.end();
    for (Columns& mart : marts) {
      if (has_place) break;
      WEIR_TRY(const std::int64_t rows, sample.RowsWith(With(mart, column)));
      has_place = rows <= most / kSharing;
      if (has_place) mart.push_back(column);
    }
    for (const Columns& start : {base, Columns{}}) {
      if (has_place) break;
      WEIR_TRY(const std::int64_t rows, sample.RowsWith(With(start, column)));
      has_place = rows <= most;
      if (has_place) marts.push_back(With(start, column));
    }
  }
  return marts;
}

class Maker {
 public:
  Maker(store::Connection& connection, const MartRequest& request, const LeaveOut& leave_out, const Subject& subject)
      : connection_(connection), request_(request), leave_out_(leave_out), subject_(subject) {}

  Result<std::int64_t> Make(const std::string& rests_on) {
    WEIR_TRY(DropAll());
    WEIR_TRY(const TimeZone zone, TimeZone::Find(request_.settings.time_zone));
    const Date last = AddDays(zone.LocalDateOf(request_.newest), -1);
    Columns all = subject_.filters;
    for (const ColumnRef& column : subject_.splits) AddColumn(all, column, subject_);
    Sample sample(connection_, subject_);
    {
      SqlWriter writer(request_.catalog, store::DuckDbDialect());
      Scope scope{.view = subject_.view};
      const std::string columns = Listed(all, writer, scope);
      std::string where = Where(writer, scope);
      const std::string day = writer.Column(subject_.day, scope);
      where += fmt::format(" AND {0} > {1} AND {0} <= {2}", day, store::DateLiteral(AddDays(last, -kSampleDays)),
                           store::DateLiteral(last));
      WEIR_TRY(sample.Take(columns, writer.From(scope), where));
    }
    WEIR_TRY(const std::vector<Columns> marts, Arrange(subject_, sample, request_));
    WEIR_TRY(connection_.Execute("DROP TABLE mart_sample"));
    // A view without any is known to have none.
    WEIR_TRY(Note("", {}, 0, rests_on));
    WEIR_TRY(Aggregate(marts));
    std::int64_t made = 0;
    for (std::size_t i = 0; i < marts.size(); ++i) {
      WEIR_TRY(const bool is_kept, Split(marts[i], i, marts, rests_on));
      made += is_kept ? 1 : 0;
    }
    WEIR_TRY(connection_.Execute("DROP TABLE mart_all"));
    return made;
  }

 private:
  std::string NameOf(std::size_t index) const {
    return fmt::format("mart_{}_{}_{}", subject_.view->name, subject_.day.column, index);
  }

  Status DropAll() {
    const std::array<store::Value, 2> of{subject_.view->name, subject_.day.column};
    WEIR_TRY(const store::Rows rows,
             connection_.Query("SELECT name FROM meta.mart WHERE view = ? AND day = ? ORDER BY name NULLS LAST", of));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows.TextAt(i, 0).empty()) continue;
      WEIR_TRY(connection_.Execute("DROP VIEW IF EXISTS scoped." + Name(rows.TextAt(i, 0))));
      WEIR_TRY(connection_.Execute("DROP TABLE IF EXISTS mart." + Name(rows.TextAt(i, 0))));
    }
    WEIR_TRY(connection_.Execute("DELETE FROM meta.mart WHERE view = ? AND day = ?", of));
    return {};
  }

  std::string Listed(const Columns& columns, const SqlWriter& writer, Scope& scope) const {
    std::vector<std::string> listed{
        fmt::format("{} AS {}", writer.Column(subject_.day, scope), Name(subject_.day.column))};
    for (const ColumnRef& column : columns) {
      listed.push_back(fmt::format("{} AS {}", writer.Column(column, scope), Name(column.Path())));
    }
    return Joined(listed, ", ");
  }

  std::string Where(const SqlWriter& writer, Scope& scope) const {
    std::string where = writer.Column(subject_.day, scope) + " IS NOT NULL";
    for (const Described* taken : TakenWith(*subject_.view, leave_out_)) {
      where += " AND NOT " + IsLeftOut(leave_out_, taken->entity, writer.Column(taken->id, scope));
    }
    return where;
  }

  // All marts of the view in one pass over its rows; `place` tells which row is of which.
  Status Aggregate(const std::vector<Columns>& marts) {
    Columns all;
    for (const Columns& mart : marts) {
      for (const ColumnRef& column : mart) AddColumn(all, column, subject_);
    }
    SqlWriter writer(request_.catalog, store::DuckDbDialect());
    Scope scope{.view = subject_.view};
    std::string select = Listed(all, writer, scope) + ", count(*) AS rows";
    for (std::size_t i = 0; i < subject_.sums.size(); ++i) {
      const Sum& sum = subject_.sums[i];
      select += fmt::format(", CAST(sum({0}) AS DECIMAL(38,{1})) AS s{2}, count({3}) AS c{2}", sum.value, sum.scale, i,
                            sum.known.empty() ? sum.value : sum.known);
    }
    std::vector<std::string> places;
    places.reserve(all.size());
    for (const ColumnRef& column : all) places.push_back(writer.Column(column, scope));
    if (!places.empty()) select += fmt::format(", GROUPING({}) AS place", Joined(places, ", "));
    std::vector<std::string> sets;
    for (const Columns& mart : marts) {
      std::vector<std::string> set{writer.Column(subject_.day, scope)};
      for (const ColumnRef& column : mart) set.push_back(writer.Column(column, scope));
      sets.push_back("(" + Joined(set, ", ") + ")");
    }
    if (places.empty()) select += ", 0 AS place";
    const std::string where = Where(writer, scope);
    order_ = std::move(all);
    WEIR_TRY(
        connection_.Execute(fmt::format("CREATE OR REPLACE TEMP TABLE mart_all AS SELECT {} {} WHERE {} GROUP BY "
                                        "GROUPING SETS ({})",
                                        select, writer.From(scope), where, Joined(sets, ", "))));
    return {};
  }

  // As GROUPING tells it: a bit for each column that is not in the set, the first column the highest.
  std::int64_t PlaceOf(const Columns& mart) const {
    std::int64_t place = 0;
    for (const ColumnRef& column : order_) place = place * 2 + (std::ranges::find(mart, column) == mart.end() ? 1 : 0);
    return place;
  }

  Result<bool> Split(const Columns& mart, std::size_t index, const std::vector<Columns>& marts,
                     const std::string& rests_on) {
    const std::int64_t place = PlaceOf(mart);
    for (std::size_t i = 0; i < index; ++i) {
      if (PlaceOf(marts[i]) == place) return false;
    }
    const std::string name = NameOf(index);
    std::vector<std::string> columns{Name(subject_.day.column)};
    for (const ColumnRef& column : mart) columns.push_back(Name(column.Path()));
    std::vector<std::string> order;
    order.reserve(columns.size());
    for (const std::string& column : columns) order.push_back(column + " NULLS LAST");
    columns.emplace_back("rows");
    for (std::size_t i = 0; i < subject_.sums.size(); ++i) {
      columns.push_back(fmt::format("s{}", i));
      columns.push_back(fmt::format("c{}", i));
    }
    const std::array<store::Value, 1> of{place};
    WEIR_TRY(const std::int64_t rows, connection_.QueryInteger("SELECT count(*) FROM mart_all WHERE place = ?", of));
    if (rows > request_.most_rows) return false;
    WEIR_TRY(
        connection_.Execute(fmt::format("CREATE TABLE mart.{} AS SELECT {} FROM mart_all WHERE place = {} "
                                        "ORDER BY {}",
                                        Name(name), Joined(columns, ", "), place, Joined(order, ", "))));
    WEIR_TRY(
        connection_.Execute(fmt::format("CREATE OR REPLACE VIEW scoped.{0} AS SELECT * FROM mart.{0} WHERE "
                                        "coalesce(getvariable('sees_all_rows'), FALSE)",
                                        Name(name))));
    WEIR_TRY(Note(name, mart, rows, rests_on));
    return true;
  }

  Status Note(const std::string& name, const Columns& columns, std::int64_t rows, const std::string& rests_on) {
    std::vector<std::string> keys;
    keys.reserve(columns.size());
    for (const ColumnRef& column : columns) keys.push_back(column.Path());
    std::vector<std::string> sums;
    sums.reserve(subject_.sums.size());
    for (const Sum& sum : subject_.sums) sums.push_back(sum.value);
    const std::array<store::Value, 12> row{name,
                                           subject_.view->name,
                                           subject_.day.column,
                                           Joined(keys, "\n"),
                                           Joined(sums, "\n"),
                                           ShapeOf(*subject_.view),
                                           Joined(leave_out_.entities, ","),
                                           rests_on,
                                           request_.data_version,
                                           request_.newest,
                                           request_.settings.Fingerprint(),
                                           rows};
    WEIR_TRY(connection_.Execute("INSERT INTO meta.mart VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row));
    return {};
  }

  store::Connection& connection_;
  const MartRequest& request_;
  const LeaveOut& leave_out_;
  const Subject& subject_;
  Columns order_;
};

// Of what is asked, and of all that the answers come from.
std::string RestsOn(const Subject& subject, const MartRequest& request, const LeaveOut& leave_out,
                    const std::string& foundations) {
  std::string text =
      fmt::format("{};{};{};{};{};{}", request.program, request.newest.micros, request.settings.Fingerprint(),
                  Joined(leave_out.entities, ","), ShapeOf(*subject.view), foundations);
  for (const auto* columns : {&subject.filters, &subject.splits}) {
    for (const ColumnRef& column : *columns) text += ";" + column.Path();
  }
  for (const Sum& sum : subject.sums) text += fmt::format(";{}/{}/{}", sum.value, sum.known, sum.scale);
  return fmt::format("{:016x}", HashText(text));
}

// Of views that are no longer large, and of definitions that are gone.
Status DropOthers(store::Connection& connection, std::int64_t data_version) {
  const std::array<store::Value, 1> of{data_version};
  WEIR_TRY(const store::Rows rows,
           connection.Query(
               "SELECT name FROM meta.mart WHERE data_version <> ? AND name <> '' ORDER BY name NULLS LAST", of));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    WEIR_TRY(connection.Execute("DROP VIEW IF EXISTS scoped." + Name(rows.TextAt(i, 0))));
    WEIR_TRY(connection.Execute("DROP TABLE IF EXISTS mart." + Name(rows.TextAt(i, 0))));
  }
  WEIR_TRY(connection.Execute("DELETE FROM meta.mart WHERE data_version <> ?", of));
  return {};
}

}  // namespace

std::span<const std::string_view> MartMigrations() {
  static constexpr std::array<std::string_view, 3> kSteps{
      "CREATE SCHEMA IF NOT EXISTS mart",
      R"(CREATE TABLE meta.mart (
        name VARCHAR NOT NULL, view VARCHAR NOT NULL, day VARCHAR NOT NULL, keys VARCHAR NOT NULL, sums VARCHAR NOT NULL,
        shape VARCHAR NOT NULL, left_out VARCHAR NOT NULL, rests_on VARCHAR NOT NULL, data_version BIGINT NOT NULL,
        newest TIMESTAMP NOT NULL, settings VARCHAR NOT NULL, rows BIGINT NOT NULL))",
      "CREATE OR REPLACE VIEW scoped.mart AS SELECT * FROM meta.mart WHERE coalesce(getvariable('sees_all_rows'), "
      "FALSE)"};
  return kSteps;
}

Result<std::int64_t> KeepMarts(store::Connection& connection, const MartRequest& request, std::stop_token stop) {
  WEIR_TRY(const LeaveOut leave_out, ReadLeaveOut(connection));
  WEIR_TRY(const Foundations foundations, Foundations::Read(connection));
  std::int64_t made = 0;
  for (const Subject& subject : SubjectsOf(request.catalog)) {
    if (stop.stop_requested()) return Fail(Cancelled("the marts were stopped"));
    std::set<std::string> relations = foundations.Of("scoped." + subject.view->name);
    const bool is_large = foundations.MayHave(request.least_rows, relations);
    for (const Lookup& lookup : subject.view->lookups) relations.merge(foundations.Of("scoped." + lookup.view));
    relations.merge(foundations.Of("scoped.excluded"));
    const std::string rests_on = RestsOn(subject, request, leave_out, foundations.PrintOf(relations));
    const std::array<store::Value, 4> kept{request.data_version, subject.view->name, subject.day.column, rests_on};
    WEIR_TRY(
        const std::int64_t standing,
        connection.Execute("UPDATE meta.mart SET data_version = ? WHERE view = ? AND day = ? AND rests_on = ?", kept));
    if (standing > 0) continue;
    if (is_large) {
      WEIR_TRY(const std::int64_t rows,
               connection.QueryInteger(fmt::format("SELECT count(*) FROM scoped.{}", Name(subject.view->name))));
      if (rows < request.least_rows) continue;
      WEIR_TRY(const std::int64_t more, Maker(connection, request, leave_out, subject).Make(rests_on));
      made += more;
    }
  }
  WEIR_TRY(DropOthers(connection, request.data_version));
  return made;
}

}  // namespace weir::metrics
