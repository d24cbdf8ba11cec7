// SPDX-License-Identifier: MIT
// Kernel objects: their types, rights and sizes.
#pragma once

#include <abi/types.hpp>
#include <string_view>

namespace abi {

enum class ObjectType : u8 {
  null = 0,
  untyped = 1,
  cnode = 2,
  frame = 3,
  page_table = 4,
  vspace = 5,
  thread = 6,
  endpoint = 7,
  notification = 8,
  reply = 9,
  sched_context = 10,
  timer = 11,
  irq_control = 12,
  irq_handler = 13,
  inspector = 14,
  platform = 15,
};

inline constexpr u32 object_type_count = 16;

constexpr std::string_view name_of(ObjectType type) {
  constexpr std::string_view names[object_type_count] = {
      "null",        "untyped",     "cnode",        "frame",   "page_table",    "vspace",
      "thread",      "endpoint",    "notification", "reply",   "sched_context", "timer",
      "irq_control", "irq_handler", "inspector",    "platform"};
  const auto index = static_cast<u32>(type);
  return index < object_type_count ? names[index] : std::string_view{"?"};
}

// The number of a method: the object's type and a number of its own.
constexpr u32 method(ObjectType type, u32 number) { return static_cast<u32>(type) << 8 | number; }

// Rights are eight bits whose meaning belongs to the object's type. Copying a capability can only
// take rights away.
struct Rights {
  u64 bits = 0;

  [[nodiscard]] constexpr bool has(Rights wanted) const {
    return (bits & wanted.bits) == wanted.bits;
  }
  friend constexpr Rights operator|(Rights a, Rights b) { return {a.bits | b.bits}; }
  friend constexpr Rights operator&(Rights a, Rights b) { return {a.bits & b.bits}; }
  friend constexpr bool operator==(Rights, Rights) = default;
};

inline constexpr Rights all_rights{0xff};

namespace endpoint_right {
inline constexpr Rights send{1}, receive{2}, grant{4}, mint{8};
}
namespace notification_right {
inline constexpr Rights signal{1}, wait{2}, mint{8};
}
namespace reply_right {
inline constexpr Rights answer{1}, receive{2};
}
namespace frame_right {
// `physical`: Frame.info tells the address.
inline constexpr Rights read{1}, write{2}, execute{4}, physical{8};
}  // namespace frame_right
namespace vspace_right {
// `map`: change mappings; `read`, `write`: bulk copy; `run`: give it to a thread.
inline constexpr Rights map{1}, read{2}, write{4}, run{8};
}  // namespace vspace_right
namespace cnode_right {
// `insert` into empty slots; `remove`: delete, move out of, revoke; `copy`: copy out of;
// `lookup`: make it a thread's root CNode.
inline constexpr Rights insert{1}, remove{2}, copy{4}, lookup{8};
}  // namespace cnode_right
namespace thread_right {
inline constexpr Rights control{1}, read{2}, write{4}, configure{8}, inspect{16}, post{32};
}
namespace sched_context_right {
inline constexpr Rights configure{1}, use{2};
}
namespace timer_right {
inline constexpr Rights configure{1}, set{2};
}
namespace irq_handler_right {
inline constexpr Rights configure{1}, acknowledge{2};
}
namespace inspector_right {
// `trace`: switch tracing on and off.
inline constexpr Rights read{1}, trace{2};
}  // namespace inspector_right

// Memory that an object takes from an Untyped, in bytes. Objects of 4 KiB and Frames are aligned to
// their size, all others to 64 bytes.
inline constexpr u64 object_alignment = 64;
inline constexpr u64 slot_bytes = 64;
inline constexpr u64 cnode_header_bytes = 128;
inline constexpr u64 thread_bytes = 2048;
inline constexpr u64 small_object_bytes = 128;  // endpoint, notification, reply, sched_context,
                                                // timer, irq_handler
inline constexpr u64 table_bytes = 4096;        // page_table, vspace

constexpr u64 cnode_bytes(unsigned slot_bits) {
  return cnode_header_bytes + (slot_bytes << slot_bits);
}

inline constexpr unsigned min_untyped_bits = 12;
inline constexpr unsigned max_untyped_bits = 37;

}  // namespace abi
