// SPDX-License-Identifier: MIT
#include <base/text.hpp>
#include <libipc/start/main.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/place.hpp>
#include <user/tools/kit/tool.hpp>

namespace {

using base::u64;
using base::u8;

constinit bool is_directory = false;
constinit bool only_name = false;
constexpr kit::Option options[] = {{'d', is_directory, "a directory"},
                                   {'u', only_name, "only a name, of which there is nothing yet"}};
constexpr kit::Usage usage{
    .name = "mktemp",
    .operands = "[TEMPLATE]",
    .sentence = "Makes a file of a new name, from X in a template; in /tmp or here.",
    .options = options,
    .most = 1};

constexpr u64 least_places = 3;
constexpr u64 attempts = 100;
constexpr std::string_view usual_folder = "/tmp";
constexpr std::string_view letters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

// Fills the last places of the name.
kit::Outcome<void> choose(std::span<char> places) {
  auto source = TRY(kit::open({"/dev/random"}));
  for (char& place : places) {
    u8 byte = 0;
    // A byte of the last, incomplete round would make some letters likelier.
    do TRY(source.read(std::as_writable_bytes(std::span{&byte, 1})));
    while (byte >= 256 / letters.size() * letters.size());
    place = letters[byte % letters.size()];
  }
  return {};
}

kit::Outcome<void> make(std::string_view path) {
  if (only_name)
    return kit::stat({path}).ok() ? kit::Problem{abi::Error::occupied} : kit::Problem{};
  if (is_directory) return kit::make_directory({path}, 0700);
  constexpr u64 flags = kit::open_flag::write | kit::open_flag::create | kit::open_flag::exclusive;
  return kit::open({path}, flags, 0600).error();
}

}  // namespace

int main(int argc, char** argv) {
  const auto operands = kit::start(usage, argc, argv);
  // Without a folder for such files, here.
  base::Text<32> usual;
  if (kit::stat({usual_folder}).ok()) usual << usual_folder << '/';
  usual << "tmp.XXXXXXXXXX";
  const std::string_view form = operands.empty() ? usual.view() : operands.front();
  u64 places = 0;
  while (places < form.size() && form[form.size() - 1 - places] == 'X') ++places;
  if (places < least_places) kit::misused(form, "it must end in at least three X");
  static constinit char path[abi::files::max_path];
  if (form.size() > sizeof path) kit::give_up(form, "the path is too long");
  form.copy(path, form.size());
  kit::Outcome<void> made = kit::Problem{abi::Error::occupied};
  for (u64 i = 0; i < attempts && kit::is(made.error(), abi::Error::occupied); ++i) {
    made = choose({path + form.size() - places, places});
    if (made.ok()) made = make({path, form.size()});
  }
  if (!made.ok()) kit::give_up(form, made.error());
  kit::out << std::string_view{path, form.size()} << '\n';
  return kit::finish();
}
