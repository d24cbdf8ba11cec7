// SPDX-License-Identifier: MIT
// Requests of people who look at this server. Each answer tells one thing, so none takes long.
#include <cstring>
#include <servers/vfs/pipes/pipes.hpp>
#include <servers/vfs/serve/call.hpp>
#include <servers/vfs/views/mounts.hpp>

namespace vfs {

namespace {

Outcome<void> check_inspects(const Session& session) {
  if (session.rights.has(files::session_right::inspect)) return {};
  return Problem{Error::denied, Fault::session_forbids};
}

// The path goes behind the answer, as the one who asks sees it. What it does not see, and what was
// removed, has none.
u64 put_path(const Node& node, Call& call) {
  const std::span room{reinterpret_cast<char*>(call.space.data()), call.space.size()};
  const auto path = path_of(*call.session.root, node, room);
  if (!path.ok()) return 0;
  std::memmove(room.data(), path->data(), path->size());
  return call.answered = path->size();
}

u64 size_of(const Node& node) {
  return node.is(Kind::pipe) ? bytes_on_the_way(node.contents) : attributes_of(node).size;
}

}  // namespace

Outcome<files::InfoServer::Reply> handle(const files::InfoServer&, Call& call) {
  TRY(check_inspects(call.session));
  return files::InfoServer::Reply{.nodes = server.tree.nodes(),
                                  .sessions = server.sessions.count(),
                                  .open_files = server.open_files,
                                  .payers = payer_count(),
                                  .pages = chunks_in_use() * pages_in_chunk,
                                  .objects = server.objects,
                                  .lost_entries = server.lost_entries};
}

Outcome<files::NextMount::Reply> handle(const files::NextMount& request, Call& call) {
  TRY(check_inspects(call.session));
  Mount mount;
  if (!mount_at(request.cursor, mount)) return Problem{Error::not_found};
  std::memcpy(call.space.data(), mount.path.data(), mount.path.size());
  call.answered = mount.path.size();
  return files::NextMount::Reply{.cursor = request.cursor + 1,
                                 .kind = mount.kind,
                                 .entries = mount.entries,
                                 .bytes = mount.bytes,
                                 .text_bytes = mount.path.size()};
}

Outcome<files::NextSession::Reply> handle(const files::NextSession& request, Call& call) {
  TRY(check_inspects(call.session));
  u64 cursor = request.cursor;
  const Session* session = server.sessions.next(cursor);
  if (session == nullptr) return Problem{Error::not_found};
  return files::NextSession::Reply{.cursor = cursor,
                                   .badge = server.sessions.badge_of(*session),
                                   .rights = session->rights,
                                   .open_files = session->files.count(),
                                   .root = session->root->id,
                                   .payer = account_of(*session->store),
                                   .text_bytes = put_path(*session->directory, call)};
}

Outcome<files::NextOpenFile::Reply> handle(const files::NextOpenFile& request, Call& call) {
  TRY(check_inspects(call.session));
  const Session* session = server.sessions.find(abi::Badge{request.badge});
  if (session == nullptr) return Problem{Error::gone};
  const u64 number = session->files.next(request.cursor);
  if (number == OpenTable::max_number) return Problem{Error::not_found};
  const OpenFile& file = *session->files.find(number);
  const Node& node = *file.node;
  return files::NextOpenFile::Reply{.cursor = number + 1,
                                    .number = number,
                                    .flags = file.flags,
                                    .position = file.position,
                                    .id = node.id,
                                    .kind = node.kind,
                                    .sharers = static_cast<u32>(file.references),
                                    .size = size_of(node),
                                    .text_bytes = put_path(node, call)};
}

}  // namespace vfs
