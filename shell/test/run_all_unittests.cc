// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "base/functional/bind.h"
#include "base/test/launcher/unit_test_launcher.h"
#include "mojo/core/test/mojo_test_suite_base.h"
#include "testing/gtest/include/gtest/gtest.h"

// Every test gets real Mojo (ipcz), and can start this binary again as another
// process.
int main(int argc, char** argv) {
  mojo::core::test::MojoTestSuiteBase suite(argc, argv);
  return base::LaunchUnitTests(
      argc, argv,
      base::BindOnce(&base::TestSuite::Run, base::Unretained(&suite)));
}
