// SPDX-License-Identifier: MIT
// Measures the file server from outside: what a native program pays for an operation, libipc's
// instructions and procmgr's included. Prints one line for each row. What the rows mean is written
// down in docs/benchmarks.md; they are those of the same operations on Linux's tmpfs.
#include <libipc/files/pipe.hpp>
#include <libipc/files/program.hpp>
#include <libipc/machine.hpp>
#include <libipc/process/output.hpp>

namespace {

using namespace ipc::files;
using abi::u64;

constexpr Session files;
constexpr std::string_view path = "/bench/file";
constexpr u64 bulk_bytes = base::mib;
constexpr u64 small_bytes = 4'096;
constexpr u64 names = 1'000;

constinit std::byte bulk[bulk_bytes];

u64 nanoseconds(u64 ticks) {
  return ticks * 1'000 / (ipc::machine::counter_frequency() / 1'000'000);
}

// The mean of `repetitions`, per unit, after a few that warm up. False: one of them failed.
template <class Operation>
bool measure(std::string_view name, u64 repetitions, u64 units, Operation&& operation) {
  for (u64 i = 0; i < 16; ++i)
    if (!operation(i)) return false;
  const u64 start = ipc::machine::counter();
  for (u64 i = 0; i < repetitions; ++i)
    if (!operation(i)) return false;
  const u64 count = repetitions * units;
  const u64 each = (nanoseconds(ipc::machine::counter() - start) + count / 2) / count;
  base::Text<96> line;
  line << "bench " << name << ' ' << each << " instructions\n";
  ipc::print(line.view());
  return true;
}

bool is_all(const Outcome<u64>& outcome, u64 bytes) { return outcome.ok() && *outcome == bytes; }

bool create_write_remove() {
  constexpr u64 flags = open_flag::write | open_flag::create | open_flag::exclusive;
  auto file = files.open("/bench/new", flags);
  if (!file.ok() || !is_all(file->write({bulk, small_bytes}), small_bytes)) return false;
  file->close();
  return files.remove("/bench/new").ok();
}

bool read_directory() {
  auto folder = files.open("/bench/many");
  u64 words[abi::max_message_words];
  u64 seen = 0;
  for (u64 cursor = 0; folder.ok();) {
    const auto some = folder->read_names(cursor, words);
    if (!some.ok() || some->entries == 0) break;
    cursor = some->cursor;
    seen += some->entries;
  }
  return seen == names;
}

// ---- Pipes: this program is also the child at the other end ------------------------------------

constexpr u64 stream_piece = 64 * base::kib;
constexpr u64 stream_bytes = 8 * base::mib;

// Answers each byte with a byte.
int echo() {
  auto in = PipeEnd::open(files, 0);
  auto out = PipeEnd::open(files, 1);
  std::byte byte[1];
  while (in.ok() && out.ok() && is_all(in->read(byte), 1))
    if (!out->write(byte).ok()) return 1;
  return 0;
}

// Takes all that comes, and answers when it is so much.
int drain() {
  auto in = PipeEnd::open(files, 0);
  auto out = PipeEnd::open(files, 1);
  u64 done = 0;
  while (in.ok() && out.ok()) {
    const auto count = in->read({bulk, stream_piece});
    if (!count.ok() || *count == 0) return 0;
    done += *count;
    if (done % stream_bytes == 0 && !out->write("x").ok()) return 1;
  }
  return 0;
}

struct Partner {
  PipeEnd out;
  PipeEnd in;
  ipc::Process process;
};

Outcome<Partner> start_partner(std::string_view role) {
  const auto there = TRY(PipeEnd::make(files));
  const auto back = TRY(PipeEnd::make(files));
  const auto session = TRY(OwnedSession::make(files));
  TRY(session.inherit(files, there.read, 0));
  TRY(session.inherit(files, back.write, 1));
  auto bundle = ipc::Bundle::make();
  if (!bundle.ok()) return Problem{bundle.error()};
  static_cast<void>(bundle->give(abi::bundle_slot::files, ipc::Cap<ipc::Endpoint>{session}));
  const std::string_view words[] = {"partner", role};
  auto process =
      ipc::files::start(files, "/bin/init", words, {.bundle = &*bundle, .priority = 100});
  if (!process.ok()) return Problem{process.error().error};
  static_cast<void>(ask(files, Close{.number = there.read}));
  static_cast<void>(ask(files, Close{.number = back.write}));
  Partner partner;
  partner.out = TRY(PipeEnd::open(files, there.write));
  partner.in = TRY(PipeEnd::open(files, back.read));
  partner.process = std::move(*process);
  return partner;
}

bool measure_pipes() {
  auto echoing = start_partner("echo");
  std::byte byte[1];
  if (!echoing.ok() || !measure("pipe.ping_pong", 2'000, 1, [&](u64) {
        return echoing->out.write("x").ok() && is_all(echoing->in.read(byte), 1);
      }))
    return false;
  auto draining = start_partner("drain");
  return draining.ok() && measure("pipe.stream_kib", 2, stream_bytes / base::kib, [&](u64) {
           for (u64 i = 0; i < stream_bytes / stream_piece; ++i)
             if (!draining->out.write(std::span{bulk, stream_piece}).ok()) return false;
           return is_all(draining->in.read(byte), 1);
         });
}

bool prepare(File& file) {
  if (!files.make_directory("/bench").ok() || !files.make_directory("/bench/many").ok())
    return false;
  for (u64 i = 0; i < names; ++i) {
    base::Text<64> name;
    name << "/bench/many/name" << i;
    if (!files.open(name.view(), open_flag::write | open_flag::create).ok()) return false;
  }
  auto opened = files.open(path, open_flag::read | open_flag::write | open_flag::create);
  if (!opened.ok()) return false;
  file = std::move(*opened);
  return is_all(file.write(bulk), bulk_bytes);
}

bool measure_all(File& file) {
  const auto piece = [](u64 i) { return (i & 255) * small_bytes; };
  return measure("vfs.open_close", 2'000, 1, [](u64) { return files.open(path).ok(); }) &&
         measure("vfs.stat", 2'000, 1, [](u64) { return files.stat(path).ok(); }) &&
         measure("vfs.create_write_unlink", 500, 1, [](u64) { return create_write_remove(); }) &&
         measure("vfs.read_4k", 2'000, 1,
                 [&](u64 i) {
                   return is_all(file.read_at(piece(i), {bulk, small_bytes}), small_bytes);
                 }) &&
         measure("vfs.read_1m_kib", 32, bulk_bytes / base::kib,
                 [&](u64) { return is_all(file.read_at(0, bulk), bulk_bytes); }) &&
         measure("vfs.write_4k", 2'000, 1,
                 [&](u64 i) {
                   return is_all(file.write_at(piece(i), std::span{bulk, small_bytes}),
                                 small_bytes);
                 }) &&
         measure("vfs.write_1m_kib", 32, bulk_bytes / base::kib,
                 [&](u64) { return is_all(file.write_at(0, std::span{bulk}), bulk_bytes); }) &&
         measure("vfs.readdir_entry", 20, names, [](u64) { return read_directory(); });
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view role = argc > 1 ? argv[1] : "";
  if (role == "echo") return echo();
  if (role == "drain") return drain();
  File file;
  const bool done = prepare(file) && measure_all(file) && measure_pipes();
  if (!done) ipc::print("an operation of the file server failed\n");
  return done ? 0 : 1;
}
