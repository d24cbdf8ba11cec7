// SPDX-License-Identifier: MIT
#include <abi/fault.hpp>
#include <algorithm>
#include <array>
#include <cstring>
#include <libipc/process/self.hpp>
#include <servers/vfs/serve/call.hpp>
#include <servers/vfs/serve/loop.hpp>

namespace vfs {

namespace {

using MessageKind = abi::Kind;
using abi::MessageInfo;
using ipc::Message;

// What stands behind the words of the present request and of its answer. Both are copied out of and
// into the message: while a request is handled, messages to procmgr go through the same buffer.
constinit u64 received[abi::max_message_words] = {};
constinit u64 answered[abi::max_message_words] = {};

std::span<u8> bytes_of(std::span<u64> words) {
  return {reinterpret_cast<u8*>(words.data()), words.size_bytes()};
}

template <class R>
inline constexpr bool has_text = requires(R request) { request.text_bytes; };
template <class R>
inline constexpr bool has_second = requires(R request) { request.second_bytes; };
template <class R>
inline constexpr bool has_payload = has_text<R> || std::same_as<R, files::Write>;
// Those whose answers have bytes behind their words.
template <class R>
inline constexpr bool answers_more =
    std::same_as<R, files::Read> || std::same_as<R, files::ReadDirectory> ||
    std::same_as<R, files::ReadSymbolicLink> || std::same_as<R, files::WorkingDirectory> ||
    requires(typename R::Reply reply) { reply.text_bytes; };

// The words behind the request's own, in one piece.
std::span<const u8> take_payload(const Message& message, u64 first) {
  const u64 words = message.info.words();
  for (u64 i = first; i < std::min(words, abi::register_words); ++i) received[i] = message.words[i];
  if (words > abi::register_words)
    std::memcpy(&received[abi::register_words], ipc::buffer().words,
                (words - abi::register_words) * sizeof(u64));
  return bytes_of(received).subspan(first * sizeof(u64), (words - first) * sizeof(u64));
}

// Whether what stands behind the words is as long as the request says.
template <class R>
bool is_well_formed(const R& request, u64 payload_bytes) {
  if constexpr (has_second<R>)
    return (u64{request.text_bytes} + request.second_bytes + 7) / 8 * 8 == payload_bytes;
  if constexpr (has_text<R>) return (u64{request.text_bytes} + 7) / 8 * 8 == payload_bytes;
  return has_payload<R> || payload_bytes == 0;
}

// The reply's words, and what the handler put behind them.
template <class Reply>
Answer put_payload(const Reply& reply, u64 bytes) {
  constexpr u64 first = abi::words_of<Reply>;
  Answer answer{ipc::to_message(reply), {}};
  const u64 count = (bytes + 7) / 8;
  if (bytes % sizeof(u64) != 0) {
    const std::span<u8> all = bytes_of(answered);
    std::memset(all.data() + first * sizeof(u64) + bytes, 0, count * sizeof(u64) - bytes);
  }
  for (u64 i = first; i < std::min(first + count, abi::register_words); ++i)
    answer.words[i] = answered[i];
  if (first + count > abi::register_words)
    std::memcpy(ipc::buffer().words, &answered[abi::register_words],
                (first + count - abi::register_words) * sizeof(u64));
  answer.info = MessageInfo::make(0, first + count);
  return answer;
}

template <class R>
Answer take_one(const Message& message, Session& session, ipc::ReceiveSlots& slots) {
  using Reply = typename R::Reply;
  constexpr u64 first = abi::words_of<R>;
  if (message.info.words() < first) return Answer::refusal(Problem{Error::bad_argument});
  const R request = ipc::from_message<R>(message);
  if (!is_well_formed(request, (message.info.words() - first) * sizeof(u64)))
    return Answer::refusal(Problem{Error::bad_argument});
  Call call{.message = message, .session = session, .slots = slots};
  if constexpr (has_payload<R>) call.payload = take_payload(message, first);
  if constexpr (answers_more<R>)
    call.space = bytes_of(answered).subspan(abi::words_of<Reply> * sizeof(u64));
  const auto result = handle(request, call);
  if (!result.ok()) return Answer::refusal(result.error());
  if constexpr (answers_more<R>) return put_payload(*result, call.answered);
  constexpr u64 caps = ipc::caps_of<Reply>;
  ipc::CapPtrs<caps> outgoing{};
  for (u64 i = 0; i < caps; ++i) outgoing[i] = server.outgoing[i].at();
  if constexpr (caps != 0) ipc::offer(outgoing);
  return {ipc::to_message(*result), MessageInfo::make(0, abi::words_of<Reply>, caps)};
}

// The requests' numbers follow each other, so a table finds the handler.
using Taker = Answer (*)(const Message&, Session&, ipc::ReceiveSlots&);
constexpr auto takers = [] {
  std::array<Taker, files::Protocol::size> table{};
  files::Protocol::for_each([&]<class R>() { table[R::op - files::op_of(0)] = take_one<R>; });
  return table;
}();
static_assert(std::ranges::none_of(takers, [](Taker taker) { return taker == nullptr; }),
              "the numbers of this protocol's requests have a gap");

Answer take(const Message& message, ipc::ReceiveSlots& slots) {
  if (message.info.kind() == MessageKind::fault)
    return {{}, MessageInfo::make(static_cast<u32>(abi::FaultReply::stop), 0)};
  if (message.info.kind() != MessageKind::call)
    return Answer::refusal(Problem{Error::unknown_method});
  Session* session = server.sessions.find(abi::Badge{message.badge});
  if (session == nullptr) return Answer::refusal(Problem{Error::gone});
  const u64 index = message.info.label() - files::op_of(0);
  if (index >= takers.size()) return Answer::refusal(Problem{Error::unknown_method});
  return takers[index](message, *session, slots);
}

bool owes_answer(MessageKind kind) {
  return kind == MessageKind::call || kind == MessageKind::fault ||
         kind == MessageKind::foreign_call;
}

// Answers if there is somebody to answer, and receives. While there is work, it does not wait.
Message exchange(const Answer* answer, bool waits) {
  if (answer == nullptr)
    return waits ? ipc::sys::recv(server.endpoint) : ipc::sys::try_recv(server.endpoint);
  const auto& [words, info] = *answer;
  return waits ? ipc::sys::reply_recv(server.endpoint, words, info)
               : ipc::sys::try_reply_recv(server.endpoint, words, info);
}

}  // namespace

abi::Error serve() {
  const auto reply = ipc::make<ipc::Reply>();
  if (!reply.ok()) return reply.error();
  ipc::ReceiveSlots slots{ipc::slots(), 1};
  slots.arm();
  Message message = ipc::sys::try_recv(server.endpoint, *reply);
  bool is_busy = true;
  for (;;) {
    Answer answer;
    const Answer* to_send = nullptr;
    const MessageKind kind = message.info.kind();
    if (message.is_error()) {
      const Error why = message.error();
      if (why == Error::too_big) {
        // The caller cannot take an answer of this length.
        answer = Answer::refusal(Problem{Error::too_big});
        to_send = &answer;
      } else if (why != Error::would_block) {
        return why;
      }
    } else if (kind == MessageKind::notification) {
      server.sessions.collect(message.badge);
    } else {
      slots.arrived(message.info);
      answer = take(message, slots);
      if (owes_answer(kind)) to_send = &answer;
      slots.clean_up();
    }
    is_busy = server.sessions.end_some();
    slots.arm();
    message = exchange(to_send, !is_busy);
    // Whoever was to get it has it, or has gone.
    for (Owned<Endpoint>& sent : server.outgoing) sent.reset();
  }
}

}  // namespace vfs
