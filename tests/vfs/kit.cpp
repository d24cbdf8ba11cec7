// SPDX-License-Identifier: MIT
#include <libipc/time.hpp>
#include <tests/vfs/kit.hpp>

namespace vfs_test {

Outcome<void> write_file(const Session& session, std::string_view path, std::string_view text) {
  File file = TRY(session.open(path, open_flag::write | open_flag::create | open_flag::truncate));
  const u64 written = TRY(file.write(text));
  if (written != text.size()) return Problem{Error::out_of_range};
  return {};
}

bool has_contents(const Session& session, std::string_view path, std::string_view text) {
  auto file = session.open(path);
  if (!file.ok()) return false;
  static std::byte room[64 * 1024];
  const auto count = file->read(room);
  return count.ok() && std::string_view{reinterpret_cast<const char*>(room), *count} == text;
}

void fill(std::span<std::byte> to, u64 seed) {
  for (u64 i = 0; i < to.size(); ++i)
    to[i] = static_cast<std::byte>((i * 31 + (i >> 8) * 7 + seed * 13) & 255);
}

bool is_filled(std::span<const std::byte> with, u64 seed) {
  for (u64 i = 0; i < with.size(); ++i)
    if (with[i] != static_cast<std::byte>((i * 31 + (i >> 8) * 7 + seed * 13) & 255)) return false;
  return true;
}

void remove_names(std::string_view folder, std::string_view prefix) {
  auto names_of = files.open(folder);
  u64 words[abi::max_message_words];
  for (u64 cursor = 0; names_of.ok();) {
    const auto names = names_of->read_names(cursor, words);
    if (!names.ok() || names->entries == 0) return;
    cursor = names->cursor;
    const u64* at = words;
    for (u64 i = 0; i < names->entries; ++i) {
      const DirectoryEntry entry{*at};
      const std::string_view name{reinterpret_cast<const char*>(at + 1), entry.name_bytes()};
      at += 1 + (entry.name_bytes() + 7) / 8;
      base::Text<300> path;
      path << folder << "/" << name;
      if (name.starts_with(prefix)) static_cast<void>(files.remove(path.view()));
    }
  }
}

Alarm::Alarm() {
  auto timer = ipc::make<ipc::Timer>();
  auto notification = ipc::make<ipc::Notification>();
  if (!timer.ok() || !notification.ok()) return;
  timer_ = std::move(*timer);
  notification_ = std::move(*notification);
  static_cast<void>(ipc::set_target<ipc::Timer>(timer_, notification_));
}

void Alarm::sleep(u64 nanoseconds) {
  const u64 deadline = ipc::machine::counter() + ipc::ticks_in(nanoseconds);
  if (ipc::set_timer(timer_, deadline).ok()) static_cast<void>(ipc::wait(notification_));
}

InfoServer::Reply settled_info() {
  InfoServer::Reply info{};
  // A session that has ended is closed in the steps between requests.
  for (int i = 0; i < 50; ++i) {
    const auto reply = files.info();
    if (reply.ok()) info = *reply;
  }
  return info;
}

bool operator==(const InfoServer::Reply& a, const InfoServer::Reply& b) {
  return abi::to_words(a) == abi::to_words(b);
}

}  // namespace vfs_test
