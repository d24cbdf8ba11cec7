// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/source.hpp>

namespace {

constinit bool appends = false;
constexpr kit::Option options[] = {{'a', appends, "adds to the files"}};
constexpr kit::Usage usage{.name = "tee",
                           .operands = "[FILE...]",
                           .sentence = "Copies the standard input to the output and the files.",
                           .options = options};

// Open files; one that failed is closed, and the others go on.
using Copies = std::span<ipc::files::File>;
constexpr base::u64 most_files = 64;
[[clang::no_destroy]] constinit ipc::files::File copies[most_files];

void write(ipc::files::File& file, std::string_view name, std::string_view bytes) {
  if (!file) return;
  const auto written = file.write(bytes);
  if (written.ok()) return;
  kit::complain(name, written.error());
  file.close();
}

}  // namespace

int main(int argc, char** argv) {
  const auto names = kit::start(usage, argc, argv);
  if (names.size() > most_files) kit::misused(names[most_files], "this file is one too many");
  const auto flags = kit::open_flag::write | kit::open_flag::create |
                     (appends ? kit::open_flag::append : kit::open_flag::truncate);
  for (base::u64 i = 0; i < names.size(); ++i) {
    auto file = kit::open({names[i]}, flags);
    if (file.ok())
      copies[i] = std::move(*file);
    else
      kit::complain(names[i], file.error());
  }
  kit::each_block("-", [&](std::string_view bytes) {
    for (base::u64 i = 0; i < names.size(); ++i) write(copies[i], names[i], bytes);
    kit::out << bytes;
    kit::out.flush();
  });
  for (auto& file : copies) file.close();
  return kit::finish();
}
