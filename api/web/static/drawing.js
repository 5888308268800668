// A picture that moves (Cytoscape.js, optional), made of the rows of a table: neighbour, connection. Nothing is fetched.
"use strict";
const figure = document.querySelector(".drawing");
const place = figure.querySelector(".canvas");
const rows = [...document.querySelectorAll(`#${figure.dataset.table} tbody tr`)];
const colours = getComputedStyle(document.documentElement);
const colour = (name) => colours.getPropertyValue(`--${name}`).trim();
// Each neighbour once, with all its connections.
const neighbours = new Map();
rows.forEach((row) => {
  const [head, relation] = row.cells;
  const [name, href] = [head.textContent.trim(), head.querySelector("a")?.href ?? ""];
  const one = neighbours.get(href || name) ?? { name, href, relations: [] };
  one.relations.push(relation.textContent.trim());
  neighbours.set(href || name, one);
});
const elements = [{ data: { id: "centre", label: figure.dataset.centre }, position: { x: 0, y: 0 } }];
// Rings around the centre, each with room for eight more than the one within.
let [ring, size, free] = [0, 0, 0];
[...neighbours.values()].forEach((one, number, all) => {
  if (free === 0) {
    ring += 1;
    free = Math.min(8 * ring + 2, all.length - number);
    size = free;
  }
  const angle = (2 * Math.PI * (size - free)) / size - Math.PI / 2 + ring / 3;
  free -= 1;
  const position = { x: 330 * ring * Math.cos(angle), y: 190 * ring * Math.sin(angle) };
  elements.push({ data: { id: `n${number}`, label: one.name, href: one.href }, position });
  elements.push({ data: { id: `e${number}`, source: "centre", target: `n${number}`, label: one.relations.join("\n") } });
});
figure.hidden = false;
const cy = cytoscape({
  container: place,
  elements,
  minZoom: 0.2,
  maxZoom: 4,
  layout: { name: "preset", padding: 10 },
  style: [
    { selector: "node", style: { shape: "round-rectangle", width: 150, height: 62, "background-color": colour("soft"), "border-width": 1, "border-color": colour("accent"), label: "data(label)", color: colour("ink"), "font-size": 11, "text-wrap": "wrap", "text-max-width": 140, "text-valign": "center" } },
    { selector: "#centre", style: { "background-color": colour("accent"), color: "#fff", "font-weight": "bold" } },
    { selector: "edge", style: { width: 1, "line-color": colour("line"), "curve-style": "bezier", label: "data(label)", "text-wrap": "wrap", "font-size": 10, color: colour("ink"), "text-background-color": colour("paper"), "text-background-opacity": 1 } },
  ],
});
const zoom = (factor) => cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: place.clientWidth / 2, y: place.clientHeight / 2 } });
const tools = { in: () => zoom(1.3), out: () => zoom(1 / 1.3), all: () => cy.fit(undefined, 10) };
figure.querySelectorAll("button").forEach((button) => button.addEventListener("click", tools[button.dataset.do]));
// The wheel alone scrolls the page, as everywhere.
place.addEventListener("wheel", (event) => cy.userZoomingEnabled(event.ctrlKey), { capture: true });
cy.on("tap", "node", (event) => {
  if (event.target.data("href")) location.href = event.target.data("href");
});
