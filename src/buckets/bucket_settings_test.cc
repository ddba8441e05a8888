#include "buckets/bucket_settings.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pulls/test_service.h"

namespace weir::buckets {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class BucketSettingsTest : public ::testing::Test {
 protected:
  void SetUp() override { home_ = pulls::FreshFolder(); }
  void TearDown() override { fs::remove_all(home_); }

  void Write(const std::string& name, const std::string& text, fs::perms mode = fs::perms(0600)) const {
    std::ofstream(home_ / name) << text;
    fs::permissions(home_ / name, mode);
  }
  Result<BucketSettings> Read(const std::string& text) const {
    Write("weir.toml", "[bucket.lake]\nbucket = 'acme-lake'\n" + text);
    WEIR_TRY(const BucketConfiguration configuration, ReadBucketSettings(home_, {"stripe"}));
    return *configuration.Find("lake");
  }

  fs::path home_;
};

TEST_F(BucketSettingsTest, AreOffUnlessTheyAreThere) {
  EXPECT_TRUE(ReadBucketSettings(home_, {})->buckets.empty());
  Write("weir.toml", "[pull.stripe]\ntoken_file = 't'\n");
  EXPECT_TRUE(ReadBucketSettings(home_, {})->buckets.empty());
}

TEST_F(BucketSettingsTest, SayWhereABucketIs) {
  const auto amazon = Read("region = 'eu-central-1'\nkey_from = 'nobody'\n");
  ASSERT_TRUE(amazon) << amazon.error().ToString();
  EXPECT_EQ(amazon->endpoint, "https://s3.eu-central-1.amazonaws.com");
  EXPECT_FALSE(amazon->is_path_style);
  const auto own = Read("endpoint = 'HTTP://Localhost:9000/'\nkey_file = 'k'\n");
  ASSERT_TRUE(own) << own.error().ToString();
  EXPECT_EQ(own->endpoint, "http://localhost:9000");
  EXPECT_TRUE(own->is_path_style);
  EXPECT_EQ(own->region, "us-east-1");
  EXPECT_EQ(own->key_file, home_ / "k");
}

TEST_F(BucketSettingsTest, SayWhatIsMeant) {
  const auto usual = Read("region = 'x'\nkey_from = 'nobody'\nskip = ['*/old/*']\nmappings = { 'dwh/*' = 'a/b' }\n");
  ASSERT_TRUE(usual) << usual.error().ToString();
  EXPECT_TRUE(usual->Wants("a/b.parquet"));
  EXPECT_TRUE(usual->Wants("b.csv.gz"));
  EXPECT_FALSE(usual->Wants("a/_SUCCESS"));
  EXPECT_FALSE(usual->Wants("a/old/b.csv"));
  EXPECT_THAT(usual->MappingsOf("dwh/x.csv"), ElementsAre("a/b"));
  EXPECT_THAT(usual->MappingsOf("x.csv"), ElementsAre());
  EXPECT_FALSE(Read("region = 'x'\nkey_from = 'nobody'\nonly = ['crm/*']\n")->Wants("b.csv"));
}

TEST_F(BucketSettingsTest, AreRefusedWithTheLine) {
  const std::vector<std::pair<std::string, const char*>> cases{
      {"key_from = 'nobody'\n", "'region' is missing"},
      {"region = 'x'\n", "either key_file or key_from"},
      {"region = 'x'\nkey_file = 'k'\nkey_from = 'nobody'\n", "either key_file or key_from"},
      {"region = 'x'\nkey_from = 'me'\n", "a key comes from"},
      {"region = 'x/y'\nkey_from = 'nobody'\n", "'x/y' is no region"},
      {"endpoint = 'http://s3.example'\nkey_from = 'nobody'\n", "begins with https://"},
      {"endpoint = 'https://a@s3.example'\nkey_from = 'nobody'\n", "begins with https://"},
      {"endpoint = 'https://s3.example/b'\nkey_from = 'nobody'\n", "scheme, host and port alone"},
      {"endpoint = 'https://s3.example?x'\nkey_from = 'nobody'\n", "scheme, host and port alone"},
      {"secret_access_key = 'x'\n", "unknown key 'secret_access_key'"},
      {"region = 'x'\nkey_from = 'nobody'\nrate = 0\n", "a number from 1 to 1000"},
      {"region = 'x'\nkey_from = 'nobody'\nprefix = \"a\\nb\"\n", "no control characters"},
      {"region = 'x'\nkey_from = 'nobody'\nmappings = 1\n", "weir.toml:5"},
  };
  for (const auto& [text, why] : cases) {
    const auto settings = Read(text);
    ASSERT_FALSE(settings) << text;
    EXPECT_THAT(settings.error().ToString(), HasSubstr(why));
    EXPECT_THAT(settings.error().ToString(), HasSubstr("weir.toml:"));
  }
  for (const auto& [text, why] : std::vector<std::pair<std::string, const char*>>{
           {"[bucket.lake]\nbucket = 'a'\n", "is no name of a bucket"},
           {"[bucket.lake]\nbucket = 'https://acme'\n", "is no name of a bucket"},
           {"[bucket.stripe]\nbucket = 'acme'\n", "is a service that is pulled"},
           {"[bucket.'../x']\nbucket = 'acme'\n", "small letters"},
           {"[bucket.lake]\nbucket = 'Acme_1'\nregion = 'x'\npath_style = false\nkey_from = 'nobody'\n",
            "name of a host"},
       }) {
    Write("weir.toml", text);
    const auto read = ReadBucketSettings(home_, {"stripe"});
    ASSERT_FALSE(read) << text;
    EXPECT_THAT(read.error().ToString(), HasSubstr(why));
  }
}

TEST_F(BucketSettingsTest, TakeAKeyFromItsOwnFile) {
  auto settings = Read("region = 'x'\nkey_file = 'k'\n");
  ASSERT_TRUE(settings);
  Write("k", "access_key_id = 'id'\nsecret_access_key = 'hush'\nsession_token = 's'\n");
  const auto key = ReadAccessKey(*settings);
  ASSERT_TRUE(key) << key.error().ToString();
  EXPECT_EQ((*key)->id, "id");
  EXPECT_EQ((*key)->secret.Reveal(), "hush");
  EXPECT_EQ((*key)->session.Reveal(), "s");
  for (const auto& [text, why] : std::vector<std::pair<std::string, const char*>>{
           {"access_key_id = 'id'\n", "'secret_access_key' is missing"},
           {"access_key_id = 'i d'\nsecret_access_key = 'hush'\n", "'access_key_id' is missing, or is no key"},
           {"id:hush\n", "no TOML"},
           {"access_key_id = 'id'\nsecret_access_key = 'hush\n", "no TOML"},
       }) {
    Write("k", text);
    const auto broken = ReadAccessKey(*settings);
    ASSERT_FALSE(broken) << text;
    EXPECT_THAT(broken.error().ToString(), HasSubstr(why));
    EXPECT_THAT(broken.error().ToString(), ::testing::Not(HasSubstr("hush")));
  }
  Write("k", "access_key_id = 'id'\nsecret_access_key = 'hush'\n", fs::perms(0640));
  EXPECT_THAT(ReadAccessKey(*settings).error().ToString(), HasSubstr("chmod 600"));
}

}  // namespace
}  // namespace weir::buckets
