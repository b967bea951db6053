// Shows notices about outages that the service sends to this browser, and leads to the page.
// No notice needs this script's word for anything: each was sealed for this browser alone.
"use strict";
var STOP = {{ STOP }};
function parse(event) {
  try { return event.data.json() || {}; } catch (fault) { return {}; }
}
function stopped(language) {
  return self.registration.pushManager.getSubscription().then(function (known) {
    if (!known) { return null; }
    var said = new URLSearchParams({ stop: known.endpoint });
    return fetch("/" + language + "/subscribe", { method: "POST", body: said })
      .catch(function () { return null; })
      .then(function () { return known.unsubscribe(); });
  });
}
function language(wanted) {
  return Object.prototype.hasOwnProperty.call(STOP, wanted) ? wanted : Object.keys(STOP)[0];
}
self.addEventListener("install", function () { self.skipWaiting(); });
self.addEventListener("activate", function (event) { event.waitUntil(self.clients.claim()); });
self.addEventListener("push", function (event) {
  var said = parse(event), tag = String(said.tag || "netwatch"), lang = language(said.lang);
  event.waitUntil(self.registration.showNotification(String(said.title || ""), {
    body: String(said.body || ""),
    lang: lang,
    tag: tag,
    renotify: true,
    data: { url: String(said.url || ""), lang: lang },
    actions: [{ action: "stop", title: STOP[lang] }],
  }));
});
self.addEventListener("notificationclick", function (event) {
  var told = event.notification.data || {};
  event.notification.close();
  if (event.action === "stop") {
    event.waitUntil(stopped(language(told.lang)));
    return;
  }
  var url = /^https?:\/\//.test(told.url) ? told.url : "/" + language(told.lang) + "/me";
  event.waitUntil(self.clients.openWindow(url));
});
// Some browsers give a new address now and then: the service hears of it, and forgets the old one.
self.addEventListener("pushsubscriptionchange", function (event) {
  var before = event.oldSubscription;
  if (!before) { return; }
  event.waitUntil(
    Promise.resolve(event.newSubscription || self.registration.pushManager.subscribe(before.options))
      .then(function (now) {
        var said = new URLSearchParams({ stop: before.endpoint, push: JSON.stringify(now) });
        return fetch("/" + language("") + "/subscribe", { method: "POST", body: said });
      }));
});
