/** What the sample pictures show, by the English text of their index. */
export const germanAlts: Readonly<Record<string, string>> = {
  "A grey kangaroo standing upright in the shade, another lying beside it":
    "Ein graues Känguru steht aufrecht im Schatten, ein zweites liegt daneben",
  "A white castle with towers on a wooded hill": "Eine weiße Burg mit Türmen auf einem bewaldeten Hügel",
  "A Roman aqueduct of three tiers of arches across a river":
    "Ein römischer Aquädukt aus drei Bogenreihen über einem Fluss",
  "A castle built on the arches of a bridge over a river":
    "Ein Schloss auf den Bögen einer Brücke über einem Fluss",
  "A black and white cow in a meadow, two more behind it":
    "Eine schwarz-weiße Kuh auf einer Wiese, zwei weitere dahinter",
  "A saltwater crocodile lying on a muddy river bank":
    "Ein Leistenkrokodil liegt an einem schlammigen Flussufer",
  "A brick house with two pairs of tall chimneys among trees":
    "Ein Backsteinhaus mit zwei Paaren hoher Schornsteine zwischen Bäumen",
  "Rocky peaks under clouds, a path leading up to them": "Felsige Gipfel unter Wolken, ein Pfad führt hinauf",
  "A red cup of espresso on a saucer, a spoon beside it":
    "Eine rote Tasse Espresso auf einer Untertasse, daneben ein Löffel",
  "A rocket on its launch pad at dusk between lattice towers":
    "Eine Rakete auf ihrer Startrampe in der Dämmerung, zwischen Gittertürmen",
};

/** What the sample pictures show, by the English text of their index. */
export const spanishAlts: Readonly<Record<string, string>> = {
  "A grey kangaroo standing upright in the shade, another lying beside it":
    "Un canguro gris de pie a la sombra y otro tumbado a su lado",
  "A white castle with towers on a wooded hill": "Un castillo blanco con torres en una colina boscosa",
  "A Roman aqueduct of three tiers of arches across a river":
    "Un acueducto romano de tres hileras de arcos sobre un río",
  "A castle built on the arches of a bridge over a river":
    "Un castillo sobre los arcos de un puente que cruza un río",
  "A black and white cow in a meadow, two more behind it":
    "Una vaca blanca y negra en un prado y otras dos detrás",
  "A saltwater crocodile lying on a muddy river bank":
    "Un cocodrilo marino tumbado en la orilla fangosa de un río",
  "A brick house with two pairs of tall chimneys among trees":
    "Una casa de ladrillo con dos pares de chimeneas altas entre árboles",
  "Rocky peaks under clouds, a path leading up to them":
    "Picos rocosos bajo las nubes y un sendero que sube hacia ellos",
  "A red cup of espresso on a saucer, a spoon beside it":
    "Una taza roja de café expreso en un platillo, con una cuchara al lado",
  "A rocket on its launch pad at dusk between lattice towers":
    "Un cohete en su plataforma de lanzamiento al anochecer, entre torres de celosía",
};
