#include "identity/model_links.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>

#include "base/random.h"
#include "base/text.h"
#include "identity/calibration.h"
#include "identity/cluster.h"
#include "identity/entity_evidence.h"
#include "identity/fellegi_sunter.h"
#include "identity/link_tables.h"
#include "store/chunk_appender.h"

namespace weir::identity {
namespace {

constexpr std::size_t kMostInKey = 60;  // groups that share a key; what more share says nothing

std::uint64_t Mixed(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

std::uint64_t LongAt(const store::Chunk& chunk, std::size_t row, std::size_t column) {
  return static_cast<std::uint64_t>(chunk.Column(column).Integers()[row]);
}

struct Pair {
  std::size_t a = 0;  // roots of groups, a < b
  std::size_t b = 0;
  double weight = 0;
  std::string evidence;
};

class Linking {
 public:
  Linking(const Reader& reader, store::Connection& connection, const Kind& kind, const std::vector<std::size_t>& roots,
          const Executor& executor)
      : reader_(reader),
        connection_(connection),
        kind_(kind),
        roots_(roots),
        executor_(executor),
        is_account_(kind.entity == "account") {}

  Status FindChanges();
  Status FindKeys();
  Status FindDirty();
  Status FindPairs(const std::stop_token& stop);
  Status Calibrate(const std::vector<Decided>& decided);
  ModelLinks PutTogether(const std::vector<Decided>& decided);
  Status Keep();

 private:
  Result<std::map<std::size_t, EntityWords>> WordsOfRecords(const std::vector<std::size_t>& records) const;
  std::span<const std::string> ContactDomainsOf(std::size_t record) const {
    const auto found = domains_.find(record);
    return found == domains_.end() ? std::span<const std::string>() : std::span(found->second);
  }
  std::string OwnKeyOf(std::size_t record) const {
    return kind_.records[record].source + "|" + kind_.records[record].key;
  }
  Status KeepPairsOfBefore();
  void HandOutContactDomains();
  // The groups that share each key.
  template <typename Take>
  void ForEachKey(const Take& take) const;

  const Reader& reader_;
  store::Connection& connection_;
  const Kind& kind_;
  const std::vector<std::size_t>& roots_;
  const Executor& executor_;
  bool is_account_;
  double entities_ = 0;

  // By record.
  std::vector<std::uint64_t> names_;  // hash of source and key
  std::vector<std::uint64_t> words_;  // 0: not described
  std::vector<bool> is_changed_;
  std::map<std::size_t, std::vector<std::string>> domains_;  // of contacts
  // By root.
  std::vector<std::uint64_t> signs_;
  std::vector<bool> is_dirty_;  // to be weighed again
  std::unordered_map<std::uint64_t, std::size_t> by_name_;
  using Key = std::pair<std::uint64_t, std::size_t>;
  std::vector<Key> keys_;  // and the root of a group that has it; in order, each once
  std::vector<std::uint64_t> gone_names_;
  std::vector<Pair> pairs_;
  std::size_t weighed_ = 0;
  Calibration calibration_;
  std::vector<std::size_t> final_roots_;
};

// A contact often names its company by the name alone: the domain is known of that mention, and goes to the first
// record of its group that is compared.
void Linking::HandOutContactDomains() {
  if (kind_.contact_domains.empty()) return;
  const std::size_t none = roots_.size();
  std::vector<std::size_t> first(roots_.size(), none);
  for (std::size_t i = roots_.size(); i-- > 0;) {
    if (words_[i] != 0) first[roots_[i]] = i;
  }
  for (const auto& [record, domains] : kind_.contact_domains) {
    const std::size_t target = first[roots_[record]];
    if (target != none) domains_[target].insert(domains_[target].end(), domains.begin(), domains.end());
  }
  for (auto& [record, domains] : domains_) {
    std::ranges::sort(domains);
    const auto again = std::ranges::unique(domains);
    domains.erase(again.begin(), again.end());
    for (const std::string& domain : domains) words_[record] = Mixed(words_[record] + HashText(domain)) | 1;
  }
}

// Which records have other words than before.
Status Linking::FindChanges() {
  const std::size_t count = kind_.records.size();
  names_.resize(count);
  words_.assign(count, 0);
  is_changed_.assign(count, false);
  by_name_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    names_[i] = HashText(OwnKeyOf(i));
    by_name_.emplace(names_[i], i);
  }
  std::string columns;
  for (const std::string_view column : ColumnsOf(is_account_)) columns += fmt::format(", {}", column);
  WEIR_TRY(reader_.ForEach(
      fmt::format("SELECT n{} FROM {}", columns, kEntityWords), [&](const store::Chunk& chunk, std::size_t row) {
        const std::size_t n = NumberAt(chunk, row, 0);
        // A company of a name in a list without ids is the source's one of that name (certain_keys.cc)
        // or may be any; a person may be weighed, unless several are meant.
        if (is_account_ ? NameKey(TextAt(chunk, row, 1)) == kind_.records[n].key : kind_.of_several.contains(n)) {
          return;
        }
        std::uint64_t hash = 1;
        for (std::size_t i = 0; i < ColumnsOf(is_account_).size(); ++i) {
          hash = Mixed(hash + HashText(TextAt(chunk, row, i + 1)));
        }
        words_[n] = hash | 1;
      }));
  HandOutContactDomains();
  std::vector<bool> is_known(count, false);
  WEIR_TRY(
      reader_.ForEach(fmt::format("SELECT record, words FROM model.identity_profile WHERE entity = '{}'", kind_.entity),
                      [&](const store::Chunk& chunk, std::size_t row) {
                        const std::uint64_t name = LongAt(chunk, row, 0);
                        const auto found = by_name_.find(name);
                        if (found == by_name_.end() || words_[found->second] == 0) gone_names_.push_back(name);
                        if (found == by_name_.end()) return;
                        is_known[found->second] = true;
                        if (words_[found->second] != LongAt(chunk, row, 1)) is_changed_[found->second] = true;
                      }));
  for (std::size_t i = 0; i < count; ++i) {
    if (words_[i] != 0 && !is_known[i]) is_changed_[i] = true;
  }
  return {};
}

// Which groups are to be weighed again: those that hold others than before, are named by another record, or share a key
// with too many now, or did before. What is kept of the rest is what would be found anew.
Status Linking::FindDirty() {
  const std::size_t count = kind_.records.size();
  signs_.assign(count, 0);
  for (std::size_t i = 0; i < count; ++i) {
    if (words_[i] != 0) signs_[roots_[i]] += Mixed(words_[i] ^ names_[i]);
  }
  std::size_t entities = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (signs_[i] == 0) continue;
    ++entities;
    signs_[i] += Mixed(names_[i]);
  }
  entities_ = RoundedEntities(static_cast<double>(entities));
  ForEachKey([&](std::span<const Key> holders) {
    if (holders.size() <= kMostInKey) return;
    for (const auto& [key, root] : holders) signs_[root] += Mixed(key);
  });
  is_dirty_.assign(count, false);
  for (std::size_t i = 0; i < count; ++i) {
    if (is_changed_[i]) is_dirty_[roots_[i]] = true;
  }
  return reader_.ForEach(
      fmt::format("SELECT record, sign, entities FROM model.identity_profile WHERE entity = '{}'", kind_.entity),
      [&](const store::Chunk& chunk, std::size_t row) {
        const auto found = by_name_.find(LongAt(chunk, row, 0));
        if (found == by_name_.end()) return;
        const std::size_t root = roots_[found->second];
        const bool is_same = words_[found->second] != 0 && signs_[root] == LongAt(chunk, row, 1) &&
                             static_cast<std::uint64_t>(entities_) == LongAt(chunk, row, 2);
        if (!is_same) is_dirty_[root] = true;
      });
}

template <typename Take>
void Linking::ForEachKey(const Take& take) const {
  for (std::size_t begin = 0; begin < keys_.size();) {
    std::size_t end = begin + 1;
    while (end < keys_.size() && keys_[end].first == keys_[begin].first) ++end;
    take(std::span(keys_).subspan(begin, end - begin));
    begin = end;
  }
}

Result<std::map<std::size_t, EntityWords>> Linking::WordsOfRecords(const std::vector<std::size_t>& records) const {
  std::map<std::size_t, EntityWords> words;
  if (records.empty()) return words;
  WEIR_TRY(LayDown(connection_, "weir_wanted", "n", std::vector<std::uint64_t>(records.begin(), records.end())));
  std::string columns;
  for (const std::string_view column : ColumnsOf(is_account_)) columns += fmt::format(", {}", column);
  WEIR_TRY(reader_.ForEach(
      fmt::format("SELECT w.n{} FROM {} AS w WHERE w.n IN (SELECT n FROM weir_wanted)", columns, kEntityWords),
      [&](const store::Chunk& chunk, std::size_t row) {
        EntityWords& of = words[NumberAt(chunk, row, 0)];
        for (std::size_t i = 0; i < ColumnsOf(is_account_).size(); ++i) of[i] = TextAt(chunk, row, i + 1);
      }));
  WEIR_TRY(connection_.Execute("DROP TABLE weir_wanted"));
  return words;
}

// Of changed records the keys are made anew; those of the others are read where a group that changed has them, too.
Status Linking::FindKeys() {
  std::vector<std::size_t> changed;
  for (std::size_t i = 0; i < is_changed_.size(); ++i) {
    if (is_changed_[i]) changed.push_back(i);
  }
  WEIR_TRY(const auto words, WordsOfRecords(changed));
  std::vector<std::vector<std::uint64_t>> made(changed.size());
  executor_.ForEach(changed.size(), [&](std::size_t i) {
    const auto found = words.find(changed[i]);
    if (found == words.end()) return;
    made[i] = BlockingKeysOf(
        ProfileOf(is_account_, std::span(&found->second, 1), {OwnKeyOf(changed[i])}, ContactDomainsOf(changed[i])));
  });
  std::vector<std::uint64_t> stale(gone_names_);
  for (const std::size_t record : changed) stale.push_back(names_[record]);
  WEIR_TRY(LayDown(connection_, "weir_stale", "record", stale));
  WEIR_TRY(connection_.Execute(
      fmt::format("DELETE FROM model.identity_key WHERE entity = '{}' AND record IN (SELECT record FROM weir_stale)",
                  kind_.entity)));
  WEIR_TRY(connection_.Execute("DROP TABLE weir_stale"));
  WEIR_TRY(store::ChunkAppender keys, store::ChunkAppender::Open(connection_, "", "model", "identity_key"));
  std::size_t at = 0;
  for (std::size_t i = 0; i < changed.size(); ++i) {
    for (const std::uint64_t key : made[i]) {
      keys.SetText(0, at, kind_.entity);
      keys.Longs(1)[at] = Signed(names_[changed[i]]);
      keys.Longs(2)[at] = Signed(key);
      if (++at < store::ChunkAppender::kRows) continue;
      at = 0;
      WEIR_TRY(keys.Append(store::ChunkAppender::kRows));
    }
  }
  WEIR_TRY(keys.Append(at));
  WEIR_TRY(keys.Close());
  WEIR_TRY(
      reader_.ForEach(fmt::format("SELECT record, \"key\" FROM model.identity_key WHERE entity = '{}'", kind_.entity),
                      [&](const store::Chunk& chunk, std::size_t row) {
                        const auto found = by_name_.find(LongAt(chunk, row, 0));
                        if (found == by_name_.end() || words_[found->second] == 0) return;
                        keys_.emplace_back(LongAt(chunk, row, 1), roots_[found->second]);
                      }));
  std::ranges::sort(keys_);
  const auto again = std::ranges::unique(keys_);
  keys_.erase(again.begin(), again.end());
  return {};
}

// Pairs of groups neither of which changed.
Status Linking::KeepPairsOfBefore() {
  return reader_.ForEach(
      fmt::format(
          "SELECT source_a, key_a, source_b, key_b, weight, evidence FROM model.identity_pair WHERE entity = '{}'",
          kind_.entity),
      [&](const store::Chunk& chunk, std::size_t row) {
        const auto find = [&](std::size_t column) {
          return by_name_.find(
              HashText(fmt::format("{}|{}", TextAt(chunk, row, column), TextAt(chunk, row, column + 1))));
        };
        const auto a = find(0);
        const auto b = find(2);
        if (a == by_name_.end() || b == by_name_.end()) return;
        const std::size_t root_a = a->second;
        const std::size_t root_b = b->second;
        if (roots_[root_a] != root_a || roots_[root_b] != root_b || is_dirty_[root_a] || is_dirty_[root_b]) return;
        pairs_.push_back({std::min(root_a, root_b), std::max(root_a, root_b), chunk.Column(4).Doubles()[row],
                          std::string(TextAt(chunk, row, 5))});
      });
}

Status Linking::FindPairs(const std::stop_token& stop) {
  WEIR_TRY(KeepPairsOfBefore());
  std::vector<std::pair<std::size_t, std::size_t>> candidates;
  ForEachKey([&](std::span<const Key> holders) {
    for (std::size_t i = 0; i < holders.size() && holders.size() <= kMostInKey; ++i) {
      for (std::size_t j = i + 1; j < holders.size(); ++j) {
        if (is_dirty_[holders[i].second] || is_dirty_[holders[j].second]) {
          candidates.emplace_back(holders[i].second, holders[j].second);
        }
      }
    }
  });
  std::ranges::sort(candidates);
  const auto twice = std::ranges::unique(candidates);
  candidates.erase(twice.begin(), twice.end());
  weighed_ = candidates.size();
  if (candidates.empty()) return {};
  std::vector<bool> is_wanted(roots_.size(), false);
  for (const auto& [a, b] : candidates) is_wanted[a] = is_wanted[b] = true;
  std::vector<std::size_t> records;
  for (std::size_t i = 0; i < roots_.size(); ++i) {
    if (words_[i] != 0 && is_wanted[roots_[i]]) records.push_back(i);
  }
  WEIR_TRY(const auto words, WordsOfRecords(records));
  std::unordered_map<std::size_t, std::size_t> place;
  std::vector<std::vector<std::size_t>> members;
  for (const std::size_t record : records) {
    const auto [found, is_new] = place.try_emplace(roots_[record], members.size());
    if (is_new) members.emplace_back();
    members[found->second].push_back(record);
  }
  std::vector<EntityProfile> profiles(members.size());
  executor_.ForPieces(members.size(), 64, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end && !stop.stop_requested(); ++i) {
      std::vector<EntityWords> of;
      std::vector<std::string> own_keys;
      std::vector<std::string> domains;
      for (const std::size_t record : members[i]) {
        if (const auto found = words.find(record); found != words.end()) of.push_back(found->second);
        own_keys.push_back(OwnKeyOf(record));
        for (const std::string& domain : ContactDomainsOf(record)) domains.push_back(domain);
      }
      profiles[i] = ProfileOf(is_account_, of, std::move(own_keys), domains);
    }
  });
  const double least = std::log2(kLeastUnsure / (1 - kLeastUnsure));
  std::vector<std::optional<Pair>> found(candidates.size());
  executor_.ForPieces(candidates.size(), 1024, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end && !stop.stop_requested(); ++i) {
      const auto& [a, b] = candidates[i];
      const EntityEvidence evidence = Weigh(profiles[place.at(a)], profiles[place.at(b)], entities_);
      if (evidence.weight >= least) found[i] = Pair{a, b, evidence.weight, ToJson(evidence)};
    }
  });
  if (stop.stop_requested()) return Fail(Cancelled("entity resolution was stopped"));
  for (std::optional<Pair>& pair : found) {
    if (pair) pairs_.push_back(std::move(*pair));
  }
  return {};
}

