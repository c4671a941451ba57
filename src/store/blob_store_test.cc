#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <utime.h>

#include <csignal>
#include <cstring>
#include <thread>

#include "store/store_fixture.h"

namespace xunjie::store {
namespace {

using namespace testing;  // NOLINT: the fixture's words

std::vector<std::byte> bytes_of(const std::string& text) {
  std::vector<std::byte> out(text.size());
  std::memcpy(out.data(), text.data(), text.size());
  return out;
}

std::filesystem::path file_of(const ScratchDir& dir, const std::string& id) {
  return dir.path() / id.substr(0, 2) / id.substr(2, 2) / id;
}

TEST(BlobStore, KeepsBytesOnceUnderTheirHash) {
  const ScratchDir dir;
  auto blobs = good(open_blob_store(dir.path()));
  const auto id = good(blobs->put(bytes_of("abc")));
  EXPECT_EQ(id.value,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");  // FIPS 180-2, B.1
  EXPECT_EQ(good(blobs->put(bytes_of("abc"))), id);
  EXPECT_EQ(good(blobs->get(id)), bytes_of("abc"));
  EXPECT_EQ(good(blobs->size_of(id)), 3U);
  EXPECT_TRUE(std::filesystem::exists(file_of(dir, id.value)));
  EXPECT_TRUE(std::filesystem::is_empty(dir.path() / "incoming"));
  const auto empty = good(blobs->put({}));
  EXPECT_TRUE(good(blobs->get(empty)).empty());
  std::int64_t checked = 0;
  EXPECT_TRUE(good(blobs->verify_all(checked)).empty());
  EXPECT_EQ(checked, 2);
}

TEST(BlobStore, RefusesWhatIsUnknownMalformedOrTooLarge) {
  const ScratchDir dir;
  auto blobs = good(open_blob_store(dir.path() / "blobs"));
  EXPECT_EQ(code_of(blobs->get(domain::BlobId(std::string(64, 'a')))), ErrorCode::not_found);
  EXPECT_EQ(code_of(blobs->get(domain::BlobId("../../etc/passwd"))), ErrorCode::not_found);
  EXPECT_EQ(code_of(blobs->size_of(domain::BlobId(""))), ErrorCode::not_found);
  const std::vector<std::byte> large((std::size_t{64} << 20) + 1);
  const auto refused = blobs->put(large);
  ASSERT_EQ(code_of(refused), ErrorCode::too_large);
  EXPECT_EQ(refused.error().field, "blob");
}

TEST(BlobStore, FindsChangedBytesAndRepairsLostOnes) {
  const ScratchDir dir;
  auto blobs = good(open_blob_store(dir.path()));
  const auto first = good(blobs->put(bytes_of("first")));
  const auto second = good(blobs->put(bytes_of("second")));
  std::ofstream(file_of(dir, first.value)) << "fjrst";
  std::ofstream(dir.path() / "ab").close();
  std::filesystem::remove(dir.path() / "ab");
  EXPECT_EQ(code_of(blobs->get(first)), ErrorCode::corrupt);
  std::int64_t checked = 0;
  EXPECT_EQ(good(blobs->verify_all(checked)), std::vector{first});
  EXPECT_EQ(checked, 2);
  // A file cut short by whatever is written again when the same bytes come.
  std::filesystem::resize_file(file_of(dir, second.value), 2);
  EXPECT_EQ(good(blobs->put(bytes_of("second"))), second);
  EXPECT_EQ(good(blobs->get(second)), bytes_of("second"));
  // A file under a wrong name is a fault too.
  std::filesystem::rename(file_of(dir, second.value), dir.path() / "stray");
  EXPECT_EQ(good(blobs->verify_all(checked)).size(), 2U);
}

TEST(BlobStore, EqualBytesFromManyThreadsAreWrittenOnce) {
  const ScratchDir dir;
  auto blobs = good(open_blob_store(dir.path()));
  std::vector<std::thread> clients;
  for (int client = 0; client < 8; ++client) {
    clients.emplace_back([&, client] {
      for (int i = 0; i < 20; ++i) {
        const auto bytes = bytes_of("blob " + std::to_string(i % 5 + client / 4));
        EXPECT_EQ(good(blobs->get(good(blobs->put(bytes)))), bytes);
      }
    });
  }
  for (std::thread& client : clients) client.join();
  std::int64_t checked = 0;
  EXPECT_TRUE(good(blobs->verify_all(checked)).empty());
  EXPECT_EQ(checked, 6);
  EXPECT_TRUE(std::filesystem::is_empty(dir.path() / "incoming"));
}

TEST(BlobStore, ClearsOldLeftoversOnly) {
  const ScratchDir dir;
  good(open_blob_store(dir.path()));
  const auto old = dir.path() / "incoming" / "1-0";
  const auto young = dir.path() / "incoming" / "1-1";
  std::ofstream(old) << "half";
  std::ofstream(young) << "half";
  const utimbuf long_ago{1'000'000, 1'000'000};
  ASSERT_EQ(::utime(old.c_str(), &long_ago), 0);
  good(open_blob_store(dir.path()));
  EXPECT_FALSE(std::filesystem::exists(old));
  EXPECT_TRUE(std::filesystem::exists(young));  // its writer may be alive
}

// Runs in a child, since a limit on file size cannot be taken back.
int put_under_a_quota(const std::filesystem::path& dir) {
  auto blobs = good(open_blob_store(dir));
  ::signal(SIGXFSZ, SIG_IGN);
  const rlimit quota{1000, 1000};
  if (::setrlimit(RLIMIT_FSIZE, &quota) != 0) return 1;
  if (!blobs->put(bytes_of(std::string(1000, 'a'))).ok()) return 2;
  const auto refused = blobs->put(bytes_of(std::string(1001, 'b')));
  if (refused.ok() || refused.error().code != ErrorCode::full) return 3;
  std::int64_t checked = 0;
  if (!good(blobs->verify_all(checked)).empty() || checked != 1) return 4;
  return std::filesystem::is_empty(dir / "incoming") ? 0 : 5;
}

TEST(BlobStore, FullDiskAcceptsNothing) {
  const ScratchDir dir;
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) ::_exit(put_under_a_quota(dir.path()));
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(BlobCrashChild, DISABLED_PutsOneBlob) {
  good(good(open_blob_store(std::getenv("XUNJIE_TEST_DIR")))->put(bytes_of("abc")));
}

class BlobCrashPoint : public ::testing::TestWithParam<const char*> {};

TEST_P(BlobCrashPoint, LeavesNoWrongBlob) {
  const ScratchDir dir;
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::setenv("XUNJIE_CRASH_AT", GetParam(), 1);
    ::setenv("XUNJIE_TEST_DIR", dir.path().c_str(), 1);
    ::execl("/proc/self/exe", "store_tests", "--gtest_filter=BlobCrashChild.*",
            "--gtest_also_run_disabled_tests", "--gtest_brief=1", nullptr);
    ::_exit(6);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << status;
  auto blobs = good(open_blob_store(dir.path()));
  std::int64_t checked = 0;
  EXPECT_TRUE(good(blobs->verify_all(checked)).empty());
  const auto id = good(blobs->put(bytes_of("abc")));
  EXPECT_EQ(good(blobs->get(id)), bytes_of("abc"));
}

INSTANTIATE_TEST_SUITE_P(Points, BlobCrashPoint,
                         ::testing::Values("store.before_fsync_blob", "store.after_rename_blob"));

}  // namespace
}  // namespace xunjie::store
