/** Text in 72 columns, so that it can be pasted into a mail. */

const mailColumns = 72;

/** Lines of at most 72 columns: the first one after `label`, the rest below it. Words are never cut. */
export function labelled(label: string, text: string, width = 11): readonly string[] {
  const lines: string[] = [];
  let line = label.padEnd(width);
  for (const word of text.split(/\s+/)) {
    const empty = line.length <= width;
    if (!empty && line.length + 1 + word.length > mailColumns) {
      lines.push(line.trimEnd());
      line = " ".repeat(width);
    }
    line += line.length <= width ? word : ` ${word}`;
  }
  return [...lines, line.trimEnd()];
}
