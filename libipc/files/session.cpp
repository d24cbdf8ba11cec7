// SPDX-License-Identifier: MIT
#include <libipc/files/image.hpp>
#include <libipc/files/session.hpp>

namespace ipc::files {

namespace {

// A path that fits behind a request, and where it begins. What was opened for it is closed again.
class Route {
 public:
  static Outcome<Route> make(Cap<Endpoint> session, std::string_view path, u64 room) {
    if (path.size() > max_path) return Problem{abi::Error::too_big, Fault::path_too_long};
    Route route{session, path};
    while (route.path_.size() > room) TRY(route.shorten(room));
    return route;
  }
  Route() = default;
  Route(Route&& other) noexcept { *this = std::move(other); }
  Route& operator=(Route&& other) noexcept {
    std::swap(session_, other.session_);
    std::swap(path_, other.path_);
    std::swap(base_, other.base_);
    return *this;
  }
  ~Route() {
    if (base_ != abi::files::working_directory)
      static_cast<void>(ask(session_, Close{.number = base_}));
  }

  [[nodiscard]] u32 base() const { return static_cast<u32>(base_); }
  [[nodiscard]] std::string_view path() const { return path_; }
  [[nodiscard]] abi::u16 bytes() const { return static_cast<abi::u16>(path_.size()); }

 private:
  Route(Cap<Endpoint> session, std::string_view path) : session_(session), path_(path) {}

  // Goes as far as one message leads.
  Outcome<void> shorten(u64 room) {
    const auto slash = path_.rfind('/', room);
    if (slash == path_.npos || slash == 0)
      return Problem{abi::Error::too_big, Fault::name_too_long};
    const std::string_view way = path_.substr(0, slash);
    const Open request{.base = base(),
                       .mode = 0,
                       .text_bytes = static_cast<abi::u16>(way.size()),
                       .flags = open_flag::directory};
    const u64 number = TRY(ask(session_, request, way)).number;
    if (base_ != abi::files::working_directory)
      static_cast<void>(ask(session_, Close{.number = base_}));
    base_ = number;
    path_.remove_prefix(slash + 1);
    return {};
  }

