// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/browser/node_objects.h"

#include <array>

#include "gin/converter.h"
#include "shell/browser/message_port_main.h"
#include "v8/include/v8-isolate.h"

namespace electron_ports {

NodeObjects::NodeObjects(v8::Isolate* isolate) : functions_(isolate) {}

NodeObjects::~NodeObjects() = default;

bool NodeObjects::KindOf(v8::Local<v8::Object> object,
                         std::optional<Kind>* kind) const {
  *kind = std::nullopt;
  if (!functions_.IsAbout(object)) {
    return true;
  }
  v8::Isolate* const isolate = functions_.isolate();
  v8::HandleScope scope(isolate);
  v8::Local<v8::Value> name;
  std::array<v8::Local<v8::Value>, 1> args = {object};
  if (!functions_.Call("kindOf", args).ToLocal(&name)) {
    return false;
  }
  if (name->IsString()) {
    *kind =
        gin::V8ToString(isolate, name) == "file" ? Kind::kFile : Kind::kPort;
  }
  return true;
}

bool NodeObjects::FindProblem(v8::Local<v8::Object> file,
                              std::optional<std::string>* problem) const {
  v8::Isolate* const isolate = functions_.isolate();
  v8::HandleScope scope(isolate);
  v8::Local<v8::Value> text;
  std::array<v8::Local<v8::Value>, 1> args = {file};
  if (!functions_.Call("problemOf", args).ToLocal(&text)) {
    return false;
  }
  if (text->IsString()) {
    *problem = gin::V8ToString(isolate, text);
  }
  return true;
}

bool NodeObjects::Take(const v8::LocalVector<v8::Object>& objects,
                       std::vector<MessagePortData>* taken) const {
  v8::Isolate* const isolate = functions_.isolate();
  v8::HandleScope scope(isolate);
  v8::Local<v8::Value> result;
  std::array<v8::Local<v8::Value>, 1> args = {
      gin::ConvertToV8(isolate, objects)};
  v8::LocalVector<v8::Value> ends(isolate);
  if (!functions_.Call("take", args).ToLocal(&result) ||
      !gin::ConvertFromV8(isolate, result, &ends)) {
    return false;
  }
  for (v8::Local<v8::Value> end : ends) {
    taken->push_back(MessagePortMain::From(isolate, end)->Disentangle());
  }
  return true;
}

v8::MaybeLocal<v8::Object> NodeObjects::ReceiveFile(
    v8::Local<v8::Object> port) const {
  v8::EscapableHandleScope scope(functions_.isolate());
  v8::Local<v8::Value> file;
  std::array<v8::Local<v8::Value>, 1> args = {port};
  if (!functions_.Call("receiveFile", args).ToLocal(&file) ||
      !file->IsObject()) {
    return {};
  }
  return scope.Escape(file.As<v8::Object>());
}

Forwarder::Forwarder(v8::Isolate* isolate) : functions_(isolate) {}

Forwarder::~Forwarder() = default;

void Forwarder::Set(v8::Local<v8::Object> functions) {
  functions_.Set(functions);
  is_set_ = true;
}

void Forwarder::Reset() {
  functions_.Reset();
  is_set_ = false;
}

bool Forwarder::Arrive(const v8::LocalVector<v8::Object>& ports,
                       const v8::LocalVector<v8::ArrayBuffer>& buffers,
                       v8::LocalVector<v8::Object>* stand_ins) const {
  v8::Isolate* const isolate = functions_.isolate();
  v8::Local<v8::Value> result;
  std::array<v8::Local<v8::Value>, 2> args = {
      gin::ConvertToV8(isolate, ports), gin::ConvertToV8(isolate, buffers)};
  return functions_.Call("arrive", args).ToLocal(&result) &&
         gin::ConvertFromV8(isolate, result, stand_ins) &&
         stand_ins->size() == ports.size();
}

}  // namespace electron_ports
