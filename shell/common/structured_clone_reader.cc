// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/compiler_specific.h"
#include "base/containers/span.h"
#include "base/containers/to_vector.h"
#include "base/memory/raw_ptr.h"
#include "base/memory/raw_span.h"
#include "base/strings/string_view_util.h"
#include "shell/common/dom_exception.h"
#include "shell/common/message_size.h"
#include "shell/common/structured_clone.h"
#include "shell/common/structured_clone_format.h"
#include "v8/include/v8-container.h"
#include "v8/include/v8-context.h"
#include "v8/include/v8-exception.h"
#include "v8/include/v8-isolate.h"
#include "v8/include/v8-microtask-queue.h"
#include "v8/include/v8-value-serializer.h"

namespace electron_ports {

namespace {

// What a DOMException is made of.
struct ExceptionData {
  std::string name;
  std::string message;
};

struct StreamData {
  StreamKind kind;
  uint32_t channel;
};

struct FileData {
  // The place of its port.
  uint32_t port;
};

// An object that takes script to be made.
using ScriptObjectData = std::variant<ExceptionData,
                                      StreamData,
                                      FileData,
                                      CloneBlob,
                                      CloneImage,
                                      OpaqueObject>;

// How many of them one message may have. An honest sender has a handle beside
// the bytes for nearly each; a hostile one has three bytes, and they take a
// hundred here.
constexpr size_t kMaxScriptObjects = size_t{1} << 20;

// What the object of a file is to a reading.
enum class Files {
  // An object like any other.
  kIgnored,
  // The same, and where it begins is noted.
  kFound,
  // One of its own: in bytes of this process. In what was received nothing says
  // so.
  kRead,
};

// Reads once. V8 lets no script run meanwhile, and some objects take script to
// be made: so the first reading only collects what they are made of, and a
// second one, with `script_objects` made in between, is the real one.
class Reader final : public v8::ValueDeserializer::Delegate {
 public:
  Reader(v8::Isolate* isolate,
         base::span<const uint8_t> bytes,
         const CloneAttachments& attachments,
         const v8::LocalVector<v8::Object>& script_objects,
         Files files)
      : isolate_(isolate),
        bytes_(bytes),
        attachments_(attachments),
        script_objects_(script_objects),
        files_(files),
        deserializer_(isolate, bytes.data(), bytes.size(), this) {}

  // What was met, in order. Only of the first reading.
  const std::vector<ScriptObjectData>& script_object_data() const {
    return script_object_data_;
  }

  // Where files begin in the bytes.
  const std::vector<size_t>& file_positions() const { return file_positions_; }

  v8::MaybeLocal<v8::Value> Read() {
    v8::EscapableHandleScope scope(isolate_);
    v8::Local<v8::Context> context = isolate_->GetCurrentContext();
    v8::MicrotasksScope microtasks(context,
                                   v8::MicrotasksScope::kDoNotRunMicrotasks);
    if (!ReadEnvelope() || deserializer_.ReadHeader(context).IsNothing()) {
      return {};
    }
    for (uint32_t i = 0; i < attachments_.array_buffers.size(); ++i) {
      deserializer_.TransferArrayBuffer(i, attachments_.array_buffers[i]);
    }
    v8::Local<v8::Value> value;
    if (!deserializer_.ReadValue(context).ToLocal(&value)) {
      return {};
    }
    // What follows, if anything, is the trailer: it lists interfaces that the
    // reader must have, and this one has just read everything.
    return scope.Escape(value);
  }

 private:
  bool ReadEnvelope() {
    if (ReadByte() != kVersionTag || !deserializer_.ReadUint32(&version_) ||
        version_ < kFirstEnvelopeVersion || version_ > kEnvelopeVersion) {
      return false;
    }
    if (version_ < kFirstTrailerVersion) {
      return true;
    }
    const void* trailer_offset = nullptr;
    return ReadByte() == kTrailerOffsetTag &&
           deserializer_.ReadRawBytes(kTrailerOffsetSize, &trailer_offset);
  }

  std::optional<uint8_t> ReadByte() {
    const void* byte = nullptr;
    if (!deserializer_.ReadRawBytes(1, &byte)) {
      return std::nullopt;
    }
    return *static_cast<const uint8_t*>(byte);
  }

