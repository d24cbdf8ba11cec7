// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/pack.hpp>
#include <user/tools/kit/tool.hpp>

namespace {

constexpr kit::Usage usage{
    .name = "archive",
    .operands = "create PATH... | extract | list",
    .sentence =
        "Writes trees as a cpio archive (newc) to the output, or makes or names what is in "
        "the one that the input is.",
    .least = 1};

}  // namespace

int main(int argc, char** argv) {
  const auto operands = kit::start(usage, argc, argv);
  const std::string_view verb = operands.front();
  const auto paths = operands.subspan(1);
  if (verb != "create" && !paths.empty()) kit::misused(paths.front(), "this word is one too many");
  if (verb == "create") {
    if (paths.empty()) kit::misused(verb, "more words are needed");
    for (const std::string_view path : paths) kit::pack_tree(path);
    kit::finish_archive();
  } else if (verb == "extract") {
    kit::unpack();
  } else if (verb == "list") {
    kit::list_archive();
  } else {
    kit::misused(verb, "it is none of create, extract and list");
  }
  return kit::finish();
}
