// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/common/structured_clone.h"

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/files/file_path.h"
#include "base/memory/raw_ptr.h"
#include "base/strings/strcat.h"
#include "base/strings/string_number_conversions.h"
#include "base/strings/string_util.h"
#include "base/values.h"
#include "gin/converter.h"
#include "shell/common/data_clone_error.h"
#include "shell/common/message_size.h"
#include "shell/test/v8_test_support.h"
#include "testing/gmock/include/gmock/gmock.h"
#include "testing/gtest/include/gtest/gtest.h"
#include "v8/include/v8-container.h"
#include "v8/include/v8-context.h"
#include "v8/include/v8-exception.h"
#include "v8/include/v8-isolate.h"
#include "v8/include/v8-template.h"

namespace electron_ports {

namespace {

// In hex: FF, version 21, FE, no trailer, and V8's own FF and version 16.
constexpr char kHeader[] = "FF15FE000000000000000000000000FF10";

// Whether two values are alike, cycles and prototypes included.
constexpr char kSame[] = R"(
  function same(a, b, seen = new Map()) {
    if (Object(a) !== a || Object(b) !== b) return Object.is(a, b);
    if (seen.has(a)) return seen.get(a) === b;
    seen.set(a, b);
    if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
    const parts = (x) =>
      x instanceof ArrayBuffer ? [x.maxByteLength, ...new Uint8Array(x)]
      : ArrayBuffer.isView(x) ? [x.byteOffset, x.byteLength, x.buffer]
      : x instanceof Map || x instanceof Set ? [...x]
      : x instanceof RegExp ? [String(x)]
      : [Object.is(x.valueOf(), x) ? 0 : x.valueOf(),
         ...Reflect.ownKeys(x).flatMap((key) => [key, x[key]])];
    const [as, bs] = [parts(a), parts(b)];
    return as.length === bs.length && as.every((x, i) => same(x, bs[i], seen));
  }
)";

class StructuredCloneTest : public ScriptTest {
 protected:
  // What is written for `source`; nullopt when it can't be, with the error in
  // the global variable `error`.
  std::optional<std::vector<uint8_t>> Write(
      std::string_view source,
      const CloneAttachments& attachments) {
    v8::Local<v8::Value> value = Run(source);
    v8::TryCatch try_catch(isolate());
    std::vector<uint8_t> bytes;
    if (WriteStructuredClone(isolate(), value, attachments, &bytes)) {
      return bytes;
    }
    SetGlobal("error", try_catch.Exception());
    return std::nullopt;
  }

  std::optional<std::vector<uint8_t>> Write(std::string_view source) {
    return Write(source, CloneAttachments(isolate()));
  }

  std::string Hex(std::string_view source) {
    std::optional<std::vector<uint8_t>> bytes = Write(source);
    return bytes ? base::HexEncode(*bytes) : "nothing";
  }

  // Puts what is read into the global variable `copy`.
  bool Read(const std::vector<uint8_t>& bytes,
            const CloneAttachments& attachments) {
    v8::TryCatch try_catch(isolate());
    v8::Local<v8::Value> value;
    if (!ReadStructuredClone(isolate(), bytes, attachments).ToLocal(&value)) {
      return false;
    }
    SetGlobal("copy", value);
    return true;
  }

  bool ReadHex(std::string_view hex) {
    std::vector<uint8_t> bytes;
    // It refuses an empty string.
    CHECK(hex.empty() || base::HexStringToBytes(hex, &bytes));
    return Read(bytes, CloneAttachments(isolate()));
  }

