// SPDX-License-Identifier: MIT
// Which capabilities stand where: abi/slots.hpp and the end of abi/bootinfo.hpp.
#include <abi/layout.hpp>
#include <abi/slots.hpp>
#include <debug/console.hpp>
#include <debug/panic.hpp>
#include <life/kept.hpp>
#include <machine/memory.hpp>
#include <machine/power.hpp>
#include <main/initial_memory.hpp>
#include <main/root_process.hpp>
#include <memory/page_map.hpp>
#include <new>
#include <object/references.hpp>

namespace kernel {

namespace {

namespace slot = abi::root_slot;
using abi::CapPtr;
using abi::Grant;

constexpr Priority root_priority{128};
constexpr u64 leaf_count = 5;
constexpr u64 smallest_piece = base::page_size;

class RootProcess {
 public:
  explicit RootProcess(abi::BootInfo& boot_info) : boot_info_(boot_info), memory_(boot_info) {}

  void make();

 private:
  void make_cspace();
  void make_thread();
  void map_image();
  void map_boot_info();
  void map_buffer();
  void grant_archive();
  void grant_memory();

  Slot& own(CapPtr cap) { return leaves_[cap.value() >> abi::leaf_bits]->slot(cap.value() & 255); }
  CapPtr next_cap();
  Slot& add_frame(PhysAddr base, unsigned bits, CapPtr cap);
  void map_frame(Slot& frame, u64 address, Attributes attributes);
  template <class Give>
  void split(abi::MemoryRange range, unsigned largest, Give give);

