#include "workspace/marts.h"

#include <utility>

#include "metrics/mart.h"
#include "model/build.h"
#include "workspace/builder.h"
#include "workspace/setting_values.h"

namespace weir::workspace {

Result<bool> KeepMarts(const store::Database& database, const Definitions& definitions, std::stop_token stop) {
  WEIR_TRY(store::Connection connection, database.Connect());
  const store::StopGuard interrupt(stop, [&] { connection.Interrupt(); });
  WEIR_TRY(store::Transaction transaction, store::Transaction::Begin(connection));
  WEIR_TRY(const bool is_behind, IsModelBehind(connection, definitions));
  if (is_behind) return false;
  WEIR_TRY(const store::Rows built, connection.Query("SELECT data_version, newest, currency, program FROM meta.built"));
  const std::int64_t version = built.IntegerAt(0, 0);
  const Instant newest = std::get<Instant>(built.rows[0][1]);
  WEIR_TRY(const SettingValues values, ValuesAt(connection, version));
  analysis::Settings settings = SettingsOf(values);
  settings.currency = built.TextAt(0, 2);
  WEIR_TRY(model::SetVariables(connection, settings));
  WEIR_TRY(SeeEverything(connection, newest, settings, values));
  // Personal data is in no mart.
  WEIR_TRY(connection.Execute("SET VARIABLE sees_personal_data = FALSE"));
  const metrics::MartRequest request{.catalog = *definitions.metrics,
                                     .settings = settings,
                                     .data_version = version,
                                     .newest = newest,
                                     .program = built.TextAt(0, 3),
                                     .least_rows = 50'000,
                                     .rows_a_row = 4};
  WEIR_TRY(metrics::KeepMarts(connection, request, std::move(stop)));
  WEIR_TRY(transaction.Commit());
  return true;
}

}  // namespace weir::workspace
