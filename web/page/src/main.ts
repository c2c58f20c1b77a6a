import type { Fit } from "wideye";

import { heatmapView } from "./answer/heatmap.js";
import { loadingView } from "./answer/loading.js";
import { networkView } from "./answer/network.js";
import { answerRevealed } from "./answer/reveal.js";
import { timingsView } from "./answer/timings.js";
import { answerView } from "./answer/view.js";
import { controlCamera } from "./camera/control.js";
import { cameraView } from "./camera/view.js";
import { answerChanges } from "./changes/answers.js";
import { withStrength } from "./changes/changes.js";
import { changesView } from "./changes/view.js";
import { classesView } from "./classes/view.js";
import { figuresView } from "./compare/figures.js";
import { startRival } from "./compare/rival.js";
import { compareView } from "./compare/view.js";
import { takeFiles, takePictures } from "./intake/intake.js";
import { samples } from "./intake/samples.js";
import { samplesView } from "./intake/view.js";
import { lookAtMany } from "./many/run.js";
import { manyView } from "./many/view.js";
import { followNotices } from "./notice/notice.js";
import { noticeView } from "./notice/view.js";
import { keepPage } from "./offline/keep.js";
import { noteRequests } from "./offline/requests.js";
import { sharedFiles } from "./offline/shared.js";
import { requestsView, takeAwayView, updateView } from "./offline/view.js";
import { cropView } from "./picture/crop-view.js";
import { thumbnailView } from "./picture/thumbnail.js";
import { pictureView } from "./picture/view.js";
import { problemOf } from "./problem.js";
import { sceneActions } from "./scene/actions.js";
import { followScene } from "./scene/search.js";
import { sceneView } from "./scene/view.js";
import { startSession } from "./session.js";
import { followLink } from "./sharing/follow.js";
import { canShare, startSharing } from "./sharing/share.js";
import { sharingView } from "./sharing/view.js";
import { Store } from "./state.js";
import { toolsView } from "./tools/view.js";
import { chooseLanguage } from "./words/languages.js";
import { rememberedLanguage, rememberLanguage } from "./words/memory.js";
import { staticWordsView } from "./words/static.js";
import { languageView } from "./words/view.js";

const store = new Store();
const session = startSession(store);
store.change({ language: chooseLanguage([rememberedLanguage(), ...navigator.languages]) });

store.show(staticWordsView(document));
store.show(
  languageView(document, (language) => {
    rememberLanguage(language);
    store.change({ language });
  }),
);

// The picture.
store.show(
  samplesView(document, samples, ({ url, title, alt, classes }) =>
    session.look({ source: new URL(url), name: title, alt, classes }),
  ),
);
store.show(pictureView(document));
store.show(cropView(document, { move: session.moveCrop, rest: session.setCrop }));
store.show(cameraView(document, controlCamera(store, session, document.querySelector("video")!)));
store.show(thumbnailView(document));
document.querySelector("#fit")!.addEventListener("change", (event) => {
  session.setFit((event.target as HTMLInputElement).value as Fit);
});

// The answer.
store.show(
  answerView(document, {
    point: (pointed) => store.change({ pointed }),
    pin: (pinned) => store.change({ pinned }),
  }),
);
followNotices(store);
store.show(noticeView(document));
store.show(loadingView(document));
store.show(timingsView(document));
store.show(heatmapView(document));
store.show(answerRevealed(document));
store.show(networkView(document));
store.show(sharingView(document, canShare, startSharing(store)));
document.querySelector("#retry")!.addEventListener("click", () => {
  session.retry();
  // The button is gone now; the focus must not go with it.
  document.querySelector<HTMLElement>("#file")!.focus();
});

// The tools below it.
store.show(toolsView(document, (tool) => store.change({ tool })));
answerChanges(store, session.classifier);
store.show(
  changesView(document, (change, strength) =>
    store.changeIn("changes", withStrength(store.state.changes, change, strength)),
  ),
);
const rival = startRival(store);
store.show(compareView(document, rival));
store.show(figuresView(document));
store.show(sceneView(document, sceneActions(store)));
store.show(followScene(store, session));
const many = lookAtMany(store, session.classifier);
store.show(
  manyView(document, many, (picture) => {
    session.look(picture);
    document.querySelector(".triptych")!.scrollIntoView({ block: "nearest" });
  }),
);
store.show(classesView(document, (part) => store.changeIn("classes", part)));

// Offline, and what the page asked for.
const reload = BUILD.serviceWorker ? keepPage(store) : () => {};
noteRequests(store);
store.show(requestsView(document));
store.show(takeAwayView(document, BUILD.oneFileBytes));
store.show(updateView(document, reload, () => store.changeIn("offline", { updateWaits: false })));

followLink(store, { setFit: session.setFit, choose: rival.choose });
const takers = { ...session, takeMany: many.start };
takePictures(document, takers);
session.load();
sharedFiles().then(
  (files) => files.length > 0 && takeFiles(files, takers),
  (error) => session.fail(problemOf(error)),
);
