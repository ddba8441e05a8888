#include "sources/recognise.h"

#include <algorithm>
#include <map>
#include <set>

#include "sources/column_profile.h"
#include "sources/partition.h"

namespace weir::sources {
namespace {

// Parts of the score of a mapping whose required columns are all there: the rest ranks those that fit.
constexpr double kFits = 0.90;         // explains most of the header, or part of it and the file's name speaks for it
constexpr double kFitsLoosely = 0.60;  // the required columns are there, and much else that is not known
constexpr double kMostOfHeader = 0.60;
constexpr double kPartOfHeader = 0.30;
// Companies add hundreds of columns of their own: beside a share, a number of known ones is enough.
constexpr std::size_t kManyColumns = 12;
constexpr std::size_t kFewestColumns = 3;  // "id, name" is the header of too many tables
constexpr std::size_t kSomeColumns = 5;    // where the name or the values speak for it
constexpr double kTooClose = 0.005;        // two different objects this near cannot be told apart

// Columns that connectors add to every table say nothing about what it is.
bool IsTechnical(const SourceColumn& column) {
  return column.header.starts_with("_") || column.name.starts_with("column_");
}

// A header as this mapping sees it: without the prefixes that do not matter to it.
std::string_view WithoutPrefix(const Mapping& mapping, std::string_view name) {
  for (const std::string& prefix : mapping.recognition.prefixes) {
    if (name.starts_with(prefix) && name.size() > prefix.size()) return name.substr(prefix.size());
  }
  return name;
}

std::string BaseOf(const std::string& file_name) {
  const std::size_t slash = file_name.rfind('/');
  return slash == std::string::npos ? file_name : file_name.substr(slash + 1);
}

bool NameSpeaksFor(const Mapping& mapping, const std::string& file_name) {
  const std::string base = BaseOf(file_name);
  return std::ranges::any_of(mapping.recognition.files, [&](const std::string& glob) {
    if (glob.find('/') == std::string::npos) return MatchesGlob(glob, base);
    return MatchesGlob(glob, file_name) || MatchesGlob("*/" + glob, file_name);
  });
}

// +1 if the values agree with what the mapping demands, -1 if one does not, 0 if nothing can be said.
int JudgeValues(const Mapping& mapping, const Sample& sample) {
  int verdict = 0;
  for (const auto& [header, globs] : mapping.recognition.values) {
    const auto column = std::ranges::find(sample.columns, header, &SourceColumn::name);
    if (column == sample.columns.end()) continue;
    const auto index = static_cast<std::size_t>(column - sample.columns.begin());
    for (const std::vector<std::string>& row : sample.rows) {
      if (row[index].empty()) continue;
      const bool agrees =
          std::ranges::any_of(globs, [&](const std::string& glob) { return MatchesGlob(glob, row[index]); });
      if (!agrees) return -1;
      verdict = 1;
    }
  }
  return verdict;
}

struct Evidence {
  std::vector<bool> is_found;  // by column of the mapping
  std::size_t explained = 0;   // columns of the file that the mapping knows
  std::size_t total = 0;       // columns of the file that count
  double rarity = 0;           // share of the explained headers that few other mappings know
};

// How many mappings know each header.
using HeaderUse = std::map<std::string, std::size_t, std::less<>>;

HeaderUse CountUse(const MappingCatalog& catalog) {
  HeaderUse use;
  for (const Mapping& mapping : catalog.mappings) {
    std::set<std::string_view> seen;
    for (const MappingColumn& column : mapping.columns) seen.insert(column.headers.begin(), column.headers.end());
    for (const std::string_view header : seen) ++use[std::string(header)];
  }
  return use;
}

Evidence Weigh(const Mapping& mapping, const Sample& sample, const HeaderUse& use) {
  Evidence evidence;
  const auto bindings = BindColumns(mapping, sample.columns);
  std::set<std::size_t> explained;
  for (const auto& binding : bindings) {
    evidence.is_found.push_back(!binding.empty());
    explained.insert(binding.begin(), binding.end());
  }
  // Other names of a column that is bound already are known too.
  for (const MappingColumn& column : mapping.columns) {
    for (std::size_t i = 0; i < sample.columns.size(); ++i) {
      const std::string_view name = WithoutPrefix(mapping, sample.columns[i].name);
      if (std::ranges::find(column.headers, name) != column.headers.end()) explained.insert(i);
    }
  }
  double rare = 0;
  for (std::size_t i = 0; i < sample.columns.size(); ++i) {
    if (IsTechnical(sample.columns[i])) continue;
    ++evidence.total;
    if (!explained.contains(i)) continue;
    ++evidence.explained;
    const auto known = use.find(WithoutPrefix(mapping, sample.columns[i].name));
    rare += known == use.end() ? 1.0 : 1.0 / static_cast<double>(known->second);
  }
  if (evidence.explained > 0) evidence.rarity = rare / static_cast<double>(evidence.explained);
  return evidence;
}

bool HasColumns(const Mapping& mapping, const Evidence& evidence, const std::vector<std::string>& columns) {
  return !columns.empty() && std::ranges::all_of(columns, [&](const std::string& name) {
    return mapping.IsOptionalKey(name) || evidence.is_found[*mapping.Find(name)];
  });
}

double ShareExplained(const Evidence& evidence) {
  return evidence.total == 0 ? 0 : static_cast<double>(evidence.explained) / static_cast<double>(evidence.total);
}

// A file that bears the name of a table of the generic form ("weir-touch.csv"), and most of its columns, is of no other
// kind, though one that the table needs may be misspelt. An export of a CRM may be called so, too.
bool IsTableByName(const MappingCatalog& catalog, const Sample& sample, const HeaderUse& use) {
  const std::string base = BaseOf(sample.file_name);
  const std::string book = BaseOf(sample.book_name);
  return std::ranges::any_of(catalog.mappings, [&](const Mapping& mapping) {
    const bool is_named = std::ranges::any_of(mapping.recognition.files, [&](const std::string& glob) {
      return glob.starts_with("weir-") && (MatchesGlob(glob, base) || MatchesGlob(glob, book));
    });
    return is_named && ShareExplained(Weigh(mapping, sample, use)) >= kMostOfHeader;
  });
}

// A column by the header that people are told to give it.
std::string HeaderOf(const Mapping& mapping, const std::string& column) {
  const std::vector<std::string>& headers = mapping.columns[*mapping.Find(column)].headers;
  return headers.empty() ? column : headers.front();
}

std::string HeadersOf(const Mapping& mapping, const std::vector<std::string>& columns) {
  std::string headers;
  for (const std::string& column : columns) headers += (headers.empty() ? "" : "/") + HeaderOf(mapping, column);
  return headers;
}

std::string Join(const std::vector<std::string>& texts, std::string_view separator) {
  std::string joined;
  for (const std::string& text : texts) joined += (joined.empty() ? "" : std::string(separator)) + text;
  return joined;
}

Candidate Judge(const Mapping& mapping, const Sample& sample, const HeaderUse& use, bool is_table_by_name) {
  Candidate candidate;
  candidate.mapping = &mapping;
  if (mapping.reading.records != sample.records) return candidate;
  for (const std::string& forbidden : mapping.recognition.forbid) {
    if (std::ranges::find(sample.columns, forbidden, &SourceColumn::name) != sample.columns.end()) {
      candidate.reason = MakePhrase("the column '{}' speaks against it", forbidden);
      return candidate;
    }
  }
  const int values = JudgeValues(mapping, sample);
  if (values < 0) {
    candidate.reason = MakePhrase("the values of the first rows speak against it");
    return candidate;
  }
  const Evidence evidence = Weigh(mapping, sample, use);
  const bool has_keys_declared = !mapping.key.empty() || !mapping.natural_key.empty();
  candidate.has_key = !has_keys_declared || HasColumns(mapping, evidence, mapping.key) ||
                      HasColumns(mapping, evidence, mapping.natural_key);
  std::size_t found = 0;
  for (const std::vector<std::string>& group : mapping.recognition.require) {
    const bool is_found =
        std::ranges::any_of(group, [&](const std::string& name) { return evidence.is_found[*mapping.Find(name)]; });
    if (is_found)
      ++found;
    else
      candidate.missing.push_back(HeadersOf(mapping, group));
  }
  const double explained = ShareExplained(evidence);
  const bool is_named = NameSpeaksFor(mapping, sample.file_name) ||
                        (!sample.book_name.empty() && NameSpeaksFor(mapping, sample.book_name)) || values > 0;
  candidate.reason = MakePhrase("{} of {} columns known", evidence.explained, evidence.total);
  if (is_named) Extend(candidate.reason, MakePhrase(", the name or the values of the file agree"));
  if (!candidate.missing.empty()) {
    const double share = static_cast<double>(found) / static_cast<double>(mapping.recognition.require.size());
    candidate.score = 0.5 * share * explained;
    Extend(candidate.reason, MakePhrase("; missing: {}", Join(candidate.missing, ", ")));
    return candidate;
  }
  const bool is_called_otherwise = is_table_by_name && !is_named;
  const bool is_doubtful = is_called_otherwise || (mapping.recognition.needs_name && !is_named);
  const bool fits =
      !is_doubtful && ((explained >= kMostOfHeader && (is_named || evidence.explained >= kFewestColumns)) ||
                       evidence.explained >= kManyColumns ||
                       (is_named && (explained >= kPartOfHeader || evidence.explained >= kSomeColumns)));
  if (is_called_otherwise) {
    Extend(candidate.reason, MakePhrase("; the name of the file says something else"));
  } else if (is_doubtful) {
    Extend(candidate.reason, MakePhrase("; the name of the file must say so too"));
  }
  const double base = fits ? kFits : kFitsLoosely + (kFits - kFitsLoosely) * 0.9 * explained / kMostOfHeader;
  candidate.score = base + 0.04 * explained + 0.03 * evidence.rarity + (is_named ? 0.03 : 0.0);
  candidate.score = std::min(candidate.score, fits ? 1.0 : kAcceptedScore - 0.01);
  if (!candidate.has_key) Extend(candidate.reason, MakePhrase("; no column of its key is there"));
  return candidate;
}

}  // namespace

std::vector<std::vector<std::size_t>> BindColumns(const Mapping& mapping, std::span<const SourceColumn> columns) {
  std::vector<std::vector<std::size_t>> bindings;
  for (const MappingColumn& column : mapping.columns) {
    std::vector<std::size_t> bound;
    for (const std::string& header : column.headers) {
      for (std::size_t i = 0; i < columns.size(); ++i) {
        if (columns[i].name == header) bound.push_back(i);
      }
      // The header as it stands comes before the header without its prefix.
      for (std::size_t i = 0; bound.empty() && i < columns.size(); ++i) {
        if (WithoutPrefix(mapping, columns[i].name) == header) bound.push_back(i);
      }
      if (!bound.empty()) break;
    }
    bindings.push_back(std::move(bound));
  }
  return bindings;
}

Result<Sample> TakeSample(const FileInput& file, const ReadOptions& options, std::size_t rows) {
  // What comes after the sample says nothing of it, and may be gigabytes.
  ReadOptions of_the_beginning = options;
  of_the_beginning.limits.encoding_bytes = 1;
  WEIR_TRY(std::unique_ptr<RowReader> reader, OpenRows(file, of_the_beginning));
  Sample sample;
  sample.file_name =
      file.member.empty() ? (file.name.empty() ? file.path.filename().string() : file.name) : file.member;
  // The folder may say whose table it is; a name given by hand, and one inside a zip, speak for themselves.
  if (sample.file_name == file.path.filename() && file.path.has_parent_path()) {
    sample.file_name = (file.path.parent_path().filename() / file.path.filename()).string();
  }
  if (IsPartOfTable(file)) sample.file_name = TableNameOf(file);
  if (!file.sheet.empty()) {
    sample.book_name = sample.file_name;
    const std::filesystem::path book(sample.file_name);
    sample.file_name = book.stem().string() + "/" + file.sheet + ".xlsx";
  }
  sample.records = file.records;
  sample.columns = reader->columns();
  WEIR_TRY(const RowBlock* block, reader->Next());
  for (std::size_t row = 0; block != nullptr && row < block->size() && sample.rows.size() < rows; ++row) {
    if (block->FaultAt(row) != nullptr) continue;
    std::vector<std::string>& cells = sample.rows.emplace_back();
    for (std::size_t i = 0; i < block->column_count(); ++i) cells.emplace_back(TrimBlanks(block->Cell(row, i)));
  }
  return sample;
}

std::vector<ColumnReport> DescribeSample(const Sample& sample) {
  constexpr std::size_t kSamples = 5;
  constexpr std::size_t kLongest = 80;
  std::vector<ColumnReport> columns;
  for (std::size_t i = 0; i < sample.columns.size(); ++i) {
    ColumnReport& column = columns.emplace_back();
    ColumnProfile profile;
    for (const std::vector<std::string>& row : sample.rows) {
      if (row[i].empty()) continue;
      profile.Note(row[i]);
      std::string text = row[i].substr(0, kLongest);
      while (!IsValidUtf8(text)) text.pop_back();
      const bool is_known = std::ranges::find(column.samples, text) != column.samples.end();
      if (column.samples.size() < kSamples && !is_known) column.samples.push_back(std::move(text));
    }
    column.header = sample.columns[i].header;
    column.type = profile.type();
    column.filled = profile.filled();
    if (profile.filled() == 0) column.note = MakePhrase("empty in the first rows");
  }
  return columns;
}

std::vector<Candidate> Recognise(const MappingCatalog& catalog, const Sample& sample) {
  const HeaderUse use = CountUse(catalog);
  const bool is_table_by_name = IsTableByName(catalog, sample, use);
  std::vector<Candidate> candidates;
  for (const Mapping& mapping : catalog.mappings) {
    Candidate candidate = Judge(mapping, sample, use, is_table_by_name);
    if (candidate.score > 0) candidates.push_back(std::move(candidate));
  }
  std::ranges::stable_sort(candidates, [](const Candidate& a, const Candidate& b) {
    if (a.has_key != b.has_key && (a.score >= kAcceptedScore) == (b.score >= kAcceptedScore)) return a.has_key;
    return a.score > b.score;
  });
  if (candidates.size() >= 2 && candidates[0].IsAccepted() && candidates[1].IsAccepted() &&
      candidates[0].score - candidates[1].score < kTooClose) {
    for (std::size_t i = 0; i < 2; ++i) {
      const Mapping& other = *candidates[1 - i].mapping;
      candidates[i].score = std::min(candidates[i].score, kAcceptedScore - 0.01);
      Extend(candidates[i].reason, MakePhrase("; {} {} fits as well", other.source, other.object));
    }
  }
  return candidates;
}

}  // namespace weir::sources
