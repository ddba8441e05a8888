// What is sent: the same words for a mail, a chat and a program. And how a mail is written (RFC 5322, 2047, 2045).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace weir::delivery {

struct Attachment {
  std::string name = {};   // ASCII
  std::string type = {};   // "text/html; charset=utf-8"
  std::string bytes = {};  // as they are
};

struct Letter {
  std::string subject = {};
  std::string text = {};      // plain, for mail and chats
  std::string html = {};      // of a mail
  std::string data = "null";  // JSON, for programs
  std::vector<Attachment> attachments = {};
};

// A letter as it is kept until it is sent, and back.
std::string KeptText(const Letter& letter);
Result<Letter> LetterFrom(std::string_view kept);

std::string Base64(std::string_view bytes);

struct MailHead {
  std::string from = {};  // "Name <address>"
  std::string to = {};    // an address
  std::string key = {};   // of the delivery: the same for every try, so that a mail that came twice is seen as one
  Instant at = {};
};
// The whole message with CR LF. Nothing in the letter can end a header or begin a part: all but plain ASCII words goes
// encoded.
std::string MailMessage(const Letter& letter, const MailHead& head);

}  // namespace weir::delivery
