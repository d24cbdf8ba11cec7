// SPDX-License-Identifier: MIT
// The virtio driver against a simulated device: one that behaves, and one that writes anything
// into everything that it can reach.
#include <cstring>
#include <gtest/gtest.h>
#include <memory>
#include <random>
#include <servers/console/virtio/ports.hpp>
#include <string>
#include <vector>

namespace {

using namespace console::virtio;
using base::u64;
using base::u8;
using console::virtio::Queue;

// The device's side of one queue, in the driver's own addresses.
struct Far {
  QueueMemory& memory;
  u16 seen = 0;

  [[nodiscard]] bool has_more() const { return memory.available.index != seen; }
  u16 next() { return memory.available.ring[seen++ % queue_size]; }
  std::span<u8> buffer(u16 number) {
    const Descriptor& descriptor = memory.descriptors[number];
    return {reinterpret_cast<u8*>(descriptor.address), descriptor.length};
  }
  void give_back(u32 number, u32 length) {
    memory.used.ring[memory.used.index % queue_size] = {number, length};
    ++memory.used.index;
  }
};

// Registers are plain memory: what the driver writes can be read back, and that is all that
// negotiation needs.
struct Device {
  alignas(16) u32 words[0x200 / 4] = {};
  std::vector<PairMemory> memory;

