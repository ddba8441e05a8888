#include <nlohmann/json.hpp>

#include "sources/mapping_draft.h"

namespace weir::sources {
namespace {

using nlohmann::json;
using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr std::size_t kMostColumns = 4096;

json ObjectOf(const Pairs& pairs) {
  json object = json::object();
  for (const auto& [name, value] : pairs) object[name] = value;
  return object;
}

// Members of an object as they were sent; what is of another kind is said with its name.
class Members {
 public:
  explicit Members(const json& object) : object_(object) {}

  std::string Text(const char* name) {
    const auto found = object_.find(name);
    if (found == object_.end() || found->is_null()) return {};
    if (!found->is_string()) return Refuse(name);
    return found->get<std::string>();
  }
  bool Flag(const char* name) {
    const auto found = object_.find(name);
    if (found == object_.end() || found->is_null()) return false;
    if (!found->is_boolean()) Refuse(name);
    return found->is_boolean() && found->get<bool>();
  }
  std::vector<std::string> Texts(const char* name) {
    std::vector<std::string> texts;
    const auto found = object_.find(name);
    if (found == object_.end() || found->is_null()) return texts;
    if (!found->is_array()) Refuse(name);
    for (const json& element : *found) {
      if (element.is_string()) {
        texts.push_back(element.get<std::string>());
      } else {
        Refuse(name);
      }
    }
    return texts;
  }
  Pairs TextsByName(const char* name) {
    Pairs pairs;
    const auto found = object_.find(name);
    if (found == object_.end() || found->is_null()) return pairs;
    if (!found->is_object()) Refuse(name);
    for (const auto& [key, value] : found->items()) {
      if (value.is_string()) {
        pairs.emplace_back(key, value.get<std::string>());
      } else {
        Refuse(name);
      }
    }
    return pairs;
  }
  const std::string& refused() const { return refused_; }

 private:
  std::string Refuse(const char* name) {
    if (refused_.empty()) refused_ = name;
    return {};
  }
  const json& object_;
  std::string refused_;
};

Error NotThat(const std::string& name) {
  return BadUsage("'{}' is not of the kind that a draft of a mapping has", name).Field(name);
}

Result<DraftColumn> ColumnFrom(const json& object) {
  if (!object.is_object()) return Fail(NotThat("columns"));
  Members members(object);
  DraftColumn column;
  column.header = members.Text("header");
  column.field = members.Text("field");
  const std::string type = members.Text("type");
  column.formats = members.Texts("formats");
  column.decimal_mark = members.Text("decimal");
  column.nulls = members.Texts("nulls");
  column.values = members.TextsByName("values");
  if (!members.refused().empty()) return Fail(NotThat(members.refused()));
  const auto known = FindColumnType(type.empty() ? "text" : type);
  if (!known) return Fail(BadUsage("there is no column type '{}'", type).Field("type"));
  column.type = *known;
  return column;
}

}  // namespace

std::string ToJson(const MappingDraft& draft) {
  json columns = json::array();
  for (const DraftColumn& column : draft.columns) {
    columns.push_back({{"header", column.header},
                       {"field", column.field},
                       {"type", std::string(NameOf(column.type))},
                       {"formats", column.formats},
                       {"decimal", column.decimal_mark},
                       {"nulls", column.nulls},
                       {"values", ObjectOf(column.values)}});
  }
  const json object{{"source", draft.source},
                    {"object", draft.object},
                    {"title", draft.title},
                    {"table", draft.table},
                    {"key", draft.key},
                    {"time_zone", draft.time_zone},
                    {"records", draft.records},
                    {"fills_short_rows", draft.fills_short_rows},
                    {"files", draft.files},
                    {"columns", columns},
                    {"constants", ObjectOf(draft.constants)},
                    {"formulas", ObjectOf(draft.formulas)}};
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<MappingDraft> DraftFromJson(std::string_view text) {
  const json object = json::parse(text, nullptr, false);
  if (!object.is_object()) return Fail(BadUsage("a draft of a mapping is a JSON object"));
  Members members(object);
  MappingDraft draft;
  draft.source = members.Text("source");
  draft.object = members.Text("object");
  draft.title = members.Text("title");
  draft.table = members.Text("table");
  draft.key = members.Texts("key");
  draft.time_zone = members.Text("time_zone");
  draft.records = members.Text("records");
  draft.files = members.Texts("files");
  draft.fills_short_rows = members.Flag("fills_short_rows");
  draft.constants = members.TextsByName("constants");
  draft.formulas = members.TextsByName("formulas");
  if (!members.refused().empty()) return Fail(NotThat(members.refused()));
  const auto columns = object.find("columns");
  if (columns == object.end() || !columns->is_array() || columns->size() > kMostColumns) {
    return Fail(NotThat("columns"));
  }
  for (const json& one : *columns) {
    WEIR_TRY(DraftColumn column, ColumnFrom(one));
    draft.columns.push_back(std::move(column));
  }
  return draft;
}

}  // namespace weir::sources
