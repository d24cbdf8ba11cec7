// SPDX-License-Identifier: MIT
// What a function has taken and gives back at its end, however that comes about.
#pragma once

#include <servers/procmgr/process/account.hpp>

namespace procmgr {

// A reference to something that `release` counts down.
template <class T>
class Held {
 public:
  explicit Held(T& object) : object_(object) {}
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  ~Held() { release(object_); }

  T& operator*() const { return object_; }
  T* operator->() const { return &object_; }

 private:
  T& object_;
};

// What has been charged goes back to the account, unless it is kept.
class Charge {
 public:
  explicit Charge(Account& account) : account_(account) {}
  Charge(const Charge&) = delete;
  Charge& operator=(const Charge&) = delete;
  ~Charge() {
    for (const Item& item : items_)
      if (item.count != 0) refund(account_, item.kind, item.count);
  }

  // At most three times. Error: over_quota.
  abi::Status add(Kind kind, u64 count) {
    TRY(charge(account_, kind, count));
    items_[used_++] = {kind, count};
    return {};
  }
  void keep() { std::fill_n(items_, used_, Item{}); }

 private:
  struct Item {
    Kind kind = nullptr;
    u64 count = 0;
  };
  Account& account_;
  Item items_[3] = {};
  u64 used_ = 0;
};

}  // namespace procmgr