  // Writes and reads `source`, and says whether `check`, an expression over
  // `copy`, holds.
  void ExpectCopy(std::string_view source, std::string_view check) {
    std::optional<std::vector<uint8_t>> bytes = Write(source);
    ASSERT_TRUE(bytes) << source;
    ASSERT_TRUE(Read(*bytes, CloneAttachments(isolate()))) << source;
    EXPECT_EQ(Text(check), "true") << source << " against " << check;
  }
};

TEST_F(StructuredCloneTest, BytesAreThoseOfBlinksFormat) {
  const std::string header = kHeader;
  EXPECT_EQ(Hex("undefined"), header + "5F");
  EXPECT_EQ(Hex("null"), header + "30");
  EXPECT_EQ(Hex("true"), header + "54");
  EXPECT_EQ(Hex("1"), header + "4902");
  EXPECT_EQ(Hex("'a'"), header + "220161");
  // A two-byte string is aligned by its place in the whole buffer, for which
  // the envelope counts: after an odd number of bytes there is padding.
  EXPECT_EQ(Hex("'\\u0431'"), header + "00" + "63023104");
  EXPECT_EQ(Hex("[true, '\\u0431']"),
            header + "4102" + "54" + "63023104" + "240002");
  EXPECT_EQ(Hex("({a: 1})"), header + "6F2201614902" + "7B01");
}

// What a real Chromium wrote for values: script/record-blink-values.ts.
TEST_F(StructuredCloneTest, RealBlinkValuesAreReadAndWrittenBackAlike) {
  const base::ListValue values = ReadBlinkValues("values");
  ASSERT_GT(values.size(), 40u);
  Run(kSame);
  for (const base::Value& value : values) {
    const std::string& source = *value.GetDict().FindString("source");
    const std::string& hex = *value.GetDict().FindString("hex");
    SCOPED_TRACE(source);
    std::vector<uint8_t> bytes;
    ASSERT_TRUE(base::HexStringToBytes(hex, &bytes));
    ASSERT_TRUE(Read(bytes, CloneAttachments(isolate())));
    // A trailer is Blink's: it follows objects that V8 alone has no class for.
    if (base::StartsWith(hex, "ff15fe000000000000000000000000")) {
      EXPECT_EQ(base::ToLowerASCII(Hex(source)), hex);
      EXPECT_EQ(Text(base::StrCat({"same(copy, (", source, "))"})), "true");
    }
  }
}

TEST_F(StructuredCloneTest, EnvelopesOfOlderBlinksAreRead) {
  EXPECT_TRUE(ReadHex("FF10FF0D4902"));
  EXPECT_EQ(Text("copy"), "1");
  EXPECT_TRUE(ReadHex("FF14FF0F4904"));
  EXPECT_EQ(Text("copy"), "2");
  EXPECT_TRUE(ReadHex("FF15FE000000000000000000000000FF0F4906"));
  EXPECT_EQ(Text("copy"), "3");
}

TEST_F(StructuredCloneTest, ATrailerIsPassedOver) {
  // Blink adds one that lists what the reader has to have: A0, how many, tags.
  EXPECT_TRUE(ReadHex("FF15FE000000000000001300000006FF104902A0000000014D"));
  EXPECT_EQ(Text("copy"), "1");
}

TEST_F(StructuredCloneTest, WhatIsNoCloneIsNotRead) {
  const std::string header = kHeader;
  for (const std::string& hex : {
           std::string(),                     // Nothing.
           std::string("00"),                 // No version.
           std::string("FF0F4902"),           // Before envelopes.
           std::string("FF16FF104902"),       // A version to come.
           std::string("FF15FF104902"),       // No place of the trailer.
           std::string("FF15FE0000"),         // Cut off in it.
           std::string("FF15"),               // Cut off before it.
           header,                            // No value.
           header + "22056162",               // A string that is cut off.
           header + "5C4D00",                 // A port that did not come.
           header + "5C67",                   // An ImageBitmap.
           header + "5C",                     // No tag.
           header + "7400",                   // A buffer that did not come.
           header + "7500",                   // Shared memory.
           header + "5C7805416263",           // A DOMException, cut off.
           header + "6F2201614902" + "7B02",  // A wrong count.
       }) {
    EXPECT_FALSE(ReadHex(hex)) << hex;
  }
}

// Making a DOMException runs script, which V8 forbids in the middle of reading.
TEST_F(StructuredCloneTest, DOMExceptionsAreMadeByTheirClassEachInItsPlace) {
  Run("var DOMException = class { constructor(message, name) {"
      "  Object.assign(this, { message, name }); } }");
  ASSERT_TRUE(ReadHex(std::string(kHeader) +
                      // [a DOMException "A", a DOMException "B", the first]
                      "4103"
                      "5C78"
                      "0141"
                      "00"
                      "00"
                      "5C78"
                      "0142"
                      "00"
                      "00"
                      "5E01"
                      "240003"));
  EXPECT_EQ(Text("copy.map((x) => x.name).join() + (copy[0] === copy[2]) + "
                 "(copy[1] instanceof DOMException)"),
            "A,B,Atruetrue");
}

// Node's is an Error to V8, and one of another realm may be no more than an
// object.
TEST_F(StructuredCloneTest, ADOMExceptionIsWrittenAsBlinkWritesIt) {
  for (const char* base : {"Error", "Object"}) {
    Run(base::StrCat({"globalThis.DOMException = class DOMException extends ",
                      base,
                      " { constructor(message, name) { super(); "
                      "Object.assign(this, { message, name }); } }"}));
    EXPECT_EQ(Hex("new DOMException('no', 'AbortError')"),
              std::string(kHeader) + "5C78" + "0A41626F72744572726F72" +
                  "026E6F" + "00");
    ExpectCopy("({ e: new DOMException('no', 'AbortError') })",
               "copy.e instanceof DOMException && copy.e.message === 'no'");
  }
}

TEST_F(StructuredCloneTest, ADOMExceptionIsRead) {
  ASSERT_TRUE(ReadHex(std::string(kHeader) +
                      // "AbortError", "no", and a stack that is never there.
                      "5C78"
                      "0A41626F72744572726F72"
                      "026E6F"
                      "00"));
  EXPECT_EQ(Text("copy.name + ', ' + copy.message"), "AbortError, no");
}

// V8 ends the process over a string that is longer than it can be.
TEST_F(StructuredCloneTest, ATextThatIsTooLongIsNotRead) {
  const auto read = [&](size_t size) {
    std::vector<uint8_t> bytes = {0xFF, 0x13, 0xFF, 0x10, 0x5C, 'x', 0};
    for (size_t rest = size; rest > 0; rest >>= 7) {
      bytes.push_back(static_cast<uint8_t>(rest) | (rest > 0x7F ? 0x80 : 0));
    }
    bytes.resize(bytes.size() + size, 'm');
    bytes.push_back(0);
    return Read(bytes, CloneAttachments(isolate()));
  };
  EXPECT_TRUE(read(kMaxTextBytes));
  EXPECT_EQ(Text("copy.message.length"), "16777216");
  EXPECT_FALSE(read(kMaxTextBytes + 1));
}

// Each is a few bytes of the message, and a hundred of the browser's.
TEST_F(StructuredCloneTest,
       MoreObjectsThatScriptMakesThanAnyoneSendsAreNotRead) {
  Run("globalThis.DOMException = class DOMException {};");
  const auto read = [&](size_t count) {
    std::vector<uint8_t> bytes = {0xFF, 0x13, 0xFF, 0x10, 'A'};
    const auto write_count = [&] {
      size_t rest = count;
      for (; rest > 0x7F; rest >>= 7) {
        bytes.push_back(static_cast<uint8_t>(rest) | 0x80);
      }
      bytes.push_back(static_cast<uint8_t>(rest));
    };
    write_count();
    for (size_t i = 0; i < count; ++i) {
      bytes.append_range(std::array<uint8_t, 5>{0x5C, 'x', 0, 0, 0});
    }
    bytes.append_range(std::array<uint8_t, 2>{'$', 0});
    write_count();
    return Read(bytes, CloneAttachments(isolate()));
  };
  EXPECT_TRUE(read(1'000));
  EXPECT_FALSE(read((1 << 20) + 1));
}

TEST_F(StructuredCloneTest, ADOMExceptionWhoseTextIsTooLongIsRefused) {
  Run("globalThis.DOMException = class DOMException {"
      "  constructor(message, name) { Object.assign(this, { message, name }); }"
      "}");
  EXPECT_FALSE(
      Write("new DOMException('x'.repeat(2 ** 24 + 1), 'AbortError')"));
  EXPECT_EQ(
      Text("error.message"),
      "An object could not be cloned: a text of a DOMException, a Blob or "
      "a File takes 16777217 bytes, and it can take 16777216.");
}

TEST_F(StructuredCloneTest, AnErrorOverALongNameIsCutShort) {
  v8::TryCatch try_catch(isolate());
  const std::string too_long(2 * kMaxTextBytes, 'x');
  ThrowTypeError(isolate(), too_long);
  EXPECT_TRUE(try_catch.HasCaught());
  try_catch.Reset();
  ThrowDataCloneError(isolate(), too_long);
  SetGlobal("error", try_catch.Exception());
  try_catch.Reset();
  EXPECT_EQ(Text("error.message.length"), "16777216");
}

// A stand-in for Electron's NativeImage.
class ImageObjects final : public PlatformObjects {
 public:
  explicit ImageObjects(v8::Isolate* isolate) : isolate_(isolate) {}

  v8::Maybe<bool> IsPlatformObject(v8::Local<v8::Object>) override {
    return v8::Just(false);
  }
  v8::MaybeLocal<v8::Object> MakeStream(StreamKind, uint32_t) override {
    return {};
  }
  v8::Maybe<bool> IsBlob(v8::Local<v8::Object>) override {
    return v8::Just(false);
  }
  std::optional<CloneBlob> DescribeBlob(v8::Local<v8::Object>) override {
    return std::nullopt;
  }
  v8::MaybeLocal<v8::Object> MakeBlob(const CloneBlob&) override { return {}; }
  std::optional<CloneImage> DescribeImage(v8::Local<v8::Object>) override {
    return CloneImage{{{1, {1, 2}}, {1.5, {}}}};
  }
  v8::MaybeLocal<v8::Object> MakeImage(const CloneImage& image) override {
    made.push_back(image);
    return v8::Array::New(isolate_, static_cast<int>(image.bitmaps.size()));
  }

  std::vector<CloneImage> made;

 private:
  const raw_ptr<v8::Isolate> isolate_;
};

// As upstream writes it, so that either reads the other.
TEST_F(StructuredCloneTest, AnImageOfTheEmbeddersIsClonedInUpstreamsFormat) {
  v8::Local<v8::ObjectTemplate> wrapper = v8::ObjectTemplate::New(isolate());
  wrapper->SetInternalFieldCount(2);
  ImageObjects images(isolate());
  CloneAttachments attachments(isolate());
  std::vector<uint8_t> bytes;
  ASSERT_TRUE(WriteStructuredClone(
      isolate(), wrapper->NewInstance(context()).ToLocalChecked(), attachments,
      &bytes, &images));
  EXPECT_EQ(base::HexEncode(bytes), std::string(kHeader) + "5C69" + "02" +
                                        "000000000000F03F" + "02" + "0102" +
                                        "000000000000F83F" + "00");

  v8::Local<v8::Value> value;
  ASSERT_TRUE(ReadStructuredClone(isolate(), bytes, attachments, &images)
                  .ToLocal(&value));
  EXPECT_EQ(value.As<v8::Array>()->Length(), 2u);
  ASSERT_EQ(images.made.size(), 1u);
  EXPECT_EQ(images.made[0].bitmaps[0].bytes, (std::vector<uint8_t>{1, 2}));
  EXPECT_EQ(images.made[0].bitmaps[1].scale, 1.5);

  // Cut off, and without an embedder that knows it.
  EXPECT_FALSE(ReadHex(std::string(kHeader) + "5C6901"));
  EXPECT_FALSE(ReadHex(std::string(kHeader) + "5C6901000000000000F03F05"));
  EXPECT_FALSE(ReadHex(std::string(kHeader) + "5C6900"));
}

TEST_F(StructuredCloneTest, ValuesSurviveTheRoundTrip) {
  ExpectCopy("-0", "Object.is(copy, -0)");
  ExpectCopy("NaN", "Object.is(copy, NaN)");
  ExpectCopy("2n ** 100n", "copy === 2n ** 100n");
  ExpectCopy("new Date(12345)", "copy instanceof Date && +copy === 12345");
  ExpectCopy("/a.b/giu", "String(copy) === '/a.b/giu'");
  ExpectCopy("Object(false)", "typeof copy === 'object' && !copy.valueOf()");
  ExpectCopy("new Map([[1, new Set(['x'])]])", "copy.get(1).has('x')");
  ExpectCopy("'\\uD800 lone'", "copy === '\\uD800 lone'");
  ExpectCopy("[, 1, ,]", "copy.length === 3 && !(0 in copy) && !(2 in copy)");
  ExpectCopy("({z: 1, a: 2, 1: 3})",
             "JSON.stringify(Object.keys(copy)) === '[\"1\",\"z\",\"a\"]'");
  ExpectCopy("var o = {}; o.self = o; o", "copy.self === copy");
  ExpectCopy("var s = {}; [s, s]", "copy[0] === copy[1]");
  ExpectCopy("var b = new ArrayBuffer(8); [new Uint8Array(b, 2, 3), b]",
             "copy[0].buffer === copy[1] && copy[0].byteOffset === 2 && "
             "copy[0].length === 3");
  ExpectCopy("new RangeError('far', {cause: 7})",
             "copy instanceof RangeError && copy.message === 'far' && "
             "copy.cause === 7");
}

TEST_F(StructuredCloneTest, WhatCannotBeClonedSaysSo) {
  EXPECT_FALSE(Write("(() => {})"));
  EXPECT_EQ(Text("error.name"), "DataCloneError");
  EXPECT_EQ(Text("error.message"),
            "An object could not be cloned: message is a function.");
  EXPECT_FALSE(Write("Symbol('s')"));
  EXPECT_EQ(Text("error.name"), "DataCloneError");
  EXPECT_FALSE(Write("new Proxy({}, {})"));
  EXPECT_EQ(Text("error.name"), "DataCloneError");
  EXPECT_FALSE(Write("new SharedArrayBuffer(1)"));
  EXPECT_EQ(Text("error.name"), "DataCloneError");
  EXPECT_FALSE(Write("new WeakMap()"));
  EXPECT_EQ(Text("error.name"), "DataCloneError");
}

TEST_F(StructuredCloneTest, WhatCannotBeClonedIsNamedWithItsPlace) {
  const std::pair<const char*, const char*> kCases[] = {
      {"({a: {b: [0, 1, 2, () => {}]}})", "message.a.b[3] is a function"},
      {"new Map([['key', Symbol()]])", "message.get(\"key\") is a symbol"},
      {"new Map([[7n, new WeakMap]])", "message.get(7n) is a WeakMap"},
      {"new Map([[{}, new WeakSet]])", "message.values()[0] is a WeakSet"},
      {"new Map([[new Proxy({}, {}), 1]])", "message.keys()[0] is a Proxy"},
      {"({'not a name': new Set([1, new WeakRef({})])})",
       "message[\"not a name\"].values()[1] is a WeakRef"},
      {"new Error('x', {cause: Promise.resolve()})",
       "message.cause is a Promise"},
      {"[[new SharedArrayBuffer(8)]]", "message[0][0] is a SharedArrayBuffer"},
      // The first one, in the order of the serializer.
      {"var o = {}; o.self = o; o.z = Symbol(); o[1] = [() => {}]; o",
       "message[1][0] is a function"},
  };
  for (const auto& [source, expected] : kCases) {
    EXPECT_FALSE(Write(source)) << source;
    EXPECT_EQ(Text("error.message"),
              base::StrCat({"An object could not be cloned: ", expected, "."}));
  }
}

TEST_F(StructuredCloneTest, ToNameAPlaceRunsNoScript) {
  Run("var calls = 0");
  EXPECT_FALSE(
      Write("({ get a() { calls++; return () => {}; }, b: Symbol() })"));
  // The getter's value is gone, and what else is wrong was not the reason.
  EXPECT_EQ(Text("calls"), "1");
  EXPECT_EQ(Text("error.message"),
            "An object could not be cloned: () => {} could not be cloned.");
}

TEST_F(StructuredCloneTest, ALongWayToAPlaceIsShortened) {
  EXPECT_FALSE(Write(
      "Array.from({length: 100}).reduce((inner) => ({a: inner}), () => {})"));
  EXPECT_EQ(Text("error.message.replace(/(\\.a)+/g, '.a*')"),
            "An object could not be cloned: message.a* ... (60 more) ... .a* "
            "is a function.");
}

TEST_F(StructuredCloneTest, WhatAGetterThrowsComesThroughAsItIs) {
  EXPECT_FALSE(Write("({ get x() { throw 42; } })"));
  EXPECT_EQ(Text("error"), "42");
}

TEST_F(StructuredCloneTest, AnObjectNamedAsAPortIsAnIndex) {
  CloneAttachments attachments(isolate());
  v8::Local<v8::ObjectTemplate> platform_object =
      v8::ObjectTemplate::New(isolate());
  platform_object->SetInternalFieldCount(1);
  for (int i = 0; i < 2; ++i) {
    attachments.ports.push_back(
        platform_object->NewInstance(context()).ToLocalChecked());
  }
  SetGlobal("a", attachments.ports[0]);
  SetGlobal("b", attachments.ports[1]);

  std::optional<std::vector<uint8_t>> bytes = Write("[b, a, b]", attachments);

  ASSERT_TRUE(bytes);
  ASSERT_TRUE(Read(*bytes, attachments));
  EXPECT_EQ(Text("copy[0] === b && copy[1] === a && copy[2] === b"), "true");
}

TEST_F(StructuredCloneTest, TransferredThingsAreTheirPlacesInBlinksBytes) {
  CloneAttachments attachments(isolate());
  v8::Local<v8::ObjectTemplate> platform_object =
      v8::ObjectTemplate::New(isolate());
  platform_object->SetInternalFieldCount(1);
  for (const char* name : {"a", "b"}) {
    attachments.ports.push_back(
        platform_object->NewInstance(context()).ToLocalChecked());
    SetGlobal(name, attachments.ports.back());
    attachments.array_buffers.push_back(v8::ArrayBuffer::New(isolate(), 8));
  }
  SetGlobal("x", attachments.array_buffers[0]);
  SetGlobal("y", attachments.array_buffers[1]);
  const auto hex = [&](std::string_view source) {
    return base::HexEncode(*Write(source, attachments));
  };
  const std::string header = kHeader;

  // Ports and buffers are counted each from 0; the second mention of a thing is
  // a reference to an object that was met before.
  EXPECT_EQ(hex("b"), header + "5C4D01");
  EXPECT_EQ(hex("y"), header + "7401");
  EXPECT_EQ(hex("[a, y, x, b]"),
            header + "4104" + "5C4D00" + "7401" + "7400" + "5C4D01" + "240004");
  EXPECT_EQ(hex("[b, b]"), header + "4102" + "5C4D01" + "5E01" + "240002");
}

TEST_F(StructuredCloneTest, APlatformObjectThatIsNotTransferredIsRefused) {
  v8::Local<v8::ObjectTemplate> platform_object =
      v8::ObjectTemplate::New(isolate());
  platform_object->SetInternalFieldCount(1);
  SetGlobal("a", platform_object->NewInstance(context()).ToLocalChecked());

  EXPECT_FALSE(Write("({a})"));

  EXPECT_EQ(Text("error.message"),
            "An object could not be cloned: message.a is an Object that is "
            "not in the transfer list.");
}

}  // namespace

}  // namespace electron_ports
