// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_TEST_SCRIPT_REALM_H_
#define ELECTRON_PORTS_SHELL_TEST_SCRIPT_REALM_H_

#include <memory>
#include <string_view>

#include "v8/include/v8-local-handle.h"
#include "v8/include/v8-persistent-handle.h"

namespace gin {
class IsolateHolder;
}

namespace electron_ports {

// V8 with one isolate, one context and, as its global `binding`, the binding of
// message ports, for programs of this project that have no Node. The one of its
// process, entered as long as it lives. Not for unit tests, which have
// ScriptTest and make a new isolate each.
class ScriptRealm {
 public:
  // `source` is run first, as lib/ would be.
  explicit ScriptRealm(std::string_view source);
  ScriptRealm(const ScriptRealm&) = delete;
  ScriptRealm& operator=(const ScriptRealm&) = delete;
  ~ScriptRealm();

  v8::Isolate* isolate() const;
  // Needs a handle scope, as Run() does.
  v8::Local<v8::Context> context() const { return context_.Get(isolate()); }

  // The value of the last statement, which must not throw.
  v8::Local<v8::Value> Run(std::string_view source);

 private:
  std::unique_ptr<gin::IsolateHolder> holder_;
  v8::Global<v8::Context> context_;
};

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_TEST_SCRIPT_REALM_H_
