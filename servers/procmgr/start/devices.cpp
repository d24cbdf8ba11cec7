// SPDX-License-Identifier: MIT
#include <abi/slots.hpp>
#include <libipc/invoke.hpp>
#include <servers/procmgr/core.hpp>
#include <servers/procmgr/start/devices.hpp>
#include <servers/procmgr/start/take_over.hpp>

namespace procmgr {

namespace {

using abi::Error;
using ipc::invoke;

constexpr u64 max_devices = 16;
// Devices have few registers; large windows are for later.
constexpr u64 max_register_pages = 16;

constinit DeviceGrant devices[max_devices];

abi::Result<MemoryObject*> make_registers(const abi::Device& device) {
  const u64 first = base::align_down(device.base, base::page_size);
  const u64 bytes = device.base + device.size - first;
  const u64 pages = (bytes + base::page_size - 1) / base::page_size;
  if (pages > max_register_pages) return Error::too_big;
  MemoryObject* object = TRY(make_memory(*core.everything, pages));
  object->file_bytes = bytes;
  object->is_module = true;
  for (u64 i = 0; i < pages; ++i) {
    const u64 physical = first + i * base::page_size;
    TRY(add_device_page(physical));
    TRY(insert_page(*object, i, PageEntry::of(physical >> base::page_bits, PageEntry::foreign)));
  }
  return object;
}

abi::Result<CapPtr> make_interrupt(const abi::Device& device) {
  if (device.interrupt == 0) return CapPtr{};
  const CapPtr handler = TRY(core.objects.make(abi::ObjectType::irq_handler, 0));
  TRY(invoke(ipc::Cap<ipc::IrqControl>{abi::root_slot::irq_control},
             abi::irq_control::Attach{
                 .handler = handler, .number = device.interrupt, .trigger = device.trigger}));
  return handler;
}

const abi::Device* device_named(std::string_view compatible, u64 number) {
  for (const abi::Device& device : core.boot->devices)
    if (std::string_view{device.compatible} == compatible && number-- == 0) return &device;
  return nullptr;
}

}  // namespace

abi::Result<const DeviceGrant*> find_device(std::string_view compatible, u64 number) {
  const abi::Device* device = device_named(compatible, number);
  if (device == nullptr) return Error::not_found;
  for (DeviceGrant& grant : devices) {
    if (grant.device == device) return &grant;
    if (grant.device != nullptr) continue;
    grant.registers = TRY(make_registers(*device));
    grant.interrupt = TRY(make_interrupt(*device));
    grant.device = device;
    return &grant;
  }
  return Error::no_space;
}

abi::Result<u64> map_registers(const DeviceGrant& grant) {
  const u64 page = grant.registers->tree.find(0).page();
  const Block& block = core.pages.block(core.pages.block_of(page));
  const u64 address = Pages::window + page * base::page_size;
  TRY(map_own(block.frame, address, base::page_size, {3}));
  return address + grant.device->base % base::page_size;
}

}  // namespace procmgr
