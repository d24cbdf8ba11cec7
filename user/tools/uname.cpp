// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/tool.hpp>

namespace {

constinit bool all = false;
constinit bool kernel = false;
constinit bool node = false;
constinit bool release = false;
constinit bool version = false;
constinit bool machine = false;
constexpr kit::Option options[] = {{'a', all, "all of it"},
                                   {'s', kernel, "the system's name; this is what is said anyway"},
                                   {'n', node, "the name of this machine"},
                                   {'r', release, "the release"},
                                   {'v', version, "what is to be said of this version"},
                                   {'m', machine, "the kind of machine"}};
constexpr kit::Usage usage{
    .name = "uname", .sentence = "Says what system this is.", .options = options, .most = 0};

}  // namespace

int main(int argc, char** argv) {
  kit::start(usage, argc, argv);
  const bool nothing_asked = !(all || kernel || node || release || version || machine);
  const struct {
    bool is_wanted;
    std::string_view text;
  } parts[] = {{kernel || nothing_asked, "Aril"},
               {node, "aril"},
               {release, "0.1"},
               {version, "capabilities"},
               {machine, "aarch64"}};
  bool is_first = true;
  for (const auto& part : parts) {
    if (!part.is_wanted && !all) continue;
    kit::out << (is_first ? "" : " ") << part.text;
    is_first = false;
  }
  kit::out << '\n';
  return kit::finish();
}
