// SPDX-License-Identifier: MIT
// What the file server tells people who look at it; the session needs the right `inspect`.
//
//   ipc::files::Listing<NextSession> sessions{files};
//   while (const auto* one = sessions.next()) ... one->badge, sessions.text() ...
#pragma once

#include <libipc/files/request.hpp>

namespace ipc::files {

// Answers to one request after the other, each from the cursor that the last one gave.
template <abi::Request R>
class Listing {
 public:
  explicit Listing(Cap<Endpoint> session, R first = {}) : session_(session), request_(first) {}

  // Null: that was all, or `error` says why there are no more.
  const typename R::Reply* next() {
    const Message answer = send_text(session_, request_, {});
    const auto reply = read_reply<typename R::Reply>(answer);
    error_ = reply.error();
    if (error_ == Problem{abi::Error::not_found}) error_ = {};
    if (!reply.ok()) return nullptr;
    reply_ = *reply;
    request_.cursor = reply_.cursor;
    length_ = reply_.text_bytes < sizeof text_ ? reply_.text_bytes : sizeof text_;
    get_bytes(answer, sizeof reply_, std::as_writable_bytes(std::span{text_}.first(length_)));
    return &reply_;
  }
  // What stands behind the last answer: a path.
  [[nodiscard]] std::string_view text() const { return {text_, length_}; }
  [[nodiscard]] Problem error() const { return error_; }

 private:
  Cap<Endpoint> session_;
  R request_;
  typename R::Reply reply_{};
  Problem error_;
  u64 length_ = 0;
  char text_[abi::max_message_words * sizeof(u64)];
};

}  // namespace ipc::files
