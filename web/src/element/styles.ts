import { sheetOf } from "../sheet.js";

const RULES = `
:host {
  --_accent: var(--wideye-accent, light-dark(#0a7a5c, #55d3a6));
  --_on-accent: var(--wideye-on-accent, light-dark(#ffffff, #06251b));
  --_warn: var(--wideye-warn, light-dark(#a8321a, #ff9b80));
  --_muted: var(--wideye-muted, color-mix(in srgb, currentColor 70%, transparent));
  --_track: var(--wideye-track, color-mix(in srgb, currentColor 10%, transparent));
  --_well: var(--wideye-well, color-mix(in srgb, currentColor 6%, transparent));
  --_line: var(--wideye-line, color-mix(in srgb, currentColor 50%, transparent));
  --_bar: var(--wideye-bar-size, 0.625rem);
  --_radius: var(--wideye-radius, 0.375rem);
  --_gap: var(--wideye-gap, 1.5rem);
  display: block;
  max-inline-size: 60rem;
  line-height: 1.5;
}
:host([hidden]), [hidden] { display: none !important; }
*, ::before, ::after { box-sizing: border-box; }
p { margin: 0; }
:focus-visible { outline: 2px solid var(--_accent); outline-offset: 3px; }
.frame { container-type: inline-size; }
.columns { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--_gap); }
.shown, .said { display: flex; flex-direction: column; min-inline-size: 0; }
.shown { gap: 0.75rem; }
.well {
  position: relative;
  display: grid;
  place-items: center;
  aspect-ratio: 1;
  overflow: hidden;
  border-radius: var(--_radius);
  background: var(--_well);
}
.well::after {
  content: "";
  position: absolute;
  inset: 0;
  border: 1px dashed transparent;
  border-radius: inherit;
  pointer-events: none;
}
.asks { cursor: pointer; }
.asks::after { border-color: var(--_line); }
.dragging .well::after { border: 3px solid var(--_accent); }
.prompt {
  max-inline-size: 18ch;
  padding: 0.5rem;
  color: var(--_muted);
  text-align: center;
  text-wrap: balance;
}
.picture, .heatmap {
  position: absolute;
  inset: 0;
  inline-size: 100%;
  block-size: 100%;
  object-fit: contain;
}
.heatmap { pointer-events: none; }
.tools { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 1rem; }
.button {
  min-block-size: 2.75rem;
  padding-inline: 1.125rem;
  border: 1px solid var(--_line);
  border-radius: var(--_radius);
  background: transparent;
  color: inherit;
  font: inherit;
  font-weight: 550;
  cursor: pointer;
}
.button:hover { border-color: currentColor; }
.primary { border-color: transparent; background: var(--_accent); color: var(--_on-accent); }
.primary:hover {
  border-color: transparent;
  background: color-mix(in oklab, var(--_accent) 88%, CanvasText);
}
.caption {
  flex: 1 1 8rem;
  min-inline-size: 0;
  min-block-size: 1.5em;
  overflow: hidden;
  color: var(--_muted);
  font-size: 0.8125em;
  font-variant-numeric: tabular-nums;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.status { display: grid; gap: 0.125rem; min-block-size: 4rem; }
.lead { color: var(--_muted); }
.text {
  font-size: 1.5em;
  font-weight: 650;
  line-height: 1.2;
  letter-spacing: -0.02em;
  overflow-wrap: anywhere;
}
[data-phase="failed"] .text { color: var(--_warn); }
.outcome { display: grid; flex: 1; min-block-size: 21.5rem; }
.outcome > * { grid-area: 1 / 1; min-inline-size: 0; }
.chart { --wideye-accent: var(--_accent); --wideye-muted: var(--_muted); --wideye-track: var(--_track); }
.chart, .chart figure { display: grid; }
.chart ol, .tracks { display: grid; grid-template-rows: repeat(5, 1fr); gap: 0; }
.chart li { align-self: end; padding-block: 0; }
.tracks > span {
  align-self: end;
  block-size: var(--_bar);
  border-radius: 0.1875rem;
  background: var(--_track);
}
.hint { display: none; margin-block-start: 0.75rem; color: var(--_muted); font-size: 0.8125em; }
.maps .hint { display: block; visibility: hidden; }
.maps[data-phase="seen"] .hint { visibility: visible; }
.problem { display: grid; align-content: start; justify-items: start; gap: 0.75rem; padding-block-start: 0.75rem; }
.detail { color: var(--_muted); font-size: 0.8125em; overflow-wrap: anywhere; }
.loading { padding-block-start: 0.75rem; }
progress {
  display: block;
  inline-size: 100%;
  block-size: 0.25rem;
  overflow: hidden;
  appearance: none;
  border: 0;
  border-radius: 0.125rem;
  background: var(--_track);
  color: var(--_accent);
}
progress::-webkit-progress-bar { background: var(--_track); }
progress::-webkit-progress-value { background: var(--_accent); }
progress::-moz-progress-bar { background: var(--_accent); }
@container (min-width: 34rem) {
  .columns { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .outcome { min-block-size: 15rem; }
}
@media (prefers-reduced-motion: no-preference) {
  .heatmap { animation: appear 0.15s; }
  @keyframes appear { from { opacity: 0; } }
}
@media (forced-colors: active) {
  .well { outline: 1px solid CanvasText; outline-offset: -1px; }
  .dragging .well::after { border-color: Highlight; }
  .button { border-color: ButtonText; }
  .tracks > span { outline: 1px solid CanvasText; }
  .heatmap { forced-color-adjust: none; }
  progress { appearance: auto; border: 1px solid CanvasText; }
}
`;

/** Gives a shadow root the element's rules, once. */
export const elementStyles = sheetOf(RULES);
