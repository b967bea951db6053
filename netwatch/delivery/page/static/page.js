// Says when this page has grown old. Without a script the style sheet says so of a page left open,
// and the page itself until when it holds. Most pages change only with news: pulse.js, which is made
// anew every minute, says when we last looked.
(function () {
  "use strict";
  var made = document.getElementById("generated");
  var note = document.getElementById("stale");
  if (!made || !note) { return; }
  var since = Date.parse(made.getAttribute("datetime"));
  var pulse = window.netwatchPulse;
  if (pulse && Date.parse(pulse.at) > since) {
    since = Date.parse(pulse.at);
    made.setAttribute("datetime", pulse.at);
    made.textContent = pulse.shown[document.documentElement.lang] || made.textContent;
  }
  note.className = "stale watched";
  function look() { note.hidden = !(Date.now() - since > 5 * 60 * 1000); }
  look();
  setInterval(look, 15000);
}());
