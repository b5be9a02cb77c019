// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/browser/opaque_handle.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/containers/span.h"
#include "base/containers/to_vector.h"
#include "base/strings/strcat.h"
#include "base/strings/string_number_conversions.h"
#include "base/strings/string_util.h"
#include "base/unguessable_token.h"
#include "base/values.h"
#include "electron_ports/shell/common/blob_small.mojom.h"
#include "electron_ports/shell/common/port_message_small.mojom.h"
#include "mojo/public/cpp/base/big_buffer.h"
#include "mojo/public/cpp/bindings/pending_remote.h"
#include "mojo/public/cpp/bindings/receiver_set.h"
#include "shell/browser/message_port_main.h"
#include "shell/browser/message_port_realm.h"
#include "shell/common/file_token_mojom.h"
#include "shell/common/message_port_data.h"
#include "shell/common/message_size.h"
#include "shell/common/port_message_wire.h"
#include "shell/test/port_test_support.h"
#include "shell/test/send_over_pipe.h"
#include "shell/test/v8_test_support.h"
#include "testing/gmock/include/gmock/gmock.h"
#include "testing/gtest/include/gtest/gtest.h"
#include "v8/include/v8-isolate.h"

namespace electron_ports {

namespace {

using Token = file_token_mojom::FileSystemAccessTransferToken;

constexpr char kLib[] = R"(
  globalThis.log = [];
  globalThis.DOMException = class DOMException extends Error {
    constructor(message, name) { super(message); this.name = name; }
  };
  binding.setEventDispatcher((port, type, data) => {
    log.push(type);
    if (type === 'message') globalThis.last = data;
  });
)";

// Before a value, in a message that says nothing of what it has to have.
constexpr std::string_view kHeader = "ff15fe000000000000000000000000ff10";
// An OffscreenCanvas of 7 by 9, in English, that draws to nothing.
constexpr std::string_view kCanvas = "5c48070902656e00000000";
// The first image, and a file whose token is the first.
constexpr std::string_view kFirstImage = "5c4700";
constexpr std::string_view kFirstFile =
    "5c6e01"
    "6100";

std::vector<uint8_t> Bytes(std::string_view hex) {
  std::vector<uint8_t> bytes;
  EXPECT_TRUE(base::HexStringToBytes(hex, &bytes)) << hex;
  return bytes;
}

std::string Hex(base::span<const uint8_t> bytes) {
  return base::ToLowerASCII(base::HexEncode(bytes));
}

// An array of two values.
std::string Two(std::string_view first, std::string_view second) {
  return base::StrCat({kHeader, "4102", first, second, "240002"});
}

small::mojom::SerializedStaticBitmapImagePtr Row(std::vector<uint8_t> pixels) {
  auto bitmap = small::mojom::BitmapN32::New();
  bitmap->image_info = small::mojom::BitmapN32ImageInfo::New();
  bitmap->image_info->alpha_type = small::mojom::AlphaType::PREMUL;
  bitmap->image_info->width = static_cast<uint32_t>(pixels.size() / 4);
  bitmap->image_info->height = 1;
  bitmap->pixel_data = mojo_base::BigBuffer(pixels);
  return small::mojom::SerializedStaticBitmapImage::NewBitmap(
      std::move(bitmap));
}

// Blink's side of the wire, as far as this link has it: the same bytes, without
// the classes that Blink makes of them.
small::mojom::TransferableMessagePtr BlinkMessage(std::string_view hex) {
  auto message = small::mojom::TransferableMessage::New();
  message->message = small::mojom::CloneableMessage::New();
  message->message->encoded_message = mojo_base::BigBuffer(Bytes(hex));
  message->message->sender_agent_cluster_id = base::UnguessableToken::Create();
  return message;
}

PortMessage FromBlink(small::mojom::TransferableMessagePtr message) {
  mojo::Message bytes =
      small::mojom::TransferableMessage::WrapAsMessage(std::move(message));
  std::optional<PortMessage> received =
      FromMojoMessage(SendOverPipe(std::move(bytes)));
  EXPECT_TRUE(received);
  return received ? std::move(*received) : PortMessage();
}

small::mojom::TransferableMessagePtr ToBlink(PortMessage message) {
  small::mojom::TransferableMessagePtr received;
  EXPECT_TRUE(small::mojom::TransferableMessage::DeserializeFromMessage(
      SendOverPipe(ToMojoMessage(std::move(message))), &received));
  return received;
}

// The browser's side of tokens: one file, and who may have it.
class TestToken final : public Token {
 public:
  mojo::PendingRemote<Token> Bind() {
    mojo::PendingRemote<Token> remote;
    receivers_.Add(this, remote.InitWithNewPipeAndPassReceiver());
    return remote;
  }

