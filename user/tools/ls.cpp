// SPDX-License-Identifier: MIT
#include <algorithm>
#include <libipc/start/main.hpp>
#include <user/tools/kit/calendar.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/show.hpp>
#include <user/tools/kit/tool.hpp>
#include <user/tools/kit/walk.hpp>

namespace {

using base::u64;

constinit bool is_long = false;
constinit bool shows_hidden = false;
constinit bool shows_itself = false;
constinit bool is_recursive = false;
constinit bool one_per_line = false;
constinit bool directories_themselves = false;
constinit bool is_human = false;
constexpr kit::Option options[] = {
    {'l', is_long, "with mode, names, size and time"},
    {'a', shows_itself, "hidden ones too: names with a dot in front"},
    {'A', shows_hidden, "the same, without . and .."},
    {'R', is_recursive, "directories below as well"},
    {'1', one_per_line, "one in each line"},
    {'d', directories_themselves, "directories as what they are"},
    {'h', is_human, "sizes for people: 1.5K"}};
constexpr kit::Usage usage{.name = "ls",
                           .operands = "[PATH...]",
                           .sentence = "Lists directories, and says what is known of files.",
                           .options = options};

// What is listed. With -l it was looked at.
struct Entry {
  std::string_view name;
  kit::Place place;
  kit::Attributes attributes{};
  std::string_view target;  // of a link
};

constexpr u64 usual_columns = 80;

u64 terminal_columns() {
  if (!ipc::output().is_terminal()) return 0;
  const auto window = ipc::output().terminal().window();
  return window.ok() && window->columns != 0 ? window->columns : usual_columns;
}

// Of UTF-8 text: bytes that go on with a character do not count.
u64 shown_width(std::string_view text) {
  return static_cast<u64>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

u64 digits(u64 number) {
  u64 count = 1;
  for (; number >= 10; number /= 10) ++count;
  return count;
}

void write_size(base::TextWriter& out, u64 bytes) {
  if (is_human)
    kit::write_human(out, bytes);
  else
    out << bytes;
}

void show_long(std::span<const Entry> entries) {
  u64 links_width = 1;
  u64 size_width = 1;
  for (const Entry& entry : entries) {
    base::Text<32> size;
    write_size(size, entry.attributes.size);
    links_width = std::max(links_width, digits(entry.attributes.links));
    size_width = std::max<u64>(size_width, size.view().size());
  }
  for (const Entry& entry : entries) {
    base::Text<32> mode, size, time;
    kit::write_mode(mode, entry.attributes.kind, entry.attributes.mode);
    write_size(size, entry.attributes.size);
    kit::write_date(time, entry.attributes.modified, "%Y-%m-%d %H:%M");
    kit::out << mode.view() << ' ';
    kit::out.right(entry.attributes.links, links_width) << ' ';
    kit::out.right(size.view(), size_width) << ' ' << time.view() << ' ' << entry.name;
    if (!entry.target.empty()) kit::out << " -> " << entry.target;
    kit::out << '\n';
  }
}

// Columns from above to below, all as wide as the longest name.
void show_columns(std::span<const Entry> entries, u64 width) {
  u64 longest = 0;
  for (const Entry& entry : entries) longest = std::max(longest, shown_width(entry.name));
  const u64 columns = std::max<u64>(width / (longest + 2), 1);
  const u64 rows = (entries.size() + columns - 1) / columns;
  for (u64 row = 0; row < rows; ++row) {
    for (u64 i = row; i < entries.size(); i += rows) {
      kit::out << entries[i].name;
      const bool is_last = i + rows >= entries.size();
      for (u64 at = shown_width(entries[i].name); at < longest + 2 && !is_last; ++at)
        kit::out << ' ';
    }
    kit::out << '\n';
  }
}

void show(std::span<const Entry> entries) {
  const u64 width = one_per_line ? 0 : terminal_columns();
  if (is_long) return show_long(entries);
  if (width != 0) return show_columns(entries, width);
  for (const Entry& entry : entries) kit::out << entry.name << '\n';
}

kit::Outcome<void> look_at(Entry& entry, ipc::Arena& arena) {
  entry.attributes = TRY(kit::stat(entry.place, kit::Links::kept));
  if (entry.attributes.kind != kit::Kind::symbolic_link) return {};
  char text[abi::files::max_path];
  entry.target = arena.copy(TRY(kit::read_link(entry.place, text)));
  return {};
}

bool is_wanted(std::string_view name) { return shows_hidden || !name.starts_with('.'); }

// The entries of a directory; with -a also itself and the one above.
kit::Outcome<std::span<Entry>> read_entries(const ipc::files::File& directory, ipc::Arena& arena) {
  const kit::Name* const names = TRY(kit::read_names(directory, arena));
  u64 count = shows_itself ? 2 : 0;
  for (const auto* name = names; name != nullptr; name = name->next) count += is_wanted(name->text);
  auto entries = arena.allocate<Entry>(count);
  if (entries.size() != count) return kit::Problem{abi::Error::no_memory};
  u64 used = 0;
  const auto add = [&](std::string_view name) {
    entries[used++] = {.name = name, .place = {name, directory.number()}};
  };
  if (shows_itself) add("."), add("..");
  for (const auto* name = names; name != nullptr; name = name->next)
    if (is_wanted(name->text)) add(name->text);
  return entries;
}

void list(kit::Place place, std::string_view path) {
  const auto directory = kit::open(place, kit::open_flag::read | kit::open_flag::directory);
  if (!directory.ok()) return kit::complain(path, directory.error());
  ipc::Arena arena;
  auto entries = read_entries(*directory, arena);
  if (!entries.ok()) return kit::complain(path, entries.error());
  u64 kept = 0;
  for (Entry& entry : *entries) {
    const auto seen = is_long ? look_at(entry, arena) : kit::Outcome<void>{};
    if (seen.ok())
      (*entries)[kept++] = entry;
    else
      kit::complain(entry.name, seen.error());
  }
  show(entries->first(kept));
}

constinit bool has_output = false;

void show_heading(std::string_view path) {
  kit::out << (has_output ? "\n" : "") << path << ":\n";
  has_output = true;
}

void list_tree(std::string_view path) {
  kit::Walk walk{path, kit::Links::followed};
  for (kit::Step step; walk.next(step);) {
    if (step.event == kit::Event::failed) kit::complain(step.path, step.problem);
    if (step.event != kit::Event::directory) continue;
    if (step.depth != 0 && !is_wanted(step.name)) {
      walk.skip();
      continue;
    }
    show_heading(step.path);
    list(step.place, step.path);
  }
}

// Operands that are no directories stand in front, in a list of their own.
bool is_listed(const kit::Attributes& attributes) {
  return attributes.kind == kit::Kind::directory && !directories_themselves;
}

kit::Outcome<kit::Attributes> attributes_of(std::string_view path) {
  const bool follows = !is_long && !directories_themselves;
  return kit::stat({path}, follows ? kit::Links::followed : kit::Links::kept);
}

// The operands in order. Those that are not there are complained about and left out.
std::span<std::string_view> sorted_operands(kit::Words operands, ipc::Arena& arena) {
  const auto paths = arena.allocate<std::string_view>(std::max<u64>(operands.size(), 1));
  if (paths.empty()) kit::give_up("", kit::no_memory);
  u64 count = 0;
  for (const std::string_view path : operands) {
    auto attributes = attributes_of(path);
    // A link that leads nowhere can be told of itself.
    if (!attributes.ok()) attributes = kit::stat({path}, kit::Links::kept);
    if (attributes.ok())
      paths[count++] = path;
    else
      kit::complain(path, attributes.error());
  }
  if (operands.empty()) paths[count++] = ".";
  std::sort(paths.begin(), paths.begin() + static_cast<std::ptrdiff_t>(count));
  return paths.first(count);
}

void list_files(std::span<std::string_view> paths, ipc::Arena& arena) {
  const auto entries = arena.allocate<Entry>(paths.size());
  if (entries.size() != paths.size()) kit::give_up("", kit::no_memory);
  u64 count = 0;
  for (const std::string_view path : paths) {
    Entry entry{.name = path, .place = {path}};
    const auto attributes = attributes_of(path);
    if (attributes.ok() && is_listed(*attributes)) continue;
    if (look_at(entry, arena).ok()) entries[count++] = entry;
  }
  if (count == 0) return;
  show(entries.first(count));
  has_output = true;
}

}  // namespace

int main(int argc, char** argv) {
  const auto operands = kit::start(usage, argc, argv);
  shows_hidden = shows_hidden || shows_itself;
  ipc::Arena arena;
  const auto paths = sorted_operands(operands, arena);
  list_files(paths, arena);
  for (const std::string_view path : paths) {
    const auto attributes = attributes_of(path);
    if (!attributes.ok() || !is_listed(*attributes)) continue;
    if (is_recursive) {
      list_tree(path);
      continue;
    }
    if (operands.size() > 1) show_heading(path);
    list({path}, path);
  }
  return kit::finish();
}
