// SPDX-License-Identifier: MIT
#include <algorithm>
#include <optional>
#include <servers/procmgr/start/manifest.hpp>

namespace procmgr {

namespace {

// What is wrong with a line. Which line that is, the reader adds.
struct Complaint {
  std::string_view sentence;

  friend constexpr bool operator==(const Complaint&, const Complaint&) = default;
};

template <class T>
using Read = base::Result<T, Complaint>;

constexpr u64 highest_priority = 255;
constexpr u64 highest_badge = 255;  // badges above are procmgr's own
constexpr u64 most_restarts = 1000;
constexpr u64 most_dma_pages = 4096;
constexpr u64 most_of_anything = u64{1} << 40;

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_of_name(char c) {
  return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-' || c == '_' || c == '.';
}
bool is_control(char c) { return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == 0x7f; }

Read<std::string_view> read_word(ManifestWords& words) {
  const ManifestWords::Word word = words.next();
  if (!word.complaint.empty()) return Complaint{word.complaint};
  if (!word.is_there) return Complaint{"something is missing at the end of the line"};
  return word.text;
}

Read<void> expect_word(ManifestWords& words, std::string_view expected, Complaint otherwise) {
  if (TRY(read_word(words)) != expected) return otherwise;
  return {};
}

Read<void> expect_end(ManifestWords words) {
  if (words.next().is_there) return Complaint{"there is more in the line than belongs there"};
  return {};
}

Read<u64> to_number(std::string_view text, u64 highest) {
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit))
    return Complaint{"a decimal number is expected"};
  u64 value = 0;
  for (const char c : text) {
    value = value * 10 + static_cast<u64>(c - '0');
    // Here and not at the end: no bound is so high that ten times as much would wrap.
    if (value > highest) return Complaint{"the number is too large"};
  }
  return value;
}

Read<u64> read_number(ManifestWords& words, u64 highest) {
  const std::string_view text = TRY(read_word(words));
  return to_number(text, highest);
}

Read<std::string_view> read_server_name(ManifestWords& words) {
  const std::string_view name = TRY(read_word(words));
  if (name.empty() || !std::all_of(name.begin(), name.end(), is_of_name))
    return Complaint{"a server's name has small letters, digits, '-', '_' and '.' only"};
  if (name.size() > max_server_name) return Complaint{"a server's name has at most 31 characters"};
  return name;
}

// ---- Keys with a value ------------------------------------------------------------------------

Read<void> set_image(ManifestEntry& entry, ManifestWords words) {
  entry.image = TRY(read_word(words));
  if (entry.image.empty() || entry.image.size() > abi::procmgr::max_module_name)
    return Complaint{"an image's name has 1 to 64 characters"};
  return expect_end(words);
}

Read<void> set_arguments(ManifestEntry& entry, ManifestWords words) {
  entry.arguments = words;
  for (;;) {
    const ManifestWords::Word word = words.next();
    if (!word.complaint.empty()) return Complaint{word.complaint};
    if (!word.is_there) return {};
  }
}

Read<void> set_environment(ManifestEntry& entry, ManifestWords words) {
  entry.environment = words;
  for (;;) {
    const ManifestWords::Word word = words.next();
    if (!word.complaint.empty()) return Complaint{word.complaint};
    if (!word.is_there) return {};
    const std::size_t equals = word.text.find('=');
    if (equals == 0 || equals == std::string_view::npos)
      return Complaint{"a word of the environment has the form NAME=VALUE"};
  }
}

Read<void> set_priority(ManifestEntry& entry, ManifestWords words) {
  entry.priority = TRY(read_number(words, highest_priority));
  return expect_end(words);
}

Read<void> set_restart(ManifestEntry& entry, ManifestWords words) {
  const std::string_view first = TRY(read_word(words));
  if (first != "never") {
    entry.restarts = TRY(to_number(first, most_restarts));
    TRY(expect_word(words, "times", {"after a number of restarts stands `times`"}));
  }
  return expect_end(words);
}

Read<void> set_on_exit(ManifestEntry& entry, ManifestWords words) {
  const std::string_view what = TRY(read_word(words));
  if (what != "ignore" && what != "poweroff") return Complaint{"on_exit is `ignore` or `poweroff`"};
  entry.on_exit = what == "poweroff" ? OnExit::poweroff : OnExit::ignore;
  return expect_end(words);
}

Read<void> set_serves(ManifestEntry& entry, ManifestWords words) {
  const std::string_view what = TRY(read_word(words));
  if (what != "yes" && what != "no") return Complaint{"serves is `yes` or `no`"};
  entry.serves = what == "yes";
  return expect_end(words);
}

template <u64 abi::procmgr::Limits::* limit>
Read<void> set_limit(ManifestEntry& entry, ManifestWords words) {
  entry.limits.*limit = TRY(read_number(words, most_of_anything));
  return expect_end(words);
}

struct Key {
  std::string_view name;
  Read<void> (*set)(ManifestEntry& entry, ManifestWords words);
};

