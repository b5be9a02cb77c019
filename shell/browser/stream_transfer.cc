// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/browser/stream_transfer.h"

#include <array>
#include <tuple>
#include <utility>

#include "gin/converter.h"
#include "shell/browser/message_port_main.h"
#include "v8/include/v8-container.h"
#include "v8/include/v8-context.h"
#include "v8/include/v8-exception.h"
#include "v8/include/v8-function.h"
#include "v8/include/v8-isolate.h"
#include "v8/include/v8-microtask-queue.h"
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

StreamTransfer::StreamTransfer(v8::Isolate* isolate) : isolate_(isolate) {}

StreamTransfer::~StreamTransfer() = default;

void StreamTransfer::Set(v8::Local<v8::Object> functions) {
  functions_.Reset(isolate_, functions);
}

void StreamTransfer::Reset() {
  functions_.Reset();
}

std::optional<StreamKind> StreamTransfer::KindOf(
    v8::Local<v8::Object> object) const {
  v8::HandleScope scope(isolate_);
  v8::Local<v8::Value> name;
  std::array<v8::Local<v8::Value>, 1> args = {object};
  if (!Call("classOf", args).ToLocal(&name) || !name->IsString()) {
    return std::nullopt;
  }
  const std::string text = gin::V8ToString(isolate_, name);
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
  v8::HandleScope scope(isolate_);
  v8::LocalVector<v8::Value> before(isolate_);
  before.insert(before.end(), earlier.begin(), earlier.end());
  v8::Local<v8::Value> problem;
  std::array<v8::Local<v8::Value>, 2> args = {
      stream, v8::Array::New(isolate_, before.data(), before.size())};
  if (!Call("problemOf", args).ToLocal(&problem) || !problem->IsString()) {
    return std::nullopt;
  }
  return gin::V8ToString(isolate_, problem);
}

std::vector<MessagePortData> StreamTransfer::Send(
    StreamKind kind,
    v8::Local<v8::Object> stream) const {
  v8::HandleScope scope(isolate_);
  std::vector<MessagePortData> near_ends;
  std::vector<MessagePortData> far_ends;
  for (size_t i = 0; i < ChannelCount(kind); ++i) {
    auto [near_end, far_end] = MessagePortData::CreatePair();
    near_ends.push_back(std::move(near_end));
    far_ends.push_back(std::move(far_end));
  }
  std::array<v8::Local<v8::Value>, 2> args = {
      stream, ToPorts(isolate_, std::move(near_ends))};
  // Should it throw after all, the near ends are closed when they are
  // collected, and the far stream fails.
  std::ignore = Call("send", args);
  return far_ends;
}

v8::MaybeLocal<v8::Object> StreamTransfer::Receive(
    StreamKind kind,
    std::vector<MessagePortData> channels) const {
  v8::EscapableHandleScope scope(isolate_);
  v8::Local<v8::Value> stream;
  std::array<v8::Local<v8::Value>, 2> args = {
      gin::StringToSymbol(isolate_, StreamClassName(kind)),
      ToPorts(isolate_, std::move(channels))};
  if (!Call("receive", args).ToLocal(&stream) || !stream->IsObject()) {
    return {};
  }
  return scope.Escape(stream.As<v8::Object>());
}

v8::MaybeLocal<v8::Value> StreamTransfer::Call(
    std::string_view name,
    base::span<v8::Local<v8::Value>> args) const {
  if (functions_.IsEmpty()) {
    return {};
  }
  v8::Local<v8::Context> context = isolate_->GetCurrentContext();
  // In the middle of a postMessage(), or before an event: promise jobs wait for
  // its end.
  v8::MicrotasksScope microtasks(context,
                                 v8::MicrotasksScope::kDoNotRunMicrotasks);
  v8::TryCatch try_catch(isolate_);
  try_catch.SetVerbose(true);
  v8::Local<v8::Object> functions = functions_.Get(isolate_);
  v8::Local<v8::Value> function;
  if (!functions->Get(context, gin::StringToSymbol(isolate_, name))
           .ToLocal(&function) ||
      !function->IsFunction()) {
    return {};
  }
  return function.As<v8::Function>()->Call(
      context, functions, static_cast<int>(args.size()), args.data());
}

}  // namespace electron_ports
