// Use of this source code is governed by the MIT license that can be found in
// the LICENSE file.

#include "shell/browser/internal_channel_offers.h"

#include <array>
#include <utility>

#include "base/functional/bind.h"
#include "base/no_destructor.h"
#include "base/strings/strcat.h"
#include "gin/converter.h"
#include "gin/dictionary.h"
#include "gin/function_template.h"
#include "shell/browser/message_port_main.h"
#include "shell/browser/message_port_realm.h"
#include "v8/include/v8-context.h"
#include "v8/include/v8-exception.h"
#include "v8/include/v8-function.h"
#include "v8/include/v8-isolate.h"
#include "v8/include/v8-microtask-queue.h"
#include "v8/include/v8-object.h"

namespace electron_ports {

namespace {

constexpr std::string_view kDropped = "its document never came";

}  // namespace

InternalChannelGrants::InternalChannelGrants(InternalChannelOffers& offers)
    : offers_(&offers) {}
InternalChannelGrants::InternalChannelGrants(InternalChannelGrants&&) = default;

InternalChannelGrants::~InternalChannelGrants() {
  Revoke(kDropped);
}

std::map<std::string, MessagePortData> InternalChannelGrants::TakePorts() {
  return std::exchange(ports_, {});
}

void InternalChannelGrants::Revoke(std::string_view reason) {
  const std::vector<int> ids = std::exchange(ids_, {});
  if (!ids.empty()) {
    offers_->Revoke(ids, reason);
  }
}

// static
InternalChannelOffers& InternalChannelOffers::Get() {
  static base::NoDestructor<InternalChannelOffers> offers;
  return *offers;
}

InternalChannelOffers::InternalChannelOffers() = default;
InternalChannelOffers::~InternalChannelOffers() = default;

void InternalChannelOffers::Install(v8::Isolate* isolate,
                                    v8::Local<v8::Object> exports) {
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  // Unretained: it is the process's, or outlives its test's isolate.
  exports
      ->Set(context, gin::StringToSymbol(isolate, "offer"),
            gin::CreateFunctionTemplate(
                isolate, base::BindRepeating(&InternalChannelOffers::Offer,
                                             base::Unretained(this)))
                ->GetFunction(context)
                .ToLocalChecked())
      .Check();
}

void InternalChannelOffers::Clear() {
  offers_.clear();
  revokes_.clear();
}

void InternalChannelOffers::Revoke(const std::vector<int>& ids,
                                   std::string_view reason) {
  std::vector<v8::Global<v8::Function>> revokes;
  for (int id : ids) {
    // None is there any more once they are cleared, when there may be no
    // isolate either.
    if (auto found = revokes_.extract(id)) {
      revokes.push_back(std::move(found.mapped()));
    }
  }
  MessagePortRealm* realm =
      revokes.empty() ? nullptr : MessagePortRealm::From(isolate_);
  if (!realm) {
    return;
  }
  v8::HandleScope scope(isolate_);
  v8::Local<v8::Context> context = realm->context();
  if (context.IsEmpty()) {
    return;
  }
  v8::Context::Scope context_scope(context);
  for (const v8::Global<v8::Function>& revoke : revokes) {
    std::array<v8::Local<v8::Value>, 1> args = {
        gin::StringToV8(isolate_, reason)};
    realm->hooks().call.Run(isolate_, revoke.Get(isolate_), args);
  }
}

v8::Local<v8::Value> InternalChannelOffers::Offer(
    v8::Isolate* isolate,
    const std::string& name,
    v8::Local<v8::Function> grant) {
  if (offers_.contains(name)) {
    isolate->ThrowException(v8::Exception::Error(
        gin::StringToV8(isolate, base::StrCat({"The internal channel '", name,
                                               "' is offered already"}))));
    return v8::Undefined(isolate);
  }
  const int id = ++last_id_;
  offers_.emplace(name, Entry{id, v8::Global<v8::Function>(isolate, grant)});
  return gin::CreateFunctionTemplate(
             isolate,
             base::BindRepeating(
                 [](InternalChannelOffers* self, const std::string& name,
                    int id) {
                   // Somebody else may offer that name by now.
                   const auto found = self->offers_.find(name);
                   if (found != self->offers_.end() && found->second.id == id) {
                     self->offers_.erase(found);
                   }
                 },
                 base::Unretained(this), name, id))
      ->GetFunction(isolate->GetCurrentContext())
      .ToLocalChecked();
}

InternalChannelGrants InternalChannelOffers::Grant(
    v8::Isolate* isolate,
    v8::Local<v8::Object> document) {
  v8::HandleScope scope(isolate);
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  InternalChannelGrants grants(*this);
  isolate_ = isolate;
  // A grant may offer, or take back.
  std::vector<std::pair<std::string, v8::Local<v8::Function>>> offers;
  for (const auto& [name, entry] : offers_) {
    offers.emplace_back(name, entry.grant.Get(isolate));
  }
  for (const auto& [name, grant] : offers) {
    v8::MicrotasksScope microtasks(context,
                                   v8::MicrotasksScope::kDoNotRunMicrotasks);
    v8::TryCatch try_catch(isolate);
    try_catch.SetVerbose(true);
    std::array<v8::Local<v8::Value>, 1> args = {document};
    v8::Local<v8::Value> granted;
    v8::Local<v8::Value> port_value;
    v8::Local<v8::Function> revoke;
    // What throws grants nothing.
    if (!grant
             ->Call(context, v8::Undefined(isolate),
                    static_cast<int>(args.size()), args.data())
             .ToLocal(&granted) ||
        !granted->IsObject()) {
      continue;
    }
    gin::Dictionary details(isolate, granted.As<v8::Object>());
    if (!details.Get("port", &port_value) || !details.Get("revoke", &revoke)) {
      continue;
    }
    MessagePortMain* port = MessagePortMain::From(isolate, port_value);
    if (!port || port->endpoint().is_neutered()) {
      continue;
    }
    grants.ports_.emplace(name, port->Disentangle());
    const int id = ++last_id_;
    revokes_.emplace(id, v8::Global<v8::Function>(isolate, revoke));
    grants.ids_.push_back(id);
  }
  return grants;
}

}  // namespace electron_ports
