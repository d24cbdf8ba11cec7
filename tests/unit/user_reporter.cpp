// SPDX-License-Identifier: MIT
// The reporter's reader of symbols, its names, and what it tells of a crash.
#include <abi/proto/procmgr.hpp>
#include <cstring>
#include <gtest/gtest.h>
#include <memory>
#include <random>
#include <string>
#include <user/reporter/names.hpp>
#include <user/reporter/report.hpp>
#include <vector>

namespace {

using base::u16;
using base::u32;
using base::u64;
using base::u8;
using reporter::Symbols;

// ---- A small ELF file with a symbol table -----------------------------------------------------

struct Function {
  std::string name;
  u64 address = 0;
  u64 size = 0;
  u8 kind = 2;
  u16 section = 1;
};

constexpr u64 text_start = 0x1000;
constexpr u64 text_size = 0x1000;
constexpr u64 header_bytes = 64;
constexpr u64 symbol_bytes = 24;

// Sections: none, text, symbols, strings.
class File {
 public:
  explicit File(const std::vector<Function>& functions, u16 type = 2) : bytes_(64 + 4 * 64) {
    constexpr u8 identification[] = {0x7f, 'E', 'L', 'F', 2, 1, 1};
    std::memcpy(bytes_.data(), identification, sizeof(identification));
    put<u16>(16, type);
    put<u16>(18, 183);
    put<u64>(40, header_bytes);  // where the section headers begin
    put<u16>(58, 64);
    put<u16>(60, 4);
    const std::vector<u8> strings = add_symbols(functions);
    section(1, 1, text_start, 0, text_size);
    section(3, 3, 0, bytes_.size(), strings.size());
    bytes_.insert(bytes_.end(), strings.begin(), strings.end());
  }

  template <class T>
  void put(u64 at, T value) {
    std::memcpy(bytes_.data() + at, &value, sizeof(value));
  }
  void section(u64 index, u32 type, u64 address, u64 offset, u64 size) {
    const u64 at = header_bytes + index * 64;
    put<u32>(at + 4, type);
    put<u64>(at + 16, address);
    put<u64>(at + 24, offset);
    put<u64>(at + 32, size);
  }
  [[nodiscard]] Symbols symbols() const { return Symbols{bytes_}; }
  [[nodiscard]] std::vector<u8>& bytes() { return bytes_; }

 private:
  std::vector<u8> add_symbols(const std::vector<Function>& functions) {
    std::vector<u8> strings{0};
    const u64 start = bytes_.size();
    bytes_.resize(start + (functions.size() + 1) * symbol_bytes);
    for (u64 i = 0; i < functions.size(); ++i) {
      const u64 at = start + (i + 1) * symbol_bytes;
      put<u32>(at, static_cast<u32>(strings.size()));
      put<u8>(at + 4, functions[i].kind);
      put<u16>(at + 6, functions[i].section);
      put<u64>(at + 8, functions[i].address);
      put<u64>(at + 16, functions[i].size);
      strings.insert(strings.end(), functions[i].name.begin(), functions[i].name.end());
      strings.push_back(0);
    }
    section(2, 2, 0, start, bytes_.size() - start);
    put<u32>(header_bytes + 2 * 64 + 40, 3);  // the strings are section 3
    put<u64>(header_bytes + 2 * 64 + 56, symbol_bytes);
    return strings;
  }

