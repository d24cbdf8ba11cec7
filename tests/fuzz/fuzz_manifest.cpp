// SPDX-License-Identifier: MIT
// Boot manifests of any bytes: a fault has a line and a sentence, and what is accepted can be read.
#include <servers/procmgr/start/manifest.hpp>

namespace {

using namespace procmgr;

void require(bool promise) {
  if (!promise) __builtin_trap();
}

void read_words(ManifestWords words) {
  for (auto word = words.next(); word.is_there; word = words.next())
    require(word.complaint.empty());
}

void check(const ManifestEntry& entry) {
  require(!entry.name.empty() && !entry.image.empty() && entry.priority <= 255);
  read_words(entry.arguments);
  read_words(entry.environment);
  for (const Grant& grant : entry.grants)
    require(grant.slot != 0 && grant.slot + grant.slots() <= abi::leaf_slots);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const base::u8* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto count = check_manifest(text);
  if (!count.ok()) {
    require(count.error().line != 0 && !count.error().sentence.empty());
    return 0;
  }
  ManifestReader reader(text);
  ManifestEntry entry;
  for (base::u64 i = 0; i < *count; ++i) {
    const auto more = reader.next(entry);
    require(more.ok() && *more);
    check(entry);
  }
  require(reader.next(entry).ok());
  return 0;
}
