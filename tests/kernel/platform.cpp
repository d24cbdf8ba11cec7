// SPDX-License-Identifier: MIT
// Platform, and what the first process is told and given. (How the machine goes off is seen from
// outside: each run of these tests ends so.)
#include <abi/layout.hpp>
#include <tests/kernel/kit/operations.hpp>
#include <tests/kernel/tables.hpp>

namespace {

using namespace kit;
using abi::ObjectType;

constexpr Cap<ipc::Platform> platform{abi::root_slot::platform};

void only_its_methods(Context& t) {
  for (const u32 label : {0U, abi::method(ObjectType::platform, 0),
                          abi::method(ObjectType::platform, 9), abi::untyped::Info::op})
    t.equals(ipc::sys::call(platform.at(), {}, abi::MessageInfo::make(label, 0)).error(),
             Error::unknown_method);
  t.equals(ipc::sys::call(platform.at(), {}, abi::MessageInfo::make(abi::platform::PowerOff::op, 2))
               .error(),
           Error::bad_argument);
  t.equals(ipc::sys::call(platform.at(), {}, abi::MessageInfo::make(abi::platform::Reset::op, 1))
               .error(),
           Error::bad_argument);
}

void statuses_have_eight_bits(Context& t) {
  for (const u64 status : {u64{256}, u64{1} << 32, ~u64{0}})
    t.fails(ipc::invoke(platform, abi::platform::PowerOff{status}), Error::out_of_range);
}

void well_known_slots(Context& t) {
  namespace slot = abi::root_slot;
  const auto type_at = [&](CapPtr at) {
    const auto found = ipc::invoke(Cap<ipc::CNode>{slot::leaf0},
                                   abi::cnode::Identify{.index = ipc::index_in_leaf(at)});
    return static_cast<ObjectType>(t.need(found).type);
  };
  t.equals(type_at(slot::null), ObjectType::null);
  t.equals(type_at(slot::thread), ObjectType::thread);
  t.equals(type_at(slot::vspace), ObjectType::vspace);
  t.equals(type_at(slot::cspace), ObjectType::cnode);
  t.equals(type_at(slot::leaf0), ObjectType::cnode);
  t.equals(type_at(slot::sched_context), ObjectType::sched_context);
  t.equals(type_at(slot::ipc_buffer), ObjectType::frame);
  t.equals(type_at(slot::boot_info), ObjectType::frame);
  t.equals(type_at(slot::platform), ObjectType::platform);
}

void boot_information(Context& t) {
  const abi::BootInfo& info = *support::environment().boot_info;
  t.equals(info.magic, abi::boot_info_magic);
  t.equals(info.version, abi::boot_info_version);
  t.equals(info.total_size, u64{sizeof(abi::BootInfo)});
  t.that(info.memory.count > 0, "there is memory");
  t.that(info.cpus.count > 0, "there is a CPU");
  t.that(info.archive.size > 0, "there is an archive");
  t.that(info.image.count > 0, "there is our image");
  t.that(info.first_free_leaf > 0, "there are free leaves");
}

void grants_are_what_they_say(Context& t) {
  const abi::BootInfo& info = *support::environment().boot_info;
  u64 total = 0;
  for (const abi::MemoryRange& range : info.memory) total += range.size;
  u64 granted = 0;
  for (const abi::Grant& grant : info.untyped) {
    const auto told = t.need(ipc::invoke(Cap<ipc::Untyped>{grant.cap}, abi::untyped::Info{}));
    t.equals(told.physical_address, grant.base);
    t.equals(told.size_bits, grant.size_bits);
    t.equals(told.is_device, grant.is_device);
    if (grant.is_device != 0) continue;
    granted += u64{1} << grant.size_bits;
    bool in_memory = false;
    for (const abi::MemoryRange& range : info.memory)
      if (grant.base >= range.base &&
          grant.base + (u64{1} << grant.size_bits) <= range.base + range.size)
        in_memory = true;
    t.that(in_memory, "granted memory is memory");
  }
  t.that(granted <= total, "no more is granted than there is");
  t.that(granted > total / 2, "most of the memory is granted");
}

bool overlap(u64 a, u64 a_size, u64 b, u64 b_size) { return a < b + b_size && b < a + a_size; }

void grants_do_not_overlap(Context& t) {
  const abi::BootInfo& info = *support::environment().boot_info;
  const auto size_of = [](const abi::Grant& grant) { return u64{1} << grant.size_bits; };
  for (const abi::Grant& a : info.untyped) {
    for (const abi::Grant& b : info.untyped)
      t.that(&a == &b || !overlap(a.base, size_of(a), b.base, size_of(b)), "two Untypeds overlap");
    for (const abi::Grant& frame : info.image_frames)
      t.that(!overlap(a.base, size_of(a), frame.base, size_of(frame)), "our image is given away");
    for (const abi::Grant& frame : info.archive_frames)
      t.that(!overlap(a.base, size_of(a), frame.base, size_of(frame)), "the archive is given away");
    t.that(!overlap(a.base, size_of(a), info.kernel_image.base, info.kernel_image.size),
           "the kernel is given away");
  }
}

void the_archive_can_be_read(Context& t) {
  const abi::BootInfo& info = *support::environment().boot_info;
  const u64 first_page = base::align_down(info.archive.base, base::page_size);
  u64 next = first_page;
  for (const abi::Grant& grant : info.archive_frames) {
    t.equals(grant.base, next);
    next = grant.base + (u64{1} << grant.size_bits);
  }
  t.that(next >= info.archive.base + info.archive.size, "its frames cover it");
  const u64 address = t.need(t.space().reserve(base::page_size));
  const abi::Grant& first = info.archive_frames.items[0];
  const auto copy = t.copy(Cap<ipc::Frame>{first.cap});
  t.need(t.space().map(copy, address, base::page_size, support::read_only));
  const auto* text = reinterpret_cast<const char*>(address + info.archive.base % base::page_size);
  t.equals(std::string_view{text, 6}, std::string_view{"070701"});
  t.need(t.remove(copy.at()));
}

void boot_information_is_read_only(Context& t) {
  const auto found = t.need(ipc::invoke(Cap<ipc::VSpace>{abi::root_slot::vspace},
                                        abi::vspace::Walk{.address = abi::layout::root_boot_info}));
  t.equals(found.access, abi::frame_right::read.bits);
  const Cap<ipc::Frame> frame{abi::root_slot::boot_info};
  const u64 address = t.need(t.space().reserve(base::page_size));
  t.need(t.space().prepare(address));
  const auto mapped = map_once(frame, Cap<ipc::VSpace>{abi::root_slot::vspace}, address,
                               base::page_size, support::read_write);
  t.equals(mapped.error().error, Error::denied);
}

constexpr Test table[] = {
    {"platform.methods", "Platform refuses what it does not know", only_its_methods},
    {"platform.status", "a status beyond 255 is refused", statuses_have_eight_bits},
    {"platform.slots", "the first process finds its objects where the ABI says", well_known_slots},
    {"platform.boot_info", "BootInfo describes the machine", boot_information},
    {"platform.grants", "Untypeds are what BootInfo says of them", grants_are_what_they_say},
    {"platform.overlaps", "no memory is granted twice", grants_do_not_overlap},
    {"platform.archive", "the archive can be mapped and read", the_archive_can_be_read},
    {"platform.read_only", "BootInfo cannot be written", boot_information_is_read_only},
};

}  // namespace

constinit const kit::Table tests::platform_tests = table;
