#include "hygiene/ruled_fields.h"

#include <set>

#include <fmt/format.h>

namespace weir::hygiene {

Result<Settled> ReadSettled(store::Session& session) {
  WEIR_TRY(const store::Rows rows, session.Query("SELECT name, value, decision_id FROM scoped.setting"));
  Settled settled;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string name = rows.TextAt(i, 0);
    const bool is_order = name == model::kOrderSetting;
    if (!is_order && !name.starts_with(model::kRuleSetting)) continue;
    auto rule = model::ParseFieldRule(rows.TextAt(i, 1));
    if (!rule) continue;
    if (is_order) {
      settled.rules.order = *std::move(rule);
      continue;
    }
    const std::string field = name.substr(model::kRuleSetting.size());
    settled.rules.choices[field] = *std::move(rule);
    if (!store::IsNull(rows.rows[i][2])) settled.decisions[field] = rows.IntegerAt(i, 2);
  }
  return settled;
}

Result<std::vector<Field>> FieldsOf(std::string_view entity, store::Session& session) {
  const model::RecordTable& table = *model::FindRecordTable(entity);
  std::vector<Field> fields;
  for (const std::string& column : model::RuledColumns(table)) {
    std::string name = column;
    if (name == "source") name = "lead_source";
    if (name.ends_with("_key")) name.resize(name.size() - std::string_view("_key").size());
    fields.push_back({std::move(name), column});
  }
  std::set<std::string> shown;
  for (const char* view : {"record", "version"}) {
    WEIR_TRY(auto stream, session.Stream(fmt::format("SELECT * FROM scoped.{}_{} LIMIT 0", entity, view)));
    std::set<std::string> columns;
    for (const store::ColumnHeader& header : stream->columns()) columns.insert(header.name);
    if (shown.empty()) {
      shown = std::move(columns);
    } else {
      std::erase_if(shown, [&](const std::string& name) { return !columns.contains(name); });
    }
  }
  std::erase_if(fields, [&](const Field& field) { return !shown.contains(field.name); });
  return fields;
}

}  // namespace weir::hygiene
