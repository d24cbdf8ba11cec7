// SPDX-License-Identifier: MIT
#include <base/bits.hpp>
#include <bit>
#include <user/support/fault_report.hpp>

namespace support {
namespace {

constexpr std::string_view name_of(abi::Access access) {
  switch (access) {
    case abi::Access::none: return "access";
    case abi::Access::read: return "read";
    case abi::Access::write: return "write";
    case abi::Access::execute: return "execution";
  }
  return "access";
}

}  // namespace

abi::FaultMessage fault_of(const ipc::Message& message) {
  static_assert(sizeof(abi::FaultMessage) == sizeof(message.words));
  return std::bit_cast<abi::FaultMessage>(message.words);
}

void describe(base::TextWriter& out, abi::FaultKind kind, const abi::FaultMessage& fault) {
  out << abi::name_of(kind);
  if (kind == abi::FaultKind::page || kind == abi::FaultKind::alignment)
    out << ": " << name_of(fault.access) << " of " << base::Hex{fault.address};
  out << " at pc " << base::Hex{fault.pc};
  if (kind == abi::FaultKind::page)
    out << (fault.present != 0 ? ", not allowed there" : ", nothing is mapped there");
}

u64 backtrace(u64 frame_pointer, StackRange stack, std::span<u64> out) {
  u64 count = 0;
  while (count < out.size() && base::is_aligned(frame_pointer, 8) &&
         frame_pointer >= stack.bottom && frame_pointer < stack.top &&
         stack.top - frame_pointer >= 16) {
    const auto* record = reinterpret_cast<const u64*>(frame_pointer);
    if (record[1] == 0) break;
    out[count++] = record[1];
    if (record[0] <= frame_pointer) break;
    frame_pointer = record[0];
  }
  return count;
}

}  // namespace support
