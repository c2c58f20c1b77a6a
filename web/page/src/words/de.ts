import { germanAlts } from "./alts.js";
import { germanLabels, germanOnes } from "./labels.js";
import type { Words } from "./words.js";

const either = new Intl.ListFormat("de", { type: "disjunction" });
const places = [
  "oben links",
  "oben",
  "oben rechts",
  "links",
  "in der Mitte",
  "rechts",
  "unten links",
  "unten",
  "unten rechts",
];

export const german: Words = {
  language: "de",
  name: "Deutsch",
  page: {
    title: "wideye: ein kleines neuronales Netz sieht dein Bild an",
    description:
      "Zeig einem kleinen neuronalen Netz, das in dieser Seite läuft, ein Bild. Es sieht 32 mal 32 Pixel, kennt hundert Dinge, und nichts wird hochgeladen.",
    headline: "Ein kleines Netz sieht dein Bild an.",
    lede: "Es kennt hundert Dinge, sieht 32 × 32 Pixel und läuft in dieser Seite.",
    privacy: "Nichts wird hochgeladen",
    language: "Sprache",
    credits: "Woher die Beispielbilder stammen",
    network: (name, classes, megabytes) => `Netz „${name}“: ${classes} Klassen, ${megabytes} MB`,
  },
  intake: {
    section: "Ein Bild wählen",
    choose: "Bild wählen",
    folder: "Ordner",
    address: "Adresse eines Bildes",
    addressExample: "https://…",
    look: "Ansehen",
    samples: "Beispielbilder",
    alt: (english) => germanAlts[english] ?? english,
  },
  picture: {
    heading: "Du siehst",
    hint: "Zieh ein Bild auf die Seite oder füg es ein",
    hintTouch: "Wähl ein Bild oder nimm eins auf",
    truth: (classes, right) => {
      const verdict = right === null ? "" : right ? " Das Netz hat recht." : " Das Netz irrt sich.";
      return `Tatsächlich: ${classes}.${verdict}`;
    },
  },
  thumbnail: {
    heading: "Das Netz sieht",
    fit: "Wie das Bild quadratisch wird",
    cover: "Schneiden",
    contain: "Auffüllen",
    fill: "Strecken",
    none: "Die Pixel, die das Netz sieht: noch keine",
    seen: (width, height) => `Die Pixel, die das Netz sieht: ${width} mal ${height}`,
  },
  answer: {
    heading: "Das Netz sagt",
    loading: { lead: "Einen Moment", text: "Das Netz lädt" },
    ready: { lead: "Bereit", text: "Zeig ihm ein Bild" },
    looking: { lead: "Einen Moment", text: "Es schaut" },
    failed: "Das ging nicht",
    retry: "Noch einmal",
    chart: "Die fünf wahrscheinlichsten Klassen",
    progress: (loaded, total) => `${loaded} von ${total} MB`,
    certainty: {
      certain: "So gut wie sicher",
      probable: "Wahrscheinlich",
      possible: "Vielleicht",
      guess: "Geraten",
    },
    group: (certainty, one, labels) => ({ lead: `${certainty} ${one}`, text: either.format(labels) }),
    unknown: (classes, nearest) => ({
      lead: `Am ehesten: ${nearest}`,
      text: `Keins der ${classes} Dinge, die ich kenne`,
    }),
    timings: (total, decode, resize, infer) =>
      `${total} ms: Lesen ${decode}, Verkleinern ${resize}, Netz ${infer}`,
  },
  tools: {
    heading: "Genauer hinsehen",
    names: {
      changes: "Verändern",
      compare: "Vergleichen",
      scene: "Größere Szene",
      many: "Viele Bilder",
      classes: "Alle Klassen",
    },
  },
  camera: {
    start: "Kamera",
    starting: { lead: "Einen Moment", text: "Die Kamera startet" },
    view: "Was die Kamera sieht",
    take: "Bild aufnehmen",
    turn: "Andere Kamera",
    stop: "Kamera ausschalten",
    rate: (framesPerSecond, text, milliseconds) =>
      framesPerSecond === 1
        ? `1 Bild pro Sekunde, ${milliseconds} ms`
        : `${text} Bilder pro Sekunde, je ${milliseconds} ms`,
  },
  crop: {
    name: "Ausschnitt, den das Netz sieht",
    keys: "Pfeiltasten verschieben das Quadrat, Plus und Minus ändern seine Größe, Pos1 macht es so groß wie möglich.",
    square: (side, x, y) => `${side} mal ${side} Pixel, ${x} von links, ${y} von oben`,
  },
  heatmap: {
    hint: "Wähl einen Balken und sieh, warum",
    legend: (label) => `Was für „${label}“ spricht`,
    least: "nichts",
    most: "viel",
    seen: (label, ninth) => `Was im Bild für „${label}“ spricht: am meisten ${places[ninth]}`,
    unseen: (label) => `Nichts im Bild spricht für „${label}“`,
  },
  changes: {
    none: {
      title: "Bliebe die Antwort gleich?",
      advice:
        "Ein Känguru bleibt eins, auch grau, gespiegelt oder im Dunkeln. Zeig ein Bild und sieh, was das Netz sagt.",
    },
    summary: (kept, all) =>
      kept === all
        ? `Keine dieser ${all} Veränderungen ändert die Antwort.`
        : `Bei ${kept} von ${all} Veränderungen bleibt die Antwort gleich.`,
    greySame: (label) => `Ohne Farbe sagt es weiterhin „${label}“: Hier braucht es die Farbe nicht.`,
    greyOther: (label, was) => `Ohne Farbe sagt es „${label}“ statt „${was}“: Es geht auch nach der Farbe.`,
    measured: (images, right, rightInGrey) =>
      `Von ${images} Testbildern erkennt es ${right}, in Grau ${rightInGrey}.`,
    about: (width, height) => `Verändert werden die ${width} × ${height} Pixel, die das Netz sieht.`,
    names: {
      grey: "In Grau",
      mirrored: "Gespiegelt",
      shifted: "Verschoben",
      blurred: "Unscharf",
      darker: "Dunkler",
      noisy: "Verrauscht",
    },
    strengths: {
      shifted: (pixels) => `${pixels} px nach rechts`,
      blurred: (pixels) => `${pixels} px weit`,
      darker: (share) => `${share} weniger Licht`,
      noisy: (share) => `${share} Rauschen`,
    },
    pixels: (change) => `Die Pixel: ${change}`,
    same: (label) => `Weiterhin ${label}`,
    other: (label) => `Jetzt ${label}`,
    chart: "Die drei wahrscheinlichsten Klassen",
  },
  compare: {
    rival: "Vergleichen mit",
    none: "Zwei Netze sehen dieselben Pixel an.",
    agree: (label) => `Beide sagen „${label}“.`,
    differ: (name, label, rival, rivalLabel) => `${name} sagt „${label}“, ${rival} sagt „${rivalLabel}“.`,
    smaller: (rival, times) => `Die Datei von ${rival} ist ${times}-mal kleiner.`,
    chart: (name) => `Wahrscheinlichste Klassen, ${name}`,
    loading: (name) => `${name} lädt`,
    figures: "Die beiden Netze in Zahlen",
    network: "Netz",
    top1: "Sofort richtig",
    top5: "Richtig unter fünf",
    size: "Größe",
    macs: "Multiplikationen mit Addition",
    time: "Zeit für ein Bild",
    megabytes: (size) => `${size} MB`,
    millions: (count) => `${count} Millionen`,
    milliseconds: (time) => `${time} ms`,
    source: (images) =>
      `Wie oft sie richtig liegen, wurde an den ${images} Testbildern von CIFAR-100 gemessen.`,
  },
  scene: {
    hint: "Zeig ihm ein Bild mit mehreren Dingen: eine Straße, einen Hafen, einen Tisch",
    about:
      "Das Netz sieht sich einen Ausschnitt nach dem anderen an und nennt in jedem eine Sache. " +
      "Es ist kein Detektor: Wo etwas anfängt oder aufhört, weiß es nicht.",
    size: "Größe der Ausschnitte",
    share: (percent) => `${percent} der kürzeren Seite des Bildes`,
    progress: "Die Ausschnitte werden angesehen",
    grid: "Die Ausschnitte des Bildes, klar, wo das Netz sicher ist",
    list: "In den Ausschnitten gesehen",
    windows: (count, number) => (count === 1 ? "1 Ausschnitt" : `${number} Ausschnitte`),
    summary: (sure, all, percent) => `In ${sure} von ${all} Ausschnitten mindestens ${percent} sicher`,
    nothing: (percent) => `In keinem Ausschnitt zu ${percent} sicher`,
  },
  many: {
    folder: "Ordner wählen",
    files: "Bilder wählen",
    hint: "Aus allen wird eine Tabelle, die du sortieren, filtern und speichern kannst.",
    none: "Kein Bild unter diesen Dateien",
    progress: "Angesehene Bilder",
    done: (answered, all) => (answered === all ? `${all} angesehen` : `${answered} von ${all} angesehen`),
    speed: (perSecond) => `${perSecond} je Sekunde`,
    left: (time) => `noch etwa ${time}`,
    skipped: (files) => `andere Dateien: ${files}`,
    pause: "Anhalten",
    goOn: "Fortsetzen",
    stop: "Beenden",
    clear: "Leeren",
    filter: "Filtern",
    csv: "CSV speichern",
    json: "JSON speichern",
    caption: "Die Bilder und was das Netz sagt",
    columns: {
      name: "Bild",
      first: "Klasse",
      probability: "Sicher",
      second: "Zweite Klasse",
      known: "Bekannt",
    },
    yes: "ja",
    no: "nein",
    found: (found, all) => `Passende Bilder: ${found} von ${all}`,
    empty: "Kein Bild passt dazu.",
    pages: "Seiten der Tabelle",
    range: (first, last, all) => `${first} bis ${last} von ${all}`,
    previous: "Zurück",
    next: "Weiter",
  },
  classes: {
    intro:
      "Wie oft das Netz bei Testbildern jeder Klasse richtig liegt und für wie wahrscheinlich es sie bei deinem Bild hält.",
    find: "Klasse suchen",
    order: "Reihenfolge",
    orders: { group: "Nach Gruppe", name: "Nach Name", accuracy: "Nach Trefferquote" },
    found: (found, all) => (found === all ? `${all} Klassen` : `${found} von ${all} Klassen`),
    right: (tenths) => {
      if (tenths === 10) return "fast immer richtig";
      if (tenths === 0) return "kaum je richtig";
      return `etwa ${tenths} von 10 Mal richtig`;
    },
    overall: (top1, top5) =>
      `Bei Testbildern stimmt seine erste Antwort in ${top1} der Fälle, eine der ersten fünf in ${top5}.`,
  },
  sharing: {
    copy: { name: "Bild kopieren", done: "Kopiert" },
    download: { name: "Bild speichern", done: "Gespeichert" },
    share: { name: "Teilen", done: "Geteilt" },
    link: { name: "Link kopieren", done: "Kopiert" },
    failed: "Ging nicht",
    pixels: (width, height) => `Es sah ${width} × ${height} Pixel`,
  },
  offline: {
    requests: (count, text) => (count === 1 ? "1 Anfrage" : `${text} Anfragen`),
    heading: "Anfragen, seit die Seite geladen ist",
    none: "Keine. Deine Bilder bleiben auf diesem Gerät.",
    ownFiles: (count, text) =>
      count === 1 ? "Dazu 1 Datei dieser Seite selbst." : `Dazu ${text} Dateien dieser Seite selbst.`,
    countedByBrowser: "Gezählt nach dem, was der Browser festhält; Arbeit im Hintergrund fehlt darin.",
    countedByWorker:
      "Gezählt, wo jede Anfrage der Seite vorbeikommt, auch aus dem Hintergrund. " +
      "Die Seite liegt auf diesem Gerät und funktioniert offline.",
    uncounted:
      "Nicht gezählt: das Laden der Seite, das Speichern für die Offline-Nutzung und der Blick nach einer neueren Version.",
    takeAway: (megabytes) => `Zum Mitnehmen: eine Datei, ${megabytes} MB`,
    update: "Eine neue Version ist bereit.",
    updateSection: "Neue Version",
    reload: "Neu laden",
    later: "Später",
  },
  problems: {
    cors: {
      title: "Der Server lehnt ab",
      advice:
        "Der andere Server erlaubt fremden Seiten nicht, dieses Bild zu lesen (er sendet keine CORS-Erlaubnis). " +
        "Speichere das Bild auf deinem Gerät und zieh es hierher oder wähle es aus.",
    },
    network: {
      title: "Es kam nichts an",
      advice:
        "Von dieser Adresse kam kein Bild. Prüf die Adresse und deine Verbindung, " +
        "oder speichere das Bild auf deinem Gerät und zieh es hierher.",
    },
    address: {
      title: "Keine Adresse",
      advice: "Gib die ganze Adresse eines Bildes ein, etwa https://example.org/otter.jpg.",
    },
    "not-an-image": {
      title: "Kein Bild",
      advice:
        "Das ließ sich nicht als Bild lesen. Vielleicht ist es beschädigt, leer oder von anderer Art: " +
        "JPEG, PNG, WebP, GIF und BMP gehen.",
    },
    "too-large": {
      title: "Zu groß",
      advice:
        "Ein Bild darf bis zu 64 Megabyte, 64 Megapixel und 16.384 Pixel je Seite haben. Verkleinere es und versuch es noch einmal.",
    },
    "bad-model": {
      title: "Das Netz ist kaputt",
      advice:
        "Seine Datei ist unvollständig oder für diese Seite nicht lesbar. Versuch es noch einmal; bleibt es dabei, ist die Kopie auf dem Server beschädigt.",
    },
    "unsupported-browser": {
      title: "Browser zu alt",
      advice:
        "Das Netz braucht WebAssembly mit SIMD. Aktuelle Versionen von Chrome, Edge, Firefox und Safari haben es.",
    },
    crashed: {
      title: "Das Netz blieb stehen",
      advice:
        "Der Speicher reichte nicht, oder etwas ging schief. Versuch es noch einmal, beim zweiten Mal mit einem kleineren Bild.",
    },
    "no-picture": {
      title: "Kein Bild dabei",
      advice: "Keine dieser Dateien ist ein Bild. JPEG, PNG, WebP, GIF und BMP gehen.",
    },
    unreadable: {
      title: "Nicht lesbar",
      advice:
        "Der Browser darf das nicht lesen, oder es wurde inzwischen geändert oder gelöscht. " +
        "Wähl es noch einmal, statt eines Ordners seine Bilder.",
    },
    "hidden-pixels": {
      title: "Pixel sind geschützt",
      advice:
        "Zum Schutz vor Verfolgung gibt dieser Browser den Seiten erfundene Pixel. Wähl ein Bild oder gib seine Adresse ein: " +
        "Das geht. Die Kamera und größere Szenen gehen nicht.",
    },
    "camera-refused": {
      title: "Kamera nicht erlaubt",
      advice:
        "Erlaube dieser Seite die Kamera, über das Symbol neben der Adresse oder in den Einstellungen des Browsers, und starte sie noch einmal.",
    },
    "camera-missing": {
      title: "Keine Kamera gefunden",
      advice: "Schließ eine an und starte sie noch einmal, oder wähl ein Bild.",
    },
    "camera-busy": {
      title: "Kamera ist belegt",
      advice: "Ein anderes Programm scheint sie zu benutzen. Schließ es und starte die Kamera noch einmal.",
    },
    "camera-gone": {
      title: "Kamera ist weg",
      advice: "Die Kamera sendet nichts mehr. Schließ sie wieder an und starte sie noch einmal.",
    },
    internal: {
      title: "Etwas ging kaputt",
      advice: "Das sollte nicht passieren. Versuch es noch einmal oder lade die Seite neu.",
    },
    unloaded: {
      title: "Das Netz fehlt",
      advice: "Seine Dateien konnten nicht geholt werden. Prüf deine Verbindung und versuch es noch einmal.",
    },
  },
  label: (name) => germanLabels[name] ?? name.replaceAll("_", " "),
  one: (superclass) => germanOnes[superclass] ?? superclass.replaceAll("_", " "),
};