// Each record by itself: groups that were made one by a decision have no weight any more.
Status Linking::Calibrate(const std::vector<Decided>& decided) {
  std::vector<std::size_t> records;
  for (const Decided& one : decided) {
    if (words_[one.a] != 0 && words_[one.b] != 0) records.insert(records.end(), {one.a, one.b});
  }
  std::ranges::sort(records);
  const auto twice = std::ranges::unique(records);
  records.erase(twice.begin(), twice.end());
  WEIR_TRY(const auto words, WordsOfRecords(records));
  std::vector<LabelledPair> labels;
  for (const Decided& one : decided) {
    const auto a = words.find(one.a);
    const auto b = words.find(one.b);
    if (a == words.end() || b == words.end()) continue;
    const auto profile_of = [&](const auto& found) {
      return ProfileOf(is_account_, std::span(&found->second, 1), {OwnKeyOf(found->first)},
                       ContactDomainsOf(found->first));
    };
    labels.push_back({Weigh(profile_of(a), profile_of(b), entities_).weight, one.is_same});
  }
  calibration_ = identity::Calibrate(labels);
  const Calibration& found = calibration_;
  WEIR_TRY(
      connection_.Execute(fmt::format("DELETE FROM model.identity_calibration WHERE entity = '{}'", kind_.entity)));
  WEIR_TRY(store::Appender row, connection_.Append("model", "identity_calibration"));
  row.Text(kind_.entity);
  row.Add(store::Value(static_cast<std::int64_t>(found.labels)));
  row.Add(store::Value(static_cast<std::int64_t>(found.same)));
  row.Add(store::Value(found.IsChecked()));
  row.Add(store::Value(found.is_used));
  row.Add(store::Value(found.offset));
  row.Add(store::Value(found.slope));
  row.Add(store::Value(found.loss_before));
  row.Add(store::Value(found.loss_after));
  WEIR_TRY(row.EndRow());
  return row.Close();
}

