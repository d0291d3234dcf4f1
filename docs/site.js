// What scrolls in itself can be reached by Tab: the theme wraps wide tables after the page is loaded.
const reachable = () => {
  for (const box of document.querySelectorAll(".md-typeset__scrollwrap, .shown")) box.tabIndex = 0;
};
new MutationObserver(reachable).observe(document.body, { childList: true, subtree: true });
reachable();
