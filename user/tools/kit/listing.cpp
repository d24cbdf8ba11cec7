// SPDX-License-Identifier: MIT
#include <user/tools/kit/listing.hpp>
#include <user/tools/kit/sorted_list.hpp>

namespace kit {

namespace {

constexpr auto by_text = [](const Name& a, const Name& b) { return a.text < b.text; };
using NameSorter = Sorter<Name, decltype(by_text)>;

struct Collection {
  ipc::Arena& arena;
  NameFilter is_wanted;
  NameSorter sorter{by_text};
};

// One answer's entries: each is a word that describes it, and the name filled up to words.
Outcome<void> take_entries(std::span<const u64> words, u64 entries, Collection& all) {
  u64 at = 0;
  for (u64 i = 0; i < entries && at < words.size(); ++i) {
    const abi::files::DirectoryEntry entry{words[at]};
    const u64 length = (entry.name_bytes() + sizeof(u64) - 1) / sizeof(u64);
    if (length > words.size() - at - 1) break;
    const auto* bytes = reinterpret_cast<const char*>(words.data() + at + 1);
    at += 1 + length;
    const Name name{{bytes, entry.name_bytes()}, entry.kind()};
    if (all.is_wanted != nullptr && !all.is_wanted(name)) continue;
    const auto node = all.arena.allocate<Name>(1);
    const auto text = all.arena.copy(name.text);
    if (node.empty() || text.data() == nullptr) return Problem{abi::Error::no_memory};
    node[0] = {text, name.kind};
    all.sorter.add(node[0]);
  }
  return {};
}

}  // namespace

Outcome<Name*> read_names(const ipc::files::File& directory, ipc::Arena& arena,
                          NameFilter is_wanted) {
  Collection all{arena, is_wanted};
  u64 words[abi::max_message_words] = {};
  for (u64 cursor = 0;;) {
    const auto some = TRY(directory.read_names(cursor, words));
    if (some.entries == 0) break;
    cursor = some.cursor;
    TRY(take_entries(words, some.entries, all));
  }
  return all.sorter.finish();
}

}  // namespace kit
