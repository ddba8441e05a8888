#include "identity/decided.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

namespace weir::identity {
namespace {

// Groups of records of which some are not to meet.
class PartedSets {
 public:
  explicit PartedSets(std::size_t size) : sets_(size) {}

  std::size_t Find(std::size_t record) { return sets_.Find(record); }

  // Whether they are one, or may be.
  bool MayJoin(std::size_t a, std::size_t b) {
    a = sets_.Find(a);
    b = sets_.Find(b);
    if (a == b) return true;
    const auto foes = foes_.find(a);
    return foes == foes_.end() ||
           std::ranges::none_of(foes->second, [&](std::size_t foe) { return sets_.Find(foe) == b; });
  }

  bool Join(std::size_t a, std::size_t b) {
    if (!MayJoin(a, b)) return false;
    a = sets_.Find(a);
    b = sets_.Find(b);
    if (a == b) return true;
    sets_.Join(a, b);
    const std::size_t root = sets_.Find(a);
    const auto lost = foes_.find(root == a ? b : a);
    if (lost == foes_.end()) return true;
    const std::vector<std::size_t> foes = std::move(lost->second);
    foes_.erase(lost);
    std::vector<std::size_t>& of = foes_[root];
    of.insert(of.end(), foes.begin(), foes.end());
    return true;
  }

  // False where they are one already.
  bool Part(std::size_t a, std::size_t b) {
    a = sets_.Find(a);
    b = sets_.Find(b);
    if (a == b) return false;
    foes_[a].push_back(b);
    foes_[b].push_back(a);
    return true;
  }

