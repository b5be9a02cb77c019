// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/benchmark/end.h"

#include <utility>
#include <vector>

#include "base/check.h"
#include "base/compiler_specific.h"
#include "base/containers/span.h"
#include "base/functional/bind.h"
#include "base/memory/raw_ref.h"
#include "base/notreached.h"
#include "base/numerics/byte_conversions.h"
#include "base/task/sequenced_task_runner.h"
#include "mojo/public/cpp/base/big_buffer.h"
#include "mojo/public/cpp/bindings/connector.h"
#include "mojo/public/cpp/bindings/message.h"
#include "mojo/public/cpp/system/buffer.h"
#include "shell/benchmark/script_host.h"
#include "shell/common/message_port_endpoint.h"

namespace electron_ports {

namespace {

// The yardstick: a connector, and bytes as mojo_base::BigBuffer sends them, in
// the message or in shared memory.
class ConnectorEnd final : public End, private mojo::MessageReceiver {
 public:
  explicit ConnectorEnd(MessagePortData data)
      : descriptor_(data.TakeDescriptor()),
        connector_(descriptor_.TakeHandleToEntangleWithEmbedder(),
                   mojo::Connector::SINGLE_THREADED_SEND) {
    connector_.set_incoming_receiver(this);
    connector_.StartReceiving(base::SequencedTaskRunner::GetCurrentDefault());
  }

  ~ConnectorEnd() override {
    descriptor_.GiveDisentangledHandle(connector_.PassMessagePipe());
  }

  // End:
  void Fill(size_t bytes) override { bytes_.assign(bytes, 'x'); }
  size_t Size() override { return bytes_.size(); }

  void Send() override {
    std::vector<mojo::ScopedHandle> handles;
    base::span<const uint8_t> payload(bytes_);
    const auto size = base::U64ToNativeEndian(bytes_.size());
    if (bytes_.size() > mojo_base::BigBuffer::kMaxInlineBytes) {
      mojo::ScopedSharedBufferHandle buffer =
          mojo::SharedBufferHandle::Create(bytes_.size());
      Memory(buffer, bytes_.size()).copy_from(bytes_);
      handles.push_back(mojo::ScopedHandle::From(std::move(buffer)));
      payload = size;
    }
    mojo::Message message(/*name=*/0, /*flags=*/0, payload.size(),
                          /*payload_interface_id_count=*/0, &handles);
    // SAFETY: that many bytes were just allocated there.
    UNSAFE_BUFFERS(base::span(static_cast<uint8_t*>(
                                  message.payload_buffer()->AllocateAndGet(
                                      payload.size())),
                              payload.size()))
        .copy_from(payload);
    CHECK(connector_.Accept(&message));
  }

 private:
  // Mapped until the next call.
  base::span<uint8_t> Memory(const mojo::ScopedSharedBufferHandle& buffer,
                             size_t size) {
    mapping_ = buffer->Map(size);
    // SAFETY: that much was mapped.
    return UNSAFE_BUFFERS(
        base::span(static_cast<uint8_t*>(mapping_.get()), size));
  }

  // mojo::MessageReceiver:
  bool Accept(mojo::Message* message) override {
    // SAFETY: Mojo says how much there is.
    base::span<const uint8_t> received = UNSAFE_BUFFERS(
        base::span(message->payload(), message->payload_num_bytes()));
    if (!message->handles()->empty()) {
      const mojo::ScopedSharedBufferHandle buffer(mojo::SharedBufferHandle(
          message->mutable_handles()->front().release().value()));
      received =
          Memory(buffer,
                 base::U64FromNativeEndian(received.first<sizeof(uint64_t)>()));
    }
    bytes_.assign(received.begin(), received.end());
    OnMessage();
    return true;
  }

  std::vector<uint8_t> bytes_;
  mojo::ScopedSharedBufferMapping mapping_;
  blink::MessagePortDescriptor descriptor_;
  mojo::Connector connector_;
};

// A port without script and without structured clone.
class EndpointEnd final : public End, private MessagePortEndpoint::Client {
 public:
  explicit EndpointEnd(MessagePortData data)
      : endpoint_(std::move(data),
                  static_cast<MessagePortEndpoint::Client&>(*this)) {
    endpoint_.Start();
  }

  // End:
  void Fill(size_t bytes) override { bytes_.assign(bytes, 'x'); }
  size_t Size() override { return bytes_.size(); }

  void Send() override {
    PortMessage message;
    message.encoded = bytes_;
    endpoint_.Post(std::move(message));
  }

 private:
  // MessagePortEndpoint::Client:
  void OnPortMessage(PortMessage message) override {
    bytes_ = std::move(message.encoded);
    OnMessage();
  }
  void OnPortMessageError() override { NOTREACHED(); }
  void OnPortClose() override {}

  std::vector<uint8_t> bytes_;
  MessagePortEndpoint endpoint_;
};

// A port of script that posts what `ScriptHost` says.
class ScriptEnd final : public End {
 public:
  ScriptEnd(MessagePortData data, bool is_transferred, ScriptHost& host)
      : host_(host),
        // Unretained: the host forgets it before this is gone.
        id_(host.AddPort(std::move(data),
                         is_transferred,
                         base::BindRepeating(&ScriptEnd::OnMessage,
                                             base::Unretained(this)))) {}
  ~ScriptEnd() override { host_->RemovePort(id_); }

  // End:
  void Fill(size_t bytes) override { host_->Fill(id_, bytes); }
  void Send() override { host_->Send(id_); }
  size_t Size() override { return host_->Size(id_); }

 private:
  const raw_ref<ScriptHost> host_;
  const int id_;
};

}  // namespace

End::End() = default;
End::~End() = default;

std::unique_ptr<End> MakeEnd(std::string_view side,
                             MessagePortData data,
                             ScriptHost& host) {
  if (side == "Connector") {
    return std::make_unique<ConnectorEnd>(std::move(data));
  }
  if (side == "endpoint") {
    return std::make_unique<EndpointEnd>(std::move(data));
  }
  CHECK(side == "port" || side == "port, transferred") << side;
  return std::make_unique<ScriptEnd>(std::move(data), side != "port", host);
}

}  // namespace electron_ports
