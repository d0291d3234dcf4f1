// SPARQL: puts YASGUI in the place of the plain editor, which stays where scripts do not run.
"use strict";

(() => {
  const box = document.getElementById("yasgui");
  if (!box || typeof Yasgui === "undefined") return;
  const plain = document.getElementById("plain");
  const text = document.getElementById("query").value;
  const base = box.dataset.base;
  const endpoint = new URL("/sparql", location.href).href;
  const address = (query) => new URL("/ask?" + new URLSearchParams({ query }), location.href).href;

  // all that is asked for stays here: no lists of prefixes or terms from elsewhere
  const terms = JSON.parse(box.dataset.terms);
  const prefixes = JSON.parse(box.dataset.prefixes);
  Yasgui.Yasqe.defaults.prefixCcApi = null;
  const listed = () => Object.entries(prefixes).map(([name, iri]) => `${name}: <${iri}>`);
  Yasgui.Yasqe.forkAutocompleter("prefixes", { name: "prefixes", persistenceId: null, get: listed });
  Yasgui.Yasqe.forkAutocompleter("class", { name: "class", persistenceId: null, bulk: true, get: () => terms.classes });
  Yasgui.Yasqe.forkAutocompleter("property", {
    name: "property", persistenceId: null, bulk: true, get: () => terms.properties,
  });

  // Tab leads on to the next control, as everywhere; Ctrl + ] and Ctrl + [ indent
  Object.assign(Yasgui.Yasqe.defaults.extraKeys, { Tab: false, "Shift-Tab": false });

  const yasgui = new Yasgui(box, {
    requestConfig: { endpoint, method: "POST" },
    copyEndpointOnNewTab: false,
    persistenceId: "kgbuild-" + box.dataset.version,
    populateFromUrl: false,
    autofocus: false,
    endpointCatalogueOptions: { getData: () => [{ endpoint }], keys: [] },
    yasqe: { createShareableLink: (yasqe) => address(yasqe.getValue()), value: text, prefixCcApi: null },
    yasr: { prefixes: base ? { ...prefixes, id: base } : prefixes, pluginOrder: ["table", "response"] },
  });
  // the canned queries are tabs; what was changed in one stays changed until the next version
  for (const link of document.querySelectorAll("#plain [data-name]")) {
    const id = "canned-" + link.dataset.name;
    const query = new URL(link.href).searchParams.get("query");
    if (!yasgui.getTab(id)) yasgui.addTab(false, { id, name: link.dataset.name, yasqe: { value: query } });
    if (query.trim() === text.trim()) yasgui.selectTabId(id);
  }
  const given = new URLSearchParams(location.search).get("query");
  if (given && yasgui.getTab().getYasqe().getValue().trim() !== given.trim()) {
    yasgui.addTab(true, { name: "query", yasqe: { value: given } }, { avoidDuplicateTabs: true });
  }
  plain.hidden = true;

  // what an answer names leads to its page here
  const leadHome = (event) => {
    const link = event.target.closest(".yasr a.iri");
    if (base && link && link.href.startsWith(base)) link.href = "/thing?" + new URLSearchParams({ id: link.href });
  };
  for (const kind of ["mousedown", "keydown"]) box.addEventListener(kind, leadHome, true);

  // for those who hear the page: the tabs are links to queries, for their panels do not exist before they are chosen
  const told = () => {
    const list = box.querySelector(".tabsList");
    list.setAttribute("role", "group");
    list.setAttribute("aria-label", "Queries");
    for (const tab of list.querySelectorAll("a[role], a[aria-selected]")) {
      const chosen = tab.getAttribute("aria-selected") === "true";
      for (const name of ["role", "aria-controls", "aria-selected", "tabindex"]) tab.removeAttribute(name);
      if (chosen) tab.setAttribute("aria-current", "true");
      else tab.removeAttribute("aria-current");
      tab.querySelector("input").setAttribute("aria-label", "Name of the query");
    }
    for (const area of box.querySelectorAll(".CodeMirror textarea")) {
      const label = area.closest(".yasr") ? "Answer" : "Query";
      if (!area.hasAttribute("aria-label")) area.setAttribute("aria-label", label);
    }
    const named = { ".CodeMirror-scroll": "Text", ".tableSizer": "Page size" };
    for (const [selector, name] of Object.entries(named)) {
      for (const one of box.querySelectorAll(`${selector}:not([aria-label])`)) one.setAttribute("aria-label", name);
    }
    for (const head of box.querySelectorAll("th.dt-orderable-none")) {
      if (head.textContent.trim()) continue;
      const text = document.createElement("span");
      text.className = "hidden";
      text.textContent = "Row";
      head.append(text);
    }
    // long queries scroll, also by keyboard
    for (const one of box.querySelectorAll('.CodeMirror-scroll[tabindex="-1"]')) {
      one.setAttribute("tabindex", "0");
      one.setAttribute("role", "region");
    }
  };
  new MutationObserver(told).observe(box, { childList: true, subtree: true, attributeFilter: ["aria-selected"] });
  told();

  // the address is that of the query in sight
  const follow = () => {
    const query = yasgui.getTab().getYasqe().getValue();
    history.replaceState(null, "", "/ask?" + new URLSearchParams({ query }));
    for (const outdated of document.querySelectorAll("#answer, .forms")) outdated.remove();
  };
  yasgui.on("tabSelect", () => setTimeout(follow));
  yasgui.on("query", follow);
})();
