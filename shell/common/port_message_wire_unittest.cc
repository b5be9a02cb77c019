// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/common/port_message_wire.h"

#include "base/containers/span.h"
#include "base/containers/to_vector.h"
#include "electron_ports/shell/common/blob_small.mojom.h"
#include "electron_ports/shell/common/port_message_small.mojom.h"
#include "mojo/public/cpp/system/message_pipe.h"
#include "shell/common/message_size.h"
#include "shell/test/port_test_support.h"
#include "shell/test/send_over_pipe.h"
#include "testing/gtest/include/gtest/gtest.h"

namespace electron_ports {

namespace {

std::optional<PortMessage> RoundTrip(PortMessage message) {
  return FromMojoMessage(SendOverPipe(ToMojoMessage(std::move(message))));
}

std::vector<uint8_t> Pattern(size_t size) {
  std::vector<uint8_t> bytes(size);
  for (size_t i = 0; i < size; ++i) {
    bytes[i] = static_cast<uint8_t>(i * 31 + (i >> 8));
  }
  return bytes;
}

// The sizes around those from which mojo_base::BigBuffer, and EncodedView(),
// use shared memory.
class PortMessageWireSizeTest : public testing::TestWithParam<size_t> {};

TEST_P(PortMessageWireSizeTest, AnArrayBufferArrivesWhole) {
  const std::vector<uint8_t> bytes = Pattern(GetParam());
  PortMessage message = TextMessage("x");
  message.array_buffers.push_back({mojo_base::BigBuffer(bytes), std::nullopt});

  std::optional<PortMessage> received = RoundTrip(std::move(message));

  ASSERT_TRUE(received);
  ASSERT_EQ(received->array_buffers.size(), 1u);
  EXPECT_EQ(base::ToVector(base::span(received->array_buffers[0].bytes)),
            bytes);
  EXPECT_FALSE(received->array_buffers[0].max_byte_length);
}

TEST_P(PortMessageWireSizeTest, TheEncodedValueArrivesWhole) {
  if (GetParam() == 0) {
    GTEST_SKIP() << "a message is never empty";
  }
  PortMessage message;
  message.encoded = Pattern(GetParam());

  std::optional<PortMessage> received = RoundTrip(std::move(message));

  ASSERT_TRUE(received);
  EXPECT_EQ(received->encoded, Pattern(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(AroundTheInlineLimit,
                         PortMessageWireSizeTest,
                         testing::Values(0,
                                         1,
                                         64 * 1024 - 1,
                                         64 * 1024,
                                         64 * 1024 + 1,
                                         96 * 1024,
                                         96 * 1024 + 1,
                                         64 * 1024 * 1024));

TEST(PortMessageWireTest, WhatIsTooLargeIsRefused) {
  ScopedMaxMessageBytesForTesting limit(1'000);
  const auto arrives = [](size_t encoded, std::vector<size_t> buffers) {
    PortMessage message;
    message.encoded = Pattern(encoded);
    for (size_t size : buffers) {
      message.array_buffers.push_back(
          {mojo_base::BigBuffer(Pattern(size)), std::nullopt});
    }
    return RoundTrip(std::move(message)).has_value();
  };
  EXPECT_TRUE(arrives(1'000, {}));
  EXPECT_FALSE(arrives(1'001, {}));
  EXPECT_TRUE(arrives(1, {499, 500}));
  EXPECT_FALSE(arrives(1, {500, 500}));
}

TEST(PortMessageWireTest, AResizableBufferKeepsItsLimit) {
  PortMessage message = TextMessage("x");
  message.array_buffers.push_back({mojo_base::BigBuffer(Pattern(8)), 4096});

  std::optional<PortMessage> received = RoundTrip(std::move(message));

  ASSERT_TRUE(received);
  EXPECT_EQ(received->array_buffers.at(0).max_byte_length, 4096u);
}

TEST(PortMessageWireTest, PortsAndStreamChannelsArriveInOrderWithTheirNames) {
  auto [port0, port1] = MessagePortData::CreatePair();
  auto [stream0, stream1] = MessagePortData::CreatePair();
  const base::UnguessableToken id0 = port0.id();
  const base::UnguessableToken id1 = port1.id();
  const base::UnguessableToken stream_id = stream0.id();
  PortMessage message = TextMessage("x");
  message.ports.push_back(std::move(port1));
  message.ports.push_back(std::move(port0));
  message.stream_channels.push_back(std::move(stream0));

  std::optional<PortMessage> received = RoundTrip(std::move(message));

  ASSERT_TRUE(received);
  ASSERT_EQ(received->ports.size(), 2u);
  EXPECT_EQ(received->ports[0].id(), id1);
  EXPECT_EQ(received->ports[1].id(), id0);
  ASSERT_EQ(received->stream_channels.size(), 1u);
  EXPECT_EQ(received->stream_channels[0].id(), stream_id);
}

TEST(PortMessageWireTest, ABlobArrivesWithItsPipe) {
  mojo::MessagePipe pipe;
  PortMessage message = TextMessage("x");
  message.blobs.push_back(
      {"uuid", "text/plain", 5, std::move(pipe.handle0), 0});

  std::optional<PortMessage> received = RoundTrip(std::move(message));

  ASSERT_TRUE(received);
  ASSERT_EQ(received->blobs.size(), 1u);
  EXPECT_EQ(received->blobs[0].uuid, "uuid");
  EXPECT_EQ(received->blobs[0].type, "text/plain");
  EXPECT_EQ(received->blobs[0].size, 5u);
  EXPECT_TRUE(received->blobs[0].pipe.is_valid());
  EXPECT_FALSE(pipe.handle1->QuerySignalsState().peer_closed());
}

TEST(PortMessageWireTest, WhatHasPipesIsSerializedAtOnce) {
  PortMessage with_port = TextMessage("x");
  with_port.ports.push_back(MessagePortData::CreatePair().first);
  PortMessage with_stream = TextMessage("x");
  with_stream.stream_channels.push_back(MessagePortData::CreatePair().first);
  mojo::MessagePipe pipe;
  PortMessage with_blob = TextMessage("x");
  with_blob.blobs.push_back(
      {"uuid", "text/plain", 5, std::move(pipe.handle0), 0});

  for (PortMessage* message : {&with_port, &with_stream, &with_blob}) {
    EXPECT_TRUE(ToMojoMessage(std::move(*message), PeerPlace::kThisProcess)
                    .is_serialized());
  }
}

TEST(PortMessageWireTest, WhatIsSmallIsSerializedAtOnceUnlessItStaysHere) {
  EXPECT_TRUE(ToMojoMessage(TextMessage("x")).is_serialized());
  EXPECT_FALSE(
      ToMojoMessage(TextMessage("x"), PeerPlace::kThisProcess).is_serialized());
}

TEST(PortMessageWireTest, WhatIsLargeIsSerializedOnlyForAnotherProcess) {
  PortMessage message = TextMessage("x");
  message.array_buffers.push_back(
      {mojo_base::BigBuffer(Pattern(100'000)), std::nullopt});

  EXPECT_FALSE(ToMojoMessage(std::move(message)).is_serialized());
}

TEST(PortMessageWireTest, ACloneOf64KiBNeedsNoSharedMemory) {
  const auto handles = [](size_t encoded) {
    PortMessage message;
    message.encoded = Pattern(encoded);
    return SendOverPipe(ToMojoMessage(std::move(message))).handles()->size();
  };
  EXPECT_EQ(handles(64 * 1024 + 16), 0u);
  EXPECT_EQ(handles(1024 * 1024), 1u);
}

TEST(PortMessageWireTest, TheLockToAnAgentClusterArrives) {
  PortMessage message = TextMessage("x");
  message.locked_to_agent_cluster = true;

  std::optional<PortMessage> received = RoundTrip(std::move(message));

  ASSERT_TRUE(received);
  EXPECT_TRUE(received->locked_to_agent_cluster);
}

TEST(PortMessageWireTest, AnImageOfAGpuIsRefusedWhereThereIsNone) {
  auto message = small::mojom::TransferableMessage::New();
  message->message = small::mojom::CloneableMessage::New();
  message->message->encoded_message = mojo_base::BigBuffer(Pattern(1));
  message->message->sender_agent_cluster_id = base::UnguessableToken::Create();
  message->image_bitmap_contents_array.push_back(
      small::mojom::SerializedStaticBitmapImage::NewAcceleratedImage(
          small::mojom::AcceleratedStaticBitmapImage::New()));
  mojo::Message bytes =
      small::mojom::TransferableMessage::WrapAsMessage(std::move(message));
  EXPECT_FALSE(FromMojoMessage(SendOverPipe(std::move(bytes))));
}

TEST(PortMessageWireTest, BytesThatAreNoMessageAreRefused) {
  mojo::Message message(/*name=*/0, /*flags=*/0, sizeof(uint64_t),
                        /*payload_interface_id_count=*/0, /*handles=*/nullptr);
  *message.payload_buffer()->AllocateAndGet<uint64_t>() = 0xABABABABABABABAB;

  EXPECT_FALSE(FromMojoMessage(std::move(message)));
}

TEST(PortMessageWireTest, AMessageWithoutBytesIsRefused) {
  mojo::Message message(/*name=*/0, /*flags=*/0, /*payload_size=*/0,
                        /*payload_interface_id_count=*/0, /*handles=*/nullptr);

  EXPECT_FALSE(FromMojoMessage(std::move(message)));
}

}  // namespace

}  // namespace electron_ports
