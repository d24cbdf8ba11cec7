// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstring>
#include <user/tools/kit/cpio_header.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/pack.hpp>
#include <user/tools/kit/path.hpp>
#include <user/tools/kit/source.hpp>

namespace kit {

namespace {

using abi::files::Fault;
using ipc::files::File;

constexpr u64 second = 1'000'000'000;
constexpr u64 permissions = 07777;
// What is longer is reached by open directories, one after the other: a request takes a path of
// abi::files::max_path at most, and a tree can be deeper.
constexpr u64 longest_path = abi::files::max_path / 2;
constexpr u64 longest_name = 64 * base::kib;
constinit char name_room[longest_name];

// The input, of which exactly so much is taken as is asked for.
class Input {
 public:
  void take(std::span<char> to) {
    while (!to.empty()) {
      if (used_ == end_) fill();
      const u64 count = std::min<u64>(to.size(), end_ - used_);
      std::memcpy(to.data(), block().data() + used_, count);
      used_ += count;
      to = to.subspan(count);
    }
  }
  // At most so many bytes, as they lie in the buffer.
  std::string_view take_some(u64 most) {
    if (used_ == end_) fill();
    const u64 count = std::min(most, end_ - used_);
    used_ += count;
    return {block().data() + used_ - count, count};
  }
  void skip(u64 count) {
    while (count != 0) count -= take_some(count).size();
  }

 private:
  void fill() {
    const auto count = ipc::input().read(block());
    if (!count.ok()) give_up("standard input", count.error());
    if (*count == 0) give_up("standard input", "it ends in the middle of the archive");
    used_ = 0;
    end_ = *count;
  }

  u64 used_ = 0;
  u64 end_ = 0;
};

struct Entry {
  CpioHeader header;
  std::string_view name;
  [[nodiscard]] u32 kind() const { return header.mode & base::archive_kind_mask; }
  [[nodiscard]] u64 time() const { return header.modified * second; }
  [[nodiscard]] u64 mode() const { return header.mode & permissions; }
};

// Directories get their modes and times when all is in them.
struct Directory {
  std::string_view name;
  u64 mode = 0;
  u64 time = 0;
  Directory* next = nullptr;
};

std::string_view without_root(std::string_view name) {
  while (name.starts_with('/') || name.starts_with("./"))
    name.remove_prefix(name.starts_with('/') ? 1 : 2);
  return name;
}

bool leads_out(std::string_view name) {
  for (std::string_view rest = name; !rest.empty();) {
    const auto end = rest.find('/');
    if (rest.substr(0, end) == "..") return true;
    rest = end == rest.npos ? std::string_view{} : rest.substr(end + 1);
  }
  return false;
}

void make_parents(std::string_view name) {
  for (auto end = name.find('/'); end != name.npos; end = name.find('/', end + 1))
    static_cast<void>(make_directory({name.substr(0, end)}));
}

// The directory of this name, which is made if it is not there.
Outcome<File> open_folder(Place place) {
  constexpr u64 flags = open_flag::read | open_flag::directory;
  auto folder = open(place, flags);
  if (folder.ok() || !is(folder.error(), abi::Error::not_found)) return folder;
  TRY(make_directory(place));
  return open(place, flags);
}

// Where a name is in the archive's terms. What it is in stays open in `folder`, if it is deep.
Outcome<Place> reach(std::string_view name, File& folder) {
  if (name.size() <= longest_path) return Place{name};
  name = without_end_slashes(name);
  Place place;
  for (auto end = name.find('/'); end != name.npos; end = name.find('/')) {
    place.path = name.substr(0, end);
    name.remove_prefix(end + 1);
    if (place.path.empty() || place.path == ".") continue;
    folder = TRY(open_folder(place));
    place.base = folder.number();
  }
  place.path = name;
  return place;
}

class Unpacker {
 public:
  void run() {
    while (read_entry()) {
      u64 left = entry_.header.size;
      const auto made = make(left);
      if (!made.ok()) complain(entry_.name, made.error());
      input_.skip(left + entry_.header.data_padding());
    }
    for (const auto* one = directories_; one != nullptr; one = one->next) finish(*one);
  }

