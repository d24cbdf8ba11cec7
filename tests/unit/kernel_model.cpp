// SPDX-License-Identifier: MIT
// A million random system calls, faults and interrupts, on the kernel and on a plain model of it at
// once. After each, all that the kernel knows is compared with what the model expects: slots and
// their derivation, objects, queues, page tables, time, registers. A failing sequence is made short
// before it is reported.
//
// ARIL_TEST_SEED: other sequences. ARIL_TEST_SCALE: longer.
#include <gtest/gtest.h>
#include <iostream>
#include <model/game.hpp>
#include <optional>
#include <simulated/random.hpp>

namespace {

using model::Game;
using model::GameOptions;
using model::Operation;
using simulated::u64;
using Sequence = std::vector<Operation>;

constexpr u64 life = 2'000;  // operations on one kernel

struct Failure {
  u64 step = 0;
  std::string reason;
};

std::optional<Failure> play(const Sequence& sequence, const GameOptions& options,
                            std::map<std::string, u64>* outcomes = nullptr) {
  u64 step = 0;
  try {
    Game game(options);
    for (const Operation& operation : sequence) {
      ++step;
      game.step(operation);
    }
    game.tear_down();
    if (outcomes != nullptr)
      for (const auto& [name, count] : game.outcomes()) (*outcomes)[name] += count;
    return std::nullopt;
  } catch (const std::exception& failure) {
    return Failure{step, failure.what()};
  }
}

// What is wrong, without the numbers.
std::string kind_of(const std::string& reason) { return reason.substr(0, reason.find(" is ")); }

// The same failure with as few operations as possible: again and again, until none can be left out.
Sequence made_short(Sequence sequence, const Failure& failure, const GameOptions& options) {
  const auto fails = [&](const Sequence& shorter) {
    const auto again = play(shorter, options);
    return again && kind_of(again->reason) == kind_of(failure.reason);
  };
  sequence.resize(failure.step);
  for (u64 length = sequence.size() + 1; sequence.size() < length;) {
    length = sequence.size();
    sequence = simulated::shrink<Operation>(sequence, fails);
  }
  return sequence;
}

std::string describe(const Sequence& sequence, const GameOptions& options) {
  std::ostringstream text;
  try {
    Game game(options);
    for (const Operation& operation : sequence) {
      struct Last {
        std::ostringstream& text;
        Game& game;
        ~Last() { text << "  " << game.running() << ": " << game.last().describe() << '\n'; }
      } last{text, game};
      game.step(operation);
    }
    game.tear_down();
  } catch (const std::exception& failure) {
    text << "  " << failure.what() << '\n';
  }
  return text.str();
}

Sequence random_sequence(u64 seed, u64 length) {
  std::mt19937_64 random(seed);
  Sequence sequence;
  for (u64 i = 0; i < length; ++i) sequence.push_back(model::random_operation(random));
  return sequence;
}

GameOptions options_of(u64 game) {
  return {.fast_path = game % 2 == 0,
          .temper = model::Temper{static_cast<unsigned>(game / 2 % model::temper_count)}};
}

// How often each thing happened that the test is for.
void expect_enough(const std::map<std::string, u64>& outcomes, u64 operations) {
  if (std::getenv("ARIL_TEST_VERBOSE") != nullptr)
    for (const auto& [name, count] : outcomes) std::cout << count << ' ' << name << '\n';
  if (operations < 100'000) return;
  for (const char* name : {"cnode.copy",
                           "cnode.mint",
                           "cnode.move",
                           "cnode.delete",
                           "cnode.revoke",
                           "cnode.identify",
                           "untyped.retype",
                           "untyped.info",
                           "frame.map",
                           "frame.unmap",
                           "frame.protect",
                           "frame.info",
                           "page_table.map",
                           "page_table.unmap",
                           "vspace.clear",
                           "vspace.walk",
                           "thread.configure",
                           "thread.dispatch",
                           "thread.suspend",
                           "thread.resume",
                           "thread.read_registers",
                           "thread.write_registers",
                           "thread.set_priority",
                           "thread.info",
                           "thread.bind_notification",
                           "sched_context.configure",
                           "a fault",
                           "the timer",
                           "the FP unit",
                           "an interruption",
                           "on the fast path"}) {
    const auto found = outcomes.find(name);
    EXPECT_GT(found == outcomes.end() ? 0 : found->second, 20U) << name << " is too rare";
  }
}

TEST(KernelModel, ExpectsWhatTheKernelDoes) {
  const u64 first = simulated::seed_or(1);
  const u64 operations = simulated::scaled(1'000'000);
  std::cout << "seed " << first << ", " << operations << " operations\n";
  std::map<std::string, u64> outcomes;
  for (u64 done = 0; done < operations; done += life) {
    const u64 game = done / life;
    const GameOptions options = options_of(game);
    const Sequence sequence = random_sequence(first * 1'000'003 + game, life);
    const auto failure = play(sequence, options, &outcomes);
    if (!failure) continue;
    const Sequence shorter = made_short(sequence, *failure, options);
    FAIL() << "seed " << first << ", game " << game << ", step " << failure->step << ": "
           << failure->reason << "\nthe same with " << shorter.size() << " operations:\n"
           << describe(shorter, options);
  }
  expect_enough(outcomes, operations);
}

// The test tested: what is wrong on purpose is found, and a handful of operations is left of it.
class MutatedKernelModel : public testing::TestWithParam<model::Mutation> {};

TEST_P(MutatedKernelModel, IsFoundAndMadeShort) {
  GameOptions options{.temper = model::Temper::messages, .mutation = GetParam()};
  if (GetParam() == model::Mutation::copies_are_children ||
      GetParam() == model::Mutation::copies_keep_rights)
    options.temper = model::Temper::capabilities;
  std::optional<Failure> failure;
  Sequence sequence;
  for (u64 seed = 1; seed < 50 && !failure; ++seed) {
    sequence = random_sequence(seed, life);
    failure = play(sequence, options);
  }
  ASSERT_TRUE(failure.has_value()) << "it was not found";
  const Sequence shorter = made_short(sequence, *failure, options);
  // Some need three threads that are brought to certain places.
  EXPECT_LE(shorter.size(), 20U) << describe(shorter, options);
  EXPECT_FALSE(play(shorter, {.temper = options.temper}).has_value())
      << "without the mistake it fails too";
  if (std::getenv("ARIL_TEST_VERBOSE") != nullptr)
    std::cout << "step " << failure->step << ", made short:\n" << describe(shorter, options);
}

INSTANTIATE_TEST_SUITE_P(EveryMistake, MutatedKernelModel,
                         testing::Values(model::Mutation::copies_are_children,
                                         model::Mutation::copies_keep_rights,
                                         model::Mutation::partners_queue_up,
                                         model::Mutation::lost_bit));

}  // namespace
