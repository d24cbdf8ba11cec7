// SPDX-License-Identifier: MIT
// Starts the server, asks it to shout each argument, and ends it.
#include "echo.hpp"
#include <libipc/process/memory.hpp>
#include <libipc/process/output.hpp>
#include <libipc/process/spawn.hpp>
#include <libipc/process/text.hpp>

namespace {

using ServerEndpoint = ipc::Owned<ipc::Endpoint>;

// The server's process. It gets one capability: the endpoint on which it will be asked.
ipc::SpawnResult<ipc::Process> start_server(const ServerEndpoint& endpoint) {
  const auto image = ipc::MemoryObject::open_module("bin/echo_server");
  if (!image.ok()) return ipc::SpawnError{.error = image.error()};
  auto bundle = ipc::Bundle::make();
  if (!bundle.ok()) return ipc::SpawnError{.error = bundle.error()};
  const abi::Status given = bundle->give(abi::bundle_slot::first_grant, endpoint.get());
  if (!given.ok()) return ipc::SpawnError{.error = given.error()};

  const std::string_view arguments[] = {"echo_server"};
  return ipc::spawn(*image, arguments,
                    {.flags = abi::procmgr::spawn_flag::die_with_parent, .bundle = &*bundle});
}

abi::Status shout(const ServerEndpoint& server, std::string_view text) {
  echo::Shout request{.bytes = text.size()};
  ipc::put_text(request.text, text);
  const auto reply = TRY(ipc::call(server, request));
  const std::string_view answer{reinterpret_cast<const char*>(reply.text), text.size()};
  ipc::print([&](auto& line) { line << text << " -> " << answer; });
  return {};
}

abi::Status shout_all(const ServerEndpoint& server, std::span<char* const> words) {
  for (const char* word : words) TRY(shout(server, word));
  const auto count = TRY(ipc::call(server, echo::Count{}));
  ipc::print([&](auto& line) { line << count.shouts << " shouts"; });
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  const auto endpoint = ipc::make<ipc::Endpoint>();
  if (!endpoint.ok()) return 1;
  const auto server = start_server(*endpoint);
  if (!server.ok()) {
    ipc::print([&](auto& line) { line << "no server: " << server.error(); });
    return 1;
  }
  const abi::Status done = shout_all(*endpoint, {argv + 1, argv + argc});
  if (!done.ok()) ipc::print([&](auto& line) { line << abi::sentence(done.error()); });
  static_cast<void>(server->kill());
  return done.ok() ? 0 : 1;
}
