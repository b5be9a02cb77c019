// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/common/opaque_object.h"

#include "base/containers/fixed_flat_map.h"
#include "base/containers/span_reader.h"

// How Blink writes its objects: v8_script_value_serializer.cc and
// v8_script_value_serializer_for_modules.cc, version 21.
namespace electron_ports {

namespace {

// Of one object. Each reads one thing, and tells whether it was there.
class FieldReader {
 public:
  explicit FieldReader(base::span<const uint8_t> bytes) : reader_(bytes) {}

  size_t position() const { return reader_.num_read(); }

  bool Skip(uint64_t bytes) {
    return bytes <= reader_.remaining() &&
           reader_.Skip(static_cast<size_t>(bytes)).has_value();
  }

  bool ReadByte(uint8_t* value) { return reader_.ReadU8BigEndian(*value); }

  // V8's varint of 32 bits. It reads five bytes at most, whatever the last one
  // says, and drops bits: what it would read in another way than this is
  // refused, as the object must end here where it ends there.
  bool ReadNumber(uint32_t* value) {
    uint64_t number = 0;
    uint8_t byte = 0x80;
    for (unsigned shift = 0; byte >= 0x80; shift += 7) {
      if (shift > 28 || !ReadByte(&byte)) {
        return false;
      }
      number |= static_cast<uint64_t>(byte & 0x7F) << shift;
    }
    *value = static_cast<uint32_t>(number);
    return number <= UINT32_MAX;
  }

  bool SkipNumbers(int count) {
    for (uint32_t ignored = 0; count > 0; --count) {
      if (!ReadNumber(&ignored)) {
        return false;
      }
    }
    return true;
  }

  bool SkipDoubles(int count) {
    return Skip(static_cast<uint64_t>(count) * sizeof(double));
  }

  // A text, or bytes, behind their size.
  bool SkipSized() {
    uint32_t size = 0;
    return ReadNumber(&size) && Skip(size);
  }

  // What says how the pixels of an image are to be understood.
  bool SkipImageSettings() {
    static constexpr uint32_t kEnd = 0;
    static constexpr uint32_t kParametricColorSpace = 7;
    static constexpr uint32_t kLast = 8;
    static constexpr int kColorSpaceParameters = 16;
    while (true) {
      uint32_t setting = 0;
      if (!ReadNumber(&setting) || setting > kLast) {
        return false;
      }
      if (setting == kEnd) {
        return true;
      }
      if (!(setting == kParametricColorSpace
                ? SkipDoubles(kColorSpaceParameters)
                : SkipNumbers(1))) {
        return false;
      }
    }
  }

  bool SkipImage() {
    return SkipImageSettings() && SkipNumbers(2) && SkipSized();
  }

  // Size, language, direction, and the number of what it draws to.
  bool SkipOffscreenCanvas() {
    return SkipNumbers(2) && SkipSized() && SkipNumbers(4);
  }

  bool SkipCryptoKey() {
    uint8_t kind = 0;
    return ReadByte(&kind) && SkipKeyParameters(kind) && SkipNumbers(1) &&
           SkipSized();
  }

  bool SkipFencedFrameConfig() {
    return SkipSized() && SkipNumbers(2) && SkipSized() &&
           SkipIfThere([this] { return SkipSized(); }) &&
           SkipIfThere([this] { return SkipNumbers(2); }) &&
           SkipIfThere([this] { return SkipNumbers(2); });
  }

 private:
  bool SkipKeyParameters(uint8_t kind) {
    switch (kind) {
      case 1:  // AES.
      case 2:  // HMAC.
      case 7:  // Ed25519.
      case 8:  // X25519.
      case 9:  // What has no parameters and a type.
        return SkipNumbers(2);
      case 4:  // RSA.
        return SkipNumbers(3) && SkipSized() && SkipNumbers(1);
      case 5:  // Elliptic curves.
        return SkipNumbers(3);
      case 6:  // What has no parameters.
        return SkipNumbers(1);
    }
    return false;
  }

