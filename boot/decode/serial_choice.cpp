// SPDX-License-Identifier: MIT
#include <base/text.hpp>
#include <boot/decode/serial_choice.hpp>
#include <libfdt.h>

namespace boot {

namespace {

// Writes "/soc/pl011@9000000" and returns its length, or 0 if there is no room for it.
std::size_t write_path(const Node& node, std::span<char> out) {
  std::string_view names[16];
  std::size_t depth = 0;
  for (const Node* at = &node; at->parent != nullptr && depth < std::size(names); at = at->parent)
    names[depth++] = at->name;
  base::TextWriter writer(out);
  while (depth != 0) writer << '/' << names[--depth];
  return writer.truncated() ? 0 : writer.view().size();
}

}  // namespace

void SerialChoice::consider(const Node& node, Range registers) {
  Candidate candidate{.registers = registers, .interrupt = InterruptClaim::of(node)};
  candidate.path_length = write_path(node, candidate.path);
  // A machine with more ports than there is room for has its messages on one of the first.
  (void)candidates_.push(candidate);
}

// `stdout-path` is a path or the name of an alias, and may go on with ":115200n8". libfdt's own
// look-up of paths trusts an alias to end in a zero and not to name itself, so it is not used.
std::string_view SerialChoice::wanted_path(const u8* tree) const {
  const std::string_view name = stdout_path_.substr(0, stdout_path_.find(':'));
  if (name.starts_with('/') || name.empty() || aliases_offset_ < 0) return name;
  int length = 0;
  const void* value = fdt_getprop_namelen(tree, aliases_offset_, name.data(),
                                          static_cast<int>(name.size()), &length);
  if (value == nullptr || length < 0) return {};
  return Property{{static_cast<const u8*>(value), static_cast<std::size_t>(length)}}.text();
}

SerialBoard SerialChoice::choose(const u8* tree, u32 controller) const {
  if (candidates_.count == 0) return {};
  const std::string_view wanted = wanted_path(tree);
  const Candidate* chosen = candidates_.begin();
  for (const Candidate& candidate : candidates_)
    if (!wanted.empty() && std::string_view{candidate.path, candidate.path_length} == wanted)
      chosen = &candidate;
  return {.registers = chosen->registers,
          .interrupt = resolve(chosen->interrupt, controller).number,
          .found = true};
}

}  // namespace boot
