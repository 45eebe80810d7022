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

/** Lines of at most so many characters; a longer word is cut. */
export function wrapped(text: string, room: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).flatMap((each) => cut(each, room))) {
    if (line !== "" && line.length + 1 + word.length > room) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function cut(word: string, room: number): readonly string[] {
  const characters = Array.from(word);
  const count = Math.max(1, Math.ceil(characters.length / room));
  return Array.from({ length: count }, (_, index) =>
    characters.slice(index * room, (index + 1) * room).join(""),
  );
}
