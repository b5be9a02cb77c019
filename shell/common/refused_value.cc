// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/common/refused_value.h"

#include <stddef.h>
#include <stdint.h>

#include <deque>
#include <utility>
#include <vector>

#include "base/functional/function_ref.h"
#include "base/memory/stack_allocated.h"
#include "base/strings/strcat.h"
#include "base/strings/string_number_conversions.h"
#include "base/strings/string_util.h"
#include "gin/converter.h"
#include "shell/common/object_index.h"
#include "v8/include/v8-array-buffer.h"
#include "v8/include/v8-container.h"
#include "v8/include/v8-context.h"
#include "v8/include/v8-exception.h"
#include "v8/include/v8-isolate.h"
#include "v8/include/v8-json.h"
#include "v8/include/v8-primitive.h"
#include "v8/include/v8-value.h"

namespace electron_ports {

namespace {

// Longer paths are shortened in the middle.
constexpr size_t kMaxSteps = 40;

// A search through more would take longer than the error is worth.
constexpr size_t kMaxValues = 100000;

constexpr std::string_view kDetachedBuffer = "a detached ArrayBuffer";

// What V8 refuses by its type alone. In this order: a proxy of a function is a
// function, too.
struct RefusedType {
  bool (v8::Value::*is)() const;
  std::string_view what;
};
constexpr RefusedType kRefusedTypes[] = {
    {&v8::Value::IsSymbol, "a symbol"},
    {&v8::Value::IsSymbolObject, "a symbol"},
    {&v8::Value::IsProxy, "a Proxy"},
    {&v8::Value::IsFunction, "a function"},
    {&v8::Value::IsPromise, "a Promise"},
    {&v8::Value::IsWeakMap, "a WeakMap"},
    {&v8::Value::IsWeakSet, "a WeakSet"},
    {&v8::Value::IsWeakRef, "a WeakRef"},
    {&v8::Value::IsSharedArrayBuffer, "a SharedArrayBuffer"},
    {&v8::Value::IsWasmModuleObject, "a WebAssembly.Module"},
    {&v8::Value::IsWasmMemoryObject, "a WebAssembly.Memory"},
    {&v8::Value::IsGeneratorObject, "a Generator"},
    {&v8::Value::IsModuleNamespaceObject, "a Module"},
};

std::optional<std::string_view> RefusedTypeOf(v8::Local<v8::Value> value) {
  for (const auto& [is, what] : kRefusedTypes) {
    if (((*value)->*is)()) {
      return what;
    }
  }
  if (value->IsArrayBuffer() && value.As<v8::ArrayBuffer>()->WasDetached()) {
    return kDetachedBuffer;
  }
  return std::nullopt;
}

bool IsIdentifier(std::string_view name) {
  if (name.empty() || base::IsAsciiDigit(name[0])) {
    return false;
  }
  for (const char c : name) {
    if (!base::IsAsciiAlphaNumeric(c) && c != '_' && c != '$') {
      return false;
    }
  }
  return true;
}

// A search that goes from object to object without recursion: a message may be
// nested deeper than the stack is.
class Search {
  STACK_ALLOCATED();

 public:
  using IsWanted = base::FunctionRef<bool(v8::Local<v8::Value>)>;

  Search(v8::Local<v8::Context> context, IsWanted is_wanted)
      : context_(context),
        isolate_(v8::Isolate::GetCurrent()),
        is_wanted_(is_wanted),
        seen_(isolate_) {}

  // The path from `message` to what is wanted.
  std::optional<std::string> Find(v8::Local<v8::Value> message) {
    if (Visit(message)) {
      return Path();
    }
    while (!frames_.empty()) {
      Frame& frame = frames_.back();
      if (frame.next == frame.values.size() || ++visited_ > kMaxValues) {
        frames_.pop_back();
        continue;
      }
      if (Visit(frame.values[frame.next++])) {
        return Path();
      }
    }
    return std::nullopt;
  }

 private:
  enum class Kind { kProperties, kMap, kSet, kCause };

