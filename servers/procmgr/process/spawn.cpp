// SPDX-License-Identifier: MIT
#include <abi/object/thread.hpp>
#include <libipc/invoke.hpp>
#include <servers/procmgr/core.hpp>
#include <servers/procmgr/process/held.hpp>
#include <servers/procmgr/process/program.hpp>
#include <servers/procmgr/process/spawn.hpp>

namespace procmgr {

namespace {

using abi::Error;
using ipc::invoke;
namespace layout = abi::process_layout;

abi::Status set_priority(Shell& shell, u64 priority) {
  TRY(core.injector.allocate());
  if (shell.priority == priority) return {};
  TRY(invoke(shell.thread, abi::thread::SetPriority{{priority}}));
  shell.priority = priority;
  return {};
}

void join_family(Process& process, const SpawnOrder& order) {
  process.dies_with_parent = (order.flags & abi::procmgr::spawn_flag::die_with_parent) != 0;
  if (order.parent == nullptr) return;
  process.parent = order.parent;
  process.next_sibling = order.parent->children;
  if (process.next_sibling != nullptr) process.next_sibling->previous_sibling = &process;
  order.parent->children = &process;
}

base::Result<Process*, SpawnError> make(const SpawnOrder& order, Account& account,
                                        const Image& image, const Arguments& arguments) {
  const auto process = make_process(account);
  if (!process.ok()) {
    const bool is_quota = process.error() == Error::over_quota;
    return At{is_quota ? SpawnStep::charge : SpawnStep::shell}(process.error());
  }
  auto made = set_up_memory(**process, order, image, arguments);
  if (made.ok()) {
    const abi::Status set = set_priority(*(*process)->shell, order.priority);
    if (!set.ok()) made = At{SpawnStep::dispatch}(set.error());
  }
  if (made.ok()) return *process;
  abandon(**process);
  return made.error();
}

// The job is kept by its first process.
base::Result<Process*, SpawnError> make_in_job(const SpawnOrder& order, const Image& image,
                                               const Arguments& arguments) {
  const auto job = make_account(order.account, order.limits);
  if (!job.ok()) return At{SpawnStep::charge}(job.error());
  const Held held{**job};
  return make(order, **job, image, arguments);
}

}  // namespace

base::Result<Spawning, SpawnError> prepare(const SpawnOrder& order) {
  const Image* image = TRY(image_of(*order.image, order.image_rights));
  const Arguments arguments = TRY(check_arguments_of(order));
  const bool has_job = (order.flags & abi::procmgr::spawn_flag::new_job) != 0;
  Process* process = TRY(has_job ? make_in_job(order, *image, arguments)
                                 : make(order, *order.account, *image, arguments));
  return Spawning{process, image};
}

base::Result<void, SpawnError> launch(const Spawning& spawning, const SpawnOrder& order) {
  Process& process = *spawning.process;
  if (order.bundle != nullptr) {
    abi::Status installed;
    if ((order.flags & abi::procmgr::spawn_flag::has_handler) != 0)
      installed = set_handler(*process.shell, order.bundle->leaf, abi::bundle_slot::handler);
    if (installed.ok()) installed = install_bundle(process, *order.bundle);
    if (!installed.ok()) return At{SpawnStep::bundle}(installed.error());
  }
  TRY(take_block(process, order, *spawning.image));
  join_family(process, order);
  const ipc::Cap<ipc::Thread> thread = process.shell->thread;
  const bool started = invoke(thread, abi::thread::Dispatch{.entry = spawning.image->entry,
                                                            .stack = layout::stack_top})
                           .ok();
  process.state = ProcessState::running;
  // There is no way back any more: what the kernel refuses now is a process that ends at once.
  if (!started) end_process(process, {.kind = EndKind::killed});
  if (started && (order.flags & abi::procmgr::spawn_flag::suspended) != 0) {
    // It has not run: procmgr is above all others.
    static_cast<void>(invoke(thread, abi::thread::Suspend{}));
    process.state = ProcessState::suspended;
  }
  return {};
}

base::Result<abi::procmgr::Plan, SpawnError> explain(const SpawnOrder& order) {
  const Image* image = TRY(image_of(*order.image, order.image_rights));
  TRY(check_arguments_of(order));
  abi::procmgr::Plan plan{
      .entry = image->entry,
      .segments = image->count,
      .shared_pages = 0,
      .private_pages = 0,
      .stack_pointer = layout::stack_top,
      .argument_bytes =
          abi::argument_block::strings_offset(order.argc, order.envc) + order.string_bytes};
  plan_memory(*image, plan);
  return plan;
}

}  // namespace procmgr
