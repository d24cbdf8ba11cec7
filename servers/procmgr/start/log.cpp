// SPDX-License-Identifier: MIT
#include <abi/log_ring.hpp>
#include <algorithm>
#include <atomic>
#include <libipc/serial.hpp>
#include <libipc/syscall.hpp>
#include <servers/procmgr/core.hpp>
#include <servers/procmgr/space/space.hpp>
#include <servers/procmgr/start/log.hpp>

namespace procmgr {

namespace {

using abi::LogRing;

constinit ipc::Serial serial;
constinit MemoryObject* ring_memory = nullptr;
constinit LogRing* ring = nullptr;
constinit u64 written = 0;  // the console could change what stands in the ring
constinit ipc::Cap<ipc::Notification> reader;
constinit bool is_lent = false;

void put(std::string_view text) {
  if (!is_lent) serial.write(text);
  if (ring == nullptr) return;
  for (const char c : text) ring->text[written++ % LogRing::capacity] = c;
}

void publish() {
  if (ring == nullptr) return;
  std::atomic_ref{ring->written}.store(written, std::memory_order_release);
  if (is_lent) static_cast<void>(ipc::signal(reader));
}

}  // namespace

void use_serial(base::u64 registers) { serial = ipc::Serial{registers}; }

abi::Result<MemoryObject*> log_memory() {
  if (ring != nullptr) return ring_memory;
  ring_memory = TRY(make_contiguous(*core.everything, LogRing::bytes / base::page_size));
  ring = static_cast<LogRing*>(Pages::pointer(ring_memory->tree.find(0).page()));
  return ring_memory;
}

base::u64 read_log(base::u64& from, std::span<char> to) {
  if (ring == nullptr) return 0;
  from = std::clamp(from, written - std::min(written, LogRing::capacity), written);
  const u64 count = std::min(written - from, to.size());
  for (u64 i = 0; i < count; ++i) to[i] = ring->text[(from + i) % LogRing::capacity];
  return count;
}

void set_log_reader(CapPtr signal) { reader = ipc::Cap<ipc::Notification>{signal}; }

void lend_log() {
  if (ring == nullptr || !reader) return;
  std::atomic_ref{ring->printed}.store(written);
  is_lent = true;
}

void take_log_back() {
  if (reader) core.slots.remove(reader.at());
  reader = {};
  if (!std::exchange(is_lent, false)) return;
  u64 left = written - std::atomic_ref{ring->printed}.load();
  // The console's word; anything may stand there.
  if (left > LogRing::capacity) left = LogRing::capacity;
  for (; left != 0; --left) serial.write({&ring->text[(written - left) % LogRing::capacity], 1});
}

void log(std::string_view text) {
  put("procmgr: ");
  put(text);
  put("\n");
  publish();
}

void log_line(base::u64 pid, std::string_view text) {
  base::Text<192> line;
  line << '[' << pid << "] ";
  for (const char c : text) line << (c < ' ' || c == 0x7f ? '.' : c);
  line << '\n';
  put(line.view());
  publish();
}

}  // namespace procmgr
