// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_BROWSER_MESSAGE_PORT_MAIN_H_
#define ELECTRON_PORTS_SHELL_BROWSER_MESSAGE_PORT_MAIN_H_

#include <memory>

#include "gin/wrappable.h"
#include "shell/common/message_port_data.h"
#include "shell/common/message_port_endpoint.h"
#include "v8/include/cppgc/persistent.h"
#include "v8/include/cppgc/prefinalizer.h"
#include "v8/include/v8-template.h"

namespace gin {
class Arguments;
}

namespace electron_ports {

// The port that script of a process without Blink holds: the very object that
// `require('electron')` shows, found in `event.ports` and inside message data
// alike. It is one handle of an endpoint and the calls on it; its event API is
// lib/'s, on its prototype.
//
// A started, entangled port keeps itself alive, and so does one that still has
// to report a close that script asked for. Any other port lives as long as
// script can reach it, and closes when it is collected.
class MessagePortMain final : public gin::Wrappable<MessagePortMain>,
                              private MessagePortEndpoint::Client {
  CPPGC_USING_PRE_FINALIZER(MessagePortMain, Dispose);

 public:
  static const gin::WrapperInfo kWrapperInfo;

  // The class: `postMessage`, `start`, `close` and `closed` on a prototype that
  // all ports of the isolate share. Script can't construct it.
  static v8::Local<v8::FunctionTemplate> CreateTemplate(v8::Isolate* isolate);

  // A new port for `data`, which must be valid, in the current context.
  static v8::Local<v8::Object> Create(v8::Isolate* isolate,
                                      MessagePortData data);

  // Null when `value` is not a port.
  static MessagePortMain* From(v8::Isolate* isolate,
                               v8::Local<v8::Value> value);

  // For Create().
  MessagePortMain(v8::Isolate* isolate, MessagePortData data);
  ~MessagePortMain() override;

  // Never null before the garbage collector takes the port.
  MessagePortEndpoint& endpoint() { return *endpoint_; }

  // Takes out what travels; the port is neutered afterwards. It must not be
  // before.
  MessagePortData Disentangle();

  // Closes a port that script has never seen, without an event.
  void Dispose();

  // gin::Wrappable:
  const gin::WrapperInfo* wrapper_info() const override;
  const char* GetHumanReadableName() const override;

 private:
  // The calls of script.
  void PostMessage(gin::Arguments* args);
  void Start();
  void Close();
  bool IsClosed() const;

  // MessagePortEndpoint::Client:
  void OnPortMessage(PortMessage message) override;
  void OnPortMessageError() override;
  void OnPortClose() override;

  v8::Isolate* const isolate_;
  std::unique_ptr<MessagePortEndpoint> endpoint_;

  // To itself.
  __attribute__((
      annotate("blink_gc_plugin_ignore"))) cppgc::Persistent<MessagePortMain>
      keep_alive_;
};

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_BROWSER_MESSAGE_PORT_MAIN_H_
