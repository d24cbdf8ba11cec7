// SPDX-License-Identifier: MIT
// What the tests of the file server share. Reports and books are those of procmgr's tests.
#pragma once

#include <libipc/files/session.hpp>
#include <tests/procmgr/kit.hpp>

namespace vfs_test {

using namespace ipc::files;
using abi::Error;
using abi::u64;
using ipc::Cap;
using ipc::Endpoint;
using procmgr_test::Report;

// The session that the manifest gives.
inline constexpr Session files{};

template <class T>
bool failed_with(const Outcome<T>& outcome, Error error, Fault fault = Fault::none) {
  return outcome.error() == Problem{error, fault};
}

// A file with these contents, from its beginning to its end.
Outcome<void> write_file(const Session& session, std::string_view path, std::string_view text);
// Whether the file has exactly these contents.
bool has_contents(const Session& session, std::string_view path, std::string_view text);

// Files and empty folders whose names begin so.
void remove_names(std::string_view folder, std::string_view prefix);

// A pattern of `bytes`, another one for each seed; and whether a place holds it.
void fill(std::span<std::byte> to, u64 seed);
bool is_filled(std::span<const std::byte> with, u64 seed);

// Of children that never wait, so that this program goes on beside them.
inline constexpr u64 below_ours = 50;

// Sleeps, so that children run meanwhile.
class Alarm {
 public:
  Alarm();
  void sleep(u64 nanoseconds);

 private:
  ipc::Owned<ipc::Timer> timer_;
  ipc::Owned<ipc::Notification> notification_;
};

// Everything that the server holds. Ended sessions are closed first.
InfoServer::Reply settled_info();
bool operator==(const InfoServer::Reply& a, const InfoServer::Reply& b);

// What a child does: its first argument names the role.
int play(int argc, char** argv);

void test_archive(Report& report, u64 effort);
void test_archive_lost(Report& report, u64 effort);
void test_names(Report& report, u64 effort);
void test_contents(Report& report, u64 effort);
void test_sessions(Report& report, u64 effort);
void test_images(Report& report, u64 effort);
void test_pipes(Report& report, u64 effort);
void test_hogs(Report& report, u64 effort);
void test_crowd(Report& report, u64 effort);
void test_mapping(Report& report, u64 effort);
void test_random(Report& report, u64 effort);
void test_watching(Report& report, u64 effort);
void test_views(Report& report, u64 effort);
void test_inspection(Report& report, u64 effort);

}  // namespace vfs_test
