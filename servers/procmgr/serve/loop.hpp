// SPDX-License-Identifier: MIT
// procmgr's event loop: it receives, handles and answers, and does pieces of long work in between.
// It never calls anybody, and waits for nothing but the next message.
#pragma once

namespace procmgr {

[[noreturn]] void serve();

}  // namespace procmgr
