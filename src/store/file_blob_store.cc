#include "store/file_blob_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/crash_point.h"
#include "store/digest.h"
#include "store/durable_file.h"
#include "store/error_table.h"
#include "store/open.h"

namespace xunjie::store {
namespace fs = std::filesystem;
using domain::BlobId;

namespace {

constexpr std::size_t kBytesMax = std::size_t{64} << 20;
constexpr long kLeftoverAge_s = 60;

std::string_view characters(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()),
          bytes.size()};  // NOLINT: bytes as characters
}

constexpr std::string_view kHexDigits = "0123456789abcdef";

bool is_hash(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of(kHexDigits) == std::string_view::npos;
}

UtcMicros modified(const struct stat& known) {
  return UtcMicros{known.st_mtim.tv_sec * std::int64_t{1'000'000} + known.st_mtim.tv_nsec / 1000};
}

Error no_blob(const BlobId& id) {
  return make_error(ErrorCode::not_found, "未找到文件 " + id.value.substr(0, 80), "blob");
}

// A file in DIR/incoming, locked while it is written and gone unless it was renamed.
class Incoming {
 public:
  explicit Incoming(const fs::path& dir) {
    static std::atomic<std::uint64_t> number{0};
    path_ =
        dir / "incoming" / (std::to_string(::getpid()) + "-" + std::to_string(number.fetch_add(1)));
    handle_ = FileHandle(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640));
    if (handle_.valid()) ::flock(handle_.get(), LOCK_EX | LOCK_NB);
  }
  Incoming(const Incoming&) = delete;
  Incoming& operator=(const Incoming&) = delete;
  ~Incoming() {
    if (handle_.valid() && !renamed_) ::unlink(path_.c_str());
  }
  [[nodiscard]] bool valid() const { return handle_.valid(); }
  Result<void> fill(std::string_view bytes) {
    XUNJIE_TRY_VOID(write_all(handle_.get(), bytes));
    crash_point("store.before_fsync_blob");
    if (::fsync(handle_.get()) != 0) return os_error(errno, "fsync " + path_.string());
    return {};
  }
  Result<void> rename_to(const fs::path& target) {
    if (std::rename(path_.c_str(), target.c_str()) != 0)
      return os_error(errno, "rename to " + target.string());
    renamed_ = true;
    return {};
  }

 private:
  fs::path path_;
  FileHandle handle_;
  bool renamed_ = false;
};

}  // namespace

// Marks a hash as being written, so that equal bytes given at the same time wait for the one
// writing them.
class FileBlobStore::Writing {
 public:
  Writing(FileBlobStore& store, const std::string& hash) : store_(store), hash_(hash) {
    std::unique_lock lock(store_.mutex_);
    store_.written_.wait(lock, [&] { return !store_.being_written_.contains(hash_); });
    store_.being_written_.insert(hash_);
  }
  Writing(const Writing&) = delete;
  Writing& operator=(const Writing&) = delete;
  ~Writing() {
    {
      const std::lock_guard lock(store_.mutex_);
      store_.being_written_.erase(hash_);
    }
    store_.written_.notify_all();
  }

 private:
  FileBlobStore& store_;
  const std::string& hash_;
};

fs::path FileBlobStore::path_of(const std::string& hash) const {
  return dir_ / hash.substr(0, 2) / hash.substr(2, 2) / hash;
}

Result<BlobId> FileBlobStore::put(std::span<const std::byte> bytes) {
  if (bytes.size() > kBytesMax) {
    return make_error(ErrorCode::too_large,
                      "文件 " + std::to_string(bytes.size()) + " 字节，上限为 64 MiB", "blob");
  }
  const std::string hash = Sha256().raw(characters(bytes)).finish().hex();
  const Writing writing(*this, hash);
  struct stat known {};
  const bool there = ::stat(path_of(hash).c_str(), &known) == 0 &&
                     static_cast<std::size_t>(known.st_size) == bytes.size();
  if (!there) XUNJIE_TRY_VOID(write_new(hash, characters(bytes)));
  // Whoever gets the id may count on the file: remove() goes by this time.
  if (there) ::utimensat(AT_FDCWD, path_of(hash).c_str(), nullptr, 0);
  // A file that was there may have been renamed just before a crash: its name is synced again.
  XUNJIE_TRY_VOID(sync_directory(path_of(hash).parent_path()));
  return BlobId(hash);
}

Result<void> FileBlobStore::write_new(const std::string& hash, std::string_view bytes) {
  Incoming incoming(dir_);
  if (!incoming.valid()) return os_error(errno, "create a file in " + (dir_ / "incoming").string());
  XUNJIE_TRY_VOID(incoming.fill(bytes));
  const fs::path target = path_of(hash);
  XUNJIE_TRY_VOID(make_directories(target.parent_path()));
  XUNJIE_TRY_VOID(incoming.rename_to(target));
  crash_point("store.after_rename_blob");
  return {};
}

