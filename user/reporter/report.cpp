// SPDX-License-Identifier: MIT
#include <algorithm>
#include <user/reporter/names.hpp>
#include <user/reporter/regions.hpp>
#include <user/reporter/report.hpp>

namespace reporter {

namespace {

using abi::CrashRecord;
using abi::procmgr::EndKind;
namespace layout = abi::process_layout;

constexpr unsigned address_digits = 10;  // addresses have 39 bits
constexpr unsigned word_digits = 16;
constexpr u64 shown_words = 16;
constexpr u64 instruction_bytes = 4;

struct Job {
  const CrashRecord& record;
  const Symbols& symbols;
  const Lines& lines;

  template <class Compose>
  void line(Compose&& compose) const {
    base::Text<> text;
    compose(text);
    lines.write(lines.context, text.view());
  }
};

void write_word(base::TextWriter& out, u64 word) {
  base::Text<24> digits;
  digits << base::Hex{word, word_digits};
  out << digits.view().substr(2);
}

// ---- What happened ----------------------------------------------------------------------------

std::string_view verb_of(abi::Access access) {
  switch (access) {
    case abi::Access::none: return "used";
    case abi::Access::read: return "read from";
    case abi::Access::write: return "wrote to";
    case abi::Access::execute: return "jumped to";
  }
  return "used";
}

void write_access_to(base::TextWriter& out, const CrashRecord& record) {
  out << verb_of(record.access) << ' ' << base::Hex{record.address} << ", ";
  write_whereabouts(out, record, record.address);
  if (record.present != 0) out << ", which does not allow that";
}

void write_deed(base::TextWriter& out, const CrashRecord& record) {
  switch (static_cast<abi::FaultKind>(record.fault)) {
    case abi::FaultKind::page:
      write_access_to(out, record);
      if (static_cast<EndKind>(record.end) == EndKind::over_quota)
        out << ", and there was no page left for it";
      return;
    case abi::FaultKind::alignment:
      out << verb_of(record.access) << " the misaligned address " << base::Hex{record.address};
      return;
    case abi::FaultKind::instruction:
      out << "came to an instruction that is none, or not for programs";
      return;
    case abi::FaultKind::breakpoint:
      out << "came to a breakpoint (which is how a failed check ends, too)";
      return;
    case abi::FaultKind::system_call: out << "made a system call that does not exist"; return;
    case abi::FaultKind::other: break;
  }
  out << "was stopped by an exception of the processor";
}

void write_sentence(const Job& job) {
  const CrashRecord& record = job.record;
  job.line([&](auto& out) {
    const std::string_view name{record.name, abi::max_crash_name};
    out << "crash " << record.number << ": ";
    write_printable(out, name.substr(0, name.find('\0')));
    out << " (pid " << record.pid << ") ";
    write_deed(out, record);
  });
}

// ---- Where ------------------------------------------------------------------------------------

// What has to be added to the image's own addresses.
u64 bias_of(const Job& job) { return job.symbols.is_position_independent() ? layout::pie_base : 0; }

u64 image_start(const CrashRecord& record) {
  for (const abi::CrashRegion& region : regions_of(record))
    if (static_cast<RegionKind>(region.kind) == RegionKind::image) return region.start;
  return 0;
}

// `back`: 4 for an address that a call returns to, since the call may be its function's last
// instruction.
void write_place(base::TextWriter& out, const Job& job, u64 address, u64 back) {
  const auto place = job.symbols.find(address - bias_of(job) - back);
  const abi::CrashRegion* region = region_at(job.record, address - back);
  if (place) {
    write_name(out, place->name);
    out << '+' << base::Hex{place->offset + back};
  } else if (region != nullptr && static_cast<RegionKind>(region->kind) == RegionKind::image) {
    out << "image+" << base::Hex{address - image_start(job.record)};
  } else {
    out << "no code that is known";
  }
}

// Does x30 still say who called? Where a jump led nowhere it does; and at a function's first
// instructions, before they have put it on the stack.
bool is_link_alive(const Job& job) {
  constexpr u64 prologue = 2 * instruction_bytes;
  const u64 pc = job.record.registers.pc;
  const abi::CrashRegion* region = region_at(job.record, pc);
  if (region == nullptr || (region->access & abi::procmgr::memory_right::execute.bits) == 0)
    return true;
  const auto place = job.symbols.find(pc - bias_of(job));
  return place && place->offset <= prologue;
}

void write_backtrace(const Job& job) {
  const CrashRecord& record = job.record;
  u64 number = 0;
  const auto frame = [&](u64 address, u64 back, u64 times) {
    job.line([&](auto& out) {
      out << (number < 10 ? "   #" : "  #") << number << "  " << base::Hex{address, address_digits}
          << "  ";
      write_place(out, job, address, back);
      if (times > 1) out << "  (" << times << " times)";
    });
    number += times;
  };
  frame(record.registers.pc, 0, 1);
  const u64 count = std::min<u64>(record.return_count, abi::max_crash_returns);
  const u64 link = record.registers.x[30];
  const bool is_known = count != 0 && record.returns[0] == link;
  if (!is_known && is_link_alive(job)) frame(link, instruction_bytes, 1);
  for (u64 i = 0; i < count;) {
    u64 same = i + 1;
    while (same < count && record.returns[same] == record.returns[i]) ++same;
    frame(record.returns[i], instruction_bytes, same - i);
    i = same;
  }
  if (count == abi::max_crash_returns) job.line([](auto& out) { out << "   and so on"; });
}

// ---- What there was ---------------------------------------------------------------------------

void write_registers(const Job& job) {
  const auto& registers = job.record.registers;
  constexpr u64 columns = 4;
  constexpr u64 general = 31;
  job.line([](auto& out) { out << "registers:"; });
  for (u64 row = 0; row < general; row += columns)
    job.line([&](auto& out) {
      for (u64 i = row; i < std::min(row + columns, general); ++i) {
        out << (i < 10 ? "   x" : "  x") << i << ' ';
        write_word(out, registers.x[i]);
      }
      if (row + columns <= general) return;
      out << "   sp ";
      write_word(out, registers.sp);
    });
  job.line([&](auto& out) {
    out << "   pc ";
    write_word(out, registers.pc);
    out << "  tls ";
    write_word(out, registers.tls);
    out << "  state " << base::Hex{job.record.processor_state} << "  syndrome "
        << base::Hex{job.record.syndrome};
  });
}

void write_regions(const Job& job) {
  const CrashRecord& record = job.record;
  job.line([](auto& out) { out << "regions:"; });
  for (const abi::CrashRegion& region : regions_of(record))
    job.line([&](auto& out) {
      const auto mark = [&](u64 address, std::string_view name) {
        if (address - region.start < region.length) out << "  <- " << name;
      };
      out << "   " << base::Hex{region.start, address_digits} << " - "
          << base::Hex{region.start + region.length, address_digits} << "  ";
      write_access(out, region.access);
      out << "  " << name_of(static_cast<RegionKind>(region.kind));
      mark(record.registers.pc, "pc");
      mark(record.registers.sp, "sp");
      if (record.access != abi::Access::execute) mark(record.address, "address");
    });
  if (record.regions_in_all > record.region_count)
    job.line([&](auto& out) {
      out << "   and " << record.regions_in_all - record.region_count << " more";
    });
}

void write_stack(const Job& job) {
  const CrashRecord& record = job.record;
  const u64 count = std::min<u64>(record.word_count, shown_words);
  constexpr u64 columns = 4;
  if (count != 0) job.line([](auto& out) { out << "stack, from sp on:"; });
  for (u64 row = 0; row < count; row += columns)
    job.line([&](auto& out) {
      out << "   " << base::Hex{record.registers.sp + row * sizeof(u64), address_digits} << ' ';
      for (u64 i = row; i < std::min(row + columns, count); ++i) {
        out << ' ';
        write_word(out, record.words[i]);
      }
    });
}

}  // namespace

void write_report(const CrashRecord& record, const Symbols& symbols, const Lines& lines) {
  const Job job{record, symbols, lines};
  write_sentence(job);
  write_backtrace(job);
  write_registers(job);
  write_regions(job);
  write_stack(job);
}

}  // namespace reporter