  explicit Device(u32 ports = 4) : memory(ports + 1) {
    words[0] = 0x74726976;
    words[1] = 2;
    words[2] = console_device;
    words[0x10 / 4] = 3;  // MULTIPORT, and in the other half VERSION_1
    words[0x34 / 4] = queue_size;
    words[0x104 / 4] = ports;
  }
  Registers registers() { return Registers{reinterpret_cast<u64>(words)}; }
  abi::Status start(Ports& ports) { return ports.start(registers(), memory, 0); }
  Far to_driver(u32 pair) { return {memory[pair].in_queue}; }
  Far from_driver(u32 pair) { return {memory[pair].out_queue}; }
};

struct Message {
  u32 port;
  base::u16 event;
  base::u16 value;
};

void tell(Far& far, const Message& message, std::string_view text = {}) {
  ASSERT_TRUE(far.has_more());
  const u16 number = far.next();
  const auto buffer = far.buffer(number);
  std::memcpy(buffer.data(), &message, sizeof(message));
  std::copy(text.begin(), text.end(), buffer.data() + sizeof(message));
  far.give_back(number, static_cast<u32>(sizeof(message) + text.size()));
}

std::vector<Message> heard(Far& far) {
  std::vector<Message> messages;
  while (far.has_more()) {
    const u16 number = far.next();
    Message message{};
    std::memcpy(&message, far.buffer(number).data(), sizeof(message));
    messages.push_back(message);
    far.give_back(number, 0);
  }
  return messages;
}

TEST(Ports, AreNamedAndOpened) {
  Device device;
  Ports ports;
  ASSERT_TRUE(device.start(ports).ok());
  Far control = device.to_driver(0);
  Far answers = device.from_driver(0);
  ASSERT_EQ(heard(answers).size(), 1U);
  tell(control, {1, 1, 1});
  tell(control, {1, 7, 1}, std::string_view{"aril.output\0", 12});
  tell(control, {1, 6, 1});
  tell(control, {9, 1, 1});  // more than there is memory for
  EXPECT_TRUE(ports.poll());
  ASSERT_EQ(ports.find("aril.output"), 1U);
  EXPECT_TRUE(ports.port(1).is_connected);
  ports.open(1);
  const auto said = heard(answers);
  ASSERT_EQ(said.size(), 3U);
  EXPECT_EQ(said[0].value, 1U) << "ready";
  EXPECT_EQ(said[1].value, 0U) << "not ready";
  EXPECT_EQ(said[2].event, 6U) << "open";
  tell(control, {1, 2, 1});
  EXPECT_TRUE(ports.poll());
  EXPECT_FALSE(ports.find("aril.output"));
}

TEST(Ports, AreRefusedWhereTheDeviceIsNone) {
  for (const u64 wrong : std::initializer_list<u64>{0, 1, 2, 4, 0xd}) {
    Device device;
    device.words[wrong] = 0;
    Ports ports;
    EXPECT_FALSE(device.start(ports).ok()) << wrong;
    EXPECT_FALSE(ports.poll());
  }
}

TEST(Pair, CarriesBytesBothWays) {
  Device device;
  Ports ports;
  ASSERT_TRUE(device.start(ports).ok());
  Pair& pair = ports.stream(1);
  Far in = device.to_driver(2);
  Far out = device.from_driver(2);
  std::mt19937 random(1);
  std::string to_send;
  std::string to_come;
  std::string came;
  std::string arrived;
  for (int i = 0; i < 300'000; ++i) to_send += static_cast<char>(random());
  for (int i = 0; i < 300'000; ++i) to_come += static_cast<char>(random());
  u64 sent = 0;
  u64 coming = 0;
  while (arrived.size() < to_send.size() || came.size() < to_come.size()) {
    const u64 piece = std::min<u64>(random() % 3000, to_send.size() - sent);
    sent +=
        pair.send({reinterpret_cast<const u8*>(to_send.data()) + sent, piece}, ports.registers());
    for (u64 i = random() % 20; i != 0 && out.has_more(); --i) {
      const u16 number = out.next();
      const auto buffer = out.buffer(number);
      arrived.append(buffer.begin(), buffer.end());
      out.give_back(number, 0);
    }
    for (u64 i = random() % 20; i != 0 && in.has_more() && coming != to_come.size(); --i) {
      const u16 number = in.next();
      const auto buffer = in.buffer(number);
      const u64 length = std::min({random() % 513, to_come.size() - coming, buffer.size()});
      std::memcpy(buffer.data(), to_come.data() + coming, length);
      coming += length;
      in.give_back(number, static_cast<u32>(length));
    }
    for (u64 i = random() % 40; i != 0; --i) {
      const auto bytes = pair.input();
      if (bytes.data() == nullptr) break;
      const u64 taken = random() % (bytes.size() + 1);
      came.append(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken));
      pair.consume(taken, ports.registers());
    }
    ASSERT_LE(pair.in_flight(), 16 * 1024U);
    ASSERT_FALSE(pair.is_broken());
  }
  EXPECT_EQ(arrived, to_send);
  EXPECT_EQ(came, to_come);
  EXPECT_EQ(pair.in_flight(), 0U);
}

TEST(Queue, IsBrokenByAnswersThatCannotBe) {
  struct Lie {
    u32 number;
    u32 length;
    u16 more;
  };
  for (const Lie lie :
       {Lie{16, 0, 1}, Lie{5, 0, 1}, Lie{~0U, 0, 1}, Lie{0, 0, 17}, Lie{0, 0, 0xffff}}) {
    auto memory = std::make_unique<QueueMemory>();
    Queue queue{*memory};
    u8 bytes[8] = {};
    queue.post(0, reinterpret_cast<u64>(bytes), sizeof(bytes), Writer::device);
    for (auto& entry : memory->used.ring) entry = {lie.number, lie.length};
    memory->used.index = lie.more;
    EXPECT_FALSE(queue.take());
    EXPECT_TRUE(queue.is_broken());
    EXPECT_FALSE(queue.find_free());
  }
}

TEST(Queue, BelievesNoLengthBeyondTheBuffer) {
  auto memory = std::make_unique<QueueMemory>();
  Queue queue{*memory};
  u8 bytes[8] = {};
  queue.post(3, reinterpret_cast<u64>(bytes), sizeof(bytes), Writer::device);
  memory->used.ring[0] = {3, 1'000'000};
  memory->used.index = 1;
  const auto completion = queue.take();
  ASSERT_TRUE(completion);
  EXPECT_EQ(completion->length, 8U);
  EXPECT_EQ(queue.in_flight(), 0U);
}

// AddressSanitizer watches that nothing outside of the shared memory is touched.
TEST(Ports, SurviveADeviceThatWritesAnything) {
  std::mt19937 random(3);
  for (int life = 0; life < 200; ++life) {
    Device device;
    Ports ports;
    device.words[0x104 / 4] = static_cast<u32>(random());
    if (!device.start(ports).ok()) continue;
    std::vector<u8> text(700, 'x');
    for (int step = 0; step < 400; ++step) {
      PairMemory& pair = device.memory[random() % device.memory.size()];
      QueueMemory& queue = random() % 2 == 0 ? pair.in_queue : pair.out_queue;
      auto* bytes = reinterpret_cast<u8*>(&queue);
      switch (random() % 4) {
        case 0: bytes[random() % sizeof(QueueMemory)] = static_cast<u8>(random()); break;
        case 1: queue.used.index = static_cast<u16>(queue.used.index + random() % 3); break;
        case 2:
          queue.used.ring[random() % queue_size] = {static_cast<u32>(random() % 18),
                                                    static_cast<u32>(random() % 600)};
          break;
        default: (&pair.in[0][0])[random() % sizeof(pair.in)] = static_cast<u8>(random() % 12);
      }
      ports.poll();
      for (u32 i = 0; i < ports.count(); ++i) {
        ports.open(i);
        const auto input = ports.stream(i).input();
        u64 sum = 0;
        for (const u8 byte : input) sum += byte;
        if (sum != 1) ports.stream(i).consume(input.size(), ports.registers());
        ports.stream(i).send(text, ports.registers());
        ASSERT_LE(ports.stream(i).in_flight(), 16 * 1024U);
        ASSERT_LE(ports.port(i).name().size(), 32U);
      }
    }
  }
}

}  // namespace
