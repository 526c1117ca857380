// Leads to where the page has moved, and there to the place that was asked for, if one was.
const there = new URL(document.querySelector("a").href);
there.search = location.search;
there.hash = location.hash || there.hash;
location.replace(there);
