// SPDX-License-Identifier: MIT
#include <libipc/process/memory.hpp>
#include <libipc/process/text.hpp>

namespace ipc {

namespace protocol = abi::procmgr;

namespace {

Region region(u64 address, u64 length) { return {reinterpret_cast<std::byte*>(address), length}; }
u64 address_of(Region region) { return reinterpret_cast<u64>(region.data()); }

}  // namespace

abi::Result<Region> map(Cap<Endpoint> object, u64 length, const MapOptions& options) {
  const protocol::Map request{.address = options.address,
                              .offset = options.offset,
                              .length = length,
                              .access = options.access,
                              .flags = options.flags};
  return region(TRY(call(self, request, {object.at()}, {})).reply.address, length);
}

abi::Result<Region> map_new(u64 length, const MapOptions& options) {
  const protocol::MapNew request{.address = options.address,
                                 .length = length,
                                 .access = options.access,
                                 .flags = options.flags};
  return region(TRY(call(self, request)).address, length);
}

abi::Status unmap(Region region) {
  return call(self, protocol::Unmap{.address = address_of(region), .length = region.size()})
      .error();
}

abi::Status protect(Region region, abi::Rights access) {
  return call(self,
              protocol::Protect{
                  .address = address_of(region), .length = region.size(), .access = access})
      .error();
}

abi::Result<MemoryObject> MemoryObject::create(u64 bytes, u64 flags) {
  return MemoryObject{
      TRY(obtain<Endpoint>(self, protocol::CreateMemory{.bytes = bytes, .flags = flags}))};
}

abi::Result<MemoryObject> MemoryObject::open_module(std::string_view name, Cap<Endpoint> modules) {
  if (name.starts_with('/')) name.remove_prefix(1);
  if (name.size() > protocol::max_module_name) return abi::Error::not_found;
  protocol::OpenModule request{.name_bytes = name.size()};
  put_text(request.text, name);
  return MemoryObject{TRY(obtain<Endpoint>(modules, request))};
}

abi::Status MemoryObject::resize(u64 bytes) const {
  return call(handle_, protocol::ResizeMemory{.bytes = bytes}).error();
}

abi::Status MemoryObject::commit(u64 offset, u64 length) const {
  return call(handle_, protocol::CommitMemory{.offset = offset, .length = length}).error();
}

abi::Status MemoryObject::seal() const { return call(handle_, protocol::SealMemory{}).error(); }

abi::Result<MemoryObject> MemoryObject::slice(u64 offset, u64 length) const {
  return MemoryObject{
      TRY(obtain<Endpoint>(handle_, protocol::SliceMemory{.offset = offset, .length = length}))};
}

abi::Result<protocol::InfoMemory::Reply> MemoryObject::info() const {
  return call(handle_, protocol::InfoMemory{});
}

}  // namespace ipc
