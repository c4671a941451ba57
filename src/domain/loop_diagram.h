// The loop drawn from its table: the text of docs/design/loop.md (Markdown with Mermaid diagrams).
#pragma once

#include <string>

namespace xunjie::domain {

std::string loop_document();

}  // namespace xunjie::domain
