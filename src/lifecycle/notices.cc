#include "lifecycle/notices.h"

#include <algorithm>

#include <fmt/format.h>

#include "analysis/columns.h"
#include "analysis/words.h"

namespace weir::lifecycle {
namespace {

using analysis::GroupedEn;
using analysis::GroupedRu;
using analysis::RussianForm;
using analysis::Text;

// "12 deals", «12 сделок».
Text Counted(std::string_view kind, std::int64_t rows) {
  const bool is_one = rows == 1;
  const auto say = [&](std::string_view en, std::string_view one, std::string_view few, std::string_view many) {
    return Text{fmt::format("{} {}{}", GroupedEn(rows), en, is_one ? "" : "s"),
                fmt::format("{} {}", GroupedRu(rows), RussianForm(rows, one, few, many))};
  };
  if (kind == "deal") return say("deal", "сделка", "сделки", "сделок");
  if (kind == "lead") return say("lead", "лид", "лида", "лидов");
  if (kind == "person") return say("contact", "контакт", "контакта", "контактов");
  if (kind == "subscription") return say("subscription", "подписка", "подписки", "подписок");
  return say("contract", "договор", "договора", "договоров");
}

// "Stage "Legal check" of deals (Sales, hubspot)".
Text Named(const SourceStage& stage) {
  const std::string where = stage.pipeline.empty() ? stage.source : fmt::format("{}, {}", stage.pipeline, stage.source);
  if (stage.kind == "deal") {
    return {fmt::format("Stage \"{}\" of deals ({})", stage.name, where),
            fmt::format("Этап сделок «{}» ({})", stage.name, where)};
  }
  if (stage.kind == "person") {
    return {fmt::format("Lifecycle stage \"{}\" of contacts ({})", stage.name, where),
            fmt::format("Этап контактов «{}» ({})", stage.name, where)};
  }
  const auto say = [&](std::string_view en, std::string_view ru) {
    return Text{fmt::format("Status \"{}\" of {} ({})", stage.name, en, where),
                fmt::format("Статус {} «{}» ({})", ru, stage.name, where)};
  };
  if (stage.kind == "lead") return say("leads", "лидов");
  if (stage.kind == "subscription") return say("subscriptions", "подписок");
  return say("contracts", "договоров");
}

Notice Appeared(const StageRow& row, const TimeZone& zone) {
  const Text name = Named(row.stage);
  const Text count = Counted(row.stage.kind, row.rows);
  const Text day = row.first_seen_at ? analysis::DayName(zone.LocalDateOf(*row.first_seen_at)) : Text{};
  return {"stage_appeared",
          {fmt::format("{} first came with the export of {} and is no step of the lifecycle yet: {}.", name.en, day.en,
                       count.en),
           fmt::format("{}: впервые в выгрузке от {}, ни к одному шагу жизненного цикла не отнесён, {}.", name.ru,
                       day.ru, count.ru)}};
}

Notice Renamed(const StageRow& row) {
  const Text name = Named(row.stage);
  const Text count = Counted(row.stage.kind, row.rows);
  return {
      "stage_renamed",
      {fmt::format("{} seems to be what was called \"{}\", where nobody is left; it is no step of the lifecycle "
                   "yet: {}.",
                   name.en, row.came_from, count.en),
       fmt::format("{}: похоже, раньше назывался «{}», там никого не осталось; ни к одному шагу жизненного цикла не "
                   "отнесён, {}.",
                   name.ru, row.came_from, count.ru)}};
}

Notice Emptied(const StageRow& row) {
  const Text name = Named(row.stage);
  return {
      "stage_emptied",
      {fmt::format("{} was no step of the lifecycle, and the last export left nobody in it.", name.en),
       fmt::format("{}: не был отнесён ни к одному шагу, и в последней выгрузке в нём никого не осталось.", name.ru)}};
}

bool AreTogether(const SourceStage& a, const SourceStage& b) {
  return a.kind == b.kind && a.source == b.source && a.pipeline == b.pipeline;
}

// Whatever came first was in one other stage before, in which nobody is left.
bool IsRenamed(const StageRow& row, std::span<const StageRow> stages) {
  if (!row.is_new || row.came_from.empty()) return false;
  return std::ranges::none_of(stages, [&](const StageRow& other) {
    return AreTogether(other.stage, row.stage) && other.stage.name == row.came_from && other.rows > 0;
  });
}

bool HasNewName(const StageRow& row, std::span<const StageRow> stages) {
  return std::ranges::any_of(stages, [&](const StageRow& other) {
    return AreTogether(other.stage, row.stage) && other.came_from == row.stage.name && IsRenamed(other, stages);
  });
}

Notice Unmapped(std::int64_t stages, std::int64_t rows) {
  return {"stages_unmapped",
          {fmt::format("{} {} no step of the lifecycle yet, {} {} in {}; the page Sources lists {}.", GroupedEn(stages),
                       stages == 1 ? "stage is" : "stages are", GroupedEn(rows), rows == 1 ? "row" : "rows",
                       stages == 1 ? "it" : "them", stages == 1 ? "it" : "them"),
           fmt::format(
               "Ни к одному шагу жизненного цикла пока не {} {} {}, в {} {} {}; список — на странице «Источники».",
               RussianForm(stages, "отнесён", "отнесены", "отнесены"), GroupedRu(stages),
               RussianForm(stages, "этап", "этапа", "этапов"), stages % 10 == 1 && stages % 100 != 11 ? "нём" : "них",
               GroupedRu(rows), RussianForm(rows, "строка", "строки", "строк"))}};
}

}  // namespace

analysis::TableSpec NoticesTable() {
  return {.name = "notices",
          .title = {"Stages to look at", "Этапы, требующие внимания"},
          .key = {"position"},
          .columns = {analysis::Of("position", analysis::ColumnType::kInteger, "Position", "Место"),
                      analysis::TextOf("code", "Code", "Код"), analysis::TextOf("en", "English", "По-английски"),
                      analysis::TextOf("ru", "Russian", "По-русски")}};
}

std::vector<Notice> NoticesOf(std::span<const StageRow> stages, const TimeZone& zone) {
  std::vector<Notice> notices;
  std::int64_t count = 0;
  std::int64_t rows = 0;
  for (const StageRow& row : stages) {
    if (row.IsMapped()) continue;
    if (row.rows == 0) {
      if (row.has_gone && !HasNewName(row, stages)) notices.push_back(Emptied(row));
      continue;
    }
    ++count;
    rows += row.rows;
    if (!row.is_new) continue;
    notices.push_back(IsRenamed(row, stages) ? Renamed(row) : Appeared(row, zone));
  }
  if (count > 0) notices.push_back(Unmapped(count, rows));
  return notices;
}

}  // namespace weir::lifecycle
