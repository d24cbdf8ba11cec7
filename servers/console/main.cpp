// SPDX-License-Identifier: MIT
// The console: writes what others send to the serial port. It does one request at a time, so what
// two programs write is never mixed within a write.
//
// Also the example of how a server is written: get what the manifest grants, make a Reply, say that
// it is there, serve.
#include <abi/proto/console.hpp>
#include <libipc/process/memory.hpp>
#include <libipc/serial.hpp>
#include <libipc/serve.hpp>

namespace {

using abi::console::Protocol;
using abi::console::Write;

// What the boot manifest grants.
constexpr ipc::Cap<ipc::Endpoint> registers{abi::bundle_slot::first_grant};  // a memory object
constexpr ipc::Cap<ipc::Endpoint> endpoint{abi::bundle_slot::serve};

struct Console {
  ipc::Serial serial;

  abi::Result<Write::Reply> handle(const Write& request, const ipc::Caller&) {
    if (request.bytes > sizeof(request.text)) return abi::Error::too_big;
    const std::string_view text{reinterpret_cast<const char*>(request.text), request.bytes};
    serial.write(text);
    return Write::Reply{};
  }
};

// Returns only if the console cannot work, or is not wanted any more.
abi::Status run() {
  const ipc::Region page = TRY(ipc::map(registers, base::page_size));
  Console console{ipc::Serial{reinterpret_cast<abi::u64>(page.data())}};
  const auto reply = TRY(ipc::make<ipc::Reply>());
  TRY(ipc::ready());
  return ipc::serve<Protocol>(endpoint, reply, console);
}

}  // namespace

int main() {
  const abi::Status end = run();
  ipc::log("console: it ends:");
  ipc::log(abi::sentence(end.error()));
  return 1;
}
