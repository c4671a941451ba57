#include "store/durable_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "store/error_table.h"

namespace xunjie::store {
namespace fs = std::filesystem;

FileHandle::FileHandle(FileHandle&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileHandle& FileHandle::operator=(FileHandle&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FileHandle::~FileHandle() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<void> write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return os_error(errno, "write");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> sync_directory(const fs::path& directory) {
  const FileHandle handle(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!handle.valid()) return os_error(errno, "open " + directory.string());
  if (::fsync(handle.get()) != 0) return os_error(errno, "fsync " + directory.string());
  return {};
}

Result<void> make_directories(const fs::path& directory) {
  if (::mkdir(directory.c_str(), 0750) == 0) {
    const fs::path parent = directory.parent_path();
    return sync_directory(parent.empty() ? fs::path(".") : parent);
  }
  if (errno == EEXIST) return {};
  if (errno != ENOENT || !directory.has_parent_path())
    return os_error(errno, "mkdir " + directory.string());
  XUNJIE_TRY_VOID(make_directories(directory.parent_path()));
  return make_directories(directory);
}

Result<void> write_durably(const fs::path& file, std::string_view bytes, unsigned mode) {
  const fs::path aside = file.string() + ".new";
  {
    const FileHandle handle(::open(aside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
    if (!handle.valid()) return os_error(errno, "open " + aside.string());
    if (::fchmod(handle.get(), mode) != 0) return os_error(errno, "chmod " + aside.string());
    XUNJIE_TRY_VOID(write_all(handle.get(), bytes));
    if (::fsync(handle.get()) != 0) return os_error(errno, "fsync " + aside.string());
  }
  if (std::rename(aside.c_str(), file.c_str()) != 0)
    return os_error(errno, "rename " + aside.string());
  return sync_directory(file.parent_path());
}

Result<std::string> read_file(const fs::path& file) {
  const FileHandle handle(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!handle.valid()) return os_error(errno, "open " + file.string());
  std::string out;
  std::array<char, 65536> part{};
  while (true) {
    const ssize_t got = ::read(handle.get(), part.data(), part.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return os_error(errno, "read " + file.string());
    if (got == 0) return out;
    out.append(part.data(), static_cast<std::size_t>(got));
  }
}

Result<FileHandle> lock_file(const fs::path& file) {
  FileHandle handle(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640));
  if (!handle.valid()) return os_error(errno, "open " + file.string());
  if (::flock(handle.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return os_error(errno, "flock " + file.string());
    std::string holder = read_file(file).ok() ? *read_file(file) : std::string();
    while (!holder.empty() && holder.back() == '\n') holder.pop_back();
    return make_error(ErrorCode::unavailable, "数据目录 " + file.parent_path().string() +
                                                  " 正由进程 " + holder +
                                                  " 使用，同一目录只能由一个进程写入");
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(handle.get(), 0) != 0) return os_error(errno, "truncate " + file.string());
  XUNJIE_TRY_VOID(write_all(handle.get(), pid));
  return handle;
}

}  // namespace xunjie::store
