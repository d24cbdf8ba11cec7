// SPDX-License-Identifier: MIT
#include <algorithm>
#include <atomic>
#include <cstring>
#include <libipc/files/pipe.hpp>
#include <libipc/process/self.hpp>
#include <libipc/time.hpp>

namespace ipc::files {

namespace {

// How often a lock is tried before it is waited for in earnest.
constexpr u64 patient_attempts = 16;
constexpr u64 pause_nanoseconds = 100'000;

constexpr u64 index_of(u32 count) { return count % pipe_bytes; }

// Between the ring and a buffer; the ring's end is in the middle perhaps.
void copy_out(std::byte* to, const std::byte* ring, u32 from, u64 count) {
  const u64 first = std::min(count, pipe_bytes - index_of(from));
  std::memcpy(to, ring + index_of(from), first);
  std::memcpy(to + first, ring, count - first);
}
void copy_in(std::byte* ring, u32 to, const std::byte* from, u64 count) {
  const u64 first = std::min(count, pipe_bytes - index_of(to));
  std::memcpy(ring + index_of(to), from, first);
  std::memcpy(ring, from + first, count - first);
}

}  // namespace

Outcome<PipeEnd::Numbers> PipeEnd::make(Cap<Endpoint> session) {
  const auto reply = TRY(ask(session, MakePipe{}));
  return Numbers{reply.read_number, reply.write_number};
}

Outcome<PipeEnd> PipeEnd::open(Cap<Endpoint> session, u64 number) {
  LandingSlot slots[OpenPipe::Reply::caps];
  for (LandingSlot& slot : slots) slot = TRY(outcome(LandingSlot::make()));
  accept_into(CapPtrs<3>{slots[0].at(), slots[1].at(), slots[2].at()});
  const Message answer = send_text(session, OpenPipe{.number = number}, {});
  accept_into<0>({});
  const auto reply = TRY(read_reply<OpenPipe::Reply>(answer));
  if (answer.info.caps() != 7 || reply.end > 1) return Problem{abi::Error::not_supported};
  const MemoryObject object{slots[0].landed<Endpoint>()};
  PipeEnd end;
  end.bells_[0] = slots[1].landed<Notification>();
  end.bells_[1] = slots[2].landed<Notification>();
  end.ring_ =
      TRY(outcome(object.map(pipe_object_bytes, {.flags = abi::procmgr::map_flag::populate})));
  end.session_ = session;
  end.number_ = number;
  end.end_ = reply.end;
  end.holder_ = static_cast<u32>(reply.holder);
  return end;
}

void PipeEnd::swap(PipeEnd& other) {
  std::swap(session_, other.session_);
  std::swap(number_, other.number_);
  std::swap(end_, other.end_);
  std::swap(holder_, other.holder_);
  std::swap(ring_, other.ring_);
  std::swap(bells_[0], other.bells_[0]);
  std::swap(bells_[1], other.bells_[1]);
  std::swap(timer_, other.timer_);
  std::swap(alarm_, other.alarm_);
}

void PipeEnd::close() {
  if (number_ == any_number) return;
  static_cast<void>(unmap(ring_));
  for (auto& bell : bells_) bell.reset();
  static_cast<void>(ask(session_, Close{.number = number_}));
  number_ = any_number;
}

bool PipeEnd::is_closed(u64 end) const {
  return (std::atomic_ref{header().closed}.load(std::memory_order_acquire) >> end & 1) != 0;
}

// How many bytes are on the way. What cannot be so is somebody's mischief.
Outcome<u64> PipeEnd::used() const {
  const u32 tail = std::atomic_ref{header().tail}.load(std::memory_order_seq_cst);
  const u32 head = std::atomic_ref{header().head}.load(std::memory_order_seq_cst);
  if (tail - head > pipe_bytes) return Problem{abi::Error::bad_argument};
  return u64{tail - head};
}

// A turn is a copy and never waits, so whoever finds it taken lets the other one go on. If the
// other one dies in its turn, the server takes its number out, and nothing was changed yet that
// counts.
void PipeEnd::lock() {
  std::atomic_ref lock{header().locks[end_]};
  u64 attempts = 0;
  for (u32 free = 0; !lock.compare_exchange_weak(free, holder_, std::memory_order_acquire);
       free = 0) {
    if (free == 0) continue;
    if (++attempts < patient_attempts) {
      yield();
    } else {
      pause();
    }
  }
}

// Yielding helps only those of the same priority; this helps those below too.
void PipeEnd::pause() {
  if (!alarm_) {
    auto timer = ipc::make<Timer>();
    auto alarm = ipc::make<Notification>();
    if (!timer.ok() || !alarm.ok()) return yield();
    if (!set_target<Timer>(*timer, *alarm).ok()) return yield();
    timer_ = std::move(*timer);
    alarm_ = std::move(*alarm);
  }
  if (set_timer(timer_, machine::counter() + ticks_in(pause_nanoseconds)).ok())
    static_cast<void>(wait(alarm_.get()));
}

void PipeEnd::unlock() {
  std::atomic_ref{header().locks[end_]}.store(0, std::memory_order_release);
}

// (`end` is this one's: a constant where it is known.)
inline bool PipeEnd::has(u64 end, u64 bytes) const {
  const auto now = used();
  if (!now.ok() || is_closed(1 - end)) return true;
  return end == pipe_read_end ? *now != 0 : pipe_bytes - *now >= std::min(bytes, pipe_bytes);
}

// Whoever rings has changed the ring before it looks whether anybody waits; whoever sleeps has said
// so before it looks at the ring once more. So one of the two sees the other.
inline void PipeEnd::sleep(u64 end, u64 bytes) {
  std::atomic_ref waiting{header().waiting[end]};
  waiting.fetch_add(1, std::memory_order_seq_cst);
  const bool stays = !has(end, bytes);
  unlock();
  if (stays) static_cast<void>(wait(bells_[end].get()));
  waiting.fetch_sub(1, std::memory_order_relaxed);
}

void PipeEnd::wake(u64 end) {
  const u32 waiting = std::atomic_ref{header().waiting[end]}.load(std::memory_order_seq_cst);
  if (waiting == 0) return;
  if (waiting != pipe_watched) static_cast<void>(signal(bells_[end].get()));
  if (waiting >= pipe_watched) [[unlikely]]
    tell_watchers(end);
}

// Whoever takes the bit away is the one who tells. (Apart, so that `wake` stays short.)
[[gnu::noinline]] void PipeEnd::tell_watchers(u64 end) {
  if (std::atomic_ref{header().waiting[end]}.fetch_and(~pipe_watched) >= pipe_watched)
    static_cast<void>(ask(session_, RingPipe{.number = number_, .end = end}));
}

bool PipeEnd::is_ready(u64 bytes) {
  if (has(end_, bytes)) return true;
  std::atomic_ref{header().waiting[end_]}.fetch_or(pipe_watched, std::memory_order_seq_cst);
  return has(end_, bytes);
}

Outcome<void> PipeEnd::watch(Cap<Notification> notification, u64 bits) {
  Owned<Notification> child;
  if (notification.at() != abi::CapPtr{}) child = TRY(outcome(with_bits(notification, bits)));
  offer(CapPtrs<1>{child.at()});
  return read_reply<WatchPipe::Reply>(
             send_text(session_, WatchPipe{.number = number_}, {}, {}, child ? 1 : 0))
      .error();
}

Outcome<u64> PipeEnd::read(std::span<std::byte> to, bool waits) {
  if (end_ != pipe_read_end) return Problem{abi::Error::denied, Fault::not_opened_so};
  if (to.empty()) return u64{0};
  for (;;) {
    lock();
    const auto there = used();
    if (there.ok() && *there != 0) {
      const u64 count = std::min(*there, to.size());
      const u32 head = header().head;
      copy_out(to.data(), data(), head, count);
      std::atomic_ref{header().head}.store(head + static_cast<u32>(count),
                                           std::memory_order_seq_cst);
      unlock();
      wake(pipe_write_end);
      // What is left is for another reader, who was not rung for it.
      if (count != *there) wake(pipe_read_end);
      return count;
    }
    const bool is_over = is_closed(pipe_write_end);
    if (!there.ok() || is_over || !waits) {
      unlock();
      // Other readers have to hear of the end too.
      if (is_over) wake(pipe_read_end);
      if (!there.ok()) return there.error();
      if (is_over) return u64{0};
      return Problem{abi::Error::would_block};
    }
    sleep(pipe_read_end, 1);
  }
}

Outcome<u64> PipeEnd::write(std::span<const std::byte> from, bool waits) {
  if (end_ != pipe_write_end) return Problem{abi::Error::denied, Fault::not_opened_so};
  u64 done = 0;
  while (done != from.size()) {
    lock();
    const auto there = used();
    const bool is_over = is_closed(pipe_read_end);
    if (!there.ok() || is_over) {
      unlock();
      wake(pipe_write_end);
      return is_over ? Problem{abi::Error::gone} : there.error();
    }
    // What fits as a whole waits until it fits as a whole.
    const u64 room = pipe_bytes - *there;
    const u64 rest = from.size() - done;
    const bool fits = room != 0 && (rest <= room || from.size() > pipe_bytes);
    if (fits) {
      const u64 count = std::min(room, rest);
      const u32 tail = header().tail;
      copy_in(data(), tail, from.data() + done, count);
      std::atomic_ref{header().tail}.store(tail + static_cast<u32>(count),
                                           std::memory_order_seq_cst);
      done += count;
      unlock();
      wake(pipe_read_end);
      continue;
    }
    if (!waits) {
      unlock();
      if (done != 0) return done;
      return Problem{abi::Error::would_block};
    }
    sleep(pipe_write_end, rest);
  }
  return done;
}

}  // namespace ipc::files
