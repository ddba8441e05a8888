// Functions of SQL for names, addresses and countries, which every reading of records asks for several times a row:
// what regular expressions would say, by less work.
//
//   plain_name_key(name VARCHAR) -> VARCHAR
//       the name in small letters, what lies between words made one blank, none at the ends; null where the name holds
//       anything beyond ASCII, which takes more care (name_key of models/scoped/macros.sql)
//   mail_host(address VARCHAR) -> VARCHAR
//       what follows the @ of an address, written alone or after a name in angle brackets; empty where there is none
//   last_labels(host VARCHAR, labels INTEGER) -> VARCHAR
//       so many labels from the end of the name of a host; empty where there are fewer, or one of them is empty
//   country_code(country VARCHAR) -> VARCHAR, calling_code(country VARCHAR) -> VARCHAR
//       of a country by its code or its name in English, Russian or German (base/country.h): "DE", "49"; null where it
//       is not known
//   e164(number VARCHAR, region VARCHAR) -> VARCHAR
//       the number as base/phone.h reads it; null where it is none, and where no region is known that it needs
//   iso_country(name VARCHAR) -> VARCHAR
//       ISO 3166 of any country of the world by its code or name, as CountryCode of base/country.h finds it; null where
//       it finds none
//
// Null of null. Private to store/.
#pragma once

#include "store/duckdb_types.h"

namespace weir::store {

// Once a database: its other connections know them too.
void RegisterTextFunctions(duckdb_connection connection);

}  // namespace weir::store
