// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstring>
#include <servers/vfs/server.hpp>
#include <servers/vfs/views/views.hpp>

namespace vfs {

namespace {

constexpr struct {
  std::string_view path;
  MakeLine make_line;
} views[] = {
    {"/proc/memory", memory_line},        {"/proc/mounts", mount_line},
    {"/proc/processes", process_line},    {"/proc/sessions", session_line},
    {"/proc/self/files", open_file_line}, {"/proc/uptime", uptime_line},
};

// Devices have smaller numbers.
constexpr u64 first_view = 256;
// Each may be an answer of procmgr's.
constexpr u64 lines_at_once = 16;

// Where an opening stands: [ cursor of the line | bytes of it that were read ].
struct ViewPosition {
  u64 raw = 0;

  static constexpr ViewPosition make(u64 cursor, u64 skipped) { return {cursor << 8 | skipped}; }
  [[nodiscard]] constexpr u64 cursor() const { return raw >> 8; }
  [[nodiscard]] constexpr u64 skipped() const { return raw & 0xff; }
};

// As much as there is room for of the line at `position`, which moves on. 0: there are no more.
Outcome<u64> read_line(MakeLine make_line, const Session& session, ViewPosition& position,
                       std::span<u8> to) {
  Line line;
  u64 cursor = position.cursor();
  if (!TRY(make_line(session, cursor, line))) return u64{0};
  // What it was when its start was read may have been longer.
  char text[256];
  const u64 length = line.view().size() + 1;
  std::ranges::copy(line.view(), text);
  text[length - 1] = '\n';
  const u64 skipped = std::min(position.skipped(), length - 1);
  const u64 count = std::min(length - skipped, to.size());
  std::memcpy(to.data(), text + skipped, count);
  position = skipped + count == length ? ViewPosition::make(cursor, 0)
                                       : ViewPosition::make(position.cursor(), skipped + count);
  return count;
}

}  // namespace

Outcome<void> make_views() {
  const View view{.root = server.tree.root(),
                  .base = server.tree.root(),
                  .store = &own_payer().store,
                  .now = now(),
                  .ignores_modes = true};
  for (const auto folder : {view_folder, std::string_view{"/proc/self"}}) {
    const auto made = server.tree.make_directory(view, folder, 0555);
    if (!made.ok() && made.error().error != Error::occupied) return made.error();
  }
  for (u64 i = 0; i < std::size(views); ++i) {
    const auto made = server.tree.make_device(view, views[i].path, first_view + i, 0444);
    if (!made.ok() && made.error().error != Error::occupied) return made.error();
  }
  return {};
}

u64 view_count() { return std::size(views); }

bool is_view(u64 device) { return device >= first_view; }

Outcome<u64> read_view(const Session& session, OpenFile& file, u64 offset, std::span<u8> to) {
  const MakeLine make_line = views[file.node->contents.size - first_view].make_line;
  ViewPosition position{offset == 0 ? 0 : file.position};
  u64 done = 0;
  for (u64 i = 0; i < lines_at_once && done != to.size(); ++i) {
    const auto count = read_line(make_line, session, position, to.subspan(done));
    // What was read before an error is read; the error comes with the next request.
    if (!count.ok() && done == 0) return count;
    if (!count.ok() || *count == 0) break;
    done += *count;
  }
  file.position = position.raw;
  return done;
}

}  // namespace vfs
