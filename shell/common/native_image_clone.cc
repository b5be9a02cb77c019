// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/common/native_image_clone.h"

#include <cmath>

#include "shell/common/api/electron_api_native_image.h"
#include "skia/public/mojom/bitmap.mojom.h"
#include "third_party/skia/include/core/SkBitmap.h"
#include "ui/gfx/image/image.h"
#include "ui/gfx/image/image_skia.h"
#include "ui/gfx/image/image_skia_rep.h"
#include "v8/include/v8-object.h"

namespace electron_ports {

std::optional<CloneImage> DescribeNativeImage(v8::Isolate* isolate,
                                              v8::Local<v8::Object> object) {
  electron::api::NativeImage* image = nullptr;
  if (!gin::ConvertFromV8(isolate, object, &image) || !image) {
    return std::nullopt;
  }
  CloneImage clone;
  const gfx::ImageSkia skia_image = image->image().AsImageSkia();
  for (const gfx::ImageSkiaRep& representation : skia_image.image_reps()) {
    clone.bitmaps.push_back(
        {representation.scale(),
         skia::mojom::InlineBitmap::Serialize(&representation.GetBitmap())});
  }
  return clone;
}

v8::MaybeLocal<v8::Object> MakeNativeImage(v8::Isolate* isolate,
                                           const CloneImage& image) {
  gfx::ImageSkia skia_image;
  for (const CloneImage::Bitmap& bitmap : image.bitmaps) {
    SkBitmap pixels;
    // Another process may say that it has no pixels, or no scale.
    if (!skia::mojom::InlineBitmap::Deserialize(bitmap.bytes.data(),
                                                bitmap.bytes.size(), &pixels) ||
        pixels.drawsNothing() || !std::isfinite(bitmap.scale) ||
        bitmap.scale < 0) {
      return {};
    }
    skia_image.AddRepresentation(
        gfx::ImageSkiaRep(pixels, static_cast<float>(bitmap.scale)));
  }
  return electron::api::NativeImage::Create(isolate, gfx::Image(skia_image))
      ->GetWrapper(isolate);
}

}  // namespace electron_ports
