// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstring>
#include <servers/procmgr/core.hpp>
#include <servers/procmgr/process/held.hpp>
#include <servers/procmgr/process/program.hpp>
#include <servers/procmgr/start/clock.hpp>
#include <servers/procmgr/start/random.hpp>

namespace procmgr {

namespace {

using abi::Error;
namespace layout = abi::process_layout;
namespace right = abi::procmgr::memory_right;

// Pages that are shown before the program asks for them.
constexpr u64 eager_shared_pages = 256;
constexpr u64 eager_private_pages = 2;
constexpr u64 eager_block_pages = 16;

constexpr u64 pages_of(u64 bytes) { return (bytes + base::page_size - 1) / base::page_size; }

SpawnError refuse(SpawnStep step, SpawnFault fault, u64 detail) {
  return {Error::bad_argument, {step, fault, detail}};
}

}  // namespace

base::Result<const Image*, SpawnError> image_of(MemoryObject& object, Rights rights) {
  constexpr auto step = SpawnStep::image;
  if (!object.is_sealed) return refuse(step, SpawnFault::not_sealed, 0);
  if (!rights.has(right::execute)) return refuse(step, SpawnFault::no_execute_right, 0);
  if (object.image != nullptr) return const_cast<const Image*>(&object.image->image);
  const u64 bytes = object.file_bytes;
  if (bytes == 0) return refuse(step, SpawnFault::empty_file, 0);
  const void* first = look(object, 0);
  if (first == nullptr) return refuse(step, SpawnFault::not_elf, 0);
  const std::span page{static_cast<const u8*>(first), std::min(bytes, base::page_size)};
  const auto image = read_image(page, bytes);
  if (!image.ok()) return refuse(step, image.error().fault, image.error().detail);
  object.image = core.images.make();
  if (object.image == nullptr) return At{step}(Error::no_memory);
  object.image->image = *image;
  return const_cast<const Image*>(&object.image->image);
}

namespace {

Window window_of(const Segment& segment) {
  const u64 start = segment.first_page();
  return {start, base::align_down(segment.file_offset, base::page_size),
          segment.pages_end() - start};
}

// How much of the file lies in the segment's pages, from the first page's start on.
u64 file_bytes_of(const Segment& segment) {
  return segment.file_size == 0 ? 0 : segment.file_offset % base::page_size + segment.file_size;
}

// Can the image's own pages be shown?
bool is_shared(const Segment& segment) {
  return !segment.write && segment.file_size == segment.memory_size;
}

Rights access_of(const Segment& segment) {
  Rights access = right::read;
  if (segment.write) access = access | right::write;
  if (segment.execute) access = access | right::execute;
  return access;
}

// An object of the process's own. Regions of it keep it.
abi::Result<MemoryObject*> make_own(const Process& process, u64 pages) {
  MemoryObject* object = TRY(make_memory(*process.account, pages));
  object->is_private = true;
  return object;
}

abi::Status add_shared(Process& process, MemoryObject& image, const Segment& segment) {
  const Window window = window_of(segment);
  Region* region = TRY(add_region(process, image, window, access_of(segment)));
  region->kind = RegionKind::image;
  TRY(show(*region, window.address, std::min(eager_shared_pages, window.length / base::page_size)));
  return {};
}

abi::Status add_copied(Process& process, MemoryObject& image, const Segment& segment) {
  const Window window = window_of(segment);
  const u64 pages = window.length / base::page_size;
  const Held object{*TRY(make_own(process, pages))};
  if (segment.file_size != 0) {
    object->source = &image;
    object->source_page = window.offset / base::page_size;
    object->source_bytes = file_bytes_of(segment);
    retain(image);
  }
  Region* region =
      TRY(add_region(process, *object, {window.address, 0, window.length}, access_of(segment)));
  region->kind = RegionKind::image;
  TRY(show(*region, window.address, std::min(eager_private_pages, pages)));
  return {};
}

abi::Status add_segments(Process& process, MemoryObject& object, const Image& image) {
  TRY(add_tables(*process.shell, image.all()[0].first_page()));
  for (const Segment& segment : image.all()) {
    TRY(is_shared(segment) ? add_shared(process, object, segment)
                           : add_copied(process, object, segment));
  }
  process.image_end = image.end;
  return {};
}

// ---- Stack and arguments ----------------------------------------------------------------------

// The stack's object, whose first page is the one at the top: with the arguments above the stack
// pointer, if they came in the message.
abi::Status add_stack(Process& process, bool has_block) {
  const u64 top = layout::stack_top + (has_block ? 0 : base::page_size);
  const u64 start = layout::stack_top - layout::stack_size;
  const Held object{*TRY(make_own(process, (top - start) / base::page_size))};
  Region* region =
      TRY(add_region(process, *object, {start, 0, top - start}, right::read | right::write));
  region->kind = RegionKind::stack;
  region->is_downward = true;
  if (!has_block) TRY(show(*region, layout::stack_top, 1));
  TRY(show(*region, layout::stack_top - base::page_size, 1));
  return {};
}

// The page of an argument block, in the window. It is there: see prepare_block().
u8* block_page(void* context, u64 index) {
  const auto& object = *static_cast<const MemoryObject*>(context);
  return static_cast<u8*>(Pages::pointer(object.tree.find(index).page()));
}

BlockPages pages_of_object(MemoryObject& object) {
  return {.page = block_page, .context = &object, .count = object.pages};
}

// Where arguments that came in the message are made into a block, before there is a process.
alignas(base::page_size) constinit u8 scratch[base::page_size];

BlockPages scratch_pages() {
  return {.page = [](void*, u64) -> u8* { return scratch; }, .context = nullptr, .count = 1};
}

ArgumentClaim claim_of(const SpawnOrder& order) {
  return {order.argc, order.envc, order.string_bytes};
}

SpawnError argument_error(const ImageFault& fault) {
  const bool is_long = fault.fault == SpawnFault::too_many_arguments ||
                       fault.fault == SpawnFault::arguments_too_long;
  return {is_long ? Error::too_big : Error::bad_argument,
          {SpawnStep::arguments, fault.fault, fault.detail}};
}

// Pages of the block that nobody has touched come into being, and are zero.
base::Result<void, SpawnError> prepare_block(MemoryObject& block, const ArgumentClaim& claim) {
  const auto arguments = measure_arguments(claim);
  if (!arguments.ok()) return argument_error(arguments.error());
  if (block.pages > pages_of(abi::argument_block::max_bytes))
    return argument_error({SpawnFault::arguments_too_long, block.pages * base::page_size});
  const u64 pages = std::min(block.pages, pages_of(arguments->bytes()));
  for (u64 i = 0; i < pages; ++i) {
    bool is_new = false;
    const auto entry = touch(block, i, is_new);
    if (!entry.ok()) return At{SpawnStep::arguments}(entry.error());
  }
  return {};
}

}  // namespace

base::Result<Arguments, SpawnError> check_arguments_of(const SpawnOrder& order) {
  const ArgumentClaim claim = claim_of(order);
  if (order.block != nullptr) {
    TRY(prepare_block(*order.block, claim));
  } else {
    const auto expanded = expand_inline(scratch_pages(), claim, order.inline_words);
    if (!expanded.ok()) return argument_error(expanded.error());
  }
  const auto checked = check_arguments(
      order.block != nullptr ? pages_of_object(*order.block) : scratch_pages(), claim);
  if (!checked.ok()) return argument_error(checked.error());
  return *checked;
}

namespace {

// As much of argument 0 as one page of the block holds.
void note_name(Process& process, const BlockPages& pages, const Arguments& arguments) {
  if (arguments.argc == 0) return;
  const u64 offset = reinterpret_cast<const u64*>(pages.page(pages.context, 0))[1];
  const u64 at = arguments.strings_offset() + offset;
  const u8* const page = pages.page(pages.context, at / base::page_size);
  const u64 length = std::min({sizeof(process.name) - 1, arguments.string_bytes - offset,
                               base::page_size - at % base::page_size});
  std::memcpy(process.name, page + at % base::page_size, length);
}

void finish_block(Process& process, const Image& image, const BlockPages& pages,
                  const Arguments& arguments) {
  note_name(process, pages, arguments);
  const u64 page_at = layout::process_page + abi::process_page_offset;
  const AuxiliaryEntry vector[] = {
      {3, image.headers_address},
      {4, image.header_size},
      {5, image.header_count},
      {6, base::page_size},
      {7, 0},
      {9, image.entry},
      {25, page_at + offsetof(abi::ProcessPage, random)},
      {abi::at_process_page, layout::process_page},
  };
  relocate(pages, arguments, vector);
}

void fill_process_page(const Process& process) {
  auto* page = reinterpret_cast<abi::ProcessPage*>(
      static_cast<char*>(Pages::pointer(process.shell->page)) + abi::process_page_offset);
  *page = {.pid = process.pid,
           .random = {next_random(), next_random()},
           .has_bundle = process.has_bundle ? u64{1} : u64{0},
           .image_end = process.image_end,
           .epoch = epoch()};
}

// Everybody else loses the block: mappings and handles. From here on what was checked holds.
void detach(MemoryObject& block, const Process& owner) {
  while (block.handles != nullptr) {
    core.handles.end(*block.handles);
    release(block);
  }
  for (Region* region = block.regions; region != nullptr;) {
    Region* next = region->object_next;
    if (region->process != &owner) {
      unmap_pages(*region->process->shell, region->start, region->length);
      drop_region(*region);
    }
    region = next;
  }
}

// The block as a region above the stack. It is still its maker's too.
abi::Status add_block(Process& process, MemoryObject& block) {
  Region* region =
      TRY(add_region(process, block, {layout::stack_top, 0, block.pages * base::page_size},
                     right::read | right::write));
  region->kind = RegionKind::arguments;
  TRY(show(*region, layout::stack_top, std::min(block.pages, eager_block_pages)));
  return {};
}

MemoryObject& stack_object(const Process& process) {
  return *static_cast<Region*>(process.regions.find(layout::stack_top - base::page_size))->object;
}

}  // namespace

base::Result<void, SpawnError> set_up_memory(Process& process, const SpawnOrder& order,
                                             const Image& image, const Arguments& arguments) {
  const abi::Status page = show_process_page(*process.shell);
  if (!page.ok()) return At{SpawnStep::shell}(page.error());
  const abi::Status segments = add_segments(process, *order.image, image);
  if (!segments.ok()) return At{SpawnStep::segments}(segments.error());
  const abi::Status stack = add_stack(process, order.block != nullptr);
  if (!stack.ok()) return At{SpawnStep::stack}(stack.error());
  if (order.block != nullptr) {
    const abi::Status block = add_block(process, *order.block);
    if (!block.ok()) return At{SpawnStep::arguments}(block.error());
  } else {
    finish_block(process, image, scratch_pages(), arguments);
    std::memcpy(block_page(&stack_object(process), 0), scratch, arguments.bytes());
  }
  process.has_bundle = order.bundle != nullptr;
  fill_process_page(process);
  return {};
}

base::Result<void, SpawnError> take_block(Process& process, const SpawnOrder& order,
                                          const Image& image) {
  if (order.block == nullptr) return {};
  detach(*order.block, process);
  const Arguments arguments = TRY(check_arguments_of(order));
  finish_block(process, image, pages_of_object(*order.block), arguments);
  return {};
}

void plan_memory(const Image& image, abi::procmgr::Plan& plan) {
  for (const Segment& segment : image.all()) {
    const u64 pages = window_of(segment).length / base::page_size;
    (is_shared(segment) ? plan.shared_pages : plan.private_pages) += pages;
  }
}

}  // namespace procmgr
