// SPDX-License-Identifier: MIT
// The protocol of vfs, the file server. A *session* is a capability to it: a root, a working
// directory, open files with numbers, and an account that pays. Open files are numbers within the
// session, so opening and closing moves no capability; whoever wants all of a file's contents asks
// for the memory object behind it, maps it, and reads and writes without a message.
//
// A request that names a file by a path has the path's bytes behind its words, `text_bytes` of
// them, and a second path behind the first. Paths begin at the session's root if they begin with
// '/', else at `base`: an open directory or `working_directory`. What does not fit into a message
// is reached in two: open a directory on the way, and go on from there.
//
// An error's label is an abi::Error; its first word is a Fault that says what it was about.
#pragma once

#include <abi/object.hpp>
#include <abi/proto/file_problem.hpp>
#include <abi/request.hpp>

namespace abi::files {

inline constexpr u64 max_name = 255;
inline constexpr u64 max_path = 1'024;  // all in all; libipc cuts it
inline constexpr u64 max_links_followed = 40;

enum class Kind : u32 {
  none = 0,
  file = 1,
  directory = 2,
  symbolic_link = 3,
  device = 4,
  pipe = 5
};

// ---- Names of things ---------------------------------------------------------------------------

inline constexpr u64 working_directory = 0xffff'ffff;  // as a base
inline constexpr u64 any_number = 0xffff'ffff;         // where a number is asked for

namespace mode {
inline constexpr u32 read = 0400, write = 0200, execute = 0100;  // of the owner; others are kept
inline constexpr u32 all = 07777;
}  // namespace mode

namespace open_flag {
inline constexpr u64 read = 1;
inline constexpr u64 write = 2;
inline constexpr u64 create = 4;       // a file, if there is nothing
inline constexpr u64 exclusive = 8;    // with create: error occupied if there is something
inline constexpr u64 truncate = 16;    // with write
inline constexpr u64 append = 32;      // every write goes to the end
inline constexpr u64 directory = 64;   // error wrong_object if it is none
inline constexpr u64 no_follow = 128;  // a symbolic link at the end is opened itself
inline constexpr u64 all = 255;
}  // namespace open_flag

// Eight words, so that they travel in registers.
struct Attributes {
  u64 id;  // the same as long as the file is there, and no other's
  Kind kind;
  u32 mode;
  u64 size;  // bytes of a file or link, entries of a directory
  u64 links;
  u64 modified;  // nanoseconds since 1970
  u64 changed;
  u64 device;  // which one, of a device
  u64 pages;   // that its contents take
};

// ---- Requests about paths ----------------------------------------------------------------------

constexpr u32 op_of(u32 number) { return 0x3000 | number; }

// Opens what is there, or makes a file. Directories are opened for reading names, and as a base.
// Errors: not_found, occupied, wrong_object (a directory for writing), denied, over_quota.
struct Open {
  static constexpr u32 op = op_of(0);
  static constexpr std::string_view name = "files.open";
  u32 base;
  u16 mode;  // of a new file
  u16 text_bytes;
  u64 flags;  // open_flag
  struct Reply {
    u64 number;  // the lowest that is free
    Kind kind;
    u32 mode;
    u64 size;
    u64 id;
  };
};

namespace path_flag {
inline constexpr u16 no_follow = 1;  // a symbolic link at the end is meant itself
inline constexpr u16 all = 1;
}  // namespace path_flag

// Without a path: of the open file `base` itself.
struct Stat {
  static constexpr u32 op = op_of(1);
  static constexpr std::string_view name = "files.stat";
  u32 base;
  u16 flags;  // path_flag
  u16 text_bytes;
  using Reply = Attributes;
};

struct MakeDirectory {
  static constexpr u32 op = op_of(2);
  static constexpr std::string_view name = "files.make_directory";
  u32 base;
  u16 mode;
  u16 text_bytes;
  struct Reply {};
};

enum class Removes : u16 { files = 0, directories = 1, anything = 2 };

// A name goes, and what it names when nobody has it open. A directory must be empty.
struct Remove {
  static constexpr u32 op = op_of(3);
  static constexpr std::string_view name = "files.remove";
  u32 base;
  Removes what;
  u16 text_bytes;
  struct Reply {};
};

// From the first path to the second. A file or an empty directory that stands there goes. Errors:
// as of Remove; bad_argument (a directory below itself).
struct Rename {
  static constexpr u32 op = op_of(4);
  static constexpr std::string_view name = "files.rename";
  u32 base;
  u16 text_bytes;
  u16 second_bytes;
  u64 second_base;
  struct Reply {};
};

// The second path is another name of the file that the first one names. No link is followed.
struct AddName {
  static constexpr u32 op = op_of(5);
  static constexpr std::string_view name = "files.add_name";
  u32 base;
  u16 text_bytes;
  u16 second_bytes;
  u64 second_base;
  struct Reply {};
};

// The second text is where the link leads.
struct MakeSymbolicLink {
  static constexpr u32 op = op_of(6);
  static constexpr std::string_view name = "files.make_symbolic_link";
  u32 base;
  u16 text_bytes;
  u16 second_bytes;
  struct Reply {};
};

// Behind the reply: the text.
struct ReadSymbolicLink {
  static constexpr u32 op = op_of(7);
  static constexpr std::string_view name = "files.read_symbolic_link";
  u32 base;
  u16 flags;
  u16 text_bytes;
  struct Reply {
    u64 bytes;
  };
};

namespace attribute_flag {
inline constexpr u16 no_follow = path_flag::no_follow;
inline constexpr u16 mode = 2;
inline constexpr u16 modified = 4;
inline constexpr u16 now = 8;  // `modified` becomes now
inline constexpr u16 all = 15;
}  // namespace attribute_flag

// Those that the flags name. Without a path: of the open file `base`.
struct SetAttributes {
  static constexpr u32 op = op_of(8);
  static constexpr std::string_view name = "files.set_attributes";
  u32 base;
  u16 flags;
  u16 text_bytes;
  u64 mode;
  u64 modified;
  struct Reply {};
};

struct ChangeDirectory {
  static constexpr u32 op = op_of(9);
  static constexpr std::string_view name = "files.change_directory";
  u32 base;
  u16 flags;  // 0
  u16 text_bytes;
  struct Reply {};
};

// Behind the reply: the path of the working directory. Error not_found: it has none any more.
struct WorkingDirectory {
  static constexpr u32 op = op_of(10);
  static constexpr std::string_view name = "files.working_directory";
  struct Reply {
    u64 bytes;
  };
};

// A program: its file as a sealed memory object with the rights read and execute. From then on the
// file's contents are what they are; whoever writes to the file gives it new ones. Capabilities of
// the answer: it. Errors: busy (somebody has it open, or mapped, for writing: start a copy, as
// libipc does), denied.
struct OpenImage {
  static constexpr u32 op = op_of(11);
  static constexpr std::string_view name = "files.open_image";
  u32 base;
  u16 flags;  // 0
  u16 text_bytes;
  struct Reply {
    static constexpr u64 caps = 1;
    u64 bytes;
  };
};

// ---- Requests about open files -----------------------------------------------------------------

struct Close {
  static constexpr u32 op = op_of(12);
  static constexpr std::string_view name = "files.close";
  u64 number;
  struct Reply {};
};

// As an offset: where the file's own position is, which moves on. It is shared by all numbers, in
// all sessions, that stand for the same opening.
inline constexpr u64 at_position = ~u64{0};
// As an offset: the end of the file.
inline constexpr u64 at_end = ~u64{0} - 1;

// Small files, and any file of the boot archive: `bytes` at most `max_read`, which follow the
// reply. Error not_supported: the contents are a memory object; map it.
struct Read {
  static constexpr u32 op = op_of(13);
  static constexpr std::string_view name = "files.read";
  u64 number;
  u64 offset;
  u64 bytes;
  struct Reply {
    u64 bytes;   // that there are
    u64 offset;  // of the first
  };
};
inline constexpr u64 max_read = (max_message_words - words_of<Read::Reply>)*sizeof(u64);

// At most `max_write` bytes, which follow the request. Error not_supported: the file is too large
// for this, or would become so; Reserve room and write through its contents.
struct Write {
  static constexpr u32 op = op_of(14);
  static constexpr std::string_view name = "files.write";
  u64 number;
  u64 offset;
  u64 bytes;
  struct Reply {
    u64 offset;  // of the first
    u64 size;    // of the file
  };
};
inline constexpr u64 max_write = (max_message_words - words_of<Write>)*sizeof(u64);

// A page that this server and one client share, for pieces that are longer than a message. A
// session has one; what stands in it is the client's to arrange. Capabilities of the answer: the
// memory object. Errors: busy (somebody who shares the session has it), over_quota.
struct OpenMailbox {
  static constexpr u32 op = op_of(25);
  static constexpr std::string_view name = "files.open_mailbox";
  struct Reply {
    static constexpr u64 caps = 1;
  };
};
inline constexpr u64 mailbox_bytes = base::page_size;

// As Read and Write, with the bytes at the start of the mailbox: at most `mailbox_bytes`.
struct ReadMailbox {
  static constexpr u32 op = op_of(26);
  static constexpr std::string_view name = "files.read_mailbox";
  u64 number;
  u64 offset;
  u64 bytes;
  using Reply = Read::Reply;
};
struct WriteMailbox {
  static constexpr u32 op = op_of(27);
  static constexpr std::string_view name = "files.write_mailbox";
  u64 number;
  u64 offset;
  u64 bytes;
  using Reply = Write::Reply;
};

namespace reserve_flag {
inline constexpr u64 grow = 1;  // the file becomes as long as that, if it is shorter
inline constexpr u64 all = 1;
}  // namespace reserve_flag

// From now on [offset, offset + bytes) can be touched in the file's contents: the pages are there,
// and charged. Without `grow` the range ends with the file. `bytes` are at most `max_reserve`.
// The file's own position moves behind the range, if that is the offset. Errors: over_quota.
struct Reserve {
  static constexpr u32 op = op_of(15);
  static constexpr std::string_view name = "files.reserve";
  u64 number;
  u64 offset;
  u64 bytes;
  u64 flags;
  struct Reply {
    u64 offset;
    u64 bytes;      // of the range that are within the file
    u64 size;       // of the file
    u64 capacity;   // of the memory object
    u64 committed;  // so much of it from its start can be touched without asking
    u64 version;    // of the contents: another number, another memory object
  };
};
inline constexpr u64 max_reserve = 8 * base::mib;

// Longer (with zeroes) or shorter. Of a file that others have mapped, long tails go in pieces: the
// size in the answer is how far it came; ask again.
struct Resize {
  static constexpr u32 op = op_of(16);
  static constexpr std::string_view name = "files.resize";
  u64 number;
  u64 size;
  struct Reply {
    u64 size;
  };
};

// The memory object that is the file's contents, for reading or (with the right write) changing it.
// It may be longer than the file. A small file gets one now. Of a device: the capability that it
// stands for. Capabilities of the answer: it. Errors: denied, over_quota.
struct OpenContents {
  static constexpr u32 op = op_of(17);
  static constexpr std::string_view name = "files.open_contents";
  u64 number;
  Rights rights;  // abi::procmgr::memory_right: read, or read and write
  struct Reply {
    static constexpr u64 caps = 1;
    u64 size;
    u64 capacity;
    u64 committed;
    u64 version;
  };
};

// Names from `cursor` (at first 0) on, as many as fit. They follow the reply, each a DirectoryEntry
// and its name, filled up to a word. A name that is there from the first answer to the last is told
// exactly once. `entries` 0: that was all.
struct ReadDirectory {
  static constexpr u32 op = op_of(18);
  static constexpr std::string_view name = "files.read_directory";
  u64 number;
  u64 cursor;
  struct Reply {
    u64 cursor;  // for the next request
    u64 entries;
  };
};

// id | kind << 48 | length of the name << 56
struct DirectoryEntry {
  u64 raw = 0;

