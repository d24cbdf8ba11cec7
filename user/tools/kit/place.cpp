// SPDX-License-Identifier: MIT
#include <user/tools/kit/place.hpp>

namespace kit {

namespace {

using namespace abi::files;
using ipc::files::ask;
using ipc::files::File;

// A name fits behind any request. Of paths libipc takes care.
bool is_name(Place place) { return place.base != working_directory; }
abi::u32 base_of(Place place) { return static_cast<abi::u32>(place.base); }
abi::u16 bytes_of(Place place) { return static_cast<abi::u16>(place.path.size()); }

Outcome<void> set(Place place, SetAttributes request) {
  request.base = base_of(place);
  request.text_bytes = bytes_of(place);
  return Problem{ask(files, request, place.path).error()};
}

}  // namespace

Outcome<Attributes> stat(Place place, Links links) {
  const abi::u16 flags = links == Links::kept ? path_flag::no_follow : abi::u16{0};
  if (!is_name(place)) return files.stat(place.path, flags);
  return ask(files, Stat{.base = base_of(place), .flags = flags, .text_bytes = bytes_of(place)},
             place.path);
}

Outcome<File> open(Place place, u64 flags, abi::u16 mode) {
  if (!is_name(place)) return files.open(place.path, flags, mode);
  const Open request{
      .base = base_of(place), .mode = mode, .text_bytes = bytes_of(place), .flags = flags};
  return File{files, TRY(ask(files, request, place.path)), flags};
}

Outcome<void> remove(Place place, Removes what) {
  if (!is_name(place)) return files.remove(place.path, what);
  const Remove request{.base = base_of(place), .what = what, .text_bytes = bytes_of(place)};
  return Problem{ask(files, request, place.path).error()};
}

Outcome<void> make_directory(Place place, u64 mode) {
  const auto bits = static_cast<abi::u16>(mode);
  if (!is_name(place)) return files.make_directory(place.path, bits);
  const MakeDirectory request{.base = base_of(place), .mode = bits, .text_bytes = bytes_of(place)};
  return Problem{ask(files, request, place.path).error()};
}

Outcome<void> make_link(std::string_view text, Place place) {
  if (!is_name(place)) return files.make_symbolic_link(text, place.path);
  if (text.size() + place.path.size() > ipc::files::max_text<MakeSymbolicLink>)
    return Problem{abi::Error::too_big, Fault::path_too_long};
  const MakeSymbolicLink request{.base = base_of(place),
                                 .text_bytes = bytes_of(place),
                                 .second_bytes = static_cast<abi::u16>(text.size())};
  return Problem{ask(files, request, place.path, text).error()};
}

Outcome<std::string_view> read_link(Place place, std::span<char> to) {
  if (!is_name(place)) return files.read_symbolic_link(place.path, to);
  const ReadSymbolicLink request{
      .base = base_of(place), .flags = path_flag::no_follow, .text_bytes = bytes_of(place)};
  const ipc::Message answer = ipc::files::send_text(files, request, place.path);
  const auto reply = TRY(ipc::files::read_reply<ReadSymbolicLink::Reply>(answer));
  if (reply.bytes > to.size()) return Problem{abi::Error::too_big};
  ipc::files::get_bytes(answer, sizeof reply, std::as_writable_bytes(to.first(reply.bytes)));
  return std::string_view{to.data(), reply.bytes};
}

Outcome<void> set_mode(Place place, u64 mode) {
  if (!is_name(place)) return files.change_mode(place.path, mode);
  return set(place, {.flags = attribute_flag::mode, .mode = mode, .modified = 0});
}

Outcome<void> set_time(Place place, u64 nanoseconds) {
  if (!is_name(place)) return files.set_modified(place.path, nanoseconds);
  return set(place, {.flags = attribute_flag::modified, .mode = 0, .modified = nanoseconds});
}

Outcome<void> set_time_to_now(Place place) {
  constexpr abi::u16 flags = attribute_flag::now;
  // A path that does not fit behind the request goes by way of the open file.
  const bool fits = place.path.size() <= ipc::files::max_text<SetAttributes>;
  File file;
  if (!fits) file = TRY(files.open(place.path));
  return set(fits ? place : Place{{}, file.number()}, {.flags = flags, .mode = 0, .modified = 0});
}

}  // namespace kit
