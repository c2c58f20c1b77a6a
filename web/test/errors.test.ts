import { expect, test } from "vitest";

import { abortedError, ClassifierError, fromRecord, throwIfAborted, toRecord } from "../src/errors.js";

test("an error is a real Error with a code and a cause", () => {
  const cause = new TypeError("no route");
  const error = new ClassifierError("network", "could not be fetched", { cause });
  expect(error).toBeInstanceOf(Error);
  expect({ ...error, name: error.name, message: error.message }).toMatchObject({
    name: "ClassifierError",
    code: "network",
    message: "could not be fetched",
  });
  expect(error.cause).toBe(cause);
  expect(String(error)).toBe("ClassifierError: could not be fetched");
});

test("a record of an error survives a message between threads", () => {
  const error = new ClassifierError("bad-model", "no labels", { cause: new RangeError("0 classes") });
  const back = fromRecord(structuredClone(toRecord(error)));
  expect(back).toBeInstanceOf(ClassifierError);
  expect([back.code, back.message]).toEqual(["bad-model", "no labels"]);
  expect(back.cause).toEqual(new Error("RangeError: 0 classes"));

  const plain = fromRecord(structuredClone(toRecord(new ClassifierError("closed", "closed"))));
  expect("cause" in plain).toBe(false);
});

test("an aborted signal's reason is the cause", () => {
  const controller = new AbortController();
  expect(() => throwIfAborted(controller.signal)).not.toThrow();
  expect(() => throwIfAborted(undefined)).not.toThrow();
  controller.abort("enough");
  expect(() => throwIfAborted(controller.signal)).toThrow(ClassifierError);
  expect(abortedError(controller.signal)).toMatchObject({ code: "aborted", cause: "enough" });
});
