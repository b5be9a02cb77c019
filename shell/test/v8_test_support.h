// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_TEST_V8_TEST_SUPPORT_H_
#define ELECTRON_PORTS_SHELL_TEST_V8_TEST_SUPPORT_H_

#include <optional>
#include <string>
#include <string_view>

#include "base/values.h"
#include "gin/test/v8_test.h"
#include "v8/include/v8-local-handle.h"

namespace electron_ports {

// One isolate with one context, entered; what tests ask and get is JavaScript.
class ScriptTest : public gin::V8Test {
 public:
  void SetUp() override;
  // Does nothing the second time, so that a test can end its isolate.
  void TearDown() override;

 protected:
  v8::Isolate* isolate() const { return instance_->isolate(); }
  v8::Local<v8::Context> context() const {
    return isolate()->GetCurrentContext();
  }

  // The value of the last statement of `source`. A failure of the test, and
  // undefined, when it throws.
  v8::Local<v8::Value> Run(std::string_view source);

  // That value as a string; for what throws, `throws NAME: MESSAGE`.
  std::string Text(std::string_view source);

  void SetGlobal(std::string_view name, v8::Local<v8::Value> value);

  // All of it: what only the stack refers to counts as garbage.
  void CollectGarbage();

  void RunTasks() { task_environment_.RunUntilIdle(); }

  // Once all tasks have run, what the script's global `log`, a list, has got
  // since the last call.
  std::string TakeLog();

  // The same where it comes in no certain order.
  std::string TakeSortedLog();

 private:
  // Of the whole test, so that its values can be kept in variables.
  std::optional<v8::HandleScope> handles_;
};

// Script that gives the bytes of `view` a pattern, ...
inline constexpr char kFillView[] =
    "for (let i = 0; i < view.length; i += 997) view[i] = i;";
// ... and the index of the first byte of `last.data.view` that has not got it,
// or undefined. It is a loop: a call for each byte of a large one would take
// seconds.
inline constexpr char kFirstWrongByte[] =
    "(view => { for (let i = 0; i < view.length; ++i) "
    "if (view[i] !== (i % 997 ? 0 : i & 255)) return i; })(last.data.view)";

// A list of what a real Chromium wrote (shell/test/data/blink-values.json).
// Empty, and a failure of the test, when it can't be read.
base::ListValue ReadBlinkValues(std::string_view list);

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_TEST_V8_TEST_SUPPORT_H_
