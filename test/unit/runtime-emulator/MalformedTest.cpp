// PTX that is none: an error with a line, never a crash.
#include "test/unit/runtime-emulator/Device.h"

using namespace dlc::ptx;

namespace {

std::string refusal(const std::string &text) {
  Memory memory;
  try {
    Module module(text, memory);
    return "none";
  } catch (const Error &error) {
    EXPECT_EQ(memory.size(), 0u);
    return error.what();
  }
}

void expectRefused(const std::string &what, const std::string &body,
                   const std::string &before = "") {
  std::string said = refusal(moduleOf(body, before));
  EXPECT_NE(said.find(what), std::string::npos) << body << ": " << said;
  EXPECT_NE(said.find("line "), std::string::npos) << said;
}

TEST(Malformed, InstructionsAreNamed) {
  expectRefused("k, line 10: not supported: tex.1d.v4.f32.f32",
                "tex.1d.v4.f32.f32 {%r1, %r2, %r3, %r4}, [t, {%r5}];");
  expectRefused("not supported: add.rz.f32", "add.rz.f32 %r2, %r3, %r4;");
  expectRefused("not supported: sin.approx.f64", "sin.approx.f64 %rd4, %rd5;");
  expectRefused("not supported: add.f16x3", "add.f16x3 %r2, %r3, %r4;");
  expectRefused("not supported: cvt.rz.f16.f32", "cvt.rz.f16.f32 %rs1, %r2;");
  expectRefused("not supported: call", "call f, (%r1);");
  expectRefused("not supported: bfe.u16", "bfe.u16 %rs1, %rs2, %r3, %r4;");
  expectRefused("not supported: st.param.b32", "st.param.b32 [a], %r1;");
}

TEST(Malformed, Operands) {
  expectRefused("operands", "add.s32 %r2, %r3;");
  expectRefused("operands", "ret 5;");
  expectRefused("'%r99' is not declared", "add.s32 %r2, %r99, %r3;");
  expectRefused("'%r99' is no register", "add.s32 %r99, %r2, %r3;");
  expectRefused("'%rd4' has 64 bits, not 32", "add.s32 %r2, %rd4, %r3;");
  expectRefused("'%r2' has 32 bits, not 64", "add.s64 %r2, %rd4, %rd5;");
  expectRefused("'%rs1' is too narrow", "ld.global.b32 %rs1, [%rd1];");
  expectRefused("'%p1' is too narrow", "ld.global.b32 %p1, [%rd1];");
  expectRefused("'%r2' is no predicate", "@%r2 ret;");
  expectRefused("'%r2' is no predicate", "setp.eq.s32 %r2, %r3, %r4;");
  expectRefused("'%r2' is no address", "ld.global.b32 %r3, [%r2];");
  expectRefused("an address in brackets is expected",
                "ld.global.b32 %r3, %rd1;");
  expectRefused("'a' lies in other memory", "ld.shared.b32 %r3, [a];");
  expectRefused("registers", "ld.global.v4.b32 {%r1, %r2}, [%rd1];");
  expectRefused("registers",
                "ld.global.v4.b64 {%rd4, %rd5, %rd6, %rd7}, [%rd1];");
  expectRefused("the table is no number up to 255",
                "lop3.b32 %r2, %r3, %r4, %r5, 256;");
  expectRefused("has another type", "add.s32 %r2, %r3, 0d3ff0000000000000;");
}

TEST(Malformed, Texts) {
  expectRefused("no label L", "bra L;");
  expectRefused("a second label L", "L: L: ret;");
  expectRefused("';' is missing", "add.s32 %r2, %r3, %r4");
  expectRefused("too many registers",
                ".reg .b32 %x<262144>; .reg .b32 %y<262144>;");
  expectRefused("is no integer up to", ".reg .b32 %x<99999999999999999999>;");
  expectRefused("is larger than any device", "",
                ".global .b8 t[99999999][99999999];");
  expectRefused("more memory than any device has", ".shared .b8 t[9999999];");
  expectRefused("has more values than elements", "",
                ".global .b32 t[1] = {1, 2};");
  expectRefused("an alignment that is no power of two",
                ".shared .align 3 .b8 t[9];");
  expectRefused("a second kernel k", "ret;\n}\n.entry k()\n{\n");
  EXPECT_EQ(refusal(""), "line 1: .version and .target are missing");
  EXPECT_EQ(refusal(".version 6.0\n.target sm_61\n.address_size 32\n"),
            "line 3: addresses of 32 bits");
  EXPECT_EQ(refusal(".version six\n"), "line 1: 'six' is no version");
  EXPECT_EQ(refusal("/* open"), "line 1: a comment does not end");
  EXPECT_EQ(refusal(".version 6.0 .target sm_61 .entry k"),
            "line 1: the text ends");
}

const char *const kernel = R"(.version 6.0
.target sm_61
.address_size 64
.shared .align 16 .b8 tile[512];
.global .align 4 .u32 table[4] = {1, 2, 0x3, 4};
.visible .entry k(.param .u64 .ptr .global .align 16 a, .param .u64 b, .param .u64 c)
.maxntid 64, 1, 1
{
  .reg .pred %p<4>; .reg .b16 %rs<4>; .reg .b32 %r<20>; .reg .b64 %rd<10>;
  ld.param.u64 %rd1, [a]; ld.param.u64 %rd2, [b];
  mov.u32 %r1, %tid.x; mul.wide.u32 %rd3, %r1, 16; add.s64 %rd1, %rd1, %rd3;
  mov.u32 %r2, 0; mov.u64 %rd4, tile; add.s64 %rd5, %rd4, %rd3;
$L__BB0_1:
  ld.global.v4.b32 {%r3, %r4, %r5, %r6}, [%rd1+16];
  st.shared.v2.b32 [%rd5+8], {%r4, %r3};
  bar.sync 0;
  ld.shared.b32 %r7, [%rd4+8]; fma.rn.f32 %r8, %r3, %r7, %r4;
  cvt.rn.f16.f32 %rs1, %r8; mov.b32 %r9, {%rs1, %rs1};
  shfl.sync.bfly.b32 %r10, %r9, 16, 31, -1;
  setp.eq.u32 %p2, %r2, 1; setp.lt.and.u32 %p1, %r1, 16, !%p2; @!%p1 bra $L__BB0_2;
  ld.global.b32 %r11, [table+4]; red.global.add.u32 [%rd2], %r11;
$L__BB0_2:
  bar.sync 0; add.s32 %r2, %r2, 1; setp.ne.s32 %p3, %r2, 3; @%p3 bra $L__BB0_1;
  ret;
}
)";

