// Lets somebody be told in this browser. Where it cannot, the form offers what it offered before.
(function () {
  "use strict";
  var form = document.querySelector("form[data-push-key]");
  var able = form && window.isSecureContext && "serviceWorker" in navigator &&
    "PushManager" in window && "Notification" in window;
  if (!able) { return; }
  function part(name) { return document.querySelector("[data-push=" + name + "]"); }
  function show(name, whether) { var one = part(name); if (one) { one.hidden = !whether; } }
  var key = form.getAttribute("data-push-key"), field = form.elements.push;
  var button = form.querySelector("button"), to = form.elements.to;
  show("offer", true);
  show("cannot", false);
  form.hidden = false;
  function chosen() {
    var one = form.querySelector("input[name=way]:checked");
    return !one || one.value === "push";
  }
  function fit() {
    if (!to) { return; }
    show("typed", !chosen());
    to.required = !chosen();
  }
  form.addEventListener("change", fit);
  fit();
  function octets(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (letter) { return letter.charCodeAt(0); });
  }
  function same(known) {
    var theirs = known.options && known.options.applicationServerKey;
    if (!theirs) { return true; }
    return String(new Uint8Array(theirs)) === String(octets(key));
  }
  function subscription(registration) {
    var wanted = { userVisibleOnly: true, applicationServerKey: octets(key) };
    return registration.pushManager.getSubscription().then(function (known) {
      if (known && same(known)) { return known; }
      return Promise.resolve(known && known.unsubscribe()).then(function () {
        return registration.pushManager.subscribe(wanted);
      });
    });
  }
  function refused(name) {
    button.disabled = false;
    var note = part("note");
    note.textContent = note.getAttribute("data-" + name);
    note.hidden = false;
    note.focus();
  }
  form.addEventListener("submit", function (event) {
    if (!chosen() || field.value) { return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    button.disabled = true;
    show("note", false);
    Notification.requestPermission().then(function (answer) {
      if (answer !== "granted") { refused("denied"); return null; }
      return navigator.serviceWorker.register("/visit-worker.js", { scope: "/" })
        .then(function () { return navigator.serviceWorker.ready; })
        .then(subscription)
        .then(function (mine) {
          field.value = JSON.stringify(mine);
          button.disabled = false;
          form.requestSubmit();
        });
    }).catch(function () { refused("failed"); });
  });
  var stop = part("stop");
  navigator.serviceWorker.getRegistration("/").then(function (registration) {
    return registration ? registration.pushManager.getSubscription() : null;
  }).then(function (known) {
    if (!known || !stop) { return; }
    show("on", true);
    stop.addEventListener("click", function () {
      stop.disabled = true;
      fetch(form.action, { method: "POST", body: new URLSearchParams({ stop: known.endpoint }) })
        .catch(function () { return null; })
        .then(function () { return known.unsubscribe(); })
        .then(function () { show("on", false); show("off", true); part("off").focus(); });
    });
  }).catch(function () { return null; });
}());
