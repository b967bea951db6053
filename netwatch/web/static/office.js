// What the pages of the staff do more quickly with a script: answers while somebody types, parts
// that stay current, copying. All of it works without; nothing is fetched from anywhere else.
(function () {
  "use strict";
  var WAIT_MS = 250, EVERY_MS = 10000, SHORTEST = 3;
  var away = document.getElementById("away");

  function warn(text) { away.textContent = text; away.hidden = !text; }
  function part(text, id) {
    return new DOMParser().parseFromString(text, "text/html").getElementById(id);
  }
  function answered(response) {
    if (response.status === 401 || response.redirected) {
      warn("You are not logged in any more: load this page again.");
      throw new Error("shut");
    }
    return response.text();
  }
  function revive(root) {
    root.querySelectorAll("[data-copy]").forEach(function (button) { button.hidden = !navigator.clipboard; });
  }

  // Answers while somebody types.
  var form = document.querySelector("form[data-ask]");
  if (form) {
    var target = form.getAttribute("data-ask"), field = form.elements.query;
    var status = document.getElementById("asking"), timer = 0, running = null, last = field.value;
    var ask = function () {
      window.clearTimeout(timer);
      if (running) { running.abort(); }
      last = field.value;
      var here = document.getElementById(target), mine = new AbortController();
      running = mine;
      here.classList.add("asking");
      window.fetch(form.action, {
        method: "POST", body: new URLSearchParams(new FormData(form)), signal: mine.signal,
        headers: { "X-Netwatch-Part": "1" }, credentials: "same-origin"
      }).then(answered).then(function (text) {
        var fresh = part(text, target), old = document.getElementById(target);
        if (!fresh || mine.signal.aborted) { return; }
        old.replaceWith(fresh);
        revive(fresh);
        warn("");
        var found = fresh.querySelectorAll("article").length;
        status.textContent = found === 1 ? "1 line found" : found + " lines found";
      }).catch(function (error) {
        if (error.name === "AbortError") { return; }
        document.getElementById(target).classList.remove("asking");
        if (away.hidden) { warn("Nobody answers just now. What is shown may be old."); }
      });
    };
    form.addEventListener("submit", function (event) { event.preventDefault(); ask(); });
    form.elements.language.addEventListener("change", function () { if (field.value) { ask(); } });
    field.addEventListener("input", function () {
      window.clearTimeout(timer);
      if (field.value === last || field.value.trim().length < SHORTEST) { return; }
      timer = window.setTimeout(ask, WAIT_MS);
    });
    document.addEventListener("keydown", function (event) {
      var at = document.activeElement;
      var typing = at && /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName);
      if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        field.focus();
        field.select();
      }
    });
  }

  // Parts that stay current. What somebody is using is left alone until they are done.
  function busy(element) {
    return element.contains(document.activeElement) || element.querySelector("details.more[open]");
  }
  function refresh() {
    if (document.hidden) { return; }
    window.fetch(document.body.getAttribute("data-here"), {
      headers: { "X-Netwatch-Part": "1", "X-Netwatch-Quiet": "1" }, credentials: "same-origin"
    }).then(function (response) {
      if (response.status >= 500) { throw new Error("away"); }
      return answered(response);
    }).then(function (text) {
      var page = new DOMParser().parseFromString(text, "text/html");
      document.querySelectorAll("[data-live]").forEach(function (old) {
        var fresh = page.getElementById(old.id);
        if (fresh && !busy(old)) { old.replaceWith(fresh); }
      });
      if (page.title) { document.title = page.title; }
      warn("");
    }).catch(function (error) {
      if (error.message !== "shut") { warn("Nobody answers just now. What is shown may be old."); }
    });
  }
  if (document.querySelector("[data-live]")) {
    window.setInterval(refresh, EVERY_MS);
    document.addEventListener("visibilitychange", refresh);
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy]");
    if (!button) { return; }
    var words = document.getElementById(button.getAttribute("data-copy"));
    navigator.clipboard.writeText(words.textContent).then(function () {
      button.textContent = "Copied";
      window.setTimeout(function () { button.textContent = "Copy"; }, 2000);
    });
  });
  revive(document);
}());
