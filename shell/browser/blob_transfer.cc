// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/browser/blob_transfer.h"

#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "base/containers/span.h"
#include "base/containers/to_vector.h"
#include "base/functional/bind.h"
#include "base/functional/callback_helpers.h"
#include "base/uuid.h"
#include "gin/converter.h"
#include "gin/data_object_builder.h"
#include "gin/dictionary.h"
#include "mojo/public/cpp/bindings/pending_remote.h"
#include "shell/browser/message_port_realm.h"
#include "shell/browser/stored_blob.h"
#include "shell/common/array_buffer_contents.h"
#include "shell/common/blob_bytes_provider.h"
#include "shell/common/data_clone_error.h"
#include "v8/include/v8-array-buffer.h"
#include "v8/include/v8-context.h"
#include "v8/include/v8-function.h"
#include "v8/include/v8-isolate.h"
#include "v8/include/v8-primitive.h"

namespace electron_ports {

namespace {

// Undefined for nothing, and where there is no memory for it.
v8::Local<v8::Value> ToV8(v8::Isolate* isolate,
                          const std::optional<std::vector<uint8_t>>& bytes) {
  v8::Local<v8::ArrayBuffer> buffer;
  if (!bytes || !NewArrayBuffer(isolate, *bytes).ToLocal(&buffer)) {
    return v8::Undefined(isolate);
  }
  return buffer;
}

// Null when there is nothing to connect to.
std::shared_ptr<BlobRegistryRemote> Connect(
    const ConnectToBlobStorage& storage) {
  auto remote = storage.Run();
  return remote ? std::make_shared<BlobRegistryRemote>(std::move(remote))
                : nullptr;
}

}  // namespace

BlobTransfer::BlobTransfer(MessagePortRealm& realm)
    : realm_(realm), functions_(realm.isolate()) {}

BlobTransfer::~BlobTransfer() = default;

void BlobTransfer::Reset() {
  functions_.Reset();
  default_registry_.reset();
  providers_.clear();
  questions_.clear();
  readers_.clear();
}

v8::Maybe<bool> BlobTransfer::IsBlob(v8::Local<v8::Object> object) const {
  if (!functions_.IsAbout(object)) {
    return v8::Just(false);
  }
  v8::HandleScope scope(isolate());
  v8::Local<v8::Value> is_blob;
  std::array<v8::Local<v8::Value>, 1> args = {object};
  return functions_.Call("isBlob", args).ToLocal(&is_blob)
             ? v8::Just(is_blob->IsTrue())
             : v8::Nothing<bool>();
}

std::optional<CloneBlob> BlobTransfer::Describe(
    v8::Local<v8::Object> blob,
    const ConnectToBlobStorage& storage,
    std::shared_ptr<BlobRegistryRemote>* registry,
    v8::Local<v8::Object>* contents) {
  v8::Local<v8::Value> description;
  std::array<v8::Local<v8::Value>, 1> args = {blob};
  if (!functions_.Call("describe", args).ToLocal(&description)) {
    return std::nullopt;
  }
  gin::Dictionary details = gin::Dictionary::CreateEmpty(isolate());
  CloneBlob clone;
  double size = 0;
  if (!gin::ConvertFromV8(isolate(), description, &details) ||
      !details.Get("size", &size) || !details.Get("type", &clone.type)) {
    ThrowDataCloneError(
        isolate(), "An object could not be cloned: it only looks like a Blob.");
    return std::nullopt;
  }
  clone.size = static_cast<uint64_t>(size);
  CloneBlob::FileDetails file;
  if (details.Get("name", &file.name) &&
      details.Get("lastModified", &file.last_modified)) {
    clone.file = std::move(file);
  }

  v8::Local<v8::Value> remote = v8::Undefined(isolate());
  details.Get("remote", &remote);
  StoredBlob* stored = StoredBlob::From(isolate(), remote);
  if (!*registry && (storage || !stored)) {
    *registry = storage ? Connect(storage) : DefaultRegistry();
  }
  if (stored) {
    clone.uuid = stored->uuid();
    *contents = remote.As<v8::Object>();
    return clone;
  }
  if (!*registry) {
    ThrowDataCloneError(isolate(),
                        "An object could not be cloned: this process has no "
                        "blob storage for the bytes of a Blob.");
    return std::nullopt;
  }
  clone.uuid = base::Uuid::GenerateRandomV4().AsLowercaseString();
  *contents = blob;
  return clone;
}

BlobHandle BlobTransfer::Send(
    const CloneBlob& blob,
    v8::Local<v8::Object> contents,
    const std::shared_ptr<BlobRegistryRemote>& registry) {
  mojo::PendingRemote<blob_mojom::Blob> remote;
  auto receiver = remote.InitWithNewPipeAndPassReceiver();
  StoredBlob* stored = StoredBlob::From(isolate(), contents);
  if (stored && (!registry || registry == default_registry_)) {
    stored->blob().Clone(std::move(receiver));
  } else if (registry) {
    Register(blob, contents, std::move(receiver), registry);
  }
  const uint32_t version = remote.version();
  return {blob.uuid, blob.type, blob.size, remote.PassPipe(), version};
}

void BlobTransfer::Register(
    const CloneBlob& blob,
    v8::Local<v8::Object> contents,
    mojo::PendingReceiver<blob_mojom::Blob> receiver,
    const std::shared_ptr<BlobRegistryRemote>& registry) {
  std::vector<blob_mojom::DataElementPtr> elements;
  if (blob.size > 0) {
    const uint64_t id = ++last_id_;
    auto kept = std::make_unique<v8::Global<v8::Object>>(isolate(), contents);
    const auto read = StoredBlob::From(isolate(), contents)
                          ? &BlobTransfer::ReadStored
                          : &BlobTransfer::AskLib;
    // Unretained: this has the provider, and the provider these.
    auto provider = std::make_unique<BlobBytesProvider>(
        blob.size,
        base::BindRepeating(read, base::Unretained(this),
                            base::Owned(std::move(kept))),
        base::BindOnce(
            [](BlobTransfer* self, uint64_t id) { self->providers_.erase(id); },
            base::Unretained(this), id));
    elements.push_back(
        blob_mojom::DataElement::NewBytes(blob_mojom::DataElementBytes::New(
            blob.size, std::nullopt, provider->BindNewPipeAndPassRemote())));
    providers_.emplace(id, std::move(provider));
  }
  base::OnceClosure done = base::DoNothing();
  // One of a message's own stays until there is an answer.
  if (registry != default_registry_) {
    done = base::DoNothingWithBoundArgs(registry);
  }
  (*registry)->Register(std::move(receiver), blob.uuid, blob.type,
                        /*content_disposition=*/"", std::move(elements),
                        std::move(done));
}

v8::MaybeLocal<v8::Object> BlobTransfer::Receive(
    const CloneBlob& blob,
    v8::Local<v8::Object> stored) const {
  v8::EscapableHandleScope scope(isolate());
  gin::DataObjectBuilder details(isolate());
  details.Set("size", static_cast<double>(blob.size)).Set("type", blob.type);
  if (blob.file) {
    details.Set("name", blob.file->name);
    if (std::isfinite(blob.file->last_modified)) {
      details.Set("lastModified", blob.file->last_modified);
    }
  }
  v8::Local<v8::Value> made;
  std::array<v8::Local<v8::Value>, 2> args = {stored, details.Build()};
  if (!functions_.Call("receive", args).ToLocal(&made) || !made->IsObject()) {
    return {};
  }
  return scope.Escape(made.As<v8::Object>());
}

void BlobTransfer::Read(StoredBlob& stored,
                        uint64_t offset,
                        uint64_t length,
                        v8::Local<v8::Function> deliver) {
  if (realm_->context().IsEmpty()) {
    return;
  }
  const uint64_t id = ++last_id_;
  // Unretained: this has the reader, and the reader this.
  readers_.emplace(
      id, std::make_unique<BlobPartReader>(
              stored.blob(), offset, length,
              base::BindOnce(&BlobTransfer::Deliver, base::Unretained(this), id,
                             v8::Global<v8::Function>(isolate(), deliver))));
}

void BlobTransfer::Deliver(uint64_t id,
                           v8::Global<v8::Function> deliver,
                           std::optional<std::vector<uint8_t>> bytes) {
  readers_.erase(id);
  v8::HandleScope scope(isolate());
  v8::Local<v8::Context> context = realm_->context();
  v8::Context::Scope context_scope(context);
  std::array<v8::Local<v8::Value>, 1> args = {ToV8(isolate(), bytes)};
  realm_->hooks().call.Run(isolate(), deliver.Get(isolate()), args);
}

void BlobTransfer::AskLib(const v8::Global<v8::Object>* blob,
                          uint64_t offset,
                          uint64_t length,
                          BlobPartCallback done) {
  v8::HandleScope scope(isolate());
  v8::Local<v8::Context> context = realm_->context();
  v8::Context::Scope context_scope(context);
  const uint64_t id = ++last_id_;
  questions_.emplace(id, Question{length, std::move(done)});
  const auto number = [&](uint64_t value) {
    return v8::Number::New(isolate(), static_cast<double>(value));
  };
  v8::Local<v8::Function> read;
  v8::Local<v8::Function> answer;
  if (!functions_.Get("read").ToLocal(&read) ||
      !v8::Function::New(context, &BlobTransfer::OnAnswer, number(id), 1,
                         v8::ConstructorBehavior::kThrow)
           .ToLocal(&answer)) {
    TakeAnswer(id, v8::Undefined(isolate()));
    return;
  }
  std::array<v8::Local<v8::Value>, 4> args = {
      blob->Get(isolate()), number(offset), number(offset + length), answer};
  realm_->hooks().call.Run(isolate(), read, args);
}

void BlobTransfer::ReadStored(const v8::Global<v8::Object>* stored,
                              uint64_t offset,
                              uint64_t length,
                              BlobPartCallback done) {
  v8::HandleScope scope(isolate());
  const uint64_t id = ++last_id_;
  // Unretained: this has the reader, and the reader this.
  readers_.emplace(
      id, std::make_unique<BlobPartReader>(
              StoredBlob::From(isolate(), stored->Get(isolate()))->blob(),
              offset, length,
              base::BindOnce(
                  [](BlobTransfer* self, uint64_t id, BlobPartCallback done,
                     std::optional<std::vector<uint8_t>> bytes) {
                    self->readers_.erase(id);
                    std::move(done).Run(std::move(bytes));
                  },
                  base::Unretained(this), id, std::move(done))));
}

// static
void BlobTransfer::OnAnswer(const v8::FunctionCallbackInfo<v8::Value>& info) {
  MessagePortRealm* realm = MessagePortRealm::From(info.GetIsolate());
  const uint64_t id = static_cast<uint64_t>(
      info.Data().As<v8::Value>().As<v8::Number>()->Value());
  realm->blob_transfer().TakeAnswer(id, info[0]);
}

void BlobTransfer::TakeAnswer(uint64_t id, v8::Local<v8::Value> bytes) {
  auto question = questions_.extract(id);
  if (!question) {
    return;
  }
  std::optional<std::vector<uint8_t>> part;
  if (bytes->IsArrayBuffer() &&
      bytes.As<v8::ArrayBuffer>()->ByteLength() == question.mapped().length) {
    part = base::ToVector(BytesOf(bytes.As<v8::ArrayBuffer>()));
  }
  std::move(question.mapped().done).Run(std::move(part));
}

std::shared_ptr<BlobRegistryRemote> BlobTransfer::DefaultRegistry() {
  if (!default_registry_ || !default_registry_->is_connected()) {
    default_registry_ = Connect(realm_->hooks().blob_registry);
  }
  return default_registry_;
}

}  // namespace electron_ports
