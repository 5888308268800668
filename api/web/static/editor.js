// The SPARQL editor (YASGUI, optional): our own service only, nothing fetched from elsewhere, nothing remembered.
"use strict";
const place = document.getElementById("editor");
Yasgui.Yasqe.defaults.autocompleters = [];
Yasgui.Yasr.defaults.prefixes = JSON.parse(place.dataset.prefixes);
new Yasgui(place, {
  requestConfig: { endpoint: new URL("/sparql", location.href).href, method: "GET" },
  endpointCatalogueOptions: { getData: () => [] },
  persistenceId: null,
  yasqe: { value: place.dataset.query },
});
