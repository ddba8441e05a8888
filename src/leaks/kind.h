// The two ledgers that rules make: of leaks (money that is being lost) and of openings (money that could be won). They
// have the same form, the same kernel and the same life; what differs is how they are called. Internal to leaks/.
#pragma once

#include <string>

#include "analysis/columns.h"
#include "analysis/text.h"

namespace weir::leaks {

struct Kind {
  std::string id = {};      // of the ledger's analysis and table; its others are called ID.list, ID.show, ID.rules
  std::string record = {};  // the column that names a line
  analysis::Text one = {};
  analysis::Text many = {};
  analysis::Text ledger = {};
  analysis::Text what = {};     // of the title of a rule
  analysis::Text amount = {};   // of money
  analysis::Text exposed = {};  // of what the amount is a part of
  analysis::Text won_back = {};

  analysis::Column Amount() const { return Money("amount", amount); }
  analysis::Column Exposed() const { return Money("exposed", exposed); }
  analysis::Column WonBack() const { return Money("won_back", won_back); }
  analysis::Column Record() const { return analysis::TextOf(record, one.en, one.ru); }
  analysis::Column Count() const {
    return analysis::Of("count", analysis::ColumnType::kInteger, many.en, many.ru, "count");
  }

 private:
  static analysis::Column Money(const std::string& name, const analysis::Text& title) {
    return analysis::Of(name, analysis::ColumnType::kMoney, title.en, title.ru);
  }
};

inline const Kind& Leaking() {
  static const Kind kKind{.id = "leaks",
                          .record = "leak",
                          .one = {"Leak", "Утечка"},
                          .many = {"Leaks", "Утечек"},
                          .ledger = {"Ledger of leaks", "Книга утечек"},
                          .what = {"What leaks", "Что утекает"},
                          .amount = {"Lost or expected to be", "Потеряно или ожидается"},
                          .exposed = {"Hangs on it", "Под угрозой"},
                          .won_back = {"Can be won back", "Можно вернуть"}};
  return kKind;
}

inline const Kind& Opening() {
  static const Kind kKind{.id = "openings",
                          .record = "opening",
                          .one = {"Opening", "Возможность"},
                          .many = {"Openings", "Возможностей"},
                          .ledger = {"Ledger of openings", "Книга возможностей"},
                          .what = {"What could be won", "Что можно получить"},
                          .amount = {"Could be won", "Можно получить"},
                          .exposed = {"Of a whole of", "Из общей суммы"},
                          .won_back = {"Usually comes of it", "Обычно удаётся получить"}};
  return kKind;
}

}  // namespace weir::leaks
