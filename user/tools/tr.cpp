// SPDX-License-Identifier: MIT
#include <algorithm>
#include <libipc/start/main.hpp>
#include <user/tools/kit/byte_list.hpp>
#include <user/tools/kit/byte_set.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/source.hpp>

namespace {

using base::u64;
using base::u8;

constinit bool deletes = false;
constinit bool squeezes = false;
constinit bool is_complement = false;
constexpr kit::Option options[] = {
    {'d', deletes, "leaves out the bytes of FROM"},
    {'s', squeezes, "many of the same, of those of the last set, become one"},
    {'c', is_complement, "all bytes but those of FROM"},
    {'C', is_complement, "the same"}};
constexpr kit::Usage usage{.name = "tr",
                           .operands = "FROM [TO]",
                           .sentence = "Replaces, leaves out, or squeezes bytes of the input.",
                           .options = options,
                           .least = 1,
                           .most = 2};

kit::ByteList read_list(std::string_view text) {
  kit::ByteList list;
  switch (list.add(text)) {
    case kit::ListFault::none: break;
    case kit::ListFault::range: kit::misused(text, "a range ends before its start");
    case kit::ListFault::name: kit::misused(text, "there is no class of this name");
    case kit::ListFault::too_long: kit::misused(text, "these are too many bytes");
    case kit::ListFault::several_fillers: kit::misused(text, "only one [x*] can fill a set up");
  }
  return list;
}

kit::ByteSet set_of(const kit::ByteList& list) {
  kit::ByteSet set;
  for (const u8 byte : list.view()) set.add(byte);
  return set;
}

// All bytes but those of the list, in order.
kit::ByteList complement_of(const kit::ByteList& list) {
  const kit::ByteSet set = set_of(list);
  kit::ByteList others;
  for (unsigned byte = 0; byte < 256; ++byte)
    if (!set.has(static_cast<u8>(byte))) others.bytes[others.count++] = static_cast<u8>(byte);
  return others;
}

struct Table {
  u8 becomes[256];
  kit::ByteSet left_out;
  kit::ByteSet squeezed;
  int last = -1;  // that was written, if it is one to be squeezed
};

// What is too short is filled up with its last byte.
void map(Table& table, const kit::ByteList& from, const kit::ByteList& to) {
  for (u64 i = 0; i < from.count; ++i)
    table.becomes[from.bytes[i]] = to.bytes[std::min(i, to.count - 1)];
}

void write(Table& table, std::span<char> bytes) {
  u64 kept = 0;
  for (const char c : bytes) {
    const auto byte = static_cast<u8>(c);
    if (table.left_out.has(byte)) continue;
    const u8 result = table.becomes[byte];
    const bool is_squeezed = table.squeezed.has(result);
    if (is_squeezed && table.last == result) continue;
    table.last = is_squeezed ? result : -1;
    bytes[kept++] = static_cast<char>(result);
  }
  kit::out << std::string_view{bytes.data(), kept};
  kit::out.flush();
}

}  // namespace

int main(int argc, char** argv) {
  const auto sets = kit::start(usage, argc, argv);
  const bool has_two = sets.size() == 2;
  if (deletes && has_two != squeezes)
    kit::misused("-d", squeezes ? "with -s it needs two sets" : "it needs one set");
  if (!deletes && !squeezes && !has_two) kit::misused("", "a second set is needed");
  kit::ByteList from = read_list(sets[0]);
  if (from.has_filler) kit::misused(sets[0], "the first set is not filled up");
  if (is_complement) from = complement_of(from);
  kit::ByteList to = has_two ? read_list(sets[1]) : kit::ByteList{};
  if (deletes && to.has_filler) kit::misused(sets[1], "what is left out fills no set up");
  to.fill_to(from.count);
  Table table;
  for (unsigned byte = 0; byte < 256; ++byte) table.becomes[byte] = static_cast<u8>(byte);
  if (deletes) {
    table.left_out = set_of(from);
  } else if (has_two) {
    if (to.count == 0) kit::misused(sets[1], "the second set is empty");
    map(table, from, to);
  }
  if (squeezes) table.squeezed = set_of(has_two ? to : from);
  kit::each_block("-",
                  [&](std::string_view bytes) { write(table, kit::block().first(bytes.size())); });
  return kit::finish();
}
