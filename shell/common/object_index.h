// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#ifndef ELECTRON_PORTS_SHELL_COMMON_OBJECT_INDEX_H_
#define ELECTRON_PORTS_SHELL_COMMON_OBJECT_INDEX_H_

#include <stddef.h>

#include <optional>
#include <unordered_map>

#include "base/memory/stack_allocated.h"
#include "v8/include/v8-local-handle.h"
#include "v8/include/v8-object.h"

namespace electron_ports {

// Objects in the order in which they were added, and their places in it, by
// identity: a list of thousands must not be searched for each of its items.
class ObjectIndex {
  STACK_ALLOCATED();

 public:
  explicit ObjectIndex(v8::Isolate* isolate) : objects_(isolate) {}

  // False when it is there already.
  bool Add(v8::Local<v8::Object> object) {
    if (Find(object)) {
      return false;
    }
    places_.emplace(object->GetIdentityHash(), objects_.size());
    objects_.push_back(object);
    return true;
  }

  std::optional<size_t> Find(v8::Local<v8::Object> object) const {
    // An object that was never asked for its hash gets one: not for nothing.
    if (objects_.empty()) {
      return std::nullopt;
    }
    const auto [begin, end] = places_.equal_range(object->GetIdentityHash());
    for (auto place = begin; place != end; ++place) {
      if (objects_[place->second] == object) {
        return place->second;
      }
    }
    return std::nullopt;
  }

  size_t size() const { return objects_.size(); }

  auto begin() const { return objects_.begin(); }
  auto end() const { return objects_.end(); }

 private:
  v8::LocalVector<v8::Object> objects_;
  std::unordered_multimap<int, size_t> places_;
};

}  // namespace electron_ports

#endif  // ELECTRON_PORTS_SHELL_COMMON_OBJECT_INDEX_H_