  // Into the bytes that are being read.
  std::optional<std::string_view> ReadUtf8() {
    uint32_t size = 0;
    const void* data = nullptr;
    if (!deserializer_.ReadUint32(&size) || size > kMaxTextBytes ||
        !deserializer_.ReadRawBytes(size, &data)) {
      return std::nullopt;
    }
    return std::string_view(static_cast<const char*>(data), size);
  }

  // v8::ValueDeserializer::Delegate:
  v8::MaybeLocal<v8::Object> ReadHostObject(v8::Isolate* isolate) override {
    switch (ReadByte().value_or(0)) {
      case kMessagePortTag: {
        const size_t tag_position = Position() - 1;
        uint32_t index = 0;
        if (deserializer_.ReadUint32(&index) &&
            index < attachments_.ports.size()) {
          if (files_ == Files::kFound && IsOfFile(tag_position) &&
              !NoteFile(tag_position - kFileHeadSize, index)) {
            return {};
          }
          return attachments_.ports[index];
        }
        break;
      }
      case kFileTagOfHost:
        if (files_ == Files::kRead) {
          return ReadTransferredFile();
        }
        break;
      case kReadableStreamTag:
        return ReadStream(StreamKind::kReadable);
      case kWritableStreamTag:
        return ReadStream(StreamKind::kWritable);
      case kTransformStreamTag:
        return ReadStream(StreamKind::kTransform);
      case kDOMExceptionTag: {
        const std::optional<std::string_view> name = ReadUtf8();
        const std::optional<std::string_view> message = ReadUtf8();
        if (name && message && ReadUtf8()) {
          return NextScriptObject(
              ExceptionData{std::string(*name), std::string(*message)});
        }
        break;
      }
      case kQuotaExceededErrorTag:
        return ReadQuotaExceededError();
      case kBlobTag:
        return ReadBlob();
      case kFileTag:
        return ReadFile();
      case kFileListTag:
        return ReadFileList();
      case kNativeImageTag:
        return ReadImage();
      default:
        return ReadOpaque();
    }
    // V8 throws on our behalf.
    return {};
  }

  v8::MaybeLocal<v8::Object> ReadOpaque() {
    size_t length = 0;
    const void* unused = nullptr;
    const std::optional<OpaqueObject> object =
        ReadOpaqueObject(bytes_.subspan(Position() - 1), &length);
    // An unknown tag has no length: nothing after it can be read. And what an
    // older Blink wrote can't be sent on as if this one had.
    if (!object || version_ != kEnvelopeVersion ||
        !deserializer_.ReadRawBytes(length - 1, &unused)) {
      return {};
    }
    return NextScriptObject(*object);
  }

  v8::MaybeLocal<v8::Object> ReadQuotaExceededError() {
    ExceptionData exception{std::string(kQuotaExceededErrorName)};
    uint32_t is_known = 0;
    double number = 0;
    if (!ReadString(&exception.message) || !ReadUtf8() ||
        !deserializer_.ReadUint32(&is_known) ||
        !deserializer_.ReadDouble(&number) ||
        !deserializer_.ReadUint32(&is_known) ||
        !deserializer_.ReadDouble(&number)) {
      return {};
    }
    return NextScriptObject(std::move(exception));
  }

  v8::MaybeLocal<v8::Object> ReadStream(StreamKind kind) {
    uint32_t channel = 0;
    if (!deserializer_.ReadUint32(&channel)) {
      return {};
    }
    return NextScriptObject(StreamData{kind, channel});
  }

  // How much was read.
  size_t Position() {
    const void* position = nullptr;
    deserializer_.ReadRawBytes(0, &position);
    return static_cast<size_t>(static_cast<const uint8_t*>(position) -
                               bytes_.data());
  }

  // Before the tag of a port in the object of a file.
  static constexpr size_t kFileHeadSize = 3 + kFileKey.size() + 1;