ModelLinks Linking::PutTogether(const std::vector<Decided>& decided) {
  std::ranges::sort(pairs_, [](const Pair& a, const Pair& b) { return std::tie(a.a, a.b) < std::tie(b.a, b.b); });
  std::vector<ScoredPair> scored;
  scored.reserve(pairs_.size());
  for (const Pair& pair : pairs_) {
    scored.push_back({static_cast<std::uint32_t>(pair.a), static_cast<std::uint32_t>(pair.b),
                      static_cast<float>(calibration_.WeightOf(pair.weight))});
  }
  std::vector<RecordPair> parted;
  for (const Decided& one : decided) {
    if (one.is_same || roots_[one.a] == roots_[one.b]) continue;
    parted.emplace_back(static_cast<std::uint32_t>(roots_[one.a]), static_cast<std::uint32_t>(roots_[one.b]));
  }
  const ClusterOptions options{.least = std::log2(kLeastLinked / (1 - kLeastLinked)), .unseen = -5, .apart = parted};
  const std::vector<std::uint32_t> clusters = ClusterPairs(roots_.size(), scored, options, executor_);
  ModelLinks links;
  links.roots.resize(roots_.size());
  for (std::size_t i = 0; i < roots_.size(); ++i) links.roots[i] = clusters[roots_[i]];
  // Of each group that joined others, the strongest pair that says so.
  std::map<std::size_t, const Pair*> best;
  for (const Pair& pair : pairs_) {
    if (clusters[pair.a] != clusters[pair.b]) continue;
    for (const std::size_t root : {pair.a, pair.b}) {
      const Pair*& strongest = best[root];
      if (strongest == nullptr || strongest->weight < pair.weight) strongest = &pair;
    }
  }
  for (const auto& [root, pair] : best) {
    if (clusters[root] == root) continue;
    const std::size_t other = pair->a == root ? pair->b : pair->a;
    links.links.push_back({root, Probability(calibration_.WeightOf(pair->weight)),
                           fmt::format("alike to {}:{}", kind_.records[other].source, kind_.records[other].key)});
  }
  final_roots_ = links.roots;
  links.weighed = weighed_;
  return links;
}

