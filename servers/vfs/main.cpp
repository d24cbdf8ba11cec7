// SPDX-License-Identifier: MIT
// The file server. It makes the tree out of the boot archive, says that it is there, and serves.
#include <base/bits.hpp>
#include <base/text.hpp>
#include <libipc/process/memory.hpp>
#include <libipc/process/self.hpp>
#include <servers/vfs/archive/overlay.hpp>
#include <servers/vfs/devices/devices.hpp>
#include <servers/vfs/grants.hpp>
#include <servers/vfs/serve/loop.hpp>
#include <servers/vfs/server.hpp>
#include <servers/vfs/views/views.hpp>

namespace vfs {

// It is there until the process ends.
[[clang::no_destroy]] constinit Server server;

u64 now() {
  // Ticks of 16 nanoseconds and the like: the frequency divides a second.
  const u64 frequency = ipc::machine::counter_frequency();
  return ipc::process_page().epoch + ipc::machine::counter() * (1'000'000'000 / frequency);
}

namespace {

using abi::Status;

void warn(void*, std::string_view name, std::string_view why) {
  base::Text<112> line;
  // The end of a long name says most.
  constexpr u64 shown = 48;
  line << "vfs: not kept: " << (name.size() > shown ? "..." : "")
       << name.substr(name.size() > shown ? name.size() - shown : 0) << ": " << why;
  ipc::log(line.view());
}

Status read_archive(const View& view) {
  const auto info = ipc::call(grant::archive, abi::procmgr::InfoMemory{});
  if (!info.ok()) {
    ipc::log("vfs: there is no boot archive; the tree begins empty");
    return {};
  }
  const u64 pages = base::align_down(info->bytes + base::page_size - 1, base::page_size);
  const ipc::Region region =
      TRY(ipc::map(grant::archive, pages, {.access = ipc::memory_right::read}));
  server.archive = grant::archive;
  server.archive_start = reinterpret_cast<const u8*>(region.data());
  const OverlayReport report =
      overlay_archive(server.tree, view, {server.archive_start, info->bytes}, {nullptr, warn});
  server.archive_bytes = info->bytes;
  server.kept_entries = report.kept;
  server.lost_entries = report.lost;
  if (report.lost != 0) {
    base::Text<112> line;
    line << "vfs: " << report.lost << " of " << report.kept + report.lost
         << " entries of the boot archive are lost";
    ipc::log(line.view());
  }
  return {};
}

// A page of the stack that is touched for the first time when there is no memory left would be the
// end of this server; so they are touched now.
void touch_stack() {
  volatile u8 pages[16 * base::page_size];
  for (u64 i = 0; i < sizeof pages; i += base::page_size) pages[i] = 0;
}

Status run() {
  touch_stack();
  server.endpoint = grant::endpoint;
  auto notification = TRY(ipc::bind_notification());
  server.notification = notification.get();
  const auto root = server.tree.make_root(own_payer().store);
  if (!root.ok()) return root.error().error;
  server.sessions.begin(**root);
  const View view{.root = *root,
                  .base = *root,
                  .store = &own_payer().store,
                  .now = now(),
                  .ignores_modes = true};
  TRY(read_archive(view));
  const auto devices = make_devices();
  if (!devices.ok()) return devices.error().error;
  const auto views = make_views();
  if (!views.ok()) return views.error().error;
  TRY(ipc::ready());
  return serve();
}

}  // namespace

}  // namespace vfs

int main() {
  const abi::Status end = vfs::run();
  ipc::log("vfs: it ends:");
  ipc::log(abi::sentence(end.error()));
  return 1;
}
