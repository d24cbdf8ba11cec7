// SPDX-License-Identifier: MIT
#include <libipc/process/self.hpp>
#include <user/tools/kit/source.hpp>

namespace kit {

namespace {

constinit char blocks[block_bytes];
constinit char dash[] = "-";
constinit char* const only_input[] = {dash};

constexpr abi::u32 status_interrupted = 130;

}  // namespace

Outcome<Source> Source::open(std::string_view path) {
  Source source;
  if (path == "-") {
    source.is_input_ = true;
    return source;
  }
  auto file = TRY(kit::open({path}));
  if (file.kind() == Kind::directory)
    return Problem{abi::Error::wrong_object, abi::files::Fault::is_a_directory};
  // A device may stand for a terminal.
  if (file.kind() == Kind::file)
    source.own_ = ipc::Stream{std::move(file)};
  else
    source.own_ = TRY(ipc::Stream::open(files, file.release(), open_flag::read));
  return source;
}

Outcome<u64> Source::read_full(std::span<char> to) {
  u64 done = 0;
  while (done != to.size()) {
    const u64 count = TRY(read(to.subspan(done)));
    if (count == 0) break;
    done += count;
  }
  return done;
}

bool Source::is_file() {
  return stream().kind() == ipc::Stream::Kind::file && stream().file().kind() == Kind::file;
}

std::string_view shown_name(std::string_view path) { return path == "-" ? "standard input" : path; }

void complain_of_source(std::string_view path, const Problem& problem) {
  if (is(problem, abi::Error::cancelled)) ipc::exit(status_interrupted);
  // What a source has no room for is a line.
  if (is(problem, abi::Error::no_space)) return complain(shown_name(path), no_memory);
  complain(shown_name(path), problem);
}

Words or_input(Words operands) { return operands.empty() ? Words{only_input} : operands; }

std::span<char> block() { return blocks; }

}  // namespace kit