  abi::BootInfo& boot_info_;
  InitialMemory memory_;
  std::array<CNode*, leaf_count> leaves_{};
  CNode* root_ = nullptr;
  Thread* thread_ = nullptr;
  u64 space_ = 0;
  u64 next_ = abi::leaf_slots;  // leaf 1, index 0
};

template <class T, class... Arguments>
T* make_object(PhysAddr at, Arguments... arguments) {
  return new (machine::physical_pointer(at)) T(arguments...);
}

// The first capability to something, derived from nothing but the origin.
Slot& place(Slot& target, Capability cap, u64 data = 0) {
  target.become_child(core.origin, cap, data);
  return target;
}

void fill(Slot& target, Capability cap, u64 data = 0) {
  place(target, cap, data);
  add_reference(core.spaces, target);
}

// What boot/ loaded does not fit into the first process.
[[noreturn]] void stop(const char* reason) {
  print_line("kernel: error: ", reason);
  machine::power_off(core.machine, 1);
}

CapPtr RootProcess::next_cap() {
  if (next_ == leaf_count << abi::leaf_bits) stop("too many capabilities for the first process");
  return CapPtr{next_++};
}

void RootProcess::make_cspace() {
  root_ = make_object<CNode>(memory_.take(abi::cnode_bytes(slot::root_cnode_bits), 64),
                             slot::root_cnode_bits);
  for (u64 i = 0; i < leaf_count; ++i) {
    leaves_[i] =
        make_object<CNode>(memory_.take(abi::cnode_bytes(abi::leaf_bits), 64), abi::leaf_bits);
    fill(root_->slot(i), Capability::to_object(ObjectType::cnode, leaves_[i], abi::leaf_bits));
  }
  fill(own(slot::cspace), Capability::to_object(ObjectType::cnode, root_, slot::root_cnode_bits));
  Slot& leaf0 = root_->slot(0);
  copy_beside(core.spaces, leaf0, own(slot::leaf0), unmapped_copy(leaf0));
  place(own(slot::platform), Capability::to_object(ObjectType::platform, nullptr));
  place(own(slot::irq_control), Capability::to_object(ObjectType::irq_control, nullptr));
  place(own(slot::inspector), Capability::to_object(ObjectType::inspector, nullptr));
}

void RootProcess::make_thread() {
  const PhysAddr table = memory_.take(abi::table_bytes, abi::table_bytes);
  space_ = core.spaces.create(table);
  // create() counts the first reference itself.
  place(own(slot::vspace), Capability::to_memory(ObjectType::vspace, table, 0, false), space_);
  thread_ = make_object<Thread>(memory_.take(abi::thread_bytes, 64));
  fill(own(slot::thread),
       Capability::to_object(ObjectType::thread, static_cast<ThreadFrame*>(thread_)));
  auto* time = make_object<SchedContext>(memory_.take(abi::small_object_bytes, 64));
  core.scheduler.renew(*time, core.scheduler.ticks(abi::sched_context::default_budget));
  fill(own(slot::sched_context), Capability::to_object(ObjectType::sched_context, time));
  thread_->priority = root_priority;
  core.first_thread = thread_;
}

// Calls `give(base, bits)` for naturally aligned powers of two that make up the range.
template <class Give>
void RootProcess::split(abi::MemoryRange range, unsigned largest, Give give) {
  while (range.size >= smallest_piece) {
    unsigned bits = base::floor_log2(range.size);
    const auto alignment = static_cast<unsigned>(std::countr_zero(range.base));
    if (bits > alignment) bits = alignment;
    if (bits > largest) bits = largest;
    if (!give(PhysAddr{range.base}, bits)) return;
    range.base += u64{1} << bits;
    range.size -= u64{1} << bits;
  }
}

Slot& RootProcess::add_frame(PhysAddr base, unsigned bits, CapPtr cap) {
  return place(own(cap), Capability::to_memory(ObjectType::frame, base, bits, false));
}

void RootProcess::map_frame(Slot& frame, u64 address, Attributes attributes) {
  PageMap map{space_, core.spaces[space_].root};
  const u64 end = address + (u64{1} << frame.cap.bits());
  for (u64 at = address; at < end;) {
    const Step step =
        map.fill(at, end, frame.cap.physical() + base::Bytes{at - address}, attributes);
    at = step.reached;
    if (step.error == abi::Error::none) continue;
    require(step.error == abi::Error::needs_table, "the first process's image overlaps itself");
    const PhysAddr table = memory_.take(abi::table_bytes, abi::table_bytes);
    Slot& table_slot = own(next_cap());
    place(table_slot, Capability::to_memory(ObjectType::page_table, table, 0, false),
          core.spaces.binding_of(space_).raw());
    const auto level = map.add_table(at, table);
    table_slot.set_window({at, level.value()});
  }
  frame.data = core.spaces.binding_of(space_).raw();
  frame.set_window({address, end});
}

void RootProcess::map_image() {
  for (const abi::ImageSegment& segment : boot_info_.image) {
    const Rights rights{segment.rights};
    const Attributes attributes{.write = rights.has(abi::frame_right::write),
                                .execute = rights.has(abi::frame_right::execute),
                                .user = true};
    const u64 to_virtual = segment.virtual_address - segment.physical_address;
    split({segment.physical_address, segment.size}, 30, [&](PhysAddr base, unsigned bits) {
      const CapPtr cap = next_cap();
      map_frame(add_frame(base, bits, cap), base.value() + to_virtual, attributes);
      if (!boot_info_.image_frames.push({cap, base.value(), bits, 0}))
        stop("the first process's image lies in too many pieces of memory");
      return true;
    });
  }
}

// The first process reads a copy in one Frame; the pages that boot/ used become free.
void RootProcess::map_boot_info() {
  constexpr unsigned bits = base::floor_log2(abi::boot_info_pages * base::page_size - 1) + 1;
  const PhysAddr copy = memory_.take(u64{1} << bits, u64{1} << bits);
  const PhysAddr original = machine::physical_address(&boot_info_);
  Slot& frame = add_frame(copy, bits, slot::boot_info);
  frame.cap = frame.cap.reduced_to(abi::frame_right::read | abi::frame_right::physical);
  map_frame(frame, abi::layout::root_boot_info, {.user = true});
  if (!memory_.give({original.value(), abi::boot_info_pages * base::page_size}))
    print_line("kernel: warning: too many ranges of free memory, some is not used");
}

void RootProcess::map_buffer() {
  const PhysAddr page = memory_.take(base::page_size, base::page_size);
  map_frame(add_frame(page, base::page_bits, slot::ipc_buffer), abi::layout::root_ipc_buffer,
            {.write = true, .user = true});
}

void RootProcess::grant_archive() {
  const u64 start = base::align_down(boot_info_.archive.base, base::page_size);
  const u64 end =
      *base::align_up(boot_info_.archive.base + boot_info_.archive.size, base::page_size);
  split({start, end - start}, 30, [&](PhysAddr base, unsigned bits) {
    const CapPtr cap = next_cap();
    add_frame(base, bits, cap);
    if (!boot_info_.archive_frames.push({cap, base.value(), bits, 0}))
      stop("the archive lies in too many pieces of memory");
    return true;
  });
}

void RootProcess::grant_memory() {
  memory_.close();
  const auto grant_range = [&](abi::MemoryRange range, bool device) {
    split(range, abi::max_untyped_bits, [&](PhysAddr base, unsigned bits) {
      const CapPtr cap{next_};
      if (!boot_info_.untyped.push({cap, base.value(), bits, device ? u64{1} : u64{0}})) {
        print_line("kernel: warning: memory at ", base::Hex{base.value()},
                   " and above is not used: too many pieces");
        return false;
      }
      place(own(next_cap()), Capability::to_memory(ObjectType::untyped, base, bits, device));
      return true;
    });
  };
  for (const abi::MemoryRange& range : boot_info_.free) grant_range(range, false);
  for (const abi::MemoryRange& range : boot_info_.device_ranges) grant_range(range, true);
}

void RootProcess::make() {
  core.origin.become_root(Capability::to_object(ObjectType::inspector, nullptr), 0);
  core.cursor.rewind(core.origin);
  make_cspace();
  make_thread();
  map_image();
  map_boot_info();
  map_buffer();
  grant_archive();
  grant_memory();
  boot_info_.first_free_leaf = leaf_count;

  Slot& frame = own(slot::boot_info);
  new (machine::physical_pointer(frame.cap.physical())) abi::BootInfo{boot_info_};
  keep(*thread_, Kept::cspace, own(slot::cspace));
  keep(*thread_, Kept::vspace, own(slot::vspace));
  keep(*thread_, Kept::buffer, own(slot::ipc_buffer));
  keep(*thread_, Kept::time, own(slot::sched_context));
  thread_->set_buffer(static_cast<abi::IpcBuffer*>(
      machine::physical_pointer(own(slot::ipc_buffer).cap.physical())));
  thread_->context.enter(boot_info_.image_entry_virtual, 0, abi::layout::root_boot_info);
  core.scheduler.make_ready(*thread_);
}

}  // namespace

void make_root_process(abi::BootInfo& boot_info) { RootProcess{boot_info}.make(); }

}  // namespace kernel
