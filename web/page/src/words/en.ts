import { englishLabels, englishOnes } from "./labels.js";
import type { Words } from "./words.js";

const either = new Intl.ListFormat("en-GB", { type: "disjunction" });
const places = [
  "in the upper left",
  "at the top",
  "in the upper right",
  "on the left",
  "in the middle",
  "on the right",
  "in the lower left",
  "at the bottom",
  "in the lower right",
];

export const english: Words = {
  language: "en",
  name: "English",
  page: {
    title: "wideye: a small neural network looks at your picture",
    description:
      "Show a picture to a small neural network that runs in this page. It sees 32 by 32 pixels, knows a hundred things, and nothing is uploaded.",
    headline: "A small network looks at your picture.",
    lede: "It knows a hundred things, sees 32 × 32 pixels and runs in this page.",
    privacy: "Nothing is uploaded",
    language: "Language",
    credits: "Where the sample pictures come from",
    network: (name, classes, megabytes) => `Network “${name}”: ${classes} classes, ${megabytes} MB`,
  },
  intake: {
    section: "Choose a picture",
    choose: "Choose a picture",
    folder: "Folder",
    address: "Address of a picture",
    addressExample: "https://…",
    look: "Look",
    samples: "Sample pictures",
    alt: (english) => english,
  },
  picture: {
    heading: "You see",
    hint: "Drop or paste a picture anywhere",
    hintTouch: "Choose or take a picture",
    truth: (classes, right) => {
      const verdict = right === null ? "" : right ? " The network is right." : " The network is wrong.";
      return `In fact: ${classes}.${verdict}`;
    },
  },
  thumbnail: {
    heading: "It sees",
    fit: "How the picture is made square",
    cover: "Crop",
    contain: "Pad",
    fill: "Stretch",
    none: "The pixels that the network sees: none yet",
    seen: (width, height) => `The pixels that the network sees: ${width} by ${height}`,
  },
  answer: {
    heading: "It says",
    loading: { lead: "One moment", text: "Loading the network" },
    ready: { lead: "Ready", text: "Show it a picture" },
    looking: { lead: "One moment", text: "Looking" },
    failed: "That did not work",
    retry: "Try again",
    chart: "Five likeliest classes",
    progress: (loaded, total) => `${loaded} of ${total} MB`,
    certainty: {
      certain: "Almost certainly",
      probable: "Probably",
      possible: "Perhaps",
      guess: "At a guess",
    },
    group: (certainty, one, labels) => ({ lead: `${certainty} ${one}`, text: either.format(labels) }),
    unknown: (classes, nearest) => ({
      lead: `Nearest: ${nearest}`,
      text: `None of the ${classes} things I know`,
    }),
    timings: (total, decode, resize, infer) =>
      `${total} ms: decode ${decode}, resize ${resize}, network ${infer}`,
  },
  tools: {
    heading: "Look closer",
    names: {
      changes: "Change it",
      compare: "Compare",
      scene: "Larger scene",
      many: "Many pictures",
      classes: "All classes",
    },
  },
  camera: {
    start: "Camera",
    starting: { lead: "One moment", text: "Starting the camera" },
    view: "What the camera sees",
    take: "Take the picture",
    turn: "Other camera",
    stop: "Stop the camera",
    rate: (framesPerSecond, text, milliseconds) =>
      framesPerSecond === 1
        ? `1 frame a second, ${milliseconds} ms`
        : `${text} frames a second, ${milliseconds} ms each`,
  },
  crop: {
    name: "Part that the network sees",
    keys: "Arrow keys move the square, plus and minus resize it, Home makes it as large as it goes.",
    square: (side, x, y) => `${side} by ${side} pixels, ${x} from the left, ${y} from the top`,
  },
  heatmap: {
    hint: "Choose a bar to see why",
    legend: (label) => `What speaks for “${label}”`,
    least: "nothing",
    most: "most",
    seen: (label, ninth) => `What in the picture speaks for “${label}”: most of it ${places[ninth]}`,
    unseen: (label) => `Nothing in the picture speaks for “${label}”`,
  },
  changes: {
    none: {
      title: "Would the answer hold?",
      advice:
        "A kangaroo is still one in grey, mirrored or in the dark. Show a picture to see what the network says.",
    },
    summary: (kept, all) =>
      kept === all
        ? `None of these ${all} changes alters the answer.`
        : `${kept} of ${all} changes ${kept === 1 ? "leaves" : "leave"} the answer as it is.`,
    greySame: (label) => `Without colour it still says “${label}”: here it does not need the colour.`,
    greyOther: (label, was) =>
      `Without colour it says “${label}” instead of “${was}”: it goes by the colour as well.`,
    measured: (images, right, rightInGrey) =>
      `Of ${images} test pictures it gets ${right} right, in grey ${rightInGrey}.`,
    about: (width, height) => `The ${width} × ${height} pixels that the network sees are changed.`,
    names: {
      grey: "In grey",
      mirrored: "Mirrored",
      shifted: "Moved",
      blurred: "Blurred",
      darker: "Darker",
      noisy: "With noise",
    },
    strengths: {
      shifted: (pixels) => `${pixels} px to the right`,
      blurred: (pixels) => `${pixels} px wide`,
      darker: (share) => `${share} less light`,
      noisy: (share) => `${share} noise`,
    },
    pixels: (change) => `The pixels: ${change}`,
    same: (label) => `Still ${label}`,
    other: (label) => `Now ${label}`,
    chart: "Three likeliest classes",
  },
  compare: {
    rival: "Compare with",
    none: "Two networks look at the same pixels.",
    agree: (label) => `Both say “${label}”.`,
    differ: (name, label, rival, rivalLabel) => `${name} says “${label}”, ${rival} says “${rivalLabel}”.`,
    smaller: (rival, times) => `The file of ${rival} is ${times} times smaller.`,
    chart: (name) => `Likeliest classes, ${name}`,
    loading: (name) => `Loading ${name}`,
    figures: "The two networks in figures",
    network: "Network",
    top1: "Right at once",
    top5: "Right within five",
    size: "Size",
    macs: "Multiply-adds",
    time: "Time for a picture",
    megabytes: (size) => `${size} MB`,
    millions: (count) => `${count} million`,
    milliseconds: (time) => `${time} ms`,
    source: (images) => `How often they are right was measured on the ${images} test pictures of CIFAR-100.`,
  },
  scene: {
    hint: "Show it a picture of several things: a street, a harbour, a table",
    about:
      "It looks at one square after the other and names one thing in each. " +
      "This is no detector: it does not know where things begin or end.",
    size: "Size of the squares",
    share: (percent) => `${percent} of the picture’s shorter side`,
    progress: "Looking at the squares",
    grid: "The picture’s squares, clear where the network is sure",
    list: "Seen in the squares",
    windows: (count, number) => (count === 1 ? "1 square" : `${number} squares`),
    summary: (sure, all, percent) => `It is at least ${percent} sure of ${sure} of ${all} squares`,
    nothing: (percent) => `It is not ${percent} sure of any square`,
  },
  many: {
    folder: "Choose a folder",
    files: "Choose pictures",
    hint: "All of them become one table, which you can sort, filter and save.",
    none: "No pictures among these files",
    progress: "Pictures looked at",
    done: (answered, all) => (answered === all ? `${all} looked at` : `${answered} of ${all} looked at`),
    speed: (perSecond) => `${perSecond} a second`,
    left: (time) => `about ${time} left`,
    skipped: (files) => `other files: ${files}`,
    pause: "Pause",
    goOn: "Go on",
    stop: "Stop",
    clear: "Clear",
    filter: "Filter",
    csv: "Save CSV",
    json: "Save JSON",
    caption: "The pictures and what the network says",
    columns: {
      name: "Picture",
      first: "Class",
      probability: "Sure",
      second: "Second class",
      known: "Known",
    },
    yes: "yes",
    no: "no",
    found: (found, all) => `Pictures that match: ${found} of ${all}`,
    empty: "No picture matches.",
    pages: "Pages of the table",
    range: (first, last, all) => `${first} to ${last} of ${all}`,
    previous: "Back",
    next: "Next",
  },
  classes: {
    intro:
      "How often the network is right about test pictures of each class, and how probable it finds each for your picture.",
    find: "Find a class",
    order: "Order",
    orders: { group: "By group", name: "By name", accuracy: "By accuracy" },
    found: (found, all) => (found === all ? `${all} classes` : `${found} of ${all} classes`),
    right: (tenths) => {
      if (tenths === 10) return "right nearly always";
      if (tenths === 0) return "right hardly ever";
      return `right about ${tenths} ${tenths === 1 ? "time" : "times"} in 10`;
    },
    overall: (top1, top5) =>
      `On test pictures its first answer is right ${top1} of the time, one of its first five ${top5}.`,
  },
  sharing: {
    copy: { name: "Copy picture", done: "Copied" },
    download: { name: "Save picture", done: "Saved" },
    share: { name: "Share", done: "Shared" },
    link: { name: "Copy link", done: "Copied" },
    failed: "Did not work",
    pixels: (width, height) => `It saw ${width} × ${height} pixels`,
  },
  offline: {
    requests: (count, text) => (count === 1 ? "1 request" : `${text} requests`),
    heading: "Requests since the page has loaded",
    none: "None. Your pictures stay on this device.",
    ownFiles: (count, text) =>
      count === 1 ? "And 1 file of this page itself." : `And ${text} files of this page itself.`,
    countedByBrowser:
      "Counted from the browser’s record of this page, in which work in the background is missing.",
    countedByWorker:
      "Counted where every request of this page passes, those from the background too. " +
      "The page is kept on this device and works offline.",
    uncounted:
      "Not counted: loading the page, keeping it for offline use, and its looks for a newer version.",
    takeAway: (megabytes) => `Take it with you: one file, ${megabytes} MB`,
    update: "A new version is ready.",
    updateSection: "New version",
    reload: "Reload",
    later: "Later",
  },
  problems: {
    cors: {
      title: "That site says no",
      advice:
        "Its server does not let other pages read this picture (it sends no CORS permission). " +
        "Save the picture to your device, then drop it here or choose it.",
    },
    network: {
      title: "Nothing came back",
      advice:
        "No picture arrived from this address. Check the address and your connection, " +
        "or save the picture to your device and drop it here.",
    },
    address: {
      title: "Not an address",
      advice: "Type the whole address of a picture, such as https://example.org/otter.jpg.",
    },
    "not-an-image": {
      title: "Not a picture",
      advice:
        "This could not be read as a picture. It may be damaged, empty or of another kind: " +
        "JPEG, PNG, WebP, GIF and BMP work.",
    },
    "too-large": {
      title: "Too large",
      advice:
        "A picture may have up to 64 megabytes, 64 megapixels and 16,384 pixels a side. Make it smaller and try again.",
    },
    "bad-model": {
      title: "The network is damaged",
      advice:
        "Its file is incomplete or not one this page can read. Try again; if it stays, the copy on the server is damaged.",
    },
    "unsupported-browser": {
      title: "Browser too old",
      advice:
        "The network needs WebAssembly with SIMD. Current versions of Chrome, Edge, Firefox and Safari have it.",
    },
    crashed: {
      title: "The network stopped",
      advice: "It ran out of memory or failed. Try again, with a smaller picture if it happens twice.",
    },
    "no-picture": {
      title: "No picture in there",
      advice: "None of these files is a picture. JPEG, PNG, WebP, GIF and BMP work.",
    },
    unreadable: {
      title: "Cannot be read",
      advice:
        "The browser may not read this file or folder, or it has changed or gone. " +
        "Choose it again, or choose the pictures of the folder instead.",
    },
    "hidden-pixels": {
      title: "Pixels kept from pages",
      advice:
        "To protect you from tracking, this browser gives pages made-up pixels. Choose a picture, or give its address: " +
        "that works. The camera and larger scenes do not.",
    },
    "camera-refused": {
      title: "Camera not allowed",
      advice:
        "Allow the camera for this page, with the icon beside its address or in the browser’s settings, then start it again.",
    },
    "camera-missing": {
      title: "No camera found",
      advice: "Connect one and start it again, or choose a picture.",
    },
    "camera-busy": {
      title: "Camera in use",
      advice: "Another program seems to have it. Close that, then start the camera again.",
    },
    "camera-gone": {
      title: "Camera unplugged",
      advice: "The camera stopped sending pictures. Connect it and start it again.",
    },
    internal: {
      title: "Something broke",
      advice: "That should not happen. Try again, or reload the page.",
    },
    unloaded: {
      title: "The network is missing",
      advice: "Its files could not be fetched. Check your connection and try again.",
    },
  },
  label: (name) => englishLabels[name] ?? name.replaceAll("_", " "),
  one: (superclass) => englishOnes[superclass] ?? superclass.replaceAll("_", " "),
};
