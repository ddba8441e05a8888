#include "explore/run.h"

#include <optional>

#include "analysis/columns.h"
#include "explore/statement.h"
#include "explore/text_place.h"
#include "explore/whole.h"
#include "store/database.h"

namespace weir::explore {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::Output;

struct SqlParams {
  std::string query;
  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "query",
                 .help = {"One SELECT over the views that 'weir sql views' lists",
                          "Один SELECT по представлениям, которые перечисляет weir sql views"},
                 .required = true,
                 .positional = true},
                query);
  }
};

std::string MomentSql(const Context& context) {
  std::string as_of = FormatInstant(context.as_of());
  as_of.pop_back();  // the Z: stamps of the store carry no zone
  as_of[10] = ' ';
  return fmt::format("SELECT TIMESTAMP '{}' AS as_of, DATE '{}' AS as_of_date, {} AS currency, {} AS time_zone", as_of,
                     FormatDate(context.LocalAsOfDate()), store::QuoteText(context.settings().currency),
                     store::QuoteText(context.settings().time_zone));
}

// What a person meets most often is said by us, in both languages.
Error Said(const std::string& message) {
  constexpr std::string_view kUnknown = "Referenced column \"";
  constexpr std::string_view kNear = "Candidate bindings: \"";
  if (!message.starts_with(kUnknown)) return BadInput("{}", message);
  const std::size_t end = message.find('"', kUnknown.size());
  Error error = BadInput("there is no column '{}' here", message.substr(kUnknown.size(), end - kUnknown.size()));
  const std::size_t near = message.find(kNear);
  if (near == std::string::npos) return error;
  const std::size_t begin = near + kNear.size();
  return std::move(error).Mend("Did you mean '{}'?", message.substr(begin, message.find('"', begin) - begin));
}

// What the store says of the query, at its place.
Error OfQuery(Error error, const Ran& ran, const std::string& query) {
  if (error.code() != Code::kBadInput) return error;
  const StoreMessage message = ReadMessage(error.message(), ran.text);
  std::optional<std::size_t> offset;
  if (message.offset && *message.offset >= ran.query_begin) offset = *message.offset - ran.query_begin;
  if (offset && *offset > query.size()) offset.reset();
  Error at = AtOffset(Said(message.text), query, offset);
  return error.hint().empty() ? at : std::move(at).Mend(error.mend());
}

ColumnType TypeOf(const store::ColumnHeader& header) {
  switch (header.type) {
    case store::Type::kBoolean:
      return ColumnType::kBoolean;
    case store::Type::kInteger:
      return ColumnType::kInteger;
    case store::Type::kDecimal:
      return ColumnType::kDecimal;
    case store::Type::kDouble:
      return ColumnType::kNumber;
    case store::Type::kDate:
      return ColumnType::kDate;
    case store::Type::kInstant:
      return ColumnType::kInstant;
    default:
      return ColumnType::kText;
  }
}

bool IsNumber(store::Type type) {
  return type == store::Type::kInteger || type == store::Type::kDecimal || type == store::Type::kDouble;
}

analysis::Column ColumnOf(const store::ColumnHeader& header, std::size_t place, const Outputs& outputs,
                          const std::string& currency) {
  analysis::Column column{.name = header.name, .type = TypeOf(header)};
  if (!IsNumber(header.type)) return column;
  std::optional<Measure> measure;
  if (place < outputs.by_position.size()) {
    measure = outputs.by_position[place];
  } else if (const auto found = outputs.by_name.find(Lowered(header.name)); found != outputs.by_name.end()) {
    measure = found->second;
  }
  if (!measure || measure->unit.empty()) return column;
  const bool is_measured = measure->type == ColumnType::kMoney || measure->type == ColumnType::kShare;
  if (is_measured) column.type = measure->type;
  column.unit = measure->unit == "reporting" ? currency : measure->unit;
  return column;
}

std::size_t BytesOf(const store::Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return sizeof(store::Value) + (text == nullptr ? 0 : text->size());
}

