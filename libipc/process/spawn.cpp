// SPDX-License-Identifier: MIT
#include <base/bits.hpp>
#include <libipc/process/memory.hpp>
#include <libipc/process/spawn.hpp>

namespace ipc {
namespace {

namespace protocol = abi::procmgr;
namespace flag = abi::procmgr::spawn_flag;

static_assert(abi::words_of<protocol::Spawn> == abi::register_words,
              "the arguments behind the request then start where the IPC buffer does");

// Where in the message which capability travels.
constexpr u64 image_index = 0;
constexpr u64 block_index = 1;
constexpr u64 bundle_index = 2;
constexpr u64 account_index = 3;
// And in an answer.
constexpr u64 process_index = 0;

// A memory object with the arguments. Its pages are there before it is written: where there is no
// memory for them, the spawn is refused, and the spawner goes on.
abi::Result<MemoryObject> make_block(const ArgumentList& list) {
  auto block = TRY(MemoryObject::create(list.block_bytes()));
  const Region region = TRY(block.map(*base::align_up(list.block_bytes(), base::page_size),
                                      {.flags = protocol::map_flag::populate}));
  list.write_block({reinterpret_cast<u64*>(region.data()), region.size() / sizeof(u64)});
  TRY(unmap(region));
  return block;
}

SpawnError refusal(const Message& answer) {
  const auto error = static_cast<abi::Error>(answer.info.label());
  if (answer.info.words() != abi::words_of<protocol::Refusal>) return {.error = error};
  const auto why = from_message<protocol::Refusal>(answer);
  return {.error = error, .step = why.step, .fault = why.fault, .detail = why.detail};
}

// Everything that a spawn needs and that has to be given back if it fails.
struct Sending {
  ArgumentList list;
  MemoryObject block;
  LandingSlot process;
};

// All that can fail here. After this only procmgr can say no.
abi::Status prepare(Sending& sending, const SpawnOptions& options, bool wants_process) {
  // A bundle that has gone to another child already.
  if (options.bundle != nullptr && !options.bundle->handle()) return abi::Error::invalid_capability;
  if (!sending.list.fits_in_message()) sending.block = TRY(make_block(sending.list));
  if (wants_process) sending.process = TRY(LandingSlot::make());
  return {};
}

Message send(const Sending& sending, Cap<Endpoint> image, const SpawnOptions& options, u64 flags) {
  const Cap<Endpoint> block = sending.block;
  const Cap<Endpoint> bundle =
      options.bundle == nullptr ? Cap<Endpoint>{} : options.bundle->handle();
  if (block) flags |= flag::has_block;
  if (bundle) flags |= flag::has_bundle;
  if (options.account) flags |= flag::has_account;
  const protocol::Spawn request{.flags = flags,
                                .argc = static_cast<u32>(sending.list.argc()),
                                .envc = static_cast<u32>(sending.list.envc()),
                                .string_bytes = sending.list.string_bytes(),
                                .priority = options.priority,
                                .limits = options.limits};
  if (!block) sending.list.write_message(buffer().words);
  const u64 words = abi::words_of<protocol::Spawn> + (block ? 0 : sending.list.message_words());
  // An address of zero names nothing, and only that capability does not travel.
  CapPtrs<abi::max_message_caps> caps{};
  caps[image_index] = image.at();
  caps[block_index] = block.at();
  caps[bundle_index] = bundle.at();
  caps[account_index] = options.account.at();
  offer(caps);
  accept_into(CapPtrs<1>{sending.process.at()});
  const Message answer = sys::call(options.spawner.at(), to_message(request),
                                   abi::MessageInfo::make(protocol::Spawn::op, words, caps.size()));
  accept_into<0>({});
  return answer;
}

template <class Reply>
struct Answer {
  Reply reply{};
  Owned<Endpoint> process;
};

template <class Reply>
SpawnResult<Answer<Reply>> request(Cap<Endpoint> image, Strings arguments,
                                   const SpawnOptions& options, u64 flags) {
  Sending sending{.list = TRY(ArgumentList::check(arguments, options.environment))};
  constexpr u64 wanted = caps_of<Reply>;
  const abi::Status prepared = prepare(sending, options, wanted != 0);
  if (!prepared.ok())
    return SpawnError{.error = prepared.error(), .step = protocol::SpawnStep::arguments};

  const Message answer = send(sending, image, options, flags);
  const u64 came = answer.info.caps();
  Answer<Reply> result;
  if ((came >> process_index & 1) != 0) result.process = sending.process.landed<Endpoint>();
  if (answer.info.label() != 0) return refusal(answer);
  if (answer.info.words() != abi::words_of<Reply> || (wanted != 0 && !result.process))
    return SpawnError{.error = abi::Error::not_supported};
  const bool is_started = (flags & flag::explain) == 0;
  if (options.bundle != nullptr && is_started) options.bundle->has_gone();
  result.reply = from_message<Reply>(answer);
  return result;
}

}  // namespace

SpawnResult<Process> spawn(Cap<Endpoint> image, Strings arguments, const SpawnOptions& options) {
  auto answer = TRY(request<protocol::Started>(image, arguments, options, options.flags));
  return Process{std::move(answer.process), answer.reply.pid};
}

SpawnResult<Process::Record> run(Cap<Endpoint> image, Strings arguments,
                                 const SpawnOptions& options) {
  const u64 flags = options.flags | flag::wait;
  return TRY(request<protocol::ExitRecord>(image, arguments, options, flags)).reply;
}

SpawnResult<protocol::Plan> explain(Cap<Endpoint> image, Strings arguments,
                                    const SpawnOptions& options) {
  const u64 flags = options.flags | flag::explain;
  return TRY(request<protocol::Plan>(image, arguments, options, flags)).reply;
}

abi::Result<Process::Record> Process::ended(u64 poll) const {
  return TRY(call(handle_, protocol::Wait{.poll = poll})).record;
}

abi::Status Process::watch(Cap<Notification> notification) const {
  return call(handle_, protocol::WatchProcess{}, {notification.at()}, {}).error();
}

abi::Status Process::kill() const {
  return call(handle_, protocol::Kill{}, {self.at()}, {}).error();
}
abi::Status Process::suspend() const { return call(handle_, protocol::Suspend{}).error(); }
abi::Status Process::resume() const { return call(handle_, protocol::Resume{}).error(); }

abi::Result<protocol::InfoProcess::Reply> Process::info() const {
  return call(handle_, protocol::InfoProcess{});
}

}  // namespace ipc
