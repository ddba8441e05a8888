// How the analyses of life.h are called. Internal to leaks/.
#pragma once

#include "analysis/text.h"
#include "leaks/kind.h"

namespace weir::leaks {

struct LifeWords {
  analysis::Text list;
  analysis::Text list_help;
  analysis::Text show;
  analysis::Text show_help;
  analysis::Text rules;
  analysis::Text rules_help;
};

inline const LifeWords& WordsOf(const Kind& kind) {
  static const LifeWords kLeaks{
      .list = {"Leaks and what becomes of them", "Утечки и что с ними"},
      .list_help =
          {"The ledger with what was said of each leak: open, assigned, in work, fixed, tolerated, a false alarm; and "
           "those that were worked on and leak no more, as recovered.",
           "Книга утечек с тем, что о каждой сказано: открыта, поручена, в работе, устранена, терпима, ложная "
           "тревога; и те, над которыми работали и которых больше нет, как возвращённые."},
      .show = {"One leak", "Одна утечка"},
      .show_help = {"Why it is one, what its money means, what to do, and all that was said of it.",
                    "Почему это утечка, что значат её деньги, что делать и всё, что о ней сказано."},
      .rules = {"How leak rules fare", "Как работают правила утечек"},
      .rules_help = {
          "How often each rule was right and led to an action, by what people said of its leaks, and the money that "
          "came back.",
          "Как часто правило было право и вело к действию, по тому, что люди сказали о его утечках, и сколько "
          "денег вернулось."}};
  static const LifeWords kOpenings{
      .list = {"Openings and what becomes of them", "Возможности и что с ними"},
      .list_help =
          {"The ledger with what was said of each opening: open, assigned, in work, done (fixed), set aside "
           "(tolerated), "
           "a false alarm; and those that were worked on and stand open no more, as recovered: the money came.",
           "Книга возможностей с тем, что о каждой сказано: открыта, поручена, в работе, сделана (fixed), отложена "
           "(tolerated), ложная; и те, над которыми работали и которых больше нет: деньги пришли (recovered)."},
      .show = {"One opening", "Одна возможность"},
      .show_help = {"Why it is one, what its money means, what to do, and all that was said of it.",
                    "Почему это возможность, что значат её деньги, что делать и всё, что о ней сказано."},
      .rules = {"How rules of openings fare", "Как работают правила возможностей"},
      .rules_help = {"How often each rule was right and led to an action, by what people said of its openings, and the "
                     "money that came.",
                     "Как часто правило было право и вело к действию, по тому, что люди сказали о его возможностях, и "
                     "сколько денег пришло."}};
  return &kind == &Opening() ? kOpenings : kLeaks;
}

}  // namespace weir::leaks
