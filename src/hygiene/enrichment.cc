#include "hygiene/enrichment.h"

#include "analysis/columns.h"
#include "hygiene/desk.h"
#include "hygiene/duplicates.h"
#include "hygiene/recipe_analyses.h"
#include "hygiene/survivorship.h"

namespace weir::hygiene {
namespace {

using analysis::ColumnType;
using analysis::CountOf;
using analysis::Of;
using analysis::TableSpec;
using analysis::TextOf;

std::vector<TableSpec> Specs() {
  return {{.name = "files",
           .title = {"Files of enrichment", "Файлы обогащения"},
           .key = {"entity", "source", "object"},
           .columns = {TextOf("entity", "Of", "Чьё"), TextOf("source", "Source", "Источник"),
                       TextOf("object", "Object", "Объект"), CountOf("rows", "Rows", "Строк"),
                       CountOf("by_tax_id", "Found by tax id", "Найдено по ИНН"),
                       CountOf("by_domain", "By domain", "По домену"), CountOf("by_email", "By e-mail", "По почте"),
                       CountOf("several", "Several have the key", "Ключ у нескольких"),
                       CountOf("unknown", "Nobody has the key", "Ключа ни у кого нет"),
                       Of("last_at", ColumnType::kInstant, "Last", "Последний раз")}},
          {.name = "left",
           .title = {"Rows that are of nobody", "Строки, которые ни к кому не отнесены"},
           .key = {"entity", "source", "object", "source_key"},
           .columns = {TextOf("entity", "Of", "Чьё"), TextOf("source", "Source", "Источник"),
                       TextOf("object", "Object", "Объект"), TextOf("source_key", "Row", "Строка"),
                       TextOf("tax_id", "Tax id", "ИНН"), TextOf("domain", "Domain", "Домен"),
                       TextOf("email", "E-mail", "Эл. почта"), TextOf("matched_by", "Why", "Почему")}}};
}

constexpr std::string_view kFiles = R"(
SELECT entity, source, object, count(*) AS rows, count(*) FILTER (WHERE matched_by = 'tax_id') AS by_tax_id,
  count(*) FILTER (WHERE matched_by = 'domain') AS by_domain, count(*) FILTER (WHERE matched_by = 'email') AS by_email,
  count(*) FILTER (WHERE matched_by = 'several') AS several, count(*) FILTER (WHERE matched_by = 'none') AS unknown,
  max(observed_at) AS last_at
FROM scoped.enrichment
GROUP BY entity, source, object
ORDER BY entity NULLS LAST, source NULLS LAST, object NULLS LAST)";

constexpr std::string_view kLeft = R"(
SELECT entity, source, object, source_key, tax_id, domain, email, matched_by
FROM scoped.enrichment
WHERE entity_id IS NULL
ORDER BY entity NULLS LAST, source NULLS LAST, object NULLS LAST, source_key NULLS LAST)";

Result<analysis::Output> Run(const analysis::NoParams&, analysis::Context& context) {
  const std::vector<TableSpec> specs = Specs();
  analysis::Output output;
  WEIR_TRY(analysis::Table files, analysis::ReadTable(specs[0], context.session(), kFiles));
  WEIR_TRY(analysis::Table left, analysis::ReadTable(specs[1], context.session(), kLeft));
  output.tables.push_back(std::move(files));
  output.tables.push_back(std::move(left));
  return output;
}

}  // namespace

analysis::Analysis EnrichmentAnalysis() {
  return analysis::Declare<analysis::NoParams>(
      {.id = "hygiene.enrichment",
       .title = {"Enrichment", "Обогащение"},
       .help = {"Whose the rows of enrichment files are, by tax id, domain or e-mail, and which are nobody's",
                "К кому отнесены строки файлов обогащения — по ИНН, домену или почте — и какие ни к кому"},
       .needs = {"enrichment"},
       .tables = Specs()},
      &Run);
}

std::vector<analysis::Analysis> DeskAnalyses() {
  std::vector<analysis::Analysis> all;
  all.push_back(SurvivorshipAnalysis());
  all.push_back(SurvivorshipPreview());
  all.push_back(EnrichmentAnalysis());
  all.push_back(RecipesAnalysis());
  all.push_back(RecipePreview());
  all.push_back(RecipeProposals());
  all.push_back(DuplicatesAnalysis());
  all.push_back(DuplicateAnalysis());
  return all;
}

}  // namespace weir::hygiene
