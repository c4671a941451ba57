#include "watch/bytes.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

namespace xunjie::watch {
namespace {

constexpr std::size_t kMaxBytes = 256U << 20U;

std::uint64_t checksum(std::span<const std::byte> bytes) {
  std::uint64_t hash = 1469598103934665603ULL;
  for (const std::byte b : bytes)
    hash = (hash ^ std::to_integer<std::uint64_t>(b)) * 1099511628211ULL;
  return hash;
}

Error failure(const std::filesystem::path& path, const char* doing) {
  const int code = errno;
  return make_error(code == ENOSPC || code == EDQUOT ? ErrorCode::full : ErrorCode::unavailable,
                    std::string("cannot ") + doing + " the watcher's files", "",
                    path.string() + ": " + std::strerror(code));
}

class File {
 public:
  File(const std::filesystem::path& path, int flags)
      : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] bool open() const { return fd_ >= 0; }
  bool write(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
      const auto n = ::write(fd_, bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return false;
      bytes = bytes.subspan(static_cast<std::size_t>(n));
    }
    return true;
  }
  bool sync() { return ::fsync(fd_) == 0; }

 private:
  int fd_;
};

}  // namespace

Result<void> write_file(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  std::filesystem::path beside = path;
  beside += ".new";
  const std::uint64_t sum = checksum(bytes);
  {
    File file(beside, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file.open()) return failure(path, "open");
    const bool written =
        file.write(bytes) && file.write(std::as_bytes(std::span(&sum, 1))) && file.sync();
    if (!written) {
      const Error error = failure(path, "write");
      ::unlink(beside.c_str());
      return error;
    }
  }
  if (::rename(beside.c_str(), path.c_str()) != 0) return failure(path, "rename");
  File folder(path.parent_path(), O_RDONLY | O_DIRECTORY);
  if (!folder.open() || !folder.sync()) return failure(path, "sync");
  return {};
}

Result<Bytes> read_file(const std::filesystem::path& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) return make_error(ErrorCode::not_found, "no such watcher file", "", path.string());
  if (size > kMaxBytes)
    return make_error(ErrorCode::too_large, "watcher file too large", "", path.string());
  std::ifstream file(path, std::ios::binary);
  Bytes bytes(size);
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
  std::uint64_t sum = 0;
  if (!file || size < sizeof sum)
    return make_error(ErrorCode::corrupt, "watcher file unreadable", "", path.string());
  std::memcpy(&sum, bytes.data() + size - sizeof sum, sizeof sum);
  bytes.resize(size - sizeof sum);
  if (sum != checksum(bytes))
    return make_error(ErrorCode::corrupt, "watcher file damaged", "", path.string());
  return bytes;
}

}  // namespace xunjie::watch
