// SPDX-License-Identifier: MIT
// A session with the file server: names.
//
//   ipc::files::Session files;                                   // the one in the bundle
//   auto file = TRY(files.open("/etc/motd"));
//   TRY(files.rename("a", "b"));
//
// A path of more than a message's length is reached by way of a directory on it, so up to max_path
// bytes are possible; what others do meanwhile may come between.
#pragma once

#include <libipc/files/file.hpp>
#include <libipc/process/memory.hpp>

namespace ipc::files {

class Session {
 public:
  constexpr explicit Session(Cap<Endpoint> session = Cap<Endpoint>{abi::bundle_slot::files})
      : session_(session) {}

  operator Cap<Endpoint>() const { return session_; }

  [[nodiscard]] Outcome<File> open(std::string_view path, u64 flags = open_flag::read,
                                   abi::u16 mode = 0644) const;
  [[nodiscard]] Outcome<Attributes> stat(std::string_view path, abi::u16 flags = 0) const;
  [[nodiscard]] Outcome<void> make_directory(std::string_view path, abi::u16 mode = 0755) const;
  [[nodiscard]] Outcome<void> remove(std::string_view path, Removes what = Removes::anything) const;
  [[nodiscard]] Outcome<void> rename(std::string_view from, std::string_view to) const;
  [[nodiscard]] Outcome<void> add_name(std::string_view existing, std::string_view path) const;
  [[nodiscard]] Outcome<void> make_symbolic_link(std::string_view text,
                                                 std::string_view path) const;
  // Into `to`; error too_big if there is no room.
  [[nodiscard]] Outcome<std::string_view> read_symbolic_link(std::string_view path,
                                                             std::span<char> to) const;
  [[nodiscard]] Outcome<void> change_mode(std::string_view path, u64 mode) const;
  [[nodiscard]] Outcome<void> set_modified(std::string_view path, u64 nanoseconds) const;
  [[nodiscard]] Outcome<void> change_directory(std::string_view path) const;
  [[nodiscard]] Outcome<std::string_view> working_directory(std::span<char> to) const;

  // A program, to be spawned.
  [[nodiscard]] Outcome<MemoryObject> open_image(std::string_view path) const;

  // procmgr's handle for the machine: what /proc shows is seen through it.
  [[nodiscard]] Outcome<void> lend_system(Cap<Endpoint> handle) const;

  [[nodiscard]] Outcome<InfoServer::Reply> info() const { return ask(session_, InfoServer{}); }

 private:
  Cap<Endpoint> session_;
};

// A session of one's own making: for a child. It starts with no open files; what the child shall
// have is given to it by number, in order, before it gets the session in its bundle.
class OwnedSession {
 public:
  struct Options {
    abi::Rights rights = session_right::all;
    u64 root = any_number;  // an open directory: the child sees nothing above it
    Cap<Endpoint> account;  // pays for what the child does; none: whoever pays for the parent's
  };
  static Outcome<OwnedSession> make(Cap<Endpoint> parent, const Options& options);
  static Outcome<OwnedSession> make(Cap<Endpoint> parent) { return make(parent, Options{}); }

  constexpr OwnedSession() = default;

  operator Cap<Endpoint>() const { return handle_.get(); }
  [[nodiscard]] Session view() const { return Session{handle_.get()}; }

  // The child's `to` is the parent's `number`: one opening with one position.
  [[nodiscard]] Outcome<void> inherit(Cap<Endpoint> parent, u64 number, u64 to) const;
  [[nodiscard]] Outcome<void> open(u64 to, std::string_view path, u64 flags,
                                   abi::u16 mode = 0644) const;
  [[nodiscard]] Outcome<void> duplicate(u64 number, u64 to) const;
  [[nodiscard]] Outcome<void> close(u64 number) const;
  [[nodiscard]] Outcome<void> change_directory(std::string_view path) const {
    return view().change_directory(path);
  }

 private:
  explicit OwnedSession(Owned<Endpoint> handle) : handle_(std::move(handle)) {}
  Owned<Endpoint> handle_;
};

}  // namespace ipc::files
