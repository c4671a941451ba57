#include "server/scripts.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iostream>

#include "server/data_commands.h"
#include "server/places.h"

namespace xunjie::server {

int become_script(const std::string& script, const std::vector<std::string>& arguments) {
  const auto path = find_beside_program(script);
  if (!path) return complain(path.error());
  ::setenv("XUNJIE_BIN", program_path().c_str(), 1);
  std::vector<std::string> words{"python3", path->string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  execvp("python3", argv.data());
  std::cerr << "xunjie: 无法启动 python3: " << std::strerror(errno) << '\n';
  return 1;
}

int demo(const std::vector<std::string>& arguments) {
  std::vector<std::string> all{"--xunjie", program_path().string()};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return become_script("demo/director/run.py", all);
}

}  // namespace xunjie::server