  Cap<Endpoint> session_;
  std::string_view path_;
  u64 base_ = abi::files::working_directory;
};

template <class R>
Outcome<Route> route(Cap<Endpoint> session, std::string_view path) {
  return Route::make(session, path, max_text<R>);
}

template <class T>
Outcome<void> without_value(const Outcome<T>& outcome) {
  return outcome.error();
}

// Two paths share a message.
template <class R>
Outcome<void> ask_for_two(Cap<Endpoint> session, std::string_view first, std::string_view second) {
  const Route from = TRY(Route::make(session, first, max_text<R> / 2));
  const Route to = TRY(Route::make(session, second, max_text<R> / 2));
  const R request{.base = from.base(),
                  .text_bytes = from.bytes(),
                  .second_bytes = to.bytes(),
                  .second_base = to.base()};
  return without_value(ask(session, request, from.path(), to.path()));
}

}  // namespace

Outcome<File> Session::open(std::string_view path, u64 flags, abi::u16 mode) const {
  const Route way = TRY(route<Open>(session_, path));
  const Open request{.base = way.base(), .mode = mode, .text_bytes = way.bytes(), .flags = flags};
  return File{session_, TRY(ask(session_, request, way.path())), flags};
}

Outcome<Attributes> Session::stat(std::string_view path, abi::u16 flags) const {
  const Route way = TRY(route<Stat>(session_, path));
  return ask(session_, Stat{.base = way.base(), .flags = flags, .text_bytes = way.bytes()},
             way.path());
}

Outcome<void> Session::make_directory(std::string_view path, abi::u16 mode) const {
  const Route way = TRY(route<MakeDirectory>(session_, path));
  return without_value(
      ask(session_, MakeDirectory{.base = way.base(), .mode = mode, .text_bytes = way.bytes()},
          way.path()));
}

Outcome<void> Session::remove(std::string_view path, Removes what) const {
  const Route way = TRY(route<Remove>(session_, path));
  return without_value(ask(
      session_, Remove{.base = way.base(), .what = what, .text_bytes = way.bytes()}, way.path()));
}

Outcome<void> Session::rename(std::string_view from, std::string_view to) const {
  return ask_for_two<Rename>(session_, from, to);
}

Outcome<void> Session::add_name(std::string_view existing, std::string_view path) const {
  return ask_for_two<AddName>(session_, existing, path);
}

Outcome<void> Session::make_symbolic_link(std::string_view text, std::string_view path) const {
  constexpr u64 room = max_text<MakeSymbolicLink>;
  if (text.size() >= room) return Problem{abi::Error::too_big, Fault::path_too_long};
  const Route way = TRY(Route::make(session_, path, room - text.size()));
  const MakeSymbolicLink request{.base = way.base(),
                                 .text_bytes = way.bytes(),
                                 .second_bytes = static_cast<abi::u16>(text.size())};
  return without_value(ask(session_, request, way.path(), text));
}

Outcome<std::string_view> Session::read_symbolic_link(std::string_view path,
                                                      std::span<char> to) const {
  const Route way = TRY(route<ReadSymbolicLink>(session_, path));
  const Message answer =
      send_text(session_,
                ReadSymbolicLink{
                    .base = way.base(), .flags = path_flag::no_follow, .text_bytes = way.bytes()},
                way.path());
  const auto reply = TRY(read_reply<ReadSymbolicLink::Reply>(answer));
  if (reply.bytes > to.size()) return Problem{abi::Error::too_big};
  get_bytes(answer, sizeof reply, std::as_writable_bytes(to.first(reply.bytes)));
  return std::string_view{to.data(), reply.bytes};
}

Outcome<void> Session::change_mode(std::string_view path, u64 mode) const {
  const Route way = TRY(route<SetAttributes>(session_, path));
  return without_value(ask(session_,
                           SetAttributes{.base = way.base(),
                                         .flags = attribute_flag::mode,
                                         .text_bytes = way.bytes(),
                                         .mode = mode,
                                         .modified = 0},
                           way.path()));
}

Outcome<void> Session::set_modified(std::string_view path, u64 nanoseconds) const {
  const Route way = TRY(route<SetAttributes>(session_, path));
  return without_value(ask(session_,
                           SetAttributes{.base = way.base(),
                                         .flags = attribute_flag::modified,
                                         .text_bytes = way.bytes(),
                                         .mode = 0,
                                         .modified = nanoseconds},
                           way.path()));
}

Outcome<void> Session::change_directory(std::string_view path) const {
  const Route way = TRY(route<ChangeDirectory>(session_, path));
  return without_value(
      ask(session_, ChangeDirectory{.base = way.base(), .flags = 0, .text_bytes = way.bytes()},
          way.path()));
}

Outcome<std::string_view> Session::working_directory(std::span<char> to) const {
  const Message answer = send_text(session_, WorkingDirectory{}, {});
  const auto reply = TRY(read_reply<WorkingDirectory::Reply>(answer));
  if (reply.bytes > to.size()) return Problem{abi::Error::too_big};
  get_bytes(answer, sizeof reply, std::as_writable_bytes(to.first(reply.bytes)));
  return std::string_view{to.data(), reply.bytes};
}

Outcome<MemoryObject> Session::open_image(std::string_view path) const {
  const Route way = TRY(route<OpenImage>(session_, path));
  LandingSlot slot = TRY(outcome(LandingSlot::make()));
  const auto opened =
      ask(session_, OpenImage{.base = way.base(), .flags = 0, .text_bytes = way.bytes()},
          way.path(), slot.at());
  // Whoever writes to the file goes on writing, and this program becomes what it is now.
  if (opened.error() == Problem{abi::Error::busy, Fault::in_use}) return copy_image(*this, path);
  TRY(opened);
  return MemoryObject{slot.landed<Endpoint>()};
}

Outcome<void> Session::lend_system(Cap<Endpoint> handle) const {
  offer(CapPtrs<1>{handle.at()});
  return without_value(read_reply<LendSystem::Reply>(send_text(session_, LendSystem{}, {}, {}, 1)));
}

// ---- Sessions for others -----------------------------------------------------------------------

Outcome<OwnedSession> OwnedSession::make(Cap<Endpoint> parent, const Options& options) {
  LandingSlot slot = TRY(outcome(LandingSlot::make()));
  TRY(ask(parent, MakeSession{.rights = options.rights, .root = options.root}, {}, slot.at(),
          options.account.at()));
  return OwnedSession{slot.landed<Endpoint>()};
}

Outcome<void> OwnedSession::inherit(Cap<Endpoint> parent, u64 number, u64 to) const {
  offer(CapPtrs<1>{parent.at()});
  const Inherit request{.number = number, .to = to};
  return without_value(read_reply<Inherit::Reply>(send_text(handle_.get(), request, {}, {}, 1)));
}

Outcome<void> OwnedSession::open(u64 to, std::string_view path, u64 flags, abi::u16 mode) const {
  File file = TRY(view().open(path, flags, mode));
  if (file.number() == to) {
    file.release();
    return {};
  }
  return duplicate(file.number(), to);
}

Outcome<void> OwnedSession::duplicate(u64 number, u64 to) const {
  return without_value(ask(handle_.get(), Duplicate{.number = number, .to = to}));
}

Outcome<void> OwnedSession::close(u64 number) const {
  return without_value(ask(handle_.get(), Close{.number = number}));
}

}  // namespace ipc::files