Result<std::vector<std::byte>> FileBlobStore::get(const BlobId& id) {
  if (!is_hash(id.value)) return no_blob(id);
  auto text = read_file(path_of(id.value));
  if (!text.ok()) return text.error().code == ErrorCode::not_found ? no_blob(id) : text.error();
  if (Sha256().raw(*text).finish().hex() != id.value) {
    return make_error(ErrorCode::corrupt, "文件 " + id.value + " 的内容与其编号不符", "blob");
  }
  const auto bytes = std::as_bytes(std::span(*text));
  return std::vector<std::byte>(bytes.begin(), bytes.end());
}

Result<std::uint64_t> FileBlobStore::size_of(const BlobId& id) {
  struct stat known {};
  if (!is_hash(id.value)) return no_blob(id);
  if (::stat(path_of(id.value).c_str(), &known) == 0)
    return static_cast<std::uint64_t>(known.st_size);
  return errno == ENOENT ? no_blob(id) : os_error(errno, "stat " + id.value);
}

Result<std::vector<ports::StoredBlob>> FileBlobStore::list(std::string_view prefix) {
  const bool two = prefix.size() == 2 && prefix.find_first_not_of(kHexDigits) == prefix.npos;
  if (!two) return make_error(ErrorCode::invalid_argument, "prefix 应为两位十六进制数", "prefix");
  std::vector<ports::StoredBlob> out;
  std::error_code code;
  for (fs::recursive_directory_iterator at(dir_ / prefix, code), end; !code && at != end;
       at.increment(code)) {
    struct stat known {};
    const BlobId id(at->path().filename().string());
    if (!is_hash(id.value) || ::stat(at->path().c_str(), &known) != 0) continue;
    out.push_back({id, static_cast<std::uint64_t>(known.st_size), modified(known)});
  }
  if (code && code != std::errc::no_such_file_or_directory)
    return os_error(code.value(), "walk " + (dir_ / prefix).string());
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return out;
}

Result<bool> FileBlobStore::remove(const BlobId& id, UtcMicros untouched_since) {
  if (!is_hash(id.value)) return no_blob(id);
  const Writing writing(*this, id.value);
  const fs::path path = path_of(id.value);
  struct stat known {};
  if (::stat(path.c_str(), &known) != 0)
    return errno == ENOENT ? Result<bool>(true) : os_error(errno, "stat " + id.value);
  if (modified(known) >= untouched_since) return false;
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return os_error(errno, "delete " + id.value);
  XUNJIE_TRY_VOID(sync_directory(path.parent_path()));
  return true;
}

Result<std::vector<BlobId>> FileBlobStore::verify_all(std::int64_t& checked) {
  checked = 0;
  std::vector<BlobId> wrong;
  std::error_code code;
  for (fs::recursive_directory_iterator at(dir_, code), end; !code && at != end;
       at.increment(code)) {
    if (!at->is_regular_file() || at->path().parent_path() == dir_ / "incoming") continue;
    ++checked;
    const BlobId id(at->path().filename().string());
    const bool in_place = is_hash(id.value) && at->path() == path_of(id.value);
    if (!in_place || !get(id).ok()) wrong.push_back(id);
  }
  if (code) return os_error(code.value(), "walk " + dir_.string());
  std::sort(wrong.begin(), wrong.end());
  return wrong;
}

Result<void> FileBlobStore::remove_leftovers() {
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(dir_ / "incoming", code)) {
    const FileHandle handle(::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC));
    struct stat known {};
    if (!handle.valid() || ::fstat(handle.get(), &known) != 0) continue;
    const bool held = ::flock(handle.get(), LOCK_EX | LOCK_NB) != 0;
    if (!held && ::time(nullptr) - known.st_mtime > kLeftoverAge_s) ::unlink(entry.path().c_str());
  }
  if (code) return os_error(code.value(), "list " + (dir_ / "incoming").string());
  return {};
}

Result<std::unique_ptr<ports::BlobStore>> open_blob_store(const fs::path& dir) {
  const fs::path absolute = fs::absolute(dir).lexically_normal();
  XUNJIE_TRY_VOID(make_directories(absolute / "incoming"));
  auto store = std::make_unique<FileBlobStore>(absolute);
  XUNJIE_TRY_VOID(store->remove_leftovers());
  return std::unique_ptr<ports::BlobStore>(std::move(store));
}

}  // namespace xunjie::store
