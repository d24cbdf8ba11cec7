// SPDX-License-Identifier: MIT
#include <algorithm>
#include <base/bits.hpp>
#include <libipc/files/image.hpp>

namespace ipc::files {

namespace {

constexpr u64 committed_at_once = 8 * base::mib;

// A region until the end of a block.
class Shown {
 public:
  explicit Shown(Region region) : region_(region) {}
  Shown(const Shown&) = delete;
  Shown& operator=(const Shown&) = delete;
  ~Shown() { static_cast<void>(unmap(region_)); }
  [[nodiscard]] Region bytes() const { return region_; }

 private:
  Region region_;
};

// Pages that the account cannot pay for are an error, and not the end of this process.
Outcome<void> commit_all(const MemoryObject& object, u64 bytes) {
  for (u64 at = 0; at < bytes; at += committed_at_once)
    TRY(outcome(object.commit(at, std::min(bytes - at, committed_at_once))));
  return {};
}

// A file that becomes shorter meanwhile ends in zeroes.
Outcome<void> copy_into(const MemoryObject& object, File& file, u64 bytes) {
  if (bytes == 0) return {};
  const u64 whole = base::align_down(bytes + base::page_size - 1, base::page_size);
  TRY(commit_all(object, whole));
  const Shown shown{TRY(outcome(object.map(whole)))};
  for (u64 done = 0; done < bytes;) {
    const u64 count = TRY(file.read_at(done, shown.bytes().subspan(done, bytes - done)));
    if (count == 0) break;
    done += count;
  }
  return {};
}

}  // namespace

Outcome<MemoryObject> copy_image(const Session& session, std::string_view path) {
  File file = TRY(session.open(path));
  const u64 bytes = TRY(file.size());
  MemoryObject image = TRY(outcome(MemoryObject::create(std::max(bytes, u64{1}))));
  TRY(copy_into(image, file, bytes));
  // As long as the file to the byte: a program must not end behind its file.
  TRY(outcome(image.resize(bytes)));
  TRY(outcome(image.seal()));
  return image;
}

}  // namespace ipc::files