  static constexpr DirectoryEntry make(u64 id, Kind kind, u64 length) {
    return {(id & 0xffff'ffff'ffff) | u64{static_cast<u32>(kind)} << 48 | length << 56};
  }
  [[nodiscard]] constexpr u64 id() const { return raw & 0xffff'ffff'ffff; }
  [[nodiscard]] constexpr Kind kind() const { return static_cast<Kind>(raw >> 48 & 0xff); }
  [[nodiscard]] constexpr u64 name_bytes() const { return raw >> 56; }
};

// Another number for the same opening: `to`, closing what that was, or any_number.
struct Duplicate {
  static constexpr u32 op = op_of(19);
  static constexpr std::string_view name = "files.duplicate";
  u64 number;
  u64 to;
  struct Reply {
    u64 number;
  };
};

// ---- Pipes -------------------------------------------------------------------------------------

// A ring of bytes that both ends share, in a memory object: this header in its first page, the data
// in the pages behind. The server makes it, and says when an end's last holder has gone; bytes go
// from end to end without it. Nobody believes what stands here: whoever has an end can write it.
//
// `head` and `tail` count bytes and wrap. Whoever reads holds `locks[0]`, whoever writes
// `locks[1]`: the holder's number in it, which the server takes out if the holder dies.
// `waiting[i]` is how many sleep on bell i; the other side rings only then. Its highest bit says
// that somebody who waits for several things at once watches end i: whoever takes the bit away asks
// the server to tell (RingPipe). `closed`: bit i, end i has no holder any more.
struct PipeHeader {
  u32 head;
  u32 tail;
  u32 locks[2];
  u32 waiting[2];
  u32 closed;
  u32 zero;
};
inline constexpr u32 pipe_watched = u32{1} << 31;
inline constexpr u64 pipe_read_end = 0;
inline constexpr u64 pipe_write_end = 1;
inline constexpr u64 pipe_bytes = 32 * base::kib;  // a power of two
inline constexpr u64 pipe_object_bytes = base::page_size + pipe_bytes;

// Two openings, one for each end.
struct MakePipe {
  static constexpr u32 op = op_of(23);
  static constexpr std::string_view name = "files.make_pipe";
  struct Reply {
    u64 read_number;
    u64 write_number;
  };
};

// What the holder of an end needs. Capabilities of the answer: the ring's memory object, then the
// bells that readers and writers sleep on: notifications, with the bit 1.
struct OpenPipe {
  static constexpr u32 op = op_of(24);
  static constexpr std::string_view name = "files.open_pipe";
  u64 number;
  struct Reply {
    static constexpr u64 caps = 3;
    u64 end;     // which one this is
    u64 holder;  // for the locks
  };
};

// From now on the notification is signalled when somebody rings at the end that is open as
// `number`, or when the other end is closed; until the number is closed, or another one comes in
// its place. Capabilities: the notification (right signal); none: no more. Error: no_space (16
// watch the pipe already).
struct WatchPipe {
  static constexpr u32 op = op_of(31);
  static constexpr std::string_view name = "files.watch_pipe";
  static constexpr u64 caps = 1;
  u64 number;
  struct Reply {};
};
inline constexpr u64 max_pipe_watchers = 16;

// Whoever watches `end` of the pipe hears of it.
struct RingPipe {
  static constexpr u32 op = op_of(32);
  static constexpr std::string_view name = "files.ring_pipe";
  u64 number;
  u64 end;
  struct Reply {};
};

// ---- Sessions ----------------------------------------------------------------------------------

namespace session_right {
inline constexpr Rights change{1};        // anything in the tree
inline constexpr Rights ignore_modes{2};  // as the owner of everything
inline constexpr Rights inspect{4};       // InfoServer, and what all sessions have
inline constexpr Rights all{7};
}  // namespace session_right

// A new session, with no open files, that sees the same or less: the same working directory, the
// same root or (`root` is the number of an open directory) a part. Capabilities: the account that
// pays for what is done in it (right charge); none: this session's. Of the answer: the session.
struct MakeSession {
  static constexpr u32 op = op_of(20);
  static constexpr std::string_view name = "files.make_session";
  static constexpr u64 caps = 1;
  Rights rights;
  u64 root;
  struct Reply {
    static constexpr u64 caps = 1;
  };
};

// An open file of another session, the one that travels along, becomes one of this: with the number
// `to`, closing what that was, or any. Capabilities: the other session.
struct Inherit {
  static constexpr u32 op = op_of(21);
  static constexpr std::string_view name = "files.inherit";
  static constexpr u64 caps = 1;
  u64 number;
  u64 to;
  struct Reply {
    u64 number;
  };
};

// What this server holds, of all clients together.
struct InfoServer {
  static constexpr u32 op = op_of(22);
  static constexpr std::string_view name = "files.info_server";
  struct Reply {
    u64 nodes;
    u64 sessions;
    u64 open_files;
    u64 payers;
    u64 pages;         // for records and small files
    u64 objects;       // memory objects of larger ones
    u64 lost_entries;  // of the boot archive, that could not be kept
  };
};

// ---- For people who look -----------------------------------------------------------------------
//
// All but LendSystem need the session right `inspect`. They tell one thing in each answer, from a
// cursor (at first 0) on; not_found: that was all. Behind the reply stands text, `text_bytes` of
// it.

// What this session, and those that are made of it and keep the right `inspect`, see of processes
// under /proc, they see through this handle. Capabilities: procmgr's handle for the machine
// (abi/proto/inspect.hpp); none: no more. Errors: invalid_capability (it is no handle of
// procmgr's).
struct LendSystem {
  static constexpr u32 op = op_of(33);
  static constexpr std::string_view name = "files.lend_system";
  static constexpr u64 caps = 1;
  struct Reply {};
};

// What the tree is made of. The text is the path where it stands.
enum class MountKind : u64 { memory = 1, archive = 2, devices = 3, views = 4 };
struct NextMount {
  static constexpr u32 op = op_of(28);
  static constexpr std::string_view name = "files.next_mount";
  u64 cursor;
  struct Reply {
    u64 cursor;
    MountKind kind;
    u64 entries;  // files and folders that came from there, or are there now
    u64 bytes;    // of the archive, or of the memory that small files and records take
    u64 text_bytes;
  };
};

// The sessions. A session knows no process: its capability may be anywhere. But nobody else's
// capability to this server has its badge; so whoever may look into a process (Inspector, or
// procmgr) finds the badge in the slot `bundle_slot::files` there, and asks here what is open. The
// text is the working directory's path; none: it is not below the root of the one who asks.
struct NextSession {
  static constexpr u32 op = op_of(29);
  static constexpr std::string_view name = "files.next_session";
  u64 cursor;
  struct Reply {
    u64 cursor;
    u64 badge;
    Rights rights;  // session_right
    u64 open_files;
    u64 root;   // the id of the directory
    u64 payer;  // the same number, the same account; 0: this server
    u64 text_bytes;
  };
};

// What the session with this badge has open, by rising numbers. The text is the path, of the last
// name that the file was given. Error gone: there is no such session any more.
struct NextOpenFile {
  static constexpr u32 op = op_of(30);
  static constexpr std::string_view name = "files.next_open_file";
  u64 badge;
  u64 cursor;
  struct Reply {
    u64 cursor;
    u64 number;
    u64 flags;  // open_flag
    u64 position;
    u64 id;
    Kind kind;
    u32 sharers;  // numbers, of all sessions, that stand for this opening
    u64 size;     // of a file; of a pipe how much is on the way; of a directory its entries
    u64 text_bytes;
  };
};

using Protocol = RequestList<Open, Stat, MakeDirectory, Remove, Rename, AddName, MakeSymbolicLink,
                             ReadSymbolicLink, SetAttributes, ChangeDirectory, WorkingDirectory,
                             OpenImage, Close, Read, Write, Reserve, Resize, OpenContents,
                             ReadDirectory, Duplicate, MakeSession, Inherit, InfoServer, MakePipe,
                             OpenPipe, OpenMailbox, ReadMailbox, WriteMailbox, NextMount,
                             NextSession, NextOpenFile, WatchPipe, RingPipe, LendSystem>;

}  // namespace abi::files
