/** The names that files and folders get when any name does. */
export const letters = "abcdefghijklmnopqrstuvwxyz";