// Rows up to the limits; whether more would follow.
Result<bool> ReadRows(store::RowStream& stream, std::vector<std::vector<store::Value>>& rows) {
  std::size_t bytes = 0;
  for (;;) {
    WEIR_TRY(const store::Chunk* chunk, stream.Next());
    if (chunk == nullptr) return false;
    for (std::size_t row = 0; row < chunk->size(); ++row) {
      if (rows.size() == kMostRows || bytes > kMostBytes) return true;
      std::vector<store::Value>& cells = rows.emplace_back();
      for (std::size_t i = 0; i < chunk->column_count(); ++i) {
        cells.push_back(chunk->Column(i).ValueAt(row));
        bytes += BytesOf(cells.back());
      }
    }
  }
}

Result<QueryLimits> LimitsOf(Context& context) {
  WEIR_TRY(const store::Value memory, context.session().QueryValue("SELECT current_setting('memory_limit')"));
  QueryLimits limits;
  limits.time = std::chrono::seconds(context.settings().sql_seconds);
  limits.memory = ParseBytes(store::ToText(memory)) / 2;
  return limits;
}

Result<Output> Run(const Offer& built_in, Gate& gate, const SqlParams& params, Context& context) {
  WEIR_TRY(const Gate::Place place, gate.Enter());
  WEIR_TRY(const Offer offer, built_in.WithCustomColumns(context.session()));
  WEIR_TRY(const Statement statement, CheckStatement(context.session(), params.query, offer));
  const Ran ran = WholeOf(statement, MomentSql(context), context.principal().sees_all_rows);
  WEIR_TRY(const QueryLimits limits, LimitsOf(context));
  const Watch watch(context.session(), limits);
  const auto failed = [&](Error error) { return Fail(OfQuery(watch.Explain(std::move(error)), ran, params.query)); };
  auto stream = context.session().Stream(ran.text);
  if (!stream) return failed(std::move(stream).error());
  analysis::Table table{.name = "rows", .key = {}};
  const std::vector<store::ColumnHeader>& headers = (*stream)->columns();
  for (std::size_t i = 0; i < headers.size(); ++i) {
    table.columns.push_back(ColumnOf(headers[i], i, statement.outputs, context.settings().currency));
  }
  auto is_cut = ReadRows(**stream, table.rows);
  if (!is_cut) return failed(std::move(is_cut).error());
  Output output;
  if (*is_cut) {
    output.warnings.push_back({.code = "cut",
                               .message = MakePhrase("cut at {} rows: there are more", table.rows.size()),
                               .params = {{"rows", std::to_string(table.rows.size())}}});
  }
  output.tables.push_back(std::move(table));
  return output;
}

}  // namespace

analysis::Analysis SqlAnalysis(std::shared_ptr<const Offer> offer, std::shared_ptr<Gate> gate) {
  analysis::Analysis declared{
      .info =
          {.id = "sql",
           .version = 2,
           .title = {"SQL", "SQL"},
           .help = {"A read-only query over documented views, as you may see them, within limits of time, memory and "
                    "rows. Its numbers are those of the query, not of the catalogue of metrics.",
                    "Запрос только для чтения к описанным представлениям в пределах ваших прав, времени, памяти и "
                    "числа строк. Его числа — самого запроса, а не каталога показателей."},
           .right = "sql",
           .tables = {{.name = "rows",
                       .title = {"Rows", "Строки"},
                       .contacts = std::string(analysis::kAnyAddress),
                       .is_open = true}}},
      .params = analysis::SpecsOf<SqlParams>()};
  declared.run = [offer = std::move(offer), gate = std::move(gate)](const analysis::RawParams& raw,
                                                                    Context& context) -> Result<Output> {
    WEIR_TRY(const SqlParams params, analysis::Bind<SqlParams>(raw));
    return Run(*offer, *gate, params, context);
  };
  return declared;
}

}  // namespace weir::explore
