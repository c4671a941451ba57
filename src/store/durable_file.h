// Files that are wholly there or not at all: written aside, synced, renamed, directory synced.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace xunjie::store {

// An open file descriptor that closes itself.
class FileHandle {
 public:
  explicit FileHandle(int descriptor = -1) : descriptor_(descriptor) {}
  FileHandle(FileHandle&& other) noexcept;
  FileHandle& operator=(FileHandle&& other) noexcept;
  ~FileHandle();
  [[nodiscard]] int get() const { return descriptor_; }
  [[nodiscard]] bool valid() const { return descriptor_ >= 0; }

 private:
  int descriptor_;
};

Result<void> write_all(int descriptor, std::string_view bytes);
Result<void> sync_directory(const std::filesystem::path& directory);
// Creates the directory and its parents and syncs each parent that gained an entry.
Result<void> make_directories(const std::filesystem::path& directory);
Result<void> write_durably(const std::filesystem::path& file, std::string_view bytes,
                           unsigned mode);
// Errors: not_found, unavailable.
Result<std::string> read_file(const std::filesystem::path& file);
// Holds `file` exclusively until the handle goes; `unavailable` names the process that has it.
Result<FileHandle> lock_file(const std::filesystem::path& file);

}  // namespace xunjie::store