  std::vector<u8> bytes_;
};

std::string found(const Symbols& symbols, u64 address) {
  const auto place = symbols.find(address);
  return place ? std::string{place->name} + "+" + std::to_string(place->offset) : "";
}

TEST(ReporterSymbols, NameTheFunctionThatContainsAnAddress) {
  const File file{{{"first", 0x1000, 0x20}, {"second", 0x1020, 0x10}, {"last", 0x1ff0, 0x10}}};
  const Symbols symbols = file.symbols();
  EXPECT_EQ(symbols.count(), 4U);
  EXPECT_EQ(found(symbols, 0x1000), "first+0");
  EXPECT_EQ(found(symbols, 0x101f), "first+31");
  EXPECT_EQ(found(symbols, 0x1020), "second+0");
  EXPECT_EQ(found(symbols, 0x1030), "") << "between two";
  EXPECT_EQ(found(symbols, 0x1fff), "last+15");
  EXPECT_EQ(found(symbols, 0xfff), "");
  EXPECT_EQ(found(symbols, 0x2000), "");
  EXPECT_EQ(found(symbols, ~u64{0}), "");
}

TEST(ReporterSymbols, OfUnknownLengthReachToTheNextInTheirSection) {
  const File file{{{"_start", 0x1000, 0, 0}, {"$x", 0x1008, 0, 0}, {"main", 0x1010, 8}}};
  EXPECT_EQ(found(file.symbols(), 0x100c), "_start+12") << "marks are no functions";
  EXPECT_EQ(found(file.symbols(), 0x1014), "main+4");
  EXPECT_EQ(found(file.symbols(), 0x2000), "") << "outside the section";
}

TEST(ReporterSymbols, ThatAreNoFunctionsNameNothing) {
  const File file{
      {{"data", 0x1000, 16, 1}, {"elsewhere", 0x1000, 16, 2, 0xfff1}, {"", 0x1000, 16}}};
  EXPECT_EQ(found(file.symbols(), 0x1004), "");
}

TEST(ReporterSymbols, OfALyingFileAreNoneOrInside) {
  const std::vector<Function> functions{{"f", 0x1000, 0x20}, {"g", 0x1020, ~u64{0}}};
  const auto changed = [&](auto change) {
    File file{functions};
    change(file);
    return found(file.symbols(), 0x1010);
  };
  constexpr u64 table = header_bytes + 2 * 64;
  constexpr u64 strings = header_bytes + 3 * 64;
  EXPECT_EQ(changed([](File&) {}), "f+16");
  for (const u64 wild : {~u64{0}, u64{1} << 63, u64{1} << 32, u64{4096}}) {
    EXPECT_EQ(changed([&](File& file) { file.put<u64>(40, wild); }), "");
    EXPECT_EQ(changed([&](File& file) { file.put<u64>(table + 24, wild); }), "");
    EXPECT_EQ(changed([&](File& file) { file.put<u64>(table + 32, wild); }), "");
    EXPECT_EQ(changed([&](File& file) { file.put<u64>(strings + 24, wild); }), "");
    EXPECT_EQ(changed([&](File& file) { file.put<u64>(strings + 32, wild); }), "");
  }
  EXPECT_EQ(changed([](File& file) { file.put<u16>(60, 0xffff); }), "") << "too many sections";
  EXPECT_EQ(changed([](File& file) { file.put<u32>(table + 40, 77); }), "") << "no such strings";
  EXPECT_EQ(changed([](File& file) { file.put<u64>(table + 56, 23); }), "");
  EXPECT_EQ(changed([](File& file) { file.put<u16>(18, 62); }), "") << "another machine";
  EXPECT_EQ(changed([](File& file) { file.bytes().resize(63); }), "");
  EXPECT_EQ(changed([](File& file) { file.bytes().clear(); }), "");
}

TEST(ReporterSymbols, ANameWithoutEndStopsAtTheTablesEnd) {
  File file{{{"endless", 0x1000, 0x20}}};
  file.bytes().pop_back();
  file.put<u64>(header_bytes + 3 * 64 + 32, 8);
  EXPECT_EQ(found(file.symbols(), 0x1000), "endless+0");
}

TEST(ReporterSymbols, SurviveAnyDamage) {
  std::minstd_rand random{1};
  for (int i = 0; i < 20'000; ++i) {
    File file{{{"one", 0x1000, 0x20}, {"two", 0x1020, 0}}};
    for (int k = 0; k < 4; ++k)
      file.bytes()[random() % file.bytes().size()] = static_cast<u8>(random());
    const Symbols symbols = file.symbols();
    for (const u64 address : {u64{0x1000}, u64{0x1030}, u64{0x2000}})
      static_cast<void>(symbols.find(address));
  }
}

// ---- Names ------------------------------------------------------------------------------------

std::string name_of(std::string_view symbol) {
  base::Text<600> text;
  reporter::write_name(text, symbol);
  return std::string{text.view()};
}

TEST(ReporterNames, ArePlainOnesOutOfMangledOnes) {
  EXPECT_EQ(name_of("main"), "main");
  EXPECT_EQ(name_of("_ZN1a1b1fEv"), "a::b::f");
  EXPECT_EQ(name_of("_ZNK3ipc6Serial5writeESt17basic_string_viewIcE"), "ipc::Serial::write");
  EXPECT_EQ(name_of("_ZN12_GLOBAL__N_14mainEv"), "(anonymous)::main");
  EXPECT_EQ(name_of("_ZL5startv"), "start");
  EXPECT_EQ(name_of("_Z3addii"), "add");
  EXPECT_EQ(name_of("_ZN1a4FileC2Ev"), "a::File::File");
  EXPECT_EQ(name_of("_ZN1a4FileD1Ev"), "a::File::~File");
  EXPECT_EQ(name_of("_ZNSt5mutex4lockEv"), "std::mutex::lock");
}

TEST(ReporterNames, OfTemplatesOperatorsAndLiarsStayAsTheyAre) {
  for (const char* symbol :
       {"_Z", "_ZN", "_ZNE", "_ZN1", "_ZN1a", "_ZN0E", "_ZN999999999999999999999aE", "_Z3fooIiEvT_",
        "_ZN1a1fIiEEvT_", "_ZN1aplERKS_", "_ZZ4mainvENK3$_0clEv", "_ZNC1E", "_ZN-1aE", ""})
    EXPECT_EQ(name_of(symbol), symbol);
  std::string many = "_ZN";
  for (int i = 0; i < 17; ++i) many += "1a";
  EXPECT_EQ(name_of(many + "E"), many + "E");
}

TEST(ReporterNames, ObeyNoTerminal) {
  EXPECT_EQ(name_of("\x1b[2Jx\n"), ".[2Jx.");
  EXPECT_EQ(name_of("_ZN1\n1\x07"
                    "E"),
            ".::.");
}

// ---- Reports ----------------------------------------------------------------------------------

std::unique_ptr<abi::CrashRecord> record_of(u64 address, abi::Access access) {
  auto record = std::make_unique<abi::CrashRecord>();
  record->number = 3;
  record->pid = 9;
  record->end = static_cast<u32>(abi::procmgr::EndKind::faulted);
  record->fault = static_cast<u32>(abi::FaultKind::page);
  record->address = address;
  record->access = access;
  std::strcpy(record->name, "prog");
  record->registers.pc = 0x1010;
  record->registers.x[30] = 0x1024;
  record->regions[0] = {text_start, text_size, 5, 1};
  record->regions[1] = {0x7f'ff70'0000, 0x80'1000, 3, 2};
  record->region_count = 2;
  record->regions_in_all = 2;
  return record;
}

std::vector<std::string> report_of(const abi::CrashRecord& record, const Symbols& symbols) {
  std::vector<std::string> lines;
  reporter::write_report(record, symbols,
                         {[](void* context, std::string_view line) {
                            static_cast<std::vector<std::string>*>(context)->emplace_back(line);
                          },
                          &lines});
  return lines;
}

std::string sentence_of(const abi::CrashRecord& record) { return report_of(record, {})[0]; }

TEST(ReporterReport, SaysWhatHappenedInASentence) {
  using abi::Access;
  EXPECT_EQ(sentence_of(*record_of(0x10, Access::read)),
            "crash 3: prog (pid 9) read from 0x10, where nothing ever is: a null pointer, or an "
            "offset from one");
  EXPECT_EQ(sentence_of(*record_of(0x7f'ff6f'fff0, Access::write)),
            "crash 3: prog (pid 9) wrote to 0x7fff6ffff0, in the guard below the stack: the stack "
            "has overflowed");
  EXPECT_EQ(sentence_of(*record_of(0x5000'0000, Access::execute)),
            "crash 3: prog (pid 9) jumped to 0x50000000, far from everything that is mapped");
  EXPECT_EQ(sentence_of(*record_of(0x2'0008, Access::read)),
            "crash 3: prog (pid 9) read from 0x20008, far from everything that is mapped");
}

TEST(ReporterReport, TellsWhatIsNear) {
  auto record = record_of(0x4'2010, abi::Access::write);
  record->regions[0] = {0x4'0000, 0x2000, 3, 0};
  EXPECT_NE(sentence_of(*record).find("16 bytes behind the memory (rw-)"), std::string::npos);
  record->address = 0x3'fff0;
  EXPECT_NE(sentence_of(*record).find("16 bytes in front of the memory"), std::string::npos);
  record->address = 0x4'0010;
  record->present = 1;
  EXPECT_NE(sentence_of(*record).find("in the memory (rw-), which does not allow that"),
            std::string::npos);
  record->end = static_cast<u32>(abi::procmgr::EndKind::over_quota);
  EXPECT_NE(sentence_of(*record).find("no page left"), std::string::npos);
}

TEST(ReporterReport, ShowsWhoCalled) {
  const File file{{{"inner", 0x1000, 0x20}, {"outer", 0x1020, 0x20}}};
  auto record = record_of(0x10, abi::Access::read);
  for (u64 i = 0; i < 5; ++i) record->returns[i] = 0x1030;
  record->returns[5] = 0x1040;  // a call that is its function's last instruction
  record->returns[6] = 0x9999'9999;
  record->return_count = 7;
  const auto lines = report_of(*record, file.symbols());
  EXPECT_EQ(lines[1], "   #0  0x0000001010  inner+0x10");
  EXPECT_EQ(lines[2], "   #1  0x0000001030  outer+0x10  (5 times)");
  EXPECT_EQ(lines[3], "   #6  0x0000001040  outer+0x20");
  EXPECT_EQ(lines[4], "   #7  0x0099999999  no code that is known");
}

TEST(ReporterReport, AsksTheLinkRegisterWhereTheStackDoesNotKnowYet) {
  const File file{{{"inner", 0x1000, 0x20}, {"outer", 0x1020, 0x20}}};
  auto record = record_of(0x5000'0000, abi::Access::execute);
  record->registers.pc = 0x5000'0000;
  EXPECT_EQ(report_of(*record, file.symbols())[2], "   #1  0x0000001024  outer+0x4");
  record->registers.pc = 0x1004;
  EXPECT_EQ(report_of(*record, file.symbols())[2], "   #1  0x0000001024  outer+0x4");
  record->registers.pc = 0x1014;
  EXPECT_EQ(report_of(*record, file.symbols())[2], "registers:");
}

TEST(ReporterReport, WithoutSymbolsTellsOffsetsInTheImage) {
  const auto lines = report_of(*record_of(0x10, abi::Access::read), {});
  EXPECT_EQ(lines[1], "   #0  0x0000001010  image+0x10");
}

TEST(ReporterReport, MovesTheAddressesOfAMovedImage) {
  const File file{{{"inner", 0x1000, 0x20}}, 3};
  auto record = record_of(0x10, abi::Access::read);
  record->registers.pc = abi::process_layout::pie_base + 0x1010;
  EXPECT_EQ(report_of(*record, file.symbols())[1], "   #0  0x1000001010  inner+0x10");
}

TEST(ReporterReport, OfAnyRecordIsTextOfSomeLines) {
  std::minstd_rand random{7};
  auto record = std::make_unique<abi::CrashRecord>();
  for (int i = 0; i < 2'000; ++i) {
    auto* bytes = reinterpret_cast<u8*>(record.get());
    for (u64 k = 0; k < sizeof(*record); ++k) bytes[k] = static_cast<u8>(random() >> 8);
    const auto lines = report_of(*record, {});
    EXPECT_LT(lines.size(), 100U);
    for (const std::string& line : lines)
      for (const char c : line) ASSERT_TRUE(c >= ' ' && c <= '~') << line;
  }
}

}  // namespace
