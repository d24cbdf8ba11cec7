// SPDX-License-Identifier: MIT
#include <libipc/invoke.hpp>
#include <libipc/owed.hpp>
#include <libipc/process/self.hpp>
#include <libipc/serve.hpp>

namespace ipc {

bool somebody_hangs_on(Cap<Reply> reply) {
  const auto found = invoke(slots().cnode_of(reply.at()),
                            abi::cnode::Identify{.index = index_in_leaf(reply.at())});
  return found.ok() && found->data != 0;
}

abi::Status OwedAnswers::start() {
  bound_ = TRY(take_free());
  return {};
}

abi::Result<Cap<Reply>> OwedAnswers::take_free() {
  if (free_count_ != 0) return free_[--free_count_];
  if (made_ == most) return abi::Error::no_space;
  // They are never deleted: what is free now will be needed again.
  const Cap<Reply> fresh = TRY(make<Reply>()).release();
  ++made_;
  return fresh;
}

abi::Result<Cap<Reply>> OwedAnswers::keep_caller(const Caller& caller) {
  if (!caller.waits || next_) return abi::Error::not_supported;
  next_ = TRY(take_free());
  return std::exchange(bound_, next_);
}

}  // namespace ipc
