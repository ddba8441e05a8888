#include "forecast/deals/hazard_boosted.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <xgboost/c_api.h>

namespace weir::forecast {
namespace {

using Handle = std::shared_ptr<void>;

constexpr std::size_t kOutcomes = 3;

Status Checked(int status) {
  if (status == 0) return {};
  return Fail(Unavailable("trees could not be boosted: {}", XGBGetLastError()));
}

template <typename T>
std::string Described(const std::vector<T>& values, std::string_view type) {
  return fmt::format(R"({{"data": [{}, true], "shape": [{}], "typestr": "{}", "version": 3}})",
                     reinterpret_cast<std::uintptr_t>(values.data()), values.size(), type);
}

// Rows as XGBoost takes them: the columns that a row has a value in, and the values.
struct Sparse {
  std::vector<std::uint64_t> begins{0};
  std::vector<std::uint32_t> columns{};
  std::vector<float> values{};
  std::uint64_t width = 0;
};

class Columns {
 public:
  explicit Columns(const std::vector<CodedGroup>& groups) : groups_(groups) {
    for (const CodedGroup& group : groups) {
      first_.push_back(width_);
      if (!group.is_crossed) width_ += group.is_ordered ? 1 : group.codes;
    }
  }

  std::uint32_t width() const { return width_; }

  void Add(std::span<const std::uint16_t> codes, Sparse* sparse) const {
    for (std::size_t group = 0; group < groups_.size(); ++group) {
      if (groups_[group].is_crossed) continue;
      const bool is_ordered = groups_[group].is_ordered;
      sparse->columns.push_back(first_[group] + (is_ordered ? 0U : codes[group]));
      sparse->values.push_back(is_ordered ? static_cast<float>(codes[group]) : 1.0F);
    }
    sparse->begins.push_back(sparse->columns.size());
  }

 private:
  const std::vector<CodedGroup>& groups_;
  std::vector<std::uint32_t> first_;
  std::uint32_t width_ = 0;
};

Result<Handle> MakeMatrix(const Sparse& sparse, const std::array<float, kOutcomes>& start) {
  DMatrixHandle made = nullptr;
  WEIR_TRY(Checked(XGDMatrixCreateFromCSR(
      Described(sparse.begins, "<u8").c_str(), Described(sparse.columns, "<u4").c_str(),
      Described(sparse.values, "<f4").c_str(), sparse.width, R"({"missing": NaN, "nthread": 1})", &made)));
  Handle matrix(made, [](void* handle) { XGDMatrixFree(handle); });
  const std::size_t rows = sparse.begins.size() - 1;
  std::vector<float> margins;
  margins.reserve(rows * kOutcomes);
  for (std::size_t row = 0; row < rows; ++row) margins.insert(margins.end(), start.begin(), start.end());
  WEIR_TRY(Checked(XGDMatrixSetFloatInfo(made, "base_margin", margins.data(), margins.size())));
  return matrix;
}

// A row for each outcome that came, weighted by how often.
Result<Handle> MakeTraining(const CodedRows& rows, double weight, const std::array<float, kOutcomes>& start) {
  const Columns columns(rows.groups);
  Sparse sparse{.width = columns.width()};
  std::vector<float> labels;
  std::vector<float> weights;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const OutcomeCounts& counts = rows.counts[row];
    const std::array came{counts.none, counts.won, counts.lost};
    for (std::size_t outcome = 0; outcome < kOutcomes; ++outcome) {
      if (came[outcome] <= 0) continue;
      columns.Add(rows.CodesOf(row), &sparse);
      labels.push_back(static_cast<float>(outcome));
      weights.push_back(static_cast<float>(came[outcome] * weight));
    }
  }
  WEIR_TRY(Handle matrix, MakeMatrix(sparse, start));
  WEIR_TRY(Checked(XGDMatrixSetFloatInfo(matrix.get(), "label", labels.data(), labels.size())));
  WEIR_TRY(Checked(XGDMatrixSetFloatInfo(matrix.get(), "weight", weights.data(), weights.size())));
  return matrix;
}

Result<Handle> MakePlain(const std::vector<CodedGroup>& groups, std::span<const std::uint16_t> codes,
                         const std::array<float, kOutcomes>& start) {
  const Columns columns(groups);
  Sparse sparse{.width = columns.width()};
  for (std::size_t at = 0; at + groups.size() <= codes.size() && !groups.empty(); at += groups.size()) {
    columns.Add(codes.subspan(at, groups.size()), &sparse);
  }
  return MakeMatrix(sparse, start);
}

// With the first `rounds` rounds; 0 means all.
Result<std::vector<WeeklyHazard>> PredictOf(void* booster, void* matrix, int rounds) {
  const std::string config = fmt::format(
      R"({{"type": 0, "training": false, "iteration_begin": 0, "iteration_end": {}, "strict_shape": true}})", rounds);
  const bst_ulong* shape = nullptr;
  bst_ulong dimensions = 0;
  const float* out = nullptr;
  WEIR_TRY(Checked(XGBoosterPredictFromDMatrix(booster, matrix, config.c_str(), &shape, &dimensions, &out)));
  WEIR_CHECK(dimensions == 2 && shape[1] == kOutcomes);
  std::vector<WeeklyHazard> hazards;
  hazards.reserve(shape[0]);
  for (bst_ulong row = 0; row < shape[0]; ++row) {
    const float* shares = out + row * kOutcomes;
    const double all = static_cast<double>(shares[0]) + shares[1] + shares[2];
    hazards.push_back({.won = shares[1] / all, .lost = shares[2] / all});
  }
  return hazards;
}

Result<Handle> MakeBooster(const std::vector<void*>& matrices, const BoostOptions& options) {
  BoosterHandle made = nullptr;
  WEIR_TRY(Checked(XGBoosterCreate(matrices.data(), matrices.size(), &made)));
  Handle booster(made, [](void* handle) { XGBoosterFree(handle); });
  const std::vector<std::pair<const char*, std::string>> settings{
      {"objective", "multi:softprob"},
      {"num_class", "3"},
      {"tree_method", "hist"},
      {"max_bin", "64"},
      {"nthread", "1"},
      {"seed", "7"},
      {"verbosity", "0"},
      {"disable_default_eval_metric", "1"},
      {"max_depth", fmt::format("{}", options.depth)},
      {"eta", fmt::format("{}", options.rate)},
      {"min_child_weight", fmt::format("{}", options.least_child)},
      {"lambda", "1"}};
  for (const auto& [name, value] : settings) {
    WEIR_TRY(Checked(XGBoosterSetParam(made, name, value.c_str())));
  }
  return booster;
}

}  // namespace

