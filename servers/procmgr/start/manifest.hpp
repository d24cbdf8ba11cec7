// SPDX-License-Identifier: MIT
// The boot manifest: a text that says which servers procmgr starts, and what they may do.
//
//   # A '#' at the beginning of a word starts a comment.
//   server console
//     image = console.elf                 a file of the boot archive; the only key that must be
//     arguments = --speed "very fast"     behind argument 0, which is the server's name
//     environment = LANG=C "PS1=> "
//     priority = 200                      0 to 255; 128 if it is not said
//     restart = 3 times                   or: never, which holds if it is not said
//     on_exit = ignore                    or: poweroff, and the machine ends with its status
//     pages = 512                         limits of its account: also objects, handles, processes
//     serves = yes                        it has an endpoint of its own
//     grant 16 = device arm,pl011         registers in this slot, interrupt in the next
//     grant 20 = device virtio,mmio 3     the third but first of several alike
//     grant 22 = dma 64                   pages in one run whose address it learns, for a device
//     grant 23 = log                      procmgr's log (abi/log_ring.hpp)
//     grant files = endpoint vfs badge 1  a send capability to another server that serves
//
// Other grants: `modules`, `archive` (all of the boot archive as a memory object),
// `spawner priority N`, `crashes`, `inspect`, `platform`, `inspector`, `irq_control`. A slot is one
// of the bundle: a name of abi::bundle_slot or a number from 1 to 255. A word with blanks or '#'
// stands in quotes, all of it. Servers are started in the order in which they stand here.
#pragma once

#include <abi/bootinfo.hpp>
#include <abi/proto/procmgr.hpp>
#include <base/result.hpp>
#include <string_view>

namespace procmgr {

using base::u64;

inline constexpr u64 max_manifest_bytes = 8 * base::kib;
inline constexpr u64 max_manifest_entries = 32;
inline constexpr u64 max_manifest_grants = 16;
inline constexpr u64 max_server_name = 31;

// Which line is wrong (the first is 1), and why, in a sentence.
struct ManifestError {
  u64 line = 0;
  std::string_view sentence;

  friend constexpr bool operator==(const ManifestError&, const ManifestError&) = default;
};

template <class T>
using Parsed = base::Result<T, ManifestError>;

// The words of a line or of a part of it, one by one and without quotes.
class ManifestWords {
 public:
  constexpr ManifestWords() = default;
  constexpr explicit ManifestWords(std::string_view text) : text_(text) {}

  struct Word {
    std::string_view text;
    bool is_there = false;       // else the text ends here, or a comment begins
    std::string_view complaint;  // about quotes; never in an entry that has been read
  };
  Word next();

 private:
  std::string_view text_;
};

enum class GrantKind : u64 {
  device,
  endpoint,
  modules,
  archive,
  spawner,
  crashes,
  platform,
  inspector,
  irq_control,
  dma,
  log,
  inspect,
};

struct Grant {
  GrantKind kind = GrantKind::device;
  u64 slot = 0;           // of leaf 1
  std::string_view name;  // `compatible` of the device, or the other server
  u64 number = 0;  // the badge, the spawner's highest priority, which device, or how many pages
  u64 line = 0;

  [[nodiscard]] u64 slots() const { return kind == GrantKind::device ? 2 : 1; }
};

enum class OnExit : u64 { ignore, poweroff };

// Texts are parts of the manifest.
struct ManifestEntry {
  std::string_view name;
  std::string_view image;
  ManifestWords arguments;
  ManifestWords environment;
  u64 priority = 128;
  u64 restarts = 0;
  OnExit on_exit = OnExit::ignore;
  abi::procmgr::Limits limits = {};  // 0: as much as the account above
  bool serves = false;
  abi::BoundedArray<Grant, max_manifest_grants> grants = {};
  u64 line = 0;

  [[nodiscard]] bool has(GrantKind kind) const;
};

// Reads entry by entry, each held against the rules that concern it alone.
class ManifestReader {
 public:
  explicit ManifestReader(std::string_view text) : rest_(text) {}

  // False: there are no more.
  Parsed<bool> next(ManifestEntry& entry);

 private:
  Parsed<bool> next_line(std::string_view& line);

  std::string_view rest_;
  u64 line_ = 0;
  std::string_view header_;  // the line that began the next entry, once it has been read
};

// Checks all of it, and how many entries there are: names are there once, and endpoints are those
// of servers that serve. After that a ManifestReader of the same text does not fail.
Parsed<u64> check_manifest(std::string_view text);

}  // namespace procmgr
