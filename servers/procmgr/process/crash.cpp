// SPDX-License-Identifier: MIT
#include <abi/crash.hpp>
#include <algorithm>
#include <cstring>
#include <libipc/invoke.hpp>
#include <servers/procmgr/core.hpp>
#include <servers/procmgr/process/crash.hpp>
#include <servers/procmgr/process/held.hpp>
#include <servers/procmgr/serve/requests.hpp>

namespace procmgr {

namespace {

using abi::CrashRecord;
using abi::Error;
namespace proto = abi::procmgr;
namespace right = abi::procmgr::memory_right;

// Copies what the process could read of [address, address + size), up to the first page that is not
// there. How many bytes. Addresses come from registers and memory of the process: each is looked
// up. (What a module shows is left out: it may be a device, whose registers are not to be touched.)
u64 peek(const Process& process, u64 address, void* to, u64 size) {
  u64 done = 0;
  while (done != size) {
    const u64 at = address + done;
    const auto* region = static_cast<const Region*>(process.regions.find(at));
    if (region == nullptr || !region->access.has(right::read) || region->object->is_module) break;
    const auto* page = static_cast<const char*>(
        look(*region->object, region->page_at(base::align_down(at, base::page_size))));
    if (page == nullptr) break;
    const u64 offset = at % base::page_size;
    const u64 count = std::min(base::page_size - offset, size - done);
    std::memcpy(static_cast<char*>(to) + done, page + offset, count);
    done += count;
  }
  return done;
}

// argv[0]. The process may have written anything there.
void note_name(const Process& process, CrashRecord& record) {
  u64 address = 0;
  peek(process, abi::process_layout::stack_top + sizeof(u64), &address, sizeof(address));
  char name[abi::max_crash_name] = {};
  peek(process, address, name, sizeof(name) - 1);
  for (u64 i = 0; name[i] != 0; ++i)
    record.name[i] = name[i] < ' ' || name[i] > '~' ? '.' : name[i];
}

// The object that was started as the program, if the region shows it or a copy of it.
MemoryObject* image_of(const Region& region) {
  if (region.kind != RegionKind::image) return nullptr;
  return region.object->is_private ? region.object->source : region.object;
}

// Returns the image, if one of these regions is its.
MemoryObject* note_regions(const Process& process, CrashRecord& record) {
  MemoryObject* image = nullptr;
  record.regions_in_all = process.regions.count();
  const base::Span* span = process.regions.first_ending_above(0);
  for (; span != nullptr && record.region_count != abi::max_crash_regions;
       span = process.regions.next(*span)) {
    const auto& region = static_cast<const Region&>(*span);
    record.regions[record.region_count++] = {.start = region.start,
                                             .length = region.length,
                                             .access = static_cast<abi::u32>(region.access.bits),
                                             .kind = static_cast<abi::u32>(region.kind)};
    if (image == nullptr) image = image_of(region);
  }
  return image;
}

// Each function keeps the caller's x29 and where it returns to, and lets x29 point to both. Callers
// lie above, so the walk ends.
void note_returns(const Process& process, CrashRecord& record) {
  u64 frame = record.registers.x[29];
  while (record.return_count != abi::max_crash_returns && base::is_aligned(frame, sizeof(u64))) {
    u64 pair[2] = {};
    if (peek(process, frame, pair, sizeof(pair)) != sizeof(pair) || pair[1] == 0) return;
    record.returns[record.return_count++] = pair[1];
    if (pair[0] <= frame) return;
    frame = pair[0];
  }
}

abi::Result<MemoryObject*> make_page(void*& page) {
  const Held object{*TRY(make_memory(*core.everything, 1))};
  bool is_new = false;
  page = Pages::pointer(TRY(touch(*object, 0, is_new)).page());
  object->is_sealed = true;
  object->file_bytes = sizeof(CrashRecord);
  retain(*object);
  return &*object;
}

void publish(const Crash& crash) {
  Crashes& crashes = core.crashes;
  Crash& place = crashes.kept[++crashes.newest % proto::kept_crashes];
  if (place.record != nullptr) release(*place.record);
  if (place.image != nullptr) release(*place.image);
  place = crash;
  core.waiters.answer_all(crashes.waiters, {crashes.newest, crashes.opened},
                          abi::MessageInfo::make(0, abi::words_of<proto::WaitCrash::Reply>));
}

}  // namespace

void keep_crash(const Process& process, const ExitRecord& end, const abi::FaultMessage& fault) {
  if (!core.crashes.are_kept) return;
  static_cast<void>(ipc::invoke(process.shell->thread, abi::thread::Suspend{}));
  const auto registers = ipc::invoke(process.shell->thread, abi::thread::ReadRegisters{});
  void* page = nullptr;
  const auto object = make_page(page);
  if (!registers.ok() || !object.ok()) {
    if (object.ok()) release(**object);
    return;
  }
  auto& record = *new (page) CrashRecord{.number = core.crashes.newest + 1,
                                         .pid = process.pid,
                                         .end = static_cast<abi::u32>(end.kind),
                                         .fault = end.status,
                                         .address = fault.address,
                                         .access = fault.access,
                                         .present = fault.present,
                                         .syndrome = fault.syndrome,
                                         .processor_state = fault.flags,
                                         .registers = registers->registers};
  note_name(process, record);
  const Crash crash{*object, note_regions(process, record)};
  note_returns(process, record);
  record.word_count =
      peek(process, record.registers.sp, record.words, sizeof(record.words)) / sizeof(u64);
  if (crash.image != nullptr) retain(*crash.image);
  publish(crash);
}

abi::Result<proto::WaitCrash::Reply> handle(const proto::WaitCrash& request, Call& call) {
  Crashes& crashes = call.object_as<Crashes>();
  if (request.poll > 1 || request.after > crashes.newest) return Error::bad_argument;
  if (request.after < crashes.newest)
    return proto::WaitCrash::Reply{crashes.newest, crashes.opened};
  if (request.poll != 0) return Error::would_block;
  TRY(core.waiters.add(crashes.waiters, *call.handle->account));
  call.is_owed = true;
  return proto::WaitCrash::Reply{};
}

abi::Result<proto::OpenCrash::Reply> handle(const proto::OpenCrash& request, Call& call) {
  Crashes& crashes = call.object_as<Crashes>();
  const u64 oldest = crashes.newest - std::min(crashes.newest, proto::kept_crashes);
  if (request.number <= oldest || request.number > crashes.newest) return Error::not_found;
  const Crash& crash = crashes.kept[request.number % proto::kept_crashes];
  for (MemoryObject* object : {crash.record, crash.image})
    if (object != nullptr)
      TRY(answer_with_handle(call, HandleKind::memory, object, right::read, *call.handle->account));
  crashes.opened = std::max(crashes.opened, request.number);
  return proto::OpenCrash::Reply{};
}

Answer serve_crashes(Call& call) { return dispatch<proto::AnyHandle, proto::Crashes>(call); }

}  // namespace procmgr
