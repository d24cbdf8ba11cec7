// SPDX-License-Identifier: MIT
// What init reads of its orders.
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <user/init/orders.hpp>
#include <vector>

namespace {

using init::Orders;
using namespace std::string_literals;
using List = std::vector<std::string>;

List list(const auto& texts) { return {texts.view().begin(), texts.view().end()}; }

abi::Error error_of(const std::string& text) { return Orders{}.read(text).error(); }

TEST(InitOrders, HoldWordsVariablesAndPaths) {
  const auto text = "word=/bin/shell\0word=-c\0word=a=b 'c'\n\0set=X=1\0get=/a\0get=/b\0"s;
  const auto orders = std::make_unique<Orders>();
  ASSERT_TRUE(orders->read(text).ok());
  EXPECT_EQ(list(orders->words), (List{"/bin/shell", "-c", "a=b 'c'\n"}));
  EXPECT_EQ(list(orders->environment), (List{"X=1"}));
  EXPECT_EQ(list(orders->gets), (List{"/a", "/b"}));
  EXPECT_EQ(orders->columns, 0u);
}

TEST(InitOrders, HoldTheWindow) {
  Orders orders;
  ASSERT_TRUE(orders.read("window=132x50\0"s).ok());
  EXPECT_EQ(orders.columns, 132u);
  EXPECT_EQ(orders.rows, 50u);
}

TEST(InitOrders, MayBeEmpty) {
  EXPECT_EQ(error_of(""), abi::Error::none);
  EXPECT_EQ(error_of("word=\0"s), abi::Error::none);
}

TEST(InitOrders, ThatMakeNoSenseAreRefused) {
  for (const auto& text : {"word"s, "word=x"s, "word\0"s, "=x\0"s, "nothing=x\0"s, "\0"s,
                           "window=80\0"s, "window=80x24x\0"s, "window=x\0\0"s})
    EXPECT_EQ(error_of(text), abi::Error::bad_argument) << text;
}

TEST(InitOrders, ThatAreTooManyAreRefused) {
  std::string text;
  for (int i = 0; i < 64; ++i) text += "get=x\0"s;
  EXPECT_EQ(error_of(text), abi::Error::none);
  EXPECT_EQ(error_of(text + "get=x\0"s), abi::Error::too_big);
}

}  // namespace
