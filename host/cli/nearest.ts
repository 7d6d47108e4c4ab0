/** Of the candidates those at the least edit distance from `word`, when that is near enough to have been meant. */
export function nearest(word: string, candidates: readonly string[]): string[] {
  const distances = candidates.map((candidate) => editDistance(word, candidate));
  const least = Math.min(...distances);
  // Half of a word replaced is another word.
  return candidates.filter((candidate, i) => distances[i] === least && least <= Math.ceil(candidate.length / 2));
}

/** Levenshtein's distance: d(i, j) = min(d(i-1, j) + 1, d(i, j-1) + 1, d(i-1, j-1) + [a_i != b_j]), row by row. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= b.length; j++) {
      row[j] = Math.min(above[j] + 1, row[j - 1] + 1, above[j - 1] + Number(a[i - 1] !== b[j - 1]));
    }
  }
  return row[b.length];
}
