// SPDX-License-Identifier: MIT
// Pipes: a node without a name, with two openings. Its ring is a memory object that the ends'
// holders map; this server looks into it only when an end closes.
//
// The bells are notifications. What they are made of does not come back to procmgr one by one, so
// they are kept and used again, when nobody outside has them any more.
#pragma once

#include <servers/vfs/session/sessions.hpp>

namespace vfs {

// The last number of an opening is closed, in whatever session: the other end is told.
void end_has_closed(Node& node, const OpenFile& file);

// One session of perhaps several gives its number for the end up. If it died in the middle of a
// turn, the lock is free again, and who waits looks for itself.
void leave_end(const Session& session, u64 number, const OpenFile& file);

u64 end_of(const OpenFile& file);

// As the ring says, which its holders can write.
u64 bytes_on_the_way(const Contents& contents);

}  // namespace vfs