Status Linking::Keep() {
  const std::string of = fmt::format("WHERE entity = '{}'", kind_.entity);
  WEIR_TRY(connection_.Execute("DELETE FROM model.identity_profile " + of));
  WEIR_TRY(connection_.Execute("DELETE FROM model.identity_pair " + of));
  {
    WEIR_TRY(store::ChunkAppender profiles, store::ChunkAppender::Open(connection_, "", "model", "identity_profile"));
    std::size_t at = 0;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (words_[i] == 0) continue;
      profiles.SetText(0, at, kind_.entity);
      profiles.Longs(1)[at] = Signed(names_[i]);
      profiles.Longs(2)[at] = Signed(words_[i]);
      profiles.Longs(3)[at] = Signed(signs_[roots_[i]]);
      profiles.Longs(4)[at] = static_cast<std::int64_t>(entities_);
      if (++at < store::ChunkAppender::kRows) continue;
      at = 0;
      WEIR_TRY(profiles.Append(store::ChunkAppender::kRows));
    }
    WEIR_TRY(profiles.Append(at));
    WEIR_TRY(profiles.Close());
  }
  WEIR_TRY(store::Appender pairs, connection_.Append("model", "identity_pair"));
  for (const Pair& pair : pairs_) {
    const double probability = Probability(calibration_.WeightOf(pair.weight));
    const bool is_linked = final_roots_[pair.a] == final_roots_[pair.b];
    pairs.Text(kind_.entity);
    pairs.Text(kind_.records[pair.a].source);
    pairs.Text(kind_.records[pair.a].key);
    pairs.Text(kind_.records[pair.b].source);
    pairs.Text(kind_.records[pair.b].key);
    pairs.Add(store::Value(pair.weight));
    pairs.Add(store::Value(probability));
    pairs.Text(is_linked ? "linked" : probability >= kLeastLinked ? "held apart" : "unsure");
    pairs.Text(pair.evidence);
    WEIR_TRY(pairs.EndRow());
  }
  return pairs.Close();
}

}  // namespace

Result<ModelLinks> LinkByModel(const Reader& reader, store::Connection& connection, const Kind& kind,
                               const std::vector<std::size_t>& roots, const std::vector<Decided>& decided,
                               const Executor& executor, std::stop_token stop) {
  Linking linking(reader, connection, kind, roots, executor);
  WEIR_TRY(LayWordsDown(reader, kind));
  WEIR_TRY(linking.FindChanges());
  WEIR_TRY(linking.FindKeys());
  WEIR_TRY(linking.FindDirty());
  WEIR_TRY(linking.FindPairs(stop));
  WEIR_TRY(linking.Calibrate(decided));
  ModelLinks links = linking.PutTogether(decided);
  WEIR_TRY(linking.Keep());
  WEIR_TRY(connection.Execute(fmt::format("DROP TABLE {}", kEntityWords)));
  return links;
}

}  // namespace weir::identity