constexpr Key keys[] = {
    {"image", set_image},
    {"arguments", set_arguments},
    {"environment", set_environment},
    {"priority", set_priority},
    {"restart", set_restart},
    {"on_exit", set_on_exit},
    {"serves", set_serves},
    {"pages", set_limit<&abi::procmgr::Limits::pages>},
    {"objects", set_limit<&abi::procmgr::Limits::objects>},
    {"handles", set_limit<&abi::procmgr::Limits::handles>},
    {"processes", set_limit<&abi::procmgr::Limits::processes>},
};

// ---- Grants -----------------------------------------------------------------------------------

struct NamedSlot {
  std::string_view name;
  abi::CapPtr slot;
};

constexpr NamedSlot named_slots[] = {
    {"files", abi::bundle_slot::files},         {"input", abi::bundle_slot::input},
    {"output", abi::bundle_slot::output},       {"error", abi::bundle_slot::error},
    {"handler", abi::bundle_slot::handler},     {"spawner", abi::bundle_slot::spawner},
    {"modules", abi::bundle_slot::modules},     {"inspect", abi::bundle_slot::inspect},
    {"inspector", abi::bundle_slot::inspector},
};

struct NamedGrant {
  std::string_view name;
  GrantKind kind;
};

constexpr NamedGrant named_grants[] = {
    {"device", GrantKind::device},
    {"endpoint", GrantKind::endpoint},
    {"modules", GrantKind::modules},
    {"archive", GrantKind::archive},
    {"spawner", GrantKind::spawner},
    {"crashes", GrantKind::crashes},
    {"platform", GrantKind::platform},
    {"inspector", GrantKind::inspector},
    {"irq_control", GrantKind::irq_control},
    {"dma", GrantKind::dma},
    {"log", GrantKind::log},
    {"inspect", GrantKind::inspect},
};

Read<u64> read_slot(ManifestWords& words) {
  const std::string_view text = TRY(read_word(words));
  for (const NamedSlot& named : named_slots)
    if (named.name == text) return named.slot.value() % abi::leaf_slots;
  const auto slot = to_number(text, abi::leaf_slots - 1);
  if (!slot.ok() || *slot == 0)
    return Complaint{"a slot is a name of the bundle or a number from 1 to 255"};
  return slot;
}

Read<GrantKind> read_kind(ManifestWords& words) {
  const std::string_view text = TRY(read_word(words));
  for (const NamedGrant& named : named_grants)
    if (named.name == text) return named.kind;
  return Complaint{"there is no grant of this name"};
}

Read<void> read_details(Grant& grant, ManifestWords& words) {
  switch (grant.kind) {
    case GrantKind::device:
      grant.name = TRY(read_word(words));
      if (grant.name.empty()) return Complaint{"a device has a name"};
      if (ManifestWords(words).next().is_there)
        grant.number = TRY(read_number(words, highest_badge));
      return {};
    case GrantKind::dma:
      grant.number = TRY(read_number(words, most_dma_pages));
      if (grant.number == 0) return Complaint{"memory has at least one page"};
      return {};
    case GrantKind::endpoint:
      grant.name = TRY(read_server_name(words));
      TRY(expect_word(words, "badge", {"after a grant's server stands `badge` and a number"}));
      grant.number = TRY(read_number(words, highest_badge));
      if (grant.number == 0) return Complaint{"badges begin at 1"};
      return {};
    case GrantKind::spawner:
      TRY(expect_word(words, "priority", {"after `spawner` stands `priority` and a number"}));
      grant.number = TRY(read_number(words, highest_priority));
      return {};
    case GrantKind::modules:
    case GrantKind::archive:
    case GrantKind::crashes:
    case GrantKind::platform:
    case GrantKind::inspector:
    case GrantKind::irq_control:
    case GrantKind::log:
    case GrantKind::inspect: return {};
  }
  return {};
}

// `grant SLOT = WHAT`, from SLOT on.
Read<void> add_grant(ManifestEntry& entry, ManifestWords words, u64 line) {
  Grant grant{.line = line};
  grant.slot = TRY(read_slot(words));
  TRY(expect_word(words, "=", {"after a grant's slot stands `=`"}));
  grant.kind = TRY(read_kind(words));
  TRY(read_details(grant, words));
  TRY(expect_end(words));
  if (grant.slot + grant.slots() > abi::leaf_slots)
    return Complaint{"a device needs two slots, and there is but one left"};
  if (grant.kind == GrantKind::dma && entry.has(GrantKind::dma))
    return Complaint{"a server has one run of memory for devices"};
  for (const Grant& other : entry.grants)
    if (grant.slot < other.slot + other.slots() && other.slot < grant.slot + grant.slots())
      return Complaint{"two grants are for the same slot"};
  if (!entry.grants.push(grant)) return Complaint{"a server has at most 16 grants"};
  return {};
}

// ---- Lines ------------------------------------------------------------------------------------

bool is_header(std::string_view line) { return ManifestWords(line).next().text == "server"; }

