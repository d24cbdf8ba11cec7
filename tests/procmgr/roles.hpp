// SPDX-License-Identifier: MIT
// Roles of children that stand in files of their own, beside what starts them.
#pragma once

#include <span>

namespace procmgr_test {

int look_at_start(int argc, char** argv, char** environment);
int scan_for_canaries(std::span<char*> words);
int be_hog(std::span<char*> words);
int be_bomb(std::span<char*> words);
int be_escaper(std::span<char*> words);
int be_spawner(std::span<char*> words);
int be_parent(std::span<char*> words);
int be_fuzzer(std::span<char*> words);
int read_large(std::span<char*> words);
int go_astray(std::span<char*> words);
int stand_on_device(std::span<char*> words);
int rename_and_crash(std::span<char*> words);
int wait_for_crash(std::span<char*> words);
int be_handler(std::span<char*> words);
int be_watcher(std::span<char*> words);
int be_inspector(std::span<char*> words);

}  // namespace procmgr_test
