// SPDX-License-Identifier: MIT
// One request while it is handled: who asks, with which right, what came along and what goes back.
#pragma once

#include <abi/proto/procmgr.hpp>
#include <libipc/marshal.hpp>
#include <libipc/transfer.hpp>
#include <servers/procmgr/process/process.hpp>

namespace procmgr {

struct Call {
  const ipc::Message& message;
  ipc::Arrivals arrivals;
  HandleKind kind = HandleKind::none;
  Rights rights;
  void* object = nullptr;     // what the handle is for
  Process* caller = nullptr;  // of a self handle
  Handle* handle = nullptr;   // the others
  u64 caps = 0;               // how many capabilities the answer carries
  bool is_owed = false;       // the answer comes later

  template <class T>
  [[nodiscard]] T& object_as() const {
    return *static_cast<T*>(object);
  }
  // A copy of this goes out with the answer.
  void answer_with(CapPtr at) { ipc::buffer().send[caps++] = static_cast<u32>(at.value()); }

  // The pid of whoever's self handle came along; 0: none did.
  [[nodiscard]] u64 sender() const;
  // The handle that came as the i-th capability. Errors: invalid_capability, wrong_object, denied.
  [[nodiscard]] abi::Result<Handle*> argument(u64 i, HandleKind kind, Rights rights) const;
};

// The process whose self handle has this badge; null: none, or it is ending.
Process* process_of(BadgeWord badge);

// A message to be sent back.
struct Answer {
  ipc::Words words{};
  abi::MessageInfo info;

  static constexpr Answer error(abi::Error why) {
    return {{}, abi::MessageInfo::make(static_cast<u32>(why), 0)};
  }
};

template <class R>
Answer answer_of(Call& call, const abi::Result<typename R::Reply>& result) {
  if (!result.ok()) return Answer::error(result.error());
  return {ipc::to_message(*result),
          abi::MessageInfo::make(0, abi::words_of<typename R::Reply>, call.caps)};
}

// Of a request whose answer has no words.
template <class R>
Answer answer_of(Call& call, abi::Status status) {
  static_assert(abi::words_of<typename R::Reply> == 0);
  if (!status.ok()) return Answer::error(status.error());
  return {{}, abi::MessageInfo::make(0, 0, call.caps)};
}

// Calls handle(request, call) for the request that the message is, out of these lists.
template <class... Lists>
Answer dispatch(Call& call) {
  Answer answer = Answer::error(abi::Error::unknown_method);
  const auto serve = [&]<class R>() {
    answer = call.message.info.words() == abi::words_of<R>
                 ? answer_of<R>(call, handle(ipc::from_message<R>(call.message), call))
                 : Answer::error(abi::Error::bad_argument);
  };
  static_cast<void>((Lists::find(call.message.info.label(), serve) || ...));
  return answer;
}

// A handle for `object` goes out with the answer.
abi::Status answer_with_handle(Call& call, HandleKind kind, void* object, Rights rights,
                               Account& account);

// A child of the capability, with at most these rights, goes out with the answer.
abi::Status answer_with_child(Call& call, CapPtr source, Rights rights);

// The requests, by what their handle is for.
Answer serve_self(Call& call);
Answer serve_memory(Call& call);
Answer serve_spawner(Call& call);
Answer serve_process(Call& call);
Answer serve_account(Call& call);
Answer serve_modules(Call& call);
Answer serve_crashes(Call& call);
Answer serve_system(Call& call);

}  // namespace procmgr
