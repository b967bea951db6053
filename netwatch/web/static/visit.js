// Does the little work by which a form shows that no robot sent it. Without this script a form is
// taken all the same, a while after it was opened.
(function () {
  "use strict";
  var BITS = 14;
  var form = document.querySelector("form[data-work]");
  if (!form || !window.crypto || !window.crypto.subtle || !window.TextEncoder) { return; }
  var token = form.getAttribute("data-work"), coder = new TextEncoder(), sent = false, done = false;
  function look(number) {
    return crypto.subtle.digest("SHA-256", coder.encode(token + ":" + number)).then(function (got) {
      var first = new DataView(got).getUint32(0);
      if (first >>> (32 - BITS) === 0) { return number; }
      return number < 4000000 ? look(number + 1) : null;
    });
  }
  look(0).then(function (number) {
    done = true;
    if (number !== null) { form.elements.work.value = String(number); }
    if (sent) { form.submit(); }
  });
  form.addEventListener("submit", function (event) {
    if (done) { return; }
    event.preventDefault();
    sent = true;
    form.querySelector("button").disabled = true;
  });
}());