Read<void> begin_entry(ManifestEntry& entry, std::string_view line) {
  ManifestWords words(line);
  TRY(expect_word(words, "server", {"before the first key stands `server` and its name"}));
  entry.name = TRY(read_server_name(words));
  return expect_end(words);
}

// `seen`: a bit for each key that the entry has had.
Read<void> read_key(ManifestEntry& entry, std::string_view line, u64 line_number, u64& seen) {
  ManifestWords words(line);
  const std::string_view name = TRY(read_word(words));
  if (name == "grant") return add_grant(entry, words, line_number);
  for (u64 i = 0; i < std::size(keys); ++i) {
    if (keys[i].name != name) continue;
    if ((seen >> i & 1) != 0) return Complaint{"the server has this key already"};
    seen |= u64{1} << i;
    TRY(expect_word(words, "=", {"after a key stands `=`"}));
    return keys[i].set(entry, words);
  }
  return Complaint{"there is no key of this name"};
}

Parsed<void> at_line(u64 line, Read<void> result) {
  if (result.ok()) return {};
  return ManifestError{line, result.error().sentence};
}

struct KnownServer {
  std::string_view name;
  bool serves = false;
};
using KnownServers = abi::BoundedArray<KnownServer, max_manifest_entries>;

const KnownServer* find(const KnownServers& servers, std::string_view name) {
  const KnownServer* found = std::find_if(
      servers.begin(), servers.end(), [name](const auto& server) { return server.name == name; });
  return found == servers.end() ? nullptr : found;
}

Parsed<void> check_endpoints(const ManifestEntry& entry, const KnownServers& servers) {
  for (const Grant& grant : entry.grants) {
    if (grant.kind != GrantKind::endpoint) continue;
    const KnownServer* server = find(servers, grant.name);
    if (server == nullptr) return ManifestError{grant.line, "there is no server of this name"};
    if (!server->serves) return ManifestError{grant.line, "this server has no endpoint: serves"};
    // It would wait for itself forever.
    if (server->name == entry.name)
      return ManifestError{grant.line, "a server cannot send to itself"};
  }
  return {};
}

}  // namespace

bool ManifestEntry::has(GrantKind kind) const {
  return std::any_of(grants.begin(), grants.end(),
                     [kind](const Grant& grant) { return grant.kind == kind; });
}

ManifestWords::Word ManifestWords::next() {
  while (!text_.empty() && is_blank(text_.front())) text_.remove_prefix(1);
  if (text_.empty() || text_.front() == '#') return {};
  const bool quoted = text_.front() == '"';
  if (quoted) text_.remove_prefix(1);
  std::size_t end = 0;
  while (end < text_.size() && text_[end] != '"' && (quoted || !is_blank(text_[end]))) ++end;
  Word word{.text = text_.substr(0, end), .is_there = true};
  const bool at_quote = end < text_.size() && text_[end] == '"';
  if (quoted && !at_quote) word.complaint = "a quote does not end";
  text_.remove_prefix(quoted && at_quote ? end + 1 : end);
  if ((at_quote && !quoted) || (quoted && !text_.empty() && !is_blank(text_.front())))
    word.complaint = "a quote begins or ends within a word";
  return word;
}

// The next line that says something.
Parsed<bool> ManifestReader::next_line(std::string_view& line) {
  while (!rest_.empty()) {
    const std::size_t length = std::min(rest_.find('\n'), rest_.size());
    line = rest_.substr(0, length);
    rest_.remove_prefix(std::min(length + 1, rest_.size()));
    ++line_;
    if (std::any_of(line.begin(), line.end(), is_control))
      return ManifestError{line_, "a character is no text"};
    if (ManifestWords(line).next().is_there) return true;
  }
  return false;
}

Parsed<bool> ManifestReader::next(ManifestEntry& entry) {
  if (header_.empty() && !TRY(next_line(header_))) return false;
  entry = {.line = line_};
  TRY(at_line(line_, begin_entry(entry, header_)));
  header_ = {};
  u64 seen = 0;
  std::string_view line;
  while (TRY(next_line(line))) {
    if (is_header(line)) {
      header_ = line;
      break;
    }
    TRY(at_line(line_, read_key(entry, line, line_, seen)));
  }
  if (entry.image.empty()) return ManifestError{entry.line, "the server has no image"};
  return true;
}

Parsed<u64> check_manifest(std::string_view text) {
  if (text.size() > max_manifest_bytes)
    return ManifestError{1, "the manifest is longer than 8 KiB"};
  KnownServers servers;
  ManifestEntry entry;
  for (ManifestReader reader(text); TRY(reader.next(entry));) {
    if (find(servers, entry.name) != nullptr)
      return ManifestError{entry.line, "there is a server of this name already"};
    if (!servers.push({entry.name, entry.serves}))
      return ManifestError{entry.line, "there are more than 32 servers"};
  }
  // Once more: a grant may name a server that stands further down.
  for (ManifestReader reader(text); TRY(reader.next(entry));) TRY(check_endpoints(entry, servers));
  return servers.count;
}

}  // namespace procmgr
