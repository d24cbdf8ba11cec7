// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/place.hpp>
#include <user/tools/kit/show.hpp>
#include <user/tools/kit/tool.hpp>

namespace {

constexpr kit::Usage usage{.name = "df",
                           .sentence = "Says what the file server holds, of all programs together.",
                           .most = 0};

}  // namespace

int main(int argc, char** argv) {
  kit::start(usage, argc, argv);
  const auto info = kit::files.info();
  if (!info.ok()) kit::give_up("the file server", info.error());
  base::Text<32> size;
  kit::write_human(size, info->pages * base::page_size);
  kit::out << "files and directories   " << info->nodes << '\n'
           << "large files in memory   " << info->objects << '\n'
           << "for all others          " << size.view() << '\n'
           << "open files              " << info->open_files << '\n'
           << "sessions                " << info->sessions << '\n'
           << "accounts that pay       " << info->payers << '\n'
           << "lost at the start       " << info->lost_entries << '\n';
  return kit::finish();
}
