// How good people's words have been, and what they are worth beside the model.
//
// Bias and WAPE of a submitter's words in one week of the period, drawn to those of all submitters where his are few:
// Z = V / (V + k v) of the own figure and 1 - Z of everybody's, V being what came to him and v what usually comes to
// anybody in a period; with periods of the usual size Z = n / (n + k) (the credibility of Buehlmann, Straub 1970, with
// a stated k).
//
// A word is pooled with the model's forecast: the share of it that did not come in the past is taken off, then both are
// weighed so that the squared error in the past is smallest (Bates, Granger 1969, eq. for correlated errors, with
// second moments, so that what bias is left counts as error):
//   w = sum e_m (e_m - e_j) / sum (e_j - e_m)^2, within 0..1
// and drawn to the weight that holds without a past by Z = n / (n + k) (Diebold, Pauly 1990; equal weights are hard to
// beat where the past is short: Clemen 1989). Errors of a word are those it would have made with the bias of the
// *other* periods taken off, so that no period judges itself.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace weir::forecast {

inline constexpr double kCredibility = 4;        // k: so many pasts count as much as everybody's
inline constexpr std::int64_t kFewestPasts = 3;  // with fewer nothing is learnt of the weight

struct PastWord {
  std::int32_t submitter = 0;
  std::int32_t category = 0;
  std::int32_t week = 1;  // of the period
  double said = 0;
  double came = 0;
};

struct WordAccuracy {
  std::int32_t submitter = 0;
  std::int32_t category = 0;
  std::int32_t week = 1;
  std::int64_t n = 0;
  double said = 0;
  double came = 0;
  double missed = 0;  // sum of |said - came|
  // (said - came) / came and missed / came; absent where nothing came in all.
  std::optional<double> bias = {};
  std::optional<double> wape = {};
  // The same drawn to all submitters of that category and week; absent where nothing came to any of them.
  std::optional<double> shrunk_bias = {};
  std::optional<double> shrunk_wape = {};
};

// By submitter, category, week. O(pasts log pasts).
std::vector<WordAccuracy> AccuracyOf(std::span<const PastWord> pasts, double credibility = kCredibility);

struct ErrorPair {
  double judgement = 0;
  double model = 0;
};
// Of the judgement, 0..1. `prior` where there are no pasts, or both always erred alike.
double WeightOf(std::span<const ErrorPair> errors, double prior, double credibility = kCredibility);

// Share of what was said that did not come, drawn to the prior; the prior where nothing was said.
double BiasShare(double said, double came, std::int64_t n, double prior, double credibility = kCredibility);

struct PastPair {
  double said = 0;
  double model = 0;
  double came = 0;
};

enum class PoolState : std::uint8_t { kTold, kFewPasts, kNoPasts };

struct Pooling {
  PoolState state = PoolState::kNoPasts;
  std::int64_t n = 0;
  double weight = 0.5;  // of the judgement; the rest is the model's
  double bias = 0;      // share of what is said that does not come; negative: more comes
  // Roots of mean squares of the past errors: of words less their bias, of the model, of both pooled by `weight`.
  double judgement_error = 0;
  double model_error = 0;
  double pooled_error = 0;
};

// `bias_prior` and `weight_prior`: what holds of all, drawn to where the pasts are few.
Pooling PoolingOf(std::span<const PastPair> pasts, double bias_prior = 0, double weight_prior = 0.5,
                  double credibility = kCredibility);
double Pooled(double said, double model, const Pooling& pooling);

}  // namespace weir::forecast
