// SPDX-License-Identifier: MIT
// Requests about what is open.
#include <algorithm>
#include <cstring>
#include <libipc/process/memory.hpp>
#include <servers/vfs/contents/object_contents.hpp>
#include <servers/vfs/devices/devices.hpp>
#include <servers/vfs/serve/call.hpp>
#include <servers/vfs/views/views.hpp>

namespace vfs {

namespace {

namespace flag = files::open_flag;
namespace right = abi::procmgr::memory_right;

// An open file for reading or writing its bytes.
Outcome<OpenFile*> file_for(const Call& call, u64 number, u64 access) {
  OpenFile* file = TRY(open_file(call.session, number));
  if (file->node->is(Kind::directory)) return Problem{Error::wrong_object, Fault::is_a_directory};
  if (!file->has(access)) return Problem{Error::denied, Fault::not_opened_so};
  return file;
}

u64 offset_for(const OpenFile& file, u64 offset, bool writes) {
  if (writes && file.has(flag::append)) return file.node->contents.size;
  if (offset == files::at_position) return file.position;
  if (offset == files::at_end) return file.node->contents.size;
  return offset;
}

void move_position(OpenFile& file, u64 offset, u64 end) {
  if (offset == files::at_position) file.position = end;
}

void mark_written(Node& node) { node.modified = node.changed = now(); }

}  // namespace

Outcome<files::Close::Reply> handle(const files::Close& request, Call& call) {
  TRY(open_file(call.session, request.number));
  close_number(call.session, request.number);
  return files::Close::Reply{};
}

namespace {

// The bytes of a request come and go in a message, or in the session's mailbox.
Outcome<files::Read::Reply> read_into(const Session& session, OpenFile& file, u64 wanted,
                                      std::span<u8> to) {
  const Node& node = *file.node;
  if (node.is(Kind::device)) {
    const u64 device = node.contents.size;
    const u64 count =
        TRY(is_view(device) ? read_view(session, file, wanted, to) : read_device(device, to));
    return files::Read::Reply{.bytes = count, .offset = 0};
  }
  if (!node.contents.is_readable_here()) return Problem{Error::not_supported};
  const u64 offset = offset_for(file, wanted, false);
  const u64 count = read_contents(node.contents, offset, to);
  move_position(file, wanted, offset + count);
  return files::Read::Reply{.bytes = count, .offset = offset};
}

Outcome<files::Write::Reply> write_from(OpenFile& file, u64 wanted, std::span<const u8> from,
                                        Store& store) {
  Node& node = *file.node;
  if (node.is(Kind::device)) {
    TRY(write_device(node.contents.size, from));
    return files::Write::Reply{.offset = 0, .size = 0};
  }
  Contents& contents = node.contents;
  if (!contents.is_readable_here()) return Problem{Error::not_supported};
  const u64 offset = offset_for(file, wanted, true);
  const auto written = write_block(contents, offset, from, store);
  // Too large for a block, which is no error: there is another way.
  if (written.error().error == Error::too_big) return Problem{Error::not_supported};
  TRY(written);
  mark_written(node);
  move_position(file, wanted, offset + from.size());
  return files::Write::Reply{.offset = offset, .size = contents.size};
}

Outcome<std::span<u8>> mailbox_of(const Session& session, u64 bytes) {
  if (session.mailbox == nullptr) return Problem{Error::absent};
  if (bytes > files::mailbox_bytes) return Problem{Error::too_big};
  return std::span{session.mailbox, bytes};
}

}  // namespace

Outcome<files::Read::Reply> handle(const files::Read& request, Call& call) {
  OpenFile& file = *TRY(file_for(call, request.number, flag::read));
  const std::span<u8> to = call.space.first(std::min(request.bytes, call.space.size()));
  const auto reply = TRY(read_into(call.session, file, request.offset, to));
  call.answered = reply.bytes;
  return reply;
}

Outcome<files::Write::Reply> handle(const files::Write& request, Call& call) {
  OpenFile& file = *TRY(file_for(call, request.number, flag::write));
  if (request.bytes > call.payload.size() || request.bytes + 7 < call.payload.size())
    return Problem{Error::bad_argument};
  return write_from(file, request.offset, call.payload.first(request.bytes), *call.session.store);
}

Outcome<files::Read::Reply> handle(const files::ReadMailbox& request, Call& call) {
  OpenFile& file = *TRY(file_for(call, request.number, flag::read));
  return read_into(call.session, file, request.offset,
                   TRY(mailbox_of(call.session, request.bytes)));
}

Outcome<files::Write::Reply> handle(const files::WriteMailbox& request, Call& call) {
  OpenFile& file = *TRY(file_for(call, request.number, flag::write));
  return write_from(file, request.offset, TRY(mailbox_of(call.session, request.bytes)),
                    *call.session.store);
}

// The object's handle goes with the answer; the page lives where it is mapped.
Outcome<files::OpenMailbox::Reply> handle(const files::OpenMailbox&, Call& call) {
  Session& session = call.session;
  if (session.mailbox != nullptr) return Problem{Error::busy, Fault::in_use};
  auto object = create_memory(account_of(*session.store), files::mailbox_bytes,
                              abi::procmgr::memory_flag::commit);
  if (!object.ok()) return Problem{object.error()};
  const auto region =
      ipc::map(*object, files::mailbox_bytes, {.flags = abi::procmgr::map_flag::populate});
  if (!region.ok()) return Problem{region.error()};
  session.mailbox = reinterpret_cast<u8*>(region->data());
  call.answer_with(std::move(*object));
  return files::OpenMailbox::Reply{};
}

Outcome<files::Reserve::Reply> handle(const files::Reserve& request, Call& call) {
  if ((request.flags & ~files::reserve_flag::all) != 0) return Problem{Error::bad_argument};
  const bool grow = (request.flags & files::reserve_flag::grow) != 0;
  OpenFile& file = *TRY(file_for(call, request.number, grow ? flag::write : flag::read));
  Node& node = *file.node;
  if (!node.is(Kind::file)) return Problem{Error::wrong_object, Fault::not_a_file};
  if (request.bytes > files::max_reserve) return Problem{Error::too_big};
  const u64 offset = offset_for(file, request.offset, grow);
  if (offset > abi::procmgr::max_memory_bytes - files::max_reserve) return Problem{Error::too_big};
  Contents& contents = node.contents;
  u64 bytes = request.bytes;
  if (grow) {
    TRY(make_writable(node, *call.session.store));
  } else {
    TRY(make_mappable(node, *call.session.store));
    bytes = std::min(bytes, contents.size - std::min(contents.size, offset));
  }
  // What is sealed, or shows the archive, has all its pages.
  if (contents.place == Contents::Place::object) TRY(reserve(node, offset, bytes, grow));
  if (grow) mark_written(node);
  move_position(file, request.offset, offset + bytes);
  return files::Reserve::Reply{.offset = offset,
                               .bytes = bytes,
                               .size = contents.size,
                               .capacity = contents.capacity,
                               .committed = contents.committed,
                               .version = contents.identity()};
}

Outcome<files::Resize::Reply> handle(const files::Resize& request, Call& call) {
  OpenFile& file = *TRY(file_for(call, request.number, flag::write));
  Node& node = *file.node;
  if (!node.is(Kind::file)) return Problem{Error::wrong_object, Fault::not_a_file};
  TRY(resize(node, request.size, *call.session.store));
  mark_written(node);
  return files::Resize::Reply{node.contents.size};
}

Outcome<files::OpenContents::Reply> handle(const files::OpenContents& request, Call& call) {
  constexpr abi::Rights all = right::read | right::write | right::execute;
  if ((request.rights.bits & ~all.bits) != 0) return Problem{Error::bad_argument};
  const bool writes = request.rights.has(right::write);
  OpenFile& file = *TRY(file_for(call, request.number, writes ? flag::write : flag::read));
  Node& node = *file.node;
  if (node.is(Kind::device)) {
    call.answer_with(TRY(open_device(node.contents.size)));
    return files::OpenContents::Reply{};
  }
  if (!node.is(Kind::file)) return Problem{Error::wrong_object, Fault::not_a_file};
  if (request.rights.has(right::execute) && !node.allows(files::mode::execute))
    return Problem{Error::denied, Fault::mode_forbids};
  Store& store = *call.session.store;
  TRY(writes ? make_writable(node, store) : make_mappable(node, store));
  const Contents& contents = node.contents;
  const auto object = server.parked.use(contents.object);
  if (!object.ok()) return Problem{object.error()};
  auto handed = ipc::obtain<Endpoint>(*object, abi::procmgr::Reduce{.rights = request.rights});
  if (!handed.ok()) return Problem{handed.error()};
  call.answer_with(std::move(*handed));
  if (!file.has_contents) ++node.holders;
  file.has_contents = true;
  return files::OpenContents::Reply{.size = contents.size,
                                    .capacity = contents.capacity,
                                    .committed = contents.committed,
                                    .version = contents.identity()};
}

namespace {

// The name with its record in front, filled up to a word. 0: there is no room for it.
u64 put_name(const Entry& entry, std::span<u8> to) {
  const std::string_view name = entry.name();
  const u64 bytes = sizeof(files::DirectoryEntry) + (name.size() + 7) / 8 * 8;
  if (bytes > to.size()) return 0;
  const auto record = files::DirectoryEntry::make(entry.node->id, entry.node->kind, name.size());
  // Whole words, behind which nothing must leak.
  auto* words = reinterpret_cast<u64*>(to.data());
  words[bytes / sizeof(u64) - 1] = 0;
  words[0] = record.raw;
  std::memcpy(words + 1, name.data(), name.size());
  return bytes;
}

}  // namespace

// The cursor is the key of the next name, so it means the same whatever came and went.
Outcome<files::ReadDirectory::Reply> handle(const files::ReadDirectory& request, Call& call) {
  const OpenFile& file = *TRY(open_file(call.session, request.number));
  const Node& node = *file.node;
  if (!node.is(Kind::directory)) return Problem{Error::wrong_object, Fault::not_a_directory};
  if (!file.has(flag::read)) return Problem{Error::denied, Fault::not_opened_so};
  files::ReadDirectory::Reply reply{.cursor = request.cursor, .entries = 0};
  NameReader names{node.directory.names, request.cursor};
  while (const Entry* entry = names.next()) {
    const u64 bytes = put_name(*entry, call.space.subspan(call.answered));
    if (bytes == 0) return reply;
    call.answered += bytes;
    ++reply.entries;
    reply.cursor = entry->key + 1;
  }
  return reply;
}

namespace {

// The opening gets a number of the session: a certain one, which is closed first, or the lowest.
Outcome<u64> give_number(Session& session, u64 to, OpenFile& file) {
  u64 number = to;
  if (to == files::any_number) {
    number = TRY(session.files.make_room(*session.store));
  } else {
    TRY(session.files.make_room_at(to, *session.store));
  }
  ++file.references;
  if (session.files.find(number) != nullptr) close_number(session, number);
  session.files.put(number, file);
  return number;
}

}  // namespace

Outcome<files::Duplicate::Reply> handle(const files::Duplicate& request, Call& call) {
  OpenFile& file = *TRY(open_file(call.session, request.number));
  return files::Duplicate::Reply{TRY(give_number(call.session, request.to, file))};
}

Outcome<files::Inherit::Reply> handle(const files::Inherit& request, Call& call) {
  const ipc::Arrivals& arrivals = call.slots.arrivals();
  if ((arrivals.unwrapped & 1) == 0) return Problem{Error::invalid_capability};
  const Session* from = server.sessions.find(arrivals.badges[0]);
  if (from == nullptr) return Problem{Error::invalid_capability};
  OpenFile& file = *TRY(open_file(*from, request.number));
  return files::Inherit::Reply{TRY(give_number(call.session, request.to, file))};
}

}  // namespace vfs
