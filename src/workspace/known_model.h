// A past model that is kept open. Internal to workspace/.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <utility>

#include "store/database.h"
#include "workspace/known.h"
#include "workspace/snapshots.h"
#include "workspace/store_file.h"

namespace weir::workspace {

// A model of the past, with the readers of its own store. Its file goes with it.
class KnownModel {
 public:
  KnownModel(std::int64_t version, std::filesystem::path path, store::Database opened, ReadBy by)
      : version_(version),
        path_(std::move(path)),
        database_(std::make_unique<store::Database>(std::move(opened))),
        readers_(std::make_unique<ReaderPool>(*database_)),
        read_by_(std::move(by)) {}
  KnownModel(const KnownModel&) = delete;
  KnownModel& operator=(const KnownModel&) = delete;
  ~KnownModel() {
    readers_.reset();
    database_.reset();
    if (!path_.empty()) RemoveStore(path_);
  }

  std::int64_t version() const { return version_; }
  ReaderPool* readers() { return readers_.get(); }
  const ReadBy& read_by() const { return read_by_; }

 private:
  std::int64_t version_;
  std::filesystem::path path_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<ReaderPool> readers_;
  ReadBy read_by_;
};

}  // namespace weir::workspace
