#include "docgen/reference.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>

#include "analysis/only_asks.h"
#include "docgen/openapi.h"
#include "explore/views.h"

namespace weir::docgen {
namespace {

using analysis::Column;
using analysis::Info;
using analysis::ParamSpec;
using analysis::ParamType;
using analysis::TableSpec;

constexpr std::string_view kMark = "<!-- Written by `weir docgen` from the declarations; change those instead. -->\n\n";

// A cell of a Markdown table.
std::string Cell(std::string_view text) {
  std::string cell;
  for (const char c : text) {
    if (c == '|') cell += '\\';
    cell += c == '\n' ? ' ' : c;
  }
  return cell;
}

std::string CommandOf(const std::string& id) {
  std::string words = id;
  std::ranges::replace(words, '.', ' ');
  if (id == "sources.import") return "weir import PATH...";
  if (id == "model.build") return "weir build";
  return "weir " + words;
}

std::string FlagOf(const ParamSpec& spec) {
  if (spec.info.positional) {
    const std::string name = spec.type == ParamType::kList ? spec.info.name + "..." : spec.info.name;
    return spec.info.required ? name : "[" + name + "]";
  }
  std::string flag = spec.info.name;
  std::ranges::replace(flag, '_', '-');
  flag = spec.type == ParamType::kBoolean ? "--" + flag : fmt::format("--{} {}", flag, analysis::NameOf(spec.type));
  return spec.info.required ? flag : "[" + flag + "]";
}

std::string TypeOf(const ParamSpec& spec) {
  if (spec.info.allowed.empty()) return std::string(analysis::NameOf(spec.type));
  std::string allowed;
  for (const std::string& value : spec.info.allowed) allowed += (allowed.empty() ? "`" : ", `") + value + "`";
  if (spec.info.is_open) allowed += " and others";
  return spec.type == ParamType::kList ? "list of " + allowed : allowed;
}

void WriteParams(std::string& page, const std::vector<ParamSpec>& params) {
  if (params.empty()) return;
  page += "## Parameters\n\n| name | type | default | meaning |\n|---|---|---|---|\n";
  for (const ParamSpec& spec : params) {
    const std::string fallback = spec.info.required ? "required" : Cell(spec.default_text);
    page +=
        fmt::format("| `{}` | {} | {} | {} |\n", spec.info.name, Cell(TypeOf(spec)), fallback, Cell(spec.info.help.en));
  }
  page += '\n';
}

void WriteTable(std::string& page, const TableSpec& table) {
  page += fmt::format("### {}\n\n", table.name);
  if (!table.title.en.empty()) page += table.title.en + ". ";
  if (!table.key.empty()) page += fmt::format("Key: `{}`. ", fmt::join(table.key, "`, `"));
  if (table.chart) {
    page += fmt::format("Drawn as {}: `{}` by `{}`", table.chart->kind, table.chart->y, table.chart->x);
    page += table.chart->series.empty() ? ". " : fmt::format(", a series a `{}`. ", table.chart->series);
  }
  if (table.is_open) page += "More columns follow, as asked for. ";
  while (!page.empty() && page.back() == ' ') page.pop_back();
  page += "\n\n";
  if (table.columns.empty()) return;
  page += "| column | type | unit | meaning |\n|---|---|---|---|\n";
  for (const Column& column : table.columns) {
    page += fmt::format("| `{}` | {} | {} | {} |\n", column.name, analysis::NameOf(column.type), column.unit,
                        Cell(column.title.en));
  }
  page += '\n';
}

// As a sentence.
std::string Ended(const std::string& text) { return text.empty() || text.ends_with('.') ? text : text + "."; }

// `endpoints`: one a line.
std::string PageOf(const Info& info, const std::vector<ParamSpec>& params, std::string_view endpoints, bool explains) {
  std::string page = fmt::format("# {}\n\n{}{} {}\n\n", info.id, kMark, Ended(info.title.en), Ended(info.help.en));
  std::string flags;
  for (const ParamSpec& spec : params) flags += " " + FlagOf(spec);
  if (info.id == "sources.import" || info.id == "model.build") flags.clear();
  page += fmt::format("    {}{}\n    {}\n\n", CommandOf(info.id), flags, endpoints);
  page += fmt::format("Needs the right `{}`. Version {}.", info.right, info.version);
  if (explains) page += " A row is explained by the rows behind it: `--explain TABLE:KEY`.";
  if (!info.asks.empty()) {
    page += " Asks";
    for (const std::string& id : info.asks) {
      page += id.starts_with('?') ? fmt::format(" `{}` where it is there", id.substr(1))
                                  : fmt::format(" [{0}]({0}.md)", id);
    }
    page += '.';
  }
  page += "\n\n";
  WriteParams(page, params);
  if (!info.tables.empty()) page += "## Result\n\n";
  for (const TableSpec& table : info.tables) WriteTable(page, table);
  page.pop_back();
  return page;
}

std::string ProducerPage(const Info& info) {
  std::string page = fmt::format("# {}\n\n{}{} {}\n\n", info.id, kMark, Ended(info.title.en), Ended(info.help.en));
  page += fmt::format("Made by every build where one of these has changed: `{}`. Version {}.\n\n## Table\n\n",
                      fmt::join(info.needs, "`, `"), info.version);
  for (const TableSpec& table : info.tables) WriteTable(page, table);
  page.pop_back();
  return page;
}

std::string IndexOf(const engine::Catalog& catalog) {
  std::string page = fmt::format(
      "# Reference\n\n{}Every analysis, action and producer, with its parameters and tables. The same over "
      "HTTP "
      "is described by [openapi.json](openapi.json), which a server also gives at `/api/openapi.json`.\n\n"
      "Global options stand before or after the command: `--home`, `--format table|json|csv`, `--lang en|ru`, "
      "`--as-of`, "
      "`--known-at`, `--table`, `--limit`, `--cursor`, `--sort`, `--seed`. Over HTTP they are query parameters with "
      "`_` for "
      "`-`.\n\n## Analyses\n\n| id | answers |\n|---|---|\n",
      kMark);
  for (const analysis::Analysis& analysis : catalog.analyses()) {
    page += fmt::format("| [{0}]({0}.md) | {1} |\n", analysis.info.id, Cell(analysis.info.help.en));
  }
  page +=
      "\nWhat the queries of `sql` may read: [views](views.md).\n"
      "\n## Actions\n\nEach leaves a decision with who, when and why, and can be undone where that makes sense; "
      "`identity.match`\nonly asks.\n\n"
      "| id | does |\n|---|---|\n";
  for (const analysis::Action& action : catalog.actions()) {
    page += fmt::format("| [{0}]({0}.md) | {1} |\n", action.info.id, Cell(action.info.help.en));
  }
  page +=
      "\n## Producers\n\nEach makes a table after the model is built, only where what it needs has changed.\n\n"
      "| id | makes |\n|---|---|\n";
  for (const analysis::Producer& producer : catalog.producers()) {
    page += fmt::format("| [{0}]({0}.md) | `scoped.{1}`: {2} |\n", producer.info.id, producer.table().name,
                        Cell(producer.info.help.en));
  }
  page +=
      "\n## Errors\n\nA refusal is one problem document (RFC 9457) over HTTP and with `--format json`: "
      "title, detail\nand hint in the language that was asked for, and under `words` in English and in Russian.\n\n"
      "| code | HTTP status | exit status | |\n|---|---|---|---|\n";
  for (int i = 0; i <= static_cast<int>(Code::kBug); ++i) {
    const CodeInfo& code = InfoOf(static_cast<Code>(i));
    page += fmt::format("| `{}` | {} | {} | {} |\n", code.name, code.http_status, code.exit_status, code.title);
  }
  return page;
}

// What people's own queries may read and call.
std::string ViewsPage() {
  const auto offer = explore::Offer::BuiltIn();
  WEIR_CHECK(offer.has_value());
  std::string page = fmt::format(
      "# Views for queries\n\n{}What a query of [sql](sql.md) may read: each view with its columns, and the functions "
      "that "
      "it may call. Names stand alone or behind `scoped.`; small and capital letters are one. The unit `reporting` is "
      "the "
      "reporting currency; money without a unit is in the currency of its row. `moment` is one row more: `as_of`, "
      "`as_of_date`, `currency` and `time_zone` of the question. Columns that no mapping names stand in views of their "
      "own, "
      "`ext_...`, which `weir sql views` lists with the rest.\n\n",
      kMark);
  for (const explore::View& view : offer->views()) {
    page += fmt::format("## {}\n\n{}. {}.\n\n| column | type | unit | meaning |\n|---|---|---|---|\n", view.name,
                        view.title.en, view.help.en);
    for (const Column& column : view.columns) {
      page += fmt::format("| `{}` | {} | {} | {} |\n", column.name, analysis::NameOf(column.type), column.unit,
                          Cell(column.title.en));
    }
    page += '\n';
  }
  page += "## Functions\n\n| function | kind | form | gives |\n|---|---|---|---|\n";
  for (const explore::Function& function : offer->functions()) {
    page += fmt::format("| `{}` | {} | `{}` | {} |\n", function.name, explore::NameOf(function.kind),
                        Cell(function.form), Cell(function.help.en));
  }
  return page;
}

Status WriteFile(const std::filesystem::path& path, const std::string& text) {
  {
    // A page that says the same keeps its time, so that nothing is built again for it.
    std::ifstream present(path, std::ios::binary);
    if (present && std::string(std::istreambuf_iterator<char>(present), {}) == text) return {};
  }
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out) return Fail(Unavailable("the page cannot be written").At(path.string()));
  return {};
}

}  // namespace

