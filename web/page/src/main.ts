import type { Fit } from "wideye";

import { takePictures } from "./intake.js";
import { samples } from "./samples.js";
import { startSession } from "./session.js";
import { Store } from "./state.js";
import { answerView } from "./views/answer.js";
import { networkView } from "./views/network.js";
import { pictureView } from "./views/picture.js";
import { samplesView } from "./views/samples.js";
import { thumbnailView } from "./views/thumbnail.js";

const store = new Store();
const session = startSession(store);

store.show(pictureView(document));
store.show(thumbnailView(document));
store.show(answerView(document));
store.show(networkView(document));
store.show(
  samplesView(document, samples, ({ url, title, alt }) =>
    session.look({ source: new URL(url), name: title, alt }),
  ),
);

takePictures(document, session.look, session.refuse);
document.querySelector("#fit")!.addEventListener("change", (event) => {
  session.setFit((event.target as HTMLInputElement).value as Fit);
});
document.querySelector("#retry")!.addEventListener("click", () => {
  session.retry();
  // The button is gone now; the focus must not go with it.
  document.querySelector<HTMLElement>("#file")!.focus();
});
session.load();
