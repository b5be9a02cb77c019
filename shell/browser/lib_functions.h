// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_BROWSER_LIB_FUNCTIONS_H_
#define ELECTRON_PORTS_SHELL_BROWSER_LIB_FUNCTIONS_H_

#include <string_view>
#include <vector>

#include "base/containers/span.h"
#include "base/memory/raw_ptr.h"
#include "v8/include/v8-forward.h"
#include "v8/include/v8-local-handle.h"
#include "v8/include/v8-persistent-handle.h"

namespace electron_ports {

// An object whose methods are lib/'s, as it gave it to the binding: none, until
// it has. It is about objects of some classes, and names their prototypes, so
// that it need not be called for all the others.
class LibFunctions {
 public:
  explicit LibFunctions(v8::Isolate* isolate);
  LibFunctions(const LibFunctions&) = delete;
  LibFunctions& operator=(const LibFunctions&) = delete;
  ~LibFunctions();

  void Set(v8::Local<v8::Object> functions);
  void Reset();

  v8::Isolate* isolate() const { return isolate_; }

  // Whether `object` has one of the prototypes. Runs no script.
  bool IsAbout(v8::Local<v8::Object> object) const;

  // Empty when there is none.
  v8::MaybeLocal<v8::Function> Get(std::string_view name) const;

  // Calls in the middle of something else, a postMessage() for instance:
  // promise jobs wait for its end. Empty when there is none; or when it throws,
  // with the exception pending.
  v8::MaybeLocal<v8::Value> Call(std::string_view name,
                                 base::span<v8::Local<v8::Value>> args) const;

 private:
  // Not looked into any more once it is disposed.
  const raw_ptr<v8::Isolate, DisableDanglingPtrDetection> isolate_;
  v8::Global<v8::Object> functions_;
  std::vector<v8::Global<v8::Object>> prototypes_;
};

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_BROWSER_LIB_FUNCTIONS_H_
