// Prints the text of docs/design/loop.md:  xunjie-loop-diagram > docs/design/loop.md
#include <cstdio>

#include "domain/loop_diagram.h"

int main() {
  const std::string text = xunjie::domain::loop_document();
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() ? 0 : 1;
}
