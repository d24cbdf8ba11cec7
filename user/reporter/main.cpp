// SPDX-License-Identifier: MIT
// Waits for crashes and tells them: to its output, or to procmgr's log if it has none. A server of
// the boot manifest, with `grant 16 = crashes`.
//
// It goes on behind the last crash that anybody has opened. So a new life of it loses nothing, and
// whatever killed the last one (a record is opened before it is read) is not read again.
#include <abi/proto/crashes.hpp>
#include <base/bits.hpp>
#include <libipc/process/memory.hpp>
#include <libipc/process/output.hpp>
#include <user/reporter/report.hpp>

namespace {

using abi::u64;
using ipc::Cap;
using ipc::Endpoint;
namespace proto = abi::procmgr;

constexpr Cap<Endpoint> crashes{abi::bundle_slot::first_grant};

// Larger images have no symbols here.
constexpr u64 max_image_bytes = 16 * base::mib;

struct Opened {
  ipc::MemoryObject record;
  ipc::MemoryObject image;
  bool has_image = false;
};

abi::Result<Opened> open(u64 number) {
  auto record = TRY(ipc::LandingSlot::make());
  auto image = TRY(ipc::LandingSlot::make());
  const auto answer =
      TRY(ipc::call(crashes, proto::OpenCrash{number}, {}, {record.at(), image.at()}));
  if ((answer.arrivals.in_slots & 1) == 0) return abi::Error::not_supported;
  Opened opened{.record = ipc::MemoryObject{record.landed<Endpoint>()}};
  opened.has_image = (answer.arrivals.in_slots & 2) != 0;
  if (opened.has_image) opened.image = ipc::MemoryObject{image.landed<Endpoint>()};
  return opened;
}

// What is mapped for one report.
class Shown {
 public:
  Shown() = default;
  explicit Shown(ipc::Region region) : region_(region) {}
  Shown(const Shown&) = delete;
  Shown& operator=(const Shown&) = delete;
  Shown(Shown&& other) noexcept : region_(std::exchange(other.region_, {})) {}
  ~Shown() {
    if (!region_.empty()) static_cast<void>(ipc::unmap(region_));
  }
  [[nodiscard]] const std::byte* data() const { return region_.data(); }

 private:
  ipc::Region region_;
};

constexpr u64 whole_pages(u64 bytes) {
  return base::align_down(bytes + base::page_size - 1, base::page_size);
}

abi::Result<Shown> show(const ipc::MemoryObject& object, u64 bytes, ipc::MapOptions options = {}) {
  options.access = ipc::memory_right::read;
  return Shown{TRY(object.map(whole_pages(bytes), options))};
}

// A page that is not there comes at the expense of whoever made the image, and if he has none left,
// whoever touches it dies. So each is asked for first: then it is an error.
abi::Status bring_pages(const ipc::MemoryObject& image, u64 bytes) {
  for (u64 offset = 0; offset < bytes; offset += base::page_size)
    TRY(show(image, base::page_size, {.offset = offset, .flags = proto::map_flag::populate}));
  return {};
}

abi::Result<Shown> show_image(const ipc::MemoryObject& image, u64& bytes) {
  const auto info = TRY(image.info());
  bytes = info.bytes;
  if (bytes == 0 || bytes > max_image_bytes) return abi::Error::too_big;
  if (info.pages != whole_pages(bytes) / base::page_size) TRY(bring_pages(image, bytes));
  return show(image, bytes);
}

void write_line(void*, std::string_view line) {
  ipc::print([&](auto& out) { out << line; });
}

abi::Status tell(u64 number) {
  const Opened opened = TRY(open(number));
  const Shown page = TRY(show(opened.record, sizeof(abi::CrashRecord)));
  const auto& record = *reinterpret_cast<const abi::CrashRecord*>(page.data());
  u64 bytes = 0;
  const auto image = opened.has_image ? show_image(opened.image, bytes)
                                      : abi::Result<Shown>{abi::Error::not_found};
  reporter::Symbols symbols;
  if (image.ok())
    symbols = reporter::Symbols{{reinterpret_cast<const base::u8*>(image->data()), bytes}};
  reporter::write_report(record, symbols, {write_line, nullptr});
  return {};
}

abi::Status report_for_ever() {
  // The first answer comes with the first crash that is kept, whoever has opened it.
  u64 last = TRY(ipc::call(crashes, proto::WaitCrash{.after = 0, .poll = 0})).opened;
  for (;;) {
    const u64 newest = TRY(ipc::call(crashes, proto::WaitCrash{.after = last, .poll = 0})).newest;
    if (newest - last > proto::kept_crashes) {
      const u64 missed = newest - last - proto::kept_crashes;
      ipc::print([&](auto& out) { out << missed << " crashes came too fast to be told"; });
      last += missed;
    }
    for (; last < newest; ++last) {
      const abi::Status told = tell(last + 1);
      if (told.ok()) continue;
      ipc::print([&](auto& out) {
        out << "crash " << last + 1 << ": no report: " << abi::sentence(told.error());
      });
    }
  }
}

}  // namespace

int main() {
  static_cast<void>(ipc::ready());
  const abi::Status ended = report_for_ever();
  ipc::print([&](auto& out) { out << "reporter: " << abi::sentence(ended.error()); });
  return 1;
}
