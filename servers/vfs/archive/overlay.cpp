// SPDX-License-Identifier: MIT
#include <servers/vfs/archive/overlay.hpp>
#include <servers/vfs/tree/path.hpp>

namespace vfs {

namespace {

namespace files = abi::files;
using base::ArchiveEntry;

constexpr u64 nanoseconds_per_second = 1'000'000'000;

// The folders on the way to the last name.
Outcome<void> make_folders(Tree& tree, const View& view, std::string_view path) {
  for (auto slash = path.find('/', 1); slash != path.npos; slash = path.find('/', slash + 1)) {
    const auto made = tree.make_directory(view, path.substr(0, slash), 0755);
    if (!made.ok() && made.error().error != Error::occupied) return made.error();
  }
  return {};
}

Outcome<Destination> destination(Tree& tree, const View& view, std::string_view path) {
  auto at = walk(view, path, false);
  if (at.ok() || at.error().error != Error::not_found) return at;
  TRY(make_folders(tree, view, path));
  return walk(view, path, false);
}

Kind kind_of(const ArchiveEntry& entry) {
  switch (entry.mode & base::archive_kind_mask) {
    case base::archive_file: return Kind::file;
    case base::archive_directory: return Kind::directory;
    case base::archive_symbolic_link: return Kind::symbolic_link;
    default: return Kind::none;
  }
}

// A directory that is there takes the mode of its entry; a file's place is taken by the later one.
Outcome<Node*> make(Tree& tree, const View& view, std::string_view path,
                    const ArchiveEntry& entry) {
  const Kind kind = kind_of(entry);
  if (kind == Kind::none) return Problem{Error::not_supported};
  // The format writes the contents of files with several names once, behind the last name.
  if (kind == Kind::file && entry.links > 1 && entry.data.empty())
    return Problem{Error::not_supported};
  Destination at = TRY(destination(tree, view, path));
  if (at.node != nullptr) {
    if (at.node->is(Kind::directory) && kind == Kind::directory) return at.node;
    TRY(tree.remove(view, path, Tree::Removes::files));
    at = TRY(walk(view, path, false));
  }
  if (kind != Kind::symbolic_link) return tree.create(view, at, kind, entry.mode);
  return tree.make_link(view, path,
                        {reinterpret_cast<const char*>(entry.data.data()), entry.data.size()});
}

Outcome<void> keep(Tree& tree, const View& view, const ArchiveEntry& entry) {
  if (entry.name.size() > files::max_path) return Problem{Error::too_big, Fault::path_too_long};
  char text[files::max_path + 1];
  const std::string_view path = normalise(entry.name, text);
  Node* node = TRY(make(tree, view, path, entry));
  node->mode = entry.mode & files::mode::all;
  node->modified = u64{entry.modified} * nanoseconds_per_second;
  if (node->is(Kind::file) && !entry.data.empty()) {
    node->contents.place = Contents::Place::archive;
    // It is only ever read: what writes moves it elsewhere first.
    node->contents.bytes = const_cast<u8*>(entry.data.data());
    node->contents.size = entry.data.size();
  }
  return {};
}

std::string_view sentence_of(base::CpioFault fault) {
  switch (fault) {
    case base::CpioFault::none: return "nothing is wrong";
    case base::CpioFault::not_newc: return "what follows is no entry; the rest is lost";
    case base::CpioFault::truncated: return "the archive ends within an entry";
    case base::CpioFault::field_damaged: return "a header has a field that is no number";
    case base::CpioFault::name_damaged: return "an entry's name does not end";
  }
  return "it is damaged";
}

}  // namespace

OverlayReport overlay_archive(Tree& tree, const View& view, std::span<const u8> archive,
                              const OverlayWarning& warning) {
  OverlayReport report;
  base::ArchiveReader reader{archive};
  ArchiveEntry entry;
  for (;;) {
    const auto more = reader.next(entry);
    if (!more.ok()) {
      ++report.lost;
      warning.tell(warning.context, entry.name, sentence_of(more.error()));
      return report;
    }
    if (!*more) return report;
    const auto kept = keep(tree, view, entry);
    if (kept.ok()) {
      ++report.kept;
    } else {
      ++report.lost;
      warning.tell(warning.context, entry.name, abi::files::sentence(kept.error()));
    }
  }
}

}  // namespace vfs
