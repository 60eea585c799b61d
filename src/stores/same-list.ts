/** Whether the lists are of the same length, with the same element at each index. */
export function isSameList<One, Other>(
  ones: readonly One[],
  others: readonly Other[],
  isSame: (one: One, other: Other) => boolean = Object.is,
): boolean {
  return ones.length === others.length && ones.every((one, index) => isSame(one, others[index]!))
}
