// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/benchmark/script_host.h"

#include <utility>

#include "base/check.h"
#include "base/compiler_specific.h"
#include "base/containers/heap_array.h"
#include "base/containers/span.h"
#include "base/containers/to_vector.h"
#include "base/functional/bind.h"
#include "base/memory/free_deleter.h"
#include "gin/converter.h"
#include "gin/function_template.h"
#include "shell/benchmark/clock.h"
#include "shell/browser/message_port_main.h"
#include "shell/common/structured_clone.h"
#include "v8/include/v8-context.h"
#include "v8/include/v8-function.h"
#include "v8/include/v8-isolate.h"
#include "v8/include/v8-value-serializer.h"

namespace electron_ports {

namespace {

constexpr char kScript[] = R"(
  const handlers = new Map();
  const ends = new Map();
  binding.setEventDispatcher((port, type, data) => {
    handlers.get(port)?.(type, data);
  });
  function addPort(id, port, isTransferred, onMessage) {
    const end = { port, data: undefined, isTransferred };
    ends.set(id, end);
    handlers.set(port, (type, data) => {
      if (type === 'close') return;
      // The waiting side finds that the message has the wrong size.
      end.data = type === 'message' ? data : new Uint8Array();
      onMessage();
    });
    port.start();
  }
  function removePort(id) {
    const { port } = ends.get(id);
    ends.delete(id);
    handlers.delete(port);
    port.close();
  }
  function fill(id, bytes) {
    ends.get(id).data = new Uint8Array(bytes).fill(120);
  }
  function send(id) {
    const { port, data, isTransferred } = ends.get(id);
    if (isTransferred) port.postMessage(data, [data.buffer]);
    else port.postMessage(data);
  }
  function size(id) {
    return ends.get(id).data.byteLength;
  }
)";

base::HeapArray<uint8_t, base::FreeDeleter> WriteBare(
    v8::Isolate* isolate,
    v8::Local<v8::Value> value) {
  v8::ValueSerializer serializer(isolate);
  serializer.WriteHeader();
  CHECK(serializer.WriteValue(isolate->GetCurrentContext(), value).FromJust());
  const auto [data, size] = serializer.Release();
  // SAFETY: V8 allocated that much, by realloc().
  return UNSAFE_BUFFERS(
      base::HeapArray<uint8_t, base::FreeDeleter>::FromOwningPointer(data,
                                                                     size));
}

std::vector<uint8_t> WriteOurs(v8::Isolate* isolate,
                               v8::Local<v8::Value> value) {
  std::vector<uint8_t> bytes;
  CHECK(WriteStructuredClone(isolate, value, CloneAttachments(isolate), &bytes,
                             nullptr));
  return bytes;
}

void ReadBare(v8::Isolate* isolate, base::span<const uint8_t> bytes) {
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  v8::ValueDeserializer deserializer(isolate, bytes.data(), bytes.size());
  CHECK(deserializer.ReadHeader(context).FromJust());
  deserializer.ReadValue(context).ToLocalChecked();
}

void ReadOurs(v8::Isolate* isolate, base::span<const uint8_t> bytes) {
  ReadStructuredClone(isolate, bytes, CloneAttachments(isolate), nullptr)
      .ToLocalChecked();
}

}  // namespace

ScriptHost::ScriptHost() : realm_(kScript) {}

ScriptHost::~ScriptHost() = default;

int ScriptHost::AddPort(MessagePortData data,
                        bool is_transferred,
                        base::RepeatingClosure on_message) {
  v8::HandleScope scope(isolate());
  Call("addPort", {v8::Integer::New(isolate(), ++last_id_),
                   MessagePortMain::Create(isolate(), std::move(data)),
                   v8::Boolean::New(isolate(), is_transferred),
                   gin::CreateFunctionTemplate(isolate(), std::move(on_message))
                       ->GetFunction(context())
                       .ToLocalChecked()});
  return last_id_;
}

void ScriptHost::RemovePort(int id) {
  v8::HandleScope scope(isolate());
  Call("removePort", {v8::Integer::New(isolate(), id)});
}

void ScriptHost::Fill(int id, size_t bytes) {
  v8::HandleScope scope(isolate());
  Call("fill", {v8::Integer::New(isolate(), id),
                v8::Number::New(isolate(), static_cast<double>(bytes))});
}

void ScriptHost::Send(int id) {
  v8::HandleScope scope(isolate());
  Call("send", {v8::Integer::New(isolate(), id)});
}

size_t ScriptHost::Size(int id) {
  v8::HandleScope scope(isolate());
  return static_cast<size_t>(Call("size", {v8::Integer::New(isolate(), id)})
                                 .As<v8::Number>()
                                 ->Value());
}

std::vector<double> ScriptHost::SampleClone(std::string_view source,
                                            bool is_bare,
                                            bool is_read,
                                            int trips,
                                            int repeats) {
  v8::HandleScope scope(isolate());
  v8::Local<v8::Value> value = realm_.Run(source);
  const std::vector<uint8_t> bytes =
      is_bare ? base::ToVector(WriteBare(isolate(), value))
              : WriteOurs(isolate(), value);
  std::vector<double> samples;
  for (int i = 0; i < trips; ++i) {
    const double begun = Milliseconds();
    for (int j = 0; j < repeats; ++j) {
      v8::HandleScope inner(isolate());
      if (is_read) {
        is_bare ? ReadBare(isolate(), bytes) : ReadOurs(isolate(), bytes);
      } else if (is_bare) {
        WriteBare(isolate(), value);
      } else {
        WriteOurs(isolate(), value);
      }
    }
    samples.push_back((Milliseconds() - begun) / repeats);
  }
  return samples;
}

v8::Local<v8::Value> ScriptHost::Call(std::string_view function,
                                      std::vector<v8::Local<v8::Value>> args) {
  return context()
      ->Global()
      ->Get(context(), gin::StringToSymbol(isolate(), function))
      .ToLocalChecked()
      .As<v8::Function>()
      ->Call(context(), v8::Undefined(isolate()), static_cast<int>(args.size()),
             args.data())
      .ToLocalChecked();
}

}  // namespace electron_ports
