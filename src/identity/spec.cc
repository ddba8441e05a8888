#include "identity/spec.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include <toml++/toml.h>

#include "identity/compare.h"
#include "identity/profile.h"

namespace weir::identity {
namespace {

Error At(Error&& error, std::string_view file, const toml::node& node) {
  return std::move(error).At(std::string(file), node.source().begin.line, node.source().begin.column);
}

Result<FieldSpec> ReadField(const toml::node& node, std::string_view file) {
  const toml::table* table = node.as_table();
  if (table == nullptr) return Fail(At(BadInput("a field is no table"), file, node));
  const auto column = (*table)["column"].value<std::string>();
  if (!column) return Fail(At(BadInput("a field has no column"), file, node));
  const auto kind = (*table)["kind"].value<std::string>();
  const FieldKind* found = kind ? FindFieldKind(*kind) : nullptr;
  if (found == nullptr) {
    return Fail(At(BadInput("'{}' is no kind of field", kind.value_or("")), file, node)
                    .Mend("write name, text, code, date, number, email or numbers"));
  }
  return FieldSpec{*column, *found};
}

Result<std::vector<KeyPartSpec>> ReadRule(const toml::node& node, std::string_view file) {
  const toml::array* parts = node.as_array();
  if (parts == nullptr || parts->empty()) {
    return Fail(
        At(BadInput("a rule is no list of columns"), file, node).Mend("write [\"surname\", \"city:beginning\"]"));
  }
  std::vector<KeyPartSpec> rule;
  for (const toml::node& part : *parts) {
    const auto text = part.value<std::string>();
    if (!text) return Fail(At(BadInput("a part of a rule is no text"), file, part));
    const std::size_t colon = text->rfind(':');
    const std::string form = colon == std::string::npos ? "whole" : text->substr(colon + 1);
    const KeyForm* found = FindKeyForm(form);
    if (found == nullptr) {
      return Fail(At(BadInput("'{}' is no form of a key", form), file, part)
                      .Mend("write whole, beginning, rest, words or parts"));
    }
    rule.push_back({text->substr(0, colon), *found});
  }
  return rule;
}

// A basic string of TOML, on one line.
std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted.push_back('\\');
      quoted.push_back(c);
    } else if (byte < 0x20 || byte == 0x7f) {
      quoted += fmt::format("\\u{:04X}", byte);
    } else {
      quoted.push_back(c);
    }
  }
  quoted.push_back('"');
  return quoted;
}

// No more columns than can be compared: those that tell most, in their order. What no two records share may be an id of
// another system, or a note: it comes behind what some do, and what is about the record behind what is about whom it
// describes.
void KeepTheMostTelling(std::vector<ColumnProfile>& profiles) {
  if (profiles.size() <= kMostFields) return;
  constexpr double kNobodyShares = 0.25;
  constexpr double kOfRecord = 0.05;
  std::ranges::stable_sort(profiles, std::greater(), [](const ColumnProfile& profile) {
    return profile.bits * (profile.distinct < 1 ? 1 : kNobodyShares) * (profile.is_of_record ? kOfRecord : 1);
  });
  profiles.resize(kMostFields);
  std::ranges::sort(profiles, {}, &ColumnProfile::column);
}

}  // namespace

LinkSpec ChooseSpec(const Table& table, const Executor& executor) {
  std::vector<ColumnProfile> profiles(table.columns.size());
  executor.ForEach(profiles.size(), [&](std::size_t i) { profiles[i] = Profile(table, i); });
  // Where nothing differs, those that hold something are there to be equal.
  const bool has_useful = std::ranges::any_of(profiles, &ColumnProfile::is_useful);
  std::erase_if(profiles,
                [&](const ColumnProfile& profile) { return has_useful ? !profile.is_useful : profile.filled < 2; });
  KeepTheMostTelling(profiles);
  // One name by itself is no field to learn from: its words are.
  if (profiles.size() == 1 && profiles[0].kind == FieldKind::kName) profiles[0].kind = FieldKind::kText;
  // Numbers within texts are compared by themselves where there is room: models, years, editions.
  constexpr double kHaveNumbers = 0.1;
  LinkSpec spec;
  std::size_t room = kMostFields - profiles.size();
  for (const ColumnProfile& profile : profiles) {
    const std::string& name = table.columns[profile.column].name();
    spec.fields.push_back({name, profile.kind});
    if ((profile.kind != FieldKind::kText && profile.kind != FieldKind::kName) || profile.words < 1.5 ||
        profile.with_digits <= kHaveNumbers || room == 0)
      continue;
    spec.fields.push_back({name, FieldKind::kNumbers});
    --room;
  }
  return spec;
}

Result<LinkSpec> ReadSpec(std::string_view text, std::string_view file) {
  toml::table root;
  try {
    root = toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    return Fail(BadInput("this is not TOML: {}", error.description())
                    .At(std::string(file), error.source().begin.line, error.source().begin.column));
  }
  LinkSpec spec;
  for (const auto& [key, node] : root) {
    if (key.str() == "least_probability") {
      const auto number = node.value<double>();
      if (!number || !(*number > 0 && *number < 1)) {
        return Fail(At(BadInput("least_probability is not between 0 and 1"), file, node));
      }
      spec.least_probability = *number;
    } else if (key.str() == "one_to_one") {
      const auto flag = node.value<bool>();
      if (!flag) return Fail(At(BadInput("one_to_one is neither true nor false"), file, node));
      spec.one_to_one = *flag;
    } else if (key.str() == "rules" && node.is_array()) {
      for (const toml::node& rule : *node.as_array()) {
        WEIR_TRY(std::vector<KeyPartSpec> parts, ReadRule(rule, file));
        spec.rules.push_back(std::move(parts));
      }
    } else if (key.str() == "field" && node.is_array()) {
      for (const toml::node& field : *node.as_array()) {
        WEIR_TRY(FieldSpec read, ReadField(field, file));
        spec.fields.push_back(std::move(read));
      }
    } else {
      return Fail(At(BadInput("'{}' is not known in a specification of linking", key.str()), file, node)
                      .Mend("write least_probability, one_to_one, rules or [[field]]"));
    }
  }
  if (spec.fields.empty()) return Fail(BadInput("the specification names no field").At(std::string(file)));
  if (spec.fields.size() > kMostFields) {
    return Fail(BadInput("the specification names {} fields, more than {}", spec.fields.size(), kMostFields)
                    .At(std::string(file)));
  }
  return spec;
}

std::string ToToml(const LinkSpec& spec) {
  std::string text = fmt::format("least_probability = {}\none_to_one = {}\n", spec.least_probability, spec.one_to_one);
  if (!spec.rules.empty()) {
    text += "rules = [\n";
    for (const std::vector<KeyPartSpec>& rule : spec.rules) {
      text += "  [";
      for (std::size_t i = 0; i < rule.size(); ++i) {
        const KeyPartSpec& part = rule[i];
        // A name with a colon says its form in any case, so that its end is not taken for one.
        const bool is_plain = part.form == KeyForm::kWhole && part.column.find(':') == std::string::npos;
        text += fmt::format("{}{}", i == 0 ? "" : ", ",
                            Quoted(is_plain ? part.column : fmt::format("{}:{}", part.column, NameOf(part.form))));
      }
      text += "],\n";
    }
    text += "]\n";
  }
  for (const FieldSpec& field : spec.fields) {
    text += fmt::format("\n[[field]]\ncolumn = {}\nkind = \"{}\"\n", Quoted(field.column), NameOf(field.kind));
  }
  return text;
}

}  // namespace weir::identity
