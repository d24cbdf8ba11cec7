// SPDX-License-Identifier: MIT
// All state of the file server in one place. There is one thread.
#pragma once

#include <servers/vfs/session/sessions.hpp>
#include <servers/vfs/tree/tree.hpp>

namespace vfs {

struct Server {
  Cap<Endpoint> endpoint;               // what sessions are made of
  Cap<ipc::Notification> notification;  // sessions that nobody holds any more

  Tree tree;
  Parked parked;
  Sessions sessions;
  // What goes out with the present answer, and is not kept.
  static constexpr u64 max_outgoing = 3;
  Owned<Endpoint> outgoing[max_outgoing];
  u64 open_files = 0;
  u64 objects = 0;
  u64 kept_entries = 0;  // of the boot archive
  u64 lost_entries = 0;
  u16 next_version = 0;  // of contents

  Cap<Endpoint> archive;  // the boot archive's memory object, and where it is mapped
  const u8* archive_start = nullptr;
  u64 archive_bytes = 0;
};

extern constinit Server server;

// Nanoseconds since 1970; of a machine without a clock, since its start.
u64 now();

}  // namespace vfs
