// How letters go out: mails that nothing can break, webhooks that can be checked, settings that say what is wrong.
#include "delivery/letter.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "delivery/delivery_story.h"
#include "delivery/sender.h"

namespace weir::delivery {
namespace {

using testing::At;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::kHostile;
using testing::Need;
using ::testing::Not;
namespace fs = std::filesystem;

TEST(Mail, NothingInALetterEndsAHeaderOrAPart) {
  const Letter letter{.subject = kHostile, .text = "--=_x\r\n.\r\n" + kHostile, .html = "<p>Привет</p>"};
  const std::string message = MailMessage(letter, {.from = "Weir <weir@acme.example>",
                                                   .to = "ann@acme.example",
                                                   .key = "1:brief:2026-11-23",
                                                   .at = At("2026-11-23T08:00:00Z")});
  const std::string head = message.substr(0, message.find("\r\n\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("Bcc")));
  EXPECT_THAT(head, HasSubstr("From: Weir <weir@acme.example>\r\nTo: ann@acme.example\r\nSubject: =?utf-8?B?"));
  EXPECT_THAT(head, HasSubstr("Date: Mon, 23 Nov 2026 08:00:00 +0000\r\n"));
  EXPECT_THAT(message, Not(HasSubstr("\r\n.\r\n")));
  // Lines are short, and none ends with a feed alone.
  for (std::size_t begin = 0; begin < message.size();) {
    const std::size_t end = message.find("\r\n", begin);
    ASSERT_NE(end, std::string::npos);
    EXPECT_LE(end - begin, 998U);
    EXPECT_EQ(message.substr(begin, end - begin).find('\n'), std::string::npos);
    begin = end + 2;
  }
  // The same key, the same id: what came twice is seen as one.
  const auto id_of = [](const std::string& text) { return text.substr(text.find("Message-ID"), 60); };
  EXPECT_EQ(id_of(message), id_of(MailMessage({}, {.from = "weir@acme.example",
                                                   .to = "b@c.example",
                                                   .key = "1:brief:2026-11-23",
                                                   .at = At("2026-11-24T08:00:00Z")})));
  EXPECT_NE(id_of(message),
            id_of(MailMessage({}, {.from = "weir@acme.example", .to = "b@c.example", .key = "1:brief:2026-11-24"})));
}

TEST(Mail, OnlyAddressesThatAreAllowedAreWrittenTo) {
  for (const char* bad : {"", "ann", "@acme.example", "ann@", "a@b\r\nBcc: c@d", "a b@c.example",
                          "a@b.example,c@d.example", "<a@b.example>", "a@-b.example"}) {
    EXPECT_FALSE(IsMailAddress(bad)) << bad;
  }
  EXPECT_TRUE(IsMailAddress("ann.o'neil+x@mail.acme.example"));
  const MailChannel mail{.to = {"@acme.example", "boss@other.example"}};
  EXPECT_TRUE(MayWriteTo(mail, "Ann@ACME.example"));
  EXPECT_TRUE(MayWriteTo(mail, "boss@other.example"));
  EXPECT_FALSE(MayWriteTo(mail, "ann@other.example"));
  EXPECT_FALSE(MayWriteTo(mail, "ann@evil-acme.example"));
  EXPECT_FALSE(MayWriteTo({}, "ann@acme.example"));
}

TEST(Webhook, IsSignedOverTimeAndBody) {
  // RFC 4231, test case 2.
  EXPECT_EQ(HmacHex("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  const Parcel parcel{
      .key = "1:leaks:v7",
      .kind = "leaks",
      .period = "v7",
      .letter = {.subject = "Two <new> leaks & more", .text = "a*b https://weir.example/x_y z", .data = "{\"a\":1}"},
      .created_at = At("2026-11-23T08:00:00Z")};
  const auto request = HookRequest({.form = WebhookForm::kJson}, {.address = "https://hooks.example/1", .key = "k"},
                                   parcel, At("2026-11-23T08:00:05Z"));
  EXPECT_THAT(request.headers, Contains("X-Weir-Delivery: 1:leaks:v7"));
  EXPECT_THAT(request.headers, Contains("X-Weir-Timestamp: 1795420805"));
  EXPECT_THAT(request.headers, Contains("X-Weir-Signature: v1=" + HmacHex("k", "1795420805." + request.body)));
  const auto body = nlohmann::json::parse(request.body);
  EXPECT_EQ(body["data"]["a"], 1);
  EXPECT_EQ(body["id"], "1:leaks:v7");
  const auto text = [&](WebhookForm form) {
    return nlohmann::json::parse(HookRequest({.form = form, .chat = "-5"}, {}, parcel, {}).body)["text"]
        .get<std::string>();
  };
  EXPECT_EQ(text(WebhookForm::kSlack), "Two &lt;new&gt; leaks &amp; more\n\na*b https://weir.example/x_y z");
  EXPECT_EQ(text(WebhookForm::kMattermost), "Two \\<new\\> leaks & more\n\na\\*b https://weir.example/x_y z");
  EXPECT_EQ(text(WebhookForm::kTelegram), "Two <new> leaks & more\n\na*b https://weir.example/x_y z");
}

TEST(Webhook, AnswersAreJudged) {
  EXPECT_FALSE(JudgeAnswer({.status = 204}));
  EXPECT_TRUE(JudgeAnswer({.status = 302})->is_final);
  EXPECT_TRUE(JudgeAnswer({.status = 404})->is_final);
  EXPECT_FALSE(JudgeAnswer({.status = 500})->is_final);
  const auto wait = JudgeAnswer({.status = 429, .headers = {{"retry-after", "90"}}});
  EXPECT_FALSE(wait->is_final);
  EXPECT_EQ(wait->wait_s, 90);
}

class Settings : public ::testing::Test {
 protected:
  Settings() : home_(fs::path(::testing::TempDir()) / "weir-channels") { fs::create_directories(home_); }
  ~Settings() override { fs::remove_all(home_); }
  Result<Channels> Read(std::string_view text) {
    std::ofstream(home_ / "weir.toml") << text;
    return ReadChannels(home_);
  }
  std::string Refusal(std::string_view text) {
    const auto read = Read(text);
    return read ? "" : read.error().ToString();
  }
  fs::path home_;
};

TEST_F(Settings, NameChannels) {
  EXPECT_TRUE(Need(ReadChannels(home_ / "nothing")).IsNothing());
  const Channels channels = Need(Read(R"(
    [delivery]
    address = "https://weir.acme.example/"
    [mail]
    server = "smtp.acme.example"
    from = "Weir <weir@acme.example>"
    user = "weir"
    password_file = "mail.password"
    to = ["@acme.example"]
    [webhook.sales]
    form = "slack"
    address_file = "slack.url"
    [webhook.bot]
    form = "telegram"
    token_file = "bot.token"
    chat = "-100"
  )"));
  EXPECT_THAT(channels.Names(), ElementsAre("mail", "bot", "sales"));
  EXPECT_EQ(channels.mail->port, 587);
  EXPECT_EQ(channels.address, "https://weir.acme.example");
  EXPECT_EQ(channels.mail->password_file, home_ / "mail.password");
}

TEST_F(Settings, SayWhatIsWrongAndWhere) {
  const std::string mail = "[mail]\nserver = \"smtp.acme.example\"\nfrom = \"weir@acme.example\"\n";
  EXPECT_THAT(Refusal(mail + "security = \"none\"\n"), HasSubstr("mail goes without TLS to this machine alone"));
  EXPECT_THAT(Refusal(mail + "user = \"weir\"\n"), HasSubstr("'user' and 'password_file' go together"));
  EXPECT_THAT(Refusal(mail + "password = \"secret\"\n"), HasSubstr("unknown key 'password'"));
  EXPECT_THAT(Refusal(mail + "to = [\"*\"]\n"), HasSubstr("neither a mail address nor a domain"));
  EXPECT_THAT(Refusal("[mail]\nserver = \"smtp.acme.example\"\nfrom = \"Weir <weir>\"\n"),
              HasSubstr("no mail address"));
  EXPECT_THAT(Refusal("[webhook.x]\nform = \"json\"\naddress = \"http://intranet.example/\"\nsecret_file = \"s\"\n"),
              HasSubstr("an address begins with https://"));
  EXPECT_THAT(Refusal("[webhook.x]\nform = \"json\"\naddress = \"https://hooks.example/\"\n"),
              HasSubstr("secret_file"));
  EXPECT_THAT(Refusal("[webhook.mail]\nform = \"json\"\n"), HasSubstr("no name of a webhook"));
  EXPECT_THAT(Refusal(mail + "port = 70000\n"), HasSubstr("weir.toml:4"));
}

}  // namespace
}  // namespace weir::delivery
