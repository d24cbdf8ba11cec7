// SPDX-License-Identifier: MIT
// Large and strange archives, which the host has made (tests/system/test_vfs.py).
#include <tests/vfs/kit.hpp>

namespace vfs_test {

void test_archive(Report& report, u64) {
  u64 good = 0;
  for (u64 i = 0; i < 16'384; ++i) {
    base::Text<64> path;
    base::Text<16> text;
    path << "/many/" << i % 128 << "/file" << i;
    text << i;
    if (has_contents(files, path.view(), text.view())) ++good;
  }
  report.expect(good == 16'384, "each of 16,384 files has its contents");
  report.expect(files.stat("/long").ok() && files.stat("/long")->size == 100,
                "names of 255 bytes are kept");
  static char path[4 * 256];
  for (u64 i = 0; i < sizeof path; ++i) path[i] = i % 256 == 255 ? '/' : 'n';
  report.expect(has_contents(files, {path, sizeof path - 1}, "deep"), "a path of 1,023 bytes is");
  report.expect(has_contents(files, "/empty", ""), "an empty file is");
  report.expect(files.info()->lost_entries == 0, "nothing was lost");
}

void test_archive_lost(Report& report, u64) {
  report.expect(files.info()->lost_entries == 3, "what cannot be kept is counted");
  report.expect(has_contents(files, "/etc/small", "a small file of the archive\n"),
                "the rest is there");
}

}  // namespace vfs_test
