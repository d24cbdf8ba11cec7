// SPDX-License-Identifier: MIT
#include <base/cpio.hpp>
#include <cstring>
#include <servers/procmgr/core.hpp>
#include <servers/procmgr/process/held.hpp>
#include <servers/procmgr/serve/requests.hpp>
#include <servers/procmgr/start/modules.hpp>

namespace procmgr {

namespace {

using abi::Error;
namespace proto = abi::procmgr;

// Larger files have to begin at a page, as those of our own archives do.
constexpr u64 max_copied_bytes = 1 * base::mib;

abi::Status copy_page(MemoryObject& object, u64 index, std::span<const u8> bytes) {
  bool is_new = false;
  const PageEntry entry = TRY(touch(object, index, is_new));
  auto* page = static_cast<u8*>(Pages::pointer(entry.page()));
  std::memcpy(page, bytes.data(), bytes.size());
  return {};
}

abi::Status fill(MemoryObject& object, std::span<const u8> file) {
  const bool is_aligned = base::is_aligned(reinterpret_cast<u64>(file.data()), base::page_size);
  if (!is_aligned && file.size() > max_copied_bytes) return Error::too_big;
  for (u64 i = 0; i < object.pages; ++i) {
    const std::span<const u8> rest = file.subspan(i * base::page_size);
    // What lies behind the file in its last page is another file's.
    if (is_aligned && rest.size() >= base::page_size) {
      TRY(insert_page(object, i, PageEntry::of(Pages::page_of(rest.data()), PageEntry::foreign)));
    } else {
      TRY(copy_page(object, i,
                    rest.first(rest.size() < base::page_size ? rest.size() : base::page_size)));
    }
  }
  return {};
}

Modules::Known* known_at(const u8* data) {
  for (Modules::Known& known : core.modules.known)
    if (known.data == data || known.object == nullptr) return &known;
  return nullptr;
}

}  // namespace

abi::Result<std::span<const u8>> find_module(std::string_view name) {
  while (name.starts_with('/')) name.remove_prefix(1);
  base::ArchiveReader reader{core.modules.archive};
  base::ArchiveEntry entry;
  for (;;) {
    const auto more = reader.next(entry);
    if (!more.ok() || !*more) return Error::not_found;
    if (entry.regular_file && entry.name == name) return entry.data;
  }
}

abi::Result<MemoryObject*> open_module(std::string_view name) {
  const std::span<const u8> file = TRY(find_module(name));
  Modules::Known* known = known_at(file.data());
  if (known == nullptr) return Error::no_space;
  if (known->object != nullptr) {
    retain(*known->object);
    return known->object;
  }
  const Held object{
      *TRY(make_memory(*core.everything, (file.size() + base::page_size - 1) / base::page_size))};
  object->file_bytes = file.size();
  object->is_sealed = true;
  object->is_module = true;
  TRY(fill(*object, file));
  *known = {file.data(), &*object};
  retain(*object);  // for whoever knows it,
  retain(*object);  // and for the caller
  return &*object;
}

abi::Result<MemoryObject*> archive_object() {
  if (core.modules.whole != nullptr) return core.modules.whole;
  const std::span<const u8> archive = core.modules.archive;
  if (!base::is_aligned(reinterpret_cast<u64>(archive.data()), base::page_size))
    return Error::not_supported;
  const Held object{*TRY(
      make_memory(*core.everything, (archive.size() + base::page_size - 1) / base::page_size))};
  object->file_bytes = archive.size();
  object->is_sealed = true;
  object->is_module = true;
  for (u64 i = 0; i < object->pages; ++i)
    TRY(insert_page(*object, i,
                    PageEntry::of(Pages::page_of(archive.data()) + i, PageEntry::foreign)));
  retain(*object);
  core.modules.whole = &*object;
  return core.modules.whole;
}

abi::Result<proto::OpenModule::Reply> handle(const proto::OpenModule& request, Call& call) {
  if (request.name_bytes > proto::max_module_name) return Error::too_big;
  const std::string_view name{reinterpret_cast<const char*>(request.text),
                              static_cast<std::size_t>(request.name_bytes)};
  const Held object{*TRY(open_module(name))};
  TRY(answer_with_handle(call, HandleKind::memory, &*object,
                         proto::memory_right::read | proto::memory_right::execute,
                         *core.everything));
  return proto::OpenModule::Reply{.bytes = object->file_bytes};
}

Answer serve_modules(Call& call) { return dispatch<proto::AnyHandle, proto::Modules>(call); }

}  // namespace procmgr
