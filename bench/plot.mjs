// The report's picture: how many times faster than onnxruntime-web each engine is.
import * as Plot from "@observablehq/plot";
import { Window } from "happy-dom";

import { engines, REFERENCE } from "./engines.mjs";
import { metricOf } from "./report.mjs";

/** Returns an SVG: a panel for each model, a bar for each engine. */
export function drawPlot(report) {
  const metric = metricOf(report.browser.name);
  const rows = report.inference.map((row) => {
    const reference = report.inference.find(
      ({ model, engine }) => model === row.model && engine === REFERENCE,
    );
    const times = reference[metric] / row[metric];
    return { ...row, times, label: `${times.toFixed(1)}×  ${row[metric].toFixed(2)} ms` };
  });
  const bar = { x: "times", y: "engine", fy: "model" };
  const window = new Window();
  const svg = Plot.plot({
    document: window.document,
    width: 760,
    marginLeft: 120,
    marginRight: 90,
    style: { background: "white", color: "black" },
    x: { label: `times faster than ${REFERENCE}`, grid: true, insetRight: 90 },
    y: {
      label: null,
      domain: engines.map(({ id }) => id).filter((id) => rows.some((row) => row.engine === id)),
    },
    fy: { label: null, domain: [...new Set(rows.map(({ model }) => model))] },
    color: { domain: ["wideye", "peer"], range: ["#2a6fb0", "#b8bcc2"] },
    marks: [
      Plot.barX(rows, { ...bar, fill: ({ engine }) => (engine.startsWith("wideye") ? "wideye" : "peer") }),
      Plot.ruleX([0]),
      Plot.ruleX([1], { strokeDasharray: "3,3" }),
      Plot.text(rows, {
        ...bar,
        text: "label",
        textAnchor: "start",
        dx: 5,
        fill: "black",
        stroke: "white",
        strokeWidth: 4,
      }),
    ],
  });
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return `${svg.outerHTML}\n`;
}
