#include "workspace/use_pending.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

namespace weir::workspace {
namespace {

using nlohmann::json;

constexpr off_t kMostBytes = off_t{1} << 20;
constexpr std::size_t kMostUses = 20'000;

std::filesystem::path PathIn(const std::filesystem::path& home) { return home / "uses-to-count"; }

std::optional<access::CountedUse> UseFrom(const std::string& line) {
  const json cells = json::parse(line, nullptr, false);
  constexpr std::size_t kCells = 6;
  if (!cells.is_array() || cells.size() != kCells || !cells[5].is_number_integer()) return std::nullopt;
  std::array<std::string, 5> texts;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (!cells[i].is_string()) return std::nullopt;
    texts[i] = cells[i].get<std::string>();
  }
  const std::optional<Date> day = ParseIsoDate(texts[0]);
  if (!day) return std::nullopt;
  return access::CountedUse{
      .use = {.day = *day, .who = texts[1], .department = texts[2], .kind = texts[3], .thing = texts[4]},
      .asks = cells[5].get<std::int64_t>()};
}

}  // namespace

void LeaveUses(const std::filesystem::path& home, const std::vector<access::CountedUse>& uses) {
  if (uses.empty()) return;
  std::string lines;
  for (const access::CountedUse& one : uses) {
    const access::Use& use = one.use;
    lines += json{FormatDate(use.day), use.who, use.department, use.kind, use.thing, one.asks}.dump() + "\n";
  }
  const int file = ::open(PathIn(home).c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return;
  // One write of an appended file is whole: the lines of two processes do not mix.
  if (::lseek(file, 0, SEEK_END) < kMostBytes) {
    [[maybe_unused]] const ssize_t written = ::write(file, lines.data(), lines.size());
  }
  ::close(file);
}

std::vector<access::CountedUse> TakeUses(const std::filesystem::path& home) {
  // Whoever adds meanwhile begins a new file.
  const std::filesystem::path taken = home / "uses-counted";
  std::error_code missing;
  std::filesystem::rename(PathIn(home), taken, missing);
  std::vector<access::CountedUse> uses;
  if (missing) return uses;
  std::ifstream file(taken);
  for (std::string line; uses.size() < kMostUses && std::getline(file, line);) {
    if (const auto use = UseFrom(line)) uses.push_back(*use);
  }
  std::error_code ignored;
  std::filesystem::remove(taken, ignored);
  return uses;
}

}  // namespace weir::workspace
