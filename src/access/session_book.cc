#include "access/session_book.h"

#include <algorithm>
#include <array>

#include <sodium.h>

#include "base/text.h"

namespace weir::access {
namespace {

constexpr std::size_t kIdSize = 16;
constexpr std::size_t kLongestAgent = 200;

std::string Hex(const unsigned char* bytes, std::size_t size) {
  std::string hex(size * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), bytes, size);
  hex.pop_back();
  return hex;
}

std::string HashOf(std::string_view token) {
  std::array<unsigned char, 32> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(token.data()), token.size(),
                     nullptr, 0);
  return Hex(hash.data(), hash.size());
}

std::string NewToken() {
  std::array<unsigned char, kSessionTokenSize / 2> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  return Hex(bytes.data(), bytes.size());
}

}  // namespace

Status SessionBook::Open() {
  WEIR_CHECK(sodium_init() >= 0);
  WEIR_TRY(const store::Rows rows, tables_.Read("SELECT hash, account, created_at, last_used_at, address, agent FROM "
                                                "access.session ORDER BY hash NULLS LAST"));
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string hash = rows.TextAt(i, 0);
    sessions_[hash] = {.id = hash.substr(0, kIdSize),
                       .account = rows.TextAt(i, 1),
                       .created_at = std::get<Instant>(rows.rows[i][2]),
                       .last_used_at = std::get<Instant>(rows.rows[i][3]),
                       .visitor = {.address = rows.TextAt(i, 4), .agent = rows.TextAt(i, 5)}};
  }
  return {};
}

Result<std::string> SessionBook::Begin(const std::string& account, const Visitor& visitor, Instant now) {
  std::string token = NewToken();
  const std::string hash = HashOf(token);
  Session session{
      .id = hash.substr(0, kIdSize), .account = account, .created_at = now, .last_used_at = now, .visitor = visitor};
  session.visitor.agent.resize(std::min(session.visitor.agent.size(), kLongestAgent));
  if (!IsValidUtf8(session.visitor.agent)) session.visitor.agent.clear();
  const std::array<store::Value, 6> row{hash, account, now, now, visitor.address, session.visitor.agent};
  const auto insert = [&](store::Session& store) -> Status {
    WEIR_TRY(store.Execute("INSERT INTO access.session VALUES (?, ?, ?, ?, ?, ?)", row));
    return {};
  };
  WEIR_TRY(tables_.Write(insert));
  std::vector<std::string> surplus;
  {
    const std::lock_guard lock(mutex_);
    sessions_.emplace(hash, std::move(session));
    std::vector<std::pair<std::int64_t, std::string>> own;
    for (const auto& [key, one] : sessions_) {
      if (one.account == account) own.emplace_back(one.last_used_at.micros, key);
    }
    std::ranges::sort(own);
    for (std::size_t i = 0; i + limits_.per_account < own.size(); ++i) surplus.push_back(own[i].second);
  }
  WEIR_TRY(EndHashes(surplus));
  return token;
}

std::optional<Session> SessionBook::Find(std::string_view token, Instant now) const {
  if (token.size() != kSessionTokenSize) return std::nullopt;
  const std::string hash = HashOf(token);
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(hash);
  if (found == sessions_.end() || IsOver(found->second, now)) return std::nullopt;
  return found->second;
}

std::optional<Session> SessionBook::Use(std::string_view token, Instant now) {
  if (token.size() != kSessionTokenSize) return std::nullopt;
  const std::string hash = HashOf(token);
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(hash);
  if (found == sessions_.end() || IsOver(found->second, now)) return std::nullopt;
  found->second.last_used_at = now;
  used_.insert(hash);
  return found->second;
}

std::vector<Session> SessionBook::Of(const std::string& account, Instant now) const {
  std::vector<Session> own;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [hash, session] : sessions_) {
      if (session.account == account && !IsOver(session, now)) own.push_back(session);
    }
  }
  std::ranges::sort(own, [](const Session& a, const Session& b) {
    return a.last_used_at != b.last_used_at ? a.last_used_at > b.last_used_at : a.id < b.id;
  });
  return own;
}

Status SessionBook::End(std::string_view token) { return EndHashes({HashOf(token)}); }

Status SessionBook::EndById(const std::string& account, const std::string& id) {
  std::vector<std::string> ended;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [hash, session] : sessions_) {
      if (session.account == account && session.id == id) ended.push_back(hash);
    }
  }
  if (ended.empty()) return Fail(NotFound("there is no such session"));
  return EndHashes(ended);
}

Status SessionBook::EndAll(const std::string& account, std::string_view except_token) {
  const std::string except = except_token.empty() ? std::string() : HashOf(except_token);
  std::vector<std::string> ended;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [hash, session] : sessions_) {
      if (session.account == account && hash != except) ended.push_back(hash);
    }
  }
  return EndHashes(ended);
}

// Out of memory first: a session that has ended must not serve once more because the disk was slow.
Status SessionBook::EndHashes(const std::vector<std::string>& hashes) {
  if (hashes.empty()) return {};
  {
    const std::lock_guard lock(mutex_);
    for (const std::string& hash : hashes) {
      sessions_.erase(hash);
      used_.erase(hash);
    }
  }
  return tables_.Write([&](store::Session& store) -> Status {
    for (const std::string& hash : hashes) {
      const std::array<store::Value, 1> key{hash};
      WEIR_TRY(store.Execute("DELETE FROM access.session WHERE hash = ?", key));
    }
    return {};
  });
}

Status SessionBook::Maintain(Instant now) {
  std::vector<std::string> over;
  std::vector<std::pair<std::string, Instant>> used;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [hash, session] : sessions_) {
      if (IsOver(session, now)) over.push_back(hash);
    }
    for (const std::string& hash : used_) used.emplace_back(hash, sessions_.at(hash).last_used_at);
    used_.clear();
  }
  WEIR_TRY(EndHashes(over));
  if (used.empty()) return {};
  return tables_.Write([&](store::Session& store) -> Status {
    for (const auto& [hash, at] : used) {
      const std::array<store::Value, 2> row{at, hash};
      WEIR_TRY(store.Execute("UPDATE access.session SET last_used_at = ? WHERE hash = ?", row));
    }
    return {};
  });
}

bool SessionBook::IsOver(const Session& session, Instant now) const {
  return now.micros - session.last_used_at.micros > limits_.idle_micros ||
         now.micros - session.created_at.micros > limits_.longest_micros;
}

}  // namespace weir::access
