// SPDX-License-Identifier: MIT
// What a child can be. Roles end with a status that says what they saw.
#include <libipc/process/self.hpp>
#include <tests/procmgr/kit.hpp>
#include <tests/procmgr/roles.hpp>

namespace procmgr_test {
namespace {

struct Role {
  std::string_view name;
  int (*play)(std::span<char*> words);
};

u64 word(std::span<char*> words, u64 i) { return words.size() > i ? number(words[i]) : 0; }

int end_with_status(std::span<char*> words) { return static_cast<int>(word(words, 0)); }

int spin(std::span<char*>) {
  for (;;) asm volatile("");
}

// The compiler must not know where this is.
u64 anywhere(std::span<char*> words) {
  u64 address = word(words, 0);
  asm volatile("" : "+r"(address));
  return address;
}

int read_word(std::span<char*> words) { return *reinterpret_cast<volatile int*>(anywhere(words)); }

int write_word(std::span<char*> words) {
  *reinterpret_cast<volatile int*>(anywhere(words)) = 1;
  return 0;
}

int jump(std::span<char*> words) {
  reinterpret_cast<void (*)()>(anywhere(words))();
  return 0;
}

int undefined(std::span<char*>) {
  asm volatile("udf #7");
  return 0;
}

// Between two instructions.
int misaligned(std::span<char*>) {
  u64 address = reinterpret_cast<u64>(&end_with_status) + 2;
  asm volatile("" : "+r"(address));
  reinterpret_cast<void (*)()>(address)();
  return 0;
}

// A child of a child of a child: the status is how many there were below.
int go_deep(std::span<char*> words) {
  const u64 left = word(words, 0);
  if (left == 0) return 0;
  const auto image = ipc::MemoryObject::open_module("bin/init");
  auto family = make_family();
  if (!image.ok() || !family.ok()) return 100;
  base::Text<8> next;
  next << left - 1;
  const std::string_view all[] = {"child", "deep", next.view()};
  const auto record = ipc::run(*image, all, {.bundle = &*family});
  if (!record.ok() || record->kind != EndKind::exited) return 101;
  return static_cast<int>(record->status) + 1;
}

// One object of each kind, and leaves until there are no more.
int make_objects(std::span<char*>) {
  if (!ipc::make<Endpoint>().ok() || !ipc::make<ipc::Notification>().ok()) return 1;
  if (!ipc::make<ipc::Reply>().ok() || !ipc::make<ipc::Timer>().ok()) return 2;
  for (u64 leaf = 4; leaf < 8; ++leaf)
    if (!ipc::call(ipc::self, proto::AddLeaf{.index = leaf}, {}, {abi::cap_at(leaf, 0)}).ok())
      return 3;
  return 0;
}

// The status is how the process in the first granted slot ended.
int wait_for_grant(std::span<char*>) {
  const auto answer =
      ipc::call(Cap<Endpoint>{abi::bundle_slot::first_grant}, proto::Wait{.poll = 0});
  return answer.ok() ? static_cast<int>(answer->record.kind) : 100;
}

int wait_for_any(std::span<char*>) {
  const auto answer =
      ipc::call(Cap<Endpoint>{abi::bundle_slot::first_grant}, proto::WaitAny{.poll = 0});
  return answer.ok() ? static_cast<int>(answer->record.kind) : 100;
}

int touch_pages(std::span<char*> words) {
  const u64 pages = word(words, 0);
  const auto region = ipc::map_new(pages * base::page_size);
  if (!region.ok()) return 1;
  for (u64 i = 0; i < pages; ++i) (*region)[i * base::page_size] = std::byte{1};
  return 0;
}

// Writes offsets that are wrong, and right again, into the object in the first granted slot.
int scribble(std::span<char*>) {
  const auto region = ipc::map(Cap<Endpoint>{abi::bundle_slot::first_grant}, 4 * base::page_size);
  if (!region.ok()) return 1;
  auto* words = reinterpret_cast<volatile u64*>(region->data());
  for (;;) {
    words[2] = ~u64{0};
    ipc::yield();
    words[2] = 6;
    ipc::yield();
  }
}

// Makes the object in the first granted slot shorter and longer, and takes it in and out, until it
// is another's.
int resize_grant(std::span<char*>) {
  constexpr Cap<Endpoint> object{abi::bundle_slot::first_grant};
  for (;;) {
    static_cast<void>(ipc::call(object, proto::ResizeMemory{.bytes = 0}));
    ipc::yield();
    static_cast<void>(ipc::call(object, proto::ResizeMemory{.bytes = 4 * base::page_size}));
    const auto region = ipc::map(object, 4 * base::page_size);
    if (!region.ok()) return 0;
    ipc::yield();
    static_cast<void>(ipc::unmap(*region));
  }
}

// Asks without end, so that procmgr is always between two of its requests.
int be_busy(std::span<char*>) {
  for (;;) {
    static_cast<void>(ipc::call(ipc::self, proto::Identify{}));
    ipc::yield();
  }
}

// The heap behind the image, as large as wanted, each page of it used.
int grow_heap(std::span<char*> words) {
  const u64 bytes = word(words, 0);
  const u64 start = *base::align_up(ipc::process_page().image_end, base::page_size);
  const auto heap = ipc::map_new(bytes, {.address = start});
  if (!heap.ok()) return 1;
  for (u64 at = 0; at < bytes; at += base::page_size) (*heap)[at] = std::byte{1};
  return 0;
}

// How many capabilities this process has in its first 16 leaves.
int count_names(std::span<char*>) {
  u64 count = 0;
  for (u64 at = 1; at < 16 * abi::leaf_slots; ++at) {
    const auto answer = ipc::sys::call(abi::CapPtr{at}, {}, abi::MessageInfo::make(0xdead, 0));
    if (!answer.is_error() || answer.error() != Error::invalid_capability) ++count;
  }
  return static_cast<int>(count);
}

constexpr Role roles[] = {
    {"exit", end_with_status},
    {"spin", spin},
    {"read", read_word},
    {"write", write_word},
    {"jump", jump},
    {"undefined", undefined},
    {"misaligned", misaligned},
    {"deep", go_deep},
    {"canary", scan_for_canaries},
    {"objects", make_objects},
    {"wait", wait_for_grant},
    {"wait_any", wait_for_any},
    {"touch", touch_pages},
    {"hog", be_hog},
    {"bomb", be_bomb},
    {"escape", be_escaper},
    {"parent", be_parent},
    {"fuzz", be_fuzzer},
    {"scribble", scribble},
    {"names", count_names},
    {"large", read_large},
    {"spawner", be_spawner},
    {"resize", resize_grant},
    {"busy", be_busy},
    {"grow", grow_heap},
    {"device", stand_on_device},
    {"astray", go_astray},
    {"rename", rename_and_crash},
    {"wait_crash", wait_for_crash},
    {"handler", be_handler},
    {"watch", be_watcher},
    {"inspect", be_inspector},
};

}  // namespace

int play(int argc, char** argv, char** environment) {
  const std::span words{argv, static_cast<std::size_t>(argc)};
  if (words.size() < 2) return -1;
  const std::string_view name = words[1];
  if (name == "start") return look_at_start(argc, argv, environment);
  for (const Role& role : roles)
    if (role.name == name) return role.play(words.subspan(2));
  return -1;
}

}  // namespace procmgr_test
