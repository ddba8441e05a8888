// The words by which a mapping is proposed: catalog/words/columns.toml, and what mappings of known products call their
// fields. Private to sources/.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sources/mapping.h"

namespace weir::sources {

// A phrase as its tokens joined by '_', as headers are.
using Phrases = std::vector<std::string>;

struct ProposalWords {
  std::map<std::string, Phrases, std::less<>> things;  // by entity: what a row may speak of
  std::map<std::string, Phrases, std::less<>> tables;  // by record table: words of file names
  std::map<std::string, Phrases, std::less<>> fields;  // by "field" or "table.field"
  Phrases id;                                          // words that make a thing's name its key
  // By field ("outcome", "lead_status"): folded word -> the word of the fixed set.
  std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>> values;
};

// Those of the program; read once.
const ProposalWords& WordsOfColumns();

// Whether `phrase` stands in `name` as whole tokens, and where: 1 is the whole name, less for its end, its beginning
// and its inside; 0: it does not.
double Likeness(std::string_view name, std::string_view phrase);
double Likeness(std::string_view name, const Phrases& phrases);

// Which fields ("deal.close_date") mappings of known products fill from a header, and one of those products.
class KnownHeaders {
 public:
  explicit KnownHeaders(const MappingCatalog& catalog);
  // The source and object that know the header as this field; nothing if none does.
  std::optional<std::string> WhoKnows(std::string_view header, std::string_view table, std::string_view field) const;

 private:
  std::map<std::string, std::string, std::less<>> known_;  // "header\ntable.field" -> "hubspot deal"
};

}  // namespace weir::sources
