// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/common/opaque_object.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings/string_number_conversions.h"
#include "testing/gtest/include/gtest/gtest.h"

namespace electron_ports {

namespace {

std::vector<uint8_t> Bytes(std::string_view hex) {
  std::vector<uint8_t> bytes;
  EXPECT_TRUE(base::HexStringToBytes(hex, &bytes)) << hex;
  return bytes;
}

// How long the object is at the beginning of what `hex` says; nothing for none.
std::optional<size_t> LengthOf(std::string_view hex) {
  size_t length = 0;
  const std::vector<uint8_t> bytes = Bytes(hex);
  return ReadOpaqueObject(bytes, &length) ? std::make_optional(length)
                                          : std::nullopt;
}

TEST(OpaqueObjectTest, EndsWhereItSays) {
  // An ImageData of one pixel, and a CropTarget; what follows is not theirs.
  EXPECT_EQ(LengthOf("23000101040102030430"), 9u);
  EXPECT_EQ(LengthOf("63016130"), 3u);
  // An ImageBitmap's number is its last.
  EXPECT_EQ(LengthOf("470530"), 2u);
}

TEST(OpaqueObjectTest, NumbersHaveTheBytesThatV8Reads) {
  EXPECT_EQ(LengthOf("47ffffffff0f30"), 6u);
  EXPECT_EQ(LengthOf("47818080800030"), 6u);
  // A sixth byte, which V8 leaves to what follows, and a 33rd bit, which it
  // drops.
  EXPECT_FALSE(LengthOf("4781808080800030"));
  EXPECT_FALSE(LengthOf("47ffffffff1f30"));
  // So where it is a size: of a text, and of pixels.
  EXPECT_FALSE(LengthOf("6381808080800061"));
  EXPECT_FALSE(LengthOf("2300010184808080800001020304"));
  // And before one.
  EXPECT_FALSE(LengthOf("2300818080808001040401020304"));
}

TEST(OpaqueObjectTest, IsNoneThatIsCutOff) {
  for (std::string_view hex : {"47", "4780", "6302", "630261", "2300010104"}) {
    EXPECT_FALSE(LengthOf(hex)) << hex;
  }
}

}  // namespace

}  // namespace electron_ports
