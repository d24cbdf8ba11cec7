// SPDX-License-Identifier: MIT
#include <tests/kernel/kit/context.hpp>

namespace kit {
namespace {

// The test's own part of the address space; its page tables come from the test's memory.
constexpr u64 test_addresses = 0x40'0000'0000;

}  // namespace

void Context::start_test(const Fixture& fixture, const support::Memory& memory,
                         ipc::SlotAllocator& slots) {
  fixture_ = &fixture;
  memory_ = memory;
  slots_ = &slots;
  space_ = support::AddressSpace{memory_, Cap<ipc::VSpace>{abi::root_slot::vspace}, test_addresses};
  failures_ = 0;
  may_sleep_ = false;
  report_ = base::TextWriter{std::span<char>{report_text_}};
}

bool Context::that(bool condition, std::string_view what, Where where) {
  if (!condition) fail(where, [&](auto& line) { line << "not so: " << what; });
  return condition;
}

void Context::end() {
  for (;;) ipc::sys::call(fixture_->verdicts.at(), {}, abi::MessageInfo::make(0, 0));
}

CapPtr Context::copy_at(CapPtr source, abi::Rights rights, Where where) {
  const CapPtr at = slot(where);
  need(ipc::invoke(slots_->cnode_of(at), abi::cnode::Copy{.index = ipc::index_in_leaf(at),
                                                          .source = abi::SlotName::own(source),
                                                          .rights = rights}),
       where);
  return at;
}

CapPtr Context::mint_at(CapPtr source, abi::Rights rights, u64 data, Where where) {
  const CapPtr at = slot(where);
  need(ipc::invoke(slots_->cnode_of(at), abi::cnode::Mint{.index = ipc::index_in_leaf(at),
                                                          .source = abi::SlotName::own(source),
                                                          .rights = rights,
                                                          .data = data}),
       where);
  return at;
}

abi::Status Context::remove(CapPtr at) {
  return ipc::invoke(slots_->cnode_of(at), abi::cnode::Delete{.index = ipc::index_in_leaf(at)})
      .error();
}

abi::Status Context::revoke(CapPtr at) {
  return ipc::invoke(slots_->cnode_of(at), abi::cnode::Revoke{.index = ipc::index_in_leaf(at)})
      .error();
}

abi::cnode::Identify::Reply Context::identify(CapPtr at, Where where) {
  return need(
      ipc::invoke(slots_->cnode_of(at), abi::cnode::Identify{.index = ipc::index_in_leaf(at)}),
      where);
}

}  // namespace kit
