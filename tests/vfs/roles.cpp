// SPDX-License-Identifier: MIT
// What children of these tests do. The session in their bundle was prepared by the test.
#include <libipc/files/pipe.hpp>
#include <tests/vfs/crowd.hpp>
#include <tests/vfs/mapping.hpp>

namespace vfs_test {
namespace {

// The status says which of its expectations failed: 0 is none.
int look_around() {
  auto given = File::inherited(files, 1, open_flag::write);
  if (!given.write("child ").ok()) return 1;
  char room[64];
  const auto here = files.working_directory(room);
  if (!here.ok() || *here != "/place") return 2;
  auto opened = File::inherited(files, 0, open_flag::read);
  std::byte text[8];
  if (*opened.read(text) != 5) return 3;
  // What was not given is not there.
  if (!failed_with(ask(files, Close{.number = 2}), Error::not_found, Fault::no_such_number))
    return 4;
  if (!has_contents(files, "file", "hello")) return 5;
  given.release();
  opened.release();
  return 0;
}

// ---- Whatever a client does, over and over, until it is killed --------------------------------

constinit std::byte scratch[20'000];

void work_with_contents(std::string_view name, u64 i) {
  auto file = files.open(name, open_flag::read | open_flag::write | open_flag::create, 0755);
  if (!file.ok()) return;
  static_cast<void>(file->write(std::span{scratch, i % 3 == 0 ? sizeof scratch : 100}));
  static_cast<void>(file->read_at(0, scratch));
  const auto object = file->open_contents(ipc::memory_right::read);
  if (object.ok() && i % 2 == 0) static_cast<void>(ipc::map(*object, base::page_size));
  static_cast<void>(file->resize(i % 5 * 3'000));
}

void work_with_names(std::string_view name, u64) {
  base::Text<80> other;
  other << name << ".other";
  static_cast<void>(write_file(files, name, "text"));
  static_cast<void>(files.add_name(name, other.view()));
  static_cast<void>(files.rename(other.view(), name));
  static_cast<void>(files.make_directory(other.view()));
  static_cast<void>(files.change_directory(other.view()));
  static_cast<void>(files.remove(other.view()));
  static_cast<void>(files.make_symbolic_link(name, other.view()));
  static_cast<void>(files.stat(other.view()));
  static_cast<void>(files.remove(other.view()));
  static_cast<void>(files.change_directory("/place"));
}

void work_with_sessions(std::string_view name, u64) {
  const auto session = OwnedSession::make(files, {.account = procmgr_test::own_account});
  if (!session.ok()) return;
  static_cast<void>(session->open(5, name, open_flag::write | open_flag::create));
  static_cast<void>(session->duplicate(5, 400));
  const auto second = OwnedSession::make(*session);
  if (second.ok()) static_cast<void>(second->inherit(*session, 400, 3));
}

void work_with_images(std::string_view name, u64 i) {
  static_cast<void>(write_file(files, name, "no program, but it can be sealed"));
  static_cast<void>(files.change_mode(name, 0755));
  auto file = files.open(name, open_flag::write);
  static_cast<void>(files.open_image(i % 2 == 0 ? name : "/bin/init"));
  if (file.ok()) file->close();
  static_cast<void>(files.open_image(name));
}

void work_with_pipes(std::string_view, u64 i) {
  const auto numbers = PipeEnd::make(files);
  if (!numbers.ok()) return;
  auto in = PipeEnd::open(files, numbers->read);
  auto out = PipeEnd::open(files, numbers->write);
  const auto bell = ipc::make<ipc::Notification>();
  if (!in.ok() || !out.ok() || !bell.ok()) return;
  static_cast<void>(in->watch(*bell, 1));
  static_cast<void>(in->is_ready());
  static_cast<void>(out->write({scratch, 100}));
  static_cast<void>(ipc::poll(bell->get()));
  static_cast<void>(in->read(std::span{scratch, 1'000}));
  // Until it is killed.
  if (i % 50 == 49) static_cast<void>(in->read(std::span{scratch, 1}));
}

constexpr void (*works[])(std::string_view name, u64 i) = {
    work_with_contents, work_with_names, work_with_sessions, work_with_images, work_with_pipes};

[[noreturn]] void work(u64 kind) {
  for (u64 i = 0;; ++i) {
    base::Text<64> name;
    name << "/place/work" << ipc::process_page().pid << "." << i % 8;
    works[kind % std::size(works)](name.view(), i);
    static_cast<void>(files.remove(name.view()));
  }
}

// ---- Hogs -------------------------------------------------------------------------------------

// A file of half of what a hog has, which stays open for writing; and a copy of it to be started.
Problem write_large_program() {
  auto file = files.open("/place/program", open_flag::write | open_flag::create, 0755);
  for (int i = 0; file.ok() && i < 30; ++i)
    if (const auto written = file->write(scratch); !written.ok()) return written.error();
  if (file.ok()) file->release();
  return file.error();
}
Problem keep_image() {
  [[clang::no_destroy]] static constinit ipc::MemoryObject image;
  auto copy = files.open_image("/place/program");
  if (copy.ok()) image = std::move(*copy);
  return copy.error();
}

// Makes one kind of thing until there is no more. Status 0: it was refused with over_quota.
int hog(std::string_view what) {
  OwnedSession sessions[1'000];
  Problem last;
  for (u64 i = 0; i < 100'000 && last == Problem{}; ++i) {
    base::Text<300> name;
    name << "/place/hog" << i;
    if (what == "names")
      for (int k = 0; k < 230; ++k) name << 'n';
    if (what == "names" || what == "files") {
      auto file = files.open(name.view(), open_flag::write | open_flag::create);
      last = file.error();
      if (file.ok() && what == "files") last = file->write(std::string_view{"some text"}).error();
    } else if (what == "large") {
      auto file =
          files.open("/place/large", open_flag::write | open_flag::create | open_flag::append);
      static std::byte bytes[100'000];
      last = file.ok() ? file->write(bytes).error() : file.error();
    } else if (what == "open") {
      auto file = files.open("/etc/small");
      last = file.error();
      if (file.ok()) file->release();
    } else if (what == "pipes") {
      last = PipeEnd::make(files).error();
    } else if (what == "images") {
      last = i == 0 ? write_large_program() : keep_image();
    } else if (what == "sessions") {
      auto session = OwnedSession::make(files);
      last = session.error();
      if (session.ok()) sessions[i] = std::move(*session);
      if (i == 999) return 7;
    }
  }
  return last.error == Error::over_quota ? 0 : 1 + static_cast<int>(last.error);
}

// Copies from number 0 to number 1, one byte more in each.
int shift() {
  auto in = PipeEnd::open(files, 0);
  auto out = PipeEnd::open(files, 1);
  if (!in.ok() || !out.ok()) return 1;
  std::byte room[3'000];
  for (;;) {
    const auto count = in->read(room);
    if (!count.ok()) return 2;
    if (*count == 0) return 0;
    for (std::byte& b : std::span{room, *count})
      b = static_cast<std::byte>(std::to_integer<int>(b) + 1);
    if (!out->write(std::span{room, *count}).ok()) return 3;
  }
}

// Lines of 50 equal letters, for the pipe that is number 1.
int write_lines(std::string_view letter, u64 count) {
  auto out = PipeEnd::open(files, 1);
  char line[50];
  for (char& c : line) c = letter[0];
  for (u64 i = 0; out.ok() && i < count; ++i)
    if (!out->write(std::string_view{line, sizeof line}).ok()) return 1;
  return out.ok() ? 0 : 2;
}

// How many bytes came from number 0.
int count_bytes() {
  auto in = PipeEnd::open(files, 0);
  if (!in.ok()) return -1;
  std::byte room[500];
  int sum = 0;
  for (;;) {
    const auto count = in->read(room);
    if (!count.ok()) return -2;
    if (*count == 0) return sum;
    sum += static_cast<int>(*count);
  }
}

int spin_until_killed() {
  for (;;) asm volatile("");
}

}  // namespace

int play(int argc, char** argv) {
  const std::string_view role = argc > 1 ? argv[1] : "";
  if (role == "look") return look_around();
  if (role == "reader") return read_one_byte();
  if (role == "leader") return lead_readers(procmgr_test::number(argv[2]));
  if (role == "pour") return pour(procmgr_test::number(argv[2]));
  if (role == "map") return map_shared();
  if (role == "work") work(argc > 2 ? procmgr_test::number(argv[2]) : 0);
  if (role == "hog") return hog(argv[2]);
  if (role == "shift") return shift();
  if (role == "lines") return write_lines(argv[2], procmgr_test::number(argv[3]));
  if (role == "bytes") return count_bytes();
  if (role == "spin") return spin_until_killed();
  if (role == "count") return argc;
  // As an interpreter: `interpreter [argument] script words...`.
  return 100 + argc;
}

}  // namespace vfs_test
