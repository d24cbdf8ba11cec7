// SPDX-License-Identifier: MIT
// A program's file that somebody has open or mapped for writing cannot be sealed. It is started
// from a copy, which whoever starts it makes and pays for.
#pragma once

#include <libipc/files/session.hpp>

namespace ipc::files {

// The file as it is while it is read: a sealed memory object that nobody else knows. What is
// written meanwhile is in it or not. Errors: those of opening and reading; over_quota.
Outcome<MemoryObject> copy_image(const Session& session, std::string_view path);

}  // namespace ipc::files
