// SPDX-License-Identifier: MIT
// Archives whose entries are well formed and odd: names twice, files where folders should be, names
// and paths as long as they may be and longer, headers that lie. The input chooses them, so that
// the fuzzer need not find the format first.
#include <algorithm>
#include <cstdio>
#include <string>
#include <tests/fuzz/bootfs_world.hpp>

namespace {

using base::u64;
using base::u8;

// Small numbers out of the input; zeroes behind its end.
class Choices {
 public:
  explicit Choices(std::span<const u8> bytes) : bytes_(bytes) {}
  unsigned next(unsigned limit) {
    if (bytes_.empty()) return 0;
    const unsigned chosen = bytes_.front() % limit;
    bytes_ = bytes_.subspan(1);
    return chosen;
  }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }

 private:
  std::span<const u8> bytes_;
};

std::string name_of(Choices& choices) {
  switch (choices.next(12)) {
    case 0: return "..";
    case 1: return ".";
    case 2: return "";
    case 3: return std::string(255, 'n');
    case 4: return std::string(256, 'm');
    case 5: return std::string(251 + choices.next(4), 'p');
    default: return std::string(1, static_cast<char>('a' + choices.next(4)));
  }
}

std::string path_of(Choices& choices) {
  std::string path;
  for (unsigned i = 0, names = 1 + choices.next(5); i < names; ++i)
    path += (i == 0 && choices.next(3) != 0 ? "" : "/") + name_of(choices);
  return path;
}

void align(std::string& archive) { archive.resize((archive.size() + 3) / 4 * 4); }

// What the header says of sizes may be more than there is.
void add(std::string& archive, Choices& choices) {
  constexpr unsigned kinds[] = {0100644, 0100755, 040755, 040000, 0120777, 020644, 0, 0177777};
  const std::string path = path_of(choices);
  const std::string data(choices.next(3) == 0 ? 0 : choices.next(80), 'd');
  const unsigned lie = choices.next(16) == 0 ? choices.next(200) : 0;
  char header[111];
  std::snprintf(header, sizeof header, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x",
                0U, kinds[choices.next(std::size(kinds))], 0U, 0U, 1 + choices.next(2), 5U,
                static_cast<unsigned>(data.size()) + lie, 0U, 0U, 0U, 0U,
                static_cast<unsigned>(path.size() + 1), 0U);
  archive += header + path + '\0';
  align(archive);
  archive += data;
  align(archive);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const u8* data, std::size_t size) {
  Choices choices{{data, size}};
  std::string archive;
  u64 count = 0;
  for (; !choices.empty() && count < 200; ++count) add(archive, choices);
  const auto* bytes = reinterpret_cast<const u8*>(archive.data());
  const vfs::OverlayReport report = bootfs::run({bytes, archive.size()});
  // Each entry is kept or lost, and at the end there may be one that is cut off.
  bootfs::require(report.kept + report.lost <= count + 1);
  return 0;
}