  size_t holders() const { return receivers_.size(); }

 private:
  // Token:
  void GetInternalID(GetInternalIDCallback callback) override {
    std::move(callback).Run(id_);
  }
  void Clone(mojo::PendingReceiver<Token> receiver) override {
    receivers_.Add(this, std::move(receiver));
  }

  const base::UnguessableToken id_ = base::UnguessableToken::Create();
  mojo::ReceiverSet<Token> receivers_;
};

// Every test runs twice, as in message_port_endpoint_unittest.cc.
class OpaqueHandleTest : public ScriptTest,
                         public testing::WithParamInterface<bool> {
 public:
  void SetUp() override {
    if (GetParam()) {
      forced_.emplace();
    }
    ScriptTest::SetUp();
    v8::Local<v8::Object> binding = v8::Object::New(isolate());
    MessagePortRealm::Install(isolate(), binding, MessagePortRealm::Hooks());
    SetGlobal("binding", binding);
    Run(kLib);
    auto [ours, theirs] = MessagePortData::CreatePair();
    far_ = std::make_unique<TestPort>(std::move(theirs));
    (*far_)->Start();
    SetGlobal("port", MessagePortMain::Create(isolate(), std::move(ours)));
    Run("port.start()");
  }

  void TearDown() override {
    far_.reset();
    ScriptTest::TearDown();
  }

 protected:
  // Posts as a renderer does, and gives what happened.
  std::string Post(small::mojom::TransferableMessagePtr message) {
    (*far_)->Post(FromBlink(std::move(message)));
    return TakeLog();
  }
  std::string Post(std::string_view hex) { return Post(BlinkMessage(hex)); }

  // The same, of a file.
  std::string PostFile(TestToken& token, small::mojom::OriginPtr origin) {
    auto message = BlinkMessage(base::StrCat({kHeader, kFirstFile}));
    mojo::PendingRemote<Token> remote = token.Bind();
    message->message->file_system_access_tokens.emplace_back(remote.PassPipe(),
                                                             0u);
    message->message->sender_origin = std::move(origin);
    return Post(std::move(message));
  }

  // What a renderer gets that is posted to next.
  small::mojom::TransferableMessagePtr Next() {
    far_->WaitForMessages(taken_ + 1);
    return ToBlink(far_->TakeMessage(taken_++));
  }

  std::string NextHex() { return Hex(Next()->message->encoded_message); }

 private:
  std::optional<ScopedForcedSerialization> forced_;
  std::unique_ptr<TestPort> far_;
  size_t taken_ = 0;
};

small::mojom::OriginPtr Example(uint16_t port = 443) {
  return small::mojom::Origin::New("https", "a.example", port, std::nullopt);
}

// What a real Chromium wrote for its objects: script/record-blink-values.ts.
TEST_P(OpaqueHandleTest, WhatARealBlinkWroteArrivesAsAHandleAndGoesOnAlike) {
  const base::ListValue values = ReadBlinkValues("opaque");
  ASSERT_GT(values.size(), 15u);
  TestToken token;
  for (const base::Value& value : values) {
    const std::string& type = *value.GetDict().FindString("type");
    const std::string& hex = *value.GetDict().FindString("hex");
    SCOPED_TRACE(*value.GetDict().FindString("source"));
    auto message = BlinkMessage(hex);
    if (base::StartsWith(type, "FileSystem")) {
      mojo::PendingRemote<Token> remote = token.Bind();
      message->message->file_system_access_tokens.emplace_back(
          remote.PassPipe(), 0u);
      message->message->sender_origin = Example();
    }
    ASSERT_EQ(Post(std::move(message)), "message");
    if (type == "QuotaExceededError") {
      EXPECT_EQ(Text("last instanceof DOMException && last.name"), type);
      EXPECT_EQ(Text("last.message"), "m");
      continue;
    }
    EXPECT_EQ(Text("`${last}, ${last.type}, ${last.closed}`"),
              base::StrCat({"[object OpaqueHandle], ", type, ", false"}));
    Run("port.postMessage(last)");
    // The trailer, too, which says what the receiver has to know.
    EXPECT_EQ(NextHex(), hex);
  }
}

TEST_P(OpaqueHandleTest, ArrivesAnywhereInTheMessage) {
  ASSERT_EQ(Post(Two(kCanvas,
                     "6f2201615c49"
                     "000000000000f03f0000000000000000"
                     "0000000000000000000000000000f03f"
                     "000000000000000000000000000000007b01")),
            "message");
  EXPECT_EQ(Text("`${last.length} ${last[0].type} ${last[1].a.type}`"),
            "2 OffscreenCanvas DOMMatrix");
}

TEST_P(OpaqueHandleTest, GoesOnOnceIfItCanOnlyBeTransferred) {
  ASSERT_EQ(Post(base::StrCat({kHeader, kCanvas})), "message");
  EXPECT_EQ(Text("port.postMessage({ a: last })"),
            "throws DataCloneError: An object could not be cloned: message.a "
            "is an OffscreenCanvas that is not in the transfer list.");
  EXPECT_EQ(Text("last.closed"), "false");
  Run("port.postMessage(last, [last])");
  EXPECT_EQ(NextHex(), base::StrCat({"ff15fe000000000000001c00000006ff10",
                                     kCanvas, "a00000000148"}));
  EXPECT_EQ(Text("last.closed"), "true");
  EXPECT_EQ(Text("port.postMessage(null, [last])"),
            "throws DataCloneError: OffscreenCanvas at index 0 is already "
            "neutered.");
  EXPECT_EQ(Text("port.postMessage(last)"),
            "throws DataCloneError: An object could not be cloned: message is "
            "an OffscreenCanvas that is closed or was transferred.");
}

TEST_P(OpaqueHandleTest, GoesOnAsOftenAsItIsSentWithItsImage) {
  const std::vector<uint8_t> red = {0, 0, 255, 255};
  auto message = BlinkMessage(base::StrCat({kHeader, kFirstImage}));
  message->image_bitmap_contents_array.push_back(Row(red));
  ASSERT_EQ(Post(std::move(message)), "message");
  EXPECT_EQ(Text("last.type"), "ImageBitmap");
  Run("port.postMessage(last);"
      "port.postMessage([1, last]);"
      "port.postMessage(last, [last])");
  for (int time = 0; time < 3; ++time) {
    small::mojom::TransferableMessagePtr next = Next();
    ASSERT_EQ(next->image_bitmap_contents_array.size(), 1u);
    const auto& bitmap = next->image_bitmap_contents_array[0]->get_bitmap();
    EXPECT_EQ(bitmap->image_info->alpha_type, small::mojom::AlphaType::PREMUL);
    EXPECT_EQ(base::ToVector(base::span(bitmap->pixel_data)), red);
  }
  EXPECT_EQ(Text("last.closed"), "true");
}

TEST_P(OpaqueHandleTest, ImagesOfOneMessageGetNewPlacesInAnother) {
  auto message = BlinkMessage(Two(kFirstImage, "5c4701"));
  message->image_bitmap_contents_array.push_back(Row({1, 1, 1, 1}));
  message->image_bitmap_contents_array.push_back(Row({2, 2, 2, 2}));
  ASSERT_EQ(Post(std::move(message)), "message");
  Run("port.postMessage([last[1], last[0], last[1]])");
  small::mojom::TransferableMessagePtr next = Next();
  // The last is the first once more: V8's own mark of that.
  EXPECT_THAT(Hex(next->message->encoded_message),
              testing::HasSubstr("41035c47005c47015e01240003"));
  ASSERT_EQ(next->image_bitmap_contents_array.size(), 2u);
  EXPECT_EQ(
      base::span(
          next->image_bitmap_contents_array[0]->get_bitmap()->pixel_data)[0],
      2);
}

TEST_P(OpaqueHandleTest, CountsInTheSizeOfAMessage) {
  ScopedMaxMessageBytesForTesting limit(1'000);
  auto message = BlinkMessage(Two(kFirstImage, "5c4701"));
  for (int i = 0; i < 2; ++i) {
    auto image = Row(std::vector<uint8_t>(400));
    message->image_bitmap_contents_array.push_back(std::move(image));
  }
  ASSERT_EQ(Post(std::move(message)), "message");
  Run("var [one, two] = last");
  EXPECT_THAT(Text("port.postMessage([one, two, new Uint8Array(200)], [one])"),
              testing::StartsWith("throws DataCloneError: An object could not "
                                  "be cloned: message takes "));
  EXPECT_EQ(Text("one.closed"), "false");
  Run("port.postMessage([one, two], [one])");
  EXPECT_EQ(Next()->image_bitmap_contents_array.size(), 2u);
}

TEST_P(OpaqueHandleTest, CannotBeListedIfItCannotBeTransferred) {
  TestToken token;
  ASSERT_EQ(PostFile(token, Example()), "message");
  EXPECT_THAT(Text("port.postMessage(last, [last])"),
              testing::MatchesRegex(
                  "throws TypeError: Port at index 0 is not a valid port: "
                  "expected .*, got that of a FileSystemFileHandle\\."));
  EXPECT_EQ(Text("last.closed"), "false");
}

TEST_P(OpaqueHandleTest, OfAFileGoesOnWithATokenOfItsOwnAndItsOrigin) {
  TestToken token;
  ASSERT_EQ(PostFile(token, Example()), "message");
  EXPECT_EQ(token.holders(), 1u);
  Run("port.postMessage(last); port.postMessage({ last })");
  for (int time = 0; time < 2; ++time) {
    small::mojom::TransferableMessagePtr next = Next();
    EXPECT_EQ(next->message->sender_origin, Example());
    ASSERT_EQ(next->message->file_system_access_tokens.size(), 1u);
    // The handle, this message, and the one that is still to be taken.
    RunTasks();
    EXPECT_EQ(token.holders(), 3u - time);
  }
  RunTasks();
  EXPECT_EQ(token.holders(), 1u);
  Run("last.close(); last.close()");
  RunTasks();
  EXPECT_EQ(token.holders(), 0u);
}

TEST_P(OpaqueHandleTest, OfAFileIsLetGoWhenItIsCollected) {
  TestToken token;
  ASSERT_EQ(PostFile(token, Example()), "message");
  Run("last = undefined");
  CollectGarbage();
  RunTasks();
  EXPECT_EQ(token.holders(), 0u);
}

TEST_P(OpaqueHandleTest, OfAFileIsOfAPage) {
  TestToken token;
  EXPECT_EQ(PostFile(token, nullptr), "messageerror");
  auto opaque = Example();
  opaque->nonce_if_opaque = base::UnguessableToken::Create();
  EXPECT_EQ(PostFile(token, std::move(opaque)), "messageerror");
  RunTasks();
  EXPECT_EQ(token.holders(), 0u);
}

TEST_P(OpaqueHandleTest, FilesOfTwoOriginsAreNotOfOneMessage) {
  TestToken token;
  ASSERT_EQ(PostFile(token, Example()), "message");
  Run("var one = last");
  ASSERT_EQ(PostFile(token, Example(8443)), "message");
  EXPECT_EQ(Text("port.postMessage({ one, last })"),
            "throws DataCloneError: An object could not be cloned: "
            "message.last is a FileSystemFileHandle of another origin than one "
            "before it in the message.");
  RunTasks();
  EXPECT_EQ(token.holders(), 2u);
  Run("port.postMessage(one); port.postMessage(last)");
  EXPECT_EQ(Next()->message->sender_origin, Example());
  EXPECT_EQ(Next()->message->sender_origin, Example(8443));
}

TEST_P(OpaqueHandleTest, LosesNothingWhenTheCallFails) {
  ASSERT_EQ(Post(base::StrCat({kHeader, kCanvas})), "message");
  EXPECT_EQ(Text("port.postMessage([last, () => {}], [last])"),
            "throws DataCloneError: An object could not be cloned: message[1] "
            "is a function.");
  EXPECT_EQ(Text("port.postMessage(last, [last, last])"),
            "throws DataCloneError: OffscreenCanvas at index 1 is a "
            "duplicate.");
  EXPECT_EQ(Text("last.closed"), "false");
  // A getter of the message may do what it likes.
  EXPECT_EQ(Text("globalThis.buffer = new ArrayBuffer(1);"
                 "port.postMessage({ last, get b() { last.close(); } },"
                 "                 [buffer, last])"),
            "throws DataCloneError: OffscreenCanvas at index 1 is already "
            "neutered.");
  EXPECT_EQ(Text("buffer.byteLength"), "1");
}

TEST_P(OpaqueHandleTest, TravelsBetweenPortsOfTheProcess) {
  auto message = BlinkMessage(base::StrCat({kHeader, kFirstImage}));
  message->image_bitmap_contents_array.push_back(Row({1, 2, 3, 4}));
  ASSERT_EQ(Post(std::move(message)), "message");
  Run("var handle = last;"
      "var { port1, port2 } = binding.createPair();"
      "port2.start();"
      "port1.postMessage(handle);"
      "handle.close()");
  EXPECT_EQ(TakeLog(), "message");
  EXPECT_EQ(Text("`${handle.closed} ${last.closed} ${last.type}`"),
            "true false ImageBitmap");
  Run("port.postMessage(last)");
  EXPECT_EQ(
      base::ToVector(base::span(
          Next()->image_bitmap_contents_array.at(0)->get_bitmap()->pixel_data)),
      (std::vector<uint8_t>{1, 2, 3, 4}));
}

TEST_P(OpaqueHandleTest, WhatNeverLeavesItsProcessIsAMessageError) {
  // VideoFrame, AudioData, an encoded frame, MediaSourceHandle, ElementImage.
  for (std::string_view object :
       {"5c7600", "5c6100", "5c5600", "5c5300", "5c4a00"}) {
    EXPECT_EQ(Post(base::StrCat({kHeader, object})), "messageerror");
  }
  EXPECT_EQ(Post(base::StrCat({kHeader, kCanvas})), "message");
}

TEST_P(OpaqueHandleTest, WhatAHostilePageMakesUpIsAMessageError) {
  TestToken token;
  for (const std::string& hex : {
           // No such image, and no such token.
           base::StrCat({kHeader, kFirstImage}),
           base::StrCat({kHeader, "5c6e016107"}),
           base::StrCat({kHeader, "5c47ffffffffffffffffff7f"}),
           // One token for two files.
           Two(kFirstFile, kFirstFile),
           // Less than it says: a text, pixels, a key, a number without end.
           base::StrCat({kHeader, "5c48070905656e"}),
           base::StrCat({kHeader, "5c2301010301000101ffffffffffffffffff01"}),
           base::StrCat({kHeader, "5c4b0109100310e457"}),
           base::StrCat({kHeader, "5c4b030910"}),
           base::StrCat({kHeader, "5c48ffffffffffffffffffffff"}),
           base::StrCat({kHeader, "5c2309"}),
           base::StrCat({kHeader, "5c49"}),
           base::StrCat({kHeader, "5c"}),
           // Numbers in more bytes, or of more bits, than V8 would read: what
           // is an end to us would be the middle to Blink, where it goes on.
           base::StrCat({kHeader, "5c2300818080808001040400000000"}),
           base::StrCat({kHeader, "5c23008180808010040400000000"}),
           base::StrCat({kHeader, "5c6381808080800161"}),
           base::StrCat({kHeader, "5c47808080808000"}),
           // What stands for a file in a second reading of our own.
           base::StrCat(
               {kHeader, "5c220f7472616e7366657272656446696c65307b01"}),
           // As an older Blink wrote it.
           base::StrCat({"ff14ff10", kCanvas}),
       }) {
    SCOPED_TRACE(hex);
    auto message = BlinkMessage(hex);
    mojo::PendingRemote<Token> remote = token.Bind();
    message->message->file_system_access_tokens.emplace_back(remote.PassPipe(),
                                                             0u);
    message->message->sender_origin = Example();
    EXPECT_EQ(Post(std::move(message)), "messageerror");
    RunTasks();
    EXPECT_EQ(token.holders(), 0u);
  }
  EXPECT_EQ(Post(base::StrCat({kHeader, kCanvas})), "message");
}

TEST_P(OpaqueHandleTest, IsNoHandleInAThreadThatPassesMessagesOnToNode) {
  Run("binding.setForwarder({ prototypes: [], arrive: (ports) => ports })");
  EXPECT_EQ(Post(base::StrCat({kHeader, kCanvas})), "messageerror");
}

TEST_P(OpaqueHandleTest, CannotBeMadeByScript) {
  EXPECT_EQ(Text("new binding.OpaqueHandle()"),
            "throws TypeError: Illegal constructor");
  EXPECT_THAT(Text("binding.OpaqueHandle.prototype.close.call({})"),
              testing::StartsWith("throws TypeError: "));
}

INSTANTIATE_TEST_SUITE_P(InOneProcess, OpaqueHandleTest, testing::Bool());

}  // namespace

}  // namespace electron_ports