Result<HazardBoosted> HazardBoosted::Fit(const CodedRows& rows, const BoostOptions& options) {
  WEIR_CHECK(options.rounds >= 1 && options.weight > 0);
  const OutcomeCounts total = TotalOf(rows);
  if (total.won + total.lost <= 0) {
    return Fail(NotEnoughData("no deal has been won or lost yet: there is nothing to learn from"));
  }
  HazardBoosted model;
  model.groups_ = rows.groups;
  const double all = total.All() + 1.5;
  // Half an event each, so that an outcome which never came stays possible.
  model.start_ = {static_cast<float>(std::log((total.none + .5) / all)),
                  static_cast<float>(std::log((total.won + .5) / all)),
                  static_cast<float>(std::log((total.lost + .5) / all))};
  WEIR_TRY(Handle training, MakeTraining(rows, options.weight, model.start_));
  std::vector<void*> matrices{training.get()};
  Handle later;
  if (options.stop_by != nullptr && options.stop_by->size() > 0) {
    WEIR_CHECK(options.stop_by->groups.size() == rows.groups.size());
    WEIR_TRY(later, MakePlain(model.groups_, options.stop_by->codes, model.start_));
    matrices.push_back(later.get());
  }
  WEIR_TRY(model.booster_, MakeBooster(matrices, options));
  double best = 0;
  for (int round = 0; round < options.rounds; ++round) {
    WEIR_TRY(Checked(XGBoosterUpdateOneIter(model.booster_.get(), round, training.get())));
    if (later == nullptr) {
      model.rounds_ = round + 1;
      continue;
    }
    WEIR_TRY(std::vector<WeeklyHazard> hazards, PredictOf(model.booster_.get(), later.get(), 0));
    const double loss = LogLoss(options.stop_by->counts, hazards);
    if (round == 0 || loss < best) {
      best = loss;
      model.rounds_ = round + 1;
    }
    if (round + 1 - model.rounds_ >= options.patience) break;
  }
  return model;
}

Result<std::vector<WeeklyHazard>> HazardBoosted::Predict(std::span<const std::uint16_t> codes) const {
  if (codes.empty()) return std::vector<WeeklyHazard>{};
  WEIR_TRY(Handle matrix, MakePlain(groups_, codes, start_));
  return PredictOf(booster_.get(), matrix.get(), rounds_);
}

Result<std::string> HazardBoosted::Bytes() const {
  bst_ulong length = 0;
  const char* bytes = nullptr;
  WEIR_TRY(Checked(XGBoosterSaveModelToBuffer(booster_.get(), R"({"format": "ubj"})", &length, &bytes)));
  return std::string(bytes, length);
}

}  // namespace weir::forecast
