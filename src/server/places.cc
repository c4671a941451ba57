#include "server/places.h"

#include <fstream>
#include <system_error>

namespace xunjie::server {

namespace fs = std::filesystem;

fs::path program_path() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error);
}

Result<fs::path> find_beside_program(const std::string& relative) {
  const fs::path folder = program_path().parent_path();
  const fs::path tree = (folder / "../../.." / relative).lexically_normal();
  const fs::path installed = (folder / "../share/xunjie" / relative).lexically_normal();
  std::error_code error;
  for (const fs::path& place : {tree, installed}) {
    if (fs::exists(place, error)) return place;
  }
  return make_error(ErrorCode::not_found, "找不到 " + relative + "（查找过 " + tree.string() +
                                              " 与 " + installed.string() + "）");
}

Result<void> write_whole(const fs::path& file, const std::string& text) {
  const fs::path temporary = file.string() + ".new";
  {
    std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
    out << text;
    out.flush();
    if (!out) return make_error(ErrorCode::unavailable, "无法写入 " + temporary.string());
  }
  std::error_code error;
  fs::rename(temporary, file, error);
  if (error) return make_error(ErrorCode::unavailable, "无法写入 " + file.string());
  return {};
}

}  // namespace xunjie::server
