#include <algorithm>
#include <array>
#include <bit>
#include <memory>
#include <numeric>
#include <ranges>
#include <system_error>

#include <fmt/format.h>

#include "cli/link_output.h"
#include "cli/text_file.h"

namespace weir::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kDigits = 6;  // of probabilities
constexpr std::string_view kLinks = "links.csv";
constexpr std::string_view kClusters = "clusters.csv";
constexpr std::string_view kGolden = "golden.csv";
constexpr std::string_view kGoldenSources = "golden_sources.csv";

// The records cluster by cluster, those of a cluster in their order.
class Members {
 public:
  explicit Members(std::span<const std::uint32_t> clusters)
      : begins_(clusters.size() + 1, 0), records_(clusters.size()) {
    for (const std::uint32_t cluster : clusters) ++begins_[cluster + 1];
    std::partial_sum(begins_.begin(), begins_.end(), begins_.begin());
    std::vector<std::uint32_t> ends(begins_.begin(), begins_.end() - 1);
    for (std::uint32_t record = 0; record < clusters.size(); ++record) records_[ends[clusters[record]]++] = record;
  }

  // By its first record; empty where that is the first record of none.
  std::span<const std::uint32_t> Of(std::uint32_t cluster) const {
    return std::span(records_).subspan(begins_[cluster], begins_[cluster + 1] - begins_[cluster]);
  }

 private:
  std::vector<std::uint32_t> begins_;
  std::vector<std::uint32_t> records_;
};

// The pairs that were scored, by their records.
class Scored {
 public:
  Scored(std::span<const identity::ScoredPair> pairs, std::size_t records) : pairs_(pairs), begins_(records + 1, 0) {
    for (const identity::ScoredPair& pair : pairs) ++begins_[pair.a + 1];
    std::partial_sum(begins_.begin(), begins_.end(), begins_.begin());
  }

  // Null where it was not compared.
  const identity::ScoredPair* Find(std::uint32_t a, std::uint32_t b) const {
    if (a > b) std::swap(a, b);
    const auto of_a = pairs_.subspan(begins_[a], begins_[a + 1] - begins_[a]);
    const auto found = std::ranges::lower_bound(of_a, b, {}, &identity::ScoredPair::b);
    return found != of_a.end() && found->b == b ? &*found : nullptr;
  }

 private:
  std::span<const identity::ScoredPair> pairs_;  // by a, then b
  std::vector<std::size_t> begins_;              // of a record those whose first it is
};

// The first bytes as a number that is ordered as they are.
std::uint64_t BeginningOf(std::string_view text) {
  std::array<char, sizeof(std::uint64_t)> bytes{};
  std::ranges::copy(text.substr(0, bytes.size()), bytes.begin());
  return __builtin_bswap64(std::bit_cast<std::uint64_t>(bytes));
}

Status WriteLinks(const fs::path& path, const LinkInput& input, const identity::LinkResult& result,
                  const Members& members) {
  WEIR_TRY(TextFile file, TextFile::Create(path));
  file.Add("id_a,id_b,probability");
  WEIR_TRY(file.EndRow());
  const auto& clusters = result.clusters;
  const std::size_t second = input.table.second_begins;
  const bool is_two = input.table.IsTwo();
  // Records that have partners, by their ids: each is the first of the pairs with those after it, or, of two files,
  // with those of the second.
  const auto by_id = [&](std::uint32_t a, std::uint32_t b) { return input.ids.At(a) < input.ids.At(b); };
  struct Placed {
    std::uint64_t beginning;  // of the id, which mostly tells
    std::uint32_t record;
  };
  std::vector<Placed> order;
  for (std::uint32_t record = 0; record < clusters.size(); ++record) {
    if (members.Of(clusters[record]).size() < 2 || (is_two && record >= second)) continue;
    order.push_back({BeginningOf(input.ids.At(record)), record});
  }
  std::ranges::sort(order, [&](const Placed& a, const Placed& b) {
    return a.beginning != b.beginning ? a.beginning < b.beginning : by_id(a.record, b.record);
  });
  const Scored scored(result.pairs, clusters.size());
  std::vector<std::uint32_t> partners;
  for (const std::uint32_t a : order | std::views::transform(&Placed::record)) {
    partners.clear();
    for (const std::uint32_t b : members.Of(clusters[a])) {
      if (is_two ? b >= second : by_id(a, b)) partners.push_back(b);
    }
    std::ranges::sort(partners, by_id);
    for (const std::uint32_t b : partners) {
      file.AddCell(input.ids.At(a));
      file.Add(",");
      file.AddCell(input.ids.At(b));
      file.Add(",");
      const identity::ScoredPair* pair = scored.Find(a, b);
      if (pair != nullptr) file.AddReal(identity::Probability(pair->weight), kDigits);
      WEIR_TRY(file.EndRow());
    }
  }
  return file.Finish();
}

