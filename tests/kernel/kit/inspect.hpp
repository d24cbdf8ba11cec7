// SPDX-License-Identifier: MIT
// How tests look at one of their own capabilities with the Inspector.
#pragma once

#include <tests/kernel/kit/context.hpp>
#include <user/support/inspection.hpp>

namespace kit {

using support::Inspected;
namespace record = abi::inspector;
using record::Id;

inline constexpr Cap<ipc::Inspector> inspector{abi::root_slot::inspector};

// No capability of the tests has just this right, which means nothing to any object: so one that is
// copied with it can be told from all others.
inline constexpr abi::Rights marker{0x80};

// Puts the cursor at the capability with the marker.
inline Inspected find_marked(Context& t, Where where) {
  Inspected found{};
  t.need(support::for_each_capability(inspector,
                                      [&](const Inspected& inspected) {
                                        found = inspected;
                                        return !(inspected.capability.rights == marker);
                                      }),
         where);
  t.that(found.capability.rights == marker, "the capability is found", where);
  return found;
}

// Calls `use` while the cursor stands at a copy of the capability.
template <class T, class Use>
auto at_cursor(Context& t, Cap<T> cap, Use use, Where where = Where::current()) {
  const auto marked = t.copy(cap, marker, where);
  const Inspected inspected = find_marked(t, where);
  t.equals(inspected.capability.type, static_cast<u64>(T::type), where);
  const auto result = use(inspected);
  t.need(t.remove(marked.at()), where);
  return result;
}

template <class Record, class T>
Record record_of(Context& t, Cap<T> cap, Where where = Where::current()) {
  return at_cursor(
      t, cap,
      [&](const Inspected& at) { return t.need(support::describe<Record>(inspector, at), where); },
      where);
}

template <class T>
Id id_of(Context& t, Cap<T> cap, Where where = Where::current()) {
  return at_cursor(t, cap, [](const Inspected& at) { return at.capability.object; }, where);
}

inline record::ThreadRecord thread_record(Context& t, Cap<ipc::Thread> thread,
                                          Where where = Where::current()) {
  return record_of<record::ThreadRecord>(t, thread, where);
}

}  // namespace kit