std::map<std::string, std::string> ReferencePages(const engine::Catalog& catalog, std::string_view version) {
  std::map<std::string, std::string> pages;
  pages["README.md"] = IndexOf(catalog);
  pages["views.md"] = ViewsPage();
  pages["openapi.json"] = OpenApi(catalog, version);
  for (const analysis::Analysis& analysis : catalog.analyses()) {
    pages[analysis.info.id + ".md"] =
        PageOf(analysis.info, analysis.params, "GET /api/v1/" + analysis.info.id, static_cast<bool>(analysis.explain));
  }
  for (const analysis::Action& action : catalog.actions()) {
    std::string endpoints = "POST /api/v1/" + action.info.id;
    if (analysis::OnlyAsks(action)) {
      endpoints += fmt::format("\n    POST /api/v1/{} (the parameters themselves as the body)",
                               analysis::PlainPathOf(action.info.id));
    }
    pages[action.info.id + ".md"] = PageOf(action.info, action.params, endpoints, false);
  }
  for (const analysis::Producer& producer : catalog.producers()) {
    pages[producer.info.id + ".md"] = ProducerPage(producer.info);
  }
  return pages;
}

Status WriteReference(const engine::Catalog& catalog, std::string_view version, const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return Fail(Unavailable("the folder cannot be made: {}", error.message()).At(folder.string()));
  const auto pages = ReferencePages(catalog, version);
  for (const auto& [name, text] : pages) WEIR_TRY(WriteFile(folder / name, text));
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".md") || pages.contains(name)) continue;
    // Only a page that was written from here goes.
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    if (text.find(kMark) != std::string::npos) std::filesystem::remove(entry.path(), error);
  }
  return {};
}

}  // namespace weir::docgen
