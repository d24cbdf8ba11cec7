// SPDX-License-Identifier: MIT
// What a test function gets: expectations, and memory and slots that are new for each test.
//
// A failed expectation is noted and the test goes on; what it cannot go on without it asks for with
// need() and make(), which end the test.
#pragma once

#include <base/text.hpp>
#include <source_location>
#include <tests/kernel/kit/show.hpp>
#include <tests/kernel/kit/test.hpp>
#include <user/support/process.hpp>

namespace kit {

using abi::CapPtr;
using abi::Error;
using abi::u32;
using abi::u64;
using ipc::Cap;
using ipc::Owned;
using Where = std::source_location;

// What the runner keeps over all tests.
struct Fixture {
  ipc::Cap<ipc::Untyped> arena;  // all memory of a test comes from here
  Cap<ipc::Endpoint> verdicts;   // a test says here that it is over
  Cap<ipc::Endpoint> faults;     // pager and handler of a test's threads
  Cap<ipc::Notification> never;  // nobody signals it: to wait for ever
  u64 seed = 0;                  // added to those of random tests
};

// The priority of a test's threads, unless they say otherwise. The runner's is above.
inline constexpr abi::Priority test_priority{100};

class Context {
 public:
  constexpr Context() = default;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  bool that(bool condition, std::string_view what, Where where = Where::current());

  template <class A, class B>
  bool equals(const A& actual, const B& expected, Where where = Where::current()) {
    if (actual == static_cast<A>(expected)) return true;
    fail(where, [&](auto& line) {
      line << "is ";
      show(line, actual);
      line << ", expected ";
      show(line, static_cast<A>(expected));
    });
    return false;
  }

  // `result`: anything with error(), whose zero is success.
  template <class R>
  bool succeeds(const R& result, Where where = Where::current()) {
    if (result.error() == Error::none) return true;
    fail(where, [&](auto& line) { line << "failed: " << abi::sentence(result.error()); });
    return false;
  }
  template <class R>
  bool fails(const R& result, Error expected, Where where = Where::current()) {
    return equals(result.error(), expected, where);
  }

  // The value of a result; without it the test ends here.
  template <class R>
  auto need(R result, Where where = Where::current()) -> R::value_type {
    if (!succeeds(result, where)) end();
    return std::move(result).value();
  }

  // A new object in a new slot; it is destroyed after the test, at the latest.
  template <ipc::Object T>
  Cap<T> make(u64 size_bits = 0, Where where = Where::current()) {
    return Cap<T>{need(memory().retype(T::type, size_bits), where)};
  }

  // An empty slot of the test's leaf.
  CapPtr slot(Where where = Where::current()) { return need(slots().allocate(), where); }

  // Copies and children in new slots.
  template <ipc::Object T>
  Cap<T> copy(Cap<T> source, abi::Rights rights = abi::all_rights, Where where = Where::current()) {
    return Cap<T>{copy_at(source.at(), rights, where)};
  }
  template <ipc::Object T>
  Cap<T> mint(Cap<T> source, abi::Rights rights, u64 data, Where where = Where::current()) {
    return Cap<T>{mint_at(source.at(), rights, data, where)};
  }

  abi::Status remove(CapPtr at);
  abi::Status revoke(CapPtr at);
  abi::cnode::Identify::Reply identify(CapPtr at, Where where = Where::current());

  [[nodiscard]] bool is_empty(CapPtr at) {
    return identify(at).type == static_cast<u64>(abi::ObjectType::null);
  }

  // All threads of the test may wait at once: a timer or a device wakes one.
  void may_sleep() { may_sleep_ = true; }
  [[nodiscard]] bool sleeps() const { return may_sleep_; }

  // Ends the test, from whichever of its threads.
  [[noreturn]] void end();

  support::Memory& memory() { return memory_; }
  ipc::SlotAllocator& slots() { return *slots_; }
  support::AddressSpace& space() { return space_; }
  const Fixture& fixture() const { return *fixture_; }

  // For the runner.
  void start_test(const Fixture& fixture, const support::Memory& memory, ipc::SlotAllocator& slots);
  [[nodiscard]] bool failed() const { return failures_ != 0; }
  [[nodiscard]] std::string_view report() const { return report_.view(); }

  template <class Compose>
  void fail(const Where& where, Compose&& compose) {
    ++failures_;
    // Not where this program was built, only where the reader finds the line in the tree.
    const std::string_view file = where.file_name();
    const auto start = file.find("tests/kernel/");
    report_ << "# " << file.substr(start == file.npos ? 0 : start) << ':' << u64{where.line()}
            << ": ";
    compose(report_);
    report_ << '\n';
  }

 private:
  CapPtr copy_at(CapPtr source, abi::Rights rights, Where where);
  CapPtr mint_at(CapPtr source, abi::Rights rights, u64 data, Where where);

  const Fixture* fixture_ = nullptr;
  support::Memory memory_;
  ipc::SlotAllocator* slots_ = nullptr;
  support::AddressSpace space_;
  u64 failures_ = 0;
  bool may_sleep_ = false;
  char report_text_[4096] = {};
  base::TextWriter report_{std::span<char>{report_text_}};
};

}  // namespace kit
