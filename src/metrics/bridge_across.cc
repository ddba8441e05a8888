#include "metrics/bridge_across.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

#include "metrics/bridge_changes.h"
#include "metrics/bridge_reasons.h"
#include "metrics/bridge_words.h"

namespace weir::metrics {
namespace {

// A row of a side, and whether it has been brought together with rows of the other.
struct Placed {
  Fact fact;
  bool is_matched = false;
};

struct Half {
  const Side* side = nullptr;
  std::vector<Placed> rows = {};
};

// The rows of both sides that belong to one record.
struct Group {
  std::vector<Placed*> start;
  std::vector<Placed*> end;
};

struct Total {
  Int128 units = 0;
  std::optional<Int128> original = 0;  // in one currency, where all have that one and say it
  std::string currency;
  bool is_first = true;

  void Add(const Fact& fact, Int128 counted) {
    units += counted;
    const bool fits = fact.original && fact.original->scale == 4 && (is_first || fact.currency == currency);
    if (!fits) original.reset();
    if (original) *original += fact.original->units;
    currency = fact.currency;
    is_first = false;
  }
};

class Across {
 public:
  Across(const Comparison& comparison, SumBridge& bridge, PartList& parts)
      : comparison_(comparison),
        bridge_(bridge),
        parts_(parts),
        shared_(SharedEntities(comparison.start.view(), comparison.end.view())) {
    start_.side = &comparison.start;
    end_.side = &comparison.end;
  }

  Status Run() {
    WEIR_TRY(Read(start_, bridge_.start));
    WEIR_TRY(Read(end_, bridge_.end));
    for (std::size_t level = 0; level < shared_.size(); ++level) Match(level);
    WEIR_TRY(AddRest(start_, end_, true));
    return AddRest(end_, start_, false);
  }

 private:
  Status Read(Half& half, Int128& sum) {
    WEIR_TRY(std::vector<Fact> facts, ReadFacts(*half.side, {.links = shared_}));
    std::ranges::sort(facts, {}, &Fact::id);
    for (Fact& fact : facts) {
      sum += UnitsAt(*half.side->metric, fact, bridge_.scale);
      half.rows.push_back({std::move(fact)});
    }
    return {};
  }

  // Brings rows together that belong to the same record of the level.
  void Match(std::size_t level) {
    std::map<std::string_view, Group> groups;
    const auto collect = [&](Half& half, std::vector<Placed*> Group::* rows) {
      for (Placed& row : half.rows) {
        const std::string& link = row.fact.links[level];
        if (!row.is_matched && !link.empty()) (groups[link].*rows).push_back(&row);
      }
    };
    collect(start_, &Group::start);
    collect(end_, &Group::end);
    for (auto& [link, group] : groups) {
      if (group.start.empty() || group.end.empty()) continue;
      for (Placed* row : group.start) row->is_matched = true;
      for (Placed* row : group.end) row->is_matched = true;
      AddMatched(group, shared_[level]);
    }
  }

  void AddMatched(const Group& group, const std::string& entity) {
    Total start;
    Total end;
    for (const Placed* row : group.start) start.Add(row->fact, Units(start_, row->fact));
    for (const Placed* row : group.end) end.Add(row->fact, Units(end_, row->fact));
    if (start.units == end.units) return;
    const bool is_rate =
        start.original && end.original && *start.original == *end.original && start.currency == end.currency;
    std::string key = is_rate ? "rate" : end.units > start.units ? "more" : "less";
    const Text same = EntityInWords(entity);
    const Text title =
        is_rate
            ? Fill({"Converted at the rate of another day (same {})", "Пересчитано по курсу другого дня (связь: {})"},
                   {same})
        : end.units > start.units
            ? Fill({"More in “{}” for the same {}", "Больше в «{}» (связь: {})"}, {end_.side->metric->title, same})
            : Fill({"Less in “{}” for the same {}", "Меньше в «{}» (связь: {})"}, {end_.side->metric->title, same});
    key.append("_").append(entity);
    for (const Placed* row : group.start) AddRow(start_, row->fact, true, {key, 3, title});
    for (const Placed* row : group.end) AddRow(end_, row->fact, false, {key, 3, title});
  }

