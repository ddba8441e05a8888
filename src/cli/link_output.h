// What `weir link` gives: the files of its links and clusters, and its answer for programs and for people.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "base/executor.h"
#include "base/result.h"
#include "cli/link_input.h"
#include "engine/engine.h"
#include "identity/evaluate.h"
#include "identity/golden.h"
#include "identity/link.h"

namespace weir::cli {

struct LinkSummary {
  identity::LinkSpec spec;            // as it was used
  std::uint64_t links = 0;            // pairs within the final clusters, of two files those of one of each
  std::uint64_t clusters = 0;         // records that belong to no other are one each
  std::uint64_t joined = 0;           // clusters of more than one record
  std::optional<std::size_t> judged;  // pairs that people judged, where there is a file of them
  double seconds = 0;
  std::map<std::string, double> steps;  // seconds of each
  std::uint64_t peak_memory_bytes = 0;
  std::optional<identity::PairQuality> pairs;  // against a truth
  std::optional<identity::Quality> b_cubed;
  std::string out;          // the folder of the files; empty: none are written
  bool has_golden = false;  // golden.csv and golden_sources.csv among them
};

// Files under their names once they are whole; earlier ones stay as they were until then.
class LinkFiles {
 public:
  // Makes the folder where there is none, and sees whether files can be written there. Errors: kUnavailable.
  static Result<LinkFiles> In(const std::string& folder);
  LinkFiles(LinkFiles&&) = default;
  LinkFiles& operator=(LinkFiles&&) = default;
  ~LinkFiles();

  // links.csv: id_a,id_b,probability, sorted; clusters.csv: source (the name of the file),id,cluster,
  // cluster by cluster. Refuses to write more than kMostLinks pairs (kTooLarge): clusters of so many records are an
  // error of the data.
  static constexpr std::uint64_t kMostLinks = 200'000'000;
  // With `golden` also golden.csv, a row a cluster of the values that survive, and golden_sources.csv, of which record
  // each is.
  Status Write(const LinkInput& input, const identity::LinkResult& result, std::uint64_t links,
               const identity::GoldenTable* golden, const Executor& executor);

 private:
  explicit LinkFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::filesystem::path Unfinished(std::string_view name) const;

  std::filesystem::path folder_;
};

// What was read but not used as it is: for people to know.
std::vector<Phrase> NoticesOf(const LinkInput& input, const identity::LinkResult* result);

// One JSON document.
std::string LinkJson(const LinkInput& input, const identity::LinkResult& result, const LinkSummary& summary);

// Whether LinkAnswer will have a table of that name; empty means all. Errors: kNotFound with those that it has.
Status CheckLinkTable(const std::string& name);

// Tables summary, fields and rules, in the language.
engine::Answer LinkAnswer(const LinkInput& input, const identity::LinkResult& result, const LinkSummary& summary,
                          Language language);

}  // namespace weir::cli
