// SPDX-License-Identifier: MIT
#include <cstring>
#include <user/tools/kit/real_path.hpp>

namespace kit {

namespace {

using abi::Error;
using abi::files::Fault;

constexpr Problem too_long{Error::too_big, Fault::path_too_long};

}  // namespace

Outcome<std::string_view> RealPath::find(std::string_view path) {
  if (path.size() > room) return too_long;
  if (path.empty()) return Problem{Error::not_found, Fault::no_such_name};
  links_ = 0;
  done_bytes_ = 0;
  if (!path.starts_with('/')) done_bytes_ = TRY(files.working_directory(done_)).size();
  if (done_bytes_ == 1) done_bytes_ = 0;
  rest_start_ = room - path.size();
  std::memcpy(rest_ + rest_start_, path.data(), path.size());
  while (rest_start_ != room) TRY(take_part());
  if (done_bytes_ == 0) done_[done_bytes_++] = '/';
  return std::string_view{done_, done_bytes_};
}

Outcome<void> RealPath::take_part() {
  const std::string_view rest{rest_ + rest_start_, room - rest_start_};
  const std::string_view part = rest.substr(0, rest.find('/'));
  const bool is_last = rest.find_first_not_of('/', part.size()) == rest.npos;
  rest_start_ += part.size() + (part.size() == rest.size() ? 0 : 1);
  if (part.empty() || part == ".") return {};
  if (part == "..") return go_up(), Outcome<void>{};
  const u64 before = done_bytes_;
  TRY(append(part));
  const auto attributes = stat({{done_, done_bytes_}}, Links::kept);
  if (!attributes.ok()) {
    const bool may_be_missing = is_last && is(attributes.error(), Error::not_found);
    return may_be_missing ? Problem{} : attributes.error();
  }
  if (attributes->kind == Kind::symbolic_link) {
    TRY(take_link());
    // An absolute link begins anew; another one where it stands.
    done_bytes_ = rest_[rest_start_] == '/' ? 0 : before;
    return {};
  }
  const bool is_end = rest_start_ == room && rest.size() == part.size();
  if (!is_end && attributes->kind != Kind::directory)
    return Problem{Error::wrong_object, Fault::not_a_directory};
  return {};
}

// The link's text comes in front of the rest.
Outcome<void> RealPath::take_link() {
  if (++links_ > abi::files::max_links_followed)
    return Problem{Error::too_big, Fault::too_many_links};
  char text[abi::files::max_path];
  const auto target = TRY(read_link({{done_, done_bytes_}}, text));
  const bool has_rest = rest_start_ != room;
  const u64 bytes = target.size() + (has_rest ? 1 : 0);
  if (bytes > rest_start_ || target.empty()) return too_long;
  if (has_rest) rest_[--rest_start_] = '/';
  rest_start_ -= target.size();
  std::memcpy(rest_ + rest_start_, target.data(), target.size());
  return {};
}

Outcome<void> RealPath::append(std::string_view part) {
  if (part.size() + 1 > room - done_bytes_) return too_long;
  done_[done_bytes_++] = '/';
  std::memcpy(done_ + done_bytes_, part.data(), part.size());
  done_bytes_ += part.size();
  return {};
}

void RealPath::go_up() {
  const auto slash = std::string_view{done_, done_bytes_}.rfind('/');
  done_bytes_ = slash == std::string_view::npos ? 0 : slash;
}

}  // namespace kit
