// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_BROWSER_MESSAGE_PORT_MAIN_H_
#define ELECTRON_PORTS_SHELL_BROWSER_MESSAGE_PORT_MAIN_H_

#include <stddef.h>

#include <memory>
#include <utility>

#include "gin/wrappable.h"
#include "shell/common/message_port_data.h"
#include "shell/common/message_port_endpoint.h"
#include "v8/include/cppgc/liveness-broker.h"
#include "v8/include/cppgc/member.h"
#include "v8/include/cppgc/persistent.h"
#include "v8/include/cppgc/prefinalizer.h"
#include "v8/include/v8-external-memory-accounter.h"
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
// script can reach it, and closes when it is collected. Where both ends are
// objects of this isolate, and no message is on its way, a started port is kept
// by its other end instead: so two started ends go when script can reach
// neither.
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

  // Two ports that are entangled with each other.
  static std::pair<v8::Local<v8::Object>, v8::Local<v8::Object>> CreatePair(
      v8::Isolate* isolate);

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

  // As script does it: with an event, later.
  void Close();

  // Sends what can't be read: the other end gets a `messageerror`.
  void PostUnreadable();

  // Closes a port that script has never seen, without an event.
  void Dispose();

  // gin::Wrappable:
  void Trace(cppgc::Visitor* visitor) const override;
  const gin::WrapperInfo* wrapper_info() const override;
  const char* GetHumanReadableName() const override;

 private:
  // The calls of script.
  void PostMessage(gin::Arguments* args);
  void Start();
  bool IsClosed() const;

  void Send(PortMessage message);

  // MessagePortEndpoint::Client:
  void OnPortMessage(PortMessage message) override;
  void OnPortMessageError() override;
  void OnPortClose() override;

  static MessagePortMain* New(v8::Isolate* isolate, MessagePortData data);

  // Has to follow everything that UpdateKeepAlive() looks at.
  void UpdateKeepAlive();

  // Turn what arrived into events.
  void Deliver(PortMessage message);
  void ReportMessageError();

  // Something arrived that the other end had posted.
  void CountArrival();

  // From now on each end cares for itself.
  void Unlink();

  // The same when the other end is garbage and this one is not. A dead end may
  // not do it: it can't tell whether the other one is dead, too.
  void ForgetDeadPeer(const cppgc::LivenessBroker& broker);

  v8::Isolate* const isolate_;
  std::unique_ptr<MessagePortEndpoint> endpoint_;
  v8::ExternalMemoryAccounter external_memory_;

  // The other end, from the making of both until one of them is transferred,
  // closed or collected.
  cppgc::UntracedMember<MessagePortMain> peer_;
  // The same, while it is started.
  cppgc::Member<MessagePortMain> kept_peer_;
  // How many messages of it are on their way here.
  size_t unread_ = 0;
  // A close is still to be reported.
  bool is_closing_ = false;

  // To itself.
  __attribute__((
      annotate("blink_gc_plugin_ignore"))) cppgc::Persistent<MessagePortMain>
      keep_alive_;
};

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_BROWSER_MESSAGE_PORT_MAIN_H_
