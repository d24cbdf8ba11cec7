// SPDX-License-Identifier: MIT
#include <boot/machine/processor.hpp>
#include <boot/machine/report.hpp>
#include <boot/machine/symbols.hpp>

namespace boot {

constinit Report report;

namespace {

// Operations of Arm's semihosting specification.
constexpr u64 semihosting_write_text = 0x04;
constexpr u64 semihosting_exit_extended = 0x20;
constexpr u64 application_exit = 0x20026;

// Without a serial port and without PSCI this is the last way to be heard. Where nobody listens it
// does nothing.
void write_to_host(std::string_view text) {
  base::Text<512> line;
  line << text << "\n" << '\0';
  semihosting(semihosting_write_text, address_of(line.view().data()));
}

void exit_to_host() {
  const u64 block[] = {application_exit, 1};
  semihosting(semihosting_exit_extended, address_of(block));
}

}  // namespace

void write_safely(base::TextWriter& line, std::string_view text) {
  for (const char c : text) line << (c >= ' ' && c <= '~' ? c : '?');
}

void Report::write_line(std::string_view prefix, std::string_view text) {
  serial_.write("boot: ");
  serial_.write(prefix);
  serial_.write(text);
  serial_.write("\n");
}

void Report::info(std::string_view text) {
  if (serial_.present() && log_level_ != abi::LogLevel::quiet) write_line("", text);
}

void Report::debug(std::string_view text) {
  if (serial_.present() && wants_debug()) write_line("", text);
}

void Report::warn(Notices& notices) {
  if (!serial_.present()) return;
  for (const Notice& notice : notices.items) {
    base::Text line;
    line << sentence(notice.warning);
    if (!notice.subject.empty()) line << ": ";
    write_safely(line, notice.subject);
    write_line("warning: ", line.view());
  }
  if (notices.dropped != 0) {
    base::Text line;
    line << "and " << notices.dropped << " more";
    write_line("warning: ", line.view());
  }
  notices = {};
}

void Report::stop(std::string_view subject, Fault fault, std::string_view detail) {
  base::Text line;
  write_safely(line, subject);
  if (!subject.empty()) line << ": ";
  line << sentence(fault);
  if (!detail.empty()) line << " (";
  write_safely(line, detail);
  if (!detail.empty()) line << ")";
  stop(line.view());
}

void Report::stop(std::string_view text) {
  expect_no_more_exceptions();
  if (serial_.present()) write_line("error: ", text);
  if (!serial_.present()) {  // or it was stuck
    base::Text line;
    line << "boot: error: " << text;
    write_to_host(line.view());
  }
  power_off(power_conduit_);
  exit_to_host();
  park();
}

void Report::stop_for_exception(u64 syndrome, u64 link, u64 address) {
  // The port that the device tree named is none; writing there again would end the same way.
  if (serial_.covers(address)) serial_ = {};
  base::Text line;
  line << "unexpected exception at boot+" << base::Hex{link - image_pages().begin} << ", ESR "
       << base::Hex{syndrome} << ", FAR " << base::Hex{address};
  stop(line.view());
}

// Called by vectors.S.
extern "C" [[noreturn]] void report_exception(u64 syndrome, u64 link, u64 address);

extern "C" void report_exception(u64 syndrome, u64 link, u64 address) {
  report.stop_for_exception(syndrome, link, address);
}

}  // namespace boot
