// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/test/port_test_support.h"

#include <utility>

#include "base/containers/span.h"
#include "base/containers/to_vector.h"
#include "base/run_loop.h"
#include "base/strings/string_view_util.h"
#include "base/unguessable_token.h"
#include "mojo/core/test/mojo_test_base.h"
#include "testing/gtest/include/gtest/gtest.h"

namespace electron_ports {

using Outgoing = mojo::Connector::OutgoingSerializationMode;
using Incoming = mojo::Connector::IncomingSerializationMode;

PortMessage TextMessage(std::string_view text) {
  PortMessage message;
  message.encoded = base::ToVector(base::as_byte_span(text));
  return message;
}

std::string TextOf(const PortMessage& message) {
  return std::string(base::as_string_view(message.encoded));
}

ScopedForcedSerialization::ScopedForcedSerialization() {
  mojo::Connector::OverrideDefaultSerializationBehaviorForTesting(
      Outgoing::kLazy, Incoming::kSerializeBeforeDispatchForTesting);
}

ScopedForcedSerialization::~ScopedForcedSerialization() {
  mojo::Connector::OverrideDefaultSerializationBehaviorForTesting(
      Outgoing::kLazy, Incoming::kDispatchAsIs);
}

MessagePortData SendPortTo(MojoHandle harness_pipe) {
  auto [ours, theirs] = MessagePortData::CreatePair();
  blink::MessagePortDescriptor descriptor = theirs.TakeDescriptor();
  MojoHandle handle = descriptor.TakeHandleForSerialization().release().value();
  descriptor.TakeIdForSerialization();
  descriptor.TakeSequenceNumberForSerialization();
  mojo::core::test::MojoTestBase::WriteMessageWithHandles(harness_pipe, "port",
                                                          &handle, 1);
  return std::move(ours);
}

MessagePortData TakePortFrom(MojoHandle harness_pipe) {
  MojoHandle handle;
  mojo::core::test::MojoTestBase::ReadMessageWithHandles(harness_pipe, &handle,
                                                         1);
  blink::MessagePortDescriptor descriptor;
  descriptor.InitializeFromSerializedValues(
      mojo::ScopedMessagePipeHandle(mojo::MessagePipeHandle(handle)),
      base::UnguessableToken::Create(), 1);
  return MessagePortData(std::move(descriptor));
}

TestPort::TestPort(MessagePortData data)
    : endpoint_(std::make_unique<MessagePortEndpoint>(std::move(data), *this)) {
}

TestPort::~TestPort() = default;

std::vector<std::string> TestPort::texts() const {
  return base::ToVector(messages_, &TextOf);
}

MessagePortData TestPort::TakePort(size_t message, size_t port) {
  return std::move(messages_.at(message).ports.at(port));
}

PortMessage TestPort::TakeMessage(size_t message) {
  return std::exchange(messages_.at(message), PortMessage());
}

void TestPort::WaitForMessages(size_t count) {
  while (messages_.size() < count && closes_ == 0) {
    base::RunLoop loop;
    on_change_ = loop.QuitClosure();
    loop.Run();
  }
  ASSERT_GE(messages_.size(), count);
}

void TestPort::WaitForClose() {
  while (closes_ == 0) {
    base::RunLoop loop;
    on_change_ = loop.QuitClosure();
    loop.Run();
  }
}

void TestPort::OnPortMessage(PortMessage message) {
  const std::string text = TextOf(message);
  messages_.push_back(std::move(message));
  if (on_change_) {
    on_change_.Run();
  }
  if (on_message_) {
    on_message_.Run(text);
  }
}

void TestPort::OnPortMessageError() {
  ++errors_;
  if (on_change_) {
    on_change_.Run();
  }
}

void TestPort::OnPortClose() {
  ++closes_;
  if (on_change_) {
    on_change_.Run();
  }
  if (on_close_) {
    on_close_.Run();
  }
}

}  // namespace electron_ports
