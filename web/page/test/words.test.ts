import { describe, expect, it } from "vitest";

import { certainty, explain, explainLoading, megabytes, milliseconds, spaced } from "../src/words.js";

describe("words", () => {
  it.each([
    [1, "Almost certainly"],
    [0.9, "Almost certainly"],
    [0.89, "Probably"],
    [0.6, "Probably"],
    [0.59, "Perhaps"],
    [0.3, "Perhaps"],
    [0.29, "At a guess"],
  ])("say how sure %d is", (probability, words) => {
    expect(certainty(probability)).toBe(words);
  });

  it("give every code of the package an explanation of its own, where a visitor can meet it", () => {
    const codes = [
      "cors",
      "network",
      "not-an-image",
      "too-large",
      "bad-model",
      "unsupported-browser",
      "crashed",
      "address",
    ];
    const titles = codes.map((code) => explain({ code, message: "" }).title);
    expect(new Set(titles).size).toBe(codes.length);
    expect(titles).not.toContain(explain({ code: "internal", message: "" }).title);
    // The longest title that fits one line of the narrowest column.
    for (const title of titles) expect(title.length).toBeLessThanOrEqual(22);
  });

  it("tell a picture that did not come from a network that did not come", () => {
    const problem = { code: "network", message: "" };
    expect(explainLoading(problem)).not.toEqual(explain(problem));
    expect(explainLoading({ code: "bad-model", message: "" })).toEqual(
      explain({ code: "bad-model", message: "" }),
    );
  });

  it.each([
    [0.04, "0.0"],
    [9.94, "9.9"],
    [10.4, "10"],
    [1234.5, "1235"],
  ])("write %d milliseconds", (ms, text) => {
    expect(milliseconds(ms)).toBe(text);
  });

  it("write megabytes and class names", () => {
    expect(megabytes(26_350_000)).toBe("26.4");
    expect(spaced("large_man-made_outdoor_things")).toBe("large man-made outdoor things");
  });
});
