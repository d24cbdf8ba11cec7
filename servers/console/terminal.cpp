// SPDX-License-Identifier: MIT
#include <algorithm>
#include <bit>
#include <servers/console/terminal.hpp>

namespace console {

namespace {

// Of the ring, kept for echoes: who types sees it, however much others print.
constexpr u64 echo_reserve = 2 * base::kib;

template <class T, u64 capacity>
void forget_the_dead(Queue<T, capacity>& queue) {
  queue.drop_if([](const T& waiting) { return !waiting.answer.is_waited_for(); });
}

template <class R, class T, u64 capacity>
abi::Result<ipc::Owed<R>> take_place(ipc::OwedAnswers& answers, const Queue<T, capacity>& queue,
                                     const Caller& caller) {
  if (queue.full()) return Error::no_space;
  return answers.owe<R>(caller);
}

std::string_view as_text(const u64* words, u64 bytes) {
  return {reinterpret_cast<const char*>(words), bytes};
}

}  // namespace

abi::Status Terminal::check() const {
  switch (attachment_) {
    case Attachment::none: return Error::not_found;
    case Attachment::open: return {};
    case Attachment::hung_up: return Error::gone;
  }
  return Error::not_found;
}

// ---- Output -----------------------------------------------------------------------------------

bool Terminal::has_room_for(std::string_view text) const {
  u64 bytes = text.size();
  if ((line_.mode() & mode::lf_to_crlf) != 0)
    bytes += static_cast<u64>(std::count(text.begin(), text.end(), '\n'));
  return bytes + echo_reserve <= output_.room();
}

// There is room.
void Terminal::put(std::string_view text) {
  has_drained_ = false;
  if ((line_.mode() & mode::lf_to_crlf) == 0) {
    output_.put(text);
    return;
  }
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    output_.put(text.substr(0, end));
    if (end != text.size()) output_.put("\r\n");
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

abi::Result<proto::Write::Reply> Terminal::write(const proto::Write& request,
                                                 const Caller& caller) {
  TRY(check());
  if (request.bytes > proto::max_text || (request.flags & ~proto::flag::all) != 0)
    return Error::bad_argument;
  const std::string_view text = as_text(request.text, request.bytes);
  if (writers_.empty() && has_room_for(text)) {
    put(text);
    return proto::Write::Reply{};
  }
  if ((request.flags & proto::flag::poll) != 0) return Error::would_block;
  if (writers_.full()) forget_dead_writers();
  Writer writer{.answer = TRY(take_place<proto::Write>(answers_, writers_, caller)),
                .bytes = request.bytes,
                .place = static_cast<u64>(std::countr_one(texts_used_))};
  texts_used_ |= u64{1} << writer.place;
  std::copy_n(request.text, proto::words_for(request.bytes), texts_[writer.place]);
  writers_.push(std::move(writer));
  return proto::Write::Reply{};
}

std::string_view Terminal::text_of(const Writer& writer) const {
  return as_text(texts_[writer.place], writer.bytes);
}

void Terminal::forget_dead_writers() {
  writers_.drop_if([this](const Writer& writer) {
    const bool is_over = !writer.answer.is_waited_for();
    if (is_over) texts_used_ &= ~(u64{1} << writer.place);
    return is_over;
  });
}

void Terminal::serve_writers() {
  while (!writers_.empty() && has_room_for(text_of(writers_.front()))) {
    Writer writer = writers_.pop();
    put(text_of(writer));
    texts_used_ &= ~(u64{1} << writer.place);
    // It was taken when it was sent: it goes out even if its writer has gone meanwhile.
    static_cast<void>(writer.answer.answer(proto::Write::Reply{}));
  }
}

abi::Result<proto::Flush::Reply> Terminal::flush(const proto::Flush& request,
                                                 const Caller& caller) {
  TRY(check());
  if ((request.flags & ~u64{proto::flag::all}) != 0) return Error::bad_argument;
  if (output_.size() + in_flight_ == 0) return proto::Flush::Reply{};
  if ((request.flags & proto::flag::poll) != 0) return Error::would_block;
  if (flushers_.full()) forget_the_dead(flushers_);
  Flusher flusher{.answer = TRY(take_place<proto::Flush>(answers_, flushers_, caller)),
                  .position = output_.total_put()};
  flushers_.push(std::move(flusher));
  return proto::Flush::Reply{};
}

void Terminal::serve_flushers() {
  const u64 out = output_.total_put() - output_.size() - in_flight_;
  while (!flushers_.empty() && flushers_.front().position <= out)
    static_cast<void>(flushers_.pop().answer.answer(proto::Flush::Reply{}));
}

void Terminal::output_has_gone(u64 in_flight) {
  in_flight_ = in_flight;
  serve_writers();
  serve_flushers();
  if (output_.size() + in_flight_ != 0 || has_drained_) return;
  has_drained_ = true;
  watchers_.signal(event::writable);
}

// ---- Input ------------------------------------------------------------------------------------

proto::Read::Reply Terminal::take(u64 max) {
  proto::Read::Reply reply{};
  auto* bytes = reinterpret_cast<u8*>(reply.text);
  reply.bytes = line_.read({bytes, std::min<u64>(max, proto::max_text)});
  return reply;
}

abi::Result<proto::Read::Reply> Terminal::read(const proto::Read& request, const Caller& caller) {
  if (attachment_ == Attachment::none) return Error::not_found;
  if (request.max == 0 || (request.flags & ~proto::flag::all) != 0) return Error::bad_argument;
  if (readers_.empty() && line_.is_readable()) return take(request.max);
  // Nothing will ever come: for a reader that is the end of the file.
  if (attachment_ == Attachment::hung_up) return proto::Read::Reply{};
  if ((request.flags & proto::flag::poll) != 0) return Error::would_block;
  if (readers_.full()) forget_the_dead(readers_);
  Reader reader{.answer = TRY(take_place<proto::Read>(answers_, readers_, caller)),
                .max = request.max};
  readers_.push(std::move(reader));
  return proto::Read::Reply{};
}

// Whoever has died while he waited must not take what was typed with him.
void Terminal::serve_readers() {
  while (!readers_.empty() && line_.is_readable()) {
    Reader reader = readers_.pop();
    if (!reader.answer.is_waited_for()) continue;
    static_cast<void>(reader.answer.answer(take(reader.max)));
  }
}

void Terminal::has_typed(const Typed& typed) {
  if (typed.interrupts) {
    while (!readers_.empty()) static_cast<void>(readers_.pop().answer.answer(Error::cancelled));
    watchers_.signal(event::interrupt);
  }
  if (!typed.is_ready) return;
  serve_readers();
  if (line_.is_readable()) watchers_.signal(event::readable);
}

void Terminal::type(u8 byte, Typed& all) {
  const Typed typed = line_.type(byte, output_);
  if (output_.size() != 0) has_drained_ = false;
  // What was ready before the interrupt has been thrown away by it.
  all.is_ready = (all.is_ready && !typed.interrupts) || typed.is_ready;
  all.interrupts = all.interrupts || typed.interrupts;
}

// Readers make room, and that is all that can.
u64 Terminal::take_raw(std::span<const u8> bytes) {
  u64 taken = 0;
  while (taken < bytes.size() && can_take()) {
    const bool was_empty = !line_.is_readable();
    taken += line_.type_raw(bytes.subspan(taken));
    has_typed({.is_ready = was_empty});
  }
  return taken;
}

u64 Terminal::take_input(std::span<const u8> bytes) {
  if (line_.is_raw() && !is_asking_) return take_raw(bytes);
  Typed typed;
  u64 taken = 0;
  for (; taken < bytes.size(); ++taken) {
    if (!can_take()) {
      // Readers make room, and that is all that can.
      has_typed(std::exchange(typed, {}));
      if (!can_take()) break;
    }
    if (is_asking_)
      take_report(bytes[taken], typed);
    else
      type(bytes[taken], typed);
  }
  has_typed(typed);
  return taken;
}

// There is room for a byte. What was held back while there was no room for more is lost: 16 bytes
// at most, in the third of a second in which an answer is expected.
void Terminal::type_held(Typed& typed) {
  for (const u8 held : report_.held())
    if (can_take()) type(held, typed);
  report_.reset();
}

void Terminal::take_report(u8 byte, Typed& typed) {
  auto step = report_.feed(byte);
  if (step == SizeReport::Step::none && !report_.held().empty()) {
    // It ends what looked like an answer, and may begin the real one.
    type_held(typed);
    step = report_.feed(byte);
  }
  if (step == SizeReport::Step::answer) got_size();
  if (step == SizeReport::Step::none && can_take()) type(byte, typed);
}

// ---- Modes and sizes --------------------------------------------------------------------------

abi::Result<proto::SetMode::Reply> Terminal::set_mode(u64 mode) {
  if ((mode & ~mode::cooked) != 0) return Error::bad_argument;
  const u64 previous = line_.mode();
  has_typed(line_.set_mode(mode, output_));
  return proto::SetMode::Reply{.previous = previous};
}

proto::Info::Reply Terminal::info() const {
  const u64 room = output_.room();
  return {.mode = line_.mode(),
          .columns = columns_,
          .rows = rows_,
          .readable = line_.readable(),
          .writable = writers_.empty() && room > echo_reserve ? room - echo_reserve : 0,
          .is_hung_up = attachment_ == Attachment::hung_up ? u64{1} : u64{0},
          .watchers = watchers_.count()};
}

void Terminal::set_window(u32 columns, u32 rows) {
  if (columns == columns_ && rows == rows_) return;
  columns_ = columns;
  rows_ = rows;
  watchers_.signal(event::resized);
}

abi::Result<proto::AskWindow::Reply> Terminal::ask_window(const proto::AskWindow& request,
                                                          const Caller& caller) {
  TRY(check());
  if ((request.flags & ~u64{proto::flag::all}) != 0) return Error::bad_argument;
  if (asker_.is_waited_for()) return Error::busy;
  if (!has_room_for(size_question)) return Error::would_block;
  // Of a question that somebody asked before he died, or whose answer nobody waits for.
  give_up_asking();
  if ((request.flags & proto::flag::poll) == 0)
    asker_ = TRY(answers_.owe<proto::AskWindow>(caller));
  is_asking_ = true;
  put(size_question);
  return proto::AskWindow::Reply{.columns = columns_, .rows = rows_};
}

void Terminal::got_size() {
  is_asking_ = false;
  static_cast<void>(
      asker_.answer(proto::AskWindow::Reply{.columns = report_.columns(), .rows = report_.rows()}));
  set_window(report_.columns(), report_.rows());
  report_.reset();
}

void Terminal::give_up_asking() {
  if (!is_asking_) return;
  is_asking_ = false;
  static_cast<void>(asker_.answer(Error::would_block));
  Typed typed;
  type_held(typed);
  has_typed(typed);
}

abi::Result<proto::Watch::Reply> Terminal::watch(ipc::Owned<ipc::Notification> notification,
                                                 u64 events) {
  if (events == 0 || (events & ~event::all) != 0) return Error::bad_argument;
  const ipc::Cap<ipc::Notification> signalled = notification;
  const u64 number = TRY(watchers_.add(std::move(notification), events));
  u64 now = 0;
  if (line_.is_readable()) now |= event::readable;
  if (attachment_ == Attachment::hung_up) now |= event::hang_up;
  if (output_.size() + in_flight_ == 0) now |= event::writable;
  if ((now & events) != 0) static_cast<void>(ipc::signal(signalled));
  return proto::Watch::Reply{.number = number};
}

void Terminal::attach(Attachment attachment) {
  if (attachment == attachment_) return;
  const bool hangs_up = attachment == Attachment::hung_up;
  attachment_ = attachment;
  if (!hangs_up) return;
  // What has been typed can still be read; what was to go out has nowhere to go.
  output_.clear();
  while (!writers_.empty()) static_cast<void>(writers_.pop().answer.answer(Error::gone));
  texts_used_ = 0;
  while (!flushers_.empty()) static_cast<void>(flushers_.pop().answer.answer(Error::gone));
  serve_readers();
  while (!readers_.empty()) static_cast<void>(readers_.pop().answer.answer(proto::Read::Reply{}));
  watchers_.signal(event::hang_up);
}

}  // namespace console
