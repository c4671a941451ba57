#include "server/export_command.h"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <span>
#include <string>

#include <boost/json.hpp>

#include "app/coco_export.h"
#include "server/core.h"
#include "server/data_commands.h"
#include "store/open.h"

namespace xunjie::server {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

Result<void> make_folders(const fs::path& out) {
  std::error_code failed;
  fs::create_directories(out / "images", failed);
  if (failed) {
    return make_error(ErrorCode::invalid_argument,
                      "无法建立目录 " + out.string() + "：" + failed.message(), "out");
  }
  return {};
}

// A data set is never mixed with another: what is there already stays as it is.
Result<void> check_new(const fs::path& out) {
  std::error_code failed;
  if (!fs::exists(out, failed)) return {};
  if (fs::is_directory(out, failed) && fs::is_empty(out, failed)) return {};
  return make_error(ErrorCode::already_exists,
                    out.string() + " 已有内容；请给一个空的或尚不存在的目录", "out");
}

Result<void> write_file(const fs::path& path, std::span<const std::byte> bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()),  // NOLINT
             static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (file) return {};
  return make_error(ErrorCode::full, "无法写入 " + path.string(), "out");
}

Result<app::CocoReport> run(const cli::ExportCocoArguments& arguments) {
  XUNJIE_TRY_VOID(check_new(arguments.out));
  XUNJIE_TRY(rules, load_reference(arguments.reference, ""));
  XUNJIE_TRY(store, store::open_sqlite_store(arguments.data, {.read_only = true}));
  XUNJIE_TRY(blobs, store::open_blob_store(arguments.data / "blobs"));
  XUNJIE_TRY_VOID(make_folders(arguments.out));
  return app::export_coco(*store, *blobs, rules, [&](const std::string& path, auto bytes) {
    return write_file(arguments.out / path, bytes);
  });
}

}  // namespace

int export_coco(const cli::ExportCocoArguments& arguments) {
  const auto report = run(arguments);
  if (!report) return complain(report.error());
  const json::object line{{"out", arguments.out.string()},  {"pictures", report->pictures},
                          {"confirmed", report->confirmed}, {"rejected", report->rejected},
                          {"undecided", report->undecided}, {"unreadable", report->unreadable},
                          {"left_out", report->left_out}};
  std::cout << json::serialize(line) << '\n';
  return 0;
}

}  // namespace xunjie::server
