// SPDX-License-Identifier: MIT
#include <base/bits.hpp>
#include <boot/decode/tree_salvage.hpp>
#include <cstddef>
#include <string_view>

namespace boot {

using base::u64;
using base::u8;

namespace {

std::string_view as_text(std::span<const u8> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

constexpr std::size_t max_node = 1024;  // a PL011's properties take some 200 bytes

// The hexadecimal number before the first zero.
std::optional<u64> unit_address(std::string_view text) {
  u64 value = 0;
  for (std::size_t i = 0; i < text.size() && i <= 12; ++i) {
    const char c = text[i];
    const bool decimal = c >= '0' && c <= '9';
    if (c == '\0' && i != 0) return value;
    if (!decimal && (c < 'a' || c > 'f')) return std::nullopt;
    value = value << 4 | static_cast<u64>(decimal ? c - '0' : c - 'a' + 10);
  }
  return std::nullopt;
}

// `text`: what follows an @, up to the next one.
std::optional<u64> serial_address(std::string_view text) {
  const std::optional<u64> address = unit_address(text);
  if (!address || !base::is_aligned(*address, base::page_size)) return std::nullopt;
  if (text.find("arm,pl011") == std::string_view::npos) return std::nullopt;
  if (text.find("disabled") != std::string_view::npos) return std::nullopt;
  return address;
}

}  // namespace

// A node's properties follow its name, and hardly anything but a node's name holds an @. So neither
// a token nor a length needs to have survived.
std::optional<u64> salvage_serial(std::span<const u8> tree) {
  std::string_view rest = as_text(tree);
  for (;;) {
    const std::size_t at = rest.find('@');
    if (at == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(at + 1);
    const std::string_view node = rest.substr(0, max_node);
    const auto address = serial_address(node.substr(0, node.find('@')));
    if (address) return address;
  }
}

abi::PowerConduit salvage_power_conduit(std::span<const u8> tree) {
  const std::string_view text = as_text(tree);
  if (text.find("arm,psci-") == std::string_view::npos) return abi::PowerConduit::none;
  // A length of 4, the offset of the name in 4 bytes, the value: the length's last byte is 5
  // before.
  constexpr std::size_t before = 5;
  for (std::size_t at = before; at + 4 <= text.size(); ++at) {
    if (text[at + 3] != '\0' || text[at - before] != 4) continue;
    if (text.substr(at, 3) == "hvc") return abi::PowerConduit::hvc;
    if (text.substr(at, 3) == "smc") return abi::PowerConduit::smc;
  }
  return abi::PowerConduit::none;
}

}  // namespace boot
