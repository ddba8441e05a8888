// The tables of this folder, in schema `access`: nothing else of the program reads or writes them. One connection,
// used by one thread at a time; writing is a transaction of its own that waits for no import.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>

#include "base/result.h"
#include "store/database.h"

namespace weir::access {

std::span<const std::string_view> Migrations();

class Tables {
 public:
  // `is_writable` false: a workspace that was opened for reading.
  Tables(store::Connection connection, bool is_writable)
      : connection_(std::move(connection)), is_writable_(is_writable) {}

  // Runs the change in one transaction; nothing of it stays if it fails.
  Status Write(const std::function<Status(store::Session&)>& change);
  Result<store::Rows> Read(std::string_view sql, std::span<const store::Value> parameters = {});

 private:
  std::mutex mutex_;
  store::Connection connection_;
  bool is_writable_;
};

}  // namespace weir::access
