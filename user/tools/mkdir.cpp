// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/number.hpp>
#include <user/tools/kit/place.hpp>
#include <user/tools/kit/tool.hpp>

namespace {

constinit bool makes_parents = false;
constinit std::string_view mode_text = "755";
constexpr kit::Option options[] = {
    {'p', makes_parents, "those above as well; what is there already is fine"},
    {'m', mode_text, "MODE", "with this mode, in octal"}};
constexpr kit::Usage usage{.name = "mkdir",
                           .operands = "DIRECTORY...",
                           .sentence = "Makes directories.",
                           .options = options,
                           .least = 1};

bool is_directory(std::string_view path) {
  const auto attributes = kit::stat({path});
  return attributes.ok() && attributes->kind == kit::Kind::directory;
}

// Whatever ends in front of a slash first, then all of it.
kit::Outcome<void> make_all(std::string_view path, base::u64 mode) {
  for (base::u64 end = 0; end < path.size();) {
    end = path.find('/', end + 1);
    const std::string_view part = path.substr(0, end);
    const auto made = kit::make_directory({part}, part == path ? mode : 0755);
    if (!made.ok() && !is_directory(part)) return made;
    if (end == path.npos) break;
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  const auto paths = kit::start(usage, argc, argv);
  const auto mode = kit::parse_number(mode_text, 8);
  if (!mode || *mode > 07777) kit::misused(mode_text, "this is no mode in octal");
  for (const std::string_view path : paths) {
    const auto made = makes_parents ? make_all(path, *mode) : kit::make_directory({path}, *mode);
    if (!made.ok()) kit::complain(path, made.error());
  }
  return kit::finish();
}
