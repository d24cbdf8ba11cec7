// SPDX-License-Identifier: MIT
// Random operations on files of all places (block, object, sealed), beside a plain model of them:
// what the host's tests of the tree cannot reach, because it is procmgr's memory.
#include <algorithm>
#include <cstring>
#include <tests/vfs/kit.hpp>

namespace vfs_test {
namespace {

constexpr u64 most = 256 * base::kib;
constexpr u64 names = 4;
constexpr u64 holders = 3;

// What stands under a name. Names may share one.
struct Model {
  u64 size = 0;
  u64 names = 0;
  std::byte bytes[most] = {};
};
constinit Model models[names];
constinit Model* named[names] = {};
constinit std::byte room[most];

class Random {
 public:
  explicit Random(u64 seed) : state_(seed) {}
  u64 below(u64 limit) {
    state_ ^= state_ << 13, state_ ^= state_ >> 7, state_ ^= state_ << 17;
    return state_ % limit;
  }
  // Small ones and page boundaries are where the mistakes are.
  u64 size() {
    switch (below(4)) {
      case 0: return below(200);
      case 1: return below(9'000);
      case 2: return (1 + below(20)) * base::page_size - below(3) + below(3);
      default: return below(most - 9'000);
    }
  }

 private:
  u64 state_;
};

class Game {
 public:
  explicit Game(u64 seed) : random_(seed) {}

  // False: the file and its model are not the same.
  bool step() {
    const u64 i = random_.below(names);
    switch (random_.below(12)) {
      case 0: return truncate(i);
      case 1:
      case 2:
      case 3: return write(i, false);
      case 4: return write(i, true);
      case 5: return resize(i);
      case 6: return rename(i, random_.below(names));
      case 7: return link(i, random_.below(names));
      case 8: return remove(i);
      case 9: return hold(i);
      case 10: return seal(i);
      default: return compare(i);
    }
  }
  bool compare_all() {
    for (u64 i = 0; i < names; ++i)
      if (!compare(i)) return false;
    return true;
  }
  void clear() {
    for (File& file : held_) file = File{};
    for (u64 i = 0; i < names; ++i)
      if (named[i] != nullptr) static_cast<void>(remove(i));
  }

 private:
  struct Path {
    explicit Path(u64 i) { text << "/random/" << i; }
    [[nodiscard]] std::string_view view() const { return text.view(); }
    base::Text<16> text;
  };
  static Outcome<File> open(u64 i, u64 flags) { return files.open(Path{i}.view(), flags, 0755); }

  static Model& model(u64 i) {
    if (named[i] != nullptr) return *named[i];
    Model* found = std::ranges::find(models, u64{0}, &Model::names);
    *found = {};
    found->names = 1;
    named[i] = found;
    return *found;
  }
  static void forget(u64 i) {
    if (named[i] != nullptr) --named[i]->names;
    named[i] = nullptr;
  }

  bool truncate(u64 i) {
    const auto file = open(i, open_flag::write | open_flag::create | open_flag::truncate);
    Model& expected = model(i);
    std::memset(expected.bytes, 0, expected.size);
    expected.size = 0;
    return file.ok();
  }
  bool write(u64 i, bool appends) {
    auto file = open(i, open_flag::write | open_flag::create | (appends ? open_flag::append : 0));
    Model& expected = model(i);
    const u64 offset = appends ? expected.size : random_.size();
    const u64 count = std::min(appends ? random_.below(5'000) : random_.size(), most - offset);
    fill({room, count}, random_.below(1'000));
    const auto written = file->write_at(offset, std::span{room, count});
    if (!written.ok() || *written != count) return false;
    std::memcpy(expected.bytes + offset, room, count);
    // Nothing written is nothing changed, also far behind the end.
    if (count != 0) expected.size = std::max(expected.size, offset + count);
    return true;
  }
  bool resize(u64 i) {
    auto file = open(i, open_flag::write | open_flag::create);
    Model& expected = model(i);
    const u64 size = random_.size();
    if (size < expected.size) std::memset(expected.bytes + size, 0, expected.size - size);
    expected.size = size;
    return file->resize(size).ok();
  }
  bool rename(u64 i, u64 to) {
    const auto renamed = files.rename(Path{i}.view(), Path{to}.view());
    if (named[i] == nullptr) return failed_with(renamed, Error::not_found, Fault::no_such_name);
    if (i == to || named[i] == named[to]) return renamed.ok();
    forget(to);
    named[to] = std::exchange(named[i], nullptr);
    return renamed.ok();
  }
  bool link(u64 i, u64 to) {
    const auto added = files.add_name(Path{i}.view(), Path{to}.view());
    if (named[i] == nullptr) return failed_with(added, Error::not_found, Fault::no_such_name);
    if (named[to] != nullptr) return failed_with(added, Error::occupied, Fault::name_exists);
    named[to] = named[i];
    ++named[to]->names;
    return added.ok();
  }
  bool remove(u64 i) {
    const auto removed = files.remove(Path{i}.view());
    if (named[i] == nullptr) return failed_with(removed, Error::not_found, Fault::no_such_name);
    forget(i);
    return removed.ok();
  }
  // Somebody has it open and mapped, and looks at it now and then.
  bool hold(u64 i) {
    File& file = held_[random_.below(holders)];
    auto opened = open(i, open_flag::read);
    if (opened.ok()) file = std::move(*opened);
    return !file || file.read_at(0, room).ok();
  }
  bool seal(u64 i) {
    const auto image = files.open_image(Path{i}.view());
    return named[i] == nullptr ? failed_with(image, Error::not_found, Fault::no_such_name)
                               : image.ok();
  }
  bool compare(u64 i) {
    auto file = open(i, open_flag::read);
    if (named[i] == nullptr) return failed_with(file, Error::not_found, Fault::no_such_name);
    const Model& expected = *named[i];
    const auto info = files.stat(Path{i}.view());
    if (!file.ok() || info->size != expected.size || info->links != expected.names) return false;
    std::memset(room, 1, sizeof room);
    const u64 start = random_.below(3) == 0 ? random_.below(expected.size + 1) : 0;
    const auto count = file->read_at(start, room);
    return count.ok() && *count == expected.size - start &&
           std::memcmp(room, expected.bytes + start, *count) == 0;
  }

  Random random_;
  File held_[holders];
};

}  // namespace

void test_random(Report& report, u64 effort) {
  const auto before = settled_info();
  static_cast<void>(files.make_directory("/random"));
  bool good = true;
  for (u64 seed = 1; good && seed <= 1 + effort; ++seed) {
    Game game{seed * 0x9e37'79b9};
    u64 step = 0;
    for (; good && step < 1'000; ++step) good = game.step();
    good = good && game.compare_all();
    if (!good) report.note([&](auto& text) { text << "seed " << seed << ", step " << step; });
    game.clear();
  }
  report.expect(good, "files are what a plain model of them is, whatever is done to them");
  static_cast<void>(files.remove("/random"));
  const auto after = settled_info();
  report.expect(before.nodes == after.nodes && before.sessions == after.sessions &&
                    before.open_files == after.open_files && before.objects == after.objects,
                "the server holds what it held before");
}

}  // namespace vfs_test
