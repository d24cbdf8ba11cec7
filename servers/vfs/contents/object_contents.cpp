// SPDX-License-Identifier: MIT
#include <algorithm>
#include <base/bits.hpp>
#include <cstring>
#include <libipc/process/memory.hpp>
#include <servers/vfs/contents/object_contents.hpp>
#include <servers/vfs/contents/objects.hpp>
#include <servers/vfs/server.hpp>

namespace vfs {

namespace {

namespace proto = abi::procmgr;
namespace right = abi::procmgr::memory_right;
using Place = Contents::Place;

// A new object is longer than the file, so that it need not grow with each write.
constexpr u64 first_capacity = 64 * base::kib;
// No request copies or clears more than this.
constexpr u64 copied_at_once = 4 * base::mib;
constexpr u64 cleared_at_once = 256 * base::kib;
// A large file gets pages beyond what was asked for: the next request will want them.
constexpr u64 ahead = 64 * base::kib;

u64 whole_pages(u64 bytes) {
  return base::align_down(bytes + base::page_size - 1, base::page_size);
}

template <class T>
Outcome<T> from(abi::Result<T> result) {
  if (!result.ok()) return Problem{result.error()};
  return std::move(*result);
}
Outcome<void> from(const abi::Status& status) { return Problem{status.error()}; }

// The contents' object, in a slot.
Outcome<Cap<Endpoint>> object_of(const Contents& contents) {
  return from(server.parked.use(contents.object));
}

// From now on the contents are this object; what they were goes.
Outcome<void> become(Node& node, Owned<Endpoint> object, const Contents& what) {
  const auto number = server.parked.park(object);
  if (!number.ok()) return Problem{number.error()};
  clear_contents(node.contents);
  node.contents = what;
  node.contents.object = *number;
  node.contents.version = server.next_version++;
  ++server.objects;
  return {};
}

// A part of an object shown here, for a moment.
class Shown {
 public:
  static Outcome<Shown> make(Cap<Endpoint> object, u64 offset, u64 bytes, abi::Rights access) {
    const auto region =
        ipc::map(object, whole_pages(bytes),
                 {.offset = offset, .access = access, .flags = proto::map_flag::populate});
    if (!region.ok()) return Problem{region.error()};
    return Shown{*region};
  }
  Shown() = default;
  Shown(Shown&& other) noexcept : region_(std::exchange(other.region_, {})) {}
  Shown& operator=(Shown&& other) noexcept {
    std::swap(region_, other.region_);
    return *this;
  }
  ~Shown() {
    if (!region_.empty()) static_cast<void>(ipc::unmap(region_));
  }
  [[nodiscard]] u8* bytes() const { return reinterpret_cast<u8*>(region_.data()); }

