// One file, or the kept rows of one, from rows to observations. Private to sources/.
#pragma once

#include <functional>
#include <memory>

#include "sources/import.h"
#include "sources/ledger.h"

namespace weir::sources {

// Where rows come from; asked again when a file must be read twice.
using OpenReader = std::function<Result<std::unique_ptr<RowReader>>()>;

struct ImportJob {
  std::string title;
  OpenReader open;
  std::optional<std::vector<ColumnEvidence>> evidence;  // known beforehand, when kept rows are read again
  std::optional<Instant> observed_at;                   // decided beforehand
  ObservedFrom observed_from = ObservedFrom::kGiven;
  std::string name_for_date;  // a file name that may hold a date
  std::optional<Instant> file_time;
  std::int64_t replay_of = 0;
  std::string reading;  // of the file whose rows are read again
};

// In two steps. What it is given must outlive it, but for the context.
class FileImport {
 public:
  FileImport(store::Connection& connection, const Mapping& mapping, const ImportJob& job, ImportContext context);
  FileImport(const FileImport&) = delete;
  FileImport& operator=(const FileImport&) = delete;
  ~FileImport();

  // Into the temporary tables of the connection (stage.h).
  Status Read();
  // Inside the caller's transaction. Refused rows stay in the temporary table weir_reject; the caller writes them.
  Result<ImportReport> Append(std::int64_t import_id, std::int64_t data_version);

 private:
  class Steps;
  std::unique_ptr<Steps> steps_;
};

}  // namespace weir::sources