/// Runs a text that may be anything; the number of ways it ended.
struct Outcomes {
  int refused = 0, faults = 0, ran = 0;
};
void tryText(const std::string &text, Outcomes &outcomes) {
  Device device;
  device.options.limit = 200;
  uint64_t a = device.upload(std::vector<uint32_t>(1024)),
           b = device.upload(std::vector<uint32_t>(16)), c = 0;
  try {
    Module module(text, device.memory);
    try {
      for (auto &entry : module.kernels) {
        uint64_t values[3] = {a, b, c};
        std::vector<uint8_t> room(4096);
        memcpy(room.data(), values, sizeof(values));
        std::vector<void *> arguments(entry.second->parameters.size(),
                                      room.data());
        for (size_t i = 0; i < std::min<size_t>(3, arguments.size()); ++i)
          arguments[i] = &values[i];
        launch(*entry.second, {{2, 1, 1}, {32, 1, 1}, 0}, arguments.data(),
               device.options);
      }
      ++outcomes.ran;
    } catch (const Error &) {
      ++outcomes.faults;
    }
  } catch (const Error &) {
    ++outcomes.refused;
  }
}

TEST(Malformed, TextsThatAreCutOff) {
  Outcomes outcomes;
  std::string text = kernel;
  tryText(text, outcomes);
  EXPECT_EQ(outcomes.ran, 1);
  for (size_t n = 0; n < text.size(); ++n)
    tryText(text.substr(0, n), outcomes);
  EXPECT_GT(outcomes.refused, 900);
}

TEST(Malformed, TextsWithWordsExchanged) {
  // Words taken from one place to another, and characters changed, by a
  // generator that is the same everywhere.
  std::string text = kernel;
  std::vector<std::string> words;
  for (size_t i = 0; i < text.size();) {
    size_t j = i;
    while (j < text.size() && (isalnum(text[j]) || strchr("._$%", text[j])))
      ++j;
    words.push_back(text.substr(i, std::max<size_t>(1, j - i)));
    i += words.back().size();
  }
  uint64_t seed = 88172645463325252ull;
  auto next = [&](size_t n) {
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return size_t(seed >> 20) % n;
  };
  Outcomes outcomes;
  for (int round = 0; round < 3000; ++round) {
    std::vector<std::string> changed = words;
    for (size_t k = next(3) + 1; k > 0; --k)
      switch (next(8)) {
      case 0:
        changed[next(changed.size())] = words[next(words.size())];
        break;
      case 4:
      case 5:
      case 6:
      case 7: { // of one kind: registers, digits, instructions with one letter
        size_t to = next(changed.size()), from = next(words.size());
        for (int i = 0; i < 300 && (changed[to][0] != words[from][0] ||
                                    isspace(words[from][0]));
             ++i)
          to = next(changed.size()), from = next(words.size());
        if (changed[to][0] == words[from][0])
          changed[to] = words[from];
        break;
      }
      case 1:
        changed.erase(changed.begin() + long(next(changed.size())));
        break;
      case 2:
        changed.insert(changed.begin() + long(next(changed.size())),
                       words[next(words.size())]);
        break;
      default: {
        std::string &word = changed[next(changed.size())];
        word[next(word.size())] = char(32 + next(95));
      }
      }
    std::string all;
    for (const std::string &word : changed)
      all += word;
    tryText(all, outcomes);
  }
  // Each way to end is met often.
  EXPECT_GT(outcomes.refused, 500);
  EXPECT_GT(outcomes.faults, 50);
  EXPECT_GT(outcomes.ran, 100);
}

} // namespace