  void list() {
    while (read_entry()) {
      out << entry_.name << '\n';
      input_.skip(entry_.header.size + entry_.header.data_padding());
    }
  }

 private:
  // False: that was the end.
  bool read_entry() {
    char text[CpioHeader::bytes];
    input_.take(text);
    const auto header = CpioHeader::read(text);
    if (!header || header->name_bytes == 0 || header->name_bytes > longest_name)
      give_up("standard input", "this is no archive, or a damaged one");
    input_.take({name_room, header->name_bytes});
    input_.skip(header->name_padding());
    entry_ = {*header, {name_room, header->name_bytes - 1}};
    return entry_.name != base::archive_trailer;
  }

  // `left` of the data has not been read.
  Outcome<void> make(u64& left) {
    entry_.name = without_root(entry_.name);
    if (leads_out(entry_.name)) return Problem{abi::Error::denied};
    if (entry_.name.empty()) return {};
    File folder;
    place_ = TRY(reach(entry_.name, folder));
    switch (entry_.kind()) {
      case base::archive_directory: return make_directory_and_note();
      case base::archive_file: return make_file(left);
      case base::archive_symbolic_link: return make_symbolic_link(left);
      default: return Problem{abi::Error::wrong_object, Fault::not_a_file};
    }
  }

  // Most often the directory above is there, so that is looked at only if something fails.
  template <class Make>
  Outcome<void> with_parents(Make&& make) {
    const auto made = make();
    if (made.ok() || !is(made.error(), abi::Error::not_found)) return made;
    if (entry_.name.size() <= longest_path) make_parents(entry_.name);
    return make();
  }

  Outcome<void> make_directory_and_note() {
    const auto made = with_parents([&] { return make_directory(place_, 0700); });
    if (!made.ok() && !is(made.error(), abi::Error::occupied)) return made;
    const auto node = arena_.allocate<Directory>(1);
    const auto name = arena_.copy(entry_.name);
    if (node.empty() || name.data() == nullptr) return Problem{abi::Error::no_memory};
    // The deepest come first, as they came last.
    node[0] = {name, entry_.mode(), entry_.time(), directories_};
    directories_ = node.data();
    return {};
  }

  static void finish(const Directory& directory) {
    const auto done = set_attributes(directory);
    if (!done.ok()) complain(directory.name, done.error());
  }

  static Outcome<void> set_attributes(const Directory& directory) {
    File folder;
    const Place place = TRY(reach(directory.name, folder));
    TRY(set_time(place, directory.time));
    return set_mode(place, directory.mode);
  }

  Outcome<void> make_file(u64& left) {
    File file;
    constexpr u64 flags = open_flag::write | open_flag::create | open_flag::truncate;
    TRY(with_parents([&] {
      auto opened = open(place_, flags);
      if (opened.ok()) file = std::move(*opened);
      return Outcome<void>{opened.error()};
    }));
    while (left != 0) {
      const auto bytes = input_.take_some(left);
      left -= bytes.size();
      TRY(file.write(bytes));
    }
    file.close();
    TRY(set_time(place_, entry_.time()));
    return set_mode(place_, entry_.mode());
  }

  Outcome<void> make_symbolic_link(u64& left) {
    char text[abi::files::max_path];
    if (left > sizeof text) return Problem{abi::Error::too_big, Fault::path_too_long};
    const std::span<char> target{text, left};
    input_.take(target);
    left = 0;
    const auto make = [&] { return make_link({target.data(), target.size()}, place_); };
    const auto made = with_parents(make);
    if (made.ok() || !is(made.error(), abi::Error::occupied)) return made;
    TRY(remove(place_, abi::files::Removes::files));
    return make();
  }

  Input input_;
  Entry entry_;
  Place place_;  // of the entry
  ipc::Arena arena_;
  Directory* directories_ = nullptr;
};

}  // namespace

void unpack() { Unpacker{}.run(); }
void list_archive() { Unpacker{}.list(); }

}  // namespace kit
