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

int misaligned(std::span<char*>) {
  asm volatile("mov x9, sp\n add sp, sp, #4\n ldr x10, [sp]\n mov sp, x9" ::: "x9", "x10");
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

constexpr Role roles[] = {
    {"exit", end_with_status},  {"spin", spin},    {"read", read_word},
    {"write", write_word},      {"jump", jump},    {"undefined", undefined},
    {"misaligned", misaligned}, {"deep", go_deep}, {"canary", scan_for_canaries},
    {"objects", make_objects},
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