  // An object whose values are being looked at.
  struct Frame {
    STACK_ALLOCATED();

   public:
    Frame(v8::Isolate* isolate, Kind kind)
        : kind(kind), keys(isolate), values(isolate) {}

    const Kind kind;
    // Of properties, beside their values.
    v8::LocalVector<v8::Value> keys;
    // Of a Map keys and values in turn.
    v8::LocalVector<v8::Value> values;
    size_t next = 0;
  };

  // True when it is what is wanted; otherwise what it holds comes next.
  bool Visit(v8::Local<v8::Value> value) {
    if (is_wanted_(value)) {
      return true;
    }
    if (value->IsObject() && !value->IsProxy() &&
        seen_.Add(value.As<v8::Object>())) {
      Enter(value.As<v8::Object>());
    }
    return false;
  }

  void Enter(v8::Local<v8::Object> object) {
    // A platform object's properties are not cloned.
    if (object->IsApiWrapper() || object->InternalFieldCount() > 0) {
      return;
    }
    if (object->IsMap()) {
      AddAll(Kind::kMap, object.As<v8::Map>()->AsArray());
    } else if (object->IsSet()) {
      AddAll(Kind::kSet, object.As<v8::Set>()->AsArray());
    } else if (object->IsNativeError()) {
      Frame& frame = frames_.emplace_back(isolate_, Kind::kCause);
      AddOwn(frame, object, gin::StringToSymbol(isolate_, "cause"));
    } else if (!object->IsArrayBufferView() && !object->IsArrayBuffer()) {
      AddProperties(object);
    }
  }

  void AddAll(Kind kind, v8::Local<v8::Array> items) {
    Frame& frame = frames_.emplace_back(isolate_, kind);
    for (uint32_t i = 0; i < items->Length(); ++i) {
      v8::Local<v8::Value> item;
      if (items->Get(context_, i).ToLocal(&item)) {
        frame.values.push_back(item);
      }
    }
  }

  void AddProperties(v8::Local<v8::Object> object) {
    v8::Local<v8::Array> keys;
    if (!object
             ->GetOwnPropertyNames(context_,
                                   static_cast<v8::PropertyFilter>(
                                       v8::ONLY_ENUMERABLE | v8::SKIP_SYMBOLS),
                                   v8::KeyConversionMode::kConvertToString)
             .ToLocal(&keys)) {
      return;
    }
    Frame& frame = frames_.emplace_back(isolate_, Kind::kProperties);
    for (uint32_t i = 0; i < keys->Length() && i < kMaxValues; ++i) {
      v8::Local<v8::Value> key;
      if (keys->Get(context_, i).ToLocal(&key) && key->IsName()) {
        AddOwn(frame, object, key.As<v8::Name>());
      }
    }
  }

  // The property, unless it has a getter.
  void AddOwn(Frame& frame,
              v8::Local<v8::Object> object,
              v8::Local<v8::Name> key) {
    v8::Local<v8::Value> descriptor;
    v8::Local<v8::Value> value;
    if (object->GetOwnPropertyDescriptor(context_, key).ToLocal(&descriptor) &&
        descriptor->IsObject() &&
        descriptor.As<v8::Object>()
            ->HasOwnProperty(context_, gin::StringToSymbol(isolate_, "value"))
            .FromMaybe(false) &&
        descriptor.As<v8::Object>()
            ->Get(context_, gin::StringToSymbol(isolate_, "value"))
            .ToLocal(&value)) {
      frame.keys.push_back(key);
      frame.values.push_back(value);
    }
  }

  std::string Path() const {
    std::string path = "message";
    const size_t half = kMaxSteps / 2;
    for (size_t i = 0; i < frames_.size(); ++i) {
      if (frames_.size() > kMaxSteps && i == half) {
        const size_t skipped = frames_.size() - kMaxSteps;
        base::StrAppend(
            &path, {" ... (", base::NumberToString(skipped), " more) ... "});
        i += skipped;
      }
      path += StepOf(frames_[i]);
    }
    return path;
  }

