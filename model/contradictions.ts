/** Everything in which a look at a place contradicts itself. */

import { sharedBlockDifference, usesOf } from "./block-witness.ts";
import type { Contradiction, Witness } from "./contradiction.ts";
import { countDifferences, referenceDifferences } from "./extent-witness.ts";
import type { PlaceLook } from "./look.ts";
import {
  lateDifference,
  mappingDifference,
  referrers,
  sharedDifference,
} from "./mapping-witness.ts";
import { holesDifference, seekDifference, stBlocksDifference } from "./size-witness.ts";

/** The first contradiction of each witness about each file, or extent; undefined when all agree. */
export function contradictions(look: PlaceLook): readonly Contradiction[] | undefined {
  const found = look.itemsFrom === "tree" ? ofItems(look) : ofMappings(look);
  return found.length === 0 ? undefined : found;
}

/** What FIEMAP says of itself, where it is all there is. */
function ofMappings({ files }: PlaceLook): readonly Contradiction[] {
  const uses = usesOf(files);
  return files.flatMap((file) => {
    const text = sharedBlockDifference(file, uses);
    return text === undefined ? [] : [{ witness: "shared", file: file.name, text }];
  });
}

function ofItems(look: PlaceLook): readonly Contradiction[] {
  const { block, noHoles, files, extents, leaked } = look;
  const found: Contradiction[] = [];
  const say = (witness: Witness, file: string, text: string | undefined): void => {
    if (text !== undefined) found.push({ witness, file, text });
  };
  const all = referrers(files);
  for (const file of files) {
    say("fiemap", file.name, mappingDifference(file.items, file.mapped, block));
    say("shared", file.name, sharedDifference(file, all));
    say("shared-late", file.name, lateDifference(file));
    say("st-blocks", file.name, stBlocksDifference(file, block));
    say("seek", file.name, seekDifference(file, block));
    say("holes", file.name, holesDifference(file, block, noHoles));
  }
  if (extents !== undefined) {
    found.push(...referenceDifferences(files, extents), ...countDifferences(files, extents));
  }
  for (const { file, blocks } of leaked) {
    say("freed", file, `an extent of ${blocks} blocks has no item left, and is still allocated`);
  }
  return found;
}
