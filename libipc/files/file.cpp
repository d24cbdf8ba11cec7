// SPDX-License-Identifier: MIT
#include <algorithm>
#include <base/bits.hpp>
#include <cstring>
#include <libipc/files/file.hpp>

namespace ipc::files {

namespace {

// A file up to this size is read and written by messages, the first times.
constexpr u64 small_file = base::page_size;
constexpr u64 most_messages = 8;
// What is mapped at once beyond the file's end, so that a file that grows is not mapped again with
// each write.
constexpr u64 most_spare = 16 * base::mib;

u64 whole_pages(u64 bytes) {
  return base::align_down(bytes + base::page_size - 1, base::page_size);
}

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool is_other_way(const Problem& problem) { return problem.error == abi::Error::not_supported; }

}  // namespace

File File::inherited(Cap<Endpoint> session, u64 number, u64 flags, Kind kind) {
  File file{session, {.number = number, .kind = kind, .mode = 0, .size = 0, .id = 0}, flags};
  file.shares_position_ = true;
  return file;
}

void File::swap(File& other) {
  std::swap(session_, other.session_);
  std::swap(number_, other.number_);
  std::swap(kind_, other.kind_);
  std::swap(flags_, other.flags_);
  std::swap(shares_position_, other.shares_position_);
  std::swap(position_, other.position_);
  std::swap(known_size_, other.known_size_);
  std::swap(messages_, other.messages_);
  std::swap(contents_, other.contents_);
  std::swap(region_, other.region_);
  std::swap(capacity_, other.capacity_);
  std::swap(committed_, other.committed_);
  std::swap(version_, other.version_);
  std::swap(window_, other.window_);
}

void File::unmap_contents() {
  if (is_mapped()) static_cast<void>(unmap(region_));
  region_ = {};
  contents_.reset();
  window_ = {};
  committed_ = 0;
}

void File::close() {
  if (!*this) return;
  unmap_contents();
  static_cast<void>(ask(session_, Close{.number = number_}));
  number_ = any_number;
}

u64 File::release() {
  unmap_contents();
  return std::exchange(number_, any_number);
}

// ---- Where -------------------------------------------------------------------------------------

Outcome<u64> File::read(std::span<std::byte> to) {
  const u64 offset = shares_position_ ? at_position : position_;
  const u64 count = TRY(read_at(offset, to));
  position_ += count;
  return count;
}

Outcome<u64> File::write(std::span<const std::byte> from) {
  const u64 offset = shares_position_ ? at_position : position_;
  const u64 count = TRY(write_at(offset, from));
  position_ += count;
  return count;
}

bool File::prefers_messages(u64 end) const {
  return kind_ != Kind::file || (!is_mapped() && end <= small_file && known_size_ <= small_file &&
                                 messages_ < most_messages);
}

Outcome<u64> File::read_at(u64 offset, std::span<std::byte> to) {
  // Nothing has to be asked about what is mapped and was there before.
  if (offset < known_size_ && to.size() <= known_size_ - offset &&
      can_touch(offset, offset + to.size())) [[likely]] {
    std::memcpy(to.data(), region_.data() + offset, to.size());
    return to.size();
  }
  const u64 end = offset == at_position ? known_size_ : std::min(offset + to.size(), known_size_);
  if (prefers_messages(end)) {
    const auto read = read_by_message(offset, to);
    if (read.ok() || !is_other_way(read.error())) return read;
  }
  return read_mapped(offset, to);
}

Outcome<u64> File::write_at(u64 offset, std::span<const std::byte> from) {
  if (!has(open_flag::append) && offset < known_size_ && from.size() <= known_size_ - offset &&
      can_touch(offset, offset + from.size())) [[likely]] {
    std::memcpy(region_.data() + offset, from.data(), from.size());
    return from.size();
  }
  const u64 end = offset == at_position ? from.size() : offset + from.size();
  if (kind_ != Kind::file || (!is_mapped() && end <= small_file)) {
    const auto written = write_by_message(offset, from);
    if (written.ok() || !is_other_way(written.error())) return written;
  }
  return write_mapped(offset, from);
}

// ---- By message --------------------------------------------------------------------------------

namespace {

// The mailbox of the session in the bundle, which nobody else has. It costs as much as a few long
// messages, so it is asked for by whoever has sent some.
struct Mailbox {
  std::byte* bytes = nullptr;
  u64 wanted = 0;  // how often
};
constinit Mailbox mailbox;
constexpr u64 wanted_enough = 3;

void open_mailbox(Cap<Endpoint> session) {
  auto slot = LandingSlot::make();
  if (!slot.ok() || !ask(session, OpenMailbox{}, {}, slot->at()).ok()) return;
  const MemoryObject object{slot->landed<Endpoint>()};
  const auto region = object.map(mailbox_bytes, {.flags = abi::procmgr::map_flag::populate});
  if (region.ok()) mailbox.bytes = region->data();
}

}  // namespace

std::byte* File::mailbox_for(u64 bytes) const {
  if (bytes <= max_write || session_.at() != abi::bundle_slot::files) return nullptr;
  if (mailbox.bytes == nullptr && ++mailbox.wanted == wanted_enough) open_mailbox(session_);
  return mailbox.bytes;
}

Outcome<u64> File::read_piece(u64 offset, std::span<std::byte> to) {
  if (std::byte* shared = mailbox_for(to.size())) {
    const u64 wanted = std::min(to.size(), mailbox_bytes);
    const auto reply =
        TRY(ask(session_, ReadMailbox{.number = number_, .offset = offset, .bytes = wanted}));
    const u64 count = std::min(reply.bytes, wanted);
    std::memcpy(to.data(), shared, count);
    return count;
  }
  const u64 wanted = std::min(to.size(), max_read);
  const Message answer =
      send_text(session_, Read{.number = number_, .offset = offset, .bytes = wanted}, {});
  const auto reply = TRY(read_reply<Read::Reply>(answer));
  const u64 count = std::min(reply.bytes, wanted);
  get_bytes(answer, sizeof(Read::Reply), to.first(count));
  return count;
}

Outcome<u64> File::read_by_message(u64 offset, std::span<std::byte> to) {
  u64 done = 0;
  while (done != to.size()) {
    const auto count = read_piece(offset == at_position ? offset : offset + done, to.subspan(done));
    if (!count.ok()) {
      if (done != 0) break;
      return count.error();
    }
    // A piece may be shorter than what was asked for, and the file longer: only nothing is the end.
    if (*count == 0) break;
    done += *count;
    ++messages_;
    if (kind_ == Kind::file && offset != at_position && offset + done >= known_size_) break;
  }
  if (offset != at_position) known_size_ = std::max(known_size_, offset + done);
  return done;
}

Outcome<u64> File::write_piece(u64 offset, std::span<const std::byte> from) {
  if (std::byte* shared = mailbox_for(from.size())) {
    const u64 count = std::min(from.size(), mailbox_bytes);
    std::memcpy(shared, from.data(), count);
    known_size_ =
        TRY(ask(session_, WriteMailbox{.number = number_, .offset = offset, .bytes = count})).size;
    return count;
  }
  const auto piece = from.first(std::min(from.size(), max_write));
  known_size_ = TRY(ask(session_, Write{.number = number_, .offset = offset, .bytes = piece.size()},
                        as_text(piece)))
                    .size;
  return piece.size();
}

Outcome<u64> File::write_by_message(u64 offset, std::span<const std::byte> from) {
  u64 done = 0;
  do {
    const u64 at = offset == at_position ? offset : offset + done;
    const auto count = write_piece(at, from.subspan(done));
    // The file has grown beyond what is kept for messages.
    if (!count.ok() && done != 0 && is_other_way(count.error()))
      return done + TRY(write_mapped(at, from.subspan(done)));
    done += TRY(count);
  } while (done != from.size());
  return done;
}

// ---- Mapped ------------------------------------------------------------------------------------

// The file may be another object now, if somebody emptied it or started it as a program.
Outcome<Reserve::Reply> File::reserve(u64 offset, u64 bytes, u64 flags) {
  const auto reply = TRY(
      ask(session_, Reserve{.number = number_, .offset = offset, .bytes = bytes, .flags = flags}));
  if (reply.version != version_) unmap_contents();
  version_ = reply.version;
  known_size_ = reply.size;
  capacity_ = reply.capacity;
  committed_ = reply.committed;
  window_ = {base::align_down(reply.offset, base::page_size),
             whole_pages(reply.offset + reply.bytes)};
  return reply;
}

Outcome<void> File::map_up_to(u64 end) {
  if (end <= region_.size()) return {};
  const bool writes = has(open_flag::write);
  const abi::Rights access = writes ? memory_right::read | memory_right::write : memory_right::read;
  if (!contents_) {
    LandingSlot slot = TRY(outcome(LandingSlot::make()));
    const auto reply =
        TRY(ask(session_, OpenContents{.number = number_, .rights = access}, {}, slot.at()));
    contents_ = slot.landed<Endpoint>();
    capacity_ = reply.capacity;
    version_ = reply.version;
  }
  if (is_mapped()) static_cast<void>(unmap(region_));
  region_ = {};
  const u64 spare = writes ? std::min(whole_pages(end), most_spare) : 0;
  const u64 length =
      std::min(std::max(whole_pages(end) + spare, whole_pages(known_size_)), capacity_);
  const u64 flags = writes ? 0 : abi::procmgr::map_flag::populate;
  region_ = TRY(outcome(map(contents_, length, {.access = access, .flags = flags})));
  return {};
}

Outcome<u64> File::read_mapped(u64 offset, std::span<std::byte> to) {
  u64 done = 0;
  while (done != to.size()) {
    const u64 wanted = std::min(to.size() - done, max_reserve);
    const auto reply = TRY(reserve(offset == at_position ? offset : offset + done, wanted, 0));
    if (reply.bytes == 0) break;
    TRY(map_up_to(reply.offset + reply.bytes));
    std::memcpy(to.data() + done, region_.data() + reply.offset, reply.bytes);
    done += reply.bytes;
    if (reply.bytes < wanted) break;
  }
  return done;
}

Outcome<u64> File::write_mapped(u64 offset, std::span<const std::byte> from) {
  u64 done = 0;
  while (done != from.size()) {
    const u64 wanted = std::min(from.size() - done, max_reserve);
    const auto reply =
        TRY(reserve(offset == at_position ? offset : offset + done, wanted, reserve_flag::grow));
    TRY(map_up_to(reply.offset + reply.bytes));
    std::memcpy(region_.data() + reply.offset, from.data() + done, reply.bytes);
    done += reply.bytes;
  }
  return done;
}

// ---- The rest ----------------------------------------------------------------------------------

Outcome<Attributes> File::stat() const {
  return ask(session_, Stat{.base = static_cast<u32>(number_), .flags = 0, .text_bytes = 0});
}

Outcome<u64> File::size() {
  known_size_ = TRY(stat()).size;
  return known_size_;
}

Outcome<void> File::resize(u64 size) {
  do known_size_ = TRY(ask(session_, Resize{.number = number_, .size = size})).size;
  while (known_size_ > size);
  committed_ = 0;
  window_ = {};
  return {};
}

Outcome<File::Names> File::read_names(u64 cursor, std::span<u64> to) const {
  const Message answer =
      send_text(session_, ReadDirectory{.number = number_, .cursor = cursor}, {});
  const auto reply = TRY(read_reply<ReadDirectory::Reply>(answer));
  const u64 words = answer.info.words() - abi::words_of<ReadDirectory::Reply>;
  if (words > to.size()) return Problem{abi::Error::too_big};
  get_bytes(answer, sizeof reply, std::as_writable_bytes(to.first(words)));
  return Names{reply.cursor, reply.entries};
}

Outcome<Owned<Endpoint>> File::open_contents(abi::Rights rights) const {
  LandingSlot slot = TRY(outcome(LandingSlot::make()));
  TRY(ask(session_, OpenContents{.number = number_, .rights = rights}, {}, slot.at()));
  return slot.landed<Endpoint>();
}

}  // namespace ipc::files
