// SPDX-License-Identifier: MIT
#include <user/inspect/kit/each.hpp>

namespace inspect {

namespace {

std::string_view sentence_of(abi::Error error) {
  if (error == abi::Error::not_found || error == abi::Error::gone)
    return "there is no such process";
  if (error == abi::Error::denied)
    return "the capability `inspect` of this program has no right to this";
  return abi::sentence(error);
}

}  // namespace

int do_to_each(kit::Words pids, Rights right, abi::Status (ipc::Process::*what)() const) {
  for (const std::string_view word : pids) {
    const auto process = try_to_open(pid_of(word), right);
    abi::Error error = process.error();
    if (process.ok()) error = ((*process).*what)().error();
    if (error != abi::Error::none) kit::complain(word, sentence_of(error));
  }
  return kit::finish();
}

}  // namespace inspect
