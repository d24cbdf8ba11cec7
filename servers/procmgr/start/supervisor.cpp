// SPDX-License-Identifier: MIT
#include <abi/slots.hpp>
#include <libipc/invoke.hpp>
#include <servers/procmgr/core.hpp>
#include <servers/procmgr/process/spawn.hpp>
#include <servers/procmgr/start/log.hpp>
#include <servers/procmgr/start/supervisor.hpp>

namespace procmgr {

namespace {

using abi::Error;
namespace proto = abi::procmgr;

// A word list as a message would carry it: offsets, then the strings.
class PackedArguments {
 public:
  // False: there is no room.
  bool add(std::string_view word) {
    if (count_ == max_words || bytes_ + word.size() + 1 > sizeof(text_)) return false;
    offsets_[count_++] = bytes_;
    for (const char c : word) text_[bytes_++] = c;
    text_[bytes_++] = '\0';
    return true;
  }
  std::span<const u64> words() {
    for (u64 i = 0; i < count_; ++i) packed_[i] = offsets_[i];
    const u64 text_words = (bytes_ + 7) / 8;
    for (u64 i = 0; i < text_words; ++i) __builtin_memcpy(&packed_[count_ + i], text_ + 8 * i, 8);
    return {packed_, static_cast<std::size_t>(count_ + text_words)};
  }
  [[nodiscard]] u64 count() const { return count_; }
  [[nodiscard]] u64 bytes() const { return bytes_; }

 private:
  static constexpr u64 max_words = 64;
  u64 offsets_[max_words] = {};
  char text_[512] = {};
  u64 packed_[max_words + 64] = {};
  u64 count_ = 0;
  u64 bytes_ = 0;
};

void add_words(PackedArguments& arguments, std::string_view line) {
  while (!line.empty()) {
    const auto start = line.find_first_not_of(" \t\n");
    if (start == line.npos) return;
    line.remove_prefix(start);
    const std::string_view word = line.substr(0, line.find_first_of(" \t\n"));
    if (!arguments.add(word)) return;
    line.remove_prefix(word.size());
  }
}

constinit Process* init = nullptr;

[[noreturn]] void power_off(u64 status) {
  for (;;)
    static_cast<void>(ipc::invoke(ipc::Cap<ipc::Platform>{abi::root_slot::platform},
                                  abi::platform::PowerOff{.status = status & 255}));
}

}  // namespace

abi::Status start_manifest() {
  static constinit PackedArguments arguments;
  arguments.add("bin/init");
  const abi::BootInfo& info = *core.boot;
  const std::string_view line{info.command_line, info.command_line_size};
  add_words(arguments,
            line.substr(info.arguments_offset < line.size() ? info.arguments_offset : line.size()));
  MemoryObject* image = TRY(open_module("bin/init"));
  Bundle* bundle = TRY(make_bundle(*core.everything, nullptr));
  Spawner* spawner = TRY(make_spawner(*core.everything, 200));
  const Handle* spawner_handle =
      TRY(core.handles.make(HandleKind::spawner, spawner, abi::all_rights, *core.everything));
  const Handle* modules_handle =
      TRY(core.handles.make(HandleKind::modules, &core.modules, abi::all_rights, *core.everything));
  TRY(put_in_bundle(*bundle, index_in_leaf(abi::bundle_slot::spawner), spawner_handle->anchor,
                    abi::all_rights));
  TRY(put_in_bundle(*bundle, index_in_leaf(abi::bundle_slot::modules), modules_handle->anchor,
                    abi::all_rights));
  const SpawnOrder order{.argc = arguments.count(),
                         .string_bytes = arguments.bytes(),
                         .priority = 100,
                         .image = image,
                         .bundle = bundle,
                         .account = core.everything,
                         .inline_words = arguments.words()};
  const auto process = spawn(order);
  if (!process.ok()) {
    log([&](auto& text) {
      text << "bin/init: step " << static_cast<u64>(process.error().refusal.step) << ", fault "
           << static_cast<u64>(process.error().refusal.fault) << ": "
           << abi::sentence(process.error().error);
    });
    return process.error().error;
  }
  init = *process;
  return {};
}

void process_is_ready(Process&) {}

void process_has_ended(Process& process) {
  if (&process != init) return;
  const ExitRecord& record = process.record;
  if (record.kind != EndKind::exited)
    log([&](auto& text) {
      text << "bin/init ended: kind " << static_cast<u32>(record.kind) << ", status "
           << record.status << ", address " << base::Hex{record.address} << ", pc "
           << base::Hex{record.pc};
    });
  power_off(record.kind == EndKind::exited ? record.status : 139);
}

void take_signals(u64 bits) { core.handles.collect(bits); }

}  // namespace procmgr