  template <typename Skipper>
  bool SkipIfThere(Skipper skip) {
    uint32_t is_there = 0;
    return ReadNumber(&is_there) && is_there <= 1 && (is_there == 0 || skip());
  }

  base::SpanReader<const uint8_t> reader_;
};

using Beside = OpaqueObject::Beside;

struct Kind {
  std::string_view type;
  // Reads what follows the tag, the index aside.
  bool (*skip)(FieldReader&);
  Beside beside = Beside::kNothing;
  bool is_transferable = false;
  bool is_transfer_only = false;
};

template <int count>
bool SkipDoubles(FieldReader& reader) {
  return reader.SkipDoubles(count);
}

bool SkipText(FieldReader& reader) {
  return reader.SkipSized();
}

bool SkipTwoTexts(FieldReader& reader) {
  return reader.SkipSized() && reader.SkipSized();
}

bool SkipFileSystem(FieldReader& reader) {
  return reader.SkipNumbers(1) && SkipTwoTexts(reader);
}

bool SkipImage(FieldReader& reader) {
  return reader.SkipImage();
}

bool SkipNothing(FieldReader&) {
  return true;
}

constexpr auto kKinds = base::MakeFixedFlatMap<uint8_t, Kind>({
    {'#', {"ImageData", &SkipImage}},
    {'C',
     {"FencedFrameConfig",
      [](FieldReader& reader) { return reader.SkipFencedFrameConfig(); }}},
    {'D', {"RestrictionTarget", &SkipText}},
    {'E', {"DOMRect", &SkipDoubles<4>}},
    {'G',
     {"ImageBitmap", &SkipNothing, Beside::kImage, /*is_transferable=*/true}},
    {'H',
     {"OffscreenCanvas",
      [](FieldReader& reader) { return reader.SkipOffscreenCanvas(); },
      Beside::kNothing, /*is_transferable=*/true, /*is_transfer_only=*/true}},
    {'I', {"DOMMatrix", &SkipDoubles<6>}},
    {'K',
     {"CryptoKey", [](FieldReader& reader) { return reader.SkipCryptoKey(); }}},
    {'N', {"FileSystemDirectoryHandle", &SkipText, Beside::kFileToken}},
    {'O', {"DOMMatrixReadOnly", &SkipDoubles<6>}},
    {'Q', {"DOMPoint", &SkipDoubles<4>}},
    {'R', {"DOMRectReadOnly", &SkipDoubles<4>}},
    {'T', {"DOMQuad", &SkipDoubles<16>}},
    {'U', {"DOMMatrixReadOnly", &SkipDoubles<16>}},
    {'W', {"DOMPointReadOnly", &SkipDoubles<4>}},
    {'Y', {"DOMMatrix", &SkipDoubles<16>}},
    {'c', {"CropTarget", &SkipText}},
    {'d', {"FileSystem", &SkipFileSystem}},
    {'g',
     {"ImageBitmap", &SkipImage, Beside::kNothing, /*is_transferable=*/true}},
    {'k', {"RTCCertificate", &SkipTwoTexts}},
    {'n', {"FileSystemFileHandle", &SkipText, Beside::kFileToken}},
});

}  // namespace

std::optional<OpaqueObject> ReadOpaqueObject(base::span<const uint8_t> bytes,
                                             size_t* length) {
  FieldReader reader(bytes);
  uint8_t tag = 0;
  if (!reader.ReadByte(&tag)) {
    return std::nullopt;
  }
  const auto found = kKinds.find(tag);
  if (found == kKinds.end() || !found->second.skip(reader)) {
    return std::nullopt;
  }
  const Kind& kind = found->second;
  OpaqueObject object = {.type = kind.type,
                         .bytes = bytes.first(reader.position()),
                         .beside = kind.beside,
                         .is_transferable = kind.is_transferable,
                         .is_transfer_only = kind.is_transfer_only};
  if (kind.beside != Beside::kNothing) {
    if (!reader.ReadNumber(&object.index)) {
      return std::nullopt;
    }
  }
  *length = reader.position();
  return object;
}

}  // namespace electron_ports
