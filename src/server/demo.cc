#include "server/demo.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>

#include "server/data_commands.h"
#include "server/places.h"

namespace xunjie::server {

int demo(const std::vector<std::string>& arguments) {
  const auto director = find_beside_program("demo/director/run.py");
  if (!director) return complain(director.error());
  std::vector<std::string> words{"python3", director->string(), "--xunjie",
                                 program_path().string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  execvp("python3", argv.data());
  std::cerr << "xunjie: 无法启动 python3: " << std::strerror(errno) << '\n';
  return 1;
}

}  // namespace xunjie::server
