import { sheetOf } from "./sheet.js";

const RULES = `
:where(.wideye-chart) {
  --_accent: var(--wideye-accent, #0a7a5c);
  --_track: var(--wideye-track, color-mix(in srgb, currentColor 10%, transparent));
  --_muted: var(--wideye-muted, color-mix(in srgb, currentColor 66%, transparent));
  --_bar: var(--wideye-bar-size, 0.625rem);
  container-type: inline-size;
  margin: 0;
}
:where(.wideye-chart-list) {
  display: grid;
  gap: 0.375rem;
  margin: 0;
  padding: 0;
  list-style: none;
}
:where(.wideye-chart-row, .wideye-chart-button) {
  display: grid;
  grid-template-columns: minmax(0, 1fr) auto;
  gap: 0.3125rem 0.75rem;
  border-radius: 0.25rem;
  line-height: 1.3;
}
:where(.wideye-chart-row) { padding-block: 0.375rem; }
:where(.wideye-chart-button) {
  grid-column: 1 / -1;
  padding: 0;
  border: 0;
  background: none;
  color: inherit;
  font: inherit;
  line-height: inherit;
  text-align: start;
  cursor: pointer;
}
:where(.wideye-chart-button[aria-pressed="true"] .wideye-chart-label) {
  text-decoration: underline 2px var(--_accent);
  text-underline-offset: 0.25em;
}
:where(.wideye-chart-row:focus-visible, .wideye-chart-button:focus-visible) {
  outline: 2px solid var(--_accent);
  outline-offset: 0.25rem;
}
:where(.wideye-chart-text) {
  display: flex;
  flex-wrap: wrap;
  align-items: baseline;
  gap: 0 0.5rem;
  min-inline-size: 0;
}
:where(.wideye-chart-label) { font-weight: 600; }
:where(.wideye-chart-superclass) { color: var(--_muted); font-size: 0.8125em; }
:where(.wideye-chart-value) { align-self: baseline; font-variant-numeric: tabular-nums; }
:where(.wideye-chart-track) {
  grid-column: 1 / -1;
  display: block;
  inline-size: 100%;
  block-size: var(--_bar);
  border-radius: 0.1875rem;
  background: var(--_track);
}
:where(.wideye-chart-track:dir(rtl)) { transform: scaleX(-1); }
:where(.wideye-chart-bar) { fill: var(--_accent); }
@container (max-width: 23rem) {
  :where(.wideye-chart-superclass) { flex-basis: 100%; }
}
@media (forced-colors: active) {
  :where(.wideye-chart-track) { forced-color-adjust: none; background: Canvas; outline: 1px solid CanvasText; }
  :where(.wideye-chart-bar) { fill: CanvasText; }
}
`;

/** Adds the chart's rules to a document or shadow root, once. */
export const chartStyles = sheetOf(RULES);
