import type { State } from "../state.js";
import { formatsOf } from "../words/format.js";
import type { Explanation, Saying, Words } from "../words/words.js";
import { certaintyOf } from "./certainty.js";
import { groupOf } from "./group.js";

/** Returns the answer in words, or what keeps it; `explanation` is of what went wrong. */
export function sayingOf(
  { network, look, camera }: Pick<State, "network" | "look" | "camera">,
  { language, answer, camera: { starting }, label, one }: Words,
  explanation?: Explanation,
): Saying {
  if (camera.phase === "starting") return starting;
  if (explanation) return { lead: answer.failed, text: explanation.title };
  if (network.phase === "loading") return answer.loading;
  if (look.phase === "looking") return answer.looking;
  if (look.phase === "none" && camera.phase === "live") return starting;
  if (look.phase !== "seen") return answer.ready;
  // Live, the words change less often than the bars.
  const said = look.live?.result ?? look.result;
  const { predictions, known } = said;
  const [first] = predictions;
  if (!first) return answer.ready;
  // Fine classes that share the probability leave each below the threshold of what is known.
  const group = groupOf(said);
  if (group) {
    const certainty = answer.certainty[certaintyOf(group.probability)];
    return answer.group(certainty, one(group.superclass), group.classes.map(label));
  }
  if (known === false) {
    const classes = network.phase === "ready" ? network.info.classes : predictions.length;
    return answer.unknown(formatsOf(language).number(classes), label(first.label));
  }
  return { lead: answer.certainty[certaintyOf(first.probability)], text: label(first.label) };
}
