// SPDX-License-Identifier: MIT
// Who waits for several things at once sleeps on a notification of its own, not on a pipe's bell.
// It lends this notification to the server, which signals it when somebody at the pipe asks for it:
// so those at a pipe never get capabilities of each other.
//
// A pipe has at most max_pipe_watchers, so telling all of them is a short step.
#pragma once

#include <servers/vfs/session/sessions.hpp>

namespace vfs {

// All who watch this end hear that something has changed.
void tell_watchers(const Contents& pipe, u64 end);

// The session watches nothing by this number any more.
void drop_watcher(Contents& pipe, const Session& session, u64 number);

}  // namespace vfs
