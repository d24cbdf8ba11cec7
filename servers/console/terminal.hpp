// SPDX-License-Identifier: MIT
// One terminal: a line discipline, what goes out, and the clients that wait for either.
//
//    device --> take_input() --> Line --> readers          writers --> OutputRing --> device
//                                  \------ echo ------------------------^
//
// Nothing here waits. A Write for which there is no room keeps its text in the queue of writers;
// they go out in their order, each as a whole, so no two are ever mixed.
#pragma once

#include <libipc/owed.hpp>
#include <libipc/serve.hpp>
#include <servers/console/line.hpp>
#include <servers/console/queue.hpp>
#include <servers/console/size_report.hpp>
#include <servers/console/watchers.hpp>

namespace console {

namespace proto = abi::console;
using abi::Error;
using ipc::Caller;

// What is at the other end.
enum class Attachment {
  none,     // nothing: no such device, or not yet
  open,     // somebody
  hung_up,  // nobody any more
};

class Terminal {
 public:
  explicit Terminal(ipc::OwedAnswers& answers) : answers_(answers) {}
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  // ---- Requests: what they promise stands in abi/proto/console.hpp ----------------------------

  abi::Result<proto::Write::Reply> write(const proto::Write& request, const Caller& caller);
  abi::Result<proto::Read::Reply> read(const proto::Read& request, const Caller& caller);
  abi::Result<proto::SetMode::Reply> set_mode(u64 mode);
  [[nodiscard]] proto::Info::Reply info() const;
  void set_window(u32 columns, u32 rows);
  abi::Result<proto::AskWindow::Reply> ask_window(const proto::AskWindow& request,
                                                  const Caller& caller);
  abi::Result<proto::Watch::Reply> watch(ipc::Owned<ipc::Notification> notification, u64 events);
  abi::Status unwatch(u64 number) { return watchers_.remove(number); }
  abi::Result<proto::Flush::Reply> flush(const proto::Flush& request, const Caller& caller);
  void discard() { line_.discard(); }

  // The emulator has had its time.
  void give_up_asking();

  // ---- The device -----------------------------------------------------------------------------

  // Whether one more byte can come in; if not, it stays in the device.
  [[nodiscard]] bool can_take() const { return line_.can_type(output_); }
  // As many bytes as can come in; how many those were.
  u64 take_input(std::span<const u8> bytes);

  [[nodiscard]] OutputRing& output() { return output_; }
  // So much of what was taken out of the ring has not reached the other end yet. To be called
  // whenever the ring or this has changed: now others may have room, or all may be out.
  void output_has_gone(u64 in_flight);

  // Text of the console's own goes out as if somebody had written it, if there is room.
  [[nodiscard]] bool has_room_for(std::string_view text) const;
  void say(std::string_view text) { put(text); }

  void attach(Attachment attachment);
  [[nodiscard]] Attachment attachment() const { return attachment_; }

  static constexpr u64 most_writers = 64;  // a bit of a word for each
  static constexpr u64 most_readers = 32;
  static constexpr u64 most_flushers = 16;

 private:
  struct Writer {
    ipc::Owed<proto::Write> answer;
    u64 bytes = 0;
    u64 place = 0;  // of its text
  };
  using Text = u64[proto::max_text / 8];
  struct Reader {
    ipc::Owed<proto::Read> answer;
    u64 max = 0;
  };
  struct Flusher {
    ipc::Owed<proto::Flush> answer;
    u64 position = 0;  // when so much is out
  };

  [[nodiscard]] abi::Status check() const;
  void put(std::string_view text);
  void type(u8 byte, Typed& all);
  u64 take_raw(std::span<const u8> bytes);
  void type_held(Typed& typed);
  void take_report(u8 byte, Typed& typed);
  void has_typed(const Typed& typed);
  proto::Read::Reply take(u64 max);
  void serve_readers();
  void forget_dead_writers();
  std::string_view text_of(const Writer& writer) const;
  void serve_writers();
  void serve_flushers();
  void got_size();

  ipc::OwedAnswers& answers_;
  Attachment attachment_ = Attachment::none;
  Line line_;
  OutputRing output_;
  u64 in_flight_ = 0;
  bool has_drained_ = true;
  Watchers watchers_;
  u32 columns_ = 0;
  u32 rows_ = 0;
  SizeReport report_;
  bool is_asking_ = false;
  ipc::Owed<proto::AskWindow> asker_;  // nobody, if the question was asked with `poll`
  Queue<Writer, most_writers> writers_;
  u64 texts_used_ = 0;        // a bit for each
  Text texts_[most_writers];  // left as they are until they are needed: so no memory is, either
  Queue<Reader, most_readers> readers_;
  Queue<Flusher, most_flushers> flushers_;
};

}  // namespace console
