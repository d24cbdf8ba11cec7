// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstring>
#include <libipc/files/request.hpp>

namespace ipc::files {

void put_bytes(Words& words, u64 at, std::string_view bytes) {
  auto* registers = reinterpret_cast<char*>(words.data());
  if (at < register_bytes) {
    const u64 count = std::min(bytes.size(), register_bytes - at);
    std::memcpy(registers + at, bytes.data(), count);
    bytes.remove_prefix(count);
    at += count;
  }
  if (bytes.empty()) return;
  auto* rest = reinterpret_cast<char*>(buffer().words);
  std::memcpy(rest + (at - register_bytes), bytes.data(), bytes.size());
}

void get_bytes(const Message& message, u64 at, std::span<std::byte> to) {
  if (at < register_bytes) {
    const u64 count = std::min(to.size(), register_bytes - at);
    std::memcpy(to.data(), reinterpret_cast<const std::byte*>(message.words.data()) + at, count);
    to = to.subspan(count);
    at += count;
  }
  if (to.empty()) return;
  const auto* rest = reinterpret_cast<const std::byte*>(buffer().words);
  std::memcpy(to.data(), rest + (at - register_bytes), to.size());
}

}  // namespace ipc::files
