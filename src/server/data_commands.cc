#include "server/data_commands.h"

#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "server/core.h"

namespace xunjie::server {
namespace {

constexpr std::size_t kPasswordMin = 10;

Result<std::string> read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return make_error(ErrorCode::not_found, "无法读取 " + file.string(), "file");
  return std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

Result<std::unique_ptr<Core>> open_for(const std::filesystem::path& data,
                                       const std::filesystem::path& reference) {
  XUNJIE_TRY(rules, load_reference(reference, ""));
  return open_core(data, std::move(rules));
}

Result<void> put_user(const cli::UserArguments& arguments, const std::string& password) {
  if (!password.empty() && password.size() < kPasswordMin) {
    return make_error(ErrorCode::invalid_argument, "口令至少 10 个字符", "password");
  }
  XUNJIE_TRY(core, open_for(arguments.data, arguments.reference));
  app::NewUser user;
  user.login = arguments.login;
  user.name = arguments.name.empty() ? arguments.login : arguments.name;
  user.role = arguments.role;
  user.subdistrict = arguments.subdistrict;
  user.department = arguments.department;
  user.certificate = arguments.certificate;
  return core->accounts.put_user(user, password);
}

Result<std::string> import_file(const cli::ImportArguments& arguments) {
  XUNJIE_TRY(text, read_text(arguments.file));
  XUNJIE_TRY(core, open_for(arguments.data, arguments.reference));
  return core->registry.import(text, core->accounts);
}

}  // namespace

int complain(const Error& error) {
  std::cerr << "xunjie: " << error.message;
  if (!error.field.empty()) std::cerr << " [" << error.field << "]";
  if (!error.detail.empty()) std::cerr << " (" << error.detail << ")";
  std::cerr << '\n';
  return 1;
}

int add_user(const cli::UserArguments& arguments) {
  std::string password;
  std::getline(std::cin, password);
  const auto done = put_user(arguments, password);
  if (!done) return complain(done.error());
  std::cout << "账号 " << arguments.login << " 已保存\n";
  return 0;
}

int import_registry(const cli::ImportArguments& arguments) {
  const auto done = import_file(arguments);
  if (!done) return complain(done.error());
  std::cout << *done << '\n';
  return 0;
}

}  // namespace xunjie::server
