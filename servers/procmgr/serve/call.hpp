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
  ipc::Words words{};         // of an error's details
  u64 error_words = 0;

  template <class T>
  [[nodiscard]] T& object_as() const {
    return *static_cast<T*>(object);
  }
  // A copy of this goes out with the answer.
  void answer_with(CapPtr at) { ipc::buffer().send[caps++] = static_cast<u32>(at.value()); }

  // The handle that came as the i-th capability. Errors: invalid_capability, wrong_object, denied.
  [[nodiscard]] abi::Result<Handle*> argument(u64 i, HandleKind kind, Rights rights) const;
};

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
  if (!result.ok())
    return {call.words, abi::MessageInfo::make(static_cast<u32>(result.error()), call.error_words)};
  return {ipc::to_message(*result),
          abi::MessageInfo::make(0, abi::words_of<typename R::Reply>, call.caps)};
}

// Calls handle(request, call) for the request that the message is.
template <class List>
bool dispatch(Call& call, Answer& answer) {
  return List::find(call.message.info.label(), [&]<class R>() {
    if (call.message.info.words() != abi::words_of<R>) {
      answer = Answer::error(abi::Error::bad_argument);
      return;
    }
    answer = answer_of<R>(call, handle(ipc::from_message<R>(call.message), call));
  });
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

}  // namespace procmgr
