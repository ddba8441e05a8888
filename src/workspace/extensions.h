// Columns that no mapping names: a table of contents, and views that give their values with the entity that they
// describe. docs/design/custom-columns.md says how they become dimensions and filters, docs/decisions/0008 who sees
// them.
#pragma once

#include "base/result.h"
#include "sources/mapping.h"
#include "store/database.h"

namespace weir::workspace {

// (Re)creates, after the model and the profile of columns are built:
//   scoped.custom_column                       a row a column and kind of entity that it describes
//   scoped.ext_<source>__<object>__<entity>    what each observation says, with the entity's id, from when it holds,
//   and
//                                              `place`: of several words the one with the greatest counts most
//   scoped.ext_<source>_<object>               the newest observation of each record, for who sees everything
// Runs inside the caller's transaction. Views that stand as this program would make them are left alone.
Status CreateExtensions(store::Connection& connection, const sources::MappingCatalog& mappings,
                        std::string_view program);

}  // namespace weir::workspace
