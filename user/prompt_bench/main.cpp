// SPDX-License-Identifier: MIT
// Measures how long a person waits for the shell. It stands between the shell and its terminal and
// passes everything on; when the shell wants to read, its prompt has been written. It then says
// what the counter says, which began with the machine, and ends the machine.
//
// The instructions of the passing on, some thousands, are counted with the others.
#include <libipc/machine.hpp>
#include <libipc/process/output.hpp>
#include <libipc/process/self.hpp>
#include <libipc/serve.hpp>

namespace {

namespace protocol = abi::console;
using abi::u64;
using ipc::Caller;

constexpr ipc::Cap<ipc::Endpoint> endpoint{abi::bundle_slot::serve};
constexpr ipc::Cap<ipc::Endpoint> terminal{abi::bundle_slot::first_grant};

struct Witness {
  template <class R>
  abi::Result<typename R::Reply> handle(const R& request, const Caller&) {
    return ipc::call(terminal, request);
  }

  // Nothing will happen that one could watch for.
  abi::Result<protocol::Watch::Reply> handle(const protocol::Watch&, const Caller&,
                                             ipc::Transfer&) {
    return protocol::Watch::Reply{.number = 1};
  }

  [[noreturn]] abi::Result<protocol::Read::Reply> handle(const protocol::Read&, const Caller&) {
    const u64 ticks = ipc::machine::counter();
    base::Text<> line;
    line << "\nbench boot.prompt "
         << ticks * 1'000 / (ipc::machine::counter_frequency() / 1'000'000) << " instructions\n";
    static_cast<void>(ipc::write(terminal, line.view()));
    static_cast<void>(ipc::call(terminal, protocol::Flush{}));
    ipc::exit(0);
  }
};

abi::Status run() {
  static constinit ipc::OwedAnswers answers;
  TRY(answers.start());
  TRY(ipc::ready());
  Witness witness;
  ipc::ReceiveSlots slots{ipc::slots(), 1};
  return ipc::serve<protocol::Protocol>(endpoint, answers, witness, &slots);
}

}  // namespace

int main() {
  ipc::log(abi::sentence(run().error()));
  return 1;
}
