// SPDX-License-Identifier: MIT
// Requests that name something by a path.
#include <cstring>
#include <libipc/process/memory.hpp>
#include <new>
#include <servers/vfs/contents/object_contents.hpp>
#include <servers/vfs/serve/call.hpp>

namespace vfs {

namespace {

namespace flag = files::open_flag;
namespace mode = files::mode;

bool follows(u16 flags) { return (flags & files::path_flag::no_follow) == 0; }

template <class Request>
std::string_view first_path(const Request& request, const Call& call) {
  return call.text(0, request.text_bytes);
}
template <class Request>
std::string_view second_path(const Request& request, const Call& call) {
  return call.text(request.text_bytes, request.second_bytes);
}

// What the session may do with what is there.
Outcome<void> check_open(const Session& session, const Node& node, u64 flags) {
  const bool writes = (flags & flag::write) != 0;
  if ((flags & flag::directory) != 0 && !node.is(Kind::directory))
    return Problem{Error::wrong_object, Fault::not_a_directory};
  if (writes && node.is(Kind::directory))
    return Problem{Error::wrong_object, Fault::is_a_directory};
  if (node.is(Kind::symbolic_link) && writes)
    return Problem{Error::wrong_object, Fault::not_a_file};
  // A device's contents are not the tree's.
  if (writes && node.is(Kind::file) && !session.rights.has(files::session_right::change))
    return Problem{Error::denied, Fault::session_forbids};
  const u32 wanted = ((flags & flag::read) != 0 ? mode::read : 0) | (writes ? mode::write : 0);
  if (!session.rights.has(files::session_right::ignore_modes) && !node.allows(wanted))
    return Problem{Error::denied, Fault::mode_forbids};
  return {};
}

// What is there, or a new file.
Outcome<Node*> find_or_create(const View& view, const files::Open& request, Call& call,
                              bool& is_new) {
  const bool follow = (request.flags & (flag::no_follow | flag::exclusive)) == 0;
  const Destination at = TRY(walk(view, first_path(request, call), follow));
  is_new = at.node == nullptr;
  if (is_new && (request.flags & flag::create) == 0)
    return Problem{Error::not_found, Fault::no_such_name};
  if (is_new) return server.tree.create(view, at, Kind::file, request.mode);
  constexpr u64 must_be_new = flag::create | flag::exclusive;
  if ((request.flags & must_be_new) == must_be_new)
    return Problem{Error::occupied, Fault::name_exists};
  return at.node;
}

Outcome<void> find_and_check(const View& view, const files::Open& request, Call& call,
                             OpenFile& file) {
  bool is_new = false;
  Node& node = *TRY(find_or_create(view, request, call, is_new));
  if (!is_new) TRY(check_open(call.session, node, request.flags));
  file = {.node = &node, .flags = request.flags, .references = 1};
  constexpr u64 truncates = flag::write | flag::truncate;
  if (is_new || !file.has(truncates) || !node.is(Kind::file)) return {};
  clear_contents(node.contents);
  node.modified = node.changed = view.now;
  return {};
}

}  // namespace

Outcome<View> view_of(const Session& session, u64 base) {
  View view{.root = session.root,
            .base = session.directory,
            .store = session.store,
            .may_change = session.rights.has(files::session_right::change),
            .ignores_modes = session.rights.has(files::session_right::ignore_modes)};
  if (base == files::working_directory) [[likely]]
    return view;
  view.base = TRY(open_file(session, base))->node;
  if (!view.base->is(Kind::directory)) return Problem{Error::wrong_object, Fault::not_a_directory};
  return view;
}

Outcome<View> changing_view_of(const Session& session, u64 base) {
  View view = TRY(view_of(session, base));
  view.now = now();
  return view;
}

Outcome<Node*> node_of(const Session& session, u64 base, std::string_view path, bool follow) {
  if (path.empty() && base != files::working_directory) return TRY(open_file(session, base))->node;
  const View view = TRY(view_of(session, base));
  return look_up(view, path, follow);
}

// Room for the number and the opening comes first: a new file must not stay if there is none.
Outcome<files::Open::Reply> handle(const files::Open& request, Call& call) {
  if ((request.flags & ~flag::all) != 0) return Problem{Error::bad_argument};
  Session& session = call.session;
  const View view = TRY(changing_view_of(session, request.base));
  const u64 number = TRY(session.files.make_room(*session.store));
  const auto block = session.store->allocate(sizeof(OpenFile));
  if (!block.ok()) return Problem{block.error()};
  OpenFile& file = *new (*block) OpenFile{};
  const auto found = find_and_check(view, request, call, file);
  if (!found.ok()) {
    session.store->release(&file, sizeof(OpenFile));
    return found.error();
  }
  Node& node = *file.node;
  server.tree.retain(node);
  if (file.has(flag::write)) ++node.writers;
  ++server.open_files;
  session.files.put(number, file);
  const u64 size = node.is(Kind::device) ? 0 : node.contents.size;
  return files::Open::Reply{number, node.kind, node.mode, size, node.id};
}

Outcome<files::Stat::Reply> handle(const files::Stat& request, Call& call) {
  const Node* node =
      TRY(node_of(call.session, request.base, first_path(request, call), follows(request.flags)));
  return attributes_of(*node);
}

Outcome<files::MakeDirectory::Reply> handle(const files::MakeDirectory& request, Call& call) {
  const View view = TRY(changing_view_of(call.session, request.base));
  TRY(server.tree.make_directory(view, first_path(request, call), request.mode));
  return files::MakeDirectory::Reply{};
}

Outcome<files::Remove::Reply> handle(const files::Remove& request, Call& call) {
  const View view = TRY(changing_view_of(call.session, request.base));
  auto what = Tree::Removes::anything;
  if (request.what == files::Removes::files) what = Tree::Removes::files;
  if (request.what == files::Removes::directories) what = Tree::Removes::directories;
  TRY(server.tree.remove(view, first_path(request, call), what));
  return files::Remove::Reply{};
}

Outcome<files::Rename::Reply> handle(const files::Rename& request, Call& call) {
  const View from = TRY(changing_view_of(call.session, request.base));
  const View to = TRY(changing_view_of(call.session, request.second_base));
  TRY(server.tree.rename(from, first_path(request, call), to, second_path(request, call)));
  return files::Rename::Reply{};
}

Outcome<files::AddName::Reply> handle(const files::AddName& request, Call& call) {
  const View from = TRY(changing_view_of(call.session, request.base));
  const View to = TRY(changing_view_of(call.session, request.second_base));
  Node* node = TRY(look_up(from, first_path(request, call), false));
  TRY(server.tree.add_name(to, *node, second_path(request, call)));
  return files::AddName::Reply{};
}

Outcome<files::MakeSymbolicLink::Reply> handle(const files::MakeSymbolicLink& request, Call& call) {
  const View view = TRY(changing_view_of(call.session, request.base));
  TRY(server.tree.make_link(view, first_path(request, call), second_path(request, call)));
  return files::MakeSymbolicLink::Reply{};
}

Outcome<files::ReadSymbolicLink::Reply> handle(const files::ReadSymbolicLink& request, Call& call) {
  const Node* node = TRY(node_of(call.session, request.base, first_path(request, call), false));
  if (!node->is(Kind::symbolic_link)) return Problem{Error::wrong_object, Fault::not_a_link};
  if (node->contents.size > call.space.size()) return Problem{Error::too_big};
  call.answered = read_contents(node->contents, 0, call.space);
  return files::ReadSymbolicLink::Reply{call.answered};
}

Outcome<files::SetAttributes::Reply> handle(const files::SetAttributes& request, Call& call) {
  namespace which = files::attribute_flag;
  if ((request.flags & ~which::all) != 0 || (request.mode & ~u64{mode::all}) != 0)
    return Problem{Error::bad_argument};
  if (!call.session.rights.has(files::session_right::change))
    return Problem{Error::denied, Fault::session_forbids};
  Node* node =
      TRY(node_of(call.session, request.base, first_path(request, call), follows(request.flags)));
  node->changed = now();
  if ((request.flags & which::mode) != 0) node->mode = static_cast<u32>(request.mode);
  if ((request.flags & which::modified) != 0) node->modified = request.modified;
  if ((request.flags & which::now) != 0) node->modified = node->changed;
  return files::SetAttributes::Reply{};
}

Outcome<files::ChangeDirectory::Reply> handle(const files::ChangeDirectory& request, Call& call) {
  Session& session = call.session;
  Node* node = TRY(node_of(session, request.base, first_path(request, call), true));
  if (!node->is(Kind::directory)) return Problem{Error::wrong_object, Fault::not_a_directory};
  if (!session.rights.has(files::session_right::ignore_modes) && !node->allows(mode::execute))
    return Problem{Error::denied, Fault::mode_forbids};
  server.tree.retain(*node);
  server.tree.release(*std::exchange(session.directory, node));
  return files::ChangeDirectory::Reply{};
}

Outcome<files::WorkingDirectory::Reply> handle(const files::WorkingDirectory&, Call& call) {
  const Session& session = call.session;
  const std::span room{reinterpret_cast<char*>(call.space.data()), call.space.size()};
  const std::string_view path = TRY(path_of(*session.root, *session.directory, room));
  std::memmove(room.data(), path.data(), path.size());
  call.answered = path.size();
  return files::WorkingDirectory::Reply{path.size()};
}

Outcome<files::OpenImage::Reply> handle(const files::OpenImage& request, Call& call) {
  namespace right = abi::procmgr::memory_right;
  Node* node = TRY(node_of(call.session, request.base, first_path(request, call), true));
  if (node->is(Kind::directory)) return Problem{Error::wrong_object, Fault::is_a_directory};
  if (!node->is(Kind::file)) return Problem{Error::wrong_object, Fault::not_a_file};
  if (!node->allows(mode::execute)) return Problem{Error::denied, Fault::mode_forbids};
  TRY(make_image(*node, *call.session.store));
  const auto object = server.parked.use(node->contents.object);
  if (!object.ok()) return Problem{object.error()};
  auto image =
      ipc::obtain<Endpoint>(*object, abi::procmgr::Reduce{.rights = right::read | right::execute});
  if (!image.ok()) return Problem{image.error()};
  call.answer_with(std::move(*image));
  return files::OpenImage::Reply{node->contents.size};
}

}  // namespace vfs
