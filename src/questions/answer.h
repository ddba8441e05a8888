// The form of every answer: tables `answer` (one sentence with its number), `steps` (the reasoning, each step with a
// table of its own), `unknown` (what is missing, and why) and `next` (where to go). Internal to questions/.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/declaration.h"
#include "analysis/result.h"
#include "metrics/period.h"

namespace weir::questions {

struct Step {
  std::string code = {};
  analysis::Text text = {};
  std::string table = {};  // where its figures stand
};

struct Remark {
  std::string code = {};
  analysis::Text text = {};
};

struct Link {
  analysis::Text text = {};
  std::string page = {};  // a path of the web application
};

struct Reply {
  std::string state = "answered";  // answered; too_little: there are data, not enough of them; nothing: there are none
  analysis::Text headline = {};
  store::Value value = {};
  store::Value before = {};
  std::optional<metrics::DayRange> now_days = {};
  std::optional<metrics::DayRange> before_days = {};
  std::vector<Step> steps = {};
  std::vector<Remark> unknown = {};
  std::vector<Link> next = {};
};

// The tables of an answer around those of its steps.
std::vector<analysis::TableSpec> WithFrame(std::vector<analysis::TableSpec> steps);

// An empty table of the spec; money in the currency.
analysis::Table Empty(const analysis::TableSpec& spec, const std::string& currency);

// The reply and the tables of its steps, in the order of WithFrame.
analysis::Output MakeOutput(std::string_view question, const Reply& reply, std::vector<analysis::Table> steps,
                            const std::string& currency);

template <typename T>
store::Value Maybe(const std::optional<T>& value) {
  return value ? store::Value(*value) : store::Value();
}

}  // namespace weir::questions
