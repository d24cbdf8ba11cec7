// SPDX-License-Identifier: MIT
#include <boot/decode/tree_walk.hpp>
#include <libfdt.h>

namespace boot {

namespace {

struct KeyName {
  std::string_view name;
  Key key;
};

constexpr KeyName key_names[] = {
    {"reg", Key::reg},
    {"compatible", Key::compatible},
    {"interrupts", Key::interrupts},
    {"status", Key::status},
    {"device_type", Key::device_type},
    {"phandle", Key::phandle},
    {"ranges", Key::ranges},
    {"#address-cells", Key::address_cells},
    {"#size-cells", Key::size_cells},
    {"interrupt-parent", Key::interrupt_parent},
    {"interrupts-extended", Key::interrupts_extended},
    {"method", Key::method},
    {"no-map", Key::no_map},
    {"#redistributor-regions", Key::redistributor_regions},
    {"bootargs", Key::bootargs},
    {"stdout-path", Key::stdout_path},
    {"linux,initrd-start", Key::initrd_start},
    {"linux,initrd-end", Key::initrd_end},
};
static_assert(std::size(key_names) == key_count);

const KeyName* find_key(std::string_view name) {
  for (const KeyName& candidate : key_names)
    if (candidate.name == name) return &candidate;
  return nullptr;
}

constexpr std::string_view enabled_names[] = {"okay", "ok"};

bool is_enabled(const Property& status) {
  return !status.present() || status.lists_any(enabled_names);
}

}  // namespace

Result<u32> check_tree_header(const u8* header) {
  // Version 16 is the first whose properties are not padded by rules of their own.
  if (fdt_check_header(header) != 0 || fdt_version(header) < 16) return Fault::tree_header_damaged;
  const u32 size = fdt_totalsize(header);
  if (size < tree_header_size) return Fault::tree_header_damaged;
  if (size > max_tree_size) return Fault::tree_too_large;
  return size;
}

Result<const Node*> TreeWalk::next() {
  for (;;) {
    int following = 0;
    const u32 tag = fdt_next_tag(tree_, offset_, &following);
    // libfdt says "end" for damage too; then the next offset is a negative error code.
    if (following < 0) return Fault::tree_structure_damaged;
    switch (tag) {
      case FDT_BEGIN_NODE:
        if (collecting_) return report();
        TRY(enter(following));
        break;
      case FDT_PROP: TRY(read_property()); break;
      case FDT_END_NODE:
        if (collecting_) return report();
        TRY(leave());
        break;
      case FDT_NOP: break;
      default:  // FDT_END; fdt_next_tag() knows no other
        if (depth_ != 0 || !root_seen_) return Fault::tree_structure_damaged;
        return nullptr;
    }
    offset_ = following;
  }
}

Result<void> TreeWalk::enter(int following) {
  if (depth_ == 0 && root_seen_) return Fault::tree_structure_damaged;
  if (depth_ == max_depth) return Fault::tree_too_deep;
  const int name_offset = offset_ + static_cast<int>(FDT_TAGSIZE);
  const auto* name = static_cast<const char*>(fdt_offset_ptr(tree_, name_offset, 1));
  if (name == nullptr) return Fault::tree_structure_damaged;
  // The name and its zero lie before `following`: fdt_next_tag() has looked for it.
  const std::string_view room{name, static_cast<std::size_t>(following - name_offset)};

  Node& node = nodes_[depth_];
  node = Node{};
  node.name = room.substr(0, room.find('\0'));
  node.parent = depth_ == 0 ? nullptr : &nodes_[depth_ - 1];
  node.offset = offset_;
  ++depth_;
  root_seen_ = true;
  collecting_ = true;
  return {};
}

Result<void> TreeWalk::leave() {
  if (depth_ == 0) return Fault::tree_structure_damaged;
  --depth_;
  return {};
}

Result<void> TreeWalk::read_property() {
  if (!collecting_) return Fault::tree_structure_damaged;  // it stands after a child, or in no node
  // fdt_property is a function, too.
  using Header = struct fdt_property;
  const auto* header = static_cast<const Header*>(fdt_offset_ptr(tree_, offset_, sizeof(Header)));
  if (header == nullptr) return Fault::tree_structure_damaged;
  int name_length = 0;
  const char* name =
      fdt_get_string(tree_, static_cast<int>(fdt32_ld(&header->nameoff)), &name_length);
  if (name == nullptr || name_length < 0) return Fault::tree_structure_damaged;
  const KeyName* known = find_key({name, static_cast<std::size_t>(name_length)});
  if (known == nullptr) return {};
  // fdt_next_tag() has checked that the value lies in the structure block.
  nodes_[depth_ - 1].properties[static_cast<std::size_t>(known->key)] =
      Property{{reinterpret_cast<const u8*>(header->data), fdt32_ld(&header->len)}};
  return {};
}

Result<const Node*> TreeWalk::report() {
  collecting_ = false;
  Node& node = nodes_[depth_ - 1];
  node.address_cells = node[Key::address_cells].cell(0).value_or(node.address_cells);
  node.size_cells = node[Key::size_cells].cell(0).value_or(node.size_cells);
  const u32 inherited = node.parent == nullptr ? 0 : node.parent->interrupt_parent;
  node.interrupt_parent = node[Key::interrupt_parent].cell(0).value_or(inherited);
  node.enabled = is_enabled(node[Key::status]) && (node.parent == nullptr || node.parent->enabled);
  return &node;
}

}  // namespace boot
