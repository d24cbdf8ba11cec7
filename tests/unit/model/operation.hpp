// SPDX-License-Identifier: MIT
// A random operation in a form that keeps its meaning when others before it are left out: numbers
// that are taken modulo what is there when its turn comes.
#pragma once

#include <model/model.hpp>
#include <random>
#include <string>

namespace model {

struct Operation {
  u32 kind;     // which method or system call, by weight
  u32 pick[8];  // what its arguments are chosen by
};

template <class Random>
Operation random_operation(Random& random) {
  Operation operation{};
  operation.kind = static_cast<u32>(random());
  for (u32& pick : operation.pick) pick = static_cast<u32>(random());
  return operation;
}

// What happens to the running thread: a trap, with these registers if it is a system call.
struct Event {
  enum class Type { system_call, fault, timer, floating_point };
  Type type = Type::system_call;
  u32 number = 0;
  std::array<u64, 8> words{};
  u64 x10 = 0;
  u64 x11 = 0;
  std::vector<u64> more;  // words 8 and up
  std::array<u32, 4> send{};
  std::array<u32, 4> receive{};
  Fault fault;
  u64 delay = 0;             // how much time passes before it
  bool interrupted = false;  // long operations stop in the middle, if that changes nothing
  std::string name;

  [[nodiscard]] std::string describe() const;
};

// What a game is mostly about.
enum class Temper : unsigned { capabilities, messages, memory, threads, clients_and_servers };
inline constexpr unsigned temper_count = 5;

// Who must not wait, and what all that happens tends to be.
struct Stage {
  const Thread* root = nullptr;
  Temper temper = Temper::capabilities;
};

// What the operation means to the model's running thread now.
Event decode(Model& model, const Operation& operation, const Stage& stage);

// A method with its arguments.
template <abi::Request R>
Event method(CapPtr target, const R& request) {
  Event event;
  event.number = 1;
  event.x10 = target.value();
  event.x11 = MessageInfo::make(R::op, abi::words_of<R>).raw;
  const auto words = abi::to_words(request);
  for (u64 i = 0; i < abi::words_of<R>; ++i) {
    if (i < 8) {
      event.words[i] = words[i];
    } else {
      event.more.push_back(words[i]);
    }
  }
  event.name = R::name;
  return event;
}

}  // namespace model