 private:
  explicit Shown(ipc::Region region) : region_(region) {}
  ipc::Region region_;
};

// The pages come first, so that writing them cannot fail.
Outcome<void> commit(Cap<Endpoint> object, u64 offset, u64 end) {
  const u64 first = base::align_down(offset, base::page_size);
  return from(
      ipc::call(object, proto::CommitMemory{.offset = first, .length = whole_pages(end) - first})
          .error());
}

// ---- New objects ----------------------------------------------------------------------------

Outcome<void> make_empty(Node& node, Store& store) {
  auto object = TRY(from(create_memory(account_of(store), first_capacity, 0)));
  return become(node, std::move(object),
                {.place = Place::object, .capacity = first_capacity, .store = &store});
}

// The bytes are here: of a block, or of a file in the archive.
Outcome<void> make_copy(Node& node, Store& store) {
  const std::span<const u8> bytes = node.contents.view();
  if (bytes.size() > copied_at_once) return Problem{Error::not_supported};
  const u64 capacity = std::max(first_capacity, whole_pages(bytes.size()));
  auto object = TRY(from(create_memory(account_of(store), capacity, 0)));
  TRY(commit(object, 0, bytes.size()));
  {
    const Shown shown = TRY(Shown::make(object, 0, bytes.size(), right::read | right::write));
    std::memcpy(shown.bytes(), bytes.data(), bytes.size());
  }
  return become(node, std::move(object),
                {.place = Place::object,
                 .size = bytes.size(),
                 .capacity = capacity,
                 .committed = whole_pages(bytes.size()),
                 .store = &store});
}

// Pages of a sealed object, copied when they are touched.
Outcome<void> make_clone(Node& node, Cap<Endpoint> source, u64 offset, Store& store) {
  const u64 size = node.contents.size;
  const Cap<Endpoint> payer = TRY(from(account_capability(store)));
  auto object = TRY(from(ipc::obtain<Endpoint>(
      source, proto::CloneMemory{.offset = offset, .length = size}, {payer.at()})));
  return become(
      node, std::move(object),
      {.place = Place::object, .size = size, .capacity = whole_pages(size), .store = &store});
}

u64 archive_offset(const Contents& contents) {
  return static_cast<u64>(contents.bytes - server.archive_start);
}
bool is_aligned_in_archive(const Contents& contents) {
  return base::is_aligned(archive_offset(contents), base::page_size);
}

// What the file has of its object comes into a new one, all at once.
Outcome<void> copy_object(Node& node, Store& store) {
  Contents& contents = node.contents;
  if (contents.size > copied_at_once) return Problem{Error::not_supported};
  const Cap<Endpoint> source = TRY(object_of(contents));
  auto object = TRY(from(create_memory(account_of(store), whole_pages(contents.size), 0)));
  TRY(commit(object, 0, contents.size));
  {
    const Shown old = TRY(Shown::make(source, 0, contents.size, right::read));
    const Shown shown = TRY(Shown::make(object, 0, contents.size, right::read | right::write));
    std::memcpy(shown.bytes(), old.bytes(), contents.size);
  }
  return become(node, std::move(object),
                {.place = Place::object,
                 .size = contents.size,
                 .capacity = whole_pages(contents.size),
                 .committed = whole_pages(contents.size),
                 .store = &store});
}

Outcome<void> clone_sealed(Node& node, Store& store) {
  if (node.contents.size == 0) return make_empty(node, store);
  const Cap<Endpoint> source = TRY(object_of(node.contents));
  const auto cloned = make_clone(node, source, 0, store);
  if (cloned.error().error == Error::too_big) return copy_object(node, store);
  return cloned;
}

// A file of the archive keeps its place there; the object is a slice of it.
Outcome<void> make_slice(Node& node) {
  Contents& contents = node.contents;
  if (contents.object != 0) return {};
  auto slice = TRY(from(ipc::obtain<Endpoint>(
      server.archive,
      proto::SliceMemory{.offset = archive_offset(contents), .length = contents.size})));
  const auto number = server.parked.park(slice);
  if (!number.ok()) return Problem{number.error()};
  contents.object = *number;
  contents.capacity = whole_pages(contents.size);
  contents.committed = contents.capacity;
  ++server.objects;
  return {};
}

Outcome<void> seal(Node& node) {
  Contents& contents = node.contents;
  const Cap<Endpoint> object = TRY(object_of(contents));
  // As long as the file, if nothing behind it was reserved: so it is seen where the program ends.
  if (ipc::call(object, proto::ResizeMemory{.bytes = contents.size}).ok())
    contents.capacity = whole_pages(contents.size);
  const abi::Status sealed = ipc::call(object, proto::SealMemory{}).error();
  if (sealed.error() == Error::busy) return Problem{Error::busy, Fault::in_use};
  TRY(from(sealed));
  contents.place = Place::sealed;
  return {};
}

}  // namespace

void drop_object(ObjectNumber number) {
  server.parked.drop(number);
  --server.objects;
}

Outcome<void> make_writable(Node& node, Store& store) {
  switch (node.contents.place) {
    case Place::object: return {};
    case Place::nothing: return make_empty(node, store);
    case Place::block: return make_copy(node, store);
    case Place::sealed: return clone_sealed(node, store);
    case Place::archive:
      if (!is_aligned_in_archive(node.contents)) return make_copy(node, store);
      return make_clone(node, server.archive, archive_offset(node.contents), store);
  }
  return Problem{Error::not_supported};
}

Outcome<void> make_mappable(Node& node, Store& store) {
  if (node.contents.place == Place::sealed) return {};
  if (node.contents.place == Place::archive && is_aligned_in_archive(node.contents))
    return make_slice(node);
  return make_writable(node, store);
}

Outcome<void> make_image(Node& node, Store& store) {
  if (node.contents.place == Place::sealed) return {};
  if (node.contents.place == Place::archive && is_aligned_in_archive(node.contents))
    return make_slice(node);
  if (node.writers != 0) return Problem{Error::busy, Fault::in_use};
  TRY(make_writable(node, store));
  return seal(node);
}

// A page that ends the file may end a clone's source too: before the file grows it must be a page
// of its own, or what lies behind the end there would come along with the next clone.
Outcome<void> reserve(Node& node, u64 offset, u64 bytes, bool grow) {
  Contents& contents = node.contents;
  const u64 end = offset + bytes;
  if (end <= contents.committed) {
    if (grow) contents.size = std::max(contents.size, end);
    return {};
  }
  const Cap<Endpoint> object = TRY(object_of(contents));
  if (end > contents.capacity) {
    const u64 capacity =
        whole_pages(std::max(end, std::min(2 * contents.capacity, end + base::gib)));
    TRY(from(ipc::call(object, proto::ResizeMemory{.bytes = capacity}).error()));
    contents.capacity = capacity;
  }
  if (grow && end > contents.size && contents.size > contents.committed &&
      !base::is_aligned(contents.size, base::page_size))
    TRY(commit(object, contents.size, contents.size + 1));
  const bool in_order = offset <= contents.committed;
  const u64 start = in_order ? contents.committed : offset;
  const u64 wanted = in_order && grow && contents.size >= ahead ? end + ahead : end;
  const u64 last = std::min(whole_pages(wanted), contents.capacity);
  auto committed = commit(object, start, last);
  if (!committed.ok() && last > whole_pages(end)) committed = commit(object, start, end);
  TRY(committed);
  if (in_order) contents.committed = std::max(contents.committed, whole_pages(end));
  if (grow) contents.size = std::max(contents.size, end);
  return {};
}

namespace {

// What lies behind the new end is cleared, from the end on, because others show it.
Outcome<void> clear_tail(Node& node, u64 size) {
  Contents& contents = node.contents;
  const u64 start = std::max(size, contents.size - std::min(contents.size, cleared_at_once));
  const u64 first = base::align_down(start, base::page_size);
  const Cap<Endpoint> object = TRY(object_of(contents));
  TRY(commit(object, start, contents.size));
  const Shown shown =
      TRY(Shown::make(object, first, contents.size - first, right::read | right::write));
  std::memset(shown.bytes() + (start - first), 0, contents.size - start);
  contents.size = start;
  return {};
}

// Whether it would free much and copy little to begin a new object with what stays.
bool is_worth_copying(const Contents& contents, u64 size) {
  return size <= cleared_at_once && contents.size - size >= first_capacity;
}

// Where nobody has the object, what was cut off goes back to whoever paid for it.
Outcome<bool> free_tail(Node& node, u64 size, Store& store) {
  Contents& contents = node.contents;
  if (node.holders != 0 || !is_worth_copying(contents, size)) return false;
  const Cap<Endpoint> object = TRY(object_of(contents));
  const auto info = ipc::call(object, proto::InfoMemory{});
  if (!info.ok() || info->regions != 0) return false;
  const u64 before = std::exchange(contents.size, size);
  const bool done = copy_object(node, store).ok();
  if (!done) contents.size = before;
  return done;
}

// Only the length changes: pages come into being when they are reserved.
Outcome<void> lengthen(Node& node, u64 size) {
  Contents& contents = node.contents;
  if (size > proto::max_memory_bytes) return Problem{Error::too_big};
  if (size <= contents.capacity) {
    contents.size = size;
    return {};
  }
  const Cap<Endpoint> object = TRY(object_of(contents));
  if (contents.size > contents.committed && !base::is_aligned(contents.size, base::page_size))
    TRY(commit(object, contents.size, contents.size + 1));
  TRY(from(ipc::call(object, proto::ResizeMemory{.bytes = size}).error()));
  contents.capacity = whole_pages(size);
  contents.size = size;
  return {};
}

}  // namespace

namespace {

// Of what cannot be written only the beginning stays: nothing has to be cleared.
Outcome<void> shorten_unwritable(Node& node, u64 size, Store& store) {
  Contents& contents = node.contents;
  if (contents.place == Place::archive) {
    if (contents.object != 0) drop_object(std::exchange(contents.object, 0));
    contents.size = size;
    return {};
  }
  const u64 before = std::exchange(contents.size, size);
  const auto made = make_writable(node, store);
  if (!made.ok()) contents.size = before;
  return made;
}

}  // namespace

Outcome<void> resize(Node& node, u64 size, Store& store) {
  Contents& contents = node.contents;
  if (size == contents.size) return {};
  const bool shortens = size < contents.size;
  if (size == 0 && (node.holders == 0 || contents.place != Place::object)) {
    clear_contents(contents);
    return {};
  }
  if (shortens && (contents.place == Place::archive || contents.place == Place::sealed))
    return shorten_unwritable(node, size, store);
  if (contents.is_readable_here() && size <= Contents::max_block)
    return resize_block(contents, size, store);
  TRY(make_writable(node, store));
  if (!shortens) return lengthen(node, size);
  if (TRY(free_tail(node, size, store))) return {};
  return clear_tail(node, size);
}

}  // namespace vfs
