// One declaration an analysis, a producer or an action. The explicit list of all of them is engine/catalog.cc.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/context.h"
#include "analysis/params.h"
#include "analysis/result.h"

namespace weir::analysis {

struct Chart {
  std::string kind = {};  // line, bar, funnel, waterfall
  std::string x = {};     // column names
  std::string y = {};
  std::string series = {};  // may be empty
};

inline constexpr std::string_view kAnyAddress = "*";

struct TableSpec {
  std::string name = {};
  Text title = {};
  std::vector<std::string> key = {};
  std::vector<Column> columns = {};  // units that depend on settings (currency) are filled in the result
  std::optional<Chart> chart = {};
  // Rows are people who can be written to or called: the column of their id, person_id or lead_id; kAnyAddress: any
  // cell may be an address. What is saved as a list lacks those who refused.
  std::string contacts = {};
  bool is_open = false;  // the result may carry more columns than declared (a metric query)
};

struct Info {
  std::string id = {};       // "pulse", "metrics.catalog"
  std::int64_t version = 1;  // raised when the meaning of the result changes; part of the cache key
  Text title = {};
  Text help = {};
  std::string right = "view";
  std::vector<std::string> asks = {};   // ids that Run may be called with; "?id" of one that may be missing
  std::vector<std::string> needs = {};  // canonical tables that it reads
  std::vector<TableSpec> tables = {};   // the first is the main one
  bool is_cacheable = true;             // false where the answer depends on more than model and parameters
};

struct Analysis {
  Info info;
  std::vector<ParamSpec> params = {};
  std::function<Result<Output>(const RawParams&, Context&)> run;
  // The canonical rows behind one row of `table`; absent where the rows are canonical themselves or there are none.
  std::function<Result<Evidence>(const RawParams&, const std::string& table, const std::vector<std::string>& key,
                                 Context&)>
      explain;
};

// What an action leaves in the append-only table of decisions.
struct Decision {
  std::string subject = {};  // what was changed: "import:12", "setting:currency"
  std::string before = {};   // JSON
  std::string after = {};    // JSON
  Output output;
};

struct Action {
  Info info;  // `right` says who may
  std::vector<ParamSpec> params = {};
  std::string inverse = {};   // id of the action that undoes it; empty: decisions.undo handles it by `before`
  bool changes_model = true;  // false: it raises no data version, needs no build, and waits for no import
};

template <typename P>
Analysis Declare(Info info, Result<Output> (*run)(const P&, Context&)) {
  return {std::move(info), SpecsOf<P>(),
          [run](const RawParams& raw, Context& context) -> Result<Output> {
            WEIR_TRY(P params, Bind<P>(raw));
            return run(params, context);
          },
          nullptr};
}

template <typename P>
Analysis Declare(Info info, Result<Output> (*run)(const P&, Context&),
                 Result<Evidence> (*explain)(const P&, const std::string&, const std::vector<std::string>&, Context&)) {
  Analysis analysis = Declare<P>(std::move(info), run);
  analysis.explain = [explain](const RawParams& raw, const std::string& table, const std::vector<std::string>& key,
                               Context& context) -> Result<Evidence> {
    WEIR_TRY(P params, Bind<P>(raw));
    return explain(params, table, key, context);
  };
  return analysis;
}

// Of functions that read something made once for all questions, such as the catalogue of metrics, which the analysis
// keeps.
template <typename P, typename T>
Analysis DeclareOver(std::shared_ptr<const T> over, Info info, Result<Output> (*run)(const T&, const P&, Context&)) {
  return {std::move(info), SpecsOf<P>(),
          [over = std::move(over), run](const RawParams& raw, Context& context) -> Result<Output> {
            WEIR_TRY(const P params, Bind<P>(raw));
            return run(*over, params, context);
          },
          nullptr};
}

template <typename P, typename T>
Analysis DeclareOver(std::shared_ptr<const T> over, Info info, Result<Output> (*run)(const T&, const P&, Context&),
                     Result<Evidence> (*explain)(const T&, const P&, const std::string&,
                                                 const std::vector<std::string>&, Context&)) {
  Analysis analysis = DeclareOver<P, T>(over, std::move(info), run);
  analysis.explain = [over = std::move(over), explain](const RawParams& raw, const std::string& table,
                                                       const std::vector<std::string>& key,
                                                       Context& context) -> Result<Evidence> {
    WEIR_TRY(const P params, Bind<P>(raw));
    return explain(*over, params, table, key, context);
  };
  return analysis;
}

// Reads the statement into a table whose columns are those of the spec, in its order.
Result<Table> ReadTable(const TableSpec& spec, store::Session& session, std::string_view sql,
                        std::span<const store::Value> parameters = {});
// The same of rows that were read already.
Table TableOf(const TableSpec& spec, store::Rows rows);

}  // namespace weir::analysis
