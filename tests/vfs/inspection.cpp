// SPDX-License-Identifier: MIT
// What the server tells people who look at it.
#include <libipc/files/inspect.hpp>
#include <libipc/files/pipe.hpp>
#include <tests/vfs/kit.hpp>

namespace vfs_test {
namespace {

void mounts(Report& report) {
  Listing<NextMount> all{files};
  u64 count = 0;
  bool good = true;
  while (const auto* one = all.next()) {
    ++count;
    good = good && one->entries != 0;
    if (one->kind == MountKind::devices) good = good && all.text() == "/dev";
    if (one->kind == MountKind::archive) good = good && all.text() == "/";
  }
  report.expect(good && count == 4 && all.error() == Problem{},
                "the tree is the archive, memory, devices and views");
}

// The badge of the session that stands in this directory; 0: none, or several.
u64 badge_of(std::string_view directory) {
  Listing<NextSession> all{files};
  u64 badge = 0;
  u64 count = 0;
  while (const auto* one = all.next())
    if (all.text() == directory) badge = one->badge, ++count;
  return count == 1 ? badge : 0;
}

// Whether the session has exactly this open as its next number.
bool is_next(Listing<NextOpenFile>& open, u64 number, Kind kind, std::string_view path) {
  const auto* one = open.next();
  return one != nullptr && one->number == number && one->kind == kind && open.text() == path;
}

void open_files(Report& report) {
  auto session = OwnedSession::make(files);
  const Session inner = session->view();
  bool good = inner.change_directory("/place").ok() && session->open(0, "/", open_flag::read).ok();
  good = good && session->open(700, "first", open_flag::read | open_flag::append).ok();
  good = good && session->duplicate(700, 41).ok() && files.rename("/place/first", "/moved").ok();
  const auto pipe = PipeEnd::make(inner);
  auto end = PipeEnd::open(inner, pipe->write);
  good = good && pipe.ok() && pipe->read == 1 && end->write("12345").ok();
  const u64 badge = badge_of("/place");
  Listing<NextOpenFile> all{files, {.badge = badge, .cursor = 0}};
  good = good && is_next(all, 0, Kind::directory, "/") && is_next(all, 1, Kind::pipe, "");
  const auto* written = all.next();
  good = good && written != nullptr && written->size == 5 && written->flags == open_flag::write;
  good = good && is_next(all, 41, Kind::file, "/moved");
  const auto* last = all.next();
  good = good && last != nullptr && last->number == 700 && last->sharers == 2 && last->size == 4;
  report.expect(good && last->flags == (open_flag::read | open_flag::append) &&
                    all.next() == nullptr && all.error() == Problem{},
                "open files have numbers, kinds, flags and the names that they have now");
  good = files.remove("/moved").ok();
  Listing<NextOpenFile> again{files, {.badge = badge, .cursor = 41}};
  report.expect(good && is_next(again, 41, Kind::file, ""), "what was removed has no path");
  end->close();
  session = OwnedSession{};
  static_cast<void>(settled_info());
  Listing<NextOpenFile> ended{files, {.badge = badge, .cursor = 0}};
  report.expect(ended.next() == nullptr && ended.error() == Problem{Error::gone},
                "a session that has ended is gone");
}

void second_names(Report& report) {
  bool good = write_file(files, "/place/one", "x").ok();
  good = good && files.add_name("/place/one", "/place/two").ok();
  auto session = OwnedSession::make(files);
  good = good && session->open(0, "/place/one", open_flag::read).ok();
  good = good && session->change_directory("/place").ok();
  const u64 badge = badge_of("/place");
  const auto shows = [badge](std::string_view path) {
    Listing<NextOpenFile> all{files, {.badge = badge, .cursor = 0}};
    return is_next(all, 0, Kind::file, path);
  };
  good = good && shows("/place/two") && files.remove("/place/one").ok() && shows("/place/two");
  good = good && files.rename("/place/two", "/place/three").ok() && shows("/place/three");
  good = good && write_file(files, "/place/four", "y").ok() &&
         files.rename("/place/four", "/place/three").ok() && shows("");
  report.expect(good, "a file's path is the last name that it was given, while it has that");
  static_cast<void>(files.remove("/place/three"));
}

void refused(Report& report) {
  const auto session = OwnedSession::make(files, {.rights = session_right::change});
  Listing<NextSession> sessions{*session};
  Listing<NextMount> mounts{*session};
  Listing<NextOpenFile> open{*session, {.badge = 1, .cursor = 0}};
  const Problem denied{Error::denied, Fault::session_forbids};
  report.expect(sessions.next() == nullptr && sessions.error() == denied &&
                    mounts.next() == nullptr && mounts.error() == denied &&
                    open.next() == nullptr && open.error() == denied,
                "without the right nothing is told");
  auto folder = files.open("/place", open_flag::directory);
  const auto jail = OwnedSession::make(files, {.root = folder->number()});
  Listing<NextSession> seen{*jail};
  bool good = true;
  while (seen.next() != nullptr) good = good && (seen.text().empty() || seen.text() == "/");
  report.expect(good && seen.error() == Problem{}, "nor a path above the root of who asks");
  Listing<NextOpenFile> strange{files, {.badge = ~u64{0}, .cursor = ~u64{0}}};
  Listing<NextSession> behind{files, {.cursor = ~u64{0}}};
  report.expect(strange.next() == nullptr && strange.error() == Problem{Error::gone} &&
                    behind.next() == nullptr && behind.error() == Problem{},
                "cursors and badges may be any numbers");
}

}  // namespace

void test_inspection(Report& report, u64) {
  const auto before = settled_info();
  static_cast<void>(files.make_directory("/place"));
  static_cast<void>(write_file(files, "/place/first", "text"));
  mounts(report);
  open_files(report);
  second_names(report);
  refused(report);
  static_cast<void>(files.remove("/place"));
  const auto after = settled_info();
  report.expect(before.nodes == after.nodes && before.sessions == after.sessions &&
                    before.open_files == after.open_files && before.objects == after.objects,
                "the server holds what it held before");
}

}  // namespace vfs_test
