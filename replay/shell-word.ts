/** A word for a shell that takes it as it is, whatever it says. */

export function shellWord(word: string): string {
  return /^[A-Za-z0-9_:/.,=+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
