// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_BROWSER_TRANSFER_LIST_H_
#define ELECTRON_PORTS_SHELL_BROWSER_TRANSFER_LIST_H_

#include <stddef.h>
#include <stdint.h>

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/memory/stack_allocated.h"
#include "shell/common/message_port_data.h"
#include "shell/common/object_index.h"
#include "shell/common/port_message.h"
#include "shell/common/structured_clone.h"
#include "v8/include/v8-container.h"
#include "v8/include/v8-local-handle.h"

namespace electron_ports {

class MessagePortMain;
class MessagePortRealm;

// The transfer list of one call. All of it is checked before anything is
// detached; and, since reading a list and serializing a message run script, it
// is checked once more in between. Lives on the stack of that call.
class TransferList {
  STACK_ALLOCATED();

 public:
  // `source` is the port that posts, or null when a frame is posted to. It, and
  // its other end, can't be in the list.
  TransferList(v8::Isolate* isolate, MessagePortMain* source);

  // Reads the last argument of a postMessage(). False with an exception
  // pending.
  bool Read(v8::Local<v8::Value> argument);

  // Whether everything can be transferred now. False with an exception pending
  // that names the first item that can't.
  bool Check() const;

  // The ArrayBuffers in it, in bytes.
  uint64_t buffer_bytes() const;

  // How many ports there are, beside those of files, which come after them.
  size_t port_count() const { return attachments_.ports.size(); }

  size_t file_count() const { return files_.size(); }

  // The place of a file among the files, for one that is in the message: each
  // has to be. Nothing for one that is not in the list.
  std::optional<size_t> FindFile(v8::Local<v8::Object> file);

  // Whether the handle of an object that only Blink can have is in it.
  bool HasOpaque(v8::Local<v8::Object> handle) const;

  // What the writer needs to know.
  const CloneAttachments& attachments() const { return attachments_; }

  // Takes everything from its owner and puts it in `message`. To be called
  // right after Check(). False with an exception pending.
  bool DetachInto(PortMessage* message);

 private:
  // What an item is, or what kind of stream.
  enum class Plain { kPort, kNodePort, kFile, kArrayBuffer, kOpaque };
  using Kind = std::variant<Plain, StreamKind>;

  bool AddItem(v8::Local<v8::Value> item);
  // Nothing in `kind` for what can't travel. False with an exception pending.
  bool FindKind(v8::Local<v8::Value> item, std::optional<Kind>* kind) const;
  void Attach(v8::Local<v8::Object> item, Kind kind);
  // How errors call an item.
  std::string NameOf(size_t index) const;

  // What is wrong with an item, as the end of `Port at index N ...`; nothing
  // when it can travel. `seen` has the items before it. False with an exception
  // pending.
  bool FindProblem(size_t index,
                   ObjectIndex* seen,
                   v8::Local<v8::Set> seen_streams,
                   std::optional<std::string>* problem) const;
  std::optional<std::string> ProblemOfArrayBuffer(
      v8::Local<v8::ArrayBuffer> buffer) const;
  bool CheckDetachable(v8::Local<v8::Object> buffer) const;
  // Whether it was said that it has to stay.
  bool IsMarked(v8::Local<v8::Object> item) const;
  // Whether all files are in the message: nothing could ever close one that is
  // not. False with an exception pending.
  bool CheckFiles() const;
  // What travels in the place of Node's own objects, in order. False with an
  // exception pending, and none is taken then.
  bool TakeNodeObjects(std::vector<MessagePortData>* ports,
                       std::vector<MessagePortData>* files);

  v8::Isolate* const isolate_;
  // Null where ports never were set up: then there are no streams, either.
  const MessagePortRealm* const realm_;
  MessagePortMain* const source_;
  v8::LocalVector<v8::Object> items_;
  // Of each of them.
  std::vector<Kind> kinds_;
  ObjectIndex files_;
  // Of each of those.
  std::vector<bool> is_in_message_;
  ObjectIndex opaque_;
  CloneAttachments attachments_;
};

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_BROWSER_TRANSFER_LIST_H_
