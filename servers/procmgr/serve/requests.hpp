// SPDX-License-Identifier: MIT
// Requests that several kinds of handles understand.
#pragma once

#include <servers/procmgr/serve/call.hpp>

namespace procmgr {

template <class R>
using ReplyTo = abi::Result<typename R::Reply>;

abi::Status handle(const abi::procmgr::Reduce& request, Call& call);
ReplyTo<abi::procmgr::Identify> handle(const abi::procmgr::Identify& request, Call& call);

ReplyTo<abi::procmgr::Map> handle(const abi::procmgr::Map& request, Call& call);
ReplyTo<abi::procmgr::MapNew> handle(const abi::procmgr::MapNew& request, Call& call);
abi::Status handle(const abi::procmgr::Unmap& request, Call& call);
abi::Status handle(const abi::procmgr::Protect& request, Call& call);
ReplyTo<abi::procmgr::FindRegion> handle(const abi::procmgr::FindRegion& request, Call& call);

}  // namespace procmgr
