// What somebody answers to the survey of departments by a link. Nothing in it says who it is.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace weir::workspace {

struct SurveyReply {
  std::string token;       // of the link
  std::string respondent;  // random, kept by the browser: so that it does not answer twice
  std::map<std::string, std::vector<std::string>, std::less<>> answers;  // options by survey
};

}  // namespace weir::workspace
