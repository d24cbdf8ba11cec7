// SPDX-License-Identifier: MIT
// Symbol tables of any bytes: names lie inside the file, and places inside the address's function.
#include <cstring>
#include <user/reporter/names.hpp>
#include <user/reporter/symbols.hpp>

namespace {

using base::u64;
using base::u8;

void require(bool promise) {
  if (!promise) __builtin_trap();
}

void check(const reporter::Symbols& symbols, u64 address, const u8* data, std::size_t size) {
  const auto place = symbols.find(address);
  if (!place) return;
  const auto* name = reinterpret_cast<const u8*>(place->name.data());
  require(!place->name.empty() && place->name.size() <= reporter::Symbols::max_name);
  require(name >= data && place->name.size() <= size - static_cast<std::size_t>(name - data));
  require(place->offset <= address);
  base::Text<> text;
  reporter::write_name(text, place->name);
  for (const char c : text.view()) require(c >= ' ' && c <= '~');
}

}  // namespace

// The first 8 bytes are an address.
extern "C" int LLVMFuzzerTestOneInput(const u8* data, std::size_t size) {
  u64 address = 0;
  if (size < sizeof(address)) return 0;
  std::memcpy(&address, data, sizeof(address));
  data += sizeof(address);
  size -= sizeof(address);
  const reporter::Symbols symbols{{data, size}};
  require(symbols.count() <= reporter::Symbols::max_symbols);
  for (const u64 at : {address, u64{0x1010}, u64{0x20'1010}, ~u64{0}})
    check(symbols, at, data, size);
  return 0;
}
