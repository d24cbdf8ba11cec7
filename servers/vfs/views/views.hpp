// SPDX-License-Identifier: MIT
// What stands under /proc: text about the system, made while it is read. It is read like a device,
// a line at a time: an opening's position says which line comes next, and how much of it is out
// already. So no answer takes long, however much there is to tell, and nothing is kept.
//
// What is asked of procmgr is asked through a handle that the session was given (LendSystem): this
// server has no authority over processes that it could lend.
#pragma once

#include <base/text.hpp>
#include <servers/vfs/session/sessions.hpp>

namespace vfs {

inline constexpr std::string_view view_folder = "/proc";

// Makes the nodes. Errors: those of the tree.
Outcome<void> make_views();
u64 view_count();

// Whether a device is one of these.
bool is_view(u64 device);

// At `offset` 0 from the first line on, else where the last reading ended. How many bytes; 0: that
// was all. Errors: denied (the session may not see it), those of procmgr.
Outcome<u64> read_view(const Session& session, OpenFile& file, u64 offset, std::span<u8> to);

// The lines of the views. False: there are no more. Else the cursor is the next line's.
using Line = base::Text<240>;
using MakeLine = Outcome<bool> (*)(const Session& session, u64& cursor, Line& line);

Outcome<bool> mount_line(const Session& session, u64& cursor, Line& line);
Outcome<bool> open_file_line(const Session& session, u64& cursor, Line& line);
Outcome<bool> session_line(const Session& session, u64& cursor, Line& line);
Outcome<bool> uptime_line(const Session& session, u64& cursor, Line& line);
Outcome<bool> memory_line(const Session& session, u64& cursor, Line& line);
Outcome<bool> process_line(const Session& session, u64& cursor, Line& line);

}  // namespace vfs