 private:
  DisjointSets sets_;
  std::map<std::size_t, std::vector<std::size_t>> foes_;  // by root: records of others that it is not to meet
};

// The surest kind of key first.
int RankOf(const Key& key) {
  constexpr std::array<std::string_view, 8> kKinds{"merge", "name",   "tax_id",    "email",
                                                   "role",  "domain", "colleague", "phone"};
  const std::string_view kind = std::string_view(key.text).substr(0, key.text.find(kPart));
  return static_cast<int>(std::ranges::find(kKinds, kind) - kKinds.begin());
}

// Groups of which some records are apart, once more.
void ClusterAgain(Kind& kind, const std::vector<Decided>& decided, const std::set<std::size_t>& parted,
                  std::vector<std::size_t>& roots) {
  PartedSets sets(kind.records.size());
  for (const Decided& one : decided) {
    if (one.is_same) sets.Join(one.a, one.b);
  }
  for (const Decided& one : decided) {
    if (!one.is_same) sets.Part(one.a, one.b);
  }
  std::vector<const Key*> keys;
  for (const Key& key : kind.keys) {
    if (parted.contains(roots[key.record])) keys.push_back(&key);
  }
  std::ranges::sort(keys, [](const Key* a, const Key* b) {
    return std::tuple(RankOf(*a), std::string_view(a->text), a->record) <
           std::tuple(RankOf(*b), std::string_view(b->text), b->record);
  });
  for (std::size_t i = 0; i < roots.size(); ++i) {
    if (parted.contains(roots[i])) kind.reasons[i] = "own id";
  }
  for (std::size_t begin = 0; begin < keys.size();) {
    std::size_t end = begin + 1;
    while (end < keys.size() && keys[end]->text == keys[begin]->text) ++end;
    for (std::size_t later = begin + 1; later < end; ++later) {
      for (std::size_t earlier = begin; earlier < later; ++earlier) {
        if (!sets.Join(keys[earlier]->record, keys[later]->record)) continue;
        if (keys[earlier]->record != keys[later]->record) kind.reasons[keys[later]->record] = ReasonOf(*keys[later]);
        break;
      }
    }
    begin = end;
  }
  std::vector<std::size_t> first(roots.size(), roots.size());
  std::vector<std::size_t> again = roots;
  for (std::size_t i = 0; i < roots.size(); ++i) {
    if (!parted.contains(roots[i])) continue;
    std::size_t& smallest = first[sets.Find(i)];
    smallest = std::min(smallest, i);
    again[i] = smallest;
  }
  roots = std::move(again);
}

}  // namespace

Result<std::vector<Decided>> ReadDecided(const Reader& reader, const Kind& kind) {
  std::vector<Decided> decided;
  std::set<std::pair<std::size_t, std::size_t>> seen;
  WEIR_TRY(reader.ForEach(
      fmt::format(
          "SELECT a.n, b.n, d.verdict, d.who, d.data_version FROM meta.identity_decision AS d JOIN {0} AS a ON "
          "a.source = "
          "d.source_a AND a.key = d.key_a JOIN {0} AS b ON b.source = d.source_b AND b.key = d.key_b WHERE "
          "d.entity = '{1}' AND d.data_version NOT IN (SELECT undone FROM meta.identity_decision_undo) ORDER BY "
          "d.data_version DESC NULLS LAST, a.n NULLS LAST, b.n NULLS LAST",
          kRecords, kind.entity),
      [&](const store::Chunk& chunk, std::size_t row) {
        const std::size_t a = NumberAt(chunk, row, 0);
        const std::size_t b = NumberAt(chunk, row, 1);
        if (a == b || !seen.emplace(std::min(a, b), std::max(a, b)).second) return;
        decided.push_back({std::min(a, b), std::max(a, b), TextAt(chunk, row, 2) == "same",
                           std::string(TextAt(chunk, row, 3)), chunk.Column(4).Integers()[row]});
      }));
  return decided;
}

std::vector<Decided> ThatHold(std::vector<Decided> newest_first, std::size_t records, std::vector<Decided>* fallen) {
  PartedSets sets(records);
  std::vector<Decided> held;
  for (Decided& one : newest_first) {
    if (one.is_same ? sets.Join(one.a, one.b) : sets.Part(one.a, one.b)) {
      held.push_back(std::move(one));
    } else if (fallen != nullptr) {
      fallen->push_back(std::move(one));
    }
  }
  return held;
}

Status KeepFallen(store::Connection& connection, const Kind& kind, const std::vector<Decided>& fallen) {
  WEIR_TRY(store::Appender rows, connection.Append("model", "identity_fallen"));
  for (const Decided& one : fallen) {
    const Record* a = &kind.records[one.a];
    const Record* b = &kind.records[one.b];
    if (std::tie(b->source, b->key) < std::tie(a->source, a->key)) std::swap(a, b);
    rows.Text(kind.entity);
    for (const Record* record : {a, b}) {
      rows.Text(record->source);
      rows.Text(record->key);
    }
    rows.Integer(one.data_version);
    WEIR_TRY(rows.EndRow());
  }
  return rows.Close();
}

std::vector<std::size_t> ClusterAsDecided(Kind& kind, const std::vector<Decided>& decided) {
  std::vector<std::size_t> roots = Cluster(kind);
  if (decided.empty()) return roots;
  DisjointSets sets(roots.size());
  for (std::size_t i = 0; i < roots.size(); ++i) sets.Join(i, roots[i]);
  for (const Decided& one : decided) {
    if (!one.is_same) continue;
    kind.uncertain[one.b] = {one.who, 1,
                             fmt::format("said to be {}:{}", kind.records[one.a].source, kind.records[one.a].key)};
    sets.Join(one.a, one.b);
  }
  for (std::size_t i = 0; i < roots.size(); ++i) roots[i] = sets.Find(i);
  std::set<std::size_t> parted;
  for (const Decided& one : decided) {
    if (!one.is_same && roots[one.a] == roots[one.b]) parted.insert(roots[one.a]);
  }
  if (!parted.empty()) ClusterAgain(kind, decided, parted, roots);
  return roots;
}

}  // namespace weir::identity
