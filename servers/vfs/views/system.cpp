// SPDX-License-Identifier: MIT
// Views of what procmgr knows.
#include <abi/proto/inspect.hpp>
#include <libipc/process/self.hpp>
#include <new>
#include <servers/vfs/serve/call.hpp>
#include <servers/vfs/views/system.hpp>
#include <servers/vfs/views/views.hpp>

namespace vfs {

namespace {

namespace proto = abi::procmgr;

// This server calls procmgr, and never a client. Whether a capability leads to procmgr, procmgr
// knows: what is a handle, but none for an account, it refuses in another way than what is none.
bool is_handle(Cap<Endpoint> capability) {
  const auto refused =
      ipc::call(ipc::self, proto::CreateMemoryFor{.bytes = 1, .flags = 0}, {capability.at()}, {});
  return refused.error() == Error::wrong_object;
}

// Through the session's own handle. Error: denied (it has none).
template <class R>
Outcome<typename R::Reply> ask_procmgr(const Session& session, const R& request) {
  if (session.system == nullptr) return Problem{Error::denied, Fault::session_forbids};
  const auto handle = server.parked.use(session.system->handle);
  if (!handle.ok()) return Problem{handle.error()};
  const auto reply = ipc::call(*handle, request);
  if (!reply.ok()) return Problem{reply.error()};
  return *reply;
}

}  // namespace

abi::Result<SystemHandle*> make_system_handle(Owned<Endpoint> handle, Store& store) {
  if (!is_handle(handle)) return Error::invalid_capability;
  void* block = TRY(store.allocate(sizeof(SystemHandle)));
  const auto parked = server.parked.park(handle);
  if (!parked.ok()) {
    store.release(block, sizeof(SystemHandle));
    return parked.error();
  }
  return new (block) SystemHandle{.handle = *parked, .users = 1};
}

void leave_system_handle(SystemHandle& handle) {
  if (--handle.users != 0) return;
  server.parked.drop(handle.handle);
  Store::owner_of(&handle).release(&handle, sizeof(SystemHandle));
}

Outcome<files::LendSystem::Reply> handle(const files::LendSystem&, Call& call) {
  Session& session = call.session;
  SystemHandle* lent = nullptr;
  if ((call.slots.arrivals().in_slots & 1) != 0) {
    const auto made = make_system_handle(call.slots.take<Endpoint>(0), *session.store);
    if (!made.ok()) return Problem{made.error()};
    lent = *made;
  }
  if (session.system != nullptr) leave_system_handle(*session.system);
  session.system = lent;
  return files::LendSystem::Reply{};
}

Outcome<bool> memory_line(const Session& session, u64& cursor, Line& line) {
  const auto info = TRY(ask_procmgr(session, proto::InfoMachine{}));
  const struct {
    std::string_view name;
    u64 pages;
  } rows[] = {
      {"total", info.ledger.total},     {"free", info.ledger.free},
      {"processes", info.ledger.owned}, {"kernel", info.ledger.kernel},
      {"procmgr", info.ledger.own},     {"ready", info.ledger.shells},
  };
  if (cursor >= std::size(rows)) return false;
  const auto& [name, pages] = rows[cursor++];
  line << name << ' ' << pages * (base::page_size / base::kib) << " KiB";
  return true;
}

// Shells without a process are passed over, many with each answer: there are not many answers.
Outcome<bool> process_line(const Session& session, u64& cursor, Line& line) {
  for (;;) {
    const auto reply = ask_procmgr(session, proto::NextProcess{.from = cursor});
    if (reply.error() == Problem{Error::not_found}) return false;
    const auto& [next, process] = TRY(reply);
    cursor = next;
    if (process.pid == 0) continue;
    line << process.pid << ' ' << process.parent << ' ' << name_of(process.state) << ' '
         << process.pages << ' ' << std::string_view{process.name};
    return true;
  }
}

}  // namespace vfs
