// SPDX-License-Identifier: MIT
// What stands under /proc, and who sees it.
#include <cstring>
#include <tests/vfs/kit.hpp>

namespace vfs_test {
namespace {

constexpr Cap<Endpoint> system_handle{abi::bundle_slot::inspect};

// All of it, in pieces of so many bytes; empty if it cannot be read.
std::string_view text_of(const Session& session, std::string_view path, u64 piece = 4'096) {
  static std::byte room[16 * base::kib];
  auto file = session.open(path);
  u64 done = 0;
  while (file.ok() && done + piece <= sizeof room) {
    const auto count = file->read({room + done, piece});
    if (!count.ok()) return {};
    if (*count == 0) return {reinterpret_cast<const char*>(room), done};
    done += *count;
  }
  return {};
}

Problem error_of(const Session& session, std::string_view path) {
  auto file = session.open(path);
  std::byte room[10];
  return file.ok() ? file->read(room).error() : file.error();
}

bool has_line(std::string_view text, std::string_view part) {
  return text.find(part) != text.npos && text.ends_with('\n');
}

void without_a_handle(Report& report) {
  report.expect(
      text_of(files, "/proc/mounts") == "archive /\nmemory /\ndevices /dev\nviews /proc\n",
      "/proc/mounts tells what the tree is made of");
  static char whole[100];
  const std::string_view mounts = text_of(files, "/proc/mounts");
  std::memcpy(whole, mounts.data(), mounts.size());
  report.expect(text_of(files, "/proc/mounts", 7) == std::string_view{whole, mounts.size()},
                "in pieces of any size");
  const std::string_view uptime = text_of(files, "/proc/uptime");
  report.expect(uptime.size() >= 9 && uptime[uptime.size() - 8] == '.', "/proc/uptime is a number");

  const auto session = OwnedSession::make(files);
  const Session inner = session->view();
  bool good = session->open(3, "/etc/small", open_flag::read).ok();
  const std::string_view own = text_of(inner, "/proc/self/files");
  report.expect(good && own == "0 device r-- /proc/self/files\n3 file r-- /etc/small\n",
                "/proc/self/files are those of whoever reads it");
  report.expect(has_line(text_of(files, "/proc/sessions"), "0x1 "), "sessions are listed");
  const Problem denied{Error::denied, Fault::session_forbids};
  report.expect(
      error_of(files, "/proc/processes") == denied && error_of(files, "/proc/memory") == denied,
      "without a handle of procmgr's nobody sees processes");
  const auto less = OwnedSession::make(files, {.rights = session_right::change});
  report.expect(error_of(less->view(), "/proc/sessions") == denied,
                "nor sessions without the right");
  auto file = files.open("/proc/uptime", open_flag::write);
  report.expect(file.ok() && !file->write("0").ok(), "nobody writes there");
}

void with_a_handle(Report& report) {
  report.expect(files.lend_system(system_handle).ok(), "a session is given the handle");
  const std::string_view all = text_of(files, "/proc/processes");
  base::Text<64> own;
  own << ipc::process_page().pid << " ";
  report.expect(has_line(all, own.view()) && has_line(all, " running ") && has_line(all, " vfs\n"),
                "and sees processes");
  report.expect(has_line(text_of(files, "/proc/memory"), "total ") &&
                    has_line(text_of(files, "/proc/memory", 3), " KiB\n"),
                "and memory");
  const auto child = OwnedSession::make(files);
  const auto less = OwnedSession::make(files, {.rights = session_right::change});
  const Problem denied{Error::denied, Fault::session_forbids};
  report.expect(has_line(text_of(child->view(), "/proc/processes"), " vfs\n"),
                "so does a session made of it");
  report.expect(error_of(less->view(), "/proc/processes") == denied, "if it may inspect");
  report.expect(files.lend_system({}).ok() && error_of(files, "/proc/processes") == denied &&
                    has_line(text_of(child->view(), "/proc/processes"), " vfs\n"),
                "it is taken back from one, and not from others");
}

// The server asks procmgr, and nobody else.
void strangers(Report& report) {
  const auto endpoint = ipc::make<Endpoint>();
  const auto notification = ipc::make<ipc::Notification>();
  const Cap<Endpoint> none[] = {endpoint->get(), Cap<Endpoint>{notification->get().at()},
                                procmgr_test::own_account};
  bool good = true;
  for (const auto stranger : none)
    good = good && failed_with(files.lend_system(stranger), Error::invalid_capability);
  report.expect(good, "what is no handle for the machine is refused");
  // It is procmgr's, but for something else: procmgr says so.
  good = files.lend_system(procmgr_test::own_spawner).ok();
  report.expect(good && error_of(files, "/proc/processes") == Problem{Error::unknown_method},
                "and another handle shows nothing");
  static_cast<void>(files.lend_system({}));
}

}  // namespace

void test_views(Report& report, u64) {
  const auto before = settled_info();
  without_a_handle(report);
  with_a_handle(report);
  strangers(report);
  const auto after = settled_info();
  report.expect(before.nodes == after.nodes && before.sessions == after.sessions &&
                    before.open_files == after.open_files && before.objects == after.objects,
                "the server holds what it held before");
}

}  // namespace vfs_test
