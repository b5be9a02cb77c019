// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/browser/node_ports.h"

#include <array>

#include "gin/converter.h"
#include "shell/browser/message_port_main.h"
#include "v8/include/v8-isolate.h"

namespace electron_ports {

NodePorts::NodePorts(v8::Isolate* isolate) : functions_(isolate) {}

NodePorts::~NodePorts() = default;

v8::Maybe<bool> NodePorts::IsPort(v8::Local<v8::Object> object) const {
  if (!functions_.IsAbout(object)) {
    return v8::Just(false);
  }
  v8::HandleScope scope(functions_.isolate());
  v8::Local<v8::Value> is_port;
  std::array<v8::Local<v8::Value>, 1> args = {object};
  return functions_.Call("isPort", args).ToLocal(&is_port)
             ? v8::Just(is_port->IsTrue())
             : v8::Nothing<bool>();
}

bool NodePorts::Take(const v8::LocalVector<v8::Object>& ports,
                     std::vector<MessagePortData>* taken) const {
  v8::Isolate* const isolate = functions_.isolate();
  v8::HandleScope scope(isolate);
  v8::Local<v8::Value> result;
  std::array<v8::Local<v8::Value>, 1> args = {gin::ConvertToV8(isolate, ports)};
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
