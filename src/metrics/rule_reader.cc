#include "metrics/rule_reader.h"

#include <utility>

#include <toml++/toml.h>

namespace weir::metrics {

Result<std::string> ReadSelect(TableReader& reader) {
  WEIR_TRY(std::string sql, reader.Text("sql"));
  if (auto status = CheckReads(sql); !status) return Fail(reader.At(std::move(status).error(), "sql"));
  return sql;
}

Result<RuleParameters> ReadParameters(TableReader& reader) {
  RuleParameters parameters;
  WEIR_TRY(const toml::table* table, reader.TableOr("parameters"));
  if (table == nullptr) return parameters;
  for (const auto& [name, node] : *table) {
    if (!node.is_integer()) {
      return Fail(reader.At(BadInput("parameter '{}' is not a whole number", name.str()), node)
                      .Mend("Write: {} = 30", name.str()));
    }
    parameters[std::string(name.str())] = **node.as_integer();
  }
  return parameters;
}

Result<std::vector<Requirement>> ReadRequirements(TableReader& reader) {
  std::vector<Requirement> requirements;
  const toml::node* node = reader.Find("requires");
  if (node == nullptr) return requirements;
  const toml::array* array = node->as_array();
  const Phrase form = MakePhrase("Write [[requires]] with sql = \"SELECT ... AS is_met\" and missing = {{ en, ru }}");
  if (array == nullptr) return Fail(reader.At(BadInput("'requires' is not a list of tables"), "requires").Mend(form));
  for (const toml::node& item : *array) {
    if (!item.is_table()) return Fail(reader.At(BadInput("a requirement is not a table"), item).Mend(form));
    TableReader one(*item.as_table(), reader.path());
    Requirement requirement;
    WEIR_TRY(requirement.sql, ReadSelect(one));
    WEIR_TRY(requirement.missing, one.BothLanguages("missing"));
    WEIR_TRY(one.Finish());
    requirements.push_back(std::move(requirement));
  }
  return requirements;
}

}  // namespace weir::metrics