  // Whether the port that was just read is all that is in an object which is a
  // file's. What is before it may be the end of some other text: then the
  // second reading meets no file there.
  bool IsOfFile(size_t tag_position) {
    if (tag_position < kFileHeadSize) {
      return false;
    }
    const auto head =
        bytes_.subspan(tag_position - kFileHeadSize, kFileHeadSize);
    const auto tail = bytes_.subspan(Position());
    return head[0] == kBeginObjectTag && head[1] == kFileTagOfHost &&
           head[2] == kFileKey.size() &&
           base::as_string_view(head.subspan(3u, kFileKey.size())) ==
               kFileKey &&
           head.back() == kHostObjectTag && tail.size() >= 2 &&
           tail[0] == kEndObjectTag && tail[1] == kFileProperties;
  }

  bool NoteFile(size_t start, uint32_t port) {
    file_positions_.push_back(start);
    return Note(FileData{port});
  }

  // A file that is one object to V8.
  v8::MaybeLocal<v8::Object> ReadTransferredFile() {
    const size_t start = Position() - 2;
    const std::optional<std::string_view> key = ReadUtf8();
    v8::Local<v8::Value> port;
    uint32_t properties = 0;
    if (key != kFileKey ||
        !deserializer_.ReadValue(isolate_->GetCurrentContext())
             .ToLocal(&port) ||
        ReadByte() != kEndObjectTag || !deserializer_.ReadUint32(&properties) ||
        properties != kFileProperties) {
      return {};
    }
    if (!NoteFile(start, 0)) {
      return {};
    }
    return LastScriptObject();
  }

  v8::MaybeLocal<v8::Object> ReadBlob() {
    CloneBlob blob;
    if (!ReadString(&blob.uuid) || !ReadString(&blob.type) ||
        !deserializer_.ReadUint64(&blob.size)) {
      return {};
    }
    return NextScriptObject(std::move(blob));
  }

  v8::MaybeLocal<v8::Object> ReadFile() {
    CloneBlob blob;
    blob.file.emplace();
    uint32_t has_metadata = 0;
    uint32_t is_user_visible = 0;
    // Where the file is on the sender's disk is not for script to know.
    if (!ReadUtf8() || !ReadString(&blob.file->name) || !ReadUtf8() ||
        !ReadString(&blob.uuid) || !ReadString(&blob.type) ||
        !deserializer_.ReadUint32(&has_metadata) ||
        has_metadata != kHasFileMetadata ||
        !deserializer_.ReadUint64(&blob.size) ||
        !deserializer_.ReadDouble(&blob.file->last_modified) ||
        !deserializer_.ReadUint32(&is_user_visible)) {
      return {};
    }
    return NextScriptObject(std::move(blob));
  }

  // As an array: there is no FileList here.
  v8::MaybeLocal<v8::Object> ReadFileList() {
    uint32_t count = 0;
    if (!deserializer_.ReadUint32(&count)) {
      return {};
    }
    v8::LocalVector<v8::Value> files(isolate_);
    for (; count > 0; --count) {
      v8::Local<v8::Object> file;
      if (!ReadFile().ToLocal(&file)) {
        return {};
      }
      files.push_back(file);
    }
    return v8::Array::New(isolate_, files.data(), files.size());
  }

  v8::MaybeLocal<v8::Object> ReadImage() {
    CloneImage image;
    uint32_t count = 0;
    if (!deserializer_.ReadUint32(&count) || count > kMaxImageBitmaps) {
      return {};
    }
    for (; count > 0; --count) {
      CloneImage::Bitmap bitmap;
      uint32_t size = 0;
      const void* data = nullptr;
      if (!deserializer_.ReadDouble(&bitmap.scale) ||
          !deserializer_.ReadUint32(&size) ||
          !deserializer_.ReadRawBytes(size, &data)) {
        return {};
      }
      // SAFETY: V8 has just said that so many bytes are there.
      bitmap.bytes = base::ToVector(
          UNSAFE_BUFFERS(base::span(static_cast<const uint8_t*>(data), size)));
      image.bitmaps.push_back(std::move(bitmap));
    }
    return NextScriptObject(std::move(image));
  }

  bool ReadString(std::string* out) {
    const std::optional<std::string_view> text = ReadUtf8();
    if (text) {
      *out = *text;
    }
    return text.has_value();
  }

  v8::MaybeLocal<v8::Object> NextScriptObject(ScriptObjectData data) {
    if (!Note(std::move(data))) {
      return {};
    }
    return LastScriptObject();
  }

