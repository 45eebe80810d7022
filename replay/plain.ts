/**
 * Text of a stranger, made fit to be shown: in a terminal, a mail or a log it
 * moves no cursor, changes no colour, hides nothing and turns no direction.
 */

/**
 * The text as one line, without control characters (C0, C1, DEL), ANSI
 * sequences, invisible format characters (bidi overrides, zero-width ones) and
 * halves of surrogate pairs. Tabs and line ends become spaces. Idempotent.
 */
export function plain(text: string): string {
  return text
    .replace(/[\t\n\r\u2028\u2029]/gu, " ")
    .replace(/\p{Cc}\[[0-?]*[ -/]*[@-~]/gu, "")
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "");
}

/** The start of a word in quotes, for a message; says so when something in it cannot be shown. */
export function quoted(text: string): string {
  const most = 48;
  const head = text.slice(0, most);
  const shown = plain(head);
  const cut = head.length < text.length ? "..." : "";
  const hidden = shown === head ? "" : " (with characters that cannot be shown)";
  return `"${shown}${cut}"${hidden}`;
}
