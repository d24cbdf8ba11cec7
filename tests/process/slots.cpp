// SPDX-License-Identifier: MIT
#include <tests/process/check.hpp>

namespace process_test {
namespace {

// More than two leaves hold.
constexpr u64 many = 600;

abi::Status objects(Checks& checks) {
  const auto notification = TRY(ipc::make<ipc::Notification>());
  TRY(ipc::signal(notification));
  checks.expect(TRY(ipc::wait(notification)) != 0, "a notification can be made and used");
  static_cast<void>(TRY(ipc::make<ipc::Reply>()));
  static_cast<void>(TRY(ipc::make<ipc::Timer>()));
  return {};
}

abi::Status leaves(Checks& checks) {
  ipc::Owned<ipc::Endpoint> endpoints[many];
  u64 made = 0;
  for (auto& endpoint : endpoints) {
    auto result = ipc::make<ipc::Endpoint>();
    if (!result.ok()) break;
    endpoint = std::move(*result);
    ++made;
  }
  checks.expect(made == many, "a process gets more slots when it needs them");
  const u64 before = ipc::slots().free_count();
  for (auto& endpoint : endpoints) endpoint.reset();
  checks.expect(ipc::slots().free_count() == before + made, "and has them back");
  return {};
}

}  // namespace

void check_slots(Checks& checks) {
  checks.ran(objects(checks), "objects");
  checks.ran(leaves(checks), "leaves");
}

}  // namespace process_test
