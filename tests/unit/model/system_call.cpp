// SPDX-License-Identifier: MIT
// From registers to a method, and back.
#include <abi/syscall.hpp>
#include <model/model.hpp>

namespace model {

template <abi::Request R>
void Model::invoke_method(Thread& caller, Slot& target) {
  if constexpr (requires(const R& request) { perform(caller, target, request); }) {
    const MessageInfo info = caller.info();
    constexpr u64 count = abi::words_of<R>;
    const bool needs_buffer = count > 8 || abi::words_of<typename R::Reply> > 8;
    const bool fits = info.is_well_formed() && info.words() == count && info.caps() == 0;
    if (!fits || (needs_buffer && caller.buffer == 0)) return finish(caller, Error::bad_argument);
    abi::WordArray<R> words{};
    for (u64 i = 0; i < count; ++i)
      words[i] = i < 8 ? caller.x[i] : buffers[caller.buffer].words[i - 8];
    const Answer answer = perform(caller, target, abi::from_words<R>(words));
    finish(caller, answer.error);
    if (answer.error != Error::none) {
      caller.x[0] = answer.detail;
      return;
    }
    caller.x[11] = MessageInfo::received(0, answer.count, Kind::reply).raw;
    for (u64 i = 0; i < answer.count; ++i)
      (i < 8 ? caller.x[i] : buffers[caller.buffer].words[i - 8]) = answer.words[i];
  } else {
    throw std::runtime_error("model: a method that is not modelled: " + std::string{R::name});
  }
}

template <class Methods>
bool Model::invoke_from(Thread& caller, Slot& target) {
  return Methods::find(caller.info().label(),
                       [&]<abi::Request R>() { invoke_method<R>(caller, target); });
}

void Model::invoke(Thread& caller, Slot& target) {
  bool known = false;
  switch (target.cap.type) {
    case ObjectType::untyped: known = invoke_from<abi::untyped::Methods>(caller, target); break;
    case ObjectType::cnode: known = invoke_from<abi::cnode::Methods>(caller, target); break;
    case ObjectType::frame: known = invoke_from<abi::frame::Methods>(caller, target); break;
    case ObjectType::page_table:
      known = invoke_from<abi::page_table::Methods>(caller, target);
      break;
    case ObjectType::vspace: known = invoke_from<abi::vspace::Methods>(caller, target); break;
    case ObjectType::thread: known = invoke_from<abi::thread::Methods>(caller, target); break;
    case ObjectType::sched_context:
      known = invoke_from<abi::sched_context::Methods>(caller, target);
      break;
    case ObjectType::notification:
    case ObjectType::reply: return finish(caller, Error::wrong_object);
    default: throw std::runtime_error("model: a capability of a kind that is not modelled");
  }
  if (!known) finish(caller, Error::unknown_method);
}

void Model::system_call(u32 number) {
  using abi::Syscall;
  graveyard_.clear();
  Thread& caller = *current;
  switch (static_cast<Syscall>(number)) {
    case Syscall::call: call(caller, true); break;
    case Syscall::reply_recv: receive_call(caller, true, true); break;
    case Syscall::send: send_only(caller, true); break;
    case Syscall::recv: receive_call(caller, false, true); break;
    case Syscall::try_call: call(caller, false); break;
    case Syscall::try_reply_recv: receive_call(caller, true, false); break;
    case Syscall::try_send: send_only(caller, false); break;
    case Syscall::try_recv: receive_call(caller, false, false); break;
    case Syscall::signal: use_notification(caller, abi::notification_right::signal, false); break;
    case Syscall::wait: use_notification(caller, abi::notification_right::wait, true); break;
    case Syscall::poll: use_notification(caller, abi::notification_right::wait, false); break;
    case Syscall::yield:
      finish(caller, Error::none);
      renew(*caller.time, caller.time->budget);
      current = nullptr;
      queue(caller, false);
      break;
    default:  // no system call: a fault, at the instruction
      caller.pc -= 4;
      caller.fault = {.kind = abi::FaultKind::system_call};
      raise_fault(caller);
  }
  choose();
}

}  // namespace model
