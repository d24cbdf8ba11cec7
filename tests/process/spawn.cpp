// SPDX-License-Identifier: MIT
#include <tests/process/check.hpp>

namespace process_test {
namespace {

using abi::procmgr::EndKind;
namespace flag = abi::procmgr::spawn_flag;

abi::Status ends_are_told(Checks& checks) {
  const auto image = TRY(ipc::MemoryObject::open_module(checks.program()));
  const std::string_view exits[] = {checks.program(), "exit"};
  const auto exited = ipc::run(image, exits);
  checks.expect(exited.ok() && exited->kind == EndKind::exited && exited->status == 42,
                "a status comes back");
  const std::string_view faults[] = {checks.program(), "fault"};
  const auto faulted = ipc::run(image, faults);
  checks.expect(faulted.ok() && faulted->kind == EndKind::faulted && faulted->address == 16 &&
                    faulted->status == static_cast<abi::u32>(abi::FaultKind::page),
                "a fault comes back with its address");
  return {};
}

abi::Status children_can_be_ruled(Checks& checks) {
  const auto image = TRY(ipc::MemoryObject::open_module(checks.program()));
  const std::string_view spins[] = {checks.program(), "spin"};
  const auto child = ipc::spawn(image, spins, {.flags = flag::suspended, .priority = 1});
  checks.expect(child.ok() && child->pid() != 0, "a child can start suspended");
  if (!child.ok()) return child.error().error;
  checks.expect(child->poll().error() == Error::would_block, "it has not ended");
  const auto info = TRY(child->info());
  checks.expect(info.pid == child->pid() && info.is_ended == 0, "it can be asked about");
  TRY(child->resume());
  TRY(child->suspend());
  TRY(child->resume());
  TRY(child->kill());
  const auto record = TRY(child->wait());
  checks.expect(record.kind == EndKind::killed && record.pid == child->pid(), "it can be killed");
  checks.expect(child->poll().ok(), "how it ended can be asked again");
  return {};
}

abi::Status bundles_travel(Checks& checks) {
  const auto image = TRY(ipc::MemoryObject::open_module(checks.program()));
  const std::string_view exits[] = {checks.program(), "exit"};
  auto bundle = TRY(ipc::Bundle::make());
  TRY(bundle.give(abi::bundle_slot::modules, ipc::Cap<ipc::Endpoint>{abi::bundle_slot::modules}));
  checks.expect(
      !bundle.give(abi::bundle_slot::modules, ipc::Cap<ipc::Endpoint>{abi::bundle_slot::modules})
           .ok(),
      "a slot of a bundle is filled once");

  // A bundle comes back from a spawn that fails.
  const auto data = TRY(ipc::MemoryObject::create(base::page_size));
  const auto refused = ipc::run(data, exits, {.bundle = &bundle});
  checks.expect(!refused.ok() && refused.error().error != Error::none, "data is no program");
  checks.expect(ipc::explain(image, exits, {.bundle = &bundle}).ok(), "a plan starts nothing");
  const auto ran = ipc::run(image, exits, {.bundle = &bundle});
  checks.expect(ran.ok() && ran->status == 42, "a bundle can be used after an error");
  checks.expect(
      ipc::run(image, exits, {.bundle = &bundle}).error().error == Error::invalid_capability,
      "and not for a second child");
  return {};
}

}  // namespace

void check_spawn(Checks& checks) {
  checks.ran(ends_are_told(checks), "ends are told");
  checks.ran(children_can_be_ruled(checks), "children can be ruled");
  checks.ran(bundles_travel(checks), "bundles travel");
}

}  // namespace process_test
