// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_COMMON_STRUCTURED_CLONE_FORMAT_H_
#define ELECTRON_PORTS_SHELL_COMMON_STRUCTURED_CLONE_FORMAT_H_

#include <stddef.h>
#include <stdint.h>

#include <string_view>

// Blink's half of the format, as its serialization_tag.h has it:
//   FF version [FE offset:u64 size:u32, since version 21] V8's bytes [trailer]
// The trailer lists the interfaces that the reader must have, and is optional.
namespace electron_ports {

inline constexpr uint8_t kVersionTag = 0xFF;
inline constexpr uint8_t kTrailerOffsetTag = 0xFE;
inline constexpr size_t kTrailerOffsetSize =
    sizeof(uint64_t) + sizeof(uint32_t);

// Before this one there was no envelope; no Blink of today writes that.
inline constexpr uint32_t kFirstEnvelopeVersion = 16;
inline constexpr uint32_t kFirstTrailerVersion = 21;
// The one that is written, and the newest that is read: a newer one may mean
// anything.
inline constexpr uint32_t kEnvelopeVersion = 21;

// In the trailer, before their count (u32) and tags: those of platform objects
// whose classes the reader has to have.
inline constexpr uint8_t kRequiredInterfacesTag = 0xA0;

// Platform objects follow V8's host object tag with one of these, or with one
// of opaque_object.cc.
inline constexpr uint8_t kMessagePortTag = 'M';  // index
// The place of the stream's channel among the message's: those of the readable
// streams come first, then those of the writable ones, then two for each
// transform stream, of which this is the first.
inline constexpr uint8_t kReadableStreamTag = 'r';
inline constexpr uint8_t kWritableStreamTag = 'w';
inline constexpr uint8_t kTransformStreamTag = 'm';
inline constexpr uint8_t kDOMExceptionTag = 'x';  // name, message, unused
// message, unused, and two numbers behind whether they are known: a
// DOMException of this name where there is no such class.
inline constexpr uint8_t kQuotaExceededErrorTag = 'q';
inline constexpr std::string_view kQuotaExceededErrorName =
    "QuotaExceededError";
inline constexpr uint8_t kBlobTag = 'b';  // uuid, type, size:u64
// What is called a file below.
inline constexpr uint8_t kFileTag = 'f';
inline constexpr uint8_t kFileListTag = 'l';  // count, files
// A file: path, name, relative path, uuid, type, 1, size:u64,
// last modified:double, and whether the user may see where it is. A File that
// script made has no paths, and nothing to see.
inline constexpr uint32_t kHasFileMetadata = 1;
inline constexpr uint32_t kIsNotUserVisible = 0;

// A file is `{ transferredFile: port }`, so that Blink can read it: these tags
// of V8's around the key and the port. Where it is made one object, the first
// byte is that of a host object, and the second its tag.
inline constexpr uint8_t kHostObjectTag = '\\';
inline constexpr uint8_t kBeginObjectTag = 'o';
inline constexpr uint8_t kFileTagOfHost = '"';
inline constexpr std::string_view kFileKey = "transferredFile";
inline constexpr uint8_t kEndObjectTag = '{';
inline constexpr uint32_t kFileProperties = 1;

// Electron's own: count, then for each bitmap scale:double, size, bytes. Blink
// has this tag for Blobs that it stores by index, and never puts it in a
// message.
inline constexpr uint8_t kNativeImageTag = 'i';
// More than there are scales.
inline constexpr uint32_t kMaxImageBitmaps = 100;

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_COMMON_STRUCTURED_CLONE_FORMAT_H_
