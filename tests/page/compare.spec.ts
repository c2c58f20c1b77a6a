import { type Classifier, createClassifier } from "../../web/dist/index.js";
import { expect, repositoryFile, test, type WidePage } from "./fixtures.js";

const modelFile = (name: string) => new Uint8Array(repositoryFile(`web/models/${name}.onnx`));
const card = (name: string) => JSON.parse(repositoryFile(`web/models/${name}.json`).toString());

const references = new Map<string, Classifier>();
test.beforeAll(async () => {
  for (const name of ["narrow", "wide"])
    references.set(name, await createClassifier({ model: modelFile(name) }));
});
test.afterAll(() => {
  for (const reference of references.values()) reference.close();
});

async function open({ page }: WidePage): Promise<void> {
  await page.getByRole("tab", { name: "Compare" }).click();
}

async function expectRival(wide: WidePage, name: string): Promise<void> {
  const rows = wide.page.getByRole("list", { name: `Likeliest classes, ${name}` }).getByRole("listitem");
  await expect(rows).toHaveCount(5);
  await expect(wide.page.locator("#compare-sides")).toHaveAttribute("aria-busy", "false");
  const { predictions } = await references
    .get(name)!
    .classify(
      { width: 32, height: 32, data: new Uint8ClampedArray(await wide.thumbnailPixels()) },
      { topK: 5 },
    );
  await expect(rows).toHaveText(
    predictions.map(
      ({ label, probability }) => `${label.replaceAll("_", " ")}${Math.round(100 * probability)}%`,
    ),
  );
  const own = (await wide.bars())[0]!.label;
  const other = predictions[0]!.label.replaceAll("_", " ");
  await expect(wide.page.locator("#compare-finding")).toHaveText(
    own === other ? `Both say “${own}”.` : `res9 says “${own}”, ${name} says “${other}”.`,
  );
}

test("a second network answers the same pixels, and is fetched when it is asked for", async ({
  wide,
  page,
}) => {
  await wide.open();
  await wide.choose("drawing.png");
  await wide.expectAnswer("drawing.png");
  const fetched = (name: string) =>
    wide.requests.filter((url) => new RegExp(`/${name}[^/]*\\.onnx$`).test(url));
  expect(fetched("narrow")).toEqual([]);
  await open(wide);
  await expectRival(wide, "narrow");
  await page.getByRole("radio", { name: "Stretch" }).check();
  await wide.expectAnswer("drawing.png");
  await expectRival(wide, "narrow");
  expect(fetched("narrow")).toHaveLength(1);
  expect(fetched("wide")).toEqual([]);
  await page.getByLabel("Compare with").selectOption("wide");
  await expectRival(wide, "wide");
  expect(fetched("wide")).toHaveLength(1);
});

test("the figures are those of the models' cards", async ({ wide, page }) => {
  await wide.open();
  await open(wide);
  const row = (name: string) => page.getByRole("row", { name }).getByRole("cell");
  const [own, narrow] = [card("res9"), card("narrow")];
  const percent = (share: number) => `${Math.round(100 * share)}%`;
  await expect(row("Right at once")).toHaveText([own, narrow].map(({ test }) => percent(test.accuracy.top1)));
  await expect(row("Right within five")).toHaveText(
    [own, narrow].map(({ test }) => percent(test.accuracy.top5)),
  );
  await expect(row("Size")).toHaveText(
    [own, narrow].map(({ size_bytes }) => `${Math.round(size_bytes / 1e4) / 100} MB`),
  );
  await expect(row("Multiply-adds")).toHaveText(
    [own, narrow].map(({ macs }) => `${Math.round(macs / 1e6)} million`),
  );
  await expect(row("Time for a picture")).toHaveText(["–", "–"]);
  await wide.choose("drawing.png");
  await expect(row("Time for a picture")).toHaveText([/^[\d.,]+ ms$/, /^[\d.,]+ ms$/]);
});

test("a second network that does not load is explained, and trying again helps", async ({ wide, page }) => {
  wide.expectedMessages.push(/Failed to load resource/);
  wide.answers.set(/narrow[^/]*\.onnx$/, { status: 404 });
  await wide.open();
  await wide.choose("drawing.png");
  await wide.expectAnswer("drawing.png");
  await open(wide);
  const problem = page.locator("#rival-problem");
  await expect(problem).toContainText("Its files could not be fetched");
  await expect(wide.rows).toHaveCount(5);
  wide.answers.clear();
  await problem.getByRole("button", { name: "Try again" }).press("Enter");
  await expect(page.getByLabel("Compare with")).toBeFocused();
  await expectRival(wide, "narrow");
  await expect(problem).toBeHidden();
});

test("the comparison speaks the page's language", async ({ wide, page }) => {
  await wide.open();
  await wide.choose("drawing.png");
  await open(wide);
  await expectRival(wide, "narrow");
  await page.getByLabel("Language").selectOption("es");
  await expect(page.getByRole("list", { name: "Clases más probables, narrow" })).toBeVisible();
  await expect(page.locator("#compare-finding")).toContainText(/^(Las dos dicen|res9 dice) «/);
  await expect(page.getByRole("row", { name: "Multiplicaciones" })).toContainText("380 millones");
  await expect(page.getByLabel("Comparar con")).toHaveValue("narrow");
});
