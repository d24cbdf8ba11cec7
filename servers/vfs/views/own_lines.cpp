// SPDX-License-Identifier: MIT
// Views of what this server knows by itself.
#include <servers/vfs/views/mounts.hpp>
#include <servers/vfs/views/views.hpp>

namespace vfs {

namespace {

namespace files = abi::files;
namespace flag = files::open_flag;

// As the session sees it; a file is called by the last name that it was given.
void put_path(const Session& session, const Node& node, Line& line) {
  char room[files::max_path];
  const auto path = path_of(*session.root, node, room);
  line << (path.ok() ? *path : "-");
}

std::string_view word_for(Kind kind) {
  switch (kind) {
    case Kind::none: return "nothing";
    case Kind::file: return "file";
    case Kind::directory: return "directory";
    case Kind::symbolic_link: return "link";
    case Kind::device: return "device";
    case Kind::pipe: return "pipe";
  }
  return "?";
}

std::string_view word_for(files::MountKind kind) {
  switch (kind) {
    case files::MountKind::memory: return "memory";
    case files::MountKind::archive: return "archive";
    case files::MountKind::devices: return "devices";
    case files::MountKind::views: return "views";
  }
  return "?";
}

}  // namespace

Outcome<bool> mount_line(const Session&, u64& cursor, Line& line) {
  Mount mount;
  if (!mount_at(cursor++, mount)) return false;
  line << word_for(mount.kind) << ' ' << mount.path;
  return true;
}

Outcome<bool> open_file_line(const Session& session, u64& cursor, Line& line) {
  const u64 number = session.files.next(cursor);
  if (number == OpenTable::max_number) return false;
  cursor = number + 1;
  const OpenFile& file = *session.files.find(number);
  line << number << ' ' << word_for(file.node->kind) << ' ' << (file.has(flag::read) ? 'r' : '-')
       << (file.has(flag::write) ? 'w' : '-') << (file.has(flag::append) ? 'a' : '-') << ' ';
  put_path(session, *file.node, line);
  return true;
}

Outcome<bool> session_line(const Session& session, u64& cursor, Line& line) {
  if (!session.rights.has(files::session_right::inspect))
    return Problem{Error::denied, Fault::session_forbids};
  const Session* found = server.sessions.next(cursor);
  if (found == nullptr) return false;
  line << base::Hex{server.sessions.badge_of(*found)} << ' ' << found->files.count() << ' ';
  put_path(session, *found->directory, line);
  return true;
}

Outcome<bool> uptime_line(const Session&, u64& cursor, Line& line) {
  if (cursor++ != 0) return false;
  constexpr u64 digits[] = {100'000, 10'000, 1'000, 100, 10};
  const u64 frequency = ipc::machine::counter_frequency();
  const u64 ticks = ipc::machine::counter();
  const u64 micro = ticks % frequency * 1'000'000 / frequency;
  line << ticks / frequency << '.';
  for (const u64 digit : digits)
    if (micro < digit) line << '0';
  line << micro;
  return true;
}

}  // namespace vfs
