import { spanishAlts } from "./alts.js";
import { spanishLabels, spanishOnes } from "./labels.js";
import type { Words } from "./words.js";

const either = new Intl.ListFormat("es", { type: "disjunction" });
const places = [
  "arriba a la izquierda",
  "arriba",
  "arriba a la derecha",
  "a la izquierda",
  "en el centro",
  "a la derecha",
  "abajo a la izquierda",
  "abajo",
  "abajo a la derecha",
];

export const spanish: Words = {
  language: "es",
  name: "Español",
  page: {
    title: "wideye: una pequeña red neuronal mira tu imagen",
    description:
      "Enseña una imagen a una pequeña red neuronal que funciona en esta página. Ve 32 por 32 píxeles, conoce cien cosas y no se sube nada.",
    headline: "Una pequeña red mira tu imagen.",
    lede: "Conoce cien cosas, ve 32 × 32 píxeles y funciona en esta página.",
    privacy: "No se sube nada",
    language: "Idioma",
    credits: "De dónde vienen las imágenes de ejemplo",
    network: (name, classes, megabytes) => `Red «${name}»: ${classes} clases, ${megabytes} MB`,
  },
  intake: {
    section: "Elige una imagen",
    choose: "Elegir una imagen",
    folder: "Carpeta",
    address: "Dirección de una imagen",
    addressExample: "https://…",
    look: "Mirar",
    samples: "Imágenes de ejemplo",
    alt: (english) => spanishAlts[english] ?? english,
  },
  picture: {
    heading: "Tú ves",
    hint: "Suelta o pega una imagen en cualquier parte de la página",
    hintTouch: "Elige o haz una foto",
    truth: (classes, right) => {
      const verdict = right === null ? "" : right ? " La red acierta." : " La red se equivoca.";
      return `En realidad: ${classes}.${verdict}`;
    },
  },
  thumbnail: {
    heading: "La red ve",
    fit: "Cómo se hace cuadrada la imagen",
    cover: "Recortar",
    contain: "Rellenar",
    fill: "Estirar",
    none: "Los píxeles que ve la red: ninguno todavía",
    seen: (width, height) => `Los píxeles que ve la red: ${width} por ${height}`,
  },
  answer: {
    heading: "La red dice",
    loading: { lead: "Un momento", text: "Cargando la red" },
    ready: { lead: "Lista", text: "Enséñale una imagen" },
    looking: { lead: "Un momento", text: "Mirando" },
    failed: "No ha funcionado",
    retry: "Otra vez",
    chart: "Las cinco clases más probables",
    progress: (loaded, total) => `${loaded} de ${total} MB`,
    certainty: {
      certain: "Casi seguro",
      probable: "Probablemente",
      possible: "Quizás",
      guess: "A ojo",
    },
    group: (certainty, one, labels) => ({ lead: `${certainty}: ${one}`, text: either.format(labels) }),
    unknown: (classes, nearest) => ({
      lead: `Lo más cercano: ${nearest}`,
      text: `Ninguna de las ${classes} cosas que conozco`,
    }),
    timings: (total, decode, resize, infer) => `${total} ms: leer ${decode}, reducir ${resize}, red ${infer}`,
  },
  tools: {
    heading: "Mirar más de cerca",
    names: {
      changes: "Cambios",
      compare: "Comparar",
      scene: "Escena amplia",
      many: "Muchas imágenes",
      classes: "Todas las clases",
    },
  },
  camera: {
    start: "Cámara",
    starting: { lead: "Un momento", text: "Encendiendo la cámara" },
    view: "Lo que ve la cámara",
    take: "Hacer la foto",
    turn: "Otra cámara",
    stop: "Apagar la cámara",
    rate: (framesPerSecond, text, milliseconds) =>
      framesPerSecond === 1
        ? `1 imagen por segundo, ${milliseconds} ms`
        : `${text} imágenes por segundo, ${milliseconds} ms cada una`,
  },
  crop: {
    name: "Parte que ve la red",
    keys: "Las flechas mueven el cuadrado, más y menos cambian su tamaño, Inicio lo hace tan grande como se puede.",
    square: (side, x, y) => `${side} por ${side} píxeles, a ${x} del borde izquierdo y ${y} del superior`,
  },
  heatmap: {
    hint: "Elige una barra y mira por qué",
    legend: (label) => `Lo que apunta a «${label}»`,
    least: "nada",
    most: "mucho",
    seen: (label, ninth) => `Lo que en la imagen apunta a «${label}»: sobre todo ${places[ninth]}`,
    unseen: (label) => `Nada en la imagen apunta a «${label}»`,
  },
  changes: {
    none: {
      title: "¿Se mantendría la respuesta?",
      advice:
        "Un canguro sigue siéndolo en gris, reflejado o a oscuras. Enseña una imagen y mira qué dice la red.",
    },
    summary: (kept, all) =>
      kept === all
        ? `Ninguno de estos ${all} cambios altera la respuesta.`
        : `Con ${kept} de ${all} cambios la respuesta sigue igual.`,
    greySame: (label) => `Sin color sigue diciendo «${label}»: aquí no necesita el color.`,
    greyOther: (label, was) => `Sin color dice «${label}» en vez de «${was}»: también se guía por el color.`,
    measured: (images, right, rightInGrey) =>
      `De ${images} imágenes de prueba acierta el ${right}, en gris el ${rightInGrey}.`,
    about: (width, height) => `Se cambian los ${width} × ${height} píxeles que ve la red.`,
    names: {
      grey: "En gris",
      mirrored: "Reflejada",
      shifted: "Desplazada",
      blurred: "Borrosa",
      darker: "Más oscura",
      noisy: "Con ruido",
    },
    strengths: {
      shifted: (pixels) => `${pixels} px a la derecha`,
      blurred: (pixels) => `${pixels} px de ancho`,
      darker: (share) => `${share} menos de luz`,
      noisy: (share) => `${share} de ruido`,
    },
    pixels: (change) => `Los píxeles: ${change}`,
    same: (label) => `Sigue: ${label}`,
    other: (label) => `Ahora ${label}`,
    chart: "Las tres clases más probables",
  },
  compare: {
    rival: "Comparar con",
    none: "Dos redes miran los mismos píxeles.",
    agree: (label) => `Las dos dicen «${label}».`,
    differ: (name, label, rival, rivalLabel) => `${name} dice «${label}», ${rival} dice «${rivalLabel}».`,
    smaller: (rival, times) => `El archivo de ${rival} es ${times} veces más pequeño.`,
    chart: (name) => `Clases más probables, ${name}`,
    loading: (name) => `Cargando ${name}`,
    figures: "Las dos redes en cifras",
    network: "Red",
    top1: "Acierta a la primera",
    top5: "Acierta entre cinco",
    size: "Tamaño",
    macs: "Multiplicaciones y sumas",
    time: "Tiempo por imagen",
    megabytes: (size) => `${size} MB`,
    millions: (count) => `${count} millones`,
    milliseconds: (time) => `${time} ms`,
    source: (images) =>
      `La frecuencia de aciertos se midió con las ${images} imágenes de prueba de CIFAR-100.`,
  },
  scene: {
    hint: "Enséñale una imagen con varias cosas: una calle, un puerto, una mesa",
    about:
      "La red mira un recuadro tras otro y en cada uno nombra una sola cosa. " +
      "No es un detector: no sabe dónde empiezan ni dónde acaban las cosas.",
    size: "Tamaño de los recuadros",
    share: (percent) => `${percent} del lado corto de la imagen`,
    progress: "Mirando los recuadros",
    grid: "Los recuadros de la imagen, claros donde la red está segura",
    list: "Visto en los recuadros",
    windows: (count, number) => (count === 1 ? "1 recuadro" : `${number} recuadros`),
    summary: (sure, all, percent) => `Segura al menos al ${percent} en ${sure} de ${all} recuadros`,
    nothing: (percent) => `En ningún recuadro está segura al ${percent}`,
  },
  many: {
    folder: "Elegir una carpeta",
    files: "Elegir imágenes",
    hint: "De todas sale una tabla que puedes ordenar, filtrar y guardar.",
    none: "No hay imágenes entre estos archivos",
    progress: "Imágenes analizadas",
    done: (answered, all) => `Analizadas: ${answered === all ? all : `${answered} de ${all}`}`,
    speed: (perSecond) => `${perSecond} por segundo`,
    left: (time) => `tiempo restante: ${time} aprox.`,
    skipped: (files) => `otros archivos: ${files}`,
    pause: "Pausar",
    goOn: "Seguir",
    stop: "Terminar",
    clear: "Vaciar",
    filter: "Filtrar",
    csv: "Guardar CSV",
    json: "Guardar JSON",
    caption: "Las imágenes y lo que dice la red",
    columns: {
      name: "Imagen",
      first: "Clase",
      probability: "Certeza",
      second: "Segunda clase",
      known: "Conocida",
    },
    yes: "sí",
    no: "no",
    found: (found, all) => `Imágenes que coinciden: ${found} de ${all}`,
    empty: "Ninguna imagen coincide.",
    pages: "Páginas de la tabla",
    range: (first, last, all) => `${first} a ${last} de ${all}`,
    previous: "Anterior",
    next: "Siguiente",
  },
  classes: {
    intro:
      "Con qué frecuencia acierta la red en las imágenes de prueba de cada clase, y qué probabilidad le da en tu imagen.",
    find: "Buscar una clase",
    order: "Orden",
    orders: { group: "Por grupo", name: "Por nombre", accuracy: "Por aciertos" },
    found: (found, all) => (found === all ? `${all} clases` : `${found} de ${all} clases`),
    right: (tenths) => {
      if (tenths === 10) return "acierta casi siempre";
      if (tenths === 0) return "no acierta casi nunca";
      return tenths === 1 ? "acierta una de cada 10 veces" : `acierta unas ${tenths} de cada 10 veces`;
    },
    overall: (top1, top5) =>
      `En las imágenes de prueba su primera respuesta acierta el ${top1} de las veces; una de las cinco primeras, el ${top5}.`,
  },
  sharing: {
    copy: { name: "Copiar imagen", done: "Copiada" },
    download: { name: "Guardar imagen", done: "Guardada" },
    share: { name: "Compartir", done: "Compartida" },
    link: { name: "Copiar enlace", done: "Copiado" },
    failed: "No ha funcionado",
    pixels: (width, height) => `Ha visto ${width} × ${height} píxeles`,
  },
  offline: {
    requests: (count, text) => (count === 1 ? "1 petición" : `${text} peticiones`),
    heading: "Peticiones desde que cargó la página",
    none: "Ninguna. Tus imágenes se quedan en este dispositivo.",
    ownFiles: (count, text) =>
      count === 1 ? "Y 1 archivo de la propia página." : `Y ${text} archivos de la propia página.`,
    countedByBrowser: "Según lo que anota el navegador, donde falta el trabajo en segundo plano.",
    countedByWorker:
      "Se cuentan allí por donde pasan todas, también las de segundo plano. " +
      "La página está guardada en este dispositivo y funciona sin conexión.",
    uncounted:
      "No se cuentan: cargar la página, guardarla para usarla sin conexión y mirar si hay una versión nueva.",
    takeAway: (megabytes) => `Para llevar: un solo archivo, ${megabytes} MB`,
    update: "Hay una versión nueva.",
    updateSection: "Versión nueva",
    reload: "Recargar",
    later: "Más tarde",
  },
  problems: {
    cors: {
      title: "Ese sitio dice que no",
      advice:
        "Su servidor no permite que otras páginas lean esta imagen (no envía permiso CORS). " +
        "Guarda la imagen en tu dispositivo y suéltala aquí o elígela.",
    },
    network: {
      title: "No llegó nada",
      advice:
        "No llegó ninguna imagen de esta dirección. Comprueba la dirección y tu conexión, " +
        "o guarda la imagen en tu dispositivo y suéltala aquí.",
    },
    address: {
      title: "No es una dirección",
      advice: "Escribe la dirección completa de una imagen, como https://example.org/otter.jpg.",
    },
    "not-an-image": {
      title: "No es una imagen",
      advice:
        "Esto no se pudo leer como imagen. Puede estar dañada, vacía o ser de otro tipo: " +
        "sirven JPEG, PNG, WebP, GIF y BMP.",
    },
    "too-large": {
      title: "Demasiado grande",
      advice:
        "Una imagen puede tener hasta 64 megabytes, 64 megapíxeles y 16.384 píxeles por lado. Redúcela e inténtalo de nuevo.",
    },
    "bad-model": {
      title: "La red está dañada",
      advice:
        "Su archivo está incompleto o esta página no puede leerlo. Inténtalo de nuevo; si persiste, la copia del servidor está dañada.",
    },
    "unsupported-browser": {
      title: "Navegador antiguo",
      advice:
        "La red necesita WebAssembly con SIMD. Lo tienen las versiones actuales de Chrome, Edge, Firefox y Safari.",
    },
    crashed: {
      title: "La red se detuvo",
      advice:
        "Se quedó sin memoria o falló. Inténtalo de nuevo, con una imagen más pequeña si ocurre dos veces.",
    },
    "no-picture": {
      title: "No hay imágenes",
      advice: "Ninguno de estos archivos es una imagen. Sirven JPEG, PNG, WebP, GIF y BMP.",
    },
    unreadable: {
      title: "No se puede leer",
      advice:
        "El navegador no puede leer esto, o ha cambiado o ya no existe. " +
        "Elígelo otra vez; si es una carpeta, elige sus imágenes.",
    },
    "hidden-pixels": {
      title: "Píxeles protegidos",
      advice:
        "Para protegerte del rastreo, este navegador da a las páginas píxeles inventados. Elige una imagen o escribe su dirección: " +
        "eso funciona. La cámara y las escenas amplias, no.",
    },
    "camera-refused": {
      title: "Cámara no permitida",
      advice:
        "Permite la cámara a esta página, con el icono junto a la dirección o en los ajustes del navegador, y vuelve a encenderla.",
    },
    "camera-missing": {
      title: "No hay cámara",
      advice: "Conecta una y vuelve a encenderla, o elige una imagen.",
    },
    "camera-busy": {
      title: "Cámara ocupada",
      advice: "Parece que otro programa la usa. Ciérralo y vuelve a encender la cámara.",
    },
    "camera-gone": {
      title: "Cámara desconectada",
      advice: "La cámara dejó de enviar imágenes. Conéctala y vuelve a encenderla.",
    },
    internal: {
      title: "Algo se rompió",
      advice: "No debería pasar. Inténtalo de nuevo o recarga la página.",
    },
    unloaded: {
      title: "Falta la red",
      advice: "No se pudieron obtener sus archivos. Comprueba tu conexión e inténtalo de nuevo.",
    },
  },
  label: (name) => spanishLabels[name] ?? name.replaceAll("_", " "),
  one: (superclass) => spanishOnes[superclass] ?? superclass.replaceAll("_", " "),
};