  // False when there are too many.
  bool Note(ScriptObjectData data) {
    if (met_ == kMaxScriptObjects) {
      return false;
    }
    ++met_;
    if (script_objects_.empty()) {
      script_object_data_.push_back(std::move(data));
    }
    return true;
  }

  // In the first reading an empty object stands for each.
  v8::Local<v8::Object> LastScriptObject() {
    return met_ <= script_objects_.size() ? script_objects_[met_ - 1]
                                          : v8::Object::New(isolate_);
  }

  const raw_ptr<v8::Isolate> isolate_;
  const base::raw_span<const uint8_t> bytes_;
  const CloneAttachments& attachments_;
  const v8::LocalVector<v8::Object>& script_objects_;
  const Files files_;
  uint32_t version_ = 0;
  size_t met_ = 0;
  std::vector<size_t> file_positions_;
  std::vector<ScriptObjectData> script_object_data_;
  v8::ValueDeserializer deserializer_;
};

v8::MaybeLocal<v8::Object> MakeScriptObject(v8::Isolate* isolate,
                                            const ScriptObjectData& data,
                                            const CloneAttachments& attachments,
                                            PlatformObjects* platform_objects) {
  if (const auto* exception = std::get_if<ExceptionData>(&data)) {
    return MakeDOMException(isolate, exception->message, exception->name)
        .As<v8::Object>();
  }
  if (!platform_objects) {
    return {};
  }
  if (const auto* blob = std::get_if<CloneBlob>(&data)) {
    return platform_objects->MakeBlob(*blob);
  }
  if (const auto* image = std::get_if<CloneImage>(&data)) {
    return platform_objects->MakeImage(*image);
  }
  if (const auto* opaque = std::get_if<OpaqueObject>(&data)) {
    return platform_objects->MakeOpaque(*opaque);
  }
  if (const auto* file = std::get_if<FileData>(&data)) {
    return platform_objects->MakeFile(attachments.ports[file->port]);
  }
  const auto& stream = std::get<StreamData>(data);
  return platform_objects->MakeStream(stream.kind, stream.channel);
}

}  // namespace

v8::MaybeLocal<v8::Value> ReadStructuredClone(
    v8::Isolate* isolate,
    base::span<const uint8_t> bytes,
    const CloneAttachments& attachments,
    PlatformObjects* platform_objects) {
  v8::LocalVector<v8::Object> script_objects(isolate);
  Reader first(isolate, bytes, attachments, script_objects,
               platform_objects && platform_objects->TakesFiles()
                   ? Files::kFound
                   : Files::kIgnored);
  v8::MaybeLocal<v8::Value> value = first.Read();
  if (value.IsEmpty() || first.script_object_data().empty()) {
    return value;
  }
  for (const ScriptObjectData& data : first.script_object_data()) {
    v8::Local<v8::Object> object;
    if (!MakeScriptObject(isolate, data, attachments, platform_objects)
             .ToLocal(&object)) {
      return {};
    }
    script_objects.push_back(object);
  }
  // In this reading files are objects of their own.
  std::vector<uint8_t> with_files;
  if (!first.file_positions().empty()) {
    with_files = base::ToVector(bytes);
    for (size_t position : first.file_positions()) {
      with_files[position] = kHostObjectTag;
    }
    bytes = with_files;
  }
  Reader second(isolate, bytes, attachments, script_objects, Files::kRead);
  value = second.Read();
  if (second.file_positions() != first.file_positions()) {
    return {};
  }
  return value;
}

bool MarkFiles(v8::Isolate* isolate,
               const CloneAttachments& attachments,
               size_t count,
               std::vector<uint8_t>* bytes) {
  v8::LocalVector<v8::Object> script_objects(isolate);
  v8::TryCatch try_catch(isolate);
  Reader reader(isolate, *bytes, attachments, script_objects, Files::kRead);
  if (reader.Read().IsEmpty() || reader.file_positions().size() != count) {
    return false;
  }
  for (size_t position : reader.file_positions()) {
    (*bytes)[position] = kBeginObjectTag;
  }
  return true;
}

}  // namespace electron_ports
