// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/test/v8_test_support.h"

#include <utility>

#include "base/base_paths.h"
#include "base/files/file_util.h"
#include "base/json/json_reader.h"
#include "base/path_service.h"
#include "base/strings/strcat.h"
#include "gin/converter.h"
#include "v8/include/v8-context.h"
#include "v8/include/v8-exception.h"
#include "v8/include/v8-initialization.h"
#include "v8/include/v8-isolate.h"
#include "v8/include/v8-json.h"
#include "v8/include/v8-primitive.h"
#include "v8/include/v8-script.h"

namespace electron_ports {

void ScriptTest::SetUp() {
  V8Test::SetUp();
  handles_.emplace(isolate());
}

void ScriptTest::TearDown() {
  if (!handles_) {
    return;
  }
  handles_.reset();
  V8Test::TearDown();
}

v8::Local<v8::Value> ScriptTest::Run(std::string_view source) {
  v8::TryCatch try_catch(isolate());
  v8::Local<v8::Script> script;
  v8::Local<v8::Value> result;
  if (!v8::Script::Compile(context(), gin::StringToV8(isolate(), source))
           .ToLocal(&script) ||
      !script->Run(context()).ToLocal(&result)) {
    ADD_FAILURE() << source << " throws "
                  << gin::V8ToString(isolate(), try_catch.Exception());
    return v8::Undefined(isolate());
  }
  return result;
}

void ScriptTest::SetGlobal(std::string_view name, v8::Local<v8::Value> value) {
  context()
      ->Global()
      ->Set(context(), gin::StringToV8(isolate(), name), value)
      .Check();
}

void ScriptTest::CollectGarbage() {
  v8::V8::SetFlagsFromString("--expose-gc");
  isolate()->RequestGarbageCollectionForTesting(
      v8::Isolate::kFullGarbageCollection, v8::StackState::kNoHeapPointers);
}

std::string ScriptTest::TakeLog() {
  RunTasks();
  return Text("log.splice(0).join(' ')");
}

std::string ScriptTest::TakeSortedLog() {
  RunTasks();
  return Text("log.splice(0).sort().join(' ')");
}

std::string ScriptTest::Text(std::string_view source) {
  return gin::V8ToString(
      isolate(),
      Run(base::StrCat(
          {"try { String(eval(",
           gin::V8ToString(isolate(),
                           v8::JSON::Stringify(
                               context(), gin::StringToV8(isolate(), source))
                               .ToLocalChecked()),
           ")) } catch (e) { `throws ${e.name}: ${e.message}` }"})));
}

base::ListValue ReadBlinkValues(std::string_view list) {
  std::string json;
  EXPECT_TRUE(base::ReadFileToString(
      base::PathService::CheckedGet(base::DIR_SRC_TEST_DATA_ROOT)
          .AppendASCII("electron_ports/shell/test/data/blink-values.json"),
      &json));
  std::optional<base::DictValue> recorded =
      base::JSONReader::ReadDict(json, base::JSON_PARSE_RFC);
  base::ListValue* values = recorded ? recorded->FindList(list) : nullptr;
  EXPECT_TRUE(values) << list;
  return values ? std::move(*values) : base::ListValue();
}

}  // namespace electron_ports
