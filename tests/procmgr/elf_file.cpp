// SPDX-License-Identifier: MIT
#include <cstring>
#include <tests/procmgr/elf_file.hpp>

namespace procmgr_test {

// movz x0, #low; movk x0, #middle, lsl 16; movk x0, #high, lsl 32; ldr x1, [x0]; brk #1
void put_reader(ElfFile& file, u64 address) {
  const auto part = [&](unsigned shift) {
    return static_cast<u32>(address >> shift & 0xffff) << 5;
  };
  file.code[0] = 0xd280'0000 | part(0);
  file.code[1] = 0xf2a0'0000 | part(16);
  file.code[2] = 0xf2c0'0000 | part(32);
  file.code[3] = 0xf940'0001;
  file.code[4] = 0xd420'0020;
}

abi::Result<ipc::MemoryObject> make_image(const ElfFile& file, u64 bytes) {
  auto object = TRY(ipc::MemoryObject::create(bytes));
  if (bytes != 0) {
    const u64 length = (bytes + base::page_size - 1) / base::page_size * base::page_size;
    const ipc::Region region = TRY(object.map(length));
    std::memcpy(region.data(), &file, bytes);
    TRY(ipc::unmap(region));
  }
  TRY(object.seal());
  return object;
}

}  // namespace procmgr_test
