// SPDX-License-Identifier: MIT
// Capabilities with the kind of their object in the type, so that a Frame's method on an Endpoint
// does not compile. What really stands in the slot only the kernel knows; it checks again.
#pragma once

#include <abi/object/cnode.hpp>
#include <abi/object/inspector.hpp>
#include <abi/object/memory.hpp>
#include <abi/object/platform.hpp>
#include <abi/object/thread.hpp>
#include <abi/object/time.hpp>
#include <concepts>

namespace ipc {

using abi::u32;
using abi::u64;

// The kinds of objects: their number, and the methods that they understand.
struct Untyped {
  static constexpr auto type = abi::ObjectType::untyped;
  using Methods = abi::untyped::Methods;
};
struct CNode {
  static constexpr auto type = abi::ObjectType::cnode;
  using Methods = abi::cnode::Methods;
};
struct Frame {
  static constexpr auto type = abi::ObjectType::frame;
  using Methods = abi::frame::Methods;
};
struct PageTable {
  static constexpr auto type = abi::ObjectType::page_table;
  using Methods = abi::page_table::Methods;
};
struct VSpace {
  static constexpr auto type = abi::ObjectType::vspace;
  using Methods = abi::vspace::Methods;
};
struct Thread {
  static constexpr auto type = abi::ObjectType::thread;
  using Methods = abi::thread::Methods;
};
struct Endpoint {
  static constexpr auto type = abi::ObjectType::endpoint;
  using Methods = abi::RequestList<>;
};
struct Notification {
  static constexpr auto type = abi::ObjectType::notification;
  using Methods = abi::RequestList<>;
};
struct Reply {
  static constexpr auto type = abi::ObjectType::reply;
  using Methods = abi::RequestList<>;
};
struct SchedContext {
  static constexpr auto type = abi::ObjectType::sched_context;
  using Methods = abi::sched_context::Methods;
};
struct Timer {
  static constexpr auto type = abi::ObjectType::timer;
  using Methods = abi::timer::Methods;
};
struct IrqControl {
  static constexpr auto type = abi::ObjectType::irq_control;
  using Methods = abi::irq_control::Methods;
};
struct IrqHandler {
  static constexpr auto type = abi::ObjectType::irq_handler;
  using Methods = abi::irq_handler::Methods;
};
struct Inspector {
  static constexpr auto type = abi::ObjectType::inspector;
  using Methods = abi::inspector::Methods;
};
struct Platform {
  static constexpr auto type = abi::ObjectType::platform;
  using Methods = abi::platform::Methods;
};

template <class T>
concept Object = requires {
  { T::type } -> std::convertible_to<abi::ObjectType>;
  typename T::Methods;
};

// A borrowed capability: an address that somebody else keeps alive. One word, passed by value.
template <Object T>
class Cap {
 public:
  constexpr Cap() = default;
  constexpr explicit Cap(abi::CapPtr at) : at_(at) {}

  [[nodiscard]] constexpr abi::CapPtr at() const { return at_; }
  [[nodiscard]] constexpr explicit operator bool() const { return at_ != abi::CapPtr{}; }
  friend constexpr bool operator==(Cap, Cap) = default;

 private:
  abi::CapPtr at_;
};

template <class List, class R>
inline constexpr bool lists = false;
template <class... Rs, class R>
inline constexpr bool lists<abi::RequestList<Rs...>, R> = (std::same_as<Rs, R> || ...);

// R is one of the methods of T.
template <class R, class T>
concept MethodOf = Object<T> && abi::Request<R> && lists<typename T::Methods, R>;

}  // namespace ipc
