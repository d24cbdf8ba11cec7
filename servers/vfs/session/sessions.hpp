// SPDX-License-Identifier: MIT
// Sessions: what clients hold of this server. A session is an anchor, a capability to the server's
// own endpoint with a badge; clients hold children of it. When the last one has gone the kernel
// says so, and the session ends: its files are closed in steps, between requests.
//
// Badge 1 is the root session. It is the manifest's to give, and it never ends.
#pragma once

#include <servers/vfs/session/open_file.hpp>
#include <servers/vfs/session/payer.hpp>
#include <servers/vfs/tree/walk.hpp>
#include <servers/vfs/views/system.hpp>

namespace vfs {

using abi::Rights;

struct Session {
  Node* root = nullptr;
  Node* directory = nullptr;  // where it stands
  Store* store = nullptr;     // who pays
  Rights rights;
  OpenTable files;
  u64 place = 0;                                          // of its anchor
  [[nodiscard]] u64 holder() const { return place + 1; }  // as it stands in the locks of pipes
  SystemHandle* system = nullptr;  // what it sees of processes, it sees through this
  u8* mailbox = nullptr;           // a page that its holder has mapped too
  base::Link<Session> ending;
};

// The badge of a session that has an anchor.
//   63          32 31                  8 7       0
//   [ generation  |  leaf of anchors + 1 | index  ]
struct SessionBadge {
  u64 raw = 0;

  static constexpr SessionBadge make(u64 generation, u64 place) {
    return {generation << 32 | (place + abi::leaf_slots)};
  }
  [[nodiscard]] constexpr u64 generation() const { return raw >> 32; }
  [[nodiscard]] constexpr u64 place() const { return (raw & 0xffff'ffff) - abi::leaf_slots; }
};

class Sessions {
 public:
  constexpr Sessions() = default;
  Sessions(const Sessions&) = delete;
  Sessions& operator=(const Sessions&) = delete;

  // The root session, once.
  void begin(Node& root);
  [[nodiscard]] Session& root() { return root_; }

  // Null: there is no such session (any more).
  [[nodiscard]] Session* find(abi::Badge badge);

  // A session with a child of its anchor in a slot, which goes out to whoever asked for it. `store`
  // has a user for it already. Errors: over_quota, no_memory, no_space.
  struct Made {
    Session* session = nullptr;
    Owned<Endpoint> capability;
  };
  abi::Result<Made> make(Store& store);

  // The first session from a cursor on, the root session before all others; null: no more. The
  // cursor is the next one's then.
  [[nodiscard]] const Session* next(u64& cursor) const;
  [[nodiscard]] u64 badge_of(const Session& session) const;

  // Bits of the notification: anchors that nobody holds any more.
  void collect(u64 bits);
  // Closes some files of sessions that have ended. False: there is nothing left to do.
  bool end_some();

  [[nodiscard]] u64 count() const { return count_; }

 private:
  struct Leaf {
    Cap<ipc::CNode> cnode;
    Session* sessions[abi::leaf_slots] = {};
    u32 generations[abi::leaf_slots] = {};
    u64 used = 0;
  };
  static constexpr u64 max_leaves = 1'024;
  static constexpr u64 signal_bits = 60;

  abi::Result<u64> find_place();
  abi::Result<Leaf*> make_leaf();
  abi::Result<Owned<Endpoint>> make_anchor(u64 place);
  void collect_leaf(Leaf& leaf);
  void finish(Session& session);

  Session root_;
  Leaf* leaves_[max_leaves] = {};
  u64 leaf_count_ = 0;
  u64 first_free_ = 0;  // no leaf before this one has room
  u64 count_ = 0;
  u64 pending_ = 0;  // leaves that are to be looked at
  base::List<Session, &Session::ending> ending_;
};

// The opening is used by one less.
void release_open_file(OpenFile& file);
// The number is free again.
void close_number(Session& session, u64 number);

}  // namespace vfs