  // What is left on one side, by what the other side has of the same records and does not count.
  Status AddRest(Half& half, const Half& other, bool is_start) {
    std::vector<std::unordered_set<std::string_view>> links(shared_.size());
    for (const Placed& row : half.rows) {
      if (row.is_matched) continue;
      for (std::size_t i = 0; i < shared_.size(); ++i) {
        if (!row.fact.links[i].empty()) links[i].insert(row.fact.links[i]);
      }
    }
    const bool is_nothing = std::ranges::all_of(links, [](const auto& some) { return some.empty(); });
    std::vector<Fact> found;
    if (!is_nothing) {
      WEIR_TRY(found, ReadFacts(*other.side, {.links = shared_, .wanted = [&](const Fact& fact) {
                                                for (std::size_t i = 0; i < links.size(); ++i) {
                                                  if (links[i].contains(fact.links[i])) return true;
                                                }
                                                return false;
                                              }}));
    }
    std::ranges::sort(found, {}, &Fact::id);
    std::vector<std::unordered_map<std::string_view, Seen>> seen(shared_.size());
    for (const Fact& fact : found) {
      for (std::size_t i = 0; i < shared_.size(); ++i) {
        if (!fact.links[i].empty()) seen[i][fact.links[i]].Add(fact);
      }
    }
    for (const Placed& row : half.rows) {
      if (!row.is_matched) AddRow(half, row.fact, is_start, ReasonOfRest(row.fact, seen, is_start));
    }
    return {};
  }

  // Of the rows of the other side that belong to one record.
  struct Seen {
    const Fact* nearest = nullptr;  // to being counted, of those that are not
    bool has_counted = false;

    void Add(const Fact& fact) {
      if (fact.IsCounted()) {
        has_counted = true;
      } else if (nearest == nullptr || fact.failed > nearest->failed) {
        nearest = &fact;
      }
    }
  };

  Reason ReasonOfRest(const Fact& fact, const std::vector<std::unordered_map<std::string_view, Seen>>& seen,
                      bool is_start) const {
    std::string_view last;
    for (std::size_t i = 0; i < shared_.size(); ++i) {
      if (fact.links[i].empty()) continue;
      last = shared_[i];
      const auto found = seen[i].find(fact.links[i]);
      if (found == seen[i].end()) continue;
      return ReasonAcross(comparison_, is_start, shared_[i], found->second.nearest, found->second.has_counted);
    }
    // Known by itself alone, and of no customer: there is nothing by which the other side could have it.
    if (shared_.back() == "account" && fact.links.back().empty()) last = {};
    return ReasonAcross(comparison_, is_start, last, nullptr, false);
  }

  Int128 Units(const Half& half, const Fact& fact) const { return UnitsAt(*half.side->metric, fact, bridge_.scale); }

  void AddRow(const Half& half, const Fact& fact, bool is_start, const Reason& reason) {
    const Int128 units = Units(half, fact);
    PartRow row{.entity = half.side->view().entity, .id = fact.id, .name = fact.name};
    (is_start ? row.start : row.end) = units;
    row.change = is_start ? -units : units;
    parts_.Add(reason.key, reason.rank, reason.title, std::move(row));
  }

  const Comparison& comparison_;
  SumBridge& bridge_;
  PartList& parts_;
  const std::vector<std::string> shared_;
  Half start_;
  Half end_;
};

}  // namespace

std::vector<std::string> SharedEntities(const View& start, const View& end) {
  static constexpr std::array<std::string_view, 7> kNearestFirst{"invoice", "subscription", "contract", "lead",
                                                                 "deal",    "person",       "account"};
  std::vector<std::string> shared;
  for (const std::string_view entity : kNearestFirst) {
    if (LinkOf(start, entity) != nullptr && LinkOf(end, entity) != nullptr) shared.emplace_back(entity);
  }
  return shared;
}

Status AddAcross(const Comparison& comparison, SumBridge& bridge, PartList& parts) {
  return Across(comparison, bridge, parts).Run();
}

}  // namespace weir::metrics
