// A whole model in a few lines of a test: record tables filled by hand, everything built in memory or in a file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "analysis/settings.h"
#include "model/build.h"
#include "store/database.h"

namespace weir::model {

class TestModel {
 public:
  // With the resolver that the program uses: defined above the model, where that is (src/identity/model_for_tests.cc),
  // so that tests link weir_identity.
  explicit TestModel(const std::filesystem::path& file = {});
  TestModel(const std::filesystem::path& file, std::unique_ptr<EntityResolver> resolver);

  using Cells = std::map<std::string, std::string>;
  // Adds an observation; rec.<table> here is a plain table of that shape.
  void Record(std::string_view table, const Cells& cells, std::string_view observed_at,
              std::string_view source = "test", std::string_view object = {});
  void Execute(std::string_view sql);
  bool Build();
  void AsOf(std::string_view instant);
  // Cells separated by blanks, nulls as "-", one line a row.
  std::string Table(std::string_view sql);

  const BuildReport& report() const { return report_; }
  const std::string& error() const { return error_; }
  store::Connection& connection() { return *connection_; }

  analysis::Settings settings;
  FieldRules rules;
  std::int64_t data_version = 1;  // of the next build

 private:
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<store::Connection> connection_;
  std::unique_ptr<EntityResolver> resolver_;
  std::map<std::string, std::int64_t, std::less<>> observations_;
  std::int64_t next_ = 1;
  BuildReport report_;
  std::string error_;
};

}  // namespace weir::model
