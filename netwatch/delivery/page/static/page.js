// Says when this page has grown old. Without a script the time of its making still stands on it.
(function () {
  "use strict";
  var made = document.getElementById("generated");
  var note = document.getElementById("stale");
  if (!made || !note) { return; }
  var since = Date.parse(made.getAttribute("datetime"));
  function look() { note.hidden = !(Date.now() - since > 5 * 60 * 1000); }
  look();
  setInterval(look, 15000);
}());