Status WriteClusters(const fs::path& path, const LinkInput& input, const identity::LinkResult& result,
                     const Members& members) {
  WEIR_TRY(TextFile file, TextFile::Create(path));
  file.Add("source,id,cluster");
  WEIR_TRY(file.EndRow());
  std::uint64_t number = 0;
  for (std::uint32_t cluster = 0; cluster < result.clusters.size(); ++cluster) {
    const std::span<const std::uint32_t> records = members.Of(cluster);
    number += records.empty() ? 0 : 1;
    for (const std::uint32_t record : records) {
      file.AddCell(input.files[input.FileOf(record)].name);
      file.Add(",");
      file.AddCell(input.ids.At(record));
      file.Add(",");
      file.AddNumber(number);
      WEIR_TRY(file.EndRow());
    }
  }
  return file.Finish();
}

// A row a cluster under its number: `add_cell` adds what there is to say of a column of it, by their places.
template <typename AddCell>
Status WriteGolden(const fs::path& path, const LinkInput& input, const identity::GoldenTable& golden,
                   const AddCell& add_cell) {
  WEIR_TRY(TextFile file, TextFile::Create(path));
  file.Add("cluster");
  for (const identity::TextColumn& column : input.table.columns) {
    file.Add(",");
    file.AddCell(column.name());
  }
  WEIR_TRY(file.EndRow());
  for (std::size_t cluster = 0; cluster < golden.clusters.size(); ++cluster) {
    file.AddNumber(cluster + 1);
    for (std::size_t column = 0; column < input.table.columns.size(); ++column) {
      file.Add(",");
      add_cell(file, column, cluster);
    }
    WEIR_TRY(file.EndRow());
  }
  return file.Finish();
}

Status WriteGoldenValues(const fs::path& path, const LinkInput& input, const identity::GoldenTable& golden) {
  return WriteGolden(path, input, golden, [&](TextFile& file, std::size_t column, std::size_t cluster) {
    file.AddCell(golden.At(input.table, column, cluster));
  });
}

// Of two files an id stands behind the name of its file.
Status WriteGoldenSources(const fs::path& path, const LinkInput& input, const identity::GoldenTable& golden) {
  std::string cell;
  return WriteGolden(path, input, golden, [&](TextFile& file, std::size_t column, std::size_t cluster) {
    const std::uint32_t origin = golden.origins[column][cluster];
    if (origin == identity::kNoOrigin) return;
    cell.clear();
    if (input.files.size() > 1) cell.append(input.files[input.FileOf(origin)].name).push_back(':');
    cell.append(input.ids.At(origin));
    file.AddCell(cell);
  });
}

}  // namespace

fs::path LinkFiles::Unfinished(std::string_view name) const {
  return folder_ / fmt::format("{}.{}.part", name, ::getpid());
}

Result<LinkFiles> LinkFiles::In(const std::string& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return Fail(CannotWrite(folder, error.message()));
  LinkFiles files{fs::path(folder)};
  WEIR_TRY(TextFile::Create(files.Unfinished(kLinks)));
  return files;
}

LinkFiles::~LinkFiles() {
  if (folder_.empty()) return;
  std::error_code ignored;
  for (const std::string_view name : {kLinks, kClusters, kGolden, kGoldenSources})
    fs::remove(Unfinished(name), ignored);
}

Status LinkFiles::Write(const LinkInput& input, const identity::LinkResult& result, std::uint64_t links,
                        const identity::GoldenTable* golden, const Executor& executor) {
  if (links > kMostLinks) {
    return Fail(
        MakeError(Code::kTooLarge, "the clusters have {} pairs of records, more than {}", links, kMostLinks)
            .At((folder_ / kLinks).string())
            .Mend("Leave out records that hold next to nothing, or raise least_probability in the specification"));
  }
  const Members members(result.clusters);
  std::array<Status, 2> written;
  executor.ForEach(written.size(), [&](std::size_t i) {
    written[i] = i == 0 ? WriteLinks(Unfinished(kLinks), input, result, members)
                        : WriteClusters(Unfinished(kClusters), input, result, members);
  });
  for (const Status& each : written) WEIR_TRY(each);
  std::vector<std::string_view> names{kLinks, kClusters};
  if (golden != nullptr) {
    WEIR_TRY(WriteGoldenValues(Unfinished(kGolden), input, *golden));
    WEIR_TRY(WriteGoldenSources(Unfinished(kGoldenSources), input, *golden));
    names.insert(names.end(), {kGolden, kGoldenSources});
  }
  for (const std::string_view name : names) {
    std::error_code error;
    fs::rename(Unfinished(name), folder_ / name, error);
    if (error) return Fail(CannotWrite(folder_ / name, error.message()));
  }
  return {};
}

}  // namespace weir::cli
