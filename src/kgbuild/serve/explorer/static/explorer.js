// Small comforts; every page works without them.
"use strict";

// Find: results as you type.
const words = document.getElementById("words");
const found = document.getElementById("found");
if (words && found) {
  let timer = 0;
  let asked = 0;
  words.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const turn = ++asked;
      const address = "/find?q=" + encodeURIComponent(words.value);
      const answer = await fetch(address + "&part=1");
      if (!answer.ok || turn !== asked) return;
      found.innerHTML = await answer.text(); // made by the server, which escapes all text
      history.replaceState(null, "", address);
    }, 180);
  });
}

// Article: what is pointed at in the list is shown in the text, and the other way round.
const facts = document.querySelectorAll("[data-fact]");
if (facts.length) {
  const pieces = new Map();
  for (const piece of document.querySelectorAll("[data-facts]")) {
    for (const fact of piece.dataset.facts.split(" ")) {
      if (!pieces.has(fact)) pieces.set(fact, []);
      pieces.get(fact).push(piece);
    }
  }
  for (const entry of facts) {
    const show = (on) => () => {
      for (const piece of pieces.get(entry.dataset.fact) || []) piece.classList.toggle("lit", on);
    };
    for (const [start, end] of [["mouseenter", "mouseleave"], ["focusin", "focusout"]]) {
      entry.addEventListener(start, show(true));
      entry.addEventListener(end, show(false));
    }
  }
  for (const [, list] of pieces) {
    for (const piece of list) {
      const show = (on) => () => {
        for (const fact of piece.dataset.facts.split(" ")) {
          const entry = fact && document.getElementById(fact);
          if (entry) entry.classList.toggle("lit", on);
        }
      };
      piece.addEventListener("mouseenter", show(true));
      piece.addEventListener("mouseleave", show(false));
    }
  }
}

// SPARQL: Ctrl + Enter runs the query.
const query = document.getElementById("query");
if (query) {
  query.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      query.form.querySelector("button").click();
    }
  });
}
