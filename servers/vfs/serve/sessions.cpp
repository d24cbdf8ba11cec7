// SPDX-License-Identifier: MIT
// Requests that make sessions.
#include <servers/vfs/serve/call.hpp>

namespace vfs {

namespace {

// Where the new session's root is: the same, or an open directory of the one that asks.
Outcome<Node*> root_for(const Session& session, u64 root) {
  if (root == files::any_number) return session.root;
  Node* node = TRY(open_file(session, root))->node;
  if (!node->is(Kind::directory)) return Problem{Error::wrong_object, Fault::not_a_directory};
  return node;
}

// Who pays for the new session, with a user more.
Outcome<Store*> payer_for(Call& call) {
  if ((call.slots.arrivals().in_slots & 1) == 0) {
    call.session.store->retain();
    return call.session.store;
  }
  const auto payer = make_payer(call.slots.take<ipc::Endpoint>(0));
  if (!payer.ok()) return Problem{payer.error()};
  return &(*payer)->store;
}

}  // namespace

Outcome<files::MakeSession::Reply> handle(const files::MakeSession& request, Call& call) {
  const Session& parent = call.session;
  Node* root = TRY(root_for(parent, request.root));
  Store* store = TRY(payer_for(call));
  auto made = server.sessions.make(*store);
  if (!made.ok()) {
    store->leave();
    return Problem{made.error()};
  }
  Session& session = *made->session;
  session.root = root;
  session.directory = request.root == files::any_number ? parent.directory : root;
  session.rights = parent.rights & request.rights;
  if (parent.system != nullptr && session.rights.has(files::session_right::inspect)) {
    session.system = parent.system;
    ++session.system->users;
  }
  server.tree.retain(*session.root);
  server.tree.retain(*session.directory);
  call.answer_with(std::move(made->capability));
  return files::MakeSession::Reply{};
}

}  // namespace vfs
