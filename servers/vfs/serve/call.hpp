// SPDX-License-Identifier: MIT
// One request while it is handled: who asks, what stands behind its words, and what goes back.
#pragma once

#include <abi/proto/files.hpp>
#include <libipc/receive_slots.hpp>
#include <servers/vfs/server.hpp>

namespace vfs {

namespace files = abi::files;

// A message to be sent back.
struct Answer {
  ipc::Words words{};
  abi::MessageInfo info;

  static constexpr Answer refusal(const Problem& problem) {
    return {{static_cast<u64>(problem.fault)},
            abi::MessageInfo::make(static_cast<u32>(problem.error), 1)};
  }
};

// Bytes behind the words of a request or an answer.
inline constexpr u64 max_payload = abi::max_message_words * sizeof(u64);

struct Call {
  const ipc::Message& message;
  Session& session;
  ipc::ReceiveSlots& slots;
  std::span<const u8> payload;  // behind the request's words, filled up to a word
  // Behind the answer's words: written by the handler from the start of `space` on.
  std::span<u8> space;
  u64 answered = 0;

  // The first path of the request, and the second.
  [[nodiscard]] std::string_view text(u64 offset, u64 bytes) const {
    return {reinterpret_cast<const char*>(payload.data()) + offset, bytes};
  }
  void answer_with(Owned<Endpoint> capability, u64 i = 0) {
    server.outgoing[i] = std::move(capability);
  }
};

// Where paths of a request begin, and what they may do. Error: not_found (the base is not open),
// wrong_object (it is no directory). `changing_view_of`: with the time, for what changes the tree.
Outcome<View> view_of(const Session& session, u64 base);
Outcome<View> changing_view_of(const Session& session, u64 base);

// An open file of the session. Error: not_found.
inline Outcome<OpenFile*> open_file(const Session& session, u64 number) {
  OpenFile* file = session.files.find(number);
  if (file == nullptr) [[unlikely]]
    return Problem{Error::not_found, Fault::no_such_number};
  return file;
}

// What a path names; an empty one, what is open as `base`.
Outcome<Node*> node_of(const Session& session, u64 base, std::string_view path, bool follow);

// The handlers, by what they are about.
Outcome<files::Open::Reply> handle(const files::Open& request, Call& call);
Outcome<files::Stat::Reply> handle(const files::Stat& request, Call& call);
Outcome<files::MakeDirectory::Reply> handle(const files::MakeDirectory& request, Call& call);
Outcome<files::Remove::Reply> handle(const files::Remove& request, Call& call);
Outcome<files::Rename::Reply> handle(const files::Rename& request, Call& call);
Outcome<files::AddName::Reply> handle(const files::AddName& request, Call& call);
Outcome<files::MakeSymbolicLink::Reply> handle(const files::MakeSymbolicLink& request, Call& call);
Outcome<files::ReadSymbolicLink::Reply> handle(const files::ReadSymbolicLink& request, Call& call);
Outcome<files::SetAttributes::Reply> handle(const files::SetAttributes& request, Call& call);
Outcome<files::ChangeDirectory::Reply> handle(const files::ChangeDirectory& request, Call& call);
Outcome<files::WorkingDirectory::Reply> handle(const files::WorkingDirectory& request, Call& call);
Outcome<files::OpenImage::Reply> handle(const files::OpenImage& request, Call& call);
Outcome<files::Close::Reply> handle(const files::Close& request, Call& call);
Outcome<files::Read::Reply> handle(const files::Read& request, Call& call);
Outcome<files::Write::Reply> handle(const files::Write& request, Call& call);
Outcome<files::Reserve::Reply> handle(const files::Reserve& request, Call& call);
Outcome<files::Resize::Reply> handle(const files::Resize& request, Call& call);
Outcome<files::OpenContents::Reply> handle(const files::OpenContents& request, Call& call);
Outcome<files::ReadDirectory::Reply> handle(const files::ReadDirectory& request, Call& call);
Outcome<files::Duplicate::Reply> handle(const files::Duplicate& request, Call& call);
Outcome<files::MakeSession::Reply> handle(const files::MakeSession& request, Call& call);
Outcome<files::Inherit::Reply> handle(const files::Inherit& request, Call& call);
Outcome<files::InfoServer::Reply> handle(const files::InfoServer& request, Call& call);
Outcome<files::MakePipe::Reply> handle(const files::MakePipe& request, Call& call);
Outcome<files::OpenMailbox::Reply> handle(const files::OpenMailbox& request, Call& call);
Outcome<files::Read::Reply> handle(const files::ReadMailbox& request, Call& call);
Outcome<files::Write::Reply> handle(const files::WriteMailbox& request, Call& call);
Outcome<files::OpenPipe::Reply> handle(const files::OpenPipe& request, Call& call);
Outcome<files::WatchPipe::Reply> handle(const files::WatchPipe& request, Call& call);
Outcome<files::RingPipe::Reply> handle(const files::RingPipe& request, Call& call);
Outcome<files::LendSystem::Reply> handle(const files::LendSystem& request, Call& call);
Outcome<files::NextMount::Reply> handle(const files::NextMount& request, Call& call);
Outcome<files::NextSession::Reply> handle(const files::NextSession& request, Call& call);
Outcome<files::NextOpenFile::Reply> handle(const files::NextOpenFile& request, Call& call);

}  // namespace vfs
