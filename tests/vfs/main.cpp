// SPDX-License-Identifier: MIT
// The file server's promises, held against the server: a program that runs as the first one.
// Arguments: a theme, and how much effort (1 or 10). Children are the same program.
#include <libipc/stream/stream.hpp>
#include <tests/vfs/kit.hpp>

namespace {

constexpr struct {
  std::string_view name;
  void (*run)(vfs_test::Report& report, vfs_test::u64 effort);
} themes[] = {
    {"archive", vfs_test::test_archive},   {"archive_lost", vfs_test::test_archive_lost},
    {"names", vfs_test::test_names},       {"contents", vfs_test::test_contents},
    {"sessions", vfs_test::test_sessions}, {"images", vfs_test::test_images},
    {"pipes", vfs_test::test_pipes},       {"hogs", vfs_test::test_hogs},
    {"crowd", vfs_test::test_crowd},       {"mapping", vfs_test::test_mapping},
    {"random", vfs_test::test_random},     {"watching", vfs_test::test_watching},
    {"views", vfs_test::test_views},       {"inspection", vfs_test::test_inspection},
};

}  // namespace

int main(int argc, char** argv) {
  if (std::string_view{argv[0]} != "init") return vfs_test::play(argc, argv);
  // The results go to the log. Later the numbers of standard streams are pipes and files of tests.
  static_cast<void>(ipc::output());
  const auto image = ipc::MemoryObject::open_module("bin/init");
  if (!image.ok()) return 2;
  procmgr_test::set_program(*image);
  const std::string_view wanted = argc > 1 ? argv[1] : "";
  vfs_test::Report report{wanted};
  for (const auto& theme : themes)
    if (theme.name == wanted) theme.run(report, argc > 2 ? procmgr_test::number(argv[2]) : 1);
  return report.finish();
}