  std::string StepOf(const Frame& frame) const {
    const size_t index = frame.next - 1;
    switch (frame.kind) {
      case Kind::kMap:
        return MapStep(frame, index);
      case Kind::kSet:
        return base::StrCat({".values()[", base::NumberToString(index), "]"});
      case Kind::kCause:
        return ".cause";
      case Kind::kProperties:
        return PropertyStep(frame.keys[index]);
    }
  }

  std::string PropertyStep(v8::Local<v8::Value> key) const {
    const std::string name = gin::V8ToString(isolate_, key);
    size_t index;
    if (base::StringToSizeT(name, &index) &&
        base::NumberToString(index) == name) {
      return base::StrCat({"[", name, "]"});
    }
    return IsIdentifier(name) ? base::StrCat({".", name})
                              : base::StrCat({"[", Quoted(key), "]"});
  }

  // A value by its key where the key can be written, else by its place.
  std::string MapStep(const Frame& frame, size_t index) const {
    const std::string place = base::NumberToString(index / 2);
    if (index % 2 == 0) {
      return base::StrCat({".keys()[", place, "]"});
    }
    v8::Local<v8::Value> key = frame.values[index - 1];
    if (key->IsObject()) {
      return base::StrCat({".values()[", place, "]"});
    }
    v8::Local<v8::String> text;
    if (!key->IsString() && key->ToString(context_).ToLocal(&text)) {
      return base::StrCat({".get(", gin::V8ToString(isolate_, text),
                           key->IsBigInt() ? "n" : "", ")"});
    }
    return base::StrCat({".get(", Quoted(key), ")"});
  }

  // Runs no script: a string has no toJSON() that is asked.
  std::string Quoted(v8::Local<v8::Value> string) const {
    v8::Local<v8::String> quoted;
    return v8::JSON::Stringify(context_, string).ToLocal(&quoted)
               ? gin::V8ToString(isolate_, quoted)
               : "...";
  }

  const v8::Local<v8::Context> context_;
  v8::Isolate* const isolate_;
  const IsWanted is_wanted_;
  ObjectIndex seen_;
  // The way to the value that is looked at now.
  std::deque<Frame> frames_;
  size_t visited_ = 0;
};

}  // namespace

std::optional<std::string> DescribeRefusedValue(v8::Local<v8::Context> context,
                                                v8::Local<v8::Value> message,
                                                std::string_view detail) {
  v8::Isolate* const isolate = v8::Isolate::GetCurrent();
  v8::HandleScope scope(isolate);
  std::string_view what;
  const std::optional<std::string> where =
      Search(context, [&](v8::Local<v8::Value> value) {
        const std::optional<std::string_view> type = RefusedTypeOf(value);
        v8::Local<v8::String> text;
        // What V8 met may be what a getter returned, which is not to be found.
        if (!type || !value->ToDetailString(context).ToLocal(&text) ||
            (*type != kDetachedBuffer &&
             detail !=
                 gin::V8ToString(isolate, text) + " could not be cloned.")) {
          return false;
        }
        what = *type;
        return true;
      }).Find(message);
  if (!where) {
    return std::nullopt;
  }
  return base::StrCat({*where, " is ", what});
}

std::string DescribeRefusedObject(v8::Local<v8::Context> context,
                                  v8::Local<v8::Value> message,
                                  v8::Local<v8::Object> refused,
                                  std::string_view what) {
  v8::HandleScope scope(v8::Isolate::GetCurrent());
  const std::optional<std::string> where =
      Search(context, [&](v8::Local<v8::Value> value) {
        return value == refused;
      }).Find(message);
  return base::StrCat({where.value_or("something in message"), " is ", what});
}

std::string WithArticle(std::string_view name) {
  const bool has_vowel =
      !name.empty() && std::string_view("AEIOaeio").contains(name[0]);
  const bool is_an =
      has_vowel || name.starts_with("HTML") || name.starts_with("SVG");
  return base::StrCat({is_an ? "an " : "a ", name});
}

}  // namespace electron_ports
