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
  Outcome<u64> write(std::span<const std::byte> from);
  Outcome<u64> write(std::string_view text) {
    return write(std::as_bytes(std::span{text.data(), text.size()}));
  }

  void close();

 private:
  void swap(PipeEnd& other);
  Outcome<u64> read(std::span<std::byte> to, bool waits);

  [[nodiscard]] PipeHeader& header() const { return *reinterpret_cast<PipeHeader*>(ring_.data()); }
  [[nodiscard]] std::byte* data() const { return ring_.data() + base::page_size; }
  [[nodiscard]] bool is_closed(u64 end) const;
  [[nodiscard]] Outcome<u64> used() const;

  void lock();
  void unlock();
  void pause();
  // Sleeps until the other end rings, unless `is_ready` already. The lock is free meanwhile.
  template <class Ready>
  void sleep(Ready&& is_ready);
  // Wakes one who sleeps on that bell, if anybody does.
  void wake(u64 end);

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
