// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/browser/opaque_handle.h"

#include <utility>

#include "base/containers/to_vector.h"
#include "base/functional/bind.h"
#include "gin/converter.h"
#include "gin/function_template.h"
#include "gin/per_isolate_data.h"
#include "mojo/public/cpp/bindings/pending_remote.h"
#include "shell/browser/wrapper_tags.h"
#include "shell/common/data_clone_error.h"
#include "v8/include/cppgc/allocation.h"
#include "v8/include/v8-cppgc.h"
#include "v8/include/v8-isolate.h"
#include "v8/include/v8-primitive.h"

namespace electron_ports {

namespace {

constexpr char kClassName[] = "OpaqueHandle";

void ThrowIllegalConstructor(const v8::FunctionCallbackInfo<v8::Value>& info) {
  ThrowTypeError(info.GetIsolate(), "Illegal constructor");
}

}  // namespace

const gin::WrapperInfo OpaqueHandle::kWrapperInfo = {{gin::kEmbedderNativeGin},
                                                     kOpaqueHandleTag};

// static
v8::Local<v8::FunctionTemplate> OpaqueHandle::CreateTemplate(
    v8::Isolate* isolate) {
  v8::Local<v8::FunctionTemplate> handle =
      v8::FunctionTemplate::New(isolate, &ThrowIllegalConstructor);
  handle->SetClassName(gin::StringToSymbol(isolate, kClassName));
  v8::Local<v8::ObjectTemplate> prototype = handle->PrototypeTemplate();
  const auto method = [&](auto callback) {
    return gin::CreateFunctionTemplate(
        isolate, base::BindRepeating(callback),
        {.holder_is_first_argument = true, .holder_type = kClassName});
  };
  prototype->Set(gin::StringToSymbol(isolate, "close"),
                 method(&OpaqueHandle::Close));
  prototype->SetAccessorProperty(gin::StringToSymbol(isolate, "type"),
                                 method(&OpaqueHandle::GetType));
  prototype->SetAccessorProperty(gin::StringToSymbol(isolate, "closed"),
                                 method(&OpaqueHandle::is_closed));
  prototype->Set(
      v8::Symbol::GetToStringTag(isolate),
      gin::StringToSymbol(isolate, kClassName),
      static_cast<v8::PropertyAttribute>(v8::ReadOnly | v8::DontEnum));
  v8::Local<v8::ObjectTemplate> instance = handle->InstanceTemplate();
  // Electron's gin insists on them for every wrapper.
  instance->SetInternalFieldCount(gin::kNumberOfInternalFields);
  gin::PerIsolateData::From(isolate)->SetObjectTemplate(&kWrapperInfo,
                                                        instance);
  return handle;
}

// static
v8::Local<v8::Object> OpaqueHandle::Create(v8::Isolate* isolate,
                                           const OpaqueObject& object,
                                           Contents contents) {
  return cppgc::MakeGarbageCollected<OpaqueHandle>(
             isolate->GetCppHeap()->GetAllocationHandle(), isolate, object,
             std::move(contents))
      ->GetWrapper(isolate)
      .ToLocalChecked();
}

// static
OpaqueHandle* OpaqueHandle::From(v8::Isolate* isolate,
                                 v8::Local<v8::Value> value) {
  OpaqueHandle* handle = nullptr;
  return gin::ConvertFromV8(isolate, value, &handle) ? handle : nullptr;
}

OpaqueHandle::OpaqueHandle(v8::Isolate* isolate,
                           const OpaqueObject& object,
                           Contents contents)
    : isolate_(isolate),
      bytes_(base::ToVector(object.bytes)),
      object_(object),
      image_(std::move(contents.image)),
      origin_(std::move(contents.origin)),
      external_bytes_(bytes_.size() + (image_ ? image_->bytes() : 0)) {
  object_.bytes = bytes_;
  if (contents.file_token.pipe.is_valid()) {
    file_token_.Bind(
        mojo::PendingRemote<file_token_mojom::FileSystemAccessTransferToken>(
            std::move(contents.file_token.pipe), contents.file_token.version));
  }
  external_memory_.Increase(isolate_, external_bytes_);
}

OpaqueHandle::~OpaqueHandle() = default;

FileToken OpaqueHandle::CloneFileToken() {
  mojo::PendingRemote<file_token_mojom::FileSystemAccessTransferToken> clone;
  file_token_->Clone(clone.InitWithNewPipeAndPassReceiver());
  const uint32_t version = clone.version();
  return {clone.PassPipe(), version};
}

void OpaqueHandle::Close() {
  if (is_closed_) {
    return;
  }
  is_closed_ = true;
  object_.bytes = {};
  bytes_ = {};
  image_.reset();
  file_token_.reset();
  external_memory_.Decrease(isolate_, external_bytes_);
}

const gin::WrapperInfo* OpaqueHandle::wrapper_info() const {
  return &kWrapperInfo;
}

const char* OpaqueHandle::GetHumanReadableName() const {
  return "Electron / OpaqueHandle";
}

}  // namespace electron_ports
