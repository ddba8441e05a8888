// Parameters of an analysis: a plain struct with defaults and one Describe(ParamVisitor&). From that come the flags of
// the command, JSON and URL input, help, the reference, OpenAPI, the form on the page and the cache key.
//
//   struct PulseParams {
//     std::optional<Date> from;
//     std::string team;
//     void Describe(ParamVisitor& visitor) {
//       visitor.Add({.name = "from", .help = {"First day", "Первый день"}}, from);
//       visitor.Add({.name = "team", .help = {"Only this team", "Только эта команда"}}, team);
//     }
//   };
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/text.h"
#include "base/result.h"
#include "base/time.h"

namespace weir::analysis {

enum class ParamType : std::uint8_t { kText, kInteger, kDecimal, kBoolean, kDate, kList };
std::string_view NameOf(ParamType type);

struct ParamInfo {
  std::string name;
  Text help = {};
  std::vector<std::string> allowed = {};  // empty: anything
  bool is_open = false;                   // other values than those allowed may be given too: the data decides
  bool required = false;
  bool positional = false;  // on the command line without a flag; a list takes the rest
  // Of a list: its items are texts of people, each given by itself. Else "a,b" are two items.
  bool is_whole = false;
};

struct ParamSpec {
  ParamInfo info;
  ParamType type = ParamType::kText;
  std::string default_text;  // as it would be written on the command line
};

// Values as any face gives them: text by name; a list has several.
using RawParams = std::map<std::string, std::vector<std::string>, std::less<>>;

class ParamVisitor {
 public:
  virtual ~ParamVisitor() = default;
  virtual void Add(const ParamInfo& info, std::string& value) = 0;
  virtual void Add(const ParamInfo& info, std::int64_t& value) = 0;
  virtual void Add(const ParamInfo& info, double& value) = 0;
  virtual void Add(const ParamInfo& info, bool& value) = 0;
  virtual void Add(const ParamInfo& info, std::optional<Date>& value) = 0;
  virtual void Add(const ParamInfo& info, std::vector<std::string>& value) = 0;
};

// Lists what Describe declares, with the defaults found in the struct.
class SpecCollector final : public ParamVisitor {
 public:
  void Add(const ParamInfo& info, std::string& value) override;
  void Add(const ParamInfo& info, std::int64_t& value) override;
  void Add(const ParamInfo& info, double& value) override;
  void Add(const ParamInfo& info, bool& value) override;
  void Add(const ParamInfo& info, std::optional<Date>& value) override;
  void Add(const ParamInfo& info, std::vector<std::string>& value) override;
  std::vector<ParamSpec> Take() { return std::move(specs_); }

 private:
  std::vector<ParamSpec> specs_;
};

// Sets the struct from raw values; unknown names, values out of `allowed` and bad forms are errors naming the field.
class Binder final : public ParamVisitor {
 public:
  explicit Binder(const RawParams& raw) : raw_(raw) {}
  void Add(const ParamInfo& info, std::string& value) override;
  void Add(const ParamInfo& info, std::int64_t& value) override;
  void Add(const ParamInfo& info, double& value) override;
  void Add(const ParamInfo& info, bool& value) override;
  void Add(const ParamInfo& info, std::optional<Date>& value) override;
  void Add(const ParamInfo& info, std::vector<std::string>& value) override;
  // The first error, unknown names included.
  Status Finish() const;

 private:
  const std::vector<std::string>* Take(const ParamInfo& info, bool is_list);
  void Refuse(const ParamInfo& info, std::string_view value, const Phrase& expected);

  const RawParams& raw_;
  std::vector<std::string> known_;
  std::optional<Error> first_error_;
};

template <typename P>
std::vector<ParamSpec> SpecsOf() {
  P params;
  SpecCollector collector;
  params.Describe(collector);
  return collector.Take();
}

template <typename P>
Result<P> Bind(const RawParams& raw) {
  P params;
  Binder binder(raw);
  params.Describe(binder);
  WEIR_TRY(binder.Finish());
  return params;
}

// The nearest of the candidates (base/text.h), if it is near enough to suggest.
std::optional<std::string> NearestName(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace weir::analysis
