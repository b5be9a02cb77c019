// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_BROWSER_OPAQUE_HANDLE_H_
#define ELECTRON_PORTS_SHELL_BROWSER_OPAQUE_HANDLE_H_

#include <stddef.h>
#include <stdint.h>

#include <optional>
#include <string>
#include <vector>

#include "base/memory/scoped_refptr.h"
#include "gin/wrappable.h"
#include "mojo/public/cpp/bindings/remote.h"
#include "shell/common/carried_image.h"
#include "shell/common/file_token_mojom.h"
#include "shell/common/opaque_object.h"
#include "shell/common/port_message.h"
#include "v8/include/cppgc/prefinalizer.h"
#include "v8/include/v8-external-memory-accounter.h"
#include "v8/include/v8-local-handle.h"
#include "v8/include/v8-template.h"

namespace electron_ports {

// What script of a process without Blink has of an object that only Blink can
// have, such as an ImageBitmap (docs/api/opaque-handle.md): Blink's own bytes,
// and what they refer to. It tells nothing of the object but its class.
class OpaqueHandle final : public gin::Wrappable<OpaqueHandle> {
  CPPGC_USING_PRE_FINALIZER(OpaqueHandle, Close);

 public:
  static const gin::WrapperInfo kWrapperInfo;

  // What comes beside the bytes of an object, one of them at most.
  struct Contents {
    scoped_refptr<CarriedImage> image;
    FileToken file_token;
    // Of the page that `file_token` is of.
    PageOrigin origin;
  };

  // The class. Script can't construct it.
  static v8::Local<v8::FunctionTemplate> CreateTemplate(v8::Isolate* isolate);

  // A new one in the current context. Copies what `object` is a view of.
  static v8::Local<v8::Object> Create(v8::Isolate* isolate,
                                      const OpaqueObject& object,
                                      Contents contents);

  // Null when `value` is none.
  static OpaqueHandle* From(v8::Isolate* isolate, v8::Local<v8::Value> value);

  // For Create().
  OpaqueHandle(v8::Isolate* isolate,
               const OpaqueObject& object,
               Contents contents);
  ~OpaqueHandle() override;

  // A view of what it has; of no bytes once it is closed.
  const OpaqueObject& object() const { return object_; }
  bool is_closed() const { return is_closed_; }

  // For a message that the object goes with: of an ImageBitmap, ...
  const scoped_refptr<CarriedImage>& image() const { return image_; }
  // ... and of a FileSystemHandle. Each message has a token of its own.
  FileToken CloneFileToken();
  const PageOrigin& origin() const { return origin_; }

  // Lets go of the object. Does nothing when it is closed.
  void Close();

  // gin::Wrappable:
  const gin::WrapperInfo* wrapper_info() const override;
  const char* GetHumanReadableName() const override;

 private:
  // For script.
  std::string GetType() const { return std::string(object_.type); }

  v8::Isolate* const isolate_;
  std::vector<uint8_t> bytes_;
  OpaqueObject object_;
  scoped_refptr<CarriedImage> image_;
  mojo::Remote<file_token_mojom::FileSystemAccessTransferToken> file_token_;
  PageOrigin origin_;
  bool is_closed_ = false;
  size_t external_bytes_ = 0;
  v8::ExternalMemoryAccounter external_memory_;
};

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_BROWSER_OPAQUE_HANDLE_H_
