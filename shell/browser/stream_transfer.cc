// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/browser/stream_transfer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "gin/converter.h"
#include "shell/browser/message_port_main.h"
#include "v8/include/v8-container.h"
#include "v8/include/v8-exception.h"
#include "v8/include/v8-isolate.h"
#include "v8/include/v8-primitive.h"

namespace electron_ports {

namespace {

constexpr std::array<StreamKind, 3> kKinds = {
    StreamKind::kReadable, StreamKind::kWritable, StreamKind::kTransform};

v8::LocalVector<v8::Object> ToPorts(v8::Isolate* isolate,
                                    std::vector<MessagePortData> channels) {
  v8::LocalVector<v8::Object> ports(isolate);
  for (MessagePortData& channel : channels) {
    ports.push_back(MessagePortMain::Create(isolate, std::move(channel)));
  }
  return ports;
}

void ClosePorts(v8::Isolate* isolate,
                const v8::LocalVector<v8::Object>& ports) {
  for (v8::Local<v8::Object> port : ports) {
    MessagePortMain::From(isolate, port)->Close();
  }
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

bool StreamTransfer::KindOf(v8::Local<v8::Object> object,
                            std::optional<StreamKind>* kind) const {
  *kind = std::nullopt;
  if (!functions_.IsAbout(object)) {
    return true;
  }
  v8::HandleScope scope(isolate());
  v8::Local<v8::Value> name;
  std::array<v8::Local<v8::Value>, 1> args = {object};
  if (!functions_.Call("classOf", args).ToLocal(&name)) {
    return false;
  }
  if (!name->IsString()) {
    return true;
  }
  const std::string text = gin::V8ToString(isolate(), name);
  const auto found = std::ranges::find(kKinds, text, &StreamClassName);
  if (found != kKinds.end()) {
    *kind = *found;
  }
  return true;
}

bool StreamTransfer::FindProblem(v8::Local<v8::Object> stream,
                                 v8::Local<v8::Set> seen,
                                 std::optional<std::string>* problem) const {
  *problem = std::nullopt;
  v8::HandleScope scope(isolate());
  v8::Local<v8::Value> text;
  std::array<v8::Local<v8::Value>, 2> args = {stream, seen};
  if (!functions_.Call("problemOf", args).ToLocal(&text)) {
    return false;
  }
  if (text->IsString()) {
    *problem = gin::V8ToString(isolate(), text);
  }
  return true;
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
  const v8::LocalVector<v8::Object> ports =
      ToPorts(isolate(), std::move(near_ends));
  std::array<v8::Local<v8::Value>, 2> args = {
      stream, gin::ConvertToV8(isolate(), ports)};
  // Script of the stream before it in the list may have locked this one. It is
  // too late for an error here: the far stream fails.
  v8::TryCatch try_catch(isolate());
  if (functions_.Call("send", args).IsEmpty()) {
    ClosePorts(isolate(), ports);
  }
  return far_ends;
}

v8::MaybeLocal<v8::Object> StreamTransfer::Receive(
    StreamKind kind,
    std::vector<MessagePortData> channels,
    v8::LocalVector<v8::Object>* ports) const {
  const v8::LocalVector<v8::Object> own =
      ToPorts(isolate(), std::move(channels));
  v8::Local<v8::Value> stream;
  std::array<v8::Local<v8::Value>, 2> args = {
      gin::StringToSymbol(isolate(), StreamClassName(kind)),
      gin::ConvertToV8(isolate(), own)};
  if (!functions_.Call("receive", args).ToLocal(&stream) ||
      !stream->IsObject()) {
    ClosePorts(isolate(), own);
    return {};
  }
  ports->insert(ports->end(), own.begin(), own.end());
  return stream.As<v8::Object>();
}

}  // namespace electron_ports
