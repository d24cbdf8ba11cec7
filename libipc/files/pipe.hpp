// SPDX-License-Identifier: MIT
// An end of a pipe: bytes go to the other end through memory that both have mapped, and a message
// goes to nobody. Several processes may hold an end; they take turns.
#pragma once

#include <libipc/files/session.hpp>

namespace ipc::files {

class PipeEnd {
 public:
  struct Numbers {
    u64 read = 0;
    u64 write = 0;
  };
  // A new pipe, as two open files of the session. An end that a child inherits is a number of the
  // child's session.
  static Outcome<Numbers> make(Cap<Endpoint> session);

  // The end that is open as `number`, which is this object's from now on.
  static Outcome<PipeEnd> open(Cap<Endpoint> session, u64 number);

  constexpr PipeEnd() = default;
  PipeEnd(PipeEnd&& other) noexcept { swap(other); }
  PipeEnd& operator=(PipeEnd&& other) noexcept {
    swap(other);
    return *this;
  }
  ~PipeEnd() { close(); }

  // At least one byte, if `to` has room; waits until there is one. 0: all writers have gone.
  Outcome<u64> read(std::span<std::byte> to) { return read(to, true); }
  // As much as there is now. Error: would_block.
  Outcome<u64> try_read(std::span<std::byte> to) { return read(to, false); }

  // All of it. What fits into the pipe at once is never mixed with others'. Error: gone (all
  // readers have).
  Outcome<u64> write(std::span<const std::byte> from) { return write(from, true); }
  Outcome<u64> write(std::string_view text) {
    return write(std::as_bytes(std::span{text.data(), text.size()}));
  }
  // What there is room for now; of what fits into the pipe at once, all or nothing. Error:
  // would_block.
  Outcome<u64> try_write(std::span<const std::byte> from) { return write(from, false); }

  // To wait for one of several things, with one notification for all of them:
  //
  //   in.watch(bell, 1);  out.watch(bell, 2);
  //   while (!in.is_ready() && !out.is_ready()) wait(bell);
  //
  // Whether a read, or a write of `bytes`, would not wait now. If it would, the notification gets
  // its bits when that may have changed: once, so ask again before each wait.
  [[nodiscard]] bool is_ready(u64 bytes = 1);
  // From now on. An empty notification: no more. Errors: no_space (16 watch this pipe), over_quota.
  Outcome<void> watch(Cap<Notification> notification, u64 bits);

  [[nodiscard]] u64 number() const { return number_; }
  void close();

 private:
  void swap(PipeEnd& other);
  Outcome<u64> read(std::span<std::byte> to, bool waits);
  Outcome<u64> write(std::span<const std::byte> from, bool waits);
  // Whether there is something to read, or room for `bytes`, or something that has to be said.
  [[nodiscard]] bool has(u64 end, u64 bytes) const;

  [[nodiscard]] PipeHeader& header() const { return *reinterpret_cast<PipeHeader*>(ring_.data()); }
  [[nodiscard]] std::byte* data() const { return ring_.data() + base::page_size; }
  [[nodiscard]] bool is_closed(u64 end) const;
  [[nodiscard]] Outcome<u64> used() const;

  void lock();
  void unlock();
  void pause();
  // Sleeps until the other end rings, unless it `has` already. The lock is free meanwhile.
  void sleep(u64 end, u64 bytes);
  // Wakes one who sleeps on that bell, if anybody does, and whoever watches that end.
  void wake(u64 end);
  void tell_watchers(u64 end);

  Cap<Endpoint> session_;
  u64 number_ = any_number;
  u64 end_ = 0;
  u32 holder_ = 0;
  Region ring_;
  Owned<Notification> bells_[2];
  // For pauses; made when the first one is needed.
  Owned<Timer> timer_;
  Owned<Notification> alarm_;
};

}  // namespace ipc::files
