// SPDX-License-Identifier: MIT
// The first program of a person: starts a shell, or what its orders say (orders.hpp), with streams
// and a view of the files; sends out what somebody wants to have of the files; and ends as the
// program has ended, which ends the machine. Words of the machine's command line are a command,
// too, and go before the orders.
//
// The status is a shell's:
//
//   0..255  the program's own         127  there is no such program
//   137     it was killed             126  it cannot be started
//   139     it crashed                2    the orders make no sense
#include <libipc/files/program.hpp>
#include <libipc/process/output.hpp>
#include <libipc/terminal/terminal.hpp>
#include <user/init/orders.hpp>

namespace {

using abi::procmgr::EndKind;
using init::Orders;
using ipc::Cap;
using ipc::Endpoint;
using ipc::u64;

constexpr int wrong_orders = 2;
constexpr int cannot_start = 126;
constexpr int not_found = 127;
constexpr int was_killed = 137;
constexpr int has_crashed = 139;

constexpr std::string_view shell = "/bin/shell";
constexpr std::string_view archiver = "/bin/archive";
constexpr std::string_view program_folder = "/bin/";
constexpr std::string_view orders_file = "/etc/orders";

constexpr Cap<Endpoint> port_for_files{abi::bundle_slot::first_grant};
constexpr ipc::files::Session files;

// What stands here before the orders do: a child has these, whatever else it gets.
constexpr std::string_view environment[] = {"PATH=/bin", "HOME=/"};

constinit Orders orders;
constinit char text_of_orders[256 * base::kib];

template <class Fill>
int complain(int status, Fill&& fill) {
  base::Text<> line;
  line << "init: ";
  fill(line);
  line << '\n';
  ipc::print_error(line.view());
  return status;
}

// The child gets of ours what a program needs, and a view of the files that is its own: where it
// goes and what it opens there is nothing to us. What we do not have, it does not get either.
abi::Result<ipc::Bundle> make_bundle(abi::CapPtr input, abi::CapPtr output) {
  const struct {
    abi::CapPtr slot;
    abi::CapPtr source;
  } gifts[] = {
      {abi::bundle_slot::input, input},
      {abi::bundle_slot::output, output},
      {abi::bundle_slot::error, abi::bundle_slot::error},
      {abi::bundle_slot::spawner, abi::bundle_slot::spawner},
      {abi::bundle_slot::modules, abi::bundle_slot::modules},
      {abi::bundle_slot::inspect, abi::bundle_slot::inspect},
      {abi::bundle_slot::inspector, abi::bundle_slot::inspector},
  };
  auto bundle = TRY(ipc::Bundle::make());
  const auto session = ipc::files::OwnedSession::make(files);
  if (!session.ok()) return session.error().error;
  // What it sees of processes under /proc, it sees through this.
  static_cast<void>(session->view().lend_system(Cap<Endpoint>{abi::bundle_slot::inspect}));
  TRY(bundle.give(abi::bundle_slot::files, Cap<Endpoint>{*session}));
  for (const auto& gift : gifts)
    static_cast<void>(bundle.give(gift.slot, Cap<Endpoint>{gift.source}));
  return bundle;
}

int report(const ipc::Process::Record& record, std::string_view name) {
  switch (record.kind) {
    case EndKind::exited: return static_cast<int>(record.status & 255);
    case EndKind::faulted:
      return complain(has_crashed, [&](auto& line) {
        line << name << ": " << name_of(static_cast<abi::FaultKind>(record.status))
             << " at address " << base::Hex{record.address} << ", pc " << base::Hex{record.pc};
      });
    case EndKind::over_quota:
    case EndKind::killed:
    case EndKind::parent_died:
    case EndKind::running: break;
  }
  return complain(was_killed, [&](auto& line) { line << name << ": " << sentence(record.kind); });
}

int run(ipc::Strings words, abi::CapPtr input, abi::CapPtr output) {
  const std::string_view name = words.front();
  base::Text<abi::files::max_path> path;
  if (name.find('/') == name.npos) path << program_folder;
  path << name;
  auto bundle = make_bundle(input, output);
  if (!bundle.ok())
    return complain(cannot_start,
                    [&](auto& line) { line << name << ": " << abi::sentence(bundle.error()); });
  const auto record = ipc::files::run(
      files, path.view(), words, {.environment = orders.environment.view(), .bundle = &*bundle});
  if (record.ok()) return report(*record, name);
  const ipc::SpawnError why = record.error();
  const bool is_about_path =
      why.step == abi::procmgr::SpawnStep::image && why.fault == abi::procmgr::SpawnFault::none;
  return complain(is_about_path && why.error == abi::Error::not_found ? not_found : cannot_start,
                  [&](auto& line) {
                    line << name << ": ";
                    if (is_about_path)
                      line << abi::sentence(why.error);
                    else
                      line << why;
                  });
}

// An archive of the file or tree, and behind it a line with the status of who has made it: so the
// other end knows what is whole.
void send(std::string_view path) {
  const std::string_view words[] = {archiver, "create", path};
  const int status = run(words, abi::CapPtr{}, port_for_files.at());
  base::Text<> line;
  line << "end " << status << '\n';
  static_cast<void>(ipc::write(port_for_files, line.view()));
}

abi::Status read_orders(std::span<char* const> arguments) {
  for (const std::string_view text : environment) TRY(orders.environment.add(text));
  auto file = files.open(orders_file);
  if (file.ok()) {
    const auto bytes = file->read(std::as_writable_bytes(std::span{text_of_orders}));
    if (!bytes.ok()) return bytes.error().error;
    if (*bytes == sizeof(text_of_orders)) return abi::Error::too_big;
    TRY(orders.read({text_of_orders, *bytes}));
  }
  if (!arguments.empty()) orders.words.clear();
  for (const char* word : arguments) TRY(orders.words.add(word));
  return {};
}

// A person's terminal has a size, which somebody has told us or which it can be asked for. Nobody
// waits for the answer: it is there before anybody needs it, or there is none.
void prepare_terminal(const ipc::Terminal& terminal) {
  if (orders.columns != 0)
    static_cast<void>(terminal.set_window({orders.columns, orders.rows}));
  else if (orders.words.view().empty())
    static_cast<void>(terminal.begin_to_ask_window());
}

}  // namespace

int main(int argc, char** argv) {
  const auto read = read_orders({argv + 1, argv + argc});
  if (!read.ok())
    return complain(wrong_orders, [&](auto& line) {
      line << orders_file << ": " << abi::sentence(read.error());
    });
  prepare_terminal(ipc::Terminal{Cap<Endpoint>{abi::bundle_slot::input}});
  if (orders.words.view().empty()) static_cast<void>(orders.words.add(shell));
  const int status = run(orders.words.view(), abi::bundle_slot::input, abi::bundle_slot::output);
  for (const std::string_view path : orders.gets.view()) send(path);
  // The machine ends with this program, and would take along what is still in the console.
  for (const abi::CapPtr stream :
       {abi::bundle_slot::output, abi::bundle_slot::error, port_for_files.at()})
    static_cast<void>(ipc::Terminal{Cap<Endpoint>{stream}}.flush());
  return status;
}
