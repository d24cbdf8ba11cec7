// SPDX-License-Identifier: MIT
// An open file. Small files travel in messages; of larger ones the contents are mapped, and reading
// and writing are copies that no server sees.
//
//   by message -----(it is large, or read again and again)-----> mapped
#pragma once

#include <libipc/files/request.hpp>
#include <libipc/process/memory.hpp>

namespace ipc::files {

class File {
 public:
  constexpr File() = default;
  // `number` is open in the session, and is this object's from now on.
  File(Cap<Endpoint> session, const Open::Reply& opened, u64 flags)
      : session_(session),
        number_(opened.number),
        kind_(opened.kind),
        flags_(flags),
        known_size_(opened.size) {}
  // An open file that was inherited. Its position is shared with whoever else has it.
  static File inherited(Cap<Endpoint> session, u64 number, u64 flags, Kind kind = Kind::file);

  File(const File&) = delete;
  File& operator=(const File&) = delete;
  File(File&& other) noexcept { swap(other); }
  File& operator=(File&& other) noexcept {
    swap(other);
    return *this;
  }
  ~File() { close(); }

  // At the position, which moves on. How many bytes; 0 at the end. Writing is all or an error; of a
  // long write what came before the error stays.
  Outcome<u64> read(std::span<std::byte> to);
  Outcome<u64> write(std::span<const std::byte> from);
  Outcome<u64> write(std::string_view text) {
    return write(std::as_bytes(std::span{text.data(), text.size()}));
  }
  // Elsewhere; the position stays.
  Outcome<u64> read_at(u64 offset, std::span<std::byte> to);
  Outcome<u64> write_at(u64 offset, std::span<const std::byte> from);

  [[nodiscard]] u64 position() const { return position_; }
  void seek(u64 position) { position_ = position; }

  [[nodiscard]] Outcome<Attributes> stat() const;
  Outcome<u64> size();
  Outcome<void> resize(u64 size);

  // Names of a directory from `cursor` on, as ReadDirectory has them; 0 entries: that was all.
  struct Names {
    u64 cursor = 0;
    u64 entries = 0;
  };
  [[nodiscard]] Outcome<Names> read_names(u64 cursor, std::span<u64> to) const;

  // The capability behind it: the memory object, or what a device stands for.
  [[nodiscard]] Outcome<Owned<Endpoint>> open_contents(abi::Rights rights) const;

  [[nodiscard]] u64 number() const { return number_; }
  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] explicit operator bool() const { return number_ != any_number; }

  void close();
  // Gives up ownership: the number stays open.
  u64 release();

 private:
  void swap(File& other);
  [[nodiscard]] bool has(u64 flags) const { return (flags_ & flags) != 0; }
  [[nodiscard]] bool is_mapped() const { return !region_.empty(); }
  [[nodiscard]] bool prefers_messages(u64 end) const;

  // What takes more than one message goes through the mailbox, if there is one.
  [[nodiscard]] std::byte* mailbox_for(u64 bytes) const;
  Outcome<u64> read_piece(u64 offset, std::span<std::byte> to);
  Outcome<u64> write_piece(u64 offset, std::span<const std::byte> from);
  Outcome<u64> read_by_message(u64 offset, std::span<std::byte> to);
  Outcome<u64> write_by_message(u64 offset, std::span<const std::byte> from);
  Outcome<u64> read_mapped(u64 offset, std::span<std::byte> to);
  Outcome<u64> write_mapped(u64 offset, std::span<const std::byte> from);
  Outcome<Reserve::Reply> reserve(u64 offset, u64 bytes, u64 flags);
  Outcome<void> map_up_to(u64 end);
  void unmap_contents();

  // [start, end) of the contents can be touched without asking, beside all below `committed_`.
  struct Window {
    u64 start = 0;
    u64 end = 0;
  };
  [[nodiscard]] bool can_touch(u64 start, u64 end) const {
    return end <= region_.size() &&
           (end <= committed_ || (start >= window_.start && end <= window_.end));
  }

  Cap<Endpoint> session_;
  u64 number_ = any_number;
  Kind kind_ = Kind::none;
  u64 flags_ = 0;
  bool shares_position_ = false;
  u64 position_ = 0;
  u64 known_size_ = 0;  // it may have grown since
  u64 messages_ = 0;    // in which it was read
  // The contents, once they are mapped.
  Owned<Endpoint> contents_;
  Region region_;
  u64 capacity_ = 0;
  u64 committed_ = 0;
  u64 version_ = 0;
  Window window_;
};

}  // namespace ipc::files
