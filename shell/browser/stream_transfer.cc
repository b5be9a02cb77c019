// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/browser/stream_transfer.h"

#include <array>
#include <tuple>
#include <utility>

#include "gin/converter.h"
#include "shell/browser/message_port_main.h"
#include "v8/include/v8-container.h"
#include "v8/include/v8-isolate.h"
#include "v8/include/v8-primitive.h"

namespace electron_ports {

namespace {

constexpr std::array<StreamKind, 3> kKinds = {
    StreamKind::kReadable, StreamKind::kWritable, StreamKind::kTransform};

v8::Local<v8::Array> ToPorts(v8::Isolate* isolate,
                             std::vector<MessagePortData> channels) {
  v8::LocalVector<v8::Value> ports(isolate);
  for (MessagePortData& channel : channels) {
    ports.push_back(MessagePortMain::Create(isolate, std::move(channel)));
  }
  return v8::Array::New(isolate, ports.data(), ports.size());
}

}  // namespace

std::string_view StreamClassName(StreamKind kind) {
  switch (kind) {
    case StreamKind::kReadable:
      return "ReadableStream";
    case StreamKind::kWritable:
      return "WritableStream";
    case StreamKind::kTransform:
      return "TransformStream";
  }
}

StreamTransfer::StreamTransfer(v8::Isolate* isolate) : functions_(isolate) {}

StreamTransfer::~StreamTransfer() = default;

std::optional<StreamKind> StreamTransfer::KindOf(
    v8::Local<v8::Object> object) const {
  v8::HandleScope scope(isolate());
  v8::Local<v8::Value> name;
  std::array<v8::Local<v8::Value>, 1> args = {object};
  if (!functions_.Call("classOf", args).ToLocal(&name) || !name->IsString()) {
    return std::nullopt;
  }
  const std::string text = gin::V8ToString(isolate(), name);
  for (StreamKind kind : kKinds) {
    if (text == StreamClassName(kind)) {
      return kind;
    }
  }
  return std::nullopt;
}

std::optional<std::string> StreamTransfer::ProblemOf(
    v8::Local<v8::Object> stream,
    base::span<const v8::Local<v8::Object>> earlier) const {
  v8::HandleScope scope(isolate());
  v8::LocalVector<v8::Value> before(isolate());
  before.insert(before.end(), earlier.begin(), earlier.end());
  v8::Local<v8::Value> problem;
  std::array<v8::Local<v8::Value>, 2> args = {
      stream, v8::Array::New(isolate(), before.data(), before.size())};
  if (!functions_.Call("problemOf", args).ToLocal(&problem) ||
      !problem->IsString()) {
    return std::nullopt;
  }
  return gin::V8ToString(isolate(), problem);
}

std::vector<MessagePortData> StreamTransfer::Send(
    StreamKind kind,
    v8::Local<v8::Object> stream) const {
  v8::HandleScope scope(isolate());
  std::vector<MessagePortData> near_ends;
  std::vector<MessagePortData> far_ends;
  for (size_t i = 0; i < ChannelCount(kind); ++i) {
    auto [near_end, far_end] = MessagePortData::CreatePair();
    near_ends.push_back(std::move(near_end));
    far_ends.push_back(std::move(far_end));
  }
  std::array<v8::Local<v8::Value>, 2> args = {
      stream, ToPorts(isolate(), std::move(near_ends))};
  // Should it throw after all, the near ends are closed when they are
  // collected, and the far stream fails.
  std::ignore = functions_.Call("send", args);
  return far_ends;
}

v8::MaybeLocal<v8::Object> StreamTransfer::Receive(
    StreamKind kind,
    std::vector<MessagePortData> channels) const {
  v8::EscapableHandleScope scope(isolate());
  v8::Local<v8::Value> stream;
  std::array<v8::Local<v8::Value>, 2> args = {
      gin::StringToSymbol(isolate(), StreamClassName(kind)),
      ToPorts(isolate(), std::move(channels))};
  if (!functions_.Call("receive", args).ToLocal(&stream) ||
      !stream->IsObject()) {
    return {};
  }
  return scope.Escape(stream.As<v8::Object>());
}

}  // namespace electron_ports
