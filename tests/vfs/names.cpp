// SPDX-License-Identifier: MIT
// Names through the protocol: what the unit tests ask of the tree, asked of the server.
#include <tests/vfs/kit.hpp>

namespace vfs_test {
namespace {

void archive(Report& report) {
  report.expect(has_contents(files, "/etc/small", "a small file of the archive\n"),
                "a file of the boot archive is there");
  const auto attributes = files.stat("/etc/small");
  report.expect(attributes.ok() && attributes->kind == Kind::file && attributes->size == 28,
                "and has a size");
  report.expect(files.stat("/").ok() && files.stat("/bin")->kind == Kind::directory,
                "its folders are there");
  report.expect(files.info().ok() && files.info()->lost_entries == 0, "nothing of it was lost");
}

void spellings(Report& report) {
  static_cast<void>(files.make_directory("/spell"));
  static_cast<void>(write_file(files, "/spell/f", "x"));
  const u64 id = files.stat("/spell/f")->id;
  u64 same = 0;
  constexpr std::string_view all[] = {"/spell/f",      "//spell//f",        "/./spell/f",
                                      "/spell/./f",    "/spell/../spell/f", "/../spell/f",
                                      "spell/f",       "./spell/f",         "../spell/f",
                                      "/spell/././/f", "/etc/../spell/f",   "/../../spell//f"};
  for (const auto path : all) {
    const auto found = files.stat(path);
    if (found.ok() && found->id == id) ++same;
  }
  report.expect(same == std::size(all), "all spellings of a path are one");
  report.expect(failed_with(files.stat("/spell/f/"), Error::wrong_object, Fault::not_a_directory),
                "a slash behind a file is an error");
  report.expect(failed_with(files.stat(""), Error::not_found, Fault::no_such_name),
                "an empty path names nothing");
  static_cast<void>(files.remove("/spell/f"));
  static_cast<void>(files.remove("/spell"));
}

// A directory chain that only a path of more than a message can name.
void long_paths(Report& report) {
  static char path[max_path + 64];
  u64 length = 0;
  const auto view = [&] { return std::string_view{path, length}; };
  bool good = true;
  for (int depth = 0; depth < 4; ++depth) {
    path[length++] = '/';
    for (int i = 0; i < 250; ++i) path[length++] = static_cast<char>('a' + depth);
    good = good && files.make_directory(view()).ok();
  }
  const u64 folder = length;
  for (const char c : std::string_view{"/file"}) path[length++] = c;
  report.expect(
      good && write_file(files, view(), "deep").ok() && has_contents(files, view(), "deep"),
      "a file by a path of 1,009 bytes");
  report.expect(files.rename(view(), "/found").ok() && has_contents(files, "/found", "deep"),
                "is renamed");
  static_cast<void>(files.remove("/found"));
  length = folder;
  for (int depth = 0; depth < 4; ++depth, length -= 251) good = files.remove(view()).ok() && good;
  report.expect(good, "and its folders go");
  length = sizeof path;
  for (char& c : path) c = 'x';
  report.expect(failed_with(files.stat(view()), Error::too_big, Fault::path_too_long),
                "longer paths are refused");
  length = 256;
  report.expect(failed_with(files.stat(view()), Error::too_big, Fault::name_too_long),
                "and longer names");
}

void links(Report& report) {
  static_cast<void>(files.make_directory("/links"));
  static_cast<void>(write_file(files, "/links/file", "text"));
  bool good = files.make_symbolic_link("file", "/links/to").ok();
  good = good && has_contents(files, "/links/to", "text");
  report.expect(good, "a symbolic link leads to its file");
  char room[64];
  const auto text = files.read_symbolic_link("/links/to", room);
  report.expect(text.ok() && *text == "file", "its text can be read");
  report.expect(files.stat("/links/to", path_flag::no_follow)->kind == Kind::symbolic_link,
                "it can be looked at itself");
  static_cast<void>(files.make_symbolic_link("loop", "/links/loop"));
  report.expect(failed_with(files.stat("/links/loop"), Error::too_big, Fault::too_many_links),
                "a circle ends");
  report.expect(files.add_name("/links/file", "/links/second").ok() &&
                    files.stat("/links/second")->links == 2,
                "a file has two names");
  report.expect(
      write_file(files, "/links/to", "new").ok() && has_contents(files, "/links/second", "new"),
      "and one contents");
  for (const auto* path : {"/links/to", "/links/loop", "/links/file", "/links/second", "/links"})
    good = files.remove(path).ok() && good;
  report.expect(good, "all of it goes again");
}

void directories(Report& report, u64 count) {
  static_cast<void>(files.make_directory("/many"));
  bool good = files.change_directory("/many").ok();
  for (u64 i = 0; i < count; ++i) {
    base::Text<32> name;
    name << "file" << i;
    good = write_file(files, name.view(), name.view()).ok() && good;
  }
  report.expect(good, "many files in one directory");
  auto folder = files.open("/many");
  u64 seen = 0;
  u64 sum = 0;
  u64 words[abi::max_message_words];
  for (u64 cursor = 0; folder.ok();) {
    const auto names = folder->read_names(cursor, words);
    if (!names.ok() || names->entries == 0) break;
    cursor = names->cursor;
    const u64* at = words;
    for (u64 i = 0; i < names->entries; ++i) {
      const DirectoryEntry entry{*at};
      const std::string_view name{reinterpret_cast<const char*>(at + 1), entry.name_bytes()};
      for (const char c : name.substr(4)) sum += static_cast<u64>(c - '0');
      ++seen;
      at += 1 + (entry.name_bytes() + 7) / 8;
      // What is removed on the way does not disturb the reader.
      if (seen % 3 == 0) static_cast<void>(files.remove(name));
    }
  }
  u64 expected = 0;
  for (u64 i = 0; i < count; ++i)
    for (u64 k = i; k != 0; k /= 10) expected += k % 10;
  report.expect(seen == count && sum == expected, "each is read once, while some of them go");
  char room[64];
  const auto here = files.working_directory(room);
  report.expect(here.ok() && *here == "/many", "the working directory has a path");
  for (u64 i = 0; i < count; ++i) {
    base::Text<32> name;
    name << "file" << i;
    static_cast<void>(files.remove(name.view()));
  }
  static_cast<void>(files.change_directory("/"));
  folder->close();
  report.expect(files.remove("/many").ok(), "and all of them go");
}

void errors(Report& report) {
  static_cast<void>(files.make_directory("/e"));
  static_cast<void>(write_file(files, "/e/f", "x"));
  report.expect(failed_with(files.open("/nothing"), Error::not_found, Fault::no_such_name) &&
                    failed_with(files.open("/e", open_flag::write), Error::wrong_object,
                                Fault::is_a_directory) &&
                    failed_with(files.open("/e/f", open_flag::directory), Error::wrong_object,
                                Fault::not_a_directory) &&
                    failed_with(files.open("/e/f", open_flag::create | open_flag::exclusive),
                                Error::occupied, Fault::name_exists),
                "opening fails with a reason");
  report.expect(
      failed_with(files.remove("/e"), Error::busy, Fault::not_empty) &&
          failed_with(files.remove("/"), Error::busy, Fault::in_use) &&
          failed_with(files.rename("/e", "/e/x"), Error::bad_argument, Fault::into_itself) &&
          failed_with(files.make_directory("/e/f"), Error::occupied, Fault::name_exists),
      "so do changes");
  const ipc::Message answer =
      ipc::sys::call(Cap<Endpoint>{files}.at(), {}, abi::MessageInfo::make(77, 0));
  report.expect(answer.info.label() == static_cast<abi::u32>(Error::unknown_method),
                "an unknown request is refused");
  const ipc::Message cut =
      ipc::sys::call(Cap<Endpoint>{files}.at(), {0, 0}, abi::MessageInfo::make(Open::op, 1));
  report.expect(cut.info.label() == static_cast<abi::u32>(Error::bad_argument),
                "so is one that is too short");
  static_cast<void>(files.remove("/e/f"));
  static_cast<void>(files.remove("/e"));
}

}  // namespace

void test_names(Report& report, u64 effort) {
  archive(report);
  spellings(report);
  const auto before = settled_info();
  long_paths(report);
  links(report);
  directories(report, 200 * effort);
  errors(report);
  const auto after = settled_info();
  report.expect(before.nodes == after.nodes && before.open_files == after.open_files &&
                    before.objects == after.objects,
                "the server holds what it held before");
}

}  // namespace vfs_test
