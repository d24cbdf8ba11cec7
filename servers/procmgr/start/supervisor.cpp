// SPDX-License-Identifier: MIT
#include <abi/log_ring.hpp>
#include <abi/proto/sentences.hpp>
#include <abi/slots.hpp>
#include <algorithm>
#include <libipc/invoke.hpp>
#include <libipc/machine.hpp>
#include <libipc/start/arguments.hpp>
#include <servers/procmgr/core.hpp>
#include <servers/procmgr/process/spawn.hpp>
#include <servers/procmgr/space/space.hpp>
#include <servers/procmgr/start/devices.hpp>
#include <servers/procmgr/start/log.hpp>
#include <servers/procmgr/start/manifest.hpp>
#include <servers/procmgr/start/packed_arguments.hpp>
#include <servers/procmgr/start/supervisor.hpp>

namespace procmgr {

namespace {

using abi::Error;
using ipc::invoke;

constexpr std::string_view manifest_name = "etc/manifest";
// Without a manifest one program runs, and the machine ends with it.
constexpr std::string_view default_manifest =
    "server init\n"
    "  image = bin/init\n"
    "  priority = 100\n"
    "  on_exit = poweroff\n"
    "  grant spawner = spawner priority 200\n"
    "  grant modules = modules\n";
// This server's arguments end with those of the machine's command line.
constexpr std::string_view first_program = "init";

constexpr u64 first_delay_milliseconds = 100;  // before a restart; doubled each time
constexpr u64 steady_seconds = 10;             // of service, after which failures are forgotten
constexpr u64 status_of_failure = 139;         // as for a first process that crashes
constexpr u64 timer_bit = u64{1} << 62;

struct Server {
  ManifestEntry entry;
  CapPtr endpoint;  // if it serves: the object
  Account* account = nullptr;
  Process* process = nullptr;
  u64 failures = 0;
  u64 restart_at = 0;           // ticks of the counter; 0: not waited for
  u64 ready_at = 0;             // ticks; 0: it has not said so
  MemoryObject* dma = nullptr;  // never freed: a device may know it longer than the server lives
};

constinit Server servers[max_manifest_entries];
constinit u64 server_count = 0;
constinit ipc::Cap<ipc::Timer> restart_timer;

std::span<Server> all_servers() { return {servers, server_count}; }

Server* server_named(std::string_view name) {
  for (Server& server : all_servers())
    if (server.entry.name == name) return &server;
  return nullptr;
}

[[noreturn]] void power_off(u64 status) {
  take_log_back();
  for (;;)
    static_cast<void>(invoke(ipc::Cap<ipc::Platform>{abi::root_slot::platform},
                             abi::platform::PowerOff{.status = status & 255}));
}

// ---- Grants -----------------------------------------------------------------------------------

abi::Status give_handle(Bundle& bundle, u64 slot, HandleKind kind, void* object, Rights rights) {
  const Handle* handle = TRY(core.handles.make(kind, object, rights, *core.everything));
  return put_in_bundle(bundle, slot, handle->anchor, abi::all_rights);
}

abi::Status give_device(Bundle& bundle, const Grant& grant) {
  namespace right = abi::procmgr::memory_right;
  const DeviceGrant* device = TRY(find_device(grant.name, grant.number));
  TRY(give_handle(bundle, grant.slot, HandleKind::memory, device->registers,
                  right::read | right::write));
  if (device->interrupt == CapPtr{}) return {};
  return put_in_bundle(bundle, grant.slot + 1, device->interrupt, abi::all_rights);
}

abi::Status give_endpoint(Bundle& bundle, const Grant& grant) {
  const Server* server = server_named(grant.name);
  if (server == nullptr || server->endpoint == CapPtr{}) return Error::not_found;
  return invoke(bundle.leaf,
                abi::cnode::Mint{.index = grant.slot,
                                 .source = abi::SlotName::own(server->endpoint),
                                 .rights = abi::endpoint_right::send | abi::endpoint_right::grant,
                                 .data = grant.number})
      .error();
}

abi::Status give_spawner(Bundle& bundle, const Grant& grant, Account& account) {
  Spawner* spawner = TRY(make_spawner(account, grant.number));
  const abi::Status given =
      give_handle(bundle, grant.slot, HandleKind::spawner, spawner, abi::all_rights);
  if (!given.ok()) release_if_unnamed(*spawner);
  return given;
}

abi::Status give_archive(Bundle& bundle, const Grant& grant) {
  namespace right = abi::procmgr::memory_right;
  return give_handle(bundle, grant.slot, HandleKind::memory, TRY(archive_object()),
                     right::read | right::execute);
}

abi::Status give_dma(Bundle& bundle, const Grant& grant, Server& server) {
  namespace right = abi::procmgr::memory_right;
  if (server.dma == nullptr) server.dma = TRY(make_contiguous(*core.everything, grant.number));
  return give_handle(bundle, grant.slot, HandleKind::memory, server.dma,
                     right::read | right::write | right::physical);
}

abi::Status give_log(Bundle& bundle, const Grant& grant) {
  namespace right = abi::procmgr::memory_right;
  return give_handle(bundle, grant.slot, HandleKind::memory, TRY(log_memory()),
                     right::read | right::write);
}

abi::Status give(Bundle& bundle, const Grant& grant, Server& server) {
  const auto copy = [&](CapPtr source) {
    return put_in_bundle(bundle, grant.slot, source, abi::all_rights);
  };
  switch (grant.kind) {
    case GrantKind::device: return give_device(bundle, grant);
    case GrantKind::endpoint: return give_endpoint(bundle, grant);
    case GrantKind::modules:
      return give_handle(bundle, grant.slot, HandleKind::modules, &core.modules, abi::all_rights);
    case GrantKind::archive: return give_archive(bundle, grant);
    case GrantKind::spawner: return give_spawner(bundle, grant, *server.account);
    case GrantKind::crashes:
      core.crashes.are_kept = true;
      return give_handle(bundle, grant.slot, HandleKind::crashes, &core.crashes, abi::all_rights);
    case GrantKind::inspect:
      return give_handle(bundle, grant.slot, HandleKind::system, &core.system, abi::all_rights);
    case GrantKind::platform: return copy(abi::root_slot::platform);
    case GrantKind::inspector: return copy(abi::root_slot::inspector);
    case GrantKind::irq_control: return copy(abi::root_slot::irq_control);
    case GrantKind::dma: return give_dma(bundle, grant, server);
    case GrantKind::log: return give_log(bundle, grant);
  }
  return Error::not_supported;
}

abi::Result<Bundle*> make_grants(Server& server) {
  Bundle* bundle = TRY(make_bundle(*server.account, nullptr));
  abi::Status given;
  if (server.endpoint != CapPtr{})
    given = put_in_bundle(*bundle, index_in_leaf(abi::bundle_slot::serve), server.endpoint,
                          abi::endpoint_right::receive | abi::endpoint_right::mint |
                              abi::endpoint_right::send | abi::endpoint_right::grant);
  for (const Grant& grant : server.entry.grants) {
    if (!given.ok()) break;
    given = give(*bundle, grant, server);
    if (!given.ok())
      log([&](auto& line) {
        line << "etc/manifest: line " << grant.line << ": " << abi::sentence(given.error());
      });
  }
  if (given.ok()) return bundle;
  end_bundle(*bundle);
  return given.error();
}

// ---- Start ------------------------------------------------------------------------------------

abi::Status add_words(PackedArguments& arguments, ManifestWords words, bool are_environment) {
  for (;;) {
    const ManifestWords::Word word = words.next();
    if (!word.is_there) return {};
    const bool added =
        are_environment ? arguments.add_environment(word.text) : arguments.add_argument(word.text);
    if (!added) return Error::too_big;
  }
}

std::string_view machine_arguments() {
  const abi::BootInfo& info = *core.boot;
  const std::string_view line{info.command_line, info.command_line_size};
  return line.substr(std::min<u64>(info.arguments_offset, line.size()));
}

abi::Status pack(const ManifestEntry& entry, PackedArguments& arguments) {
  if (!arguments.add_argument(entry.name)) return Error::too_big;
  TRY(add_words(arguments, entry.arguments, false));
  std::string_view line = entry.name == first_program ? machine_arguments() : std::string_view{};
  for (auto word = ipc::start::next_word(line); !word.empty(); word = ipc::start::next_word(line))
    if (!arguments.add_argument(word)) return Error::too_big;
  return add_words(arguments, entry.environment, true);
}

void say_why(const Server& server, const SpawnError& error) {
  log([&](auto& line) {
    line << server.entry.name << ": not started: "
         << (error.refusal.fault == SpawnFault::none ? abi::sentence(error.error)
                                                     : abi::procmgr::sentence(error.refusal.fault));
  });
}

base::Result<Process*, SpawnError> start_process(const SpawnOrder& order) {
  const Spawning spawning = TRY(prepare(order));
  const auto launched = launch(spawning, order);
  if (launched.ok()) return spawning.process;
  abandon(*spawning.process);
  return launched.error();
}

base::Result<Process*, SpawnError> spawn_server(Server& server) {
  const auto failed = [](Error error) { return SpawnError{error, {}}; };
  static constinit PackedArguments arguments;
  arguments = {};
  const abi::Status packed = pack(server.entry, arguments);
  if (!packed.ok()) return failed(packed.error());
  const auto image = open_module(server.entry.image);
  if (!image.ok()) return failed(image.error());
  const auto bundle = make_grants(server);
  auto process = base::Result<Process*, SpawnError>{failed(bundle.error())};
  if (bundle.ok()) {
    process = start_process({.argc = arguments.argc(),
                             .envc = arguments.envc(),
                             .string_bytes = arguments.string_bytes(),
                             .priority = std::min(server.entry.priority, highest_priority_of_all),
                             .image = *image,
                             .image_rights = abi::procmgr::memory_right::execute,
                             .bundle = *bundle,
                             .account = server.account,
                             .inline_words = arguments.words()});
    if (!process.ok()) end_bundle(**bundle);
  }
  release(**image);
  return process;
}

abi::Status start(Server& server) {
  const auto process = spawn_server(server);
  if (!process.ok()) {
    say_why(server, process.error());
    return process.error().error;
  }
  server.process = *process;
  server.ready_at = 0;
  (*process)->server = static_cast<u64>(&server - servers) + 1;
  return {};
}

abi::Status prepare(Server& server) {
  const Limits& limits = server.entry.limits;
  const bool is_limited = (limits.pages | limits.objects | limits.handles | limits.processes) != 0;
  server.account = is_limited ? TRY(make_account(core.everything, limits)) : core.everything;
  if (server.entry.serves) server.endpoint = TRY(core.objects.make(abi::ObjectType::endpoint, 0));
  return {};
}

// ---- Restart ----------------------------------------------------------------------------------

void arm_timer() {
  u64 earliest = 0;
  for (const Server& server : all_servers())
    if (server.restart_at != 0 && (earliest == 0 || server.restart_at < earliest))
      earliest = server.restart_at;
  static_cast<void>(invoke(restart_timer, abi::timer::Set{.deadline = earliest}));
}

// Whoever still calls it hears that it is gone.
void give_up(Server& server) {
  log([&](auto& line) { line << server.entry.name << ": given up"; });
  if (server.endpoint != CapPtr{}) core.slots.destroy(server.endpoint);
  server.endpoint = {};
}

void restart_later(Server& server) {
  const u64 delay = first_delay_milliseconds << std::min<u64>(server.failures, 10);
  ++server.failures;
  server.restart_at = ipc::machine::counter() + delay * ipc::machine::counter_frequency() / 1'000;
  log([&](auto& line) { line << server.entry.name << ": starts again in " << delay << " ms"; });
  arm_timer();
}

bool was_steady(const Server& server) {
  const u64 needed = steady_seconds * ipc::machine::counter_frequency();
  return server.ready_at != 0 && ipc::machine::counter() - server.ready_at >= needed;
}

// Only failures in a row make the delay grow and procmgr give up.
void has_failed(Server& server) {
  if (was_steady(server)) server.failures = 0;
  if (server.failures < server.entry.restarts) {
    restart_later(server);
  } else if (server.entry.on_exit == OnExit::poweroff) {
    power_off(status_of_failure);
  } else {
    give_up(server);
  }
}

void start_those_due() {
  const u64 now = ipc::machine::counter();
  for (Server& server : all_servers()) {
    if (server.restart_at == 0 || server.restart_at > now) continue;
    server.restart_at = 0;
    if (!start(server).ok()) has_failed(server);
  }
  arm_timer();
}

void say_end(const Server& server, const ExitRecord& record) {
  log([&](auto& line) {
    line << server.entry.name << ": " << abi::procmgr::sentence(record.kind);
    if (record.kind == EndKind::exited) line << ": status " << record.status;
    if (record.kind == EndKind::faulted)
      line << ": " << abi::name_of(static_cast<abi::FaultKind>(record.status)) << " at pc "
           << base::Hex{record.pc} << ", address " << base::Hex{record.address};
  });
}

abi::Result<CapPtr> mint_signal(CapPtr notification, u64 bits) {
  const CapPtr signal = TRY(core.slots.allocate());
  const auto minted = invoke(core.slots.leaf_of(signal),
                             abi::cnode::Mint{.index = index_in_leaf(signal),
                                              .source = abi::SlotName::own(notification),
                                              .rights = abi::notification_right::signal,
                                              .data = bits});
  if (minted.ok()) return signal;
  core.slots.release(signal);
  return minted.error();
}

abi::Status make_timer() {
  restart_timer = ipc::Cap<ipc::Timer>{TRY(core.objects.make(abi::ObjectType::timer, 0))};
  const CapPtr signal = TRY(mint_signal(core.notification.at(), timer_bit));
  TRY(invoke(restart_timer, abi::timer::Configure{.notification = signal}));
  return {};
}

std::string_view manifest_text() {
  const auto file = find_module(manifest_name);
  if (!file.ok()) return default_manifest;
  return {reinterpret_cast<const char*>(file->data()), file->size()};
}

}  // namespace

abi::Status start_manifest() {
  const std::string_view text = manifest_text();
  const auto checked = check_manifest(text);
  if (!checked.ok()) {
    log([&](auto& line) {
      line << manifest_name << ": line " << checked.error().line << ": "
           << checked.error().sentence;
    });
    return Error::bad_argument;
  }
  TRY(make_timer());
  ManifestReader reader{text};
  for (; server_count < *checked; ++server_count)
    if (!reader.next(servers[server_count].entry).ok()) return Error::bad_argument;
  for (Server& server : all_servers()) TRY(prepare(server));
  for (Server& server : all_servers())
    if (!start(server).ok()) has_failed(server);
  return {};
}

void process_is_ready(Process& process) {
  if (process.server == 0) return;
  Server& server = servers[process.server - 1];
  server.ready_at = ipc::machine::counter();
  if (server.entry.has(GrantKind::log)) lend_log();
}

// Whoever prints the log is told by this when there is more of it.
void process_has_notification(Process& process, CapPtr notification) {
  if (process.server == 0 || !servers[process.server - 1].entry.has(GrantKind::log)) return;
  const auto signal = mint_signal(notification, abi::log_bit);
  if (signal.ok()) set_log_reader(*signal);
}

void process_has_ended(Process& process) {
  if (process.server == 0) return;
  Server& server = servers[process.server - 1];
  const ExitRecord& record = process.record;
  server.process = nullptr;
  if (server.entry.has(GrantKind::log)) take_log_back();
  const bool is_over = server.entry.on_exit == OnExit::poweroff;
  if (is_over && record.kind == EndKind::exited) power_off(record.status);
  say_end(server, record);
  has_failed(server);
}

void take_signals(u64 bits) {
  if ((bits & timer_bit) != 0) start_those_due();
  core.handles.collect(bits & ~timer_bit);
}

}  // namespace procmgr
