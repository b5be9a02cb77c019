// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_COMMON_STRUCTURED_CLONE_H_
#define ELECTRON_PORTS_SHELL_COMMON_STRUCTURED_CLONE_H_

#include <stddef.h>
#include <stdint.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/containers/span.h"
#include "base/types/expected.h"
#include "shell/common/opaque_object.h"
#include "v8/include/v8-array-buffer.h"
#include "v8/include/v8-local-handle.h"
#include "v8/include/v8-maybe.h"
#include "v8/include/v8-object.h"

// The structured clone of a process without Blink, in Blink's format (version
// 21 of the envelope, around V8's own format): what one writes the other reads.
// It knows values, the order of transferred things, and nothing of what a port
// or a stream is; those are objects that the caller names.
namespace electron_ports {

enum class StreamKind { kReadable, kWritable, kTransform };

// What goes beside the bytes, each kind counted from 0 in transfer order.
struct CloneAttachments {
  explicit CloneAttachments(v8::Isolate* isolate)
      : ports(isolate),
        array_buffers(isolate),
        streams_by_kind{v8::LocalVector<v8::Object>(isolate),
                        v8::LocalVector<v8::Object>(isolate),
                        v8::LocalVector<v8::Object>(isolate)} {}

  // For a writer alone. A reader has them made, by their channels.
  v8::LocalVector<v8::Object>& streams(StreamKind kind) {
    return streams_by_kind[static_cast<size_t>(kind)];
  }
  const v8::LocalVector<v8::Object>& streams(StreamKind kind) const {
    return streams_by_kind[static_cast<size_t>(kind)];
  }

  v8::LocalVector<v8::Object> ports;
  v8::LocalVector<v8::ArrayBuffer> array_buffers;
  std::array<v8::LocalVector<v8::Object>, 3> streams_by_kind;
};

// A Blob in the bytes. What it holds is beside them, where its UUID finds it.
struct CloneBlob {
  // Of a File.
  struct FileDetails {
    std::string name;
    // In milliseconds since 1970; not a number where it is not known.
    double last_modified = 0;
  };

  std::string uuid;
  // The MIME type.
  std::string type;
  // In bytes.
  uint64_t size = 0;
  std::optional<FileDetails> file;
};

// An image of the embedder's (Electron's NativeImage): its bitmaps, one for
// each scale factor, in the embedder's own format.
struct CloneImage {
  struct Bitmap {
    double scale = 1;
    std::vector<uint8_t> bytes;
  };

  std::vector<Bitmap> bitmaps;
};

// What the embedder knows of objects that are more than their properties, and
// are ordinary objects to V8 all the same: Node writes its streams and
// Blobs in script.
class PlatformObjects {
 public:
  // Whether `object`, which is not in the attachments, must not be cloned as if
  // it were an ordinary one. Asked only of objects that have a class. Nothing
  // with an exception pending, when script throws.
  virtual v8::Maybe<bool> IsPlatformObject(v8::Local<v8::Object> object) = 0;

  // Makes the stream whose (first) channel is at `channel`. Empty when there is
  // no such channel. Runs script.
  virtual v8::MaybeLocal<v8::Object> MakeStream(StreamKind kind,
                                                uint32_t channel) = 0;

  // A stream that may be sent without being in the attachments. Nothing where
  // it has to be there.
  struct Stream {
    StreamKind kind;
    // The place of its (first) channel.
    uint32_t channel;
  };
  virtual std::optional<Stream> AttachStream(v8::Local<v8::Object> object);

  // A file that is sent, by a port in its place: where that is among the ports
  // of the message. Nothing for any other object, and for one that can't be.
  virtual std::optional<uint32_t> AttachFile(v8::Local<v8::Object> object);

  // Whether MakeFile() is to be asked. Otherwise what is in the place of a file
  // is an ordinary object with a port, as in Blink.
  virtual bool TakesFiles();

  // Makes the object that stands for a file whose port this is. Runs script.
  virtual v8::MaybeLocal<v8::Object> MakeFile(v8::Local<v8::Object> port);

  // Of the platform objects above, those that are Blobs.
  virtual v8::Maybe<bool> IsBlob(v8::Local<v8::Object> object) = 0;

  // How a Blob is written. Empty, with an exception pending, when it can't be.
  virtual std::optional<CloneBlob> DescribeBlob(v8::Local<v8::Object> blob) = 0;

  // Makes a Blob, or a File. Empty when nothing came for its UUID. Runs script.
  virtual v8::MaybeLocal<v8::Object> MakeBlob(const CloneBlob& blob) = 0;

  // What is in an image of the embedder's. Nothing for any other object.
  virtual std::optional<CloneImage> DescribeImage(
      v8::Local<v8::Object> object) = 0;

  // Makes an image. Empty when it can't be.
  virtual v8::MaybeLocal<v8::Object> MakeImage(const CloneImage& image) = 0;

  // What is written for the handle of an object that only Blink can have; or,
  // where that can't be now, what it is instead. Nothing for any other object.
  virtual std::optional<base::expected<OpaqueObject, std::string>> AttachOpaque(
      v8::Local<v8::Object> object);

  // Makes such a handle. Empty when what belongs to it did not come, or none
  // can be here.
  virtual v8::MaybeLocal<v8::Object> MakeOpaque(const OpaqueObject& object);

 protected:
  virtual ~PlatformObjects() = default;
};

// Writes `value` to `out`. Detaches nothing. Without `platform_objects` there
// are none, here and below. On failure an exception is
// pending: a DataCloneError `An object could not be cloned: ...`, or whatever a
// getter of the value threw. Getters run script, so afterwards nothing that was
// checked before can be relied on.
bool WriteStructuredClone(v8::Isolate* isolate,
                          v8::Local<v8::Value> value,
                          const CloneAttachments& attachments,
                          std::vector<uint8_t>* out,
                          PlatformObjects* platform_objects = nullptr);

// Reads a value. Empty, with or without an exception pending, when the bytes
// can't be read in full: for instance a platform object that only Blink knows.
v8::MaybeLocal<v8::Value> ReadStructuredClone(
    v8::Isolate* isolate,
    base::span<const uint8_t> bytes,
    const CloneAttachments& attachments,
    PlatformObjects* platform_objects = nullptr);

// For a writer: has the `count` files, which were written as host objects, read
// as the objects that script knows them as. See structured_clone_format.h.
// False when the bytes can't be read, as reading takes more of memory or stack.
bool MarkFiles(v8::Isolate* isolate,
               const CloneAttachments& attachments,
               size_t count,
               std::vector<uint8_t>* bytes);

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_COMMON_STRUCTURED_CLONE_H_
